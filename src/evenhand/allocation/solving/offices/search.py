"""The search over offices: price what they share, settle each, choose a plan each, vary, fill.

It hears numbers and plans from the offices and holds no candidate. Where the offices live is not its concern
(see ``shard``); what it does with the answers is the same for one process and for many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from evenhand.allocation.solving.offices.choice import choose_plans, together
from evenhand.allocation.solving.offices.local import Plan
from evenhand.allocation.solving.offices.pieces import joined
from evenhand.allocation.solving.offices.prices import Found, find_prices
from evenhand.allocation.solving.offices.repair import repaired
from evenhand.allocation.solving.offices.shard import Asked, Offices
from evenhand.allocation.solving.offices.shared import Shared
from evenhand.allocation.solving.offices.tolls import find_tolls
from evenhand.core.arrays import Ints
from evenhand.core.job import Limits
from evenhand.core.progress import Progress

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

FEW_ROWS = 4
"""Shared rows up to which cutting planes find their prices: in 3 to 18 rounds with one row, while 23 take
over a hundred. Beyond, the joint LP takes 4 to 7. With twice as many, six tight rows go to the cutting
planes: 1.4 % worse, and not proven (`python -m benchmarks.constants offices`)."""

JOINED = 800
"""Awards up to which the offices' joint LP is solved, and MOST_JOINED offices: 375 awards take 0.4 s a round,
700 a second, 1,500 some eight. Of more, a sample of offices with so many says where cutting planes begin. The
tables of recipients and days grow with the square of the offices."""
MOST_JOINED = 25

GROUP = 5
"""Offices over which rows are decided anew together where all of them have more than REPAIRED awards."""
REPAIRED = 800

CHAINED = 100
"""Offices up to which chains of swaps go through all of them at once: their tables of recipients and days
grow with the square of the offices, to 80 MB at a hundred."""

TURNS = 2
"""Times that every group has its turn; in the second it may use what the others left."""

MOST_POOLED = 8000
"""Candidates beside those of the LPs that rows are decided over, at most: fewer leave out exchanges that pay,
more make every decision slower."""

MOST = 250
"""Candidates that an office decides over then, at most: more take seconds an office and seldom help, as the
best 250 hold what the other offices leave room for."""


class Search:
    """Best plans and best bound so far, in ticks.

    Attributes:
        offices: asked for everything.
        found: the prices of what is shared.
        plans: the plan chosen for each office.
        bounds: proven limit of each office at the prices.
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
        self.bound = self.ceiling = 0
        # What the offices were asked at last, and what the shared rows add to their bounds there.
        self.asked: Asked = np.zeros(0, dtype=np.int64)
        self.rest = 0
        self.better: int | None = None
        self.watched: Callable[[int, int], None] = lambda _value, _bound: None

    def run(self) -> None:
        """Run all stages; a limit ends them early, with what is known by then."""
        with self.progress.stage("price"), hushed(self.progress):
            self.price()
        self.bound = self.found.bound
        with self.progress.stage("settle"), hushed(self.progress):
            self.settle()
        with self.progress.stage("choose"):
            # With as many rows as offices hardly two plans fit together, and the program over plans takes a
            # minute to say so.
            few = len(self.shared) <= FEW_ROWS or len(self.offices) > 2 * len(self.shared)
            self.choose() if few else self.trim()
            if few and self.progress.stop():
                self.trim()
        steps = [("vary", self.vary, VARIED), ("fill", self.fill, FILLED)]
        if len(self.shared) > FEW_ROWS:
            steps = [("repair", self.repair, VARIED)]
        for name, step, share in steps:
            if self.gap > max(self.limits.gap, share * self.units(self.bound)):
                with self.progress.stage(name), hushed(self.progress):
                    step()

    def price(self) -> None:
        """Find prices of what is shared: by cutting planes for few rows, by the offices' joint LP for many.

        Of very many offices a sample's joint LP says where the planes begin.
        """
        offices, shared, progress = self.offices, self.shared, self.progress
        awards = [facts.awards for facts in offices.facts]
        if len(shared) <= FEW_ROWS:
            self.found = find_prices(offices, shared, progress)
        elif sum(awards) <= JOINED and len(offices) <= MOST_JOINED:
            tolled = find_tolls(offices, shared, progress, range(len(offices)))
            self.found = Found(tolled.prices, tolled.bound, tolled.rounds)
            self.rest = tolled.rest
            self.asked = [np.concatenate([tolled.prices, toll]) for toll in tolled.tolls]
            return
        else:
            most = max(2, min(len(offices), int(JOINED * len(offices) / max(1, sum(awards)))))
            some = [number * len(offices) // most for number in range(most)]
            share = sum(awards[number] for number in some) / max(1, sum(awards))
            part = shared.share(share)
            start = find_tolls(offices, part, progress, some, sets=False).prices
            self.found = find_prices(offices, shared, progress, start)
        self.asked = self.found.prices
        self.rest = shared.dual(self.found.prices)

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
        self.bounds = self.offices.settle(self.asked)
        self.ceiling = self.rest + sum(self.bounds)
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

    def repair(self) -> None:
        """Decide a few shared rows anew at a time; of many offices, over some of them in turn."""
        count = len(self.offices)
        groups = [list(range(count))]
        if count > GROUP and sum(facts.awards for facts in self.offices.facts) > REPAIRED:
            # Every so-many-th office, so that neighbours, which a caller may have sorted by size, are parted.
            parts = -(-count // GROUP)
            groups = [list(range(number, count, parts)) for number in range(parts)]
        room = self.shared.free + self.shared.length.sum(axis=1)
        for turn in range(1 if len(groups) == 1 else TURNS):
            if len(groups) > 1 and count <= CHAINED:
                # A group hands on nothing to another; chains of swaps over all offices do.
                self.repair_some(list(range(count)), room * 0, 0)
            left = sum(facts.awards for facts in self.offices.facts)
            for some in groups:
                if self.gap <= self.limits.gap or self.progress.stop():
                    return
                awards_held = sum(self.offices.facts[number].awards for number in some)
                unused = room - sum(plan.usage for plan in self.plans)
                # In the first turn a group gets its part of what nobody uses, so that the first ones do not
                # take it all; later ones may have what is left.
                reserved = (
                    unused * 0 if turn or len(groups) == 1 else unused - unused * awards_held // max(1, left)
                )
                # A quick turn first: all groups a little better are more than one group at its best.
                self.repair_some(some, reserved, 1 if turn + 1 < TURNS and len(groups) > 1 else None)
                left -= awards_held

    def repair_some(self, some: list[int], reserved: Ints, rungs: int | None) -> None:
        """Decide shared rows anew over the candidates of some offices; the others' plans stand.

        Args:
            some: numbers of the offices.
            reserved: units of each shared row that are not for them, beside what the others use.
            rungs: of the repair's ladder; None for all, 0 for chains of swaps alone.
        """
        pieces = self.offices.pool(some, MOST_POOLED // len(some))
        pool = joined(pieces, self.offices.ticks)
        others = sum((plan.usage for number, plan in enumerate(self.plans) if number not in some), reserved)
        start = pool.together([self.plans[number].chosen for number in some])
        worth = self.worth

        def done(gained: int) -> bool:
            value = self.units(worth + gained)
            self.progress.report("repair", value, self.units(self.bound))
            # Near enough to stop: the rest is less than anybody would wait for (see ``VARIED``).
            near = self.units(self.bound) - value
            return near <= max(self.limits.gap, VARIED * self.units(self.bound))

        repaired_plan = repaired(
            pool, self.shared, self.shared.left(others), start, self.progress, done,
            prices=self.found.prices, rungs=rungs, step=self.offices.step,
        )  # fmt: skip
        plans = self.offices.keep(some, pool.apart(repaired_plan))
        for number, plan in zip(some, plans, strict=True):
            self.plans[number] = plan
        self.told()

    def trim(self) -> None:
        """Take every office's best plan, less what does not fit, where that is better than the plans so far.

        At the prices all plans together use about what there is, so little has to go: each office may use
        what those before it leave. Where a limit ended the search for prices, each gets its part of the room;
        a part can be smaller than most awards, so both are tried.
        """
        ways = [self.trimmed(parted=False)]
        if self.progress.stop():
            ways.append(self.trimmed(parted=True))
        if self.plans:
            ways.append(self.plans)
        self.plans = max(ways, key=lambda plans: together(plans, self.shared) or 0)
        self.told()

    def trimmed(self, *, parted: bool) -> list[Plan]:
        """Return the offices' best plans less what does not fit, in turn.

        Args:
            parted: whether each may use its part of what is left, by its awards, or all of it.
        """
        used = np.zeros(len(self.shared), dtype=np.int64)
        room = self.shared.free + self.shared.length.sum(axis=1)
        left = sum(facts.awards for facts in self.offices.facts)
        prices, plans = self.found.prices, []
        for number, (facts, known) in enumerate(zip(self.offices.facts, self.offices.plans, strict=True)):
            best = max(known.values(), key=lambda plan: (plan.net(prices), plan.chosen.tobytes()))
            part = (room - used) * facts.awards // max(1, left) if parted else room - used
            plans.append(self.offices.trim(number, self.asked, best, part))
            used, left = used + plans[-1].usage, left - facts.awards
        return plans

    def choose(self) -> None:
        """Choose one plan an office so that what they share suffices."""
        self.plans = choose_plans(self.offices, self.shared, self.found.prices, self.progress, self.plans)
        self.told()

    def told(self) -> None:
        """Tell the plan so far."""
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
