"""The pipeline as a whole: against a plain twin, row order, the report of what was dropped, bad input."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.core.errors import InputError
from evenhand.press_fleet import TABLES, FleetSettings, from_folder, from_tables
from press_fleet.plain import Plain
from press_fleet.tiny import MONDAY, at, made, random_tables, triples, world


@settings(deadline=None, max_examples=150)
@given(
    st.integers(0, 2**32), st.sampled_from([0, 3, 30]), st.sampled_from([2, 7]), st.sampled_from([None, 1, 2])
)
def test_agrees_with_the_plain_twin(seed: int, cooldown: int, loan_days: int, per_day: int | None) -> None:
    """Candidates, scores, slots, limits and slacks are those of a row-by-row reading of the page."""
    tables = random_tables(seed)
    plain = Plain(tables, MONDAY, cooldown=cooldown, loan_days=loan_days, per_day=per_day)
    problem = made(tables, cooldown_days=cooldown, loan_days=loan_days, partner_per_day=per_day)
    expected = plain.triples()
    got = {
        (problem.items[item], problem.recipients[who], problem.days[day]): int(score)
        for item, who, day, score in zip(
            problem.item, problem.recipient, problem.day, problem.score, strict=True
        )
    }
    assert got == expected
    assert problem.slots.tolist() == plain.slots()
    for place, who in enumerate(problem.recipients):
        assert problem.recipient_day_limit[place].tolist() == [plain.idle(who, day) for day in plain.days]
    ranks = {(row["partner_id"], row["make"]): row["rank"] for row in tables["approvals"]}
    groups = {group.name: group for group in problem.groups}
    if "tier cap" in groups:
        caps = groups["tier cap"]
        for label, slack in zip(caps.labels, caps.allowance[:, 0].tolist(), strict=True):
            who, make = label.split(" / ")
            assert slack == plain.slack(who, make, ranks[who, make])
        assert (caps.slope == 800).all()
    total = len(problem.items) * len(problem.recipients) * len(problem.days)
    assert sum(count for item, _, count in problem.dropped if not item) == total - len(got)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32), st.randoms(use_true_random=False))
def test_row_order_does_not_matter(seed: int, shuffler: object) -> None:
    """Shuffled tables make an equal problem."""
    tables = random_tables(seed)
    mixed = {name: list(rows) for name, rows in tables.items()}
    for rows in mixed.values():
        shuffler.shuffle(rows)  # type: ignore[attr-defined]
    one, two = made(tables), made(mixed)
    assert (one.items, one.recipients, one.days) == (two.items, two.recipients, two.days)
    for name in ("item", "recipient", "day", "score", "slots", "recipient_day_limit"):
        assert np.array_equal(getattr(one, name), getattr(two, name))
    assert one.dropped == two.dropped
    for left, right in zip(one.groups, two.groups, strict=True):
        assert left.labels == right.labels
        assert np.array_equal(left.of, right.of)
        assert np.array_equal(left.allowance, right.allowance)


def test_what_was_dropped_is_reported_by_rule() -> None:
    """Every rule has a count, and a vehicle with nothing left names the rule that took its last."""
    tables = world(
        vehicles=[
            {"vin": vin, "make": make} for vin, make in (("V1", "Toyota"), ("V2", "Kia"), ("V3", "Toyota"))
        ],
        activity=[{"partner_id": "P1", "vin": "V3", "start_date": at(-20), "end_date": at(-10)}],
        availability=[
            {"vin": "V1", "start_date": at(0), "end_date": at(6), "available": "yes"},
            {"vin": "V2", "start_date": at(0), "end_date": at(30), "available": "yes"},
        ],
    )
    problem = made(tables, cooldown_days=5)
    assert problem.dropped == (
        ("", "no approval for the make", 5),
        ("", "vehicle not free on every day of the loan", 9),
        ("", "partner takes no starts that weekday", 0),
        ("", "partner has a loan running", 0),
        ("", "cooldown", 0),
        ("", "tier cap of 0", 0),
        ("V2", "no approval for the make", 5),
        ("V3", "vehicle not free on every day of the loan", 5),
    )


def test_no_candidate_at_all_is_a_valid_problem() -> None:
    """An office whose every triple is dropped gets an empty problem, not an error."""
    problem = made(
        world(availability=[{"vin": "V1", "start_date": at(50), "end_date": at(60), "available": "yes"}])
    )
    assert len(problem.item) == 0
    assert problem.items == ("V1",)
    assert ("V1", "vehicle not free on every day of the loan", 5) in problem.dropped


def test_an_office_of_nobody_is_a_valid_problem() -> None:
    """Tables with headers alone make an empty problem."""
    problem = made(
        {
            "vehicles": {"vin": [], "make": []},  # type: ignore[dict-item]
            "partners": {"partner_id": []},  # type: ignore[dict-item]
            "approvals": {"partner_id": [], "make": []},  # type: ignore[dict-item]
        }
    )
    assert (problem.items, problem.recipients, len(problem.item)) == ((), (), 0)


def test_everything_wrong_is_said_at_once() -> None:
    """One error lists the findings of all tables, each with its row and column."""
    tables = world(
        vehicles=[{"vin": "V1", "make": "Toyota"}, {"vin": "V1", "make": "Kia"}, {"vin": "", "make": "Kia"}],
        partners=[{"partner_id": "P1", "days": "Mon Foo", "closeness": "1.5"}],
        approvals=[{"partner_id": "P9", "make": "Toyota"}, {"partner_id": "P1", "make": "Toyota"}],
        availability=[{"vin": "V8", "start_date": "26.13.2026", "end_date": at(3)}],
        loans=[{"partner_id": "P7", "vin": "V7", "start_date": at(2), "end_date": at(1)}],
        capacity=[{"date": at(0), "slots": "-1"}, {"date": at(0), "slots": "3"}],
        rules=[
            {"make": "Toyota", "cooldown_days": "5", "rank": "A"},
            {"make": "toyota", "cooldown_days": "6", "rank": "B"},
        ],
        budgets=[{"fleet": "Toyota", "year": "2026", "quarter": "5", "budget": "-3"}],
    )
    with pytest.raises(InputError) as caught:
        made(tables)
    found = {(one.table, one.row, one.column) for one in caught.value.findings}
    assert {
        ("vehicles", 3, "vin"),
        ("vehicles", 4, "vin"),
        ("partners", 2, "days"),
        ("partners", 2, "closeness"),
        ("approvals", 2, "partner_id"),
        ("availability", 2, "vin"),
        ("availability", 2, "start_date"),
        ("loans", 2, "partner_id"),
        ("loans", 2, "vin"),
        ("loans", 2, "end_date"),
        ("capacity", 2, "slots"),
        ("capacity", 3, "date"),
        ("rules", 3, "cooldown_days"),
        ("budgets", 2, "quarter"),
        ("budgets", 2, "budget"),
    } <= found


def test_settings_are_checked_all_at_once() -> None:
    """Every setting that cannot be used is named."""
    with pytest.raises(InputError) as caught:
        made(
            world(),
            loan_days=0,
            cooldown_days=-1,
            partner_per_day=True,
            w_geo=float("nan"),
            points_per_dollar=-1.0,
            without_budget="perhaps",
            caps={"A": -1},
        )
    named = {one.column for one in caught.value.findings}
    assert named == {
        "loan_days",
        "cooldown_days",
        "partner_per_day",
        "w_geo",
        "points_per_dollar",
        "without_budget",
        "caps['A']",
    }


def test_unknown_and_missing_tables_are_named() -> None:
    """A table that no press fleet has, and one that it needs, are both findings."""
    with pytest.raises(InputError) as caught:
        from_tables({"vehicles": [{"vin": "V1", "make": "Kia"}], "cars": []}, week_start=MONDAY)
    text = str(caught.value)
    assert "'cars'" in text
    assert "partners" in text
    assert "approvals" in text


def test_a_folder_is_read_by_file_names(tmp_path: Path) -> None:
    """Files named after the tables are found, others left alone; headers may use press offices' words."""
    (tmp_path / "vehicles.csv").write_text("vin,make,office\nV1,Toyota,LA\nV2,Toyota,NY\n")
    (tmp_path / "partners.csv").write_text("person_id,office\nP1,la\nP2,NY\n")
    (tmp_path / "approvals.csv").write_text("person_id,make,rank\nP1,TOYOTA,a+\nP2,Toyota,A\n")
    (tmp_path / "availability.csv").write_text(
        f"vin,start_date,end_date\nV1,{at(0)},{at(9)}\nV2,{at(0)},{at(9)}\n"
    )
    (tmp_path / "notes.csv").write_text("nothing\n")
    problem = from_folder(tmp_path, office="LA", week_start=MONDAY)
    assert triples(problem) == {("V1", "P1", at(day)) for day in range(4)}
    assert set(problem.score.tolist()) == {1000}


