"""What a plan is worth with one item taken out and the best single award put in its place, in ticks."""

from __future__ import annotations

from collections import Counter

import numpy as np

from evenhand.allocation.solving.model.residual import Residual
from evenhand.core.arrays import Ints

TRIED = 24
"""Stand-ins tried a day: those that lose least at the prices."""


class SwapValue:
    """A plan with its totals, and for each day the unawarded items' candidates that lose least."""

    def __init__(self, residual: Residual, awards: Ints, loss: Ints) -> None:
        """Count the totals once.

        Args:
            residual: what is to be decided.
            awards: the plan, as the problem's codes; pinned ones are the residual's own.
            loss: ticks that each live candidate loses at some prices, shape (n,).
        """
        self.residual = residual
        codes = np.arange(len(residual.problem)) if residual.live is None else residual.live
        self.plan = np.flatnonzero(np.isin(codes, awards)).tolist()
        self.of_item = {int(residual.item[candidate]): candidate for candidate in self.plan}
        self.slots = residual.slots - np.bincount(residual.day[self.plan], minlength=len(residual.slots))
        self.places = Counter(residual.place[self.plan].tolist())
        self.totals: list[Counter[int]] = []
        for tariff in residual.tariffs:
            totals: Counter[int] = Counter()
            for candidate in self.plan:
                totals[int(tariff.of[candidate])] += 1 if tariff.coef is None else int(tariff.coef[candidate])
            self.totals.append(totals)
        taken = np.zeros(len(residual.problem.items), dtype=np.bool_)
        taken[residual.item[self.plan]] = True
        free = np.flatnonzero(~taken[residual.item])
        order = free[np.argsort(loss[free], kind="stable")]
        self.by_day = [
            order[residual.day[order] == day][:TRIED].tolist() for day in range(len(residual.slots))
        ]

    def without(self, item: int) -> Ints:
        """Return the plan without an item and with the best stand-in for it, as live candidates."""
        index = self.of_item.get(item)
        if index is None:
            return np.array(self.plan, dtype=np.int64)
        self._book(index, -1)
        days = [int(self.residual.day[index]), *np.flatnonzero(self.slots > 0).tolist()]
        gains = [(self._gain(award), -award) for day in dict.fromkeys(days) for award in self.by_day[day]]
        self._book(index, 1)
        plan = [award for award in self.plan if award != index]
        best = max(gains, default=(0, 0))
        if best[0] > 0:
            plan.append(-best[1])
        return np.sort(np.array(plan, dtype=np.int64))

    def _book(self, index: int, sign: int) -> None:
        self.places[int(self.residual.place[index])] += sign
        for tariff, totals in zip(self.residual.tariffs, self.totals, strict=True):
            totals[int(tariff.of[index])] += sign * (1 if tariff.coef is None else int(tariff.coef[index]))

    def _gain(self, index: int) -> int:
        """Return what a candidate would add now, 0 where it does not fit."""
        residual, place = self.residual, int(self.residual.place[index])
        if self.places[place] >= residual.day_limit.flat[place]:
            return 0
        gain = int(residual.value[index])
        for tariff, totals in zip(residual.tariffs, self.totals, strict=True):
            code = int(tariff.of[index])
            if code >= 0:
                cost = tariff.marginal(
                    code, totals[code], 1 if tariff.coef is None else int(tariff.coef[index])
                )
                if cost is None:
                    return 0
                gain -= cost
        return gain
