"""The default method: price all candidates, restrict to the few that can matter, prove.

1. Greedy gives a first plan and first prices.
2. Column generation: an LP over a few thousand candidates, kept warm, and exact pricing of all of them; every
   round proves a bound in integers.
3. Restrict: where the LP is not whole, branch over the candidates that lose almost nothing.
4. Prove: only candidates that lose less than the gap can be in a better plan. On those the rows are
   tightened, the LP is solved again, and at last branch and cut decides.
5. Among equal plans the one of the seeded draw is taken: it is the best in ticks (see ``residual``).

References:
    Lübbecke, Desrosiers, *Selected Topics in Column Generation*, Operations Research 53 (2005).
    Huangfu, Hall, *Parallelizing the dual revised simplex method* (2018),
        doi:10.1007/s12532-017-0130-5 (HiGHS).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from evenhand.allocation.problem import AllocationProblem
from evenhand.allocation.solving.greedy import CLOSED, first_plan, hurried
from evenhand.allocation.solving.model.branching import branch
from evenhand.allocation.solving.model.pins import conflict
from evenhand.allocation.solving.model.pricing import Priced, Prices, priced
from evenhand.allocation.solving.model.residual import TOGETHER, Residual, residual_of
from evenhand.allocation.solving.model.restricted import Restricted
from evenhand.allocation.solving.model.rounding import BESIDE, dive, fixed_search, walk
from evenhand.core.arrays import Bools, Ints
from evenhand.core.codes import distinct
from evenhand.core.job import Answer, Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Status

# The method is exact, so these decide how long it takes and never what it proves. At half and at twice each
# of them gives the same values, and times less than a fifth apart, on weeks of 5,600 to 57,000 candidates
# (`python -m benchmarks.constants weeks plain-weeks`): none of them is tuned to a hair.
LOOKED = 500_000
"""Candidates that the first plan looks at, about: it only has to be a fair start."""
LOOKED_UNEVEN = 15_000
"""The same where candidates of one group weigh differently: each looked at then costs five times as much, and
the LP gives better plans soon after."""
FIRST = 4
"""Candidates a slot in the first LP: fewer mean more rounds, more a slower first solve."""
MORE = 2
"""Candidates a slot that join in a round, at most: fewer mean more rounds, more a slower LP."""
STEP = 0.3
"""How far prices move from the best so far towards the LP's, to choose what joins: the LP's own prices
swing from round to round where many candidates tie."""
CLOSE = 0.5
"""Units that a candidate may lose to be branched over at first: plans less than one unit apart are ties."""
BRANCHED = (300, 3000)
"""Candidates branched over at first, and then, at most. Most gaps close among 300."""
POLISHED = (600, 3000)
"""Candidates among which equal plans are told apart at first, the nearest ones; and at all: with more, or
with more than the first where candidates weigh differently, it could take longer than the proof itself."""
TRACE = 1e-7
"""What of a candidate the LP must hold for it to count: 100 times the LP's own tolerance."""


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The LP's end: its prices, what they say of every candidate, the program itself (warm)."""

    prices: Prices = field(repr=False)
    priced: Priced = field(repr=False)
    program: Restricted = field(repr=False)
    rounds: int
    whole: Ints | None = field(repr=False)


def relax(residual: Residual, progress: Progress, start: Ints, prices: Prices) -> Relaxed:
    """Solve the LP over all candidates by column generation.

    Args:
        residual: what is to be decided, with at least one candidate.
        progress: may end the rounds early; the bound then is the best so far.
        start: candidates of a plan, which join the first LP.
        prices: first prices; they choose the other candidates of the first LP.
    """
    best_prices, best = prices, priced(residual, prices)
    # Out of time already: the prices at hand prove a bound, and no LP is built for nothing.
    program = Restricted(residual, start if progress.stop() else first_columns(residual, best, start))
    inside = np.zeros(len(residual), dtype=np.bool_)
    inside[program.columns] = True
    rounds, whole = 0, None
    while not progress.cut and program.solve(progress):
        if program.mend(program.values()):
            continue
        rounds += 1
        values = program.values()
        if ((values < TRACE) | (values > 1 - TRACE)).all():
            whole = program.chosen()
        now = program.prices()
        exact = priced(residual, now)
        if exact.bound < best.bound:
            best_prices, best = now, exact
        progress.report("price", None, residual.units(best.bound))
        # Where the LP's own prices are the best so far, prices between the two are these once more.
        middle = exact
        if best is not exact:
            between = best_prices.towards(now, STEP)
            middle = priced(residual, between)
            if middle.bound < best.bound:
                best_prices, best = between, middle
        fresh = entering(residual, exact.net, middle, program, inside)
        if not len(fresh) or progress.stop():
            break
        inside[fresh] = True
        program.add(fresh)
    progress.stop()
    return Relaxed(best_prices, best, program, rounds, whole)


