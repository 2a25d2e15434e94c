"""Slots of one or several duties: from a start, a rhythm and an end, with time zones and real hours."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from evenhand.core.errors import InputError

__all__ = ["Duty", "Slot", "daily", "slots_of", "weekly"]

MOST: Final = 2_000_000
"""Slots a plan may have; more is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty that comes round.

    Attributes:
        name: what it is called.
        start: first day.
        every: rhythm: ("day", n) or ("month", n).
        until: last day a slot may start; None where ``count`` says it.
        count: number of slots; None where ``until`` says it.
        seats: seats a slot, >= 1.
        load: units a turn counts, >= 1.
        skills: skill each seat asks for, "" for none; at most ``seats`` of them.
        timezone: an IANA name, or "".
        clock: time of day a slot starts, or None for whole days.
        days: how many days a slot lasts.
        hours: how many hours by the clock on the wall it lasts, where that is not whole days; else 0.
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

    @property
    def span(self) -> int:
        """How many minutes by the clock on the wall a slot lasts."""
        return round(self.hours * 60) or self.days * 1440


@dataclass(frozen=True, slots=True)
class Slot:
    """One date of one duty: first and last day, and the minutes it really lasts, daylight saving included."""

    start: int
    end: int
    clock: int
    minutes: int
    duty: Duty


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
    """
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


def daily(start: str | date, count: int, **settings: Any) -> list[Mapping[str, Any]]:
    """Make the duties table of one daily duty; settings as ``weekly``."""
    row = dict(weekly(start, count, **{"days": 1, **settings})[0])
    row["every"] = "day"
    return [row]


def slots_of(duty: Duty) -> Iterator[Slot]:
    """Yield the slots of a duty in order.

    A slot with a time of day ends by the clock on the wall, so that one shift ends when the next begins: a
    week across the start of daylight saving has 167 hours, one across its end 169; a night shift 7 or 9.

    Raises:
        InputError: more than two million slots.
    """
    zone = ZoneInfo(duty.timezone) if duty.timezone else UTC
    for made, first in enumerate(_starts(duty)):
        if made >= MOST:
            raise InputError.one(
                f"makes more than {MOST:,} slots", "Give a nearer end", column="until", came=duty.name
            )
        clock = duty.clock or time(0)
        opens = datetime.combine(first, clock)
        closes = opens + timedelta(minutes=duty.span)
        begin, end = (at.replace(tzinfo=zone).astimezone(UTC) for at in (opens, closes))
        minutes = int((end - begin).total_seconds()) // 60
        last = first.toordinal() + duty.days - 1
        if duty.hours:
            last = (closes - timedelta(minutes=1)).toordinal()
        yield Slot(
            start=first.toordinal(),
            end=last,
            clock=-1 if duty.clock is None else clock.hour * 60 + clock.minute,
            minutes=minutes,
            duty=duty,
        )


def _starts(duty: Duty) -> Iterator[date]:
    unit, step = duty.every
    at = 0
    while duty.count is None or at < duty.count:
        try:
            day = (
                duty.start + timedelta(days=step * at) if unit == "day" else _months_on(duty.start, step * at)
            )
        except (OverflowError, ValueError):
            return
        if duty.until is not None and day > duty.until:
            return
        yield day
        at += 1


def _months_on(day: date, months: int) -> date:
    """Return the day so many months on; the last of a month where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
