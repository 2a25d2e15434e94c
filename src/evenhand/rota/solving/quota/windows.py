"""Turns as jobs with windows: what a stream of shares asks for, in whole turns.

Person i's j-th turn (counted from 0) belongs to the slots in which the entitlement runs from j to j + 1:
from ``release``, the first slot after which it is above j, to ``deadline``, the first after which it is
j + 1 or more. Served inside its window, every turn keeps its person within quota after every slot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from evenhand.core.arrays import Bools, Ints


@dataclass(frozen=True, eq=False)
class Windows:
    """Jobs of all persons, one after the other, each person's in order.

    Attributes:
        due: entitlement in ticks after each slot, shape (S, P), each column rising.
        ticks: ticks to one turn.
        seats: seats to fill in each slot, shape (S,).
        start: first job of each person, shape (P + 1,); person i has jobs start[i] .. start[i + 1] - 1.
        person: whose job, shape (jobs,).
        release: first slot of the window, shape (jobs,).
        deadline: last slot of the window; S where the entitlement ends inside the turn: it is optional.
    """

    due: Ints = field(repr=False)
    ticks: int
    seats: Ints = field(repr=False)
    start: Ints = field(repr=False)
    person: Ints = field(repr=False)
    release: Ints = field(repr=False)
    deadline: Ints = field(repr=False)

    @property
    def slots(self) -> int:
        """Number of slots S."""
        return int(self.due.shape[0])

    @property
    def people(self) -> int:
        """Number of persons P."""
        return int(self.due.shape[1])

    def growing(self, slot: int) -> Bools:
        """Return who has a share of the slot, shape (P,): only they may serve it."""
        if slot == 0:
            return np.asarray(self.due[0] > 0)
        return np.asarray(self.due[slot] > self.due[slot - 1])

    def before(self, slot: int) -> Ints:
        """Return the entitlement just before a slot, shape (P,)."""
        return self.due[slot - 1] if slot else np.zeros(self.people, dtype=np.int64)


def windows(share: Ints, seats: Ints, ticks: int) -> Windows:
    """Turn shares into jobs with windows.

    Args:
        share: ticks of each slot for each person, shape (S, P), 0 <= share <= ticks; 0 for those who
            cannot serve it; each row sums to seats x ticks.
        seats: seats to fill in each slot, shape (S,).
        ticks: ticks to one turn.

    Returns:
        The windows. Cost O(S P), in array passes.
    """
    slots, people = share.shape
    due = np.cumsum(share, axis=0, dtype=np.int64)
    last = due[-1] if slots else np.zeros(people, dtype=np.int64)
    # Rounded up: the last turn counts even when only part of it became due. It is optional then, and its
    # deadline lies beyond the last slot.
    count = -(-last // ticks)
    start = np.zeros(people + 1, dtype=np.int64)
    np.cumsum(count, out=start[1:])
    jobs = int(start[-1])
    person = np.repeat(np.arange(people, dtype=np.int64), count)
    return Windows(
        due=due,
        ticks=ticks,
        seats=np.asarray(seats, dtype=np.int64),
        start=start,
        person=person,
        # A turn opens in the slot in which any part of it becomes due (the ceiling rises), and must be
        # served by the slot in which all of it is due (the floor rises).
        release=_crossings(due, start, jobs, lambda part: -(-part // ticks)),
        deadline=_crossings(due, start, jobs, lambda part: part // ticks),
    )


def _crossings(due: Ints, start: Ints, jobs: int, level_of: Callable[[Ints], Ints]) -> Ints:
    """Return the slot in which each person's level first reaches each whole number; S where it never does.

    A share is at most one turn, so a level rises by at most 1 a slot and each rise is one job's.
    """
    slots, people = due.shape
    out = np.full(jobs, slots, dtype=np.int64)
    before = np.zeros((1, people), dtype=np.int64)
    # Half a megabyte at a time stays in the processor's cache.
    rows = max(1, (1 << 16) // max(1, people))
    for low in range(0, slots, rows):
        level = np.concatenate([before, level_of(due[low : low + rows])])
        slot, person = np.nonzero(level[1:] > level[:-1])
        out[start[person] + level[slot + 1, person] - 1] = low + slot
        before = level[-1:]
    return out
