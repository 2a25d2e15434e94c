"""Prices for what offices share, by cutting planes in a trust box.

Reference:
    Kelley, *The cutting-plane method for solving convex programs* (1960), doi:10.1137/0108053.
    Briant, Lemaréchal and others, *Comparison of bundle and classical column generation*,
        Mathematical Programming 113 (2008), doi:10.1007/s10107-006-0079-z.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from evenhand.allocation.solving.offices.local import Point
from evenhand.allocation.solving.offices.shard import Offices
from evenhand.allocation.solving.offices.shared import Shared
from evenhand.core.arrays import Floats, Ints
from evenhand.core.progress import Progress
from evenhand.linear.highs import CLOSE, FREE, Program, stacked

ROUNDS, ROUNDS_A_ROW = 16, 4
"""Prices that all offices are asked at, at most; and more for each shared row."""
SAMPLE = 8
"""Offices that are asked first; less than half of all."""
CLEAR = 1e-6
"""Share of the bound that another round may still take off it for the rounds to end."""
CLEAR_MANY = 2e-4
"""The same where many rows share the work and a sample's prices are known: rounds then take little off the
bound each, and the repair gains more in the same time."""
BOX = 0.05
"""First half-width of the box around the sample's prices, as a share of the prices."""


@dataclass(frozen=True, eq=False)
class Found:
    """The best prices, the bound there in ticks, and how many rounds it took."""

    prices: Ints = field(repr=False)
    bound: int
    rounds: int


