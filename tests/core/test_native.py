"""Frames give back what the caller's own table held: its library, its numbers, its days."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.native import as_they_were, native_kind

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")

FLEET = Path(eh.__file__).parent / "data" / "fleet"
MONDAY = date(2026, 1, 5)
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
ROSTER: dict[str, list[Any]] = {
    "id": [7, 8, 9, 10],
    "name": ["A", "B", "C", "D"],
    "grade": [1, 1, 2, None],
    "new": [True, False, True, False],
    "born": [MONDAY, MONDAY, date(2001, 2, 2), date(2001, 2, 2)],
    "age": [1.5, 2.0, 3.5, 4.5],
    "zip": ["01069", "10115", "80331", "10115"],
}


@pytest.mark.parametrize("make", [pl.DataFrame, pa.table, pd.DataFrame])
def test_a_frame_goes_back_as_the_library_it_came_as(make: Any) -> None:
    """All three libraries are imported here, and each caller gets the own one back, asked for nothing."""
    problem = eh.TeamsProblem.from_table(make(ROSTER), teams=2, balance="zip")
    back = eh.solve(problem).to_frame()
    assert type(back).__module__.split(".")[0] == make.__module__.split(".")[0]
    assert type(eh.solve(problem).to_frame("polars")) is pl.DataFrame


def test_numbers_flags_and_days_come_back_as_what_they_were() -> None:
    """Whole numbers, fractions, flags, dates and missing cells are those of the table; a ZIP stays text."""
    given = pl.DataFrame(ROSTER)
    columns = ["grade", "new", "born", "age", "zip"]
    problem = eh.TeamsProblem.from_table(
        given, teams=2, balance=["grade", "new", "born", "zip"], numbers=["age"]
    )
    back = eh.solve(problem).to_frame().sort("person")
    assert back.select(columns).equals(given.select(columns))


def test_names_that_are_numbers_come_back_as_numbers() -> None:
    """Items and recipients of an allocation, and people of teams, may be known by their numbers."""
    rows = pd.DataFrame(
        {
            "item": [101, 102],
            "recipient": [1, 2],
            "day": pd.to_datetime(["2026-01-05", "2026-01-05"]),
            "score": [9.5, 8.0],
        }
    )
    back = eh.solve(eh.AllocationProblem.from_tables(rows)).to_frame()
    assert back["item"].tolist() == [101, 102]
    assert back["recipient"].tolist() == [1, 2]
    assert back["day"].tolist() == [pd.Timestamp("2026-01-05")] * 2
    numbered = pd.DataFrame({"id": [3, 4], "kind": ["x", "y"]})
    people = eh.TeamsProblem.from_table(numbered, teams=2, name="id", balance="kind")
    assert sorted(eh.solve(people).to_frame()["person"]) == [3, 4]


def test_the_only_day_stays_in_the_plan() -> None:
    """A plan of one day says which day it is; a problem without days has no column of days."""
    rows = [{"item": "car", "recipient": "Ann", "score": 1}]
    assert "day" not in eh.solve(eh.AllocationProblem.from_rows(rows)).to_columns()
    dated = [{**row, "day": "2026-01-05"} for row in rows]
    assert eh.solve(eh.AllocationProblem.from_rows(dated)).to_columns()["day"] == ["2026-01-05"]


def test_days_of_a_rota_are_the_callers_kind() -> None:
    """In pandas days are moments, as its own are, unless the table held dates; in polars they are dates."""
    turns = eh.weekly("2026-01-05", 4)
    moments = eh.RotaProblem.from_tables(
        pd.DataFrame({"name": ["A", "B"], "joined": pd.to_datetime(["2025-01-01"] * 2)}), turns
    )
    assert eh.solve(moments).to_frame()["date"].dtype.kind == "M"
    dates = eh.RotaProblem.from_tables(pd.DataFrame({"name": ["A", "B"], "joined": [MONDAY, MONDAY]}), turns)
    assert eh.solve(dates).to_frame()["date"].tolist()[0] == MONDAY
    polars = eh.RotaProblem.from_tables(pl.DataFrame({"name": ["A", "B"]}), turns)
    assert eh.solve(polars).to_frame()["date"].dtype == pl.Date


def test_a_document_holds_no_word_of_it(tmp_path: Any) -> None:
    """The same plan of a frame and of plain rows saves as the same bytes, and loaded plans frame too."""
    rows = [{"name": name, "zip": code} for name, code in zip(ROSTER["name"], ROSTER["zip"], strict=True)]
    for source, name in ((pd.DataFrame(rows), "frame"), (rows, "rows")):
        eh.solve(eh.TeamsProblem.from_table(source, teams=2, balance="zip")).save(tmp_path / f"{name}.json")
    assert (tmp_path / "frame.json").read_bytes() == (tmp_path / "rows.json").read_bytes()
    assert eh.load(tmp_path / "frame.json").to_frame("polars")["zip"].dtype == pl.String


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([1, None], "whole"), ([np.int64(1)], "whole"), ([1, 2.5], "number"), ([True, False], "yes or no"),
        ([np.bool_(True)], "yes or no"), ([True, 1], ""), ([MONDAY], "day"), ([NOON], "moment"),
        ([MONDAY, NOON], ""), (["1"], ""), ([], ""), ([None], ""),
    ],
)  # fmt: skip
def test_what_a_column_holds_is_told_by_all_its_cells(cells: list[Any], kind: str) -> None:
    """One cell of another kind makes a column text, so that nothing is given back as what it was not."""
    assert native_kind(cells) == kind


def test_texts_that_do_not_fit_stay() -> None:
    """A name that was made from a number, such as an item by its day, is none, and the column is kept."""
    assert as_they_were(["101, Mon", "102"], "whole") == ["101, Mon", "102"]


def test_a_fleets_own_columns_do_not_change_its_plan() -> None:
    """A column of vehicles that is called like one of the plan says nothing of it: scores stay."""
    tables: dict[str, Any] = {
        name: pd.read_csv(FLEET / f"{name}.csv") for name in ("vehicles", "partners", "approvals", "capacity")
    }
    tables["vehicles"]["score"] = 1
    problem = eh.press_fleet.from_tables(tables, office="LA", week_start="2026-09-28")
    assert problem.native.library == "pandas"
    assert not problem.native.kinds
