"""The proof by looking at everything, against brute force by the judge alone."""

from __future__ import annotations

import random
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from evenhand.core.progress import Progress
from evenhand.core.solution import Status
from evenhand.teams import JOB, TeamsProblem
from evenhand.teams.solving.exchange.enumeration import best_of_all
from evenhand.teams.solving.model.objective import unit_costs
from teams.small_rosters import arrangements, solved


def mixed(draw: random.Random) -> TeamsProblem:
    """Return a roster of 2 to 7 people with criteria, numbers, tags, and rules hard and soft."""
    people = draw.randint(2, 7)
    teams = draw.randint(2, min(3, people))
    rows = [
        {
            "name": f"p{at}",
            "g": draw.choice("wm"),
            "o": draw.choice(["a", "b", "c", ""]),
            "skill": str(draw.choice([1, 2, 5, 9])),
            "busy": ";".join(draw.sample("xyz", draw.randint(0, 2))),
        }
        for at in range(people)
    ]
    names = [row["name"] for row in rows]
    rules: list[dict[str, Any]] = [
        {"kind": "count", "column": "g", "value": rows[0]["g"], "max": "2", "weight": "5"},
        {"kind": "no lone", "column": "o", "weight": "3"},
        {"kind": "apart", "people": ";".join(draw.sample(names, 2)), "weight": draw.choice(["", "20"])},
        {"kind": "wish", "people": ";".join(draw.sample(names, 2))},
        {"kind": "forbid", "people": draw.choice(names), "teams": "Team 1"},
        {"kind": "together", "people": ";".join(draw.sample(names, 2))},
        {"kind": "free", "column": "busy", "min": "2", "weight": "7"},
    ]
    asked: dict[str, Any] = {"balance": "g,o"}
    if draw.random() < 0.4:
        asked |= {"numbers": "skill"}
    if draw.random() < 0.3:
        asked |= {"similar": "o"}
    if draw.random() < 0.3:
        asked |= {"priority": "o"}
    chosen = draw.sample(rules, draw.randint(0, 4))
    return TeamsProblem.from_table(rows, teams=teams, rules=chosen or None, **asked)


def test_with_any_rules_a_small_roster_is_solved_to_the_proven_best() -> None:
    """Of 60 rosters with rules of all kinds each is optimal, as brute force finds, or none can be."""
    draw = random.Random(23)
    for seed in range(60):
        problem = mixed(draw)
        answer, verdict = solved(problem, seed)
        sizes = set(permutations(problem.sizes.tolist()))
        named = any(rule.teams for rule in problem.rules)
        every = [
            awards for order in (sizes if named else list(sizes)[:1]) for awards in all_of(order, named=named)
        ]
        judged = [seen for seen in (JOB.judge(problem, awards) for awards in every) if not seen.faults]
        if verdict is None:
            assert answer.status is Status.INFEASIBLE
            assert not judged
            continue
        assert not verdict.faults
        assert answer.status is Status.OPTIMAL
        assert verdict.objective == min(seen.objective for seen in judged)


def all_of(sizes: tuple[int, ...], *, named: bool) -> list[NDArray[np.int64]]:
    """Return all arrangements; where teams are named in rules, all orders of teams too."""
    if not named:
        return list(arrangements(list(sizes)))
    order = [team for team, size in enumerate(sizes) for _ in range(size)]
    return [np.array(one) for one in set(permutations(order))]


@pytest.mark.parametrize("people", [21, 19])
def test_what_cannot_be_looked_at_whole_is_left_alone(people: int) -> None:
    """Too many people, or too many arrangements of fewer, give no answer."""
    problem = TeamsProblem.from_values(people, {"c": [str(at) for at in range(people)]}, teams=6)
    assert best_of_all(problem, unit_costs(problem), Progress()) is None


def test_a_stop_ends_the_looking() -> None:
    """An interrupted progress gives no answer."""
    problem = TeamsProblem.from_values(6, {"c": list("aabbcc")}, teams=2)
    assert best_of_all(problem, unit_costs(problem), Progress(interrupted=True)) is None
