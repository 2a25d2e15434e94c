"""What one step of anything costs: the exact integer objective that all methods lower and the judge computes.

Each criterion's way from best to worst costs about ``unit`` x weight, a point of a soft rule a hundredth.
With unequal sizes and nothing soft beside the criteria, a person outside quota costs more than all else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.teams.problem import Z_UNIT, Rule, TeamsProblem
from evenhand.teams.solving.model.breaches import units_broken
from evenhand.teams.solving.model.marginals import Classes, class_cost, classes_of
from evenhand.teams.solving.model.yardstick import Yardstick, best_totals, cost_of, yardstick

FINE = 10**9
"""Least units to a criterion's whole range where numbers are balanced, whose losses are small."""

COARSE = 10**4
"""Least units to a criterion's whole range otherwise: a soft rule's point, a hundredth, stays a whole number
even where every column is constant or all different and so has no range at all."""


SUMS = 2_000_000
"""Sums of steps that are looked at for the next value: 16 MB and some hundredths of a second."""


@dataclass(frozen=True, slots=True)
class UnitCosts:
    """Integer prices of one problem.

    Attributes:
        unit: what a criterion's whole range costs at weight 1, a power of ten.
        classes: teams by size.
        yardsticks: of each criterion.
        step: cost of one step of each criterion's yardstick; 0 where all arrangements are alike to it.
        number: cost of each number's whole range (mean and spread each).
        point: cost of a point of a soft rule.
        off: cost of a person outside quota; 0 where quota does not come first.
    """

    unit: int
    classes: Classes
    yardsticks: tuple[Yardstick, ...]
    step: tuple[int, ...]
    number: tuple[int, ...]
    point: int
    off: int

    def of_cost(self, index: int, cost: int, *, similar: bool) -> int:
        """Price a criterion's cost: steps away from the best (or, for similar, from the worst)."""
        rule = self.yardsticks[index]
        away = -(-(rule.worst - cost) // rule.step) if similar else (cost - rule.best) // rule.step
        return self.step[index] * away


def unit_costs(problem: TeamsProblem) -> UnitCosts:
    """Return the unit costs of a problem; they do not depend on any arrangement. O(k V K^2)."""
    classes = classes_of(problem.sizes)
    rules = tuple(yardstick(criterion, classes) for criterion in problem.criteria)
    most = max([rule.steps for rule in rules], default=1)
    # A power of ten at least a thousand times the most steps: rounding a step's price misprices by a
    # thousandth at most.
    unit = max(10 ** len(str(1000 * most)), FINE if problem.numbers else COARSE)
    soft = [rule for rule in problem.rules if rule.weight]
    ranks = sorted(
        {*(c.priority for c in problem.criteria), *(number.priority for number in problem.numbers)}
    )
    raise_by, ceiling = {}, 1
    for rank in reversed(ranks or [1]):
        raise_by[rank] = 1 if ceiling == 1 else 10 ** len(str(ceiling))
        ceiling += raise_by[rank] * _range(problem, rank, unit, soft if rank == (ranks or [1])[-1] else [])
    step = tuple(
        # Never below 1, or a column of small weight and many steps would cost nothing.
        max(1, round(unit * c.weight / rule.steps)) * raise_by[c.priority] if c.weight and rule.steps else 0
        for c, rule in zip(problem.criteria, rules, strict=True)
    )
    plain = (
        not problem.even and not soft and not problem.numbers and not any(c.similar for c in problem.criteria)
    )
    return UnitCosts(
        unit=unit,
        classes=classes,
        yardsticks=rules,
        step=step,
        number=tuple(unit * number.weight * raise_by[number.priority] for number in problem.numbers),
        point=unit // 100,
        off=10 ** len(str(ceiling)) if plain and problem.criteria else 0,
    )


def _range(problem: TeamsProblem, rank: int, unit: int, soft: list[Rule]) -> int:
    """Return more than everything of one priority can cost."""
    weights = sum(2 * c.weight for c in problem.criteria if c.priority == rank)
    weights += sum(2 * number.weight for number in problem.numbers if number.priority == rank)
    teams = max(1, len(problem.teams))
    rules = sum(
        rule.weight * (max(len(rule.people) ** 2, rule.low) if rule.people else problem.n + teams)
        for rule in problem.rules
        if rule.weight
    )
    return unit * (weights + 1) + (unit // 100 + 1) * (rules if soft else 0)


def number_cost(price: int, total: int, size: int, people: int) -> int:
    """Return the cost of a team's sum of z-scores (thousandths): price x S^2 / (s n), a share of variance."""
    return price * total * total // (size * people * Z_UNIT * Z_UNIT)


def least_value(problem: TeamsProblem, costs: UnitCosts, points: int = 0) -> int:
    """Return a value that none goes below: every criterion at its best, within quota where that is first.

    Args:
        problem: the problem.
        costs: its unit costs.
        points: what soft rules cost at least, see ``floors_of``.
    """
    total = points * costs.point
    if not costs.off:
        return total
    # More than the criterion's whole cost can be, so the totals within quota come before the cheapest.
    off = 4 * problem.n * problem.n * costs.classes.common * max(1, len(problem.teams))
    for index, criterion in enumerate(problem.criteria):
        if criterion.weight:
            cost = sum(
                class_cost(units, int(count), costs.classes, where)
                for count, row in zip(
                    criterion.counts, best_totals(criterion, costs.classes, off), strict=True
                )
                for where, units in enumerate(row)
            )
            total += costs.of_cost(index, cost, similar=False)
    return total


NOTHING_BELOW: Final = int(np.iinfo(np.int64).max)
"""How far below 0 the next sum is: there is none, as steps add up to 0 or more."""


def gap_below(value: int, steps: Sequence[int]) -> int | None:
    """Return how far below a value the next one is that whole numbers of steps add up to.

    A solver that works in floats proves a value to within a hair. Where no other value lies within that hair,
    it has proven it. None where there are too many sums to look at.

    >>> gap_below(100, [30, 7])
    2
    """
    if value <= 0:
        return NOTHING_BELOW
    *large, small = sorted(set(steps), reverse=True)
    sums = np.zeros(1, dtype=np.int64)
    for step in large:
        if len(sums) * (value // step + 1) > SUMS or value > np.iinfo(np.int64).max // 2:
            return None
        sums = (sums[:, None] + step * np.arange(value // step + 1)).ravel()
        sums = sums[sums < value]
    return int(value - (sums + (value - 1 - sums) // small * small).max())


def value_of(problem: TeamsProblem, costs: UnitCosts, awards: Ints) -> tuple[int, int]:
    """Return (units of hard rules broken, value) of an arrangement; O(n k + T V)."""
    sizes = np.bincount(awards, minlength=len(problem.teams)).astype(np.int64)
    of = np.searchsorted(np.array(costs.classes.size), sizes)
    classes = replace(costs.classes, of=of.astype(np.int64))
    value = 0
    for index, criterion in enumerate(problem.criteria):
        table = criterion.table(awards, len(sizes))
        value += costs.of_cost(index, cost_of(table, criterion.counts, classes), similar=criterion.similar)
        if costs.off and criterion.weight:
            away = np.abs(problem.n * table - sizes[:, None] * criterion.counts[None, :]) // problem.n
            value += costs.off * int(away.sum())
    for index, number in enumerate(problem.numbers):
        for scaled in (number.level, number.spread):
            sums = np.zeros(len(sizes), dtype=np.int64)
            np.add.at(sums, awards, scaled)
            pairs = zip(sums.tolist(), sizes.tolist(), strict=True)
            value += sum(number_cost(costs.number[index], total, size, problem.n) for total, size in pairs)
    broken = 0
    for rule, amount in zip(problem.rules, units_broken(problem, awards), strict=True):
        if rule.weight:
            value += rule.weight * costs.point * amount
        else:
            broken += amount
    return broken, value
