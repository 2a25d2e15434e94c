"""What every item of a plan is worth: the plan without it, exactly, from one LP that is kept warm."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from evenhand.allocation.asking.swap_value import SwapValue
from evenhand.allocation.job import JOB
from evenhand.allocation.problem import AllocationProblem
from evenhand.allocation.solving.greedy import first_plan
from evenhand.allocation.solving.model.branching import branch
from evenhand.allocation.solving.model.pins import pins_worth
from evenhand.allocation.solving.model.pricing import Priced, priced
from evenhand.allocation.solving.model.residual import residual_of
from evenhand.allocation.solving.price_restrict_prove import relax
from evenhand.core import desk
from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Floats, Ints
from evenhand.core.errors import InfeasibleError
from evenhand.core.progress import Progress
from evenhand.core.solution import Solution, Status
from evenhand.core.units import figure

WHOLE = 1e-7
"""How far from whole an LP value may be to count as whole; the plan it gives is valued in integers anyway."""

CLOSE = 0.5
"""Units that a candidate may lose to be branched over. Half and twice of this, of MOST and of JOIN answer the
same in the same time (`python -m benchmarks.constants absences`, 80 absences, 8 of them solved anew)."""

MOST = 60
"""Candidates branched over, at most, before the problem is solved anew: more would take longer than that."""

JOIN = 500
"""Candidates that join the LP in a round, at most: all that lose little at the prices, on weeks of 17,000."""


@dataclass(frozen=True, slots=True)
class Absence:
    """One item of the plan, and the best plan without it.

    Attributes:
        item: its name.
        recipient: who has it in the plan.
        day: when.
        costs: points that the best plan without the item is below the best plan; None where it is pinned.
        exact: whether it is proven.
        warm: whether the warm LP proved it, or a solve of its own was needed.

    Example:
        >>> import evenhand as eh
        >>> rows = {"item": ["car"] * 2 + ["van"] * 2, "recipient": ["Ann", "Bo"] * 2, "score": [9, 7, 8, 5]}
        >>> problem = eh.AllocationProblem.from_tables(rows, penalty="none")
        >>> plan = eh.solve(problem)
        >>> absence = eh.allocation.without_each(plan)[0]
        >>> absence.item, absence.recipient, absence.costs, absence.exact
        ('car', 'Ann', 9, True)
    """

    item: str
    recipient: str
    day: str
    costs: int | float | None
    exact: bool
    warm: bool


@said_in_words
def without_each(solution: Solution, progress: Progress | None = None) -> list[Absence]:
    """Return what the absence of each awarded item would cost, dearest first.

    Each figure is the difference of two optima: the plan's, and that of the same problem without the item.
    Mostly a stand-in from the items left over meets the bound that the prices prove without the item. Else
    the warm LP takes a few pivots, and where that is not whole the problem is solved anew.

    Args:
        solution: a plan; where it is not proven optimal the figures are differences to it, and not exact.
        progress: may interrupt; what is left out then is not in the list.

    Example:
        >>> import evenhand as eh
        >>> rows = {"item": ["car"] * 2 + ["van"] * 2, "recipient": ["Ann", "Bo"] * 2, "score": [9, 7, 8, 5]}
        >>> problem = eh.AllocationProblem.from_tables(rows, penalty="none")
        >>> plan = eh.solve(problem)
        >>> [(absence.item, absence.costs) for absence in eh.allocation.without_each(plan)]
        [('car', 9), ('van', 8)]
    """
    problem: AllocationProblem = solution.problem
    progress = progress or Progress()
    warm = _Warm(solution, progress)
    best, proven = solution.objective or 0, solution.status is Status.OPTIMAL
    out = []
    for candidate in solution.awards.tolist():
        if progress.stop():
            break
        item, who, day = (int(codes[candidate]) for codes in (problem.item, problem.recipient, problem.day))
        # A pinned item cannot be away: the hard rules say it is given.
        value = None if problem.pinned[candidate] else warm.without(item)
        quick, exact = value is not None, proven
        if value is None and not problem.pinned[candidate]:
            value, exact = _anew(problem, item, solution.seed, progress)
            exact &= proven
        costs = None if value is None else figure(best - value, problem.unit)
        out.append(
            Absence(problem.items[item], problem.recipients[who], problem.days[day], costs, exact, quick)
        )
    return sorted(out, key=lambda absence: (absence.costs is not None, -(absence.costs or 0), absence.item))


def _anew(problem: AllocationProblem, item: int, seed: int, progress: Progress) -> tuple[int | None, bool]:
    try:
        plan = desk.solve(
            JOB,
            replace(problem, forbidden=problem.forbidden | (problem.item == item)),
            seed=seed,
            progress=progress,
        )
    except InfeasibleError:
        return None, True
    return plan.objective, plan.status is Status.OPTIMAL


class _Warm:
    """The LP over the whole problem at its optimum, ready to be asked what it would be without an item."""

    def __init__(self, solution: Solution, progress: Progress) -> None:
        self.residual = residual_of(solution.problem, solution.seed)
        self.base, self.progress = pins_worth(solution.problem), progress
        self.root = None
        if not len(self.residual) or not self.residual.awards:
            return
        plan, prices = first_plan(self.residual)
        self.root = relax(self.residual, progress, plan, prices)
        self.inside = np.zeros(len(self.residual), dtype=np.bool_)
        self.inside[self.root.program.columns] = True
        self.items = self.residual.item[self.residual.starts]
        self.stand_ins = SwapValue(self.residual, solution.awards, self.root.priced.loss(self.residual))

    def without(self, item: int) -> int | None:
        """Return the best value without the item in units, or None where the LP alone does not prove it."""
        if self.root is None:
            return None
        place = int(np.searchsorted(self.items, item))
        if place == len(self.items) or self.items[place] != item:
            return None
        plan = self.stand_ins.without(item)
        least = self.residual.worth(plan) // self.residual.ticks
        root_prices = self.root.priced
        # The stand-in meets the bound: proven without touching the LP.
        if least == (root_prices.bound - int(root_prices.best[place])) // self.residual.ticks:
            return self.base + least
        row = len(self.residual.slots) + place
        # The item's row gets no room for one question and its room back whatever happens: the LP serves all
        # items.
        self._room(row, 0.0)
        try:
            return self._solved(item, place, plan, least)
        finally:
            self._room(row, 1.0)

    def _room(self, row: int, room: float) -> None:
        assert self.root is not None  # noqa: S101 - made before anything is asked
        self.root.program.program.set_row(row, -np.inf, room)
        self.root.program.retake()

    def _solved(self, item: int, place: int, plan: Ints, least: int) -> int | None:
        assert self.root is not None  # noqa: S101 - made before anything is asked
        residual, program = self.residual, self.root.program
        while program.solve():
            values = program.values()
            if program.mend(values):
                continue
            exact = priced(residual, program.prices())
            bound = (exact.bound - int(exact.best[place])) // residual.ticks
            if ((values < WHOLE) | (values > 1 - WHOLE)).all():
                least = max(least, residual.worth(program.chosen()) // residual.ticks)
            # Bounds and plans are compared in whole units, where rounding in the LP cannot part them.
            if least == bound:
                return self.base + least
            gain = exact.net - program.item_prices()
            # 1e-8 of a unit is far below a whole one; without it candidates that gain only rounding would
            # come in for ever.
            rising = np.flatnonzero((gain > residual.ticks * 1e-8) & ~self.inside & (residual.item != item))
            if not len(rising):
                return self._branched(item, plan, values, exact, bound)
            fresh = np.sort(rising[np.argsort(-gain[rising], kind="stable")[:JOIN]])
            self.inside[fresh] = True
            program.add(fresh)
        return None

    def _branched(self, item: int, plan: Ints, values: Floats, exact: Priced, bound: int) -> int | None:
        """Branch over candidates that lose almost nothing; None where no plan among them meets the bound."""
        residual = self.residual
        assert self.root is not None  # noqa: S101 - made before anything is asked
        close = np.flatnonzero((exact.loss(residual) <= CLOSE * residual.ticks) & (residual.item != item))
        held = self.root.program.columns[values > WHOLE]
        columns = np.unique(np.concatenate([close[:MOST], held, plan]))
        branched, _ = branch(residual, columns, plan, self.progress)
        if branched is None or residual.worth(branched) // residual.ticks != bound:
            return None
        return self.base + bound
