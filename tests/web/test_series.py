"""The page of a series: a year's load beside the share due, its periods, its rules and tables, its people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import insert

from evenhand.core.shares import TICKS
from evenhand.store import open_database
from evenhand.store.schema import METADATA
from evenhand.web.series import loads_of
from evenhand.workspace.drafts import plan_row, series_row
from planned import Desktop, published


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """A garden, published once."""
    made = Desktop(str(tmp_path_factory.mktemp("series") / "s.db"))
    published(made.store, made.plan)
    yield made
    made.store.close()


def test_a_load_counts_a_year_and_whole_turns(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Over means 15 % and more than one whole turn; openings and what is older than 52 weeks do not count."""
    store = open_database(str(tmp_path_factory.mktemp("loads") / "l.db"))
    booked = [
        ("2026-06-01", "plan", "Ann", 12.0, 10.0),
        ("2026-06-01", "plan", "Bo", 1.0, 0.5),
        ("2026-06-01", "plan", "Cy", 11.1, 10.0),
        ("2026-06-01", "opening", "Di", 30.0, 0.0),
        ("2025-05-30", "plan", "Ann", 50.0, 1.0),
        ("2025-12-01", "correction", "Bo", 0.5, 0.0),
    ]
    with store.write() as connection:
        for seq, (day, kind, name, got, due) in enumerate(booked):
            connection.execute(
                insert(METADATA.tables["entry"]).values(
                    ledger="x",
                    seq=seq,
                    at=day,
                    kind=kind,
                    claimant=name,
                    due=round(due * TICKS),
                    received=round(got * TICKS),
                )
            )
        loads = loads_of(connection, "x")
        assert loads_of(connection, "nobody's") == {}
    store.close()
    told = {name: (load.got, load.due, load.over, load.more) for name, load in loads.items()}
    assert told == {
        "Ann": (12.0, 10.0, True, 20),
        "Bo": (1.5, 0.5, False, 200),
        "Cy": (11.1, 10.0, False, 11),
    }


def test_a_series_shows_loads_periods_rules_and_tables(desk: Desktop) -> None:
    """Each page of a series leads to the others; what the plan was made of stands there in words."""
    with desk.store.read() as connection:
        series = series_row(connection, plan_row(connection, desk.plan).series).id
    desk.post(f"/series/{series}/next")
    page = desk.get(f"/series/{series}")
    assert "in 52 weeks, " in page
    assert '<ol class="periods"' in page
    tables = desk.get(f"/series/{series}?tab=tables")
    assert "2 tables and 5 dials make the plan." in tables
    assert "people.csv" in tables
    assert "turns to plan" in tables
    assert "Regeln und Tabellen" in desk.get(f"/series/{series}?tab=tables", "de")
    for where in ("", "/people", "?tab=tables"):
        shown = desk.get(f"/series/{series}{where}")
        assert f'href="/series/{series}?tab=tables"' in shown
        assert f'href="/series/{series}/people"' in shown


def test_a_series_is_renamed_and_put_away(desk: Desktop) -> None:
    """Put away it stands in no list and keeps its plans; brought back it is as before, under its new name."""
    with desk.store.read() as connection:
        series = str(plan_row(connection, desk.plan).series)
    where = f"/series/{series}"
    assert "Watering &amp; weeding" in desk.post(where, name="  Watering  & weeding ")
    assert "is called" in desk.post(where, name=" ")
    home = desk.post(where, archived="1")
    assert "1 series is put away." in home
    assert "Watering &amp; weeding" not in home
    assert "Watering &amp; weeding" in desk.get("/?away=1")
    assert "This series is put away." in desk.get(where)
    assert "This series is put away." not in desk.post(where, archived="")
    assert "Watering &amp; weeding" in desk.get("/")
