"""Swaps among people who are alike in all but numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from evenhand.core.progress import Progress
from evenhand.teams import TeamsProblem, balance
from evenhand.teams.solving.exchange.number_swaps import level_numbers
from evenhand.teams.solving.model.objective import unit_costs, value_of
from teams.small_rosters import solved


def made(people: int = 40, **settings: Any) -> TeamsProblem:
    """Return people of two genders with two numbers, in five teams."""
    draw = np.random.default_rng(3)
    rows = [
        {
            "name": f"p{at:02d}",
            "g": "ab"[at % 2],
            "x": f"{draw.normal():.3f}",
            "y": f"{draw.exponential():.3f}",
        }
        for at in range(people)
    ]
    return TeamsProblem.from_table(rows, teams=5, balance="g", numbers="x,y", **settings)


def test_only_numbers_change_and_for_the_better() -> None:
    """The column's score and the named people's teams stay; the value falls."""
    problem = made(apart=[["p00", "p01"]])
    rules = unit_costs(problem)
    before = np.arange(40) // 2 % 5
    after = level_numbers(problem, rules, before, 1, Progress())
    assert value_of(problem, rules, after)[1] < value_of(problem, rules, before)[1]
    assert balance(problem, after).scores["g"] == balance(problem, before).scores["g"]
    assert after[:2].tolist() == before[:2].tolist()


def test_no_swap_of_like_people_helps_any_more() -> None:
    """What is handed out is a local optimum: no two people of one gender could swap for a lower value."""
    problem = made(20)
    rules = unit_costs(problem)
    after = level_numbers(problem, rules, np.arange(20) // 2 % 5, 1, Progress())
    value = value_of(problem, rules, after)[1]
    gender = problem.criteria[0].of(20)
    for one in range(20):
        for other in range(one):
            if gender[one] == gender[other]:
                swapped = after.copy()
                swapped[[one, other]] = after[[other, one]]
                assert value_of(problem, rules, swapped)[1] >= value - 10_000


def test_a_stop_leaves_the_arrangement() -> None:
    """An interrupted progress gives back what it was given, and seeds repeat."""
    problem = made()
    before = np.arange(40) // 2 % 5
    assert (
        level_numbers(problem, unit_costs(problem), before, 1, Progress(interrupted=True)).tolist()
        == before.tolist()
    )
    one, two = (level_numbers(problem, unit_costs(problem), before, 1, Progress()) for _ in range(2))
    assert one.tolist() == two.tolist()


def test_numbers_alone_come_near_k_plus() -> None:
    """Twenty people by one number into two teams: the means differ by less than a hundredth of the spread."""
    rows = [{"name": f"p{at:02d}", "x": str(at * at)} for at in range(20)]
    problem = TeamsProblem.from_table(rows, teams=2, numbers="x")
    answer, _ = solved(problem, 1)
    level = problem.numbers[0].level
    assert answer.awards is not None
    means = [level[answer.awards == team].mean() for team in range(2)]
    assert abs(means[0] - means[1]) < 30
