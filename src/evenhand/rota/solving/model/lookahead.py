"""Slots that nobody can serve both of: whether a crew for the first leaves enough people for the others.

A plan made slot by slot fills the desk at eight o'clock before it comes to the medic's seat at nine. Where
the only medic is next in order, the desk would take them and the other seat stay open. With a rest between
turns it is the same from week to week: whoever serves this week is missing in the next. So a crew is looked
at together with the later slots that run at the same time or lie within the rest.

It is a look at some windows, and no search: each window of slots that exclude each other is one matching of
people to seats, and a seat can still stay open where three windows depend on each other.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from functools import cache, cached_property
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
        self.together: dict[int, list[int]] = {}
        crowded = problem.crowded and not problem.overlaps
        # Clashes first: without rest the pairs are those of slots at the same time alone.
        for pairs in (clashes(problem) if crowded else (), *(kind.excluded(problem) for kind in ONLINE)):
            self._note(pairs)

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
        free = cache(self._free)
        others = self._together(slot)
        inside, tight = frozenset(others), self._tight(others, len(fits), free)
        windows = [Window(others, beside, free, fits)] if tight else []
        for first in sorted(other for other in beside if other > slot):
            others = [first, *self._together(first)]
            # Slots of one day all exclude each other: each later window of the day is a part of the first.
            nested = inside.issuperset(others)
            if tight if nested else self._tight(others, len(fits), free):
                windows.append(Window(others, beside, free, fits[:0], nested=nested))
        return Room(windows) if windows else None

    def _tight(self, slots: Sequence[int], crew: int, free: Callable[[int], Bools]) -> bool:
        """Return whether people can be missing in a window once a crew of so many has left."""
        wanted = crew + int(self.problem.seats[slots].sum())
        # Where even the scarcest seat has more people than there are seats in all, nobody can be missing.
        return any(int(free(slot).sum(axis=1).min()) < wanted for slot in slots)

    def stop_looking(self) -> None:
        """Ask nothing of later slots from here on, as if no slot excluded another."""
        self.beside, self.together = {}, {}

    def left_after(self, slots: Iterable[int]) -> int:
        """Return how many seats of later slots that exclude any of some slots can still be filled.

        The barriers know who serves these; slots that follow are looked at in windows, as in ``room``.
        """
        last, free = max(slots), cache(self._free)
        later = {other for slot in slots for other in self.beside.get(slot, ()) if other > last}
        windows = [[first, *self._together(first)] for first in sorted(later)]
        return sum(fillable(np.concatenate([free(slot) for slot in window])) for window in windows)

    def _free(self, slot: int) -> Bools:
        """Return who could take each seat of a later slot as things stand, shape (seats, P)."""
        free = self.able_to[slot].copy()
        free[list(self.barriers.closed(slot))] = False
        free[self.barriers.fixed(slot)] = True
        return seat_able(self.problem, slot, free)

    def _together(self, slot: int) -> list[int]:
        """Return later slots that exclude this one and all exclude each other: nobody serves two."""
        if slot not in self.together:
            out: list[int] = []
            for other in sorted(self.beside.get(slot, ())):
                if other > slot and self.beside[other].issuperset(out):
                    out.append(other)
            self.together[slot] = out
        return self.together[slot]


class Window:
    """Slots that all exclude each other, the one to be filled first where it is one of them.

    Args:
        slots: the slots to be filled later.
        beside: slots that nobody serves who serves the one to be filled.
        free: who could take each seat of a later slot, shape (seats, P).
        own: who could take each seat of the slot to be filled; no row where the window begins after it.
        nested: whether the window that begins with the slot to be filled holds all its slots.
    """

    def __init__(
        self, slots: Sequence[int], beside: Container[int], free: Callable[[int], Bools], own: Bools, *,
        nested: bool = False,
    ) -> None:  # fmt: skip
        self.slots, self.beside, self.free, self.own, self.nested = slots, beside, free, own, nested

    @cached_property
    def joint(self) -> tuple[Bools, Bools]:
        """Return who could take each seat, shape (seats, P), and which seats are closed to the crew."""
        rows = [self.own, *map(self.free, self.slots)]
        barred = [False, *(slot in self.beside for slot in self.slots)]
        return np.concatenate(rows), np.repeat(barred, [len(row) for row in rows])

    def seats(self, crew: Sequence[int]) -> int:
        """Return how many of the seats can be filled around a crew of the slot to be filled."""
        fits, barred = self.joint
        held = fits.copy()
        held[np.flatnonzero(barred)[:, None], list(crew)] = False
        return fillable(held, crew if len(self.own) else ())


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
            full = False
            for window in self.windows:
                # Where the first window can be filled whole, so can every part of it.
                seats = len(window.joint[0]) if window.nested and full else window.seats(crew)
                if len(window.own):
                    now, full = seats, seats == len(window.joint[0])
                else:
                    after += seats
            self.known[key] = (now, after)
        return self.known[key]

    def allows(self, crew: list[int]) -> bool:
        """Return whether the last of a crew may join the others without costing a seat elsewhere."""
        before, with_them = self.left(crew[:-1]), self.left(crew)
        return with_them[0] >= before[0] and with_them[1] >= before[1]

    def spares(self, crew: list[int]) -> bool:
        """Return the same of the first window alone: a seat now is worth more than one that may be lost."""
        return self.left(crew)[0] >= self.left(crew[:-1])[0]
