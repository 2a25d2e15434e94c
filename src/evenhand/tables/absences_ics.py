"""Absences out of an iCalendar file, as a table of name, from, to: bounded, and nothing below daily.

The file is read by ``foreign_calendar`` in the guarded child. An event that cannot be an absence is left out
and told, with its title and day: one meeting that somebody set up badly does not refuse a year of absences.

Reference:
    RFC 5545, Internet Calendaring and Scheduling (iCalendar).
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

from evenhand.core.errors import Findings, InputError
from evenhand.tables.files import bytes_of
from evenhand.tables.guarded import Budget, answered
from evenhand.tables.reader import Given
from evenhand.tables.table import Origin, Table

MOST_BYTES: Final = 5_000_000
"""A larger calendar is refused: a year of one person's events is a few hundred kilobytes."""
MOST_INSTANCES: Final = 2_000
"""Instances of all events inside the window; more are refused."""
MOST_ABSENCES: Final = 100_000
"""People times instances: a company of two thousand with fifty absences each. Twice that is a meeting of
everybody that repeats, which is nobody's absence."""
BUDGET: Final = Budget(seconds=20, memory=1 << 30, cells=5 * MOST_ABSENCES, characters=50_000_000)
"""A calendar of the largest size allowed takes about six seconds."""


def is_calendar(source: object) -> bool:
    """Whether a source is an iCalendar file, by its name's ending or its first line."""
    held = source.source if isinstance(source, Given) else source
    if isinstance(held, (bytes, bytearray)):
        return bytes(held[:64]).removeprefix(b"\xef\xbb\xbf").lstrip().upper().startswith(b"BEGIN:VCALENDAR")
    return isinstance(held, (str, Path)) and str(held).lower().endswith(".ics")


def read_absences(
    source: str | Path | bytes | Given,
    first: date,
    last: date,
    findings: Findings | None = None,
    *,
    strict: bool = False,
) -> Table:
    """Read the absences between two days from an iCalendar file.

    Args:
        source: path of an .ics file, or its bytes.
        first: first day of the window, inclusive.
        last: last day of the window, inclusive.
        findings: where to note events that cannot be used; a new collection if none is given.
        strict: whether an event that cannot be used is an error; otherwise it is left out with a note.

    Returns:
        A table with the columns name, from, to (ISO dates, inclusive, cut to the window) and note, sorted.
        Row numbers are those of the events in the file, counted from 1.

    Raises:
        InputError: the file is not there, too large, no calendar, or recurs too often.
    """
    options = {"instances": MOST_INSTANCES, "absences": MOST_ABSENCES}
    heads = ("name", "from", "to", "note")
    return _read(source, MOST_BYTES, first, last, options, heads, findings, strict=strict)


def _read(
    source: str | Path | bytes | Given,
    most: int,
    first: date,
    last: date,
    options: dict[str, Any],
    heads: tuple[str, ...],
    findings: Findings | None,
    *,
    strict: bool = False,
) -> Table:
    """Return a calendar of at most so many bytes as a table with these heads; see ``read_absences``."""
    noted = findings if findings is not None else Findings()
    name, raw = _opened(source, most)
    options |= {"first": first.isoformat(), "last": last.isoformat()}
    with answered("calendar", raw, options, name, BUDGET) as (head, rest):
        if "fault" in head:
            what = "turns" if "events" in options else "absences"
            mend = head.get("mend", f"Export the calendar again, or its {what} as a table")
            raise InputError.one(head.get("problem", "cannot be followed"), mend, table=name)
        lines = [json.loads(line) for line in rest]
    for odd in head["odd"]:
        note = noted.error if strict else noted.warning
        left_out = "" if strict else "; the event was left out"
        place = {key: odd[key] for key in ("row", "column", "came")}
        note(odd["problem"] + left_out, odd["mend"], table=name, **place)
    columns = {column: [str(line[index]) for line in lines] for index, column in enumerate(heads)}
    # Last in each line is the number of its event.
    rows, kind = [line[-1] for line in lines], "a strict calendar" if strict else "a calendar"
    return Table(name, columns, rows, noted, origin=Origin(kind, encoding="utf-8"))


def _opened(source: str | Path | bytes | Given, most: int) -> tuple[str, bytes]:
    """Return a calendar's name and bytes; refuse one of more than ``most`` bytes."""
    held = source.source if isinstance(source, Given) else source
    called = source.name if isinstance(source, Given) else ""
    name = called or (Path(held).name if isinstance(held, (str, Path)) else "calendar.ics")
    raw = held if isinstance(held, bytes) else bytes_of(held)
    # Asked before the child starts: reading takes it about a second a megabyte.
    if len(raw) > most:
        problem = f"is over {most // 1_000_000} MB"
        raise InputError.one(problem, "Export a shorter time from your calendar", table=name)
    return name, raw


MOST_EVENTS: Final = 20_000
"""Instances of a team's own calendar: ten turns a day for five years."""


def read_events(
    source: str | Path | bytes | Given, first: date, last: date, findings: Findings | None = None
) -> Table:
    """Read what a team's calendar holds between two days: its events as they stand, sorted by start.

    Args:
        source: path of an .ics file, or its bytes.
        first: first day of the window, inclusive.
        last: last day of the window, inclusive.
        findings: where to note events that cannot be used; they are left out.

    Returns:
        A table with the columns names (attendees, parted by a unit separator), title, from, to (ISO days, the
        last one inclusive; or moments by the clock of the event's own time zone), timezone and uid.

    Raises:
        InputError: the file is not there, too large, no calendar, or recurs too often.
    """
    options = {"instances": MOST_EVENTS, "absences": MOST_ABSENCES, "events": True}
    heads = ("names", "title", "from", "to", "timezone", "uid")
    # A team's calendar holds everybody's turns of years; one person's absences are a part of that.
    return _read(source, MOST_BYTES * 4, first, last, options, heads, findings)
