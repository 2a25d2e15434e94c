"""The two ends of a column's score against all arrangements of few people."""

from __future__ import annotations

from itertools import permutations
from math import lcm

import numpy as np
import pytest

from evenhand.teams import TeamsProblem
from evenhand.teams.judging.score import cost_in_ticks, outside, scale_of, sizes_of

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
