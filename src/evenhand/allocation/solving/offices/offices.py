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

from typing import Any

import numpy as np

from evenhand.allocation.problem import AllocationProblem
from evenhand.allocation.solving import price_restrict_prove
from evenhand.allocation.solving.greedy import hurried
from evenhand.allocation.solving.model.branching import branch
from evenhand.allocation.solving.model.pins import conflict
from evenhand.allocation.solving.model.pricing import prices_of
from evenhand.allocation.solving.model.residual import Residual, residual_of
from evenhand.allocation.solving.offices.parts import Split, components, split
from evenhand.allocation.solving.offices.proof import joined_prices, rescaled
from evenhand.allocation.solving.offices.search import Search, hushed
from evenhand.allocation.solving.offices.shard import Here, Offices, Shard
from evenhand.allocation.solving.offices.shared import shared_rows
from evenhand.core.arrays import Ints
from evenhand.core.job import Answer, Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Status

LARGEST = 0.6
"""Share of the candidates that the largest office may have for it to pay."""
MANY_ROWS = 64
"""Shared rows up to which it pays: `python -m benchmarks.shared_rows` measures 1 to 40 of them, and beyond 64
nothing was measured. With a lower limit, weeks with many budgets go to a method that proves less there."""
SURVIVORS = 3000
"""Candidates that are branched over together at the end, at most; and the nodes of that search."""
NODES = 200


def run(problem: AllocationProblem, seed: int, limits: Limits, progress: Progress) -> Answer:
    """Solve office by office; a problem that is one office goes to ``price-restrict-prove``."""
    broken = conflict(problem)
    if broken:
        return Answer(None, Status.INFEASIBLE, conflict=broken)
    with progress.stage("split"):
        quick = hurried(problem, seed, progress)
        if quick is not None:
            return quick
        residual = residual_of(problem, seed)
        part = components(problem, residual.live)
        shared = shared_rows(residual, part)
        # Pins use up bonuses of their recipients, which parts without pins could not know.
        apart = part.max(initial=-1) > 0 and not (problem.owed_bonus.any() and problem.pinned.any())
        parts = split(residual, part, shared) if apart else None
    if parts is None:
        return price_restrict_prove.run(problem, seed, limits, progress)
    if not len(shared):
        return _apart(residual, parts, seed, limits, progress)
    return _Together(residual, parts, limits, progress).answer()


def pays(problem: AllocationProblem) -> bool:
    """Whether the problem falls into offices that few groups hold together; asked of large problems only."""
    # One office, or one that is nearly all, ends it before the groups are gone through.
    part = components(problem)
    if part.max(initial=-1) < 1:
        return False
    part_of = part[problem.item]
    if np.bincount(part_of).max() > LARGEST * len(problem):
        return False
    spanning = 0
    for group in problem.groups:
        low, high = np.full(len(group.labels) + 1, len(problem)), np.full(len(group.labels) + 1, -1)
        np.minimum.at(low, group.of, part_of)
        np.maximum.at(high, group.of, part_of)
        spanning += int((high[:-1] > low[:-1]).sum())
    return spanning <= MANY_ROWS


def _apart(residual: Residual, parts: Split, seed: int, limits: Limits, progress: Progress) -> Answer:
    """Solve parts that share nothing; the bounds and the plans add up."""
    chosen, bound, proven, priced = [], residual.base, True, []
    # The gaps of the parts add up, so each may have its part of the whole's.
    each = Limits(limits.seconds, limits.gap // len(parts.parts))
    with progress.stage("offices"), hushed(progress):
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
    proof = {"ticks": residual.ticks, "prices": prices.to_proof(residual), "offices": len(parts.parts)}
    return Answer(awards, Status.OPTIMAL if proven else Status.FEASIBLE, bound, proof)


class _Together:
    """The search over the offices of one problem, and the proof over all its candidates at the end."""

    def __init__(self, residual: Residual, split_up: Split, limits: Limits, progress: Progress) -> None:
        self.residual, self.parts, self.shared = residual, split_up.parts, split_up.shared
        self.limits, self.progress = limits, progress
        self.shard = Shard(split_up.parts, split_up.shared, progress)
        offices = Offices(Here(self.shard), progress, residual.ticks)
        self.search = Search(offices, split_up.shared, limits, progress, base=residual.base)
        self.search.watched = self.tell

    def answer(self) -> Answer:
        """Run all stages; a limit ends them early, with what is known by then."""
        search = self.search
        search.run()
        chosen, worth = self.chosen(), search.worth
        if search.gap > self.limits.gap and not self.progress.stop():
            with self.progress.stage("prove"), hushed(self.progress):
                chosen, worth = self.prove(chosen)
        value, bound = search.units(worth), search.units(search.bound)
        status = Status.OPTIMAL if value == bound else Status.FEASIBLE
        return Answer(self.residual.candidates(chosen), status, bound, self.proof())

    def tell(self, value: int, bound: int) -> None:
        """Hand a better plan to whoever watches."""
        self.progress.offer(self.residual.candidates(self.chosen()), value, bound)

    def chosen(self) -> Ints:
        """Return the plans of all offices as candidates of the whole, sorted."""
        return np.sort(np.concatenate(self.rows([plan.chosen for plan in self.search.plans])))

    def rows(self, chosen: list[Ints]) -> list[Ints]:
        """Return candidates of each office as candidates of the whole."""
        return [part.rows[own] for part, own in zip(self.parts, chosen, strict=True)]

    def prove(self, chosen: Ints) -> tuple[Ints, int]:
        """Branch over all candidates that a better plan could hold, where they are few.

        A plan with a candidate of an office is worth no more than the other offices' bounds, what that
        office's LP proves less what the candidate loses, and what the shared limits are worth.

        Returns:
            The plan, in candidates of the whole, and its worth.
        """
        search = self.search
        worth, ceiling = search.worth, search.ceiling
        kept = search.offices.survivors(search.asked, ceiling - worth, search.bounds)
        rows = np.union1d(np.concatenate(self.rows(kept)), chosen)
        if len(rows) > SURVIVORS or self.progress.stop():
            return chosen, worth
        gone = np.ones(len(self.residual), dtype=np.bool_)
        gone[rows] = False
        # All other candidates lose more than what lies between plan and bound, so what is proven of the rest
        # holds for the whole.
        rest = self.residual.without(gone)
        start = np.searchsorted(rows, chosen)
        branched, proven = branch(rest, np.arange(len(rows)), start, self.progress, nodes=NODES)
        if branched is not None and rest.holds(branched) and rest.worth(branched) > worth:
            chosen, worth = rows[branched], rest.worth(branched)
        if proven is not None:
            search.bound = min(search.bound, max(worth, proven))
        return chosen, worth

    def proof(self) -> dict[str, Any]:
        """Return the prices, of offices and of what they share, and how the proof went."""
        search = self.search
        settled = [
            (part, own)
            for part, own in zip(self.parts, self.shard.own_prices, strict=True)
            if own is not None
        ]
        prices = joined_prices(self.residual, settled, self.shared, search.found.prices)
        return {
            "ticks": self.residual.ticks,
            "prices": prices.to_proof(self.residual),
            "rounds": search.found.rounds,
            "offices": len(search.offices),
            "candidates": len(self.residual),
            "lp_bound": search.units(search.found.bound),
        }
