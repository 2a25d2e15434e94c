"""Dates are read where they can mean one day only."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.tables.calendar_days import days

LAST = date(2026, 1, 31)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-01-31", "2026-1-31", "20260131", "2026/01/31", "2026.1.31", "31.01.2026", "31.1.2026",
        "31. 1. 2026", "2026-01-31 00:00:00", "2026-01-31T00:00", "2026-01-31 00:00:00.000",
        "31.01.2026 00:00", "31/01/2026", "01/31/2026", "31-1-2026",
    ],
)  # fmt: skip
def test_a_date_that_means_one_day_is_read(cell: str) -> None:
    """ISO, year first, points, and slashes where one number is above 12."""
    assert days([cell]) == ({cell: LAST}, {}, None)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("2026-02-30", "is not a day of the calendar"),
        ("31.02.2026", "is not a day of the calendar"),
        ("30/02/2026", "is not a day of the calendar"),
        ("13/13/2026", "is not a day of the calendar"),
        ("1/2/26", "has a year of two digits"),
        ("46053", "is not a date but a spreadsheet's day count"),
        ("2026-01-31 09:30", "has a time of day"),
        ("6.11.", "has no year"),
        ("06. Nov", "has no year"),
        ("14/06", "has no year"),
        ("KW 12", "is a week, not a day"),
        ("Woche 7/2026", "is a week, not a day"),
        ("6.-12.11.", "names several days"),
        ("6.11.2026 bis 12.11.2026", "names several days"),
        ("soon", "is not a date"),
        ("²⁰²⁶-01-01", "is not a date"),
    ],
)
def test_what_is_no_date_is_said_in_its_own_words(cell: str, problem: str) -> None:
    """Each kind of failure has its own clause."""
    known, said, whole = days([cell])
    assert (known, said[cell][0], whole) == ({}, problem, None)


def test_a_day_count_is_told_as_the_day_it_counts() -> None:
    """46053 is what a spreadsheet stores for 2026-01-31."""
    assert days(["46053"])[1]["46053"][1] == "Show the column as dates; this one is 2026-01-31"


def test_the_column_decides_which_number_is_the_day() -> None:
    """One 31/12 makes 03/04 the third of April, one 12/31 makes it the fourth of March."""
    assert days(["03/04/2026", "31/12/2026"])[0]["03/04/2026"] == date(2026, 4, 3)
    assert days(["03/04/2026", "12/31/2026"])[0]["03/04/2026"] == date(2026, 3, 4)
    assert days(["04/04/2026"])[0] == {"04/04/2026": date(2026, 4, 4)}


def test_a_column_that_decides_nothing_is_one_fault() -> None:
    """Where every cell could be read both ways the first is named once, with both readings."""
    known, said, whole = days(["04/04/2026", "03/04/2026", "05/06/2026"])
    assert (known, said) == ({}, {})
    assert whole is not None
    assert whole[0] == "03/04/2026"
    assert whole[1].startswith("could be 2026-03-04 or 2026-04-03")


def test_a_column_that_contradicts_itself_is_one_fault() -> None:
    """31/12 and 12/31 cannot both be right; the later is named with the earlier."""
    _, _, whole = days(["01/02/2026", "31/12/2026", "12/31/2026"])
    assert whole is not None
    assert (whole[0], "31/12/2026" in whole[1]) == ("12/31/2026", True)


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.dates(), min_size=1, max_size=8, unique=True),
    st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y"]),
)
def test_slashes_are_never_read_the_wrong_way(drawn: list[date], form: str) -> None:
    """Whatever is returned for a column in one order is the day that was meant."""
    cells = {day.strftime(form[:-2]) + f"{day.year:04}": day for day in drawn}
    known, _, _ = days(list(cells))
    assert all(cells[cell] == day for cell, day in known.items())


@settings(deadline=None, max_examples=100)
@given(st.dates(min_value=date(1000, 1, 1), max_value=date(9999, 12, 30)))
def test_iso_and_points_come_back_exactly(day: date) -> None:
    """Any day from the year 1000 on, in both unambiguous forms, and its neighbour."""
    other = day + timedelta(days=1)
    cells = [day.isoformat(), f"{other.day}.{other.month}.{other.year}"]
    assert days(cells) == (dict(zip(cells, [day, other], strict=True)), {}, None)
