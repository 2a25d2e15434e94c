"""The table of duties: start, every, until or count, seats, load, skills, timezone, at, days or hours."""

from __future__ import annotations

import re
from datetime import time
from typing import Any
from zoneinfo import available_timezones

import numpy as np

from evenhand.core.errors import Findings
from evenhand.rota.problem.calendar import MOST, Duty, Slot, slots_of
from evenhand.rota.reading.people import parted
from evenhand.tables import Table, near

__all__ = ["read_duties", "slot_columns"]

RHYTHM = re.compile(r"(?:every\s+)?(\d+)?\s*(day|week|month|year|fortnight)s?")
WORDS = {"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year", "biweekly": "2 weeks"}
UNITS = {
    "day": ("day", 1),
    "week": ("day", 7),
    "fortnight": ("day", 14),
    "month": ("month", 1),
    "year": ("month", 12),
}
CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)(?::00)?")


def read_duties(table: Table, findings: Findings) -> list[Duty]:
    """Read duties, a row each, sorted by name and start; what cannot be read is noted by row and column."""
    name_at = "name" if table.has("name") else "duty"
    if not table.need("start"):
        return []
    names = table.text(name_at, default="duty")
    start = table.dates("start")
    every = table.text("every", default="week")
    until = table.dates("until", optional=True) if table.has("until") else [None] * len(table)
    count = table.integers("count", default=0, low=0, high=MOST)
    seats = table.integers("seats", default=1, low=1, high=100_000)
    load = table.integers("load", default=1, low=1, high=10_000)
    days = table.integers("days", default=0, low=0, high=366)
    hours = table.numbers("hours", default=0, low=0, high=366 * 24)
    skills, zones, clocks = table.text("skills"), table.text("timezone"), table.text("at")
    out = []
    for at, first in enumerate(start):
        rhythm = _rhythm(table, at, every[at])
        fault = rhythm is None or first is None
        if not count[at] and until[at] is None:
            table.wrong(
                at,
                "count" if table.has("count") else "until",
                "has neither until nor count",
                "Give one of them",
            )
            fault = True
        asked = tuple(parted(skills[at]))
        if len(asked) > seats[at]:
            table.wrong(
                at,
                "skills",
                f"asks {len(asked)} skills of {seats[at]} seats",
                "Give one skill a seat at most",
            )
        zone = _zone(table, at, zones[at])
        clock = _clock(table, at, clocks[at])
        if fault or rhythm is None or first is None:
            continue
        _length(table, at, int(days[at]), float(hours[at]), clock)
        whole = int(days[at]) or (rhythm[1] if rhythm[0] == "day" else 1)
        out.append(
            Duty(names[at], first, rhythm, until[at], int(count[at]) or None, int(seats[at]), int(load[at]),
                 asked, zone, clock, whole, float(hours[at]))
        )  # fmt: skip
    if not len(table) and not findings.errors:
        findings.error("has no duty in it", "Give at least one duty, a row each", table=table.name)
    return sorted(out, key=lambda duty: (duty.name, duty.start, duty.seats, duty.load))


def _rhythm(table: Table, at: int, text: str) -> tuple[str, int] | None:
    word = WORDS.get(text.strip().casefold(), text.strip().casefold())
    found = RHYTHM.fullmatch(word)
    if found is None or int(found[1] or 1) < 1:
        table.wrong(at, "every", "is no rhythm", "Write day, week, 2 weeks, 10 days, month or year")
        return None
    unit, step = UNITS[found[2]]
    return unit, step * int(found[1] or 1)


def _length(table: Table, at: int, days: int, hours: float, clock: time | None) -> None:
    """Note a length in hours that says too much, or that starts at no time."""
    if hours and days:
        table.wrong(at, "hours", "stands beside days", "Give one of them")
    elif hours and clock is None:
        table.wrong(at, "hours", "start at no time of day", "Give the time in the column at, such as 09:00")
    elif 0 < hours * 60 < 1:
        table.wrong(at, "hours", "are less than a minute", "Give hours, such as 8 or 0.5")


def _zone(table: Table, at: int, zone: str) -> str:
    if zone and zone not in available_timezones():
        meant = near(zone, sorted(available_timezones()))
        table.wrong(at, "timezone", "is no time zone", f"Write {meant or 'a name such as Europe/Oslo'}")
        return ""
    return zone


def _clock(table: Table, at: int, text: str) -> time | None:
    if not text:
        return None
    found = CLOCK.fullmatch(text)
    if found is None:
        table.wrong(at, "at", "is no time of day", "Write a time such as 09:00")
        return None
    return time(int(found[1]), int(found[2]))


def slot_columns(
    duties: list[Duty], skills: tuple[str, ...], marked: dict[int, str], load: int
) -> dict[str, Any]:
    """Return the slots of all duties as the problem's columns, sorted by start, clock and duty.

    Args:
        duties: the duties.
        skills: names of the skills that people have; those only a seat asks for are added.
        marked: public holidays by day; slots that hold one are of the class "holiday".
        load: what a holiday's turn counts, in turns of its duty; 0 leaves those slots out.
    """
    names = tuple(sorted({duty.name for duty in duties}))
    code = {name: at for at, name in enumerate(names)}
    every: list[Slot] = sorted(
        (slot for duty in duties for slot in slots_of(duty)),
        key=lambda slot: (slot.start, slot.clock, slot.duty.name, slot.end, slot.duty.seats),
    )
    if marked and not load:
        every = [slot for slot in every if not any(day in marked for day in range(slot.start, slot.end + 1))]
    known = tuple(sorted({*skills, *(skill for duty in duties for skill in duty.skills)}))
    place = {skill: at for at, skill in enumerate(known)}
    asked = {
        duty: [place[skill] for skill in duty.skills] + [-1] * (duty.seats - len(duty.skills))
        for duty in duties
    }
    holiday = (
        [any(day in marked for day in range(slot.start, slot.end + 1)) for slot in every] if marked else []
    )
    classes = ("", "holiday") if any(holiday) else ("",)
    loads = [slot.duty.load * (load if holiday and holiday[at] else 1) for at, slot in enumerate(every)]
    out: dict[str, Any] = {
        "slot_start": [slot.start for slot in every],
        "slot_end": [slot.end for slot in every],
        "slot_clock": [slot.clock for slot in every],
        "slot_minutes": [slot.minutes for slot in every],
        "slot_span": [slot.duty.span for slot in every],
        "slot_duty": [code[slot.duty.name] for slot in every],
        "slot_class": [int(holiday[at]) if holiday else 0 for at in range(len(every))],
        "seats": [slot.duty.seats for slot in every],
        "load": loads,
        "seat_skill": [skill for slot in every for skill in asked[slot.duty]],
    }
    columns: dict[str, Any] = {name: np.array(values, dtype=np.int64) for name, values in out.items()}
    zones = {duty.name: duty.timezone for duty in reversed(duties)}
    return {
        **columns,
        "duties": names or ("duty",),
        "timezones": tuple(zones[name] for name in names) or ("",),
        "classes": classes,
        "skills": known,
    }
