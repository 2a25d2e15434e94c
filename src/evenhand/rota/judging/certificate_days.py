"""Whether turns fall into memberships and out of absences: looked up by bisection, O(log) a turn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evenhand.rota.problem import RotaProblem

__all__ = ["covered", "touched"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def covered(who: Ints, start: Ints, end: Ints, person: Ints, first: Ints, last: Ints) -> Bools:
    """Whether one of a person's periods holds all days from ``first`` to ``last``, for each turn."""
    order = np.lexsort((start, who))
    at = _before(who[order], start[order], person, first)
    held = at >= 0
    found = order[np.maximum(at, 0)] if order.size else np.zeros(person.size, dtype=np.int64)
    return held & (end[found] >= last) if order.size else held


def touched(problem: RotaProblem, person: Ints, first: Ints, last: Ints) -> Bools:
    """Whether an absence of the person touches the days from ``first`` to ``last``, for each turn."""
    who, start = problem.absent_person, problem.absent_from
    if not who.size:
        return np.zeros(person.size, dtype=bool)
    order = np.lexsort((start, who))
    who, start, end = who[order], start[order], problem.absent_to[order]
    # Codes rise with the person, so a running maximum never reaches into the next person's.
    reach = np.maximum.accumulate(end + who * 2**32) - who * 2**32
    at = _before(who, start, person, last)
    return (at >= 0) & (reach[np.maximum(at, 0)] >= first)


def _before(who: Ints, start: Ints, person: Ints, day: Ints) -> Ints:
    """Return the last interval of the person that starts by the day, -1 for none; sorted by who and start."""
    at = np.searchsorted(who * 2**32 + start, person * 2**32 + day, side="right") - 1
    mine = (at >= 0) & (who[np.maximum(at, 0)] == person) if who.size else np.zeros(person.size, dtype=bool)
    return np.where(mine, at, -1)
