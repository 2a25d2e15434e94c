"""Exact knapsacks for shared rows of unequal weights, in whole numbers: what an LP on such a row cannot see.

A row on weights lets its LP take a part of the last award that does not fit. Where a row holds a dozen awards
that part is worth percents. So an office pays a toll for each award in such a row instead of a price a unit,
and the row itself decides which awards it lets in: a knapsack, solved exactly by counting up its units.

Reference:
    Guignard, Kim, *Lagrangean decomposition: a model yielding stronger Lagrangean bounds*,
        Mathematical Programming 39 (1987), doi:10.1007/BF02592954.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from evenhand.allocation.solving.offices.shared import Shared
from evenhand.core.arrays import Ints

CELLS = 20_000_000
"""Cells (awards times units) that one row's table has at most, a byte each. Beyond that, finer units are put
together and weights rounded down, so that the bound stays valid: half as many cells give a bound that is as
high or higher, twice as many take twice the memory and time."""


@dataclass(frozen=True, eq=False)
class Knapsack:
    """One shared row of unequal weights.

    Attributes:
        row: its number among the shared rows.
        classes: awards that may be let in, in codes of all offices' classes, shape (c,).
        weight: units of each in this table, shape (c,).
        cost: ticks that each number of units costs, shape (units + 1,).
    """

    row: int
    classes: Ints = field(repr=False)
    weight: Ints = field(repr=False)
    cost: Ints = field(repr=False)

    def best(self, toll: Ints) -> tuple[int, Ints]:
        """Return what the row takes in at most, in ticks, and the classes that it lets in for that.

        Args:
            toll: ticks that each class of all offices pays, >= 0.

        Promise:
            No set of classes that the row allows pays more tolls less the row's own cost.
        """
        paid = toll[self.classes]
        # What pays nothing, or fits nowhere, can stay out.
        kept = np.flatnonzero((paid > 0) & (self.weight < len(self.cost)))
        table = np.zeros(len(self.cost), dtype=np.int64)
        took = np.zeros((len(kept), len(table)), dtype=np.bool_)
        for index, number in enumerate(kept.tolist()):
            weight = int(self.weight[number])
            with_it = table[: len(table) - weight] + paid[number]
            np.greater(with_it, table[weight:], out=took[index, weight:])
            # A copy of the old table stands in ``with_it``, so no class is let in twice.
            np.maximum(table[weight:], with_it, out=table[weight:])
        left = int(np.argmax(table - self.cost))
        worth, chosen = int(table[left] - self.cost[left]), []
        for index in range(len(kept) - 1, -1, -1):
            if took[index, left]:
                chosen.append(int(kept[index]))
                left -= int(self.weight[kept[index]])
        return worth, np.sort(self.classes[chosen]).astype(np.int64)


def knapsacks(shared: Shared, row: Ints, weight: Ints) -> list[Knapsack]:
    """Return a knapsack for each row of unequal weights.

    Args:
        shared: the rows.
        row: row of each class of awards, shape (c,).
        weight: units of each class, > 0, shape (c,).
    """
    out = []
    for number in np.unique(row).tolist():
        classes = np.flatnonzero(row == number)
        units = weight[classes]
        free, length, cost = int(shared.free[number]), shared.length[number], shared.cost[number]
        most = min(free + int(length.sum()), int(units.sum()))
        grid = int(np.gcd.reduce(units))
        # Rounded down in coarser units, weights let in more and cost less: the bound stays a bound.
        grid = max(grid, -(-most * len(classes) // CELLS))
        marks = np.arange(most // grid + 1, dtype=np.int64) * grid
        paid = np.zeros(len(marks), dtype=np.int64)
        start = free
        for size, price in zip(length.tolist(), cost.tolist(), strict=True):
            paid += price * np.clip(marks - start, 0, size)
            start += size
        out.append(Knapsack(number, classes, units // grid, paid))
    return out
