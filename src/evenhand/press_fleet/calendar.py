"""The week, its start days, and how many starts the office can still take on each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.errors import Findings
from evenhand.press_fleet.cells import NO_DAY, in_office, ordinals, unique, weekday
from evenhand.press_fleet.settings import MOST, FleetSettings
from evenhand.tables import Table

FIRST_YEAR, LAST_YEAR = 1900, 2999


@dataclass(frozen=True, eq=False)
class Calendar:
    """The start days of one week.

    Attributes:
        week_start: ordinal of its Monday.
        days: ordinals of the start days, ascending, shape (D,).
        slots: starts left on each, >= 0, shape (D,).
        notes: what is special about a day: "blackout: Founders' Day"; "" for an ordinary one.
    """

    week_start: int
    days: Ints
    slots: Ints
    notes: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The start days as ISO dates."""
        return tuple(date.fromordinal(int(day)).isoformat() for day in self.days)


def week_of(week_start: str | date | None, capacity: Table | None, office: str, findings: Findings) -> int:
    """Return the ordinal of the week's Monday; NO_DAY and a finding where there is none to be had.

    Without ``week_start`` the calendar decides, if all its days for the office lie in one week.
    """
    if week_start is None:
        return _week_in_calendar(capacity, office, findings)
    try:
        day = week_start if isinstance(week_start, date) else date.fromisoformat(week_start.strip())
    except ValueError:
        findings.error(
            "is not a date", "Write a Monday such as 2026-01-26", column="week_start", came=str(week_start)
        )
        return NO_DAY
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        findings.error(
            "is not a year to plan for", "Check the year", column="week_start", came=day.isoformat()
        )
        return NO_DAY
    if day.weekday():
        monday = date.fromordinal(day.toordinal() - day.weekday())
        findings.error(
            f"is a {day:%A}, not a Monday",
            f"That week starts on {monday.isoformat()}",
            column="week_start",
            came=day.isoformat(),
        )
        return NO_DAY
    return day.toordinal()


def _week_in_calendar(capacity: Table | None, office: str, findings: Findings) -> int:
    mend = "Say which week, by its Monday: week_start=2026-01-26 (--week-start 2026-01-26)"
    if capacity is None or not len(capacity) or not capacity.has("date"):
        findings.error(
            "is missing, and there is no capacity calendar to read it from", mend, column="week_start"
        )
        return NO_DAY
    # Faults of the dates are told when the calendar itself is read; here they would be told twice.
    quiet = Table(capacity.name, capacity.columns, capacity.rows, Findings())
    days = ordinals(quiet, "date", optional=True)[in_office(capacity, office)]
    # Day 1 of Python's calendar was a Monday, so this is the Monday of each date's week.
    mondays = sorted({int(day) - (int(day) - 1) % 7 for day in days if day != NO_DAY})
    if len(mondays) == 1:
        return mondays[0]
    weeks = ", ".join(date.fromordinal(monday).isoformat() for monday in mondays[:5])
    findings.error(
        f"is missing, and the capacity calendar holds {len(mondays)} weeks"
        + (f" ({weeks})" if weeks else ""),
        mend,
        column="week_start",
    )
    return NO_DAY


def start_days(week_start: int, settings: FleetSettings, findings: Findings) -> Ints:
    """Return the ordinals of the start days, ascending and once each; days outside the week are refused."""
    chosen: set[int] = set()
    for entry in settings.start_days:
        row = weekday(entry)
        if row is not None:
            chosen.add(week_start + row)
            continue
        try:
            day = date.fromisoformat(entry.strip()).toordinal()
        except ValueError:
            findings.error(
                "is not a day to start on", "Write Mon to Sun, or a date", column="start_days", came=entry
            )
            continue
        if week_start != NO_DAY and not week_start <= day < week_start + 7:
            monday = date.fromordinal(week_start).isoformat()
            findings.error(
                f"lies outside the calendar of the week of {monday}",
                "Start days lie in the week, Monday to Sunday",
                column="start_days",
                came=entry,
            )
            continue
        chosen.add(day)
    return np.array(sorted(chosen), dtype=np.int64)


def read_calendar(
    capacity: Table | None,
    office: str,
    week_start: int,
    days: Ints,
    settings: FleetSettings,
    booked: Ints,
) -> Calendar:
    """Return the start days with what is left of their slots.

    Args:
        capacity: columns office, date, slots, note; or None. A row wins over the defaults; 0 is a blackout.
        office: whose rows count.
        week_start: ordinal of the Monday.
        days: start days, shape (D,).
        settings: the defaults for weekdays and weekends.
        booked: ordinals of the starts that the office has already booked, any length.

    Returns:
        The calendar; a day that is booked beyond its slots has 0 left.
    """
    # Day 1 of Python's calendar was a Monday.
    weekend = (days - 1) % 7 >= 5  # noqa: PLR2004 - Saturday is the sixth day
    usual = np.where(weekend, settings.weekend_slots, settings.weekday_slots).astype(np.int64)
    slots, notes = usual.copy(), [""] * len(days)
    starts = np.array([np.count_nonzero(booked == day) for day in days], dtype=np.int64)
    if capacity is not None and capacity.need("date", "slots"):
        _rows_win(capacity, office, days, slots, notes, usual, starts)
    return Calendar(week_start, days, np.maximum(0, slots - starts), tuple(notes))


def _rows_win(
    table: Table, office: str, days: Ints, slots: Ints, notes: list[str], usual: Ints, starts: Ints
) -> None:
    at_rows = np.flatnonzero(in_office(table, office)).tolist()
    dates = ordinals(table, "date")
    given = table.integers("slots", low=0, high=MOST)
    words = table.text("note")
    unique(
        table,
        at_rows,
        [int(day) if day != NO_DAY else None for day in dates],
        "date",
        "has two rows for this office",
        "Keep one row a day",
    )
    place = {int(day): row for row, day in enumerate(days)}
    for row in at_rows:
        here = place.get(int(dates[row]))
        if here is not None:
            slots[here] = given[row]
            taken = min(int(starts[here]), int(given[row]))
            notes[here] = day_note(int(given[row]), int(usual[here]), words[row], taken)


def day_note(slots: int, usual: int, note: str, taken: int = 0) -> str:
    """Name a day by its slots and note: blackout, travel, reduced, increased; "" for an ordinary day.

    Args:
        slots: starts of the day.
        usual: starts of other days.
        note: what the table says of it.
        taken: starts of loans that were booked before.

    >>> day_note(0, 15, "Founders' Day"), day_note(8, 15, "Travel to the show")
    ("blackout: Founders' Day", 'Travel to the show (8 slots, not 15)')
    >>> day_note(20, 15, "", 2)
    'increased (20 slots, not 15; 2 taken before)'
    """
    before = f"; {taken} taken before" if taken else ""
    figures = "" if slots == usual else f" ({slots} slot{'s' * (slots != 1)}, not {usual}{before})"
    if slots == 0:
        kind, figures = "blackout", ""
    elif "travel" in note.casefold():
        return note + figures
    elif slots < usual:
        kind = "reduced"
    elif slots > usual:
        kind = "increased"
    else:
        return note
    return f"{kind}{figures}: {note}" if note else f"{kind}{figures}"
