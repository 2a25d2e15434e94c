"""The search over offices: price what they share, settle each, choose a plan each, vary, fill.

It hears numbers and plans from the offices and holds no candidate. Where the offices live is not its concern
(see ``shard``); what it does with the answers is the same for one process and for many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from evenhand.allocation.solving.model.pricing import Prices
from evenhand.allocation.solving.offices.choice import choose_plans, together
from evenhand.allocation.solving.offices.local import Plan
from evenhand.allocation.solving.offices.prices import find_prices
from evenhand.allocation.solving.offices.shard import Offices
from evenhand.allocation.solving.offices.shared import Shared
from evenhand.core.job import Limits
from evenhand.core.progress import Progress

__all__ = ["Search", "hushed"]

VARIED = 1e-6
"""Share of the bound that the gap must be for offices to be asked at prices nearby: a point in a million is
less than anybody pays for a second's wait."""

FILLED = 1e-4
"""The same for offices to decide in turn over what the others leave, which costs a branching an office."""

STEPS = (-0.01, 0.01, -0.03, 0.03, -0.1, 0.1)
"""Prices nearby, as steps from the best: the first two change one or two awards of an office, the last
change its plan. More steps gave plans that the first ones had given already."""

FEW = 20
"""Offices up to which each is branched over at each of these prices; of more, the LPs alone give plans
enough to choose from."""

SWEEPS = 3
"""Times that every office may decide again over what the others leave, at most. Later sweeps found nothing
on made-up weeks; the first one that improves nothing ends them anyway."""

MOST = 250
"""Candidates that an office decides over then, at most: more take seconds an office and seldom help, as the
best 250 hold what the other offices leave room for."""


class Search:
    """Best plans and best bound so far, in ticks.

    Attributes:
        offices: asked for everything.
        found: the prices of what is shared.
        plans: the plan chosen for each office.
        bounds: proven limit of each office at the prices; ``own_prices`` its own prices there, or None.
        bound: proven limit of the whole; ``ceiling`` the same from the settled bounds alone.
        better: ticks of a plan that a proof found beyond the chosen plans, None without one.
        watched: called with value and bound, in units, when plans were chosen.
    """

    def __init__(
        self, offices: Offices, shared: Shared, limits: Limits, progress: Progress, *, base: int = 0
    ) -> None:
        self.offices, self.shared, self.limits, self.progress = offices, shared, limits, progress
        self.base = base
        self.plans: list[Plan] = []
        self.bounds: list[int] = []
        self.own_prices: list[Prices | None] = []
        self.bound = self.ceiling = 0
        self.better: int | None = None
        self.watched: Callable[[int, int], None] = lambda _value, _bound: None

    def run(self) -> None:
        """Run all stages; a limit ends them early, with what is known by then."""
        with self.progress.stage("price"), hushed(self.progress):
            self.found = find_prices(self.offices, self.shared, self.progress)
        self.bound = self.found.bound
        with self.progress.stage("settle"), hushed(self.progress):
            self.settle()
        with self.progress.stage("choose"):
            self.choose()
        for name, step, share in (("vary", self.vary, VARIED), ("fill", self.fill, FILLED)):
            if self.gap > max(self.limits.gap, share * self.units(self.bound)):
                with self.progress.stage(name), hushed(self.progress):
                    step()

    def units(self, ticks: int) -> int:
        """Return ticks as units of the whole plan, pins and all, rounded down."""
        return self.base + ticks // self.offices.ticks

    @property
    def worth(self) -> int:
        """What the plans are worth together, in ticks."""
        worth = together(self.plans, self.shared)
        assert worth is not None  # noqa: S101 - to give nothing is always possible
        return worth

    @property
    def gap(self) -> int:
        """Units between plan and bound."""
        return self.units(self.bound) - self.units(self.worth)

    def settle(self) -> None:
        """Find a best plan of each office at the prices, and with that a better bound."""
        prices = self.found.prices
        for bound, own in self.offices.settle(prices):
            self.bounds.append(bound)
            self.own_prices.append(own)
        self.ceiling = self.shared.dual(prices) + sum(self.bounds)
        # Both are proven; an office that had no time to settle may have made the second one the weaker.
        self.bound = min(self.bound, self.ceiling)

    def vary(self) -> None:
        """Ask every office for plans at prices nearby, and choose anew."""
        for step in STEPS:
            # In parts of each price, as the rows' units differ (dollars, awards).
            prices = self.found.prices + np.rint(self.found.prices * step).astype(np.int64)
            self.offices.vary(prices, branched=len(self.offices) <= FEW)
        self.choose()

    def fill(self) -> None:
        """Let offices decide again in turn over what the others leave, and choose anew."""
        prices = self.found.prices
        for _ in range(SWEEPS):
            before = self.gap
            for number in range(len(self.offices)):
                if self.gap <= self.limits.gap or self.progress.stop():
                    return
                own = self.plans[number]
                # What all others use is taken off, so the office may use its own again.
                room = self.shared.left(sum(plan.usage for plan in self.plans) - own.usage)
                loss = self.bound - self.worth
                if self.offices.fill(number, prices, room, (loss, MOST), own):
                    self.choose()
            # A sweep that improves nothing leaves the next one the same questions.
            if self.gap >= before:
                return

    def choose(self) -> None:
        """Choose one plan an office so that what they share suffices."""
        self.plans = choose_plans(self.offices, self.shared, self.found.prices, self.progress, self.plans)
        value, bound = self.units(self.worth), self.units(self.bound)
        self.progress.report("choose", value, bound)
        self.watched(value, bound)


@contextmanager
def hushed(progress: Progress) -> Iterator[None]:
    """Keep what is told inside one office from being taken for the whole."""
    tell, watch, best = progress.tell, progress.watch, progress.best
    progress.tell = progress.watch = None
    try:
        yield
    finally:
        progress.tell, progress.watch, progress.best = tell, watch, best