def first_columns(residual: Residual, exact: Priced, start: Ints) -> Ints:
    """Return the candidates of the first LP: a plan's, and a varied choice of those that lose least."""
    # One of each recipient, whatever the day: with one of each day too the first LP is half as large again,
    # and later rounds bring those that matter.
    near = _diverse(residual, None, residual.recipient, exact.loss(residual), FIRST * residual.awards)
    return distinct(np.concatenate([near, start]), len(residual))


def entering(residual: Residual, net: Ints, middle: Priced, program: Restricted, inside: Bools) -> Ints:
    """Return candidates outside the program that would improve its LP.

    They are those that lose least at middle prices. The LP's own prices swing from round to round; prices
    between them and the best so far do not, and what is good at those tends to stay.

    Reference: Wentges, *Weighted Dantzig-Wolfe decomposition for linear mixed-integer programming* (1997).

    """
    price = program.prices_of_items()
    rising_parts = []
    for low, high, first, last in residual.spans:
        gain = net[low:high] - np.repeat(price[first:last], residual.counts[first:last])
        # 1e-8 of a unit: ten times the LP's tolerance, so that nothing joins for a rounding error.
        rising_parts.append(np.flatnonzero((gain > residual.ticks * 1e-8) & ~inside[low:high]) + low)
    rising = np.concatenate(rising_parts)
    most = MORE * max(1, residual.awards)
    if len(rising) <= most:
        return rising
    return _diverse(residual, rising, residual.place[rising], middle.loss(residual, rising), most)


def _diverse(residual: Residual, some: Ints | None, taker: Ints, loss: Ints, most: int) -> Ints:
    """Return those that lose least: of each item, of each taker, and ``most`` of all.

    The many vehicles of one make are alike to a recipient: without the first two the columns would be too.

    Args:
        residual: what is to be decided.
        some: candidates in order, None for all.
        taker: of each, a code of its recipient, or of its recipient and day; shape of ``loss``.
        loss: what each loses.
        most: how many of all, at most.
    """
    if not len(loss):
        return np.zeros(0, dtype=np.int64)
    best_of_taker = np.full(residual.day_limit.size, CLOSED)
    np.minimum.at(best_of_taker, taker, loss)
    # Candidates of an item stand together.
    starts = residual.starts if some is None else np.flatnonzero(np.diff(residual.item[some], prepend=-1))
    best_of_item = np.repeat(np.minimum.reduceat(loss, starts), np.diff(starts, append=len(loss)))
    kept = np.empty(len(loss), dtype=np.bool_)
    for low in range(0, len(loss), TOGETHER):
        part = slice(low, low + TOGETHER)
        kept[part] = (loss[part] == best_of_taker[taker[part]]) | (loss[part] == best_of_item[part])
    if most < len(loss):
        kept[np.argpartition(loss, most)[:most]] = True
    chosen = np.flatnonzero(kept)
    return chosen if some is None else some[chosen]


def run(problem: AllocationProblem, seed: int, limits: Limits, progress: Progress) -> Answer:
    """Find a best plan and prove it; with a limit, the best so far and a proven bound."""
    broken = conflict(problem)
    if broken:
        return Answer(None, Status.INFEASIBLE, conflict=broken)
    with progress.stage("read"):
        quick = hurried(problem, seed, progress)
        if quick is not None:
            return quick
        residual = residual_of(problem, seed)
        base = residual.base
    if not len(residual) or not residual.awards:
        return Answer(residual.candidates(np.zeros(0, dtype=np.int64)), Status.OPTIMAL, base)
    search = _Search(residual, limits, progress)
    search.run()
    value, bound = search.worth // residual.ticks, search.bound // residual.ticks
    status = Status.OPTIMAL if value == bound else Status.FEASIBLE
    return Answer(residual.candidates(search.plan), status, base + bound, search.proof())