def find_prices(offices: Offices, shared: Shared, progress: Progress, first: Ints | None = None) -> Found:
    """Return the prices at which the offices' bounds together are lowest.

    A sample of offices with its share of what is free gives the first prices.

    Args:
        offices: all of them, at least two.
        shared: what they share.
        progress: may end it early; the bound holds all the same.
        first: prices to begin at, if any are known to be near.
    """
    top = _highest(offices, shared)
    start, width = np.zeros(len(shared), dtype=np.int64), top
    every = range(len(offices))
    if first is not None:
        start = np.minimum(first, top)
        width = np.maximum((start * BOX).astype(np.int64), (top * BOX**3).astype(np.int64))
    elif len(offices) > 2 * SAMPLE:
        # Offices at even steps through the list, and not the first ones: lists are often sorted by size.
        some = [number * len(offices) // SAMPLE for number in range(SAMPLE)]
        awards = [facts.awards for facts in offices.facts]
        share = sum(awards[number] for number in some) / max(1, sum(awards))
        sample = _Descent(offices, some, shared, share, top)
        start = sample.run(start, width, progress).prices
        width = np.maximum((start * BOX).astype(np.int64), (top * BOX**3).astype(np.int64))
    clear = CLEAR if first is None else CLEAR_MANY
    return _Descent(offices, every, shared, 1.0, top).run(start, width, progress, clear)


def _highest(offices: Offices, shared: Shared) -> Ints:
    """Return for each row the price at which no candidate in it is worth anything; kept far from 2^63."""
    top = np.max([facts.top for facts in offices.facts], axis=0, initial=1)
    heaviest = np.max([facts.heaviest for facts in offices.facts], axis=0, initial=1)
    # Price times weight, summed over all rows, must stay within 63 bits: 2^60 leaves room for the sum of all.
    return np.asarray(np.minimum(top, 2**60 // heaviest // max(1, len(shared))), dtype=np.int64)


class _Descent:
    """Cutting planes for some offices and a share of what is free."""

    def __init__(
        self, offices: Offices, some: Sequence[int], shared: Shared, share: float, top: Ints
    ) -> None:
        self.offices, self.some, self.shared, self.share, self.top = offices, some, shared, share, top
        self.ticks = offices.ticks
        self.points: list[list[Point]] = [[] for _ in some]

    def run(self, start: Ints, width: Ints, progress: Progress, clear: float = CLEAR) -> Found:
        """Go down from ``start``; the box is ``width`` to each side at first."""
        here, bound = start, self.ask(start)
        rounds = 1
        while rounds < ROUNDS + ROUNDS_A_ROW * len(self.shared) and not progress.stop():
            there, predicted = self.offices.step("planes", partial(self.step, here, bound, width, progress))
            if predicted <= clear * max(self.ticks, bound) and not self.at_wall(here, there, width):
                break
            value = self.ask(there)
            rounds += 1
            # The planes told the truth at least by half, so the box may grow; where the bound did not fall at
            # all, it is too wide.
            if bound - value >= predicted / 2:
                width = np.minimum(self.top, width * 4)
            elif value >= bound:
                width = np.maximum(1, width // 2)
            if value < bound:
                here, bound = there, value
        return Found(here, bound, rounds)

    def at_wall(self, here: Ints, there: Ints, width: Ints) -> bool:
        """Whether the next prices stand at a side of the box that may be moved."""
        moved = np.abs(there - here)
        return bool(((moved >= width) & (there > 0) & (there < self.top)).any())

    def ask(self, prices: Ints) -> int:
        """Return the bound of these offices at prices, for this share of what is free."""
        total = int(self.share * self.shared.dual(prices))
        for points, answer in zip(self.points, self.offices.ask(self.some, prices), strict=True):
            if isinstance(answer, Point):
                points.append(answer)
            total += answer.bound if isinstance(answer, Point) else answer
        return total

    def step(self, here: Ints, bound: int, width: Ints, progress: Progress) -> tuple[Ints, float]:
        """Return the prices in the box where the planes are lowest, and how far below the bound that is.

        Stopped by the progress, it stays here.
        """
        unit = float(self.ticks)
        centre = here / unit
        program = self.planes(centre)
        low, high = np.maximum(-centre, -(width / unit)), np.minimum((self.top - here) / unit, width / unit)
        count = len(self.shared)
        program.set_limits(np.arange(count), low, high)
        if program.run(progress) != "optimal":
            return here, 0.0
        moves = program.values()[:count]
        known = sum(points[0].bound for points in self.points)
        free = float(self.share * (self.shared.free @ centre))
        lowest = program.value + known / unit + free
        there = np.clip(here + np.rint(moves * unit).astype(np.int64), 0, self.top)
        return there, bound - lowest * unit

    def planes(self, centre: Floats) -> Program:
        """Return the program of all planes around ``centre``, in units: moves of the prices come first.

        Then what each segment adds at a price above its cost, then what each office's bound is above its
        first point's.
        """
        unit, count, steps = float(self.ticks), len(self.shared), self.shared.length.shape[1]
        segments, offices = count * steps, len(self.some)
        free, length = self.share * self.shared.free, self.share * self.shared.length.ravel()
        program = Program(seed=0, tolerance=CLOSE, presolve=False)
        # Moves get their limits in ``step``, as the box changes; what an office's bound changes by may be
        # negative.
        least = np.concatenate([np.zeros(count + segments), np.full(offices, -np.inf)])
        program.add_columns(np.concatenate([free, length, np.ones(offices)]), least, FREE)
        # A segment is used where the price is above its cost: its variable is at least that difference, times
        # its length in the objective.
        rows: list[tuple[float, list[int], list[float]]] = [
            (centre[place // steps] - cost / unit, [place // steps, count + place], [-1.0, 1.0])
            for place, cost in enumerate(self.shared.cost.ravel().tolist())
        ]
        for place, points in enumerate(self.points):
            for point in points:
                # The plane of an answer: the bound there, less its use for each unit that the price rises.
                # Relative to the first point and to the centre, as large numbers would cost the solver's
                # digits.
                above = (point.bound - points[0].bound) / unit
                above += float(point.usage @ (point.prices / unit - centre))
                used = np.flatnonzero(point.usage)
                index = [*used.tolist(), count + segments + place]
                rows.append((above, index, [*point.usage[used].tolist(), 1.0]))
        lowest = np.array([low for low, _, _ in rows])
        program.add_rows(lowest, np.full(len(rows), FREE), stacked([row[1:] for row in rows]))
        return program
