"""A column of people that says when they cannot serve: dates as people write them beside their names."""

from __future__ import annotations

from datetime import date

import pytest

import evenhand as eh
from evenhand.rota.reading.away import away_of
from evenhand.tables import read

FIRST, LAST = date(2025, 12, 22).toordinal(), date(2026, 3, 1).toordinal()


def days_off(*cells: str) -> list[tuple[str, str]]:
    """Return the first and last day of each absence that a column of cells holds."""
    names = [f"Person {index}" for index in range(len(cells))]
    table = read({"name": names, "away": list(cells)}, "people")
    spans = away_of(table, {name: index for index, name in enumerate(names)}, FIRST, LAST)
    table.findings.raise_errors()
    return [(date.fromordinal(a).isoformat(), date.fromordinal(b).isoformat()) for _, a, b in spans.tolist()]


@pytest.mark.parametrize(
    ("cell", "held"),
    [
        ("2026-01-05", [("2026-01-05", "2026-01-05")]),
        ("5.1., 12.1.", [("2026-01-05", "2026-01-05"), ("2026-01-12", "2026-01-12")]),
        ("05.01.2026 und 12.01.2026", [("2026-01-05", "2026-01-05"), ("2026-01-12", "2026-01-12")]),
        ("19.01.-25.01.", [("2026-01-19", "2026-01-25")]),
        ("19.-25.1.2026", [("2026-01-19", "2026-01-25")]),
        ("vom 19. bis 25.1.", [("2026-01-19", "2026-01-25")]),
        ("2026-01-19 to 2026-01-25; Jan 5", [("2026-01-05", "2026-01-05"), ("2026-01-19", "2026-01-25")]),
        ("January 5, 2026", [("2026-01-05", "2026-01-05")]),
        ("du 19 janvier au 25 janvier", [("2026-01-19", "2026-01-25")]),
        ("27.12.-3.1.", [("2025-12-27", "2026-01-03")]),
        ("27.12.-3.1.2026", [("2025-12-27", "2026-01-03")]),
        ("24 dic", [("2025-12-24", "2025-12-24")]),
        ("KW 7", [("2026-02-09", "2026-02-15")]),
        ("week 52", [("2025-12-22", "2025-12-28")]),
        ("Sa 10.1.2026", [("2026-01-10", "2026-01-10")]),
        ("31/01/2026", [("2026-01-31", "2026-01-31")]),
        ("-", []),
        ("", []),
        ("keine", []),
    ],
)
def test_times_as_people_write_them(cell: str, held: list[tuple[str, str]]) -> None:
    """Days, lists, ranges and weeks, with the year or without: then it is the plan's."""
    assert days_off(cell) == held


def test_a_weekday_is_each_such_day_of_the_plan() -> None:
    """Mondays are the ten Mondays, in any of the languages, in the plural too."""
    mondays = days_off("Mondays")
    assert mondays == days_off("lundi") == days_off("Mo") == days_off("montags")
    assert len(mondays) == 10
    assert all(date.fromisoformat(day).weekday() == 0 for day, _ in mondays)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (("5.1.", "perhaps in May"), "'perhaps in May' names no day"),
        (("5.1.", "31.2."), "'31.2.' names no day"),
        (("5.1.", "12.1.-5.1.2026"), "names no day"),
        (("05/01/2026",), "could be 2026-05-01 or 2026-01-05"),
        (("5.1.", "Mo 6.1.2026"), "names no day"),
    ],
)
def test_what_names_no_day_is_refused_by_row(cells: tuple[str, ...], words: str) -> None:
    """A cell that may mean any day is never passed over, nor is a date that could be two."""
    with pytest.raises(eh.InputError, match=words):
        days_off(*cells)


def test_nobody_serves_while_away() -> None:
    """What stands beside the names counts as a table of absences does; how much leave is left does not."""
    people = [{"name": "Anna", "kann nicht": "5.1., 19.1."}, {"name": "Bo", "kann nicht": ""}]
    duties = eh.weekly("2026-01-05", 4)
    away = [{"name": "Bo", "from": "2026-01-12", "to": "2026-01-12"}]
    plan = eh.solve(eh.RotaProblem.from_tables(people, duties, absences=away))
    columns = plan.to_columns()
    turns = dict(zip(columns["date"], columns["name"], strict=True))
    assert [turns[day] for day in ("2026-01-05", "2026-01-12", "2026-01-19")] == ["Bo", "Anna", "Bo"]
    leave = eh.RotaProblem.from_tables(
        [{"name": "Ada", "Urlaub": "30"}, {"name": "Bo", "Urlaub": "28"}], duties
    )
    assert len(leave.absent_person) == 0
    assert "names no day and is not read" in "\n".join(map(str, leave.warnings))
