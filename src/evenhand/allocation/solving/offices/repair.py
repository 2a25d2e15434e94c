"""A plan of several offices made better by deciding a few shared rows, or one office, anew at a time.

The plan that is there stands, but for the awards in some rows: these are decided again by a small integer
program over the candidates that lose least. With every row decided again and nothing better found, more rows
at once are tried. Every step is over some hundred candidates, so it takes a tenth of a second where the whole
takes hours.

Reference:
    Shaw, *Using constraint programming and local search methods to solve vehicle routing problems* (1998),
        doi:10.1007/3-540-49481-2_30 (large neighbourhood search).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from evenhand.allocation.solving.model.branching import branch
from evenhand.allocation.solving.model.residual import Residual
from evenhand.allocation.solving.model.restricted import Restricted
from evenhand.allocation.solving.model.rounding import walk
from evenhand.allocation.solving.offices.chains import chained
from evenhand.allocation.solving.offices.pieces import Joined, row_tariffs
from evenhand.allocation.solving.offices.shared import Shared
from evenhand.core.arrays import Bools, Floats, Ints
from evenhand.core.progress import Progress
from evenhand.core.seeded import stream

Step = Callable[[str, Callable[[], Any]], Any]

LADDER = ((32, 600, 30, True), (32, 600, 30, False))
"""Awards decided anew in a step, about, candidates looked at, nodes of the search, and whether the candidates
are spread, from rung to rung.

