"""Slots that run at the same time: whether a crew for the first leaves enough people for the others.

A plan made slot by slot fills the desk at eight o'clock before it comes to the medic's seat at nine. Where
the only medic is next in order, the desk would take them and the other seat stay open. So a crew is looked
at together with the slots that nobody of it could serve as well.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evenhand.rota.problem import RotaProblem
from evenhand.rota.rules.clashes import clashes
from evenhand.rota.solving.model.barriers import Barriers
from evenhand.rota.solving.model.presence import seat_able
from evenhand.rota.solving.model.seating import fillable

__all__ = ["Lookahead", "Room"]

Bools = NDArray[np.bool_]


class Lookahead:
    """Which later slots run beside each slot; ask ``room`` before a slot is filled."""

    def __init__(self, problem: RotaProblem, barriers: Barriers, able_to: Bools) -> None:
        self.problem, self.barriers, self.able_to = problem, barriers, able_to
        self.beside: dict[int, set[int]] = {}
        if problem.overlaps or not problem.crowded:
            return
        for one, other in clashes(problem):
            self.beside.setdefault(one, set()).add(other)
            self.beside.setdefault(other, set()).add(one)
        # People for the scarcest seat of each slot, before anything is planned.
        self.enough = {
            slot: int(seat_able(problem, slot, able_to[slot]).sum(axis=1).min()) for slot in self.beside
        }

    def room(self, slot: int, fits: Bools) -> Room | None:
        """Return what says how many seats a crew leaves to be filled; None where that is alike for all crews.

        Args:
            slot: the slot to be filled.
            fits: who could take each of its seats, shape (seats, P).
        """
        others = self._together(slot)
        wanted = len(fits) + sum(int(self.problem.seats[other]) for other in others)
        # Where even the scarcest seat has more people than there are seats in all, nobody can be missing.
        if all(self.enough[other] - self._taken(other) >= wanted for other in others):
            return None
        rows = [fits]
        for other in others:
            free = self.able_to[other].copy()
            free[list(self.barriers.closed(other))] = False
            free[self.barriers.fixed(other)] = True
            rows.append(seat_able(self.problem, other, free))
        return Room(np.concatenate(rows), len(fits))

    def _together(self, slot: int) -> list[int]:
        """Return later slots that run beside this one and all beside each other: nobody serves two."""
        out: list[int] = []
        for other in sorted(self.beside.get(slot, ())):
            if other > slot and all(other in self.beside[one] for one in out):
                out.append(other)
        return out

    def _taken(self, slot: int) -> int:
        """Return how many people at most other slots may have kept from this one."""
        earlier = [other for other in self.beside[slot] if other < slot]
        closed = (self.barriers.pledged.get(slot, ()), self.barriers.must_not.get(slot, ()))
        return sum(int(self.problem.seats[other]) for other in earlier) + sum(map(len, closed))


class Room:
    """How many seats of a slot, and of those that run beside it, can be filled around a crew."""

    def __init__(self, joint: Bools, own: int) -> None:
        self.joint, self.own = joint, own
        self.known: dict[frozenset[int], int] = {}

    def left(self, crew: Sequence[int]) -> int:
        """Return the seats that can be filled, the crew's among them, where it sits in the slot."""
        key = frozenset(crew)
        if key not in self.known:
            held = self.joint.copy()
            # Who sits here sits in none of the other slots.
            held[self.own :, list(crew)] = False
            self.known[key] = fillable(held, crew)
        return self.known[key]

    def allows(self, crew: list[int]) -> bool:
        """Return whether the last of a crew may join the others without costing a seat elsewhere."""
        return self.left(crew) >= self.left(crew[:-1])
