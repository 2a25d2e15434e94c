"""Prices of columns, numbers and soft rules, worked out by hand from their definition."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from evenhand.teams import TeamsProblem
from evenhand.teams.judging.judge import judge
from evenhand.teams.judging.objective import number_ticks, price_list
from evenhand.teams.judging.score import scale_of, sizes_of
from evenhand.teams.problem import Criterion, Number

ROWS = [
    {"name": f"p{number}", "g": "ab"[number % 2], "h": "xy"[number // 3], "skill": number}
    for number in range(6)
]
TOGETHER = np.array([0, 1, 0, 1, 0, 1])
"""All of a kind of g in one team, which is the worst of that column."""


def ranked(ranks: tuple[int, int] = (1, 2), weights: tuple[int, int] = (1, 1), **more: Any) -> TeamsProblem:
    """Return six people in two teams, with the columns g and h at some priorities and weights."""
    problem = TeamsProblem.from_rows(ROWS, **{"teams": 2, "balance": "g,h", **more})
    columns = zip(problem.criteria, ranks, weights, strict=False)
    return replace(
        problem,
        criteria=tuple(replace(column, priority=rank, weight=weight) for column, rank, weight in columns),
    )


def raised(**more: Any) -> int:
    """Return by what the first priority is multiplied: its column's price over that of the second."""
    first, second = price_list(ranked(**more)).step[:2]
    assert first % second == 0
    return first // second


def test_a_column_costs_a_hundred_points_for_each_weight() -> None:
    """From best to worst a column of weight 1 costs 10,000 units, a hundred points; of weight 3 thrice."""
    for weight in (1, 3):
        problem = ranked((1, 1), (weight, 0))
        verdict = judge(problem, TOGETHER)
        assert price_list(problem).point == 100
        assert [term.value for term in verdict.terms] == [weight * 10_000, 0]


def test_an_earlier_priority_is_above_all_later_ones_together() -> None:
    """The later column can cost 10,000 x (2 x 1 + 1) units: the power of ten above 30,001 is 100,000."""
    assert raised() == 10**5
    assert judge(ranked(), TOGETHER).terms[0].value == 10**5 * 10_000
    # Weight 4 beside a number of weight 1, in billions: 11 of them, and the power of ten above.
    numbers = ranked(weights=(1, 4), numbers="skill")
    second = replace(numbers, numbers=tuple(replace(number, priority=2) for number in numbers.numbers))
    first, later = price_list(second).step
    assert round(4 * first / later) == 10**11


@pytest.mark.parametrize(
    ("rule", "weight", "factor"),
    [
        # Two people make at most 2 x 2 units: 30,001 + 101 x 4 x 173 is below 100,000, with 174 above.
        ({"kind": "apart", "people": "p0;p1"}, 173, 10**5),
        ({"kind": "apart", "people": "p0;p1"}, 174, 10**6),
        # A rule about counts can be broken by everybody in every team: 6 + 2 units.
        ({"kind": "min", "column": "g", "value": "a", "min": 1}, 86, 10**5),
        ({"kind": "min", "column": "g", "value": "a", "min": 1}, 87, 10**6),
    ],
)
def test_soft_rules_count_among_what_comes_later(rule: dict[str, Any], weight: int, factor: int) -> None:
    """What rules can cost is added to the last priority, at a point and a unit each."""
    assert raised(rules=[rule | {"weight": weight}]) == factor


def test_numbers_cost_what_lies_between_teams() -> None:
    """Nothing where all sums are 0; price x S^2 over size x people for a sum of S standard deviations."""
    from evenhand.teams.problem import Z_UNIT

    sizes = np.array([3, 3])
    assert number_ticks(700, np.array([0, 0]), sizes, 6) == 0
    assert number_ticks(900, np.array([3, -3]) * Z_UNIT, sizes, 6) == 2 * 900 * 9 // 18
    # Rounded down a team: twice 100/18 is twice 5.
    assert number_ticks(100, np.array([1, -1]) * Z_UNIT, sizes, 6) == 10


def recount(problem: TeamsProblem) -> tuple[list[int], list[int], int, int]:
    """Return prices of steps and numbers, of a point and of a person outside quota, rank by rank."""
    kinds = sizes_of(problem.sizes)
    scales = [scale_of(column, kinds) for column in problem.criteria]
    steps = [-((scale.best - scale.worst) // scale.step) for scale in scales]
    unit = max(10**4, 10 ** len(str(1000 * max([1, *steps]))), 10**9 * bool(problem.numbers))
    ranked_parts: list[Criterion | Number] = [*problem.criteria, *problem.numbers]
    factor, above = dict[int, int](), 1
    for rank in sorted({part.priority for part in ranked_parts} or {1}, reverse=True):
        worth = unit * (1 + 2 * sum(part.weight for part in ranked_parts if part.priority == rank))
        if not factor:
            for rule in problem.rules:
                pairs = max(len(rule.people) ** 2, rule.low)
                worth += (unit // 100 + 1) * rule.weight * (pairs or problem.n + len(problem.teams))
        factor[rank] = 10 ** len(str(above)) if factor else 1
        above += factor[rank] * worth
    step = [
        max(1, round(unit * column.weight / count)) * factor[column.priority] if column.weight * count else 0
        for column, count in zip(problem.criteria, steps, strict=True)
    ]
    number = [unit * part.weight * factor[part.priority] for part in problem.numbers]
    rivals = [rule for rule in problem.rules if rule.weight], problem.numbers, len(kinds.size) == 1
    first = problem.criteria and not any(rivals) and not any(column.similar for column in problem.criteria)
    return step, number, unit // 100, 10 ** len(str(above)) if first else 0


def test_prices_are_those_of_a_recount() -> None:
    """Prices of drawn problems: columns, numbers and rules at drawn weights, ranks and sizes."""
    rng = np.random.default_rng(6)
    rules = [
        {"kind": "apart", "people": "p0;p1;p2", "weight": 7},
        {"kind": "apart", "people": "p3;p4", "weight": 900},
        {"kind": "min", "column": "g", "value": "a", "min": 1, "weight": 33},
        {"kind": "apart", "people": "p0;p5"},
    ]
    for _ in range(120):
        more: dict[str, Any] = {"rules": [rule for rule in rules if rng.random() < 0.15]}
        if rng.random() < 0.2:
            more["friends"] = {"p0": ["p1", "p2"]}
        if rng.random() < 0.3:
            more["numbers"] = "skill"
        if rng.random() < 0.7:
            more |= {"teams": None, "sizes": [[2, 4], [1, 2, 3], [3, 3], [1, 5]][rng.integers(4)]}
        ranks, weights = rng.integers(1, 4, 2).tolist(), rng.integers(0, 4, 2).tolist()
        problem = ranked((ranks[0], ranks[1]), (weights[0], weights[1]), **more)
        problem = replace(
            problem,
            criteria=tuple(replace(column, similar=bool(rng.random() < 0.15)) for column in problem.criteria),
            numbers=tuple(replace(part, priority=int(rng.integers(1, 4))) for part in problem.numbers),
        )
        if rng.random() < 0.1:
            problem = replace(problem, criteria=())
        prices = price_list(problem)
        told = (list(prices.step), list(prices.number), prices.point, prices.off)
        assert told == recount(problem), more
