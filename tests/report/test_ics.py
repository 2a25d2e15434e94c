"""Calendars that people import once and keep: stable, updatable, right across daylight saving."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.core.errors import InputError
from evenhand.report.ics import Turn, calendar, hours

BERLIN = ZoneInfo("Europe/Berlin")
ADA = Turn(date(2026, 1, 27), date(2026, 2, 2), "Garden", "Ada", "Ada was owed 0.5 turns.")
BOB = Turn(date(2026, 2, 3), date(2026, 2, 9), "Garden", "Bob")


def events(content: bytes) -> list[Any]:
    """Return the events a real parser finds."""
    book = icalendar.Calendar.from_ical(content)
    assert not book.errors
    return list(book.walk("VEVENT"))


def test_an_all_day_turn_ends_on_its_last_day() -> None:
    """DTEND is exclusive, so a week from 27 January to 2 February ends on the 3rd."""
    (event,) = events(calendar([ADA], "rota"))
    assert (event.start, event.end) == (date(2026, 1, 27), date(2026, 2, 3))
    assert str(event["SUMMARY"]) == "Garden: Ada"
    assert str(event["DESCRIPTION"]) == "Ada was owed 0.5 turns."
    assert not list(event.walk("VALARM"))


@given(st.permutations([ADA, BOB, Turn(date(2026, 2, 3), date(2026, 2, 9), "Kitchen", "Ada")]))
@settings(deadline=None, max_examples=10)
def test_the_order_of_turns_does_not_change_the_bytes(turns: list[Turn]) -> None:
    """The same turns in any order give the same file."""
    assert calendar(turns, "rota") == calendar(sorted(turns, key=lambda turn: turn.person), "rota")


def test_sending_the_same_plan_again_changes_nothing() -> None:
    """With its own output as the earlier file, a calendar comes out byte for byte the same."""
    first = calendar([ADA, BOB], "rota")
    assert calendar([ADA, BOB], "rota", previous=first) == first


def test_a_changed_turn_gets_one_more_sequence_and_a_dropped_one_is_cancelled() -> None:
    """A longer turn gets SEQUENCE 1, a dropped one is cancelled with 1 and comes back with 2."""
    first = calendar([ADA, BOB], "rota")
    longer = Turn(BOB.start, date(2026, 2, 12), "Garden", "Bob")
    second = calendar([longer], "rota", previous=first)
    found = {str(event["SUMMARY"]): event for event in events(second)}
    assert (int(found["Garden: Bob"]["SEQUENCE"]), str(found["Garden: Bob"]["STATUS"])) == (1, "CONFIRMED")
    assert (int(found["Garden: Ada"]["SEQUENCE"]), str(found["Garden: Ada"]["STATUS"])) == (1, "CANCELLED")
    third = calendar([ADA, longer], "rota", previous=second)
    assert [int(event["SEQUENCE"]) for event in events(third)] == [2, 1]
    assert calendar([longer], "rota", previous=second) == second


@pytest.mark.parametrize(("month", "day", "length"), [(3, 23, 167), (10, 19, 169), (6, 1, 168)])
def test_a_week_across_daylight_saving_has_167_or_169_hours(month: int, day: int, length: int) -> None:
    """The true hours of a week in Berlin, and a note in the event where they are not 168."""
    start = datetime(2026, month, day, 9, tzinfo=BERLIN)
    turn = Turn(start, start.replace(day=day + 7), "On call", "Ada")
    assert hours(turn) == length
    content = calendar([turn], "rota")
    (event,) = events(content)
    assert b"BEGIN:VTIMEZONE" in content
    assert ("clocks change" in str(event["DESCRIPTION"])) == (length != 168)
    assert event.start.utcoffset() == start.utcoffset()


def test_days_count_24_hours_each() -> None:
    """A turn given in days has 24 hours a day."""
    assert hours(ADA) == 168


def test_an_empty_plan_is_an_empty_calendar() -> None:
    """No turns give a valid calendar without events."""
    assert events(calendar([], "rota")) == []


def test_an_earlier_file_that_is_no_calendar_is_refused() -> None:
    """Whatever else is given as the earlier file gets a sentence, not a traceback."""
    with pytest.raises(InputError, match="is not an iCalendar file"):
        calendar([ADA], "rota", previous=b"hello")
