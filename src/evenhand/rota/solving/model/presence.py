"""Who is there when: members on a day, and those able to take a slot. Days are ordinals, ends inclusive."""

from __future__ import annotations

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.rota.problem import RotaProblem


def member_on(problem: RotaProblem, first: int, last: int | None = None) -> Bools:
    """Return who is a member on a day, or on every day from ``first`` to ``last``, shape (P,)."""
    out = np.zeros(len(problem.people), dtype=bool)
    inside = (problem.period_start <= first) & ((first if last is None else last) <= problem.period_end)
    out[problem.period_person[inside]] = True
    return out


def present_on(problem: RotaProblem, first: int, last: int | None = None) -> Bools:
    """Return who is such a member and away on none of these days, shape (P,)."""
    out = member_on(problem, first, last)
    away = (problem.absent_from <= (first if last is None else last)) & (problem.absent_to >= first)
    out[problem.absent_person[away]] = False
    return out


def member_days(problem: RotaProblem, until: int | Ints) -> Ints:
    """Return on how many days up to and including a day each person was a member, shape (P,).

    The day of joining counts: somebody who joined on 1 January has 322 days on 18 November.

    Args:
        problem: the rota.
        until: the day, or a day of each person's own, shape (P,).
    """
    day = until if isinstance(until, int) else until[problem.period_person]
    out = np.zeros(len(problem.people), dtype=np.int64)
    length = np.minimum(problem.period_end, day) - problem.period_start + 1
    np.add.at(out, problem.period_person, np.maximum(length, 0))
    return out


def members(problem: RotaProblem) -> Bools:
    """Return who is a member for the whole of each slot, shape (S, P). Cost O(S P)."""
    slots, people = len(problem.slot_start), len(problem.people)
    out = np.zeros((slots, people), dtype=bool)
    # Only the starts of slots are searched; one that outlasts the period is dropped in the loop, and another
    # period of the same person may still hold it.
    low = np.searchsorted(problem.slot_start, problem.period_start, side="left")
    high = np.searchsorted(problem.slot_start, problem.period_end, side="right")
    for person, begin, end, last in zip(
        problem.period_person.tolist(), low.tolist(), high.tolist(), problem.period_end.tolist(), strict=True
    ):
        out[begin:end, person] |= problem.slot_end[begin:end] <= last
    return out


def able(problem: RotaProblem) -> Bools:
    """Return who could take some seat of each slot, shape (S, P). Cost O(S P).

    Able is: a member on every day of the slot, away on none of them, and skilled for one of its seats. A
    fixed turn overrides that, and so does the fact of having served a frozen slot.
    """
    out = members(problem)
    # Slots are sorted by start, not by end: the running maximum of the ends makes them searchable. Slots it
    # lets in too many are dropped by the exact comparison in the loop.
    rising = np.maximum.accumulate(problem.slot_end) if len(problem.slot_end) else problem.slot_end
    begin = np.searchsorted(rising, problem.absent_from, side="left")
    end = np.searchsorted(problem.slot_start, problem.absent_to, side="right")
    for person, first, low, high in zip(
        problem.absent_person.tolist(),
        problem.absent_from.tolist(),
        begin.tolist(),
        end.tolist(),
        strict=True,
    ):
        out[low:high, person] &= problem.slot_end[low:high] < first
    if problem.skills and (problem.seat_skill >= 0).any():
        has = skilled(problem)
        every = np.concatenate([has, np.ones((len(problem.people), 1), dtype=bool)], axis=1)
        for index in np.unique(problem.seat_slot[problem.seat_skill >= 0]).tolist():
            asked = problem.seat_skill[problem.turns_of(index)]
            out[index] &= every[:, asked].any(axis=1)
    # After absences and skills, because a fixed turn stands whatever the calendar says.
    out[problem.fixed[:, 0], problem.fixed[:, 1]] = True
    if len(problem.published):
        slot = problem.seat_slot
        facts = done(problem)[slot] & (problem.published >= 0)
        out[slot[facts], problem.published[facts]] = True
    return out


def done(problem: RotaProblem) -> Bools:
    """Return which slots are facts, shape (S,): published and inside the frozen horizon."""
    return (problem.slot_start <= problem.frozen) & (len(problem.published) > 0)


def skilled(problem: RotaProblem) -> Bools:
    """Return who has which skill, shape (P, K)."""
    out = np.zeros((len(problem.people), len(problem.skills)), dtype=bool)
    out[problem.skill_person, problem.skill_code] = True
    return out


def seat_able(problem: RotaProblem, slot: int, able_here: Bools) -> Bools:
    """Return who could take each seat of a slot, shape (seats, P), given who is able to take any."""
    asked = problem.seat_skill[problem.turns_of(slot)]
    # The last column is True: seats that ask for no skill have code -1, which picks it.
    every = np.concatenate([skilled(problem), np.ones((len(problem.people), 1), dtype=bool)], axis=1)
    return np.asarray(every[:, asked].T & able_here)
