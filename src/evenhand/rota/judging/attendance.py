"""Who is there when, as the judge reads it from the tables of the problem alone.

The methods have their own coding of the same facts (``solving/model/presence.py``). Nothing is shared on
purpose: a method that forgets absences is caught, because the judge has not forgotten them.
"""

from __future__ import annotations

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.rota.problem import RotaProblem

TOGETHER = 10_000
"""Slots looked at together: with a hundred people a megabyte. Half or twice as many take as long."""


def members_throughout(problem: RotaProblem) -> Bools:
    """Return who is a member from the first to the last day of each slot, shape (S, P). Cost O(S P)."""
    first, last = problem.slot_start, problem.slot_end
    out = np.zeros((len(first), len(problem.people)), dtype=bool)
    # Some slots at a time: a person's column of a million slots would miss the cache at every one of them.
    for low in range(0, len(first), TOGETHER):
        part = slice(low, low + TOGETHER)
        for period in range(len(problem.period_person)):
            begin, end = problem.period_start[period], problem.period_end[period]
            # Each period by itself: two periods of one person do not add up to one that spans a slot.
            out[part, problem.period_person[period]] |= (begin <= first[part]) & (last[part] <= end)
    return out


def may_serve(problem: RotaProblem) -> Bools:
    """Return who may take a seat of each slot at all, shape (S, P).

    A member throughout, away on none of its days, with a skill that one of its seats asks for (any seat that
    asks for none will do). A fixed turn stands whatever the calendar says, and so does a turn that was
    served in a frozen slot. Cost O(S P), and O(days away) for absences.
    """
    out = members_throughout(problem)
    _strike_absent(problem, out)
    asks = problem.seat_skill >= 0
    if asks.any():
        has = has_skill(problem)
        fits = np.zeros_like(out)
        for kind in np.unique(problem.seat_skill).tolist():
            wanting = np.unique(problem.seat_slot[problem.seat_skill == kind])
            fits[wanting] |= has[:, kind] if kind >= 0 else True
        out &= fits
    # After absences and skills: a fixed turn stands against both.
    for slot, person in problem.fixed.tolist():
        out[slot, person] = True
    if len(problem.published):
        for seat in np.flatnonzero(is_frozen(problem)[problem.seat_slot] & (problem.published >= 0)).tolist():
            out[problem.seat_slot[seat], problem.published[seat]] = True
    return out


def _strike_absent(problem: RotaProblem, out: Bools) -> None:
    """Strike who is away on any day of a slot, in place."""
    if not len(problem.absent_person) or not len(problem.slot_start):
        return
    # Slots are sorted by their first day. One that an absence meets starts no later than the absence ends,
    # and no more than the longest slot's days before it begins: only that window is looked at.
    longest = int((problem.slot_end - problem.slot_start).max())
    low = np.searchsorted(problem.slot_start, problem.absent_from - longest, side="left")
    high = np.searchsorted(problem.slot_start, problem.absent_to, side="right")
    for row in range(len(low)):
        window = slice(int(low[row]), int(high[row]))
        met = problem.slot_end[window] >= problem.absent_from[row]
        out[window, problem.absent_person[row]] &= ~met


def has_skill(problem: RotaProblem) -> Bools:
    """Return who has which skill, shape (P, skills)."""
    out = np.zeros((len(problem.people), len(problem.skills)), dtype=bool)
    for person, skill in zip(problem.skill_person.tolist(), problem.skill_code.tolist(), strict=True):
        out[person, skill] = True
    return out


def is_frozen(problem: RotaProblem) -> Bools:
    """Return which slots are facts, shape (S,): published, and starting on the frozen day or before."""
    if not len(problem.published):
        return np.zeros(len(problem.slot_start), dtype=bool)
    return np.asarray(problem.slot_start <= problem.frozen)


def members_on(problem: RotaProblem, day: int) -> Bools:
    """Return who is a member on a day, shape (P,)."""
    out = np.zeros(len(problem.people), dtype=bool)
    for person, begin, end in _periods(problem):
        out[person] |= begin <= day <= end
    return out


def present_on_days(problem: RotaProblem, days: Ints) -> Bools:
    """Return who is a member and not away on each of some days, shape (days, P); the days rise."""
    out = np.zeros((len(days), len(problem.people)), dtype=bool)
    for person, begin, end in _periods(problem):
        out[np.searchsorted(days, begin) : np.searchsorted(days, end, side="right"), person] = True
    for row, person in enumerate(problem.absent_person.tolist()):
        first, last = int(problem.absent_from[row]), int(problem.absent_to[row])
        out[np.searchsorted(days, first) : np.searchsorted(days, last, side="right"), person] = False
    return out


def days_inside(problem: RotaProblem, day: int) -> Ints:
    """Return on how many days each person was a member, first day and ``day`` counted, shape (P,)."""
    out = np.zeros(len(problem.people), dtype=np.int64)
    for person, begin, end in _periods(problem):
        out[person] += max(0, min(end, day) - begin + 1)
    return out


def _periods(problem: RotaProblem) -> list[tuple[int, int, int]]:
    columns = (problem.period_person, problem.period_start, problem.period_end)
    return list(zip(*(column.tolist() for column in columns), strict=True))
