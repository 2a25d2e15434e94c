"""What each part of an arrangement costs, from the manual's definition: the judge's own coding.

The way from a column's best to its worst costs about one *unit* times the column's weight, a point of a soft
rule a hundredth of a unit, the whole variance of a number a unit. Priority 1 is raised above all that
priority 2 can cost together, and so on. With teams of several sizes and nothing but columns to spread, a
person outside quota costs more than everything else.
"""

from __future__ import annotations

from dataclasses import dataclass

from evenhand.core.arrays import Ints
from evenhand.teams.judging.score import Scale, Sizes, scale_of, sizes_of
from evenhand.teams.problem import Z_UNIT, TeamsProblem

STEPS = 1_000
"""A unit is at least so many times the finest column's steps, so that rounding a step's price to a whole
number misprices a column by a thousandth at most."""

WITH_NUMBERS = 10**9
"""A unit where numbers are balanced: their losses run down to a billionth of the variance."""

LEAST_UNIT = 10**4
"""A unit where every column is trivial, so that a point (a hundredth) still is a whole number."""


@dataclass(frozen=True, slots=True)
class PriceList:
    """What the judge multiplies with.

    Attributes:
        kinds: the sizes; scales: ends of each column.
        step: price of one step of each column; 0 where no arrangement makes a difference.
        number: price of each number's variance, for mean and spread each.
        point: price of a point of a soft rule.
        off: price of a person outside quota, 0 where quota does not come first.
    """

    kinds: Sizes
    scales: tuple[Scale, ...]
    step: tuple[int, ...]
    number: tuple[int, ...]
    point: int
    off: int

    def of_column(self, index: int, cost: int, *, similar: bool) -> int:
        """Return the price of a column's cost, counted in steps from its best (for similar, its worst)."""
        scale = self.scales[index]
        if similar:
            return self.step[index] * _up(scale.worst - cost, scale.step)
        return self.step[index] * ((cost - scale.best) // scale.step)


def price_list(problem: TeamsProblem) -> PriceList:
    """Return a problem's prices; they depend on no arrangement."""
    kinds = sizes_of(problem.sizes)
    scales = tuple(scale_of(criterion, kinds) for criterion in problem.criteria)
    steps = [_up(scale.worst - scale.best, scale.step) for scale in scales]
    unit = max(LEAST_UNIT, _ten_above(STEPS * max(steps, default=1)))
    if problem.numbers:
        unit = max(unit, WITH_NUMBERS)
    raised, above = _raised(problem, unit)
    step = tuple(
        # Never below 1: a column of weight must cost something, even where rounding would leave nothing of a
        # step.
        max(1, round(unit * criterion.weight / count)) * raised[criterion.priority]
        if criterion.weight and count
        else 0
        for criterion, count in zip(problem.criteria, steps, strict=True)
    )
    soft = any(rule.weight for rule in problem.rules)
    similar = any(criterion.similar for criterion in problem.criteria)
    one_size = len(kinds.size) <= 1
    # Quota comes first only where nothing but columns to spread competes: else one person outside quota would
    # outweigh every soft rule and number.
    quota_first = not (one_size or soft or problem.numbers or similar) and bool(problem.criteria)
    return PriceList(
        kinds=kinds,
        scales=scales,
        step=step,
        number=tuple(unit * number.weight * raised[number.priority] for number in problem.numbers),
        point=unit // 100,
        off=_ten_above(above) if quota_first else 0,
    )


def _raised(problem: TeamsProblem, unit: int) -> tuple[dict[int, int], int]:
    """Return by what each priority is multiplied, and a number above all costs together.

    From the least important up: a priority's factor is a power of ten above what all later ones can cost.
    """
    ranks = {criterion.priority for criterion in problem.criteria}
    ranks |= {number.priority for number in problem.numbers}
    raised: dict[int, int] = {}
    above = 1
    # From the last priority up, as each factor must exceed all that the later ones can cost together.
    for rank in sorted(ranks, reverse=True):
        weight = sum(criterion.weight for criterion in problem.criteria if criterion.priority == rank)
        weight += sum(number.weight for number in problem.numbers if number.priority == rank)
        most = unit * (2 * weight + 1)
        # Points of rules count with the last priority, which comes first here and is raised by nothing.
        if not raised:
            most += (unit // 100 + 1) * _points_at_most(problem)
        raised[rank] = _ten_above(above) if raised else 1
        above += raised[rank] * most
    return raised, above


def _points_at_most(problem: TeamsProblem) -> int:
    """Return more points than all soft rules together can cost."""
    everybody = problem.n + len(problem.teams)
    total = 0
    for rule in problem.rules:
        # People of a rule make at most so many pairs; a wish that fails altogether costs ``low`` units.
        total += rule.weight * (max(len(rule.people) ** 2, rule.low) if rule.people else everybody)
    return total


def number_ticks(price: int, sums: Ints, sizes: Ints, people: int) -> int:
    """Return the price of a number's sums of z-scores by team: price x S^2 / (s n), rounded down a team."""
    total = 0
    for summed, size in zip(sums.tolist(), sizes.tolist(), strict=True):
        # Down within each team, not once at the end: each method rounds a team at a time and must agree to
        # the unit.
        total += price * summed**2 // (size * people * Z_UNIT**2)
    return total


def _up(what: int, step: int) -> int:
    """Divide and round up."""
    return -(-what // step)


def _ten_above(what: int) -> int:
    """Return the power of ten with one digit more: a round number above it."""
    return int(10 ** len(str(what)))
