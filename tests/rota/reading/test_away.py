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
        ("Mo 5.1.", [("2026-01-05", "2026-01-05")]),
        ("Mon 5 Jan to Fri 9 Jan", [("2026-01-05", "2026-01-09")]),
        ("am 05.01.2026", [("2026-01-05", "2026-01-05")]),
        ("Jan 5-12", [("2026-01-05", "2026-01-12")]),
        ("5., 12. und 19. Januar", [(f"2026-01-{day}", f"2026-01-{day}") for day in ("05", "12", "19")]),
        ("January 5, 12, 19", [(f"2026-01-{day}", f"2026-01-{day}") for day in ("05", "12", "19")]),
        ("ab 20.2.", [("2026-02-20", "2026-03-01")]),
        ("from 2026-02-20", [("2026-02-20", "2026-03-01")]),
        ("bis 5.1.", [("2025-12-22", "2026-01-05")]),
        ("jusqu'au 5 janvier", [("2025-12-22", "2026-01-05")]),
        ("20.12.-10.1.", [("2025-12-20", "2026-01-10")]),
        ("KW 7-9", [("2026-02-09", "2026-03-01")]),
        ("KW 7 bis KW 8", [("2026-02-09", "2026-02-22")]),
        ("week 7-10", [("2026-02-09", "2026-03-08")]),
        ("weeks 51 to 2", [("2025-12-15", "2026-01-11")]),
        ("KW 7/2026", [("2026-02-09", "2026-02-15")]),
        ("12th of January", [("2026-01-12", "2026-01-12")]),
        ("im Februar", [("2026-02-01", "2026-02-28")]),
        ("February 2026", [("2026-02-01", "2026-02-28")]),
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
    assert mondays == days_off("every Monday") == days_off("jeden Montag") == days_off("tous les lundis")
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
        (("5.1.", "Mo 6.1."), "names no day"),
        (("5.1.", "Tue 5 Jan to Fri 9 Jan"), "names no day"),
        (("5.1.", "vom 6.1."), "names no day"),
        (("5.1.", "KW 7-26"), "names no day"),
        (("5.1.", "31"), "names no day"),
        (("5.1.", "mar"), "names no day"),
        (("5.1.", "0 Jan"), "names no day"),
    ],
)
def test_what_names_no_day_is_refused_by_row(cells: tuple[str, ...], words: str) -> None:
    """A cell that may mean any day is never passed over, nor is a date that could be two."""
    with pytest.raises(eh.InputError, match=words):
        days_off(*cells)


def test_a_range_without_years_is_the_one_that_touches_the_plan() -> None:
    """A plan of the new year alone: holidays that began in the old one reach into it, not into the next."""
    table = read({"name": ["Ada"], "away": ["20.12.-10.1."]}, "people")
    spans = away_of(table, {"Ada": 0}, date(2026, 1, 1).toordinal(), date(2026, 3, 31).toordinal())
    assert spans.tolist() == [[0, date(2025, 12, 20).toordinal(), date(2026, 1, 10).toordinal()]]


@pytest.mark.parametrize("cell", ["5.3.", "5.3.-9.3.", "March"])
def test_days_that_a_plan_holds_twice_need_their_year(cell: str) -> None:
    """Over two years a date without one may be either, so it is asked for; with the year it is read."""
    first, last = date(2026, 1, 1).toordinal(), date(2027, 12, 31).toordinal()
    table = read({"name": ["Ada", "Bo"], "away": [cell, "1.1.2026"]}, "people")
    away_of(table, {"Ada": 0, "Bo": 1}, first, last)
    with pytest.raises(eh.InputError, match=r"row 2, column away: '[^']*' names no day"):
        table.findings.raise_errors()


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
