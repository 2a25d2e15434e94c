"""When people can meet: ``Mon 9-12; Wed 14:00-16:00`` in everybody's own time zone, to slots in UTC.

The week is cut into slots of one length, the longest that fits all times that were written (an hour, half an
hour, a quarter). What a problem keeps is a column of the slots at which a person can *not* meet, so that a
slot which nobody of a team has is common to all of it: the rule ``free`` counts those.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from datetime import timezone as fixed_zone
from functools import lru_cache
from math import gcd

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.tables import Table
from evenhand.teams.problem import Criterion
from evenhand.teams.reading.zones import Zone, zone_of

Span = tuple[int, int]
"""Minutes from Monday 0:00 of the week in UTC: from, and to before."""

COMMON = "common time"
"""How the name of the column that a schedule becomes begins; it goes on with what a value of it is."""

ANY_WEEK = date(2001, 1, 1)
"""A Monday that stands for any week, where no week is given. Its year is a mark: no plan is made for it."""

LABEL = "%Y-%m-%d %H:%M"
"""How a slot's begin is written: sorted by text it is sorted by time."""

WEEK = 7 * 24 * 60
"""Minutes of a week."""

FINEST = 15
"""Minutes of the finest slot: zones and appointments keep to quarters of an hour. A time such as 9:10 is
rounded inwards, so that nobody is asked to come before they can."""

ONE_HOUR = 60
"""Minutes of a time that has no end ("Mon 9:00"): what most forms mean by a slot."""

DAYS = {
    word: day
    for day, words in enumerate(
        (
            "mon monday mo montag lun lundi lunes mondays",
            "tue tuesday tues di dienstag mar mardi martes tuesdays",
            "wed wednesday weds mi mittwoch mer mercredi mié mie miércoles miercoles wednesdays",
            "thu thursday thur thurs do donnerstag jeu jeudi jue jueves thursdays",
            "fri friday fr freitag ven vendredi vie viernes fridays",
            "sat saturday sa samstag sonnabend sam samedi sáb sab sábado sabado saturdays",
            "sun sunday so sonntag dim dimanche dom domingo sundays",
        )
    )
    for word in words.split()
}

WORKDAYS = frozenset({"weekday", "weekdays", "workday", "workdays", "werktags", "wochentags"})
DAILY = frozenset({"daily", "everyday", "täglich", "taeglich"})
ALWAYS = frozenset({"any", "anytime", "always", "any time", "all", "immer", "toujours", "siempre", "all day"})
NEVER = frozenset({"none", "never", "no", "-", "nie", "jamais", "nunca", "n/a"})

CLOCK = r"(\d{1,2})(?:(?::|\.|h|\s?uhr\s?)(\d{2}))?\s*(?:h\b|uhr\b|o'clock)?\s*(am|pm|a\.m\.|p\.m\.)?"
TIMES = re.compile(rf"{CLOCK}(?:\s*(?:-|–|—|to|bis|until|à|a|hasta)\s*{CLOCK})?", re.IGNORECASE)
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
DAY_SPAN = re.compile(r"([^\W\d_]+)\.?\s*(?:-|–|to|bis)\s*([^\W\d_]+)\.?", re.UNICODE | re.IGNORECASE)
HALF_DAY = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of schedules.

    Attributes:
        columns: columns of when people can meet.
        zone: column of time zones; "" where everybody is in one.
        week: any day of the week that is meant, for clocks that change; None for any week.
        hours: least common hours of a team, in quarters.
        in_a_row: whether the hours are to be at one go.
    """

    columns: Sequence[str] = ()
    zone: str = ""
    week: date | None = None
    hours: float = 1.0
    in_a_row: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    """Who can not meet when.

    Attributes:
        criterion: the column of slots, of weight 0.
        least: slots that every team needs.
        minutes: length of a slot.
    """

    criterion: Criterion
    least: int
    minutes: int


def schedule(asked: Asked, table: Table, order: Ints, people: Sequence[str]) -> Schedule | None:
    """Read when everybody can meet; what cannot be read is noted by row. O(people x slots).

    Args:
        asked: which columns, zone, week and hours.
        table: the roster.
        order: the row of each person.
        people: names, in order.

    Returns:
        The column and the rule's least, or None where something is wrong.
    """
    if not table.asked(*asked.columns, *([asked.zone] if asked.zone else [])):
        return None
    week = asked.week or ANY_WEEK
    monday = week - timedelta(days=week.weekday())
    zones = _zones(asked, table, order)
    spans: list[list[Span]] = []
    silent: list[str] = []
    for person, row in enumerate(order.tolist()):
        cells = [(column, table.columns[column][row]) for column in asked.columns]
        if not any(cell for _, cell in cells):
            silent.append(people[person])
            spans.append([(0, WEEK)])
            continue
        spans_here: list[Span] = []
        for column, cell in cells:
            parts, wrong = spans_of(cell, zones[person], monday, head=column)
            spans_here += parts
            for part in wrong:
                table.findings.error(
                    "is not a time", "Write a day and times, such as Mon 9:00-12:00; several parted by ;",
                    table=table.name, row=table.rows[row], column=column, came=part,
                )  # fmt: skip
        spans.append(_joined(spans_here))
    if silent:
        _tell_silent(silent, asked, table)
    if table.findings.errors:
        return None
    minutes = _slot_length(spans, asked)
    return _made(spans, minutes, monday, asked)


def _zones(asked: Asked, table: Table, order: Ints) -> list[Zone]:
    """Return each person's zone; unknown ones are noted, and named ones that need a week."""
    if not asked.zone:
        return [UTC] * len(order)
    zones = []
    needs_week = False
    for row in order.tolist():
        cell = table.columns[asked.zone][row]
        zone = zone_of(cell) if cell else None
        if zone is None:
            mend = "Write one such as Europe/Berlin or UTC+5:30"
            table.wrong(row, asked.zone, "is not a time zone" if cell else "is empty", mend)
        needs_week |= zone is not None and not isinstance(zone, fixed_zone)
        zones.append(zone or UTC)
    if needs_week and asked.week is None:
        mend = "Say which week is meant, as in --week 2026-03-23: in some weeks clocks change"
        table.findings.error("has zones whose clocks change", mend, table=table.name, column=asked.zone)
    return zones