def test_a_folder_without_its_tables_says_which(tmp_path: Path) -> None:
    """A missing folder, missing tables and a table that is there twice are said in words."""
    with pytest.raises(InputError, match="is not a folder"):
        from_folder(tmp_path / "nowhere")
    (tmp_path / "vehicles.csv").write_text("vin,make\n")
    (tmp_path / "vehicles.txt").write_text("vin,make\n")
    with pytest.raises(InputError) as caught:
        from_folder(tmp_path)
    text = str(caught.value)
    assert "partners.csv" in text
    assert "approvals.csv" in text
    assert "vehicles.csv and vehicles.txt" in text


def test_an_office_must_be_chosen_where_there_are_several() -> None:
    """Several offices without a choice, and an office that has no vehicle, are refused with the names."""
    tables = world(
        vehicles=[{"vin": "V1", "make": "Kia", "office": "LA"}, {"vin": "V2", "make": "Kia", "office": "NY"}]
    )
    with pytest.raises(InputError, match="LA, NY"):
        made(tables)
    with pytest.raises(InputError, match="has no vehicle"):
        made(tables, office="Oslo")
    assert made(tables, office="ny").items == ("V2",)
    assert made(world(), office="Oslo").items == ("V1",)


def test_the_tables_are_in_the_manual() -> None:
    """Every table and setting stands in docs/reference/fleet-tables.md."""
    page = (Path(__file__).resolve().parents[2] / "docs/reference/fleet-tables.md").read_text(
        encoding="utf-8"
    )
    assert [name for name in TABLES if f"## {name}" not in page] == []
    assert [name for name in FleetSettings.__dataclass_fields__ if f"`{name}`" not in page] == []


