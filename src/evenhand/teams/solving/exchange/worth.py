"""What an arrangement costs and what none can go below, for methods to compare what they found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from evenhand.teams.problem import TeamsProblem
from evenhand.teams.solving.model.balance import best_totals, cost_of
from evenhand.teams.solving.model.breaches import breaches
from evenhand.teams.solving.model.costs import Prices, number_cost
from evenhand.teams.solving.model.marginals import class_cost

__all__ = ["least", "worth"]

Ints = NDArray[np.int64]


def least(problem: TeamsProblem, rules: Prices) -> int:
    """Return a value that none goes below: every criterion at its best, within quota where that is first."""
    if not rules.off:
        return 0
    total = 0
    off = 4 * problem.n * problem.n * rules.classes.common * max(1, len(problem.teams))
    for at, criterion in enumerate(problem.criteria):
        if criterion.weight:
            cost = sum(
                class_cost(units, int(count), rules.classes, where)
                for count, row in zip(
                    criterion.counts, best_totals(criterion, rules.classes, off), strict=True
                )
                for where, units in enumerate(row)
            )
            total += rules.of_cost(at, cost, similar=False)
    return total


def worth(problem: TeamsProblem, rules: Prices, awards: Ints) -> tuple[int, int]:
    """Return (units of hard rules broken, value) of an arrangement; O(n k + T V)."""
    sizes = np.bincount(awards, minlength=len(problem.teams)).astype(np.int64)
    of = np.searchsorted(np.array(rules.classes.size), sizes)
    classes = replace(rules.classes, of=of.astype(np.int64))
    value = 0
    for at, criterion in enumerate(problem.criteria):
        table = criterion.table(awards, len(sizes))
        value += rules.of_cost(at, cost_of(table, criterion.counts, classes), similar=criterion.similar)
        if rules.off and criterion.weight:
            away = np.abs(problem.n * table - sizes[:, None] * criterion.counts[None, :]) // problem.n
            value += rules.off * int(away.sum())
    for at, number in enumerate(problem.numbers):
        for scaled in (number.level, number.spread):
            sums = np.zeros(len(sizes), dtype=np.int64)
            np.add.at(sums, awards, scaled)
            pairs = zip(sums.tolist(), sizes.tolist(), strict=True)
            value += sum(number_cost(rules.number[at], total, size, problem.n) for total, size in pairs)
    broken = 0
    for rule, (amount, _) in zip(problem.rules, breaches(problem, awards), strict=True):
        if rule.weight:
            value += rule.weight * rules.point * amount
        else:
            broken += amount
    return broken, value
