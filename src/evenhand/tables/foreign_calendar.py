"""Absences of an iCalendar file, read in the guarded child: who is away on which days, bounded.

Who: everybody an event names as ATTENDEE (by CN, else by mail address); without one, the words before the
first colon of its SUMMARY ("Ada: holiday"); without a colon, the calendar's own name (X-WR-CALNAME), else the
whole SUMMARY. When: every day the event touches, in its own time zone. Cancelled events do not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import IO, Any, Final

from evenhand.tables.recurrence import faults, steps

SURELY: Final = 5
"""Times too many by the estimate made ahead, which counts a little much: then none is gone through."""
MOST_STEPS: Final = 1_000_000
"""Instances gone through from where events start to the end of the window; about two seconds of work."""


class _TooMany(Exception):  # noqa: N818 - it carries a finding, and is no error of ours
    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(problem)
        self.said = {"fault": "refused", "problem": problem, "mend": mend}


def read_foreign(source: IO[bytes], options: dict[str, Any], answer: Any) -> None:
    """Write what was odd, then a row an absence: name, first day, last day, title, number of the event."""
    lines: list[Any]
    try:
        odd, lines = (events_of if options.get("events") else absences_of)(source.read(), options)
    except _TooMany as refused:
        answer.say(refused.said)
        return
    answer.say({"odd": odd})
    for line in lines:
        answer.row(list(line))


Line = tuple[str, str, str, str, int]
Odd = dict[str, Any]
"""row, column, came, problem and mend of an event that was left out."""


def absences_of(raw: bytes, options: dict[str, Any]) -> tuple[list[Odd], list[Line]]:
    """Return events that were left out and why, and the absences, sorted.

    Args:
        raw: the calendar.
        options: first and last, the window's days in ISO; instances and absences, how many there may be.
    """
    first, last = date.fromisoformat(options["first"]), date.fromisoformat(options["last"])
    odd: list[Odd] = []
    lines: list[Line] = []
    most, room = options["instances"], options["absences"]
    for event, names, place, count in _happening(raw, options, odd):
        # Counted before they are kept: an event for thousands would fill the memory first.
        room -= len(names)
        if count > most or room < 0:
            raise _many(most, first, last) if room >= 0 else _crowded(options["absences"])
        begin, end = _days(event, first, last)
        title = str(event.get("SUMMARY", ""))
        lines += [(name, begin.isoformat(), end.isoformat(), title, place) for name in names]
    return odd, sorted(lines)


Event = tuple[str, str, str, str, str, str, int]
"""Who is named, the title, first and last moment or day, time zone, UID, number of the event."""


def events_of(raw: bytes, options: dict[str, Any]) -> tuple[list[Odd], list[Event]]:
    """Return events that were left out and why, and the others as they stand, sorted by start.

    Moments keep the clock of their own time zone, which stands beside them; whole days are days, the last
    one inclusive. Who is named: X-EVENHAND-PERSON, else the attendees, parted by a unit separator.
    """
    odd: list[Odd] = []
    lines: list[Event] = []
    most = options["instances"]
    for event, names, place, count in _happening(raw, options, odd):
        if count > most:
            raise _many(most, date.fromisoformat(options["first"]), date.fromisoformat(options["last"]))
        begin, end, zone = event.start, event.end, ""
        if isinstance(begin, datetime):
            zone = "" if begin.tzinfo is None else str(getattr(begin.tzinfo, "key", "") or "UTC")
            # A turn at 09:00 stays at 09:00 when summer time begins, so the clock is kept and not the moment.
            begin, end = begin.replace(tzinfo=None), end.replace(tzinfo=None)
        else:
            # iCalendar's last day of whole days is the first one free; people mean the last one away.
            end = max(begin, end - timedelta(days=1))
        person = str(event.get("X-EVENHAND-PERSON", ""))
        named = [person] if person else names if event.get("ATTENDEE") else []
        title, uid = str(event.get("SUMMARY", "")), str(event.get("UID", ""))
        lines.append(("\x1f".join(named), title, begin.isoformat(), end.isoformat(), zone, uid, place))
    return odd, sorted(lines, key=lambda line: (line[2], line[1:]))


def _happening(
    raw: bytes, options: dict[str, Any], odd: list[Odd]
) -> Iterator[tuple[Any, list[str], int, int]]:
    """Yield every usable instance in the window: the event, whom it names, its number, instances so far."""
    import icalendar

    first, last = date.fromisoformat(options["first"]), date.fromisoformat(options["last"])
    try:
        calendar: Any = icalendar.Calendar.from_ical(raw)
    except Exception as error:
        mend = "Export the calendar as .ics and try again"
        raise _TooMany("is not an iCalendar file", mend) from error
    # A single event parses too, but has no time zones: its hours would be anybody's.
    if calendar.name != "VCALENDAR":
        raise _TooMany("holds no calendar", "Export the whole calendar, not a single part, as .ics")
    events = list(calendar.walk("VEVENT"))
    good = [event for slot, event in enumerate(events, start=1) if _usable(event, slot, last, odd)]
    kept = {id(event) for event in good}
    rest = [part for part in calendar.subcomponents if part.name != "VEVENT"]
    calendar.subcomponents = [
        part for part in calendar.subcomponents if part.name != "VEVENT" or id(part) in kept
    ]
    # Backwards, so that of an event and its changed instances the first one's number stays.
    number = {str(event.get("UID", "")): slot for slot, event in reversed(list(enumerate(events, start=1)))}
    owner = str(calendar.get("X-WR-CALNAME", "")).strip()
    most = options["instances"]
    # Before anything is unrolled: a rule of a line can stand for a thousand years of seconds.
    _not_too_many(good, first, last, most)
    happening = _instances(calendar, rest, good, number, (first, last), odd)
    for count, event in enumerate(happening, start=1):
        yield event, _names(event, owner), number.get(str(event.get("UID", "")), 1), count


def _many(most: int, first: date, last: date) -> _TooMany:
    return _TooMany(
        f"has more than {most:,} events between {first} and {last}",
        "Plan a shorter time, or export one person's absences only",
    )


def _crowded(most: int) -> _TooMany:
    return _TooMany(
        f"holds more than {most:,} absences (people times days)",
        "Export absences only: an event for everybody is nobody's absence",
    )


def _usable(event: Any, index: int, last: date, odd: list[Odd]) -> bool:
    """Whether an event can be an absence; say why not, unless it is cancelled."""
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return False
    label = str(event.get("SUMMARY", event.get("UID", ""))) or None
    when = _when(event)
    sentences = [
        (str(key or ""), f"has a {key} that cannot be read ({problem})", "Mend the event in your calendar")
        for key, problem in event.errors
    ]
    if not sentences:
        sentences = list(faults(event))
    # The library goes through all instances since the start, also those long before the window.
    if not sentences and steps(event, date.min, last) > MOST_STEPS:
        sentences = [("RRULE", "repeats over too long a time", "Give it a nearer start or end")]
    odd += [
        {"row": index, "column": column, "came": label, "problem": f"{when}{problem}", "mend": mend}
        for column, problem, mend in sentences
    ]
    return not sentences


def _when(event: Any) -> str:
    """Return "on 2026-02-03 " for an event with a day that can be read, else ""."""
    with suppress(Exception):
        start = event.start
        day = start.date() if isinstance(start, datetime) else start
        return f"on {day.isoformat()} "
    return ""


def _not_too_many(events: list[Any], first: date, last: date, most: int) -> None:
    if sum(steps(event, date.min, last) for event in events) > MOST_STEPS:
        raise _TooMany(
            "repeats events over too long a time",
            "Export a shorter time from your calendar, or one person's absences only",
        )
    if sum(steps(event, first, last) for event in events) > SURELY * most:
        raise _many(most, first, last)


def _instances(
    calendar: Any,
    rest: list[Any],
    events: list[Any],
    number: dict[str, int],
    window: tuple[date, date],
    odd: list[Odd],
) -> Iterator[Any]:
    """Yield every instance in the window; where an event cannot be followed, all others are."""
    import recurring_ical_events

    # The library's end is exclusive, ours is the last day.
    span = (window[0], window[1] + timedelta(days=1))
    try:
        yield from list(recurring_ical_events.of(calendar, components=["VEVENT"]).between(*span))
    except Exception:  # noqa: BLE001 - a damaged event leads the calendar's libraries to raise anything
        # One by one it is slower, so only where all together failed; changed instances stay with their event.
        by_name: dict[str, list[Any]] = {}
        for event in events:
            by_name.setdefault(str(event.get("UID", "")), []).append(event)
        for name, parts in by_name.items():
            calendar.subcomponents = [*rest, *parts]
            try:
                yield from list(recurring_ical_events.of(calendar, components=["VEVENT"]).between(*span))
            except Exception as error:  # noqa: BLE001 - the same, now known to be of this event
                problem = f"{_when(parts[0])}cannot be followed ({str(error)[:80]})"
                label = str(parts[0].get("SUMMARY", name)) or None
                mend = "Mend the event in your calendar"
                odd.append(
                    {
                        "row": number.get(name, 1),
                        "column": "",
                        "came": label,
                        "problem": problem,
                        "mend": mend,
                    }
                )


def _days(event: Any, first: date, last: date) -> tuple[date, date]:
    """Return the first and last day an event touches, cut to the window."""
    begin, end = event.start, event.end
    # An absence that ends at midnight does not touch the day that begins then.
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
    # CN is what the calendar shows; an address stands in where nobody gave a name.
    named = [
        str(guest.params.get("CN", "")).strip() or str(guest).removeprefix("mailto:").removeprefix("MAILTO:")
        for guest in guests
    ]
    if named:
        return named
    summary = str(event.get("SUMMARY", "")).strip()
    # "Ada: holiday" is how teams write whose absence it is in a calendar that all share.
    before, colon, _ = summary.partition(":")
    return [before.strip() if colon else owner or summary]
