"""Absences out of an iCalendar file, as a table of name, from, to: bounded, and nothing below daily.

Who is away: everybody an event names as ATTENDEE (by CN, else by mail address); without one, the words before
the first colon of its SUMMARY ("Ada: holiday"); without a colon, the calendar's own name (X-WR-CALNAME), else
the whole SUMMARY. When: every day the event touches, in its own time zone. Cancelled events do not count.

Reference:
    RFC 5545, Internet Calendaring and Scheduling (iCalendar).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from evenhand.core.errors import Findings, InputError
from evenhand.tables.recurrence import faults, steps
from evenhand.tables.table import Table

__all__ = ["MOST_BYTES", "MOST_INSTANCES", "read_absences"]

MOST_BYTES: Final = 5_000_000
"""A larger calendar is refused: a year of one person's events is a few hundred kilobytes."""
MOST_INSTANCES: Final = 2_000
"""Instances of all events inside the window; more are refused."""
SURELY: Final = 5
"""Times too many by the estimate made ahead, which counts a little much: then none is gone through."""
MOST_STEPS: Final = 1_000_000
"""Instances gone through from where events start to the end of the window; about two seconds of work."""


def read_absences(source: str | Path, first: date, last: date, findings: Findings | None = None) -> Table:
    """Read the absences between two days from an iCalendar file.

    Args:
        source: path of an .ics file.
        first: first day of the window, inclusive.
        last: last day of the window, inclusive.
        findings: where to note events that cannot be used; a new collection if none is given.

    Returns:
        A table with the columns name, from, to (ISO dates, inclusive, cut to the window) and note, sorted.
        Row numbers are those of the events in the file, counted from 1.

    Raises:
        InputError: the file is not there, too large, no calendar, or recurs too often.
    """
    path = Path(source)
    noted = findings if findings is not None else Findings()
    calendar = _parsed(path)
    try:
        lines = _lines(calendar, first, last, path.name, noted)
    except InputError:
        raise
    except Exception as error:
        # a damaged file leads the calendar's libraries to raise anything; what they say is all there is
        raise InputError.one(
            f"holds an event that cannot be followed ({error})",
            "Export the calendar again, or its absences as a table",
            table=path.name,
        ) from error
    columns = {
        head: [str(line[at]) for line in lines] for at, head in enumerate(("name", "from", "to", "note"))
    }
    return Table(path.name, columns, [line[4] for line in lines], noted)


Line = tuple[str, str, str, str, int]
"""Name, first day, last day, note, and the event's number in the file."""


def _lines(calendar: Any, first: date, last: date, table: str, noted: Findings) -> list[Line]:
    events = list(calendar.walk("VEVENT"))
    _note_unusable(events, table, noted)
    good = {id(event) for event in events if _usable(event)}
    calendar.subcomponents = [
        part for part in calendar.subcomponents if part.name != "VEVENT" or id(part) in good
    ]
    owner = str(calendar.get("X-WR-CALNAME", "")).strip()
    number = {str(event.get("UID", "")): at for at, event in reversed(list(enumerate(events, start=1)))}
    return sorted(
        (
            name,
            begin.isoformat(),
            end.isoformat(),
            str(event.get("SUMMARY", "")),
            number.get(str(event.get("UID", "")), 1),
        )
        for event in _instances(calendar, first, last, table)
        for begin, end in [_days(event, first, last)]
        for name in _names(event, owner)
    )


def _parsed(path: Path) -> Any:
    import icalendar

    def refuse(problem: str, mend: str) -> InputError:
        return InputError.one(problem, mend, table=path.name)

    try:
        if path.stat().st_size > MOST_BYTES:
            raise refuse(f"is over {MOST_BYTES // 1_000_000} MB", "Export a shorter time from your calendar")
        content = path.read_bytes()
    except OSError as error:
        raise refuse(f"cannot be read ({error.strerror})", "Check the path") from error
    try:
        calendar = icalendar.Calendar.from_ical(content)
    except Exception as error:
        raise refuse("is no iCalendar file", "Export the calendar as .ics and try again") from error
    if calendar.name != "VCALENDAR":
        raise refuse("holds no calendar", "Export the whole calendar, not a single part, as .ics")
    return calendar


def _usable(event: Any) -> bool:
    cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
    return not event.errors and not cancelled and not any(faults(event))


def _note_unusable(events: Sequence[Any], table: str, noted: Findings) -> None:
    for at, event in enumerate(events, start=1):
        label = str(event.get("SUMMARY", event.get("UID", ""))) or None
        for key, problem in event.errors:
            noted.error(
                f"has a {key} that cannot be read ({problem})",
                "Mend the event in your calendar and export it again",
                table=table, row=at, column=str(key or ""), came=label,
            )  # fmt: skip
        for column, problem, mend in () if event.errors else faults(event):
            noted.error(problem, mend, table=table, row=at, column=column, came=label)


def _instances(calendar: Any, first: date, last: date, table: str) -> Iterator[Any]:
    import recurring_ical_events

    events = list(calendar.walk("VEVENT"))
    if sum(steps(event, date.min, last) for event in events) > MOST_STEPS:
        raise InputError.one(
            "repeats events over too long a time",
            "Export a shorter time from your calendar, or one person's absences only",
            table=table,
        )
    many = InputError.one(
        f"has more than {MOST_INSTANCES} events between {first} and {last}",
        "Plan a shorter time, or export one person's absences only",
        table=table,
    )
    if sum(steps(event, first, last) for event in events) > SURELY * MOST_INSTANCES:
        raise many
    window = recurring_ical_events.of(calendar, components=["VEVENT"])
    for count, event in enumerate(window.between(first, last + timedelta(days=1)), start=1):
        if count > MOST_INSTANCES:
            raise many
        yield event


def _days(event: Any, first: date, last: date) -> tuple[date, date]:
    """Return the first and last day an event touches, cut to the window."""
    begin, end = event.start, event.end
    last_moment = end - timedelta(microseconds=1) if isinstance(end, datetime) and end > begin else end
    from_day = begin.date() if isinstance(begin, datetime) else begin
    if isinstance(last_moment, datetime):
        to_day = last_moment.date()
    else:
        to_day = end - timedelta(days=1) if end > from_day else from_day
    return max(first, min(from_day, last)), min(last, max(to_day, from_day))


def _names(event: Any, owner: str) -> list[str]:
    guests = event.get("ATTENDEE", [])
    guests = guests if isinstance(guests, list) else [guests]
    named = [
        str(guest.params.get("CN", "")).strip() or str(guest).removeprefix("mailto:").removeprefix("MAILTO:")
        for guest in guests
    ]
    if named:
        return named
    summary = str(event.get("SUMMARY", "")).strip()
    before, colon, _ = summary.partition(":")
    return [before.strip() if colon else owner or summary]