class _Search:
    """One search: the best plan and the best bound so far, in ticks of the residual."""

    def __init__(self, residual: Residual, limits: Limits, progress: Progress) -> None:
        self.residual, self.limits, self.progress = residual, limits, progress
        with progress.stage("greedy"):
            looked = LOOKED_UNEVEN if self.uneven() else LOOKED
            self.plan, self.first = first_plan(residual, looked, progress)
        self.worth = residual.worth(self.plan)
        self.bound = 0
        self.tries: list[str] = []
        self.hand_out("greedy")

    @property
    def gap(self) -> int:
        """Units between plan and bound."""
        ticks = self.residual.ticks
        return self.bound // ticks - self.worth // ticks

    def done(self) -> bool:
        """Whether the gap is as asked for."""
        return self.gap <= self.limits.gap

    def run(self) -> None:
        with self.progress.stage("price"):
            self.root = relax(self.residual, self.progress, self.plan, self.first)
        self.bound = self.root.priced.bound
        if self.root.whole is not None:
            self.offer(self.root.whole, "price")
        # Kept, as the dive solves the program on: what the LP's end held is needed afterwards.
        self.values = self.root.program.values()
        loss = self.root.priced.loss(self.residual)
        if not self.done() and not self.progress.stop() and self.uneven():
            with self.progress.stage("round"):
                self.round(loss)
        if not self.done() and not self.progress.stop():
            with self.progress.stage("restrict"):
                self.restrict(loss)
        if not self.done() and not self.progress.stop():
            with self.progress.stage("prove"):
                self.prove(loss)
        if not self.gap and not self.progress.stop():
            with self.progress.stage("settle"):
                self.settle(loss)

    def offer(self, plan: Ints | None, stage: str) -> None:
        """Take a plan if it is better and, beyond all tolerances of floats, keeps every rule."""
        if plan is not None and self.residual.holds(plan):
            worth = self.residual.worth(plan)
            if worth > self.worth:
                self.plan, self.worth = plan, worth
                self.hand_out(stage)

    def hand_out(self, stage: str) -> None:
        """Let whoever watches have the best plan so far."""
        residual, progress = self.residual, self.progress
        # Before the first LP nothing is proven, and 0 stands for that: live candidates are worth more.
        bound = residual.units(self.bound) if self.bound else None
        progress.report(stage, residual.units(self.worth), bound)
        progress.offer(residual.candidates(self.plan), residual.units(self.worth), bound)

    def uneven(self) -> bool:
        """Whether candidates of one group weigh differently: then plans are hard to find, not to prove."""
        return any(tariff.coef is not None for tariff in self.residual.tariffs)

    def round(self, loss: Ints) -> None:
        """Make better and better plans from the LP, each told as soon as it is there."""
        residual, progress, program = self.residual, self.progress, self.root.program
        values = self.values
        self.offer(walk(residual, program, values, loss), "walk")
        if self.done() or progress.stop():
            return
        self.offer(dive(residual, program, progress, self.worth), "dive")
        for most in BESIDE:
            if self.done() or progress.stop():
                return
            better = fixed_search(residual, program, values, loss, self.plan, progress, self.bound, most)
            self.offer(better, "fixed search")

    def restrict(self, loss: Ints) -> None:
        """Branch over the candidates that lose almost nothing, and those that the LP holds in part."""
        program = self.root.program
        held = program.columns[self.values > TRACE]
        # Where candidates weigh differently, one of each item is tried, and then the proof: see ``close_to``.
        for most in BRANCHED[: 1 if self.uneven() else 2]:
            close = self.close_to(loss, most)
            columns = np.union1d(np.union1d(close, held), self.plan)
            branched, _ = branch(self.residual, columns, self.plan, self.progress, self.bound)
            self.offer(branched, "restrict")
            self.tries.append(f"restricted to {len(columns)}")
            if self.done() or self.progress.stop() or len(close) < most:
                break

    def close_to(self, loss: Ints, most: int) -> Ints:
        """Return candidates to branch over: those that lose almost nothing, or the best one of each item."""
        close = np.flatnonzero(loss <= CLOSE * self.residual.ticks)
        if self.uneven():
            # Thousands lose nothing then, and what the plan lacks is the weight that fills a budget to its
            # end: items tell weights apart, and of an item's candidates one will do. The 300 that lose least
            # left one of twenty weeks 0.2 % below its best after half a second (`python -m
            # benchmarks.allocation_cuts --weeks 20 --first 400`).
            useful = np.flatnonzero(loss <= self.bound - self.worth)
            useful = useful[np.lexsort((loss[useful], self.residual.item[useful]))]
            close = useful[np.diff(self.residual.item[useful], prepend=-1) > 0]
        return close if len(close) <= most else close[np.argsort(loss[close], kind="stable")[:most]]

    def prove(self, loss: Ints) -> None:
        """Keep what could be in a better plan, tighten, and branch over that."""
        residual, rows, bound = self.residual, np.arange(len(self.residual)), self.bound
        ticks = residual.ticks
        while True:
            # A better plan is a whole unit better: what cannot reach that is of no use, ties included.
            needed = (self.worth // ticks + 1) * ticks
            kept = loss <= bound - needed
            if not kept.any():
                self.bound = min(self.bound, needed - 1)
                return
            # Another LP pays where it has a tenth fewer candidates: its rows get tighter only by those.
            shrunk = kept.mean() < 0.9  # noqa: PLR2004
            residual, rows = residual.without(~kept), rows[kept]
            start = np.flatnonzero(np.isin(rows, self.plan))
            if not shrunk or self.progress.stop():
                break
            inner = relax(residual, self.progress, start, self.inherited(residual))
            bound = inner.priced.bound
            loss = inner.priced.loss(residual)
            if inner.whole is not None:
                self.offer(rows[inner.whole], "prove")
            self.bound = min(self.bound, max(bound, needed - 1, self.worth))
            if self.done():
                return
        self.tries.append(f"branched over {len(rows)}")
        begin = start if len(start) == len(self.plan) else np.zeros(0, dtype=np.int64)
        branched, proven = branch(residual, np.arange(len(rows)), begin, self.progress, self.bound)
        if branched is not None:
            self.offer(rows[branched], "prove")
        if proven is not None:
            self.bound = max(self.worth, min(self.bound, max(proven, needed - 1)))

    def inherited(self, residual: Residual) -> Prices:
        """Return the root's prices of days, which are a fair start on what is left of the candidates."""
        from evenhand.allocation.solving.model.pricing import no_prices

        start = no_prices(residual)
        return Prices(self.root.prices.day, self.root.prices.place, start.tariff, start.cuts)

    def settle(self, loss: Ints) -> None:
        """Among plans of equal value take the one of the seeded draw."""
        for most in POLISHED:
            inside = loss <= self.root.priced.bound - self.worth
            inside[self.plan] = False
            rivals = np.flatnonzero(inside)
            if not 0 < len(rivals) <= POLISHED[0 if self.uneven() else 1]:
                return
            # With a better draw fewer can be in a still better one: the nearest first, then all of them.
            nearest = rivals[np.argsort(loss[rivals], kind="stable")[:most]]
            columns = np.sort(np.concatenate([nearest, self.plan]))
            branched, _ = branch(self.residual, columns, self.plan, self.progress, self.bound)
            self.offer(branched, "settle")
            if len(nearest) == len(rivals):
                return

    def proof(self) -> dict[str, Any]:
        """Return the prices and how the proof went."""
        prices, residual = self.root.prices, self.residual
        return {
            "ticks": residual.ticks,
            "prices": prices.to_proof(residual),
            "rounds": self.root.rounds,
            "columns": len(self.root.program.columns),
            "candidates": len(residual),
            "lp_bound": self.root.priced.bound // residual.ticks,
            "whole": self.root.whole is not None,
            "steps": list(self.tries),
        }
