"""The two ends of a column's score against all arrangements of few people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import permutations, product
from math import ceil, gcd, lcm

import numpy as np
import pytest

from evenhand.teams import TeamsProblem
from evenhand.teams.judging.score import Balance, Scale, balance, cost_in_ticks, outside, scale_of, sizes_of

Cost = Callable[[int, int, int], Fraction]

SIZES = [
    [2, 2],
    [3, 3],
    [2, 2, 2],
    [1, 3],
    [2, 3],
    [1, 2, 2],
    [1, 2, 3],
    [1, 1, 4],
    [2, 4],
    [1, 2, 4],
    [3, 4],
]


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("single", [True, False])
def test_no_arrangement_is_beyond_the_ends(sizes: list[int], *, single: bool) -> None:
    """The best is reached by some arrangement; no cost lies above the worst, which one value reaches."""
    draw = np.random.default_rng(len(sizes) * sum(sizes))
    people = sum(sizes)
    homes = sorted(set(permutations([team for team, size in enumerate(sizes) for _ in range(size)])))
    for values in (1, 2, 3):
        cells = draw.integers(-1, values, people)
        cells[0] = values - 1
        problem = TeamsProblem.from_values(people, {"x": cells}, sizes=sizes)
        criterion = problem.criteria[0]
        if not single:
            object.__setattr__(criterion, "single", False)
        kinds = sizes_of(problem.sizes)
        assert (kinds.people, kinds.common) == (people, lcm(*sizes))
        # The definition: T n^2 lcm x (1/T) sum of R_v x |x_iv / s_i - R_v|, in whole numbers.
        counts = criterion.counts.tolist()
        costs = []
        for home in homes:
            held = criterion.table(np.array(home), len(sizes))
            costs.append(
                sum(
                    count * (kinds.common // size) * abs(people * int(held[team, value]) - size * count)
                    for value, count in enumerate(counts)
                    for team, size in enumerate(sizes)
                )
            )
            assert cost_in_ticks(held, criterion.counts, problem.sizes, kinds) == costs[-1]
        scale = scale_of(criterion, kinds)
        assert max(costs) <= scale.worst
        assert all(cost % scale.step == 0 for cost in costs)
        assert scale.best == min(costs) if single or len(counts) == 1 else scale.best <= min(costs)
        if len(counts) == 1 and len(set(sizes)) < 3:
            assert scale.worst == max(costs)


def test_people_outside_quota_by_hand() -> None:
    """Of three in teams of two and four the shares are one and two: two and one is off, so is none."""
    counts, sizes = np.array([3]), np.array([2, 4])
    assert outside(np.array([[1], [2]]), counts, sizes).tolist() == [[0], [0]]
    assert outside(np.array([[2], [1]]), counts, sizes).tolist() == [[1], [1]]
    assert outside(np.array([[0], [3]]), counts, sizes).tolist() == [[1], [1]]
    # Shares of 2/3 and 4/3 are within quota at 0 or 1, and at 1 or 2.
    assert outside(np.array([[0], [2]]), np.array([2]), sizes).tolist() == [[0], [0]]
    assert outside(np.array([[2], [0]]), np.array([2]), sizes).tolist() == [[1], [1]]


def extreme(counts: Sequence[int], sizes: list[int], cost: Cost, *, most: bool) -> Fraction:
    """Return the least or greatest sum of cost(count, held, size) over all tables; the last value is free."""

    @cache
    def rest(team: int, left: tuple[int, ...]) -> Fraction | None:
        if team == len(sizes):
            return None if any(left) else Fraction(0)
        ends = []
        for row in product(*(range(count + 1) for count in left)):
            after = None
            if sum(row) == sizes[team]:
                after = rest(team + 1, tuple(count - taken for count, taken in zip(left, row, strict=True)))
            if after is not None:
                ends.append(
                    after + sum(cost(counts[value], held, sizes[team]) for value, held in enumerate(row[:-1]))
                )
        return (max(ends) if most else min(ends)) if ends else None

    end = rest(0, tuple(counts))
    assert end is not None
    return end


def recount(counts: list[int], sizes: list[int], *, single: bool) -> Scale:
    """Return the ends of a column by trying every table, and what divides every cost."""
    people, common = sum(sizes), lcm(*sizes)

    def cost(count: int, held: int, size: int) -> Fraction:
        return Fraction(count * (common // size) * abs(people * held - size * count))

    def straight(count: int, held: int, size: int) -> Fraction:
        empty, full = cost(count, 0, size), cost(count, size, size)
        return empty + (full - empty) * Fraction(held, size)

    # Up to two sizes the worst is exact; with more, each team's cost rises in a straight line.
    rises = cost if len(set(sizes)) <= 2 else straight
    columns = [(count, people - count) for count in counts]
    best = Fraction(0)
    for column in [(*counts, people - sum(counts))] if single else columns:
        best += extreme(column, sizes, cost, most=False)
    worst = sum((extreme(column, sizes, rises, most=True) for column in columns), Fraction(0))
    steps = [count * (common // size) * gcd(people, count * size) for count in counts for size in sizes]
    return Scale(int(best), ceil(worst), max(1, gcd(*steps)))


def drawn(rng: np.random.Generator) -> tuple[TeamsProblem, list[int]]:
    """Return a drawn problem of one or two columns, and its sizes: one to six teams of one to four."""
    teams = int(rng.integers(1, 7))
    sizes = sorted(rng.integers(1, 5, teams).tolist())
    people, values = sum(sizes), 1 if teams > 4 else 3
    cells = {name: rng.integers(-1, int(rng.integers(1, values + 1)), people) for name in ("x", "y")}
    problem = TeamsProblem.from_values(people, cells, sizes=sizes)
    criteria = tuple(
        replace(criterion, weight=int(rng.integers(0, 4)), similar=bool(rng.random() < 0.3))
        for criterion in problem.criteria
    )
    return replace(problem, criteria=criteria), sizes


def test_ends_are_those_of_a_recount() -> None:
    """For drawn sizes and columns best, worst and step are those found by trying every table."""
    rng = np.random.default_rng(3)
    for _ in range(100):
        problem, sizes = drawn(rng)
        criterion = replace(problem.criteria[0], single=bool(rng.random() < 0.7))
        found = scale_of(criterion, sizes_of(np.array(sizes)))
        assert found == recount(criterion.counts.tolist(), sizes, single=criterion.single), sizes


def test_scores_are_those_of_a_recount() -> None:
    """Scores, people outside quota and what limits a column, person by person from the definition."""
    rng = np.random.default_rng(4)
    for _ in range(60):
        problem, sizes = drawn(rng)
        people, common = sum(sizes), lcm(*sizes)
        awards = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
        scores, limits, off, teams_off = {}, {}, 0, set()
        for criterion in problem.criteria:
            counts, cost, reasons = criterion.counts.tolist(), 0, []
            value_of = criterion.of(people).tolist()
            for (team, size), (value, count) in product(enumerate(sizes), enumerate(counts)):
                held = sum(awards[who] == team and value_of[who] == value for who in range(people))
                cost += count * (common // size) * abs(people * held - size * count)
                low, high = size * count // people, ceil(Fraction(size * count, people))
                if criterion.weight and not criterion.similar and not low <= held <= high:
                    off += max(low - held, held - high)
                    teams_off.add(team)
            ends = recount(counts, sizes, single=True)
            near = Fraction(1)
            if ends.best < ends.worst:
                far = Fraction(cost - ends.best, ends.worst - ends.best)
                near = far if criterion.similar else 1 - far
            scores[criterion.name] = near
            for kind, count in zip(criterion.values, counts, strict=True):
                if none := max(0, len(sizes) - count):
                    named = "1 person" if count == 1 else f"{count} people"
                    which = "1 team has" if none == 1 else f"{none} teams have"
                    reasons.append(
                        f"{named} with {criterion.name}={kind} for {len(sizes)} teams: {which} none"
                    )
            if sizes[0] < len(counts):
                reasons.append(
                    f"{len(counts)} values of {criterion.name}, a team of {sizes[0]} cannot hold them all"
                )
            more = [f"and {len(reasons) - 3} more like these"] * (len(reasons) > 3)
            limits[criterion.name] = "; ".join([*reasons[:3], *more])
        weights = [criterion.weight for criterion in problem.criteria]
        mean = sum((scores[column.name] * column.weight for column in problem.criteria), Fraction(0))
        overall = mean / sum(weights) if any(weights) else Fraction(1)
        assert balance(problem, awards) == Balance(scores, overall, off, len(teams_off), limits)