def _tell_silent(silent: Sequence[str], asked: Asked, table: Table) -> None:
    some = ", ".join(silent[:6]) + (f" and {len(silent) - 6} more" if len(silent) > 6 else "")  # noqa: PLR2004
    problem = "says no time and is taken as free at any time"
    table.findings.warning(
        problem if len(silent) == 1 else "say no time and are taken as free at any time",
        "Ask them; write none for somebody who never can",
        table=table.name, column=", ".join(asked.columns), came=some,
    )  # fmt: skip


def spans_of(cell: str, zone: Zone, monday: date, *, head: str = "") -> tuple[list[Span], list[str]]:
    """Return the times in a cell as minutes of the week in UTC, and the parts that are no time.

    Args:
        cell: several times parted by ; | comma or line end. A part without a day goes on with the day before.
        zone: whose clock is meant.
        monday: first day of the week.
        head: the column's head; a day or a time in it ("When? [Mon]") holds for parts that lack one.

    >>> spans_of("Mon 9-12, 14:00; Sun 22-2", UTC, ANY_WEEK)
    ([(540, 720), (840, 900), (9960, 10080), (0, 120)], [])
    >>> spans_of("soon", UTC, ANY_WEEK)
    ([], ['soon'])
    """
    spans: list[Span] = []
    wrong: list[str] = []
    head_days, head_times = _read_head(head)
    days: list[int] | list[date] = list(head_days)
    waiting: list[int] = []
    for part in (piece.strip() for piece in re.split(r"[;|,\n]", cell)):
        plain = " ".join(part.casefold().split())
        if not part or plain in NEVER:
            continue
        if plain in ALWAYS:
            spans.append((0, WEEK))
            continue
        named_days, times = _read_part(part)
        if named_days:
            # "Mon, Wed 14-16": days without times wait for the times that follow.
            days = [*waiting, *named_days] if waiting and isinstance(named_days[0], int) else named_days
            waiting = []
        if not times and named_days and not head_times:
            waiting = [day for day in days if isinstance(day, int)]
            continue
        times = times or head_times
        if not times or not days:
            wrong.append(part)
            continue
        spans += [
            span for day in days for begin, end in times for span in _utc(day, begin, end, zone, monday)
        ]
    # Days that no time followed are free all day.
    spans += [span for day in waiting for span in _utc(day, 0, 24 * 60, zone, monday)]
    return spans, wrong


@lru_cache(maxsize=4096)
def _read_part(part: str) -> tuple[list[int] | list[date], list[Span]]:  # noqa: PLR0911 - a return each way a text is not a time
    """Return the days and the times (minutes of the day) in a part; [] where there are none."""
    iso = ISO_DAY.search(part)
    rest = part
    days: list[int] | list[date] = []
    if iso:
        try:
            days = [date.fromisoformat(iso.group())]
        except ValueError:
            return [], []
        rest = part.replace(iso.group(), " ")
    else:
        days, rest = _days_of(part)
    rest = rest.strip(" .:[]()")
    if not rest:
        return days, []
    match = TIMES.fullmatch(rest)
    if match is None:
        return [], []
    begin = _minutes(*match.group(1, 2, 3), other=match.group(6))
    if begin is None:
        return [], []
    if match.group(4) is None:
        return days, [(begin, begin + ONE_HOUR)]
    end = _minutes(*match.group(4, 5, 6), other=None)
    if end is None or begin == end:
        return [], []
    # "22-2" goes on after midnight.
    return days, [(begin, end if end > begin else end + 24 * 60)]


