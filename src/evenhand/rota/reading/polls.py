"""Answers of a poll as a rota: its times are the turns, and who cannot or would rather not stays out of them.

A no, and an empty cell, is an absence on that day; where several times of one day were asked it forbids that
turn alone. "If need be" is a rule that may be broken: whoever said yes goes first, and what is owed is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.errors import Findings, InputError
from evenhand.core.sentences import counted
from evenhand.rota.problem.side_rules import SideRule
from evenhand.rota.reading.people import aliased, nfc
from evenhand.rota.rules.row import Calendar
from evenhand.tables import Table, read
from evenhand.tables.calendar_days import FULL_NAMES
from evenhand.tables.polls import CANNOT, MAYBE, STRANGE, Poll, PolledTime, clock, poll_of, told_answers
from evenhand.tables.texts import listed

MEND: Final = "Write yes, no or maybe"
NAMED: Final = 5
"""Times or people named in one sentence."""


def polled(people: Any, *, start: str | date = "", seats: int = 1) -> list[Mapping[str, Any]] | None:
    """Return the times of a poll as the table of duties, a row each; None where the people hold no poll.

    Args:
        people: a table with a row a person and a column a time, answered with yes, no or "if need be".
        start: a day on or before the first time; needed where the heads have no year ("Mon 2.2.").
        seats: people a turn takes.

    Returns:
        Rows for ``RotaProblem.from_tables(people, duties)``, which reads the answers by itself.

    Raises:
        InputError: a head names a day that is none, or one without a year and ``start`` is not given.

    Cost: linear in the table.

    >>> people = {"name": ["Ada", "Ben"], "Mon 2 Feb 2026": ["yes", "no"], "Mon 9 Feb 2026": ["", "yes"]}
    >>> [row["start"] for row in polled(people, seats=1)]
    ['2026-02-02', '2026-02-09']
    """
    findings = Findings()
    table = read(people, "people", findings, job="rota")
    poll = poll_of(table)
    times = [] if poll is None else [time for time in poll.times if time.month]
    if not times:
        return None
    first = _first_day(start)
    rows = []
    for time in times:
        day, fault = _day_from(time, first)
        if day is None:
            findings.error(*fault, table=table.name, row=table.origin.header_row, came=time.head)
            continue
        row = {"name": "turn", "start": day.isoformat(), "every": "day", "count": 1, "seats": seats}
        if time.at >= 0:
            # A turn of a poll without its end lasts an hour: long enough to meet no other one.
            length = (time.until - time.at) % (24 * 60) if time.until >= 0 else 60
            row |= {"at": clock(time.at % (24 * 60)), "hours": max(length, 1) / 60}
        else:
            row |= {"days": 1}
        rows.append(row)
    findings.raise_errors()
    heads = dict.fromkeys(head for row in rows for head in row)
    return [{head: row.get(head, "") for head in heads} for row in rows]


def _first_day(start: str | date) -> date | None:
    if isinstance(start, date) or not start:
        return start or None
    try:
        return date.fromisoformat(start)
    except ValueError:
        raise InputError.one("is not a date", "Write it as 2026-01-31", came=start, column="start") from None


def _day_from(time: PolledTime, first: date | None) -> tuple[date | None, tuple[str, str]]:
    """Return the day of a time, or what is wrong with it; without a year the first one."""
    if not time.year and first is None:
        return None, ("has no year", "Say a day on or before it, as in --start 2026-01-31")
    plain = PolledTime("", time.year, time.month, time.day)
    # Eight years hold a 29th of February, also across 2100.
    years = (time.year,) if first is None else range(first.year, first.year + 9)
    days = [day for year in years if (day := plain.on(year)) is not None]
    day = next((day for day in days if time.year or first is None or day >= first), None)
    if day is None:
        return None, ("is not a day of the calendar", "Correct the head")
    if time.on(day.year) is None:
        mend = "Correct the head" if time.year else "Correct it, or say another day with --start"
        return None, (f"is a {FULL_NAMES[day.weekday()]} in {day.year}", mend)
    return day, ("", "")


def answers_of(
    table: Table, code: dict[str, int], columns: dict[str, Any], findings: Findings
) -> tuple[Ints, list[SideRule]]:
    """Return what the answers of a poll keep people from: absences (person, day, day), and rules.

    Args:
        table: people; where they hold no poll there is nothing.
        code: code of each name.
        columns: the slots.
        findings: where it is noted how the answers were read.
    """
    poll = poll_of(table)
    if poll is None:
        return np.zeros((0, 3), dtype=np.int64), []
    slots_of = _slots(poll, columns)
    _tell(table, poll, slots_of, findings)
    known = Calendar.of(code, columns)
    starts = columns["slot_start"].tolist()
    away: set[tuple[int, int, int]] = set()
    rules = []
    for row, cell in enumerate(table.text(aliased(table, "name"))):
        who = code.get(nfc(cell), -1)
        # A slot asked for twice, as a day and as a time on it, is open to whoever says yes to either.
        best: dict[int, int] = {}
        for slots, answer in zip(slots_of, poll.answers[row].tolist(), strict=True):
            best |= {slot: max(answer, best.get(slot, CANNOT)) for slot in slots if who >= 0}
        off = {slot for slot, answer in best.items() if answer == CANNOT}
        days = {starts[slot] for slot in off if off.issuperset(known.slots_on[starts[slot]])}
        away |= {(who, day, day) for day in days}
        for slot, answer in best.items():
            place = SideRule("forbidden", (who,), slots=(slot,))
            name = known.slot_name(slot)
            if answer == MAYBE:
                rules.append(replace(place, weight=1, said=f"{nfc(cell)} serves {name} only if need be"))
            elif slot in off and starts[slot] not in days:
                rules.append(replace(place, said=f"{nfc(cell)} does not serve {name}"))
    return np.array(sorted(away), dtype=np.int64).reshape(-1, 3), rules


def _slots(poll: Poll, columns: Mapping[str, Any]) -> list[list[int]]:
    """Return the slots of each time: those that start on its day, at its time of day if it has one."""
    days = [date.fromordinal(ordinal) for ordinal in columns["slot_start"].tolist()]
    clocks = columns["slot_clock"].tolist()
    # By day of the year and by weekday: a poll of a year by the hour asks for thousands of times.
    on_day: dict[tuple[int, int], list[int]] = {}
    for slot, day in enumerate(days):
        on_day.setdefault((day.month, day.day), []).append(slot)
        on_day.setdefault((0, day.weekday()), []).append(slot)
    return [
        [
            slot
            for slot in on_day.get((time.month, time.day if time.month else time.weekday), ())
            if (not time.month or days[slot] == time.on(days[slot].year))
            and (-1 in (time.at, clocks[slot]) or clocks[slot] == time.at)
        ]
        for time in poll.times
    ]


def _tell(table: Table, poll: Poll, slots_of: list[list[int]], findings: Findings) -> None:
    """Note how the answers were read, what is none, who gave none, and times on which there is no turn."""
    problem = f"was read as a poll of {counted(len(poll.times), 'time')}: {told_answers(table, poll)}"
    findings.warning(problem, "An empty cell is no yes, and was read as cannot", table=table.name)
    for row, place in np.argwhere(poll.answers == STRANGE).tolist():
        table.wrong(row, poll.times[place].head, "is no answer", MEND)
    names = table.text(aliased(table, "name"))
    heads = [time.head for time in poll.times]
    silent = [
        name for row, name in enumerate(names) if name and not any(table.columns[head][row] for head in heads)
    ]
    if silent:
        verb = "gave no answer and serves on none of these days"
        findings.warning(f"{_some(silent)} {verb}", "Ask again, or fill the row", table=table.name)
    without = [str(time) for time, slots in zip(poll.times, slots_of, strict=True) if not slots]
    if without:
        problem = f"asks for {_some(without)}, when there is no turn"
        findings.warning(problem, "The answers for it change nothing", table=table.name)
    nobody = [
        str(time) for place, time in enumerate(poll.times)
        if slots_of[place] and len(names) and not (poll.answers[:, place] > CANNOT).any()
    ]  # fmt: skip
    if nobody:
        findings.warning(
            f"has nobody who can on {_some(nobody)}", "Ask again; the turn stays open", table=table.name
        )


def _some(names: list[str]) -> str:
    return listed(names[:NAMED]) + (f" and {len(names) - NAMED:,} more" if len(names) > NAMED else "")
