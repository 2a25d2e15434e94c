"""Slots of one or several duties: from a start, a rhythm and an end, with time zones and real hours."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from evenhand.core.arguments import said_in_words
from evenhand.core.errors import InputError

# A guard and no limit of the methods: an end typed a thousand years late would otherwise fill the memory.
MOST: Final = 2_000_000
"""Slots a plan may have; more is taken for a typing mistake."""


NTH: Final = ("first", "second", "third", "fourth", "fifth", "last")
"""Which of a month's Sundays, say."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty that comes round.

    Attributes:
        name: what it is called.
        start: first day.
        every: rhythm: ("day", n), ("month", n), or ("first", n) to ("fifth", n) and ("last", n): the weekday
            ``weekdays`` that comes so many times, or last, in every n-th month; several parted by blanks.
        until: last day a slot may start; None where ``count`` says it.
        count: number of slots; None where ``until`` says it.
        seats: seats a slot, >= 1.
        load: units a turn counts, >= 1.
        skills: skill each seat asks for, "" for none; at most ``seats`` of them.
        timezone: an IANA name, or "".
        clock: time of day a slot starts, or None for whole days.
        days: how many days a slot lasts.
        hours: how many hours by the clock on the wall it lasts, where that is not whole days; else 0.
        weekdays: days of the week on which slots start, 0 for Monday; any where empty.
        skip: days, as ordinals, on which no slot starts.
    """

    name: str
    start: date
    every: tuple[str, int]
    until: date | None = None
    count: int | None = None
    seats: int = 1
    load: int = 1
    skills: tuple[str, ...] = ()
    timezone: str = ""
    clock: time | None = None
    days: int = 7
    hours: float = 0.0
    weekdays: tuple[int, ...] = ()
    skip: frozenset[int] = frozenset()

    @property
    def span(self) -> int:
        """How many minutes by the clock on the wall a slot lasts."""
        return round(self.hours * 60) or self.days * 1440


@dataclass(frozen=True, slots=True)
class Slot:
    """One date of one duty.

    Attributes:
        start, end: first and last day, as ordinals.
        clock: minute of the day it starts, -1 for whole days.
        minutes: how many it really lasts, daylight saving included.
        utc: minute in UTC at which it starts, counted from day 0.
        duty: whose slot it is.
    """

    start: int
    end: int
    clock: int
    minutes: int
    utc: int
    duty: Duty


@said_in_words
def weekly(
    start: str | date,
    count: int,
    *,
    seats: int = 1,
    load: int = 1,
    skills: Sequence[str] = (),
    timezone: str = "",
    name: str = "duty",
    weeks: int = 1,
    days: int | None = None,
    at: str = "",
    hours: float = 0,
) -> list[Mapping[str, Any]]:
    """Make the duties table of one weekly duty.

    Args:
        start: first day, a date or its text (2026-01-27).
        count: number of slots.
        seats: seats a slot.
        load: units a turn counts.
        skills: skill of each seat; "" for none.
        timezone: IANA name, such as "Europe/Oslo".
        name: the duty's name.
        weeks: weeks from one slot to the next.
        days: days a slot lasts; all days to the next slot by default.
        at: time of day a slot starts, such as "09:00"; whole days by default.
        hours: hours a slot lasts from then, such as 8; instead of ``days``.

    Returns:
        One row, as ``RotaProblem.from_tables(duties=...)`` takes it.

    Cost: constant: turns are counted out when a problem is made.

    >>> weekly("2026-01-27", 10, seats=2)[0]["every"]
    '7 days'
    """
    # Hours or days, never both: the reader refuses a duty that has two lengths.
    length = {"hours": hours} if hours else {"days": 7 * weeks if days is None else days}
    return [
        {
            "name": name,
            "start": start.isoformat() if isinstance(start, date) else str(start),
            "every": f"{7 * weeks} days",
            "count": count,
            "seats": seats,
            "load": load,
            "skills": "; ".join(skills),
            "timezone": timezone,
            "at": at,
            **length,
        }
    ]


@said_in_words
def daily(
    start: str | date,
    count: int,
    *,
    seats: int = 1,
    load: int = 1,
    skills: Sequence[str] = (),
    timezone: str = "",
    name: str = "duty",
    days: int | None = 1,
    at: str = "",
    hours: float = 0,
) -> list[Mapping[str, Any]]:
    """Make the duties table of one daily duty; what it takes is as in ``weekly``.

    Cost: constant: turns are counted out when a problem is made.

    >>> daily("2026-01-05", 3, seats=2)[0]["every"]
    'day'
    """
    (row,) = weekly(
        start, count, seats=seats, load=load, skills=skills, timezone=timezone, name=name, days=days, at=at,
        hours=hours,
    )  # fmt: skip
    return [{**row, "every": "day"}]


def slots_of(duty: Duty, home: str = "") -> Iterator[Slot]:
    """Yield the slots of a duty in order.

    Args:
        duty: the duty.
        home: the time zone of duties that name none; their hours are hours of UTC without it.

    A slot with a time of day ends by the clock on the wall, so that one shift ends when the next begins: a
    week across the start of daylight saving has 167 hours, one across its end 169; a night shift 7 or 9.

    Raises:
        InputError: more than two million slots.
    """
    name = duty.timezone or home
    zone = ZoneInfo(name) if name else UTC
    for count, first in enumerate(_starts(duty)):
        if count >= MOST:
            raise InputError.one(
                f"makes more than {MOST:,} slots", "Give a nearer end", column="until", came=duty.name
            )
        clock = duty.clock or time(0)
        opens = datetime.combine(first, clock)
        closes = opens + timedelta(minutes=duty.span)
        # By the clock on the wall first, then to UTC: so one shift ends when the next begins,
        # also in a night that loses an hour.
        begin, end = (index.replace(tzinfo=zone).astimezone(UTC) for index in (opens, closes))
        minutes = int((end - begin).total_seconds()) // 60
        last = first.toordinal() + duty.days - 1
        if duty.hours:
            # A minute before the end, so that a shift until midnight belongs to its own day.
            last = (closes - timedelta(minutes=1)).toordinal()
        yield Slot(
            start=first.toordinal(),
            end=last,
            clock=-1 if duty.clock is None else clock.hour * 60 + clock.minute,
            minutes=minutes,
            utc=begin.toordinal() * 1440 + begin.hour * 60 + begin.minute,
            duty=duty,
        )


def _starts(duty: Duty) -> Iterator[date]:
    """Yield the days on which slots start, at most ``count`` of them."""
    count = 0
    for day in _days(duty):
        if duty.count is not None and count >= duty.count:
            return
        if duty.until is not None and day > duty.until:
            return
        # A rhythm by weeks or months may begin before the duty's first day; those days are passed over and
        # not counted.
        if day >= duty.start and day.toordinal() not in duty.skip:
            count += 1
            yield day


def _days(duty: Duty) -> Iterator[date]:
    """Yield the days of the rhythm, skipped ones among them, to the end of the calendar."""
    unit, step = duty.every
    index = 0
    # The calendar ends with the year 9999; a rhythm without an end stops there.
    with suppress(OverflowError, ValueError):
        while True:
            if unit.split()[0] in NTH:
                month = _months_on(duty.start.replace(day=1), step * index)
                yield from _nth_weekdays(month, unit.split(), duty.weekdays[0])
            elif unit == "month":
                yield _months_on(duty.start, step * index)
            elif not duty.weekdays:
                yield duty.start + timedelta(days=step * index)
            else:
                # Days of the week in every so many weeks, counted from the week of the first day.
                monday = duty.start - timedelta(days=duty.start.weekday())
                yield from (monday + timedelta(days=step * index + day) for day in duty.weekdays)
            index += 1


def _nth_weekdays(first: date, which: Sequence[str], weekday: int) -> list[date]:
    """Return the first (second, ..., last) such weekdays of the month that ``first`` begins."""
    days = [
        first + timedelta(days=offset)
        for offset in range(monthrange(first.year, first.month)[1])
        if (first + timedelta(days=offset)).weekday() == weekday
    ]
    places = [len(days) - 1 if word == "last" else NTH.index(word) for word in which]
    # The fourth may be the last as well: a day comes once.
    return [day for place, day in enumerate(days) if place in places]


def _months_on(day: date, months: int) -> date:
    """Return the day so many months on; the last of a month where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    # A duty on the 31st starts on the last day of shorter months, and on the 31st again after them: each is
    # counted from the first day.
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