def _days_of(part: str) -> tuple[list[int], str]:
    """Return the days at a text's beginning, or anywhere in it, and what is left of it."""
    span = DAY_SPAN.search(part)
    if span and all(word.casefold() in DAYS for word in span.groups()):
        first, last = (DAYS[word.casefold()] for word in span.groups())
        return [(first + step) % 7 for step in range((last - first) % 7 + 1)], part.replace(span.group(), " ")
    days: list[int] = []
    rest = part
    for word in WORD.findall(part):
        plain = word.casefold()
        if plain in DAYS:
            days.append(DAYS[plain])
        elif plain in WORKDAYS:
            days += range(5)
        elif plain in DAILY:
            days += range(7)
        else:
            continue
        rest = re.sub(rf"\b{word}\b\.?", " ", rest, count=1)
    return days, rest.replace("&", " ").replace(" and ", " ").replace(" und ", " ")


def _minutes(hour: str, minute: str | None, half: str | None, *, other: str | None) -> int | None:
    """Return minutes of the day; ``other`` is the am or pm of the end, which holds for "2-4 pm" too."""
    hours, minutes = int(hour), int(minute or 0)
    half = half or (other if other and hours <= HALF_DAY else None)
    if half:
        if not 1 <= hours <= HALF_DAY:
            return None
        hours = hours % HALF_DAY + (HALF_DAY if half.casefold().startswith("p") else 0)
    if hours > 24 or minutes > 59 or (hours == 24 and minutes):  # noqa: PLR2004 - a day's clock
        return None
    return hours * 60 + minutes


def _read_head(head: str) -> tuple[list[int], list[Span]]:
    """Return days and times that a column's head says in brackets, as grids of form tools do."""
    match = re.search(r"\[(.+)\]\s*$", head)
    days, times = _read_part(match.group(1)) if match else ([], [])
    return [day for day in days if isinstance(day, int)], times


def _utc(day: int | date, begin: int, end: int, zone: Zone, monday: date) -> list[Span]:
    """Return a local span as minutes of the week in UTC; a week begins anew where it ends."""
    on = monday + timedelta(days=day) if isinstance(day, int) else day
    start = datetime.combine(monday, time(), tzinfo=UTC)
    edges = []
    for minutes in (begin, end):
        local = datetime.combine(on + timedelta(days=minutes // 1440), time(), tzinfo=zone)
        moment = local.replace(hour=minutes % 1440 // 60, minute=minutes % 60)
        edges.append(int((moment.astimezone(UTC) - start).total_seconds()) // 60)
    first, last = edges
    if not isinstance(day, int):
        # A day with a date outside the week is not a day of it.
        first, last = max(0, first), min(WEEK, last)
        return [(first, last)] if last > first else []
    if last <= first:
        return []  # a time that a change of clocks leaves out
    first, last = first % WEEK, first % WEEK + (last - first)
    return [(first, last)] if last <= WEEK else [(first, WEEK), (0, last - WEEK)]


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Return the union of spans, in order."""
    out: list[Span] = []
    for first, last in sorted(spans):
        if out and first <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], last))
        else:
            out.append((first, last))
    return out


def _slot_length(spans: Sequence[Sequence[Span]], asked: Asked) -> int:
    """Return the longest slot of a quarter, half or whole hour that all times and hours are made of."""
    minutes = ONE_HOUR
    for edge in {edge for person in spans for span in person for edge in span}:
        minutes = gcd(minutes, edge)
    minutes = gcd(minutes, round(asked.hours * 60))
    return max(FINEST, minutes)


def _made(spans: Sequence[Sequence[Span]], minutes: int, monday: date, asked: Asked) -> Schedule:
    """Make the column of slots at which people can not meet."""
    slots = WEEK // minutes
    free = np.zeros((len(spans), slots), dtype=np.bool_)
    for person, own in enumerate(spans):
        for first, last in own:
            free[person, -(-first // minutes) : last // minutes] = True
    least = max(1, round(asked.hours * 60) // minutes)
    name = f"{COMMON} (slots of {minutes} minutes)"
    if asked.in_a_row and least > 1:
        # A begin is free where all the slots of the hours from it are; a week begins anew where it ends.
        free = np.logical_and.reduce([np.roll(free, -step, axis=1) for step in range(least)])
        name = f"{COMMON} (begins of {least * minutes} minutes, every {minutes} minutes)"
        least = 1
    # A slot that nobody can is no slot; of one that only one person can, no team of several can make use.
    used = np.flatnonzero(free.any(axis=0))
    busy = ~free[:, used]
    who, slot_of = np.nonzero(busy)
    begin = datetime.combine(monday, time())
    labels = tuple((begin + timedelta(minutes=int(slot) * minutes)).strftime(LABEL) for slot in used)
    criterion = Criterion(
        name, labels, who.astype(np.int64), slot_of.astype(np.int64), single=False, weight=0
    )
    return Schedule(criterion, least, minutes)
