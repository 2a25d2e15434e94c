"""Many offices at once: decide each on its own, and put a price on what they share.

Once the rules that reach into several offices are set aside, a problem falls into parts (see
``offices_parts``). Without any such rule the parts are solved one by one, and proven one by one. With them:

1. Price. For prices of what is shared, every office solves its own problem less what it pays; the sum of
   their bounds, and of what the shared limits are worth at those prices, bounds every plan. Cutting planes
   find the prices at which that bound is lowest; a sample of offices says where to begin.
2. Settle. At those prices each office finds a best plan of its own.
3. Choose. A small integer program takes one known plan an office so that what is shared suffices.
4. Vary. Where plan and bound are still apart, offices are asked for plans at prices nearby; choose again.
5. Fill. Where they are far apart, offices decide in turn over what the others leave.
6. Prove. Where few candidates can still be in a better plan, branch over those of all offices together.

The bound is integer arithmetic, as in ``pricing``; ``optimal`` stands only where plan and bound meet.

References:
    Geoffrion, *Lagrangean relaxation for integer programming*, Mathematical Programming Study 2 (1974).
    Dantzig, Wolfe, *Decomposition principle for linear programs* (1960), doi:10.1287/opre.8.1.101.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.allocation.problem import AllocationProblem
from evenhand.allocation.solving import price_restrict_prove
from evenhand.allocation.solving.model.branching import branch
from evenhand.allocation.solving.model.pricing import Prices, prices_of
from evenhand.allocation.solving.model.residual import Residual, conflict, residual_of
from evenhand.allocation.solving.offices.choice import choose_plans, together
from evenhand.allocation.solving.offices.local import Plan
from evenhand.allocation.solving.offices.parts import Part, Split, components, split
from evenhand.allocation.solving.offices.prices import find_prices
from evenhand.allocation.solving.offices.proof import joined_prices, rescaled
from evenhand.allocation.solving.offices.shard import Here, Offices, Shard
from evenhand.allocation.solving.offices.shared import shared_rows
from evenhand.core.job import Answer, Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Status

__all__ = ["pays", "run"]

Ints = NDArray[np.int64]

LARGE = 100_000
"""Candidates from which on it pays to look for offices."""
LARGEST = 0.6
"""Share of the candidates that the largest office may have for it to pay; and FEW_ROWS shared at most."""
FEW_ROWS = 4
VARIED = 1e-6
"""Share of the bound that the gap must be for offices to be asked at prices nearby; and to decide again."""
FILLED = 1e-4
STEPS = (-0.01, 0.01, -0.03, 0.03, -0.1, 0.1)
"""Prices nearby, as steps from the best."""
FEW = 20
"""Offices up to which each is branched over at each of these prices."""
SWEEPS = 3
"""Times that every office may decide again over what the others leave, at most."""
MOST = 250
"""Candidates that an office decides over then, at most."""

SURVIVORS = 3000
"""Candidates that are branched over together at the end, at most; and the nodes of that search."""
NODES = 200


def run(problem: AllocationProblem, seed: int, limits: Limits, progress: Progress) -> Answer:
    """Solve office by office; a problem that is one office goes to ``price-restrict-prove``."""
    broken = conflict(problem)
    if broken:
        return Answer(None, Status.INFEASIBLE, conflict=broken)
    with progress.stage("split"):
        residual = residual_of(problem, seed)
        part = components(problem, residual.live)
        shared = shared_rows(residual, part)
        parts = split(residual, part, shared) if part.max(initial=-1) > 0 else None
    if parts is None:
        return price_restrict_prove.run(problem, seed, limits, progress)
    if not len(shared):
        return _apart(residual, parts, seed, limits, progress)
    return _Together(residual, parts, limits, progress).answer()


def pays(problem: AllocationProblem) -> bool:
    """Whether the problem is large and falls into offices that few groups hold together."""
    if len(problem) < LARGE:
        return False
    part = components(problem)
    if part.max(initial=-1) < 1:
        return False
    mine = part[problem.item]
    if np.bincount(mine).max() > LARGEST * len(problem):
        return False
    spanning = 0
    for group in problem.groups:
        low, high = np.full(len(group.labels) + 1, len(problem)), np.full(len(group.labels) + 1, -1)
        np.minimum.at(low, group.of, mine)
        np.maximum.at(high, group.of, mine)
        spanning += int((high[:-1] > low[:-1]).sum())
    return spanning <= FEW_ROWS


def _apart(residual: Residual, parts: Split, seed: int, limits: Limits, progress: Progress) -> Answer:
    """Solve parts that share nothing; the bounds and the plans add up."""
    chosen, bound, proven, priced = [], residual.base, True, []
    each = Limits(limits.seconds, limits.gap // len(parts.parts))
    with progress.stage("offices"), _hushed(progress):
        for part in parts.parts:
            answer = price_restrict_prove.run(part.residual.problem, seed, each, progress)
            assert answer.awards is not None and answer.bound is not None  # noqa: S101,PT018 - without pins
            chosen.append(part.rows[answer.awards])
            bound += answer.bound
            own = residual_of(part.residual.problem, seed)
            priced.append((part, rescaled(prices_of(answer.proof, own), own.ticks, residual.ticks)))
            proven = proven and answer.status is Status.OPTIMAL
    awards = residual.candidates(np.sort(np.concatenate(chosen)))
    prices = joined_prices(residual, priced, parts.shared, np.zeros(0, dtype=np.int64))
    proof = {"ticks": residual.ticks, "prices": prices.to_proof(), "offices": len(parts.parts)}
    return Answer(awards, Status.OPTIMAL if proven else Status.FEASIBLE, bound, proof)


@contextmanager
def _hushed(progress: Progress) -> Iterator[None]:
    """Keep what is told inside one office from being taken for the whole."""
    tell, watch, best = progress.tell, progress.watch, progress.best
    progress.tell = progress.watch = None
    try:
        yield
    finally:
        progress.tell, progress.watch, progress.best = tell, watch, best


class _Together:
    """The search where something is shared: best plans and best bound so far, in ticks."""

    def __init__(self, residual: Residual, parts: Split, limits: Limits, progress: Progress) -> None:
        self.residual, self.shared, self.limits, self.progress = residual, parts.shared, limits, progress
        self.parts = parts.parts
        shard = Shard(parts.parts, parts.shared, progress)
        self.offices = Offices(Here(shard), progress, residual.ticks)
        self.plans: list[Plan] = []
        self.settled: list[tuple[Part, Prices]] = []
        self.bounds: list[int] = []
        self.bound = self.ceiling = 0

    def answer(self) -> Answer:
        """Run all stages; a limit ends them early, with what is known by then."""
        with self.progress.stage("price"), _hushed(self.progress):
            self.found = find_prices(self.offices, self.shared, self.progress)
        self.bound = self.found.bound
        with self.progress.stage("settle"), _hushed(self.progress):
            self.settle()
        with self.progress.stage("choose"):
            self.choose()
        for name, step, share in (("vary", self.vary, VARIED), ("fill", self.fill, FILLED)):
            if self.gap > max(self.limits.gap, share * self.residual.units(self.bound)):
                with self.progress.stage(name), _hushed(self.progress):
                    step()
        chosen = np.sort(np.concatenate(self.rows([plan.chosen for plan in self.plans])))
        worth = self.worth
        if self.gap > self.limits.gap and not self.progress.stop():
            with self.progress.stage("prove"), _hushed(self.progress):
                chosen, worth = self.prove(chosen)
        value, bound = self.residual.units(worth), self.residual.units(self.bound)
        status = Status.OPTIMAL if value == bound else Status.FEASIBLE
        return Answer(self.residual.candidates(chosen), status, bound, self.proof())

    def rows(self, chosen: list[Ints]) -> list[Ints]:
        """Return candidates of each office as candidates of the whole."""
        return [part.rows[mine] for part, mine in zip(self.parts, chosen, strict=True)]

    @property
    def worth(self) -> int:
        """What the plans are worth together, in ticks."""
        worth = together(self.plans, self.shared)
        assert worth is not None  # noqa: S101 - to give nothing is always possible
        return worth

    @property
    def gap(self) -> int:
        """Units between plan and bound."""
        return self.residual.units(self.bound) - self.residual.units(self.worth)

    def vary(self) -> None:
        """Ask every office for plans at prices nearby, and choose anew."""
        for step in STEPS:
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
                room = self.shared.left(sum(plan.usage for plan in self.plans) - own.usage)
                loss = self.bound - self.worth
                if self.offices.fill(number, prices, room, (loss, MOST), own):
                    self.choose()
            if self.gap >= before:
                return

    def settle(self) -> None:
        """Find a best plan of each office at the prices, and with that a better bound."""
        prices = self.found.prices
        for part, (bound, own) in zip(self.parts, self.offices.settle(prices), strict=True):
            self.bounds.append(bound)
            if own is not None:
                self.settled.append((part, own))
        self.ceiling = self.shared.dual(prices) + sum(self.bounds)
        self.bound = min(self.bound, self.ceiling)

    def prove(self, chosen: Ints) -> tuple[Ints, int]:
        """Branch over all candidates that a better plan could hold, where they are few.

        A plan with a candidate of an office is worth no more than the other offices' bounds, what that
        office's LP proves less what the candidate loses, and what the shared limits are worth.

        Returns:
            The plan, in candidates of the whole, and its worth.
        """
        worth, ceiling = self.worth, self.ceiling
        kept = self.offices.survivors(self.found.prices, ceiling - worth, self.bounds)
        rows = np.union1d(np.concatenate(self.rows(kept)), chosen)
        if len(rows) > SURVIVORS or self.progress.stop():
            return chosen, worth
        gone = np.ones(len(self.residual), dtype=np.bool_)
        gone[rows] = False
        rest = self.residual.without(gone)
        start = np.searchsorted(rows, chosen)
        found, proven = branch(rest, np.arange(len(rows)), start, self.progress, nodes=NODES)
        if found is not None and rest.holds(found) and rest.worth(found) > worth:
            chosen, worth = rows[found], rest.worth(found)
        if proven is not None:
            self.bound = min(self.bound, max(worth, proven))
        return chosen, worth

    def choose(self) -> None:
        self.plans = choose_plans(self.offices, self.shared, self.found.prices, self.progress, self.plans)
        value, bound = self.residual.units(self.worth), self.residual.units(self.bound)
        self.progress.report("choose", value, bound)
        chosen = np.sort(np.concatenate(self.rows([plan.chosen for plan in self.plans])))
        self.progress.offer(self.residual.candidates(chosen), value, bound)

    def proof(self) -> dict[str, Any]:
        """Return the prices, of offices and of what they share, and how the proof went."""
        prices = joined_prices(self.residual, self.settled, self.shared, self.found.prices)
        return {
            "ticks": self.residual.ticks,
            "prices": prices.to_proof(),
            "rounds": self.found.rounds,
            "offices": len(self.offices),
            "candidates": len(self.residual),
            "lp_bound": self.residual.units(self.found.bound),
        }