Thousands of candidates lose nothing at the prices; what is missing is a set of them that fills every row
to the last unit. Spread, a step looks at one candidate of each item, weight and day: that fills the slots
in half the time, and then stalls; the least losses alone go on from there. Fewer candidates leave too little
to choose from, and with many more each step takes longer than it finds. What half and twice do stands in
docs/benchmarks/constants.md (`python -m benchmarks.constants offices`)."""

EARLY = 5
"""Offices up to which chains of swaps come before the ladder too: a few large offices with many rows gain by
them at once, many small ones by the ladder first (`python -m benchmarks.shared_rows` has both)."""

WANDER = (40, 600, 5)
"""The same for the steps behind the ladder, over rows drawn by what they leave unused and what their awards
lose. More candidates or nodes make a step slower than it is worth, fewer find less."""

NOISE = 0.03
"""Part of an award's mean worth that noise takes off a candidate in these steps. Thousands lose nothing, so
without it every step ends where it began; with a third of it the gap fell alike while it was watched."""

FLOOR = 0.005
"""Part of an award's mean worth that a row counts beside what it leaves unused and what its awards lose, so
that all rows are drawn: a row is filled with what another one gives up."""

MISSED = 60
"""Steps in a row that find nothing, for these steps to end where no limit ends them
(`python -m benchmarks.constants offices` halves and doubles it)."""


def repaired(
    pool: Joined,
    shared: Shared,
    left: tuple[Ints, Ints],
    plan: Ints,
    progress: Progress,
    done: Callable[[int], bool],
    *,
    prices: Ints,
    rungs: int | None = None,
    step: Step = lambda _name, compute: compute(),
) -> Ints:
    """Return a plan of some offices that is at least as good.

    Args:
        pool: the offices' candidates.
        shared: what they share with each other and with the other offices.
        left: free units and lengths of the shared rows that the other offices leave.
        plan: candidates of the pool, sorted, that hold.
        progress: may end it early.
        done: called with the ticks gained so far whenever the plan gets better; whether that is enough.
        prices: ticks a unit of each shared row.
        rungs: of the ladder, from the first on, before chains of swaps; None for all, and for the steps
            behind it; 0 for chains alone.
        step: computes what it is given, under a name; a journal may know it already.
    """
    # Shared rows become tariffs of the pool's own, so that its program keeps within what others leave.
    residual = replace(
        pool.residual, tariffs=(*pool.residual.tariffs, *row_tariffs(pool.usage, shared, left))
    )
    repair = _Repair(pool, residual, plan, progress, done, step, prices)
    if rungs != 0:
        repair.climb(LADDER[:rungs])
    repair.swap()
    if rungs is None:
        repair.wander(left[0] + left[1].sum(axis=1), prices)
    return repair.plan


class _Repair:
    """The plan so far, and what it is worth."""

    def __init__(
        self,
        pool: Joined,
        residual: Residual,
        plan: Ints,
        progress: Progress,
        done: Callable[[int], bool],
        step: Step,
        prices: Ints,
    ) -> None:
        self.kept = step
        # Of the rows of each kind as ``row_tariffs`` numbers them.
        self.prices = [prices[np.unique(of[of >= 0])] for of, _ in pool.usage if (of >= 0).any()]
        self.pool, self.residual, self.progress, self.done = pool, residual, progress, done
        self.plan, self.worth = plan, residual.worth(plan)
        self.start = self.worth
        self.enough = False
        # A candidate in rows of several kinds is decided anew with the first of them.
        self.row = np.full(len(residual), -1, dtype=np.int64)
        for of, _ in reversed(pool.usage):
            self.row = np.where(of >= 0, of, self.row)
        # What rows and slots tell apart: item, day, and units of every row of weights.
        parts = [residual.item, residual.day, *(units for _, units in pool.usage if units is not None)]
        self.kind = np.unique(np.stack(parts), axis=1, return_inverse=True)[1].ravel()

    def climb(self, ladder: tuple[tuple[int, int, int, bool], ...]) -> None:
        """Begin with a plan from the joint LP, then climb the ladder."""
        self.rounded()
        rows, offices = np.unique(self.row[self.row >= 0]), np.unique(self.pool.office)
        if len(offices) <= EARLY:
            self.swap()
        draw = stream(0, "offices: repair")
        for count, most, nodes, spread in ladder:
            better = True
            # As many rows as hold so many awards; two at least, as one alone has nothing to exchange with.
            many = max(2, count * len(rows) // max(1, len(self.plan)))
            # Whole sweeps, so that every row has had its turn before a rung ends.
            while better and not self.enough and not self.progress.stop():
                before = self.worth
                order = draw.permutation(rows)
                for first in range(0, len(order), many):
                    self.step(np.isin(self.row, order[first : first + many]), most, nodes, spread=spread)
                for some in self.neighbours(draw.permutation(offices), count):
                    self.step(np.isin(self.pool.office, some), most, nodes, spread=spread)
                better = self.worth > before
                if better:
                    self.swap()

    def swap(self) -> None:
        """Make the plan better by chains of swaps between rows."""
        if not self.enough and not self.progress.stop():
            self.offer(self.kept("swap", lambda: self.swapped(self.plan)))

    def swapped(self, plan: Ints) -> Ints:
        """Return a plan that chains of swaps make no better."""
        return chained(self.residual, plan, self.pool.loss, self.prices, self.progress)

    def wander(self, room: Ints, prices: Ints) -> None:
        """Go on over rows drawn by what they leave unused, and over some offices at a time in between.

        Args:
            room: units of each shared row that the plan may use.
            prices: ticks a unit of each shared row.
        """
        count, most, nodes = WANDER
        rows, offices = np.unique(self.row[self.row >= 0]), np.unique(self.pool.office)
        draw = stream(0, "offices: wander")
        awards = max(1, len(self.plan))
        some_rows = min(len(rows), max(2, count * len(rows) // awards))
        some_offices = min(len(offices), max(2, count * len(offices) // awards))
        mean, missed, turn = self.worth / awards, 0, 0
        while missed < MISSED and not self.enough and not self.progress.stop():
            before, turn = self.worth, turn + 1
            # Two turns of rows to one of offices: rows are what is not full.
            if turn % 3:
                unused = np.maximum(0, room - self.used(len(room))) * prices.astype(np.float64)
                free = self.lossy(self.row, rows, some_rows, draw, (unused, FLOOR * mean))
            else:
                nothing = np.zeros(int(offices.max()) + 1)
                free = self.lossy(self.pool.office, offices, some_offices, draw, (nothing, FLOOR * mean))
            noise = (draw.random(len(free)) * NOISE * mean).astype(np.int64)
            self.step(free, most, nodes, spread=False, noise=noise)
            missed = 0 if self.worth > before else missed + 1

    def lossy(
        self,
        of: Ints,
        codes: Ints,
        count: int,
        draw: np.random.Generator,
        more: tuple[Floats, float],
    ) -> Bools:
        """Draw rows or offices by what their awards lose; which candidates are in them.

        Args:
            of: row or office of each candidate, -1 for none.
            codes: those to draw from, and ``count`` how many.
            count: see ``codes``.
            draw: of the run.
            more: what each code loses besides, in ticks, and what every one counts at least.
        """
        lost, least = more
        held = self.plan[of[self.plan] >= 0]
        chance = (lost + np.bincount(of[held], self.pool.loss[held], len(lost)))[codes] + least
        return np.isin(of, draw.choice(codes, count, replace=False, p=chance / chance.sum()))

    def used(self, count: int) -> Ints:
        """Return what the plan uses of each of the shared rows, shape (count,)."""
        total = np.zeros(count + 1, dtype=np.int64)
        for of, units in self.pool.usage:
            np.add.at(total, of[self.plan], 1 if units is None else units[self.plan])
        return total[:-1]

    def neighbours(self, order: Ints, count: int) -> list[Ints]:
        """Return the offices in groups of about so many awards."""
        awards = np.bincount(self.pool.office[self.plan], minlength=int(order.max(initial=0)) + 1)
        group = np.cumsum(awards[order]) // count
        return [order[group == number] for number in np.unique(group).tolist()]

    def rounded(self) -> None:
        """Try the plan that comes of a walk in the order of the joint LP."""
        self.offer(self.kept("round", self.walked))

    def walked(self) -> Ints | None:
        """Return the plan of that walk; None where a limit or the LP ended it."""
        program = Restricted(self.residual, np.arange(len(self.residual)))
        while program.solve(self.progress):
            values = program.values()
            if not program.mend(values):
                return walk(self.residual, program, values, self.pool.loss)
        return None

    def step(
        self,
        free: Bools,
        most: int,
        nodes: int,
        *,
        spread: bool,
        noise: Ints | None = None,
    ) -> None:
        """Decide the awards of ``free`` candidates anew; all others stand.

        With noise, ticks that each candidate is taken to be worth less, what is best then need not be better;
        but chains of swaps begin there and may lead on.
        """
        if self.enough or self.progress.stop():
            return
        some = np.flatnonzero(free)
        loss = self.pool.loss if noise is None else self.pool.loss + noise
        some = some[np.argsort(loss[some], kind="stable")]
        if spread:
            # The first of each kind is the one that loses least.
            some = some[np.sort(np.unique(self.kind[some], return_index=True)[1])]
        some = some[:most]
        fixed = self.plan[~free[self.plan]]
        columns = np.union1d(some, self.plan)

        def decided() -> Ints | None:
            residual = self.residual
            shaken = residual if noise is None else replace(residual, value=residual.value - noise)
            plan, _ = branch(shaken, columns, self.plan, self.progress, nodes=nodes, fixed=fixed)
            if noise is None or plan is None or np.array_equal(plan, self.plan) or not residual.holds(plan):
                return plan
            return self.swapped(plan)

        self.offer(self.kept("repair", decided))

    def offer(self, plan: Ints | None) -> None:
        """Take a plan if it is better and, beyond all tolerances of floats, keeps every rule."""
        if plan is not None and self.residual.holds(plan):
            worth = self.residual.worth(plan)
            if worth > self.worth:
                self.plan, self.worth = plan, worth
                self.enough = self.done(worth - self.start)
