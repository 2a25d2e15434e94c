"""What offices share: the rows of groups that reach into several of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from evenhand.allocation.solving.model.residual import Residual
from evenhand.allocation.solving.model.tariffs import Tariff
from evenhand.core.arrays import Ints


@dataclass(frozen=True, eq=False)
class Shared:
    """The rows that reach into several parts, numbered from 0 to m - 1.

    Attributes:
        place: tariff of the residual, and group in it, of each row.
        number: row of each tariff's groups, -1 where it is none; a last -1 for no group; shapes (g + 1,).
        free: units that cost nothing, shape (m,).
        length: units of each segment, shape (m, s).
        cost: ticks a unit in each segment, shape (m, s).
    """

    place: tuple[tuple[int, int], ...]
    number: tuple[Ints, ...] = field(repr=False)
    free: Ints = field(repr=False)
    length: Ints = field(repr=False)
    cost: Ints = field(repr=False)

    def __len__(self) -> int:
        return len(self.place)

    def dual(self, prices: Ints) -> int:
        """Return what the rows add to the bound at prices in ticks a unit, exactly."""
        total = 0
        for index, price in enumerate(prices.tolist()):
            total += price * int(self.free[index])
            for size, cost in zip(self.length[index].tolist(), self.cost[index].tolist(), strict=True):
                total += size * max(0, price - cost)
        return total

    def share(self, part: float) -> Shared:
        """Return the same rows with a part of their room, for a sample of the offices."""
        return replace(
            self,
            free=(self.free * part).astype(np.int64),
            length=(self.length * part).astype(np.int64),
        )

    def left(self, used: Ints) -> tuple[Ints, Ints]:
        """Return what is left of ``free`` and ``length`` once some units are used, shapes (m,) and (m, s)."""
        over = np.maximum(0, used - self.free)
        ends = np.cumsum(self.length, axis=1)
        taken = np.clip(over[:, None] - (ends - self.length), 0, self.length)
        return np.maximum(0, self.free - used), self.length - taken

    def costs(self, usage: Ints) -> int | None:
        """Return what units used cost in ticks, exactly; None where they pass a limit."""
        total = 0
        for index, used in enumerate(usage.tolist()):
            mark = int(self.free[index])
            for size, cost in zip(self.length[index].tolist(), self.cost[index].tolist(), strict=True):
                total += cost * max(0, min(used - mark, size))
                mark += size
            if used > mark:
                return None
        return total


def shared_rows(residual: Residual, part: Ints) -> Shared:
    """Return the rows of the residual's tariffs that reach into several parts.

    Args:
        residual: what is to be decided.
        part: part of each item, from ``components``.
    """
    part_of = part[residual.item]
    place: list[tuple[int, int]] = []
    number, free, length, cost = [], [], [], []
    for index, tariff in enumerate(residual.tariffs):
        count = len(tariff.free)
        # A row is shared where the lowest and the highest part of its members differ: one pass, without a set
        # a group. The last place takes those in no group.
        low, high = np.full(count + 1, len(residual) + 1), np.full(count + 1, -1)
        # A recipient is in one part only, as recipients join items; such rows are never shared.
        if tariff.source != residual.by_recipient and tariff.source >= 0:
            np.minimum.at(low, tariff.of, part_of)
            np.maximum.at(high, tariff.of, part_of)
        spans = np.flatnonzero(high[:-1] > low[:-1])
        rows = np.full(count + 1, -1, dtype=np.int64)
        rows[spans] = len(place) + np.arange(len(spans))
        number.append(rows)
        for group in spans.tolist():
            place.append((index, group))
            free.append(tariff.free[group])
            length.append(tariff.length[group])
            cost.append(tariff.cost[group])
        _to_grid(tariff, spans, free, length)
    steps = max((len(row) for row in length), default=0)
    return Shared(
        tuple(place),
        tuple(number),
        np.array(free, dtype=np.int64),
        np.array([np.pad(row, (0, steps - len(row))) for row in length], dtype=np.int64).reshape(
            len(length), steps
        ),
        np.array([np.pad(row, (0, steps - len(row))) for row in cost], dtype=np.int64).reshape(
            len(length), steps
        ),
    )


def _to_grid(tariff: Tariff, spans: Ints, free: list[np.int64], length: list[Ints]) -> None:
    """Lower the last rows' limits to what sums of weights can reach: multiples of their divisor."""
    if tariff.coef is None:
        return
    for group, place in zip(spans.tolist(), range(len(free) - len(spans), len(free)), strict=True):
        divisor = int(np.gcd.reduce(np.unique(tariff.coef[tariff.of == group])))
        lowered, length[place] = to_grid(int(free[place]), length[place], divisor)
        free[place] = np.int64(lowered)


def to_grid(free: int, length: Ints, divisor: int) -> tuple[int, Ints]:
    """Return free units and segments of a row, cut so that they end at a multiple of its weights' divisor.

    Args:
        free: units that cost nothing.
        length: units of each segment, shape (s,).
        divisor: the greatest that divides every weight; no sum of weights lies between its multiples.

    >>> to_grid(10, np.array([4, 3]), 5)
    (10, array([4, 1]))
    """
    over = int(free + length.sum()) % divisor
    # The last segments give way first: they are the ones that cannot be filled.
    behind = np.cumsum(length[::-1])[::-1] - length
    lost = np.minimum(length, np.maximum(0, over - behind))
    return free - (over - int(lost.sum())), length - lost
