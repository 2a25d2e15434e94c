"""Slots that nobody can serve both of: whether a crew for the first leaves enough people for the others.

A plan made slot by slot fills the desk at eight o'clock before it comes to the medic's seat at nine. Where
the only medic is next in order, the desk would take them and the other seat stay open. With a rest between
turns it is the same from week to week: whoever serves this week is missing in the next. So a crew is looked
at together with the later slots that run at the same time or lie within the rest.

It is a look at some windows, and no search: each window of slots that exclude each other is one matching of
people to seats, and a seat can still stay open where three windows depend on each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import numpy as np

from evenhand.core.arrays import Bools
from evenhand.rota.problem import RotaProblem
from evenhand.rota.rules import ONLINE
from evenhand.rota.rules.clashes import clashes
from evenhand.rota.solving.model.barriers import Barriers
from evenhand.rota.solving.model.presence import seat_able
from evenhand.rota.solving.model.seating import fillable

MOST_PAIRS: Final = 500_000
"""Pairs of slots that exclude each other up to which they are looked at: half a second to list. It is reached
by a rest of a hundred days over fourteen years of daily turns; beyond it a plan is made without this look."""


class Lookahead:
    """Which later slots exclude each slot; ask ``room`` before a slot is filled."""

    def __init__(self, problem: RotaProblem, barriers: Barriers, able_to: Bools) -> None:
        self.problem, self.barriers, self.able_to = problem, barriers, able_to
        self.beside: dict[int, set[int]] = {}
        crowded = problem.crowded and not problem.overlaps
        # Clashes first: without rest the pairs are those of slots at the same time alone.
        for pairs in (clashes(problem) if crowded else (), *(kind.excluded(problem) for kind in ONLINE)):
            self._note(pairs)
        # People for the scarcest seat of each slot, before anything is planned.
        self.enough = {
            slot: int(seat_able(problem, slot, able_to[slot]).sum(axis=1).min()) for slot in self.beside
        }

    def _note(self, pairs: Iterable[tuple[int, int]]) -> None:
        listed = list(islice(pairs, MOST_PAIRS + 1))
        for first, other in listed if len(listed) <= MOST_PAIRS else ():
            self.beside.setdefault(first, set()).add(other)
            self.beside.setdefault(other, set()).add(first)

    def room(self, slot: int, fits: Bools) -> Room | None:
        """Return what says how many seats a crew leaves to be filled; None where that is alike for all crews.

        Args:
            slot: the slot to be filled.
            fits: who could take each of its seats, shape (seats, P).
        """
        beside = self.beside.get(slot, set())
        later = sorted(other for other in beside if other > slot)
        windows = []
        for first in (slot, *later):
            others = self._together(first)
            if first != slot:
                others = [first, *others]
            wanted = (len(fits) if first == slot else 0) + sum(
                int(self.problem.seats[other]) for other in others
            )
            # Where even the scarcest seat has more people than there are seats in all, nobody can be missing.
            if all(self.enough[other] - self._taken(other) >= wanted for other in others):
                continue
            rows = [fits] if first == slot else []
            barred = []
            for other in others:
                rows.append(self._free(other))
                barred += [other in beside] * len(rows[-1])
            own = len(fits) if first == slot else 0
            windows.append(Window(np.concatenate(rows), own, np.array(barred, dtype=bool)))
        return Room(windows) if windows else None

    def left_after(self, slots: Iterable[int]) -> int:
        """Return how many seats of later slots that exclude any of some slots can still be filled.

        The barriers know who serves these; slots that follow are looked at in windows, as in ``room``.
        """
        last = max(slots)
        later = {other for slot in slots for other in self.beside.get(slot, ()) if other > last}
        windows = [[first, *self._together(first)] for first in sorted(later)]
        return sum(fillable(np.concatenate([self._free(slot) for slot in window])) for window in windows)

    def _free(self, slot: int) -> Bools:
        """Return who could take each seat of a later slot as things stand, shape (seats, P)."""
        free = self.able_to[slot].copy()
        free[list(self.barriers.closed(slot))] = False
        free[self.barriers.fixed(slot)] = True
        return seat_able(self.problem, slot, free)

    def _together(self, slot: int) -> list[int]:
        """Return later slots that exclude this one and all exclude each other: nobody serves two."""
        out: list[int] = []
        for other in sorted(self.beside.get(slot, ())):
            if other > slot and all(other in self.beside[first] for first in out):
                out.append(other)
        return out

    def _taken(self, slot: int) -> int:
        """Return how many people at most other slots may have kept from this one."""
        earlier = [other for other in self.beside[slot] if other < slot]
        closed = (self.barriers.pledged.get(slot, ()), self.barriers.must_not.get(slot, ()))
        return sum(int(self.problem.seats[other]) for other in earlier) + sum(map(len, closed))


@dataclass(frozen=True, eq=False)
class Window:
    """Slots that all exclude each other.

    Attributes:
        joint: who could take each of their seats, shape (seats, P); those of the slot to be filled first.
        own: how many of these are seats of the slot to be filled; 0 for a window that begins after it.
        barred: which of the other seats nobody takes who serves the slot to be filled, shape (seats - own,).
    """

    joint: Bools = field(repr=False)
    own: int
    barred: Bools = field(repr=False)


class Room:
    """How many seats of a slot, and of those that it excludes, can be filled around a crew."""

    def __init__(self, windows: Sequence[Window]) -> None:
        self.windows = windows
        self.known: dict[frozenset[int], tuple[int, int]] = {}

    def left(self, crew: Sequence[int]) -> tuple[int, int]:
        """Return the seats that can be filled where a crew sits in the slot.

        Returns:
            Those of the window that begins with the slot, the crew's among them, and the sum over the later
            windows.
        """
        key = frozenset(crew)
        if key not in self.known:
            now = after = 0
            for window in self.windows:
                held = window.joint.copy()
                # Who sits here sits in none of the slots that this one excludes.
                held[window.own + np.flatnonzero(window.barred)[:, None], list(crew)] = False
                seats = fillable(held, crew if window.own else ())
                now, after = (now + seats, after) if window.own else (now, after + seats)
            self.known[key] = (now, after)
        return self.known[key]

    def allows(self, crew: list[int]) -> bool:
        """Return whether the last of a crew may join the others without costing a seat elsewhere."""
        before, with_them = self.left(crew[:-1]), self.left(crew)
        return with_them[0] >= before[0] and with_them[1] >= before[1]

    def spares(self, crew: list[int]) -> bool:
        """Return the same of the first window alone: a seat now is worth more than one that may be lost."""
        return self.left(crew)[0] >= self.left(crew[:-1])[0]