def test_the_chosen_week_and_penalty_travel() -> None:
    """Days are those of the week, and the problem keeps the office's weights of partners."""
    problem = made(world(partners=[{"partner_id": "P1", "weight": "3"}]))
    assert problem.days == tuple(at(day) for day in range(5))
    assert problem.weight.tolist() == [3]


ODD = ("", "x", "-1", "0", "1e9", "1e308", "nan", "2026-02-30", "0001-01-01", "9999-12-31", "é", "P1", "V1")


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 2**32), st.data())
def test_only_input_errors_come_of_odd_cells(seed: int, data: st.DataObject) -> None:
    """Whatever stands in a cell, there is a problem or an InputError, and nothing else is raised."""
    tables = random_tables(seed)
    for _ in range(data.draw(st.integers(1, 4))):
        name = data.draw(st.sampled_from(sorted(tables)))
        row = data.draw(st.sampled_from(tables[name]))
        row[data.draw(st.sampled_from(sorted(row)))] = data.draw(st.sampled_from(ODD))
    with contextlib.suppress(InputError):
        made(tables)


@pytest.mark.parametrize("week", ["0001-01-01", "9999-12-27", "1899-12-25", "3000-01-06"])
def test_weeks_far_away_are_refused(week: str) -> None:
    """A year that nobody plans for is a mistake, said in words."""
    with pytest.raises(InputError, match="is not a year to plan for"):
        made(world(), week_start=week)


def test_people_read_outlets_and_models() -> None:
    """The problem keeps what partners and vehicles are called; a partner without a name goes by the id."""
    problem = made(world(partners=[{"partner_id": "P1", "name": "Weekly"}, {"partner_id": "P2", "name": ""}]))
    assert problem.called == {"V1": "Toyota Camry", "P1": "Weekly", "P2": "P2"}


def test_a_name_for_nobody_is_an_error() -> None:
    """What is called something must be an item or a recipient."""
    with pytest.raises(InputError, match="'P9' is neither item nor recipient"):
        replace(made(world()), called={"P9": "Nobody"})
