"""Turns as an iCalendar file: stable UIDs, a higher SEQUENCE on change, zoned hours, no alarms.

A turn's UID comes from the turn's id (duty, day, time, seat), whoever serves: planning again leaves unchanged
turns as they were, and one that somebody else takes over is updated where it stands in a calendar of all.
What an earlier file had and the new plan has not is sent again as cancelled.

Reference:
    RFC 5545 (iCalendar), RFC 5546 (SEQUENCE and STATUS on change).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from typing import Any

from evenhand.core.errors import InputError
from evenhand.core.version import VERSION

STAMP = "X-EVENHAND-FINGERPRINT"
WHO = "X-EVENHAND-PERSON"
TURN = "X-EVENHAND-TURN"


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """One person in one seat of one slot, as a calendar shows it.

    Attributes:
        start: first day, or the moment it begins; one without a time zone is the same wall clock everywhere.
        end: last day, inclusive; or the moment it ends.
        duty: what is done.
        person: who does it.
        note: why them; goes into the description.
        turn: the turn's id, the same whoever serves; "" for none.
    """

    start: date | datetime
    end: date | datetime
    duty: str
    person: str
    note: str = ""
    turn: str = ""


def hours(turn: Turn) -> float:
    """Return the true length of a turn in hours: a week across daylight saving has 167 or 169.

    Days without hours count 24 each.
    """
    if isinstance(turn.start, datetime) and isinstance(turn.end, datetime):
        return (_moment(turn.end) - _moment(turn.start)).total_seconds() / 3600
    return (turn.end.toordinal() - turn.start.toordinal() + 1) * 24.0


def calendar(
    turns: Iterable[Turn],
    name: str,
    previous: bytes | None = None,
    *,
    title: str = "",
    person: str | None = None,
    since: date | None = None,
) -> bytes:
    """Write turns as an iCalendar file.

    Args:
        turns: in any order; the file is sorted by start, duty and person.
        name: part of every UID: keep it the same from plan to plan.
        previous: the file handed out before; its unchanged events keep their SEQUENCE, changed ones get one
            more, and those that are gone are cancelled.
        title: what calendars show as the calendar's name; ``name`` if not given.
        person: take only this person's events from ``previous``, so that one person's file can follow an
            earlier one for all.
        since: first day of the plan. What ``previous`` holds before it was served and stays as it is.

    Returns:
        UTF-8 bytes, the same for the same arguments.

    Raises:
        InputError: ``previous`` is not an iCalendar file.
    """
    import icalendar

    book = icalendar.Calendar()
    for key, value in (
        ("PRODID", f"-//evenhand//rota {VERSION}//EN"),
        ("VERSION", "2.0"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
        ("X-WR-CALNAME", title or name),
    ):
        book.add(key, value)
    before = _earlier(previous, person)
    # Sorted, and stamped with the first turn and not with today: the same plan gives the same bytes.
    ordered = sorted(turns, key=lambda turn: (_moment(turn.start), turn.duty, turn.person))
    stamp = _moment(ordered[0].start) if ordered else datetime(2000, 1, 1, tzinfo=UTC)
    seen: set[str] = set()
    for turn in ordered:
        event = _event(turn, name, stamp)
        uid = str(event["UID"])
        if uid in seen:
            continue  # a turn given twice is one entry
        seen.add(uid)
        event.add("SEQUENCE", _sequence(before.get(uid), str(event[STAMP])))
        book.add_component(event)
    # A calendar keeps what it once imported: a turn that is gone has to come again, cancelled.
    for uid in sorted(before.keys() - seen):
        old = before[uid]
        book.add_component(old if since and _day(old) < since else _cancelled(old))
    years = [_day(event).year for event in book.walk("VEVENT")]
    if years:
        # a time zone is written for the years of the events, not from 1970 to 2038
        book.add_missing_timezones(date(min(years), 1, 1), date(min(max(years) + 2, 9999), 1, 1))
    return bytes(book.to_ical())


def _event(turn: Turn, name: str, stamp: datetime) -> Any:
    import icalendar

    event = icalendar.Event()
    # By the turn's id: whoever takes it over, it is the same entry, with another name and a higher SEQUENCE.
    told_by = (turn.turn,) if turn.turn else (turn.duty, _text(turn.start), turn.person)
    event.add("UID", f"{_digest(name, *told_by)}@evenhand")
    event.add("DTSTAMP", stamp)
    event.add("DTSTART", turn.start)
    event.add("DTEND", turn.end if isinstance(turn.end, datetime) else turn.end + timedelta(days=1))
    event.add("SUMMARY", f"{turn.duty}: {turn.person}")
    event.add("DESCRIPTION", "\n".join(part for part in (turn.note, _length_note(turn)) if part))
    event.add("STATUS", "CONFIRMED")
    # A week on call should not show a person as busy all week.
    event.add("TRANSP", "TRANSPARENT")
    event.add(WHO, turn.person)
    if turn.turn:
        event.add(TURN, turn.turn)
    event.add(STAMP, _digest(_text(turn.start), _text(turn.end), turn.duty, turn.person))
    return event


def _length_note(turn: Turn) -> str:
    """Say the hours where the clocks change within the turn."""
    if not isinstance(turn.start, datetime) or not isinstance(turn.end, datetime):
        return ""
    # Where the clocks change, a turn lasts longer or shorter than its hours on the wall say.
    wall = (turn.end.replace(tzinfo=None) - turn.start.replace(tzinfo=None)).total_seconds() / 3600
    true = hours(turn)
    return (
        ""
        if wall == true
        else f"{true:g} {'hour' if true == 1 else 'hours'}: the clocks change during this turn."
    )


def _earlier(previous: bytes | None, person: str | None) -> Mapping[str, Any]:
    if previous is None:
        return {}
    import icalendar

    try:
        book = icalendar.Calendar.from_ical(previous)
        book.to_ical()  # what is read can still be broken in ways that show when it is written
    except Exception as error:
        # a damaged file leads the calendar's library to raise anything
        raise InputError.one("is not an iCalendar file", "Give the .ics file handed out before") from error
    ours = (event for event in book.walk("VEVENT") if STAMP in event and not event.errors)
    return {
        str(event.get("UID", "")): event
        for event in ours
        if person is None or str(event.get(WHO, "")) == person
    }


def _day(event: Any) -> date:
    """Return the day an event begins; the first of 9999 where it says none."""
    begins = getattr(event.get("DTSTART"), "dt", date(9999, 1, 1))
    return begins.date() if isinstance(begins, datetime) else begins


def _number(event: Any) -> int:
    """Return an event's SEQUENCE; 0 where it has none, or one that is not a number."""
    sequence = event.get("SEQUENCE", 0)
    return sequence if isinstance(sequence, int) else 0


def _sequence(before: Any, stamp: str) -> int:
    if before is None:
        return 0
    # A higher number makes a calendar take the change; the same number leaves an unchanged entry alone.
    unchanged = str(before.get(STAMP, "")) == stamp and str(before.get("STATUS", "")) == "CONFIRMED"
    return _number(before) + (0 if unchanged else 1)


def _cancelled(before: Any) -> Any:
    """Return the earlier event as cancelled; one that already was stays as it is."""
    if str(before.get("STATUS", "")) != "CANCELLED":
        sequence = _number(before) + 1
        for key in ("STATUS", "SEQUENCE"):
            before.pop(key, None)
        before.add("STATUS", "CANCELLED")
        before.add("SEQUENCE", sequence)
    return before


def _moment(when: date | datetime) -> datetime:
    if isinstance(when, datetime):
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return datetime.combine(when, time(), tzinfo=UTC)


def _text(when: date | datetime) -> str:
    return _moment(when).isoformat() if isinstance(when, datetime) else when.isoformat()


def _digest(*parts: str) -> str:
    return blake2b("\x1f".join(parts).encode(), digest_size=12).hexdigest()
