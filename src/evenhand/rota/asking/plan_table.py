"""The plan as a table that a person reads: one row for each seat of each slot."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evenhand.core.arrays import Ints
from evenhand.core.sentences import clock
from evenhand.core.solution import Columns
from evenhand.rota.asking.substitutes import substitutes
from evenhand.rota.judging.attendance import may_serve
from evenhand.rota.judging.side_rules import breaks_of
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.turns import turn_ids

MOST_NAMED: Final = 100_000
"""Seat-turns that get an id in the table: ids are for people who swap or amend a turn. A million of them
would take a second, half as long as planning so many does."""


def columns(problem: RotaProblem, awards: Ints) -> Columns:
    """Return the plan as a table, a row a seat; ``note`` says why a seat is open, or what rule a turn breaks.

    Cost O(seats): every value is written once for all rows that share it.
    """
    slot = problem.seat_slot
    seat = np.arange(len(slot)) - problem.first_seat[slot]
    # A slot with a time of day ends on the day of that time; one of whole days on its last day.
    last = np.where(problem.slot_clock >= 0, problem.finish // 1440, problem.slot_end)
    timed = bool((problem.slot_clock >= 0).any())
    # When it starts and when it ends stand side by side: day and time, day and time.
    starts = _days(problem.slot_start)
    when = {"date": starts[slot].tolist()}
    if timed:
        when["at"] = _clocks(problem, problem.begin)[slot].tolist()
    # Mostly a turn ends on the day on which it starts, and days are written once.
    when["until"] = (starts if np.array_equal(last, problem.slot_start) else _days(last))[slot].tolist()
    if timed:
        when["ends"] = _clocks(problem, problem.finish)[slot].tolist()
    if len(set(problem.timezones)) > 1:
        when["timezone"] = _named(problem.timezones, problem.slot_duty[slot])
    table: dict[str, list[Any]] = {
        **when,
        "duty": _named(problem.duties, problem.slot_duty[slot]),
        "seat": (seat + 1).tolist(),
        "name": _named((*problem.people, ""), awards),
        "skill": _named((*problem.skills, ""), problem.seat_skill),
        "load": problem.load[slot].tolist(),
        "class": _named(problem.classes, problem.slot_class[slot]),
        "hours": (problem.slot_minutes[slot] / 60).tolist(),
        "note": _notes(problem, awards, slot),
    }
    if len(slot) <= MOST_NAMED:
        table["turn"] = turn_ids(problem)
    if problem.substitutes:
        named = substitutes(problem, awards)
        table["substitutes"] = ["; ".join(named[index]) for index in slot]
    return table


def _clocks(problem: RotaProblem, minutes: Ints) -> NDArray[np.object_]:
    """Return times of day (22:00) of the slots that have one; "" for whole days."""
    out = np.full(len(minutes), "", dtype=object)
    for slot in np.flatnonzero(problem.slot_clock >= 0).tolist():
        out[slot] = clock(int(minutes[slot]) % 1440)
    return out


def _days(ordinals: Ints) -> NDArray[np.object_]:
    """Return days as text (2026-01-31); a million of them at once, where ``date`` writes one by one."""
    # NumPy counts days from 1970.
    epoch = date(1970, 1, 1).toordinal()
    return (ordinals - epoch).astype("datetime64[D]").astype(str).astype(object)


def _named(names: Any, codes: Ints) -> list[str]:
    """Return the name of each code; -1 is the last."""
    table = np.empty(len(names), dtype=object)
    table[:] = list(names)
    return [] if not len(codes) else list(table[codes])


def _notes(problem: RotaProblem, awards: Ints, slot: Ints) -> list[str]:
    out = [""] * len(awards)
    empty = np.flatnonzero(awards < 0).tolist()
    # Only open seats need a reason; without any, the table of who may serve is not made.
    can = may_serve(problem) if empty else np.zeros((0, 0), dtype=bool)
    for index in empty:
        skill = problem.seat_skill[index]
        if skill >= 0 and skill not in problem.skill_code:
            out[index] = f"nobody has the skill {problem.skills[skill]}"
        elif not can[slot[index]].any():
            out[index] = "nobody is able"
        elif skill >= 0:
            out[index] = f"nobody else with the skill {problem.skills[skill]} is free"
        else:
            out[index] = "nobody else is free"
    for broken in breaks_of(problem, awards):
        if broken.person < 0:
            # The open seats of a slot are told apart by numbers from -1 down.
            empty_here = np.flatnonzero((slot == broken.slot) & (awards < 0))
            weight = problem.rules[broken.rule].weight
            out[int(empty_here[-1 - broken.person])] = f"at a weight of {weight}"
            continue
        # A break that nobody there makes (a fixed turn of somebody else) is noted at the slot's first seat.
        seats = np.flatnonzero((slot == broken.slot) & (awards == broken.person))
        index = int(seats[0]) if seats.size else int(problem.first_seat[broken.slot])
        sentence = f"breaks a rule: {broken.sentence}"
        out[index] = f"{out[index]}; {sentence}" if out[index] else sentence
    return out
