"""Choices of teams: the bound, the program and the plan, against every arrangement there is."""

from __future__ import annotations

import random
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from evenhand.core.solution import Status
from evenhand.teams import TeamsProblem
from evenhand.teams.judging.judge import judge
from evenhand.teams.solving.exchange import exchange
from evenhand.teams.solving.model.floors import floors_of
from evenhand.teams.solving.model.objective import unit_costs
from teams.small_rosters import solved

PROJECTS = ("Art", "Box", "Car")


def chosen(draw: random.Random) -> TeamsProblem:
    """Return a roster of 4 to 6 people with choices of projects, columns and some rules."""
    people, teams = draw.choice([4, 5, 5, 6]), draw.randint(2, 3)
    names = [f"p{number}" for number in range(people)]
    rows = []
    for name in names:
        picks = draw.sample(PROJECTS[:teams], draw.randint(0, teams))
        rows.append(
            {"name": name, "g": draw.choice("wm"), "o": draw.choice("abc")}
            | {f"c{place}": picks[place] if place < len(picks) else "" for place in range(teams)}
        )
    rules: list[dict[str, Any]] = [
        {"kind": "together", "people": ";".join(draw.sample(names, 2))},
        {"kind": "apart", "people": ";".join(draw.sample(names, 2))},
        {"kind": "forbid", "people": draw.choice(names), "teams": "Art"},
        {"kind": "allow", "people": draw.choice(names), "teams": "Box", "weight": "20"},
        {"kind": "count", "column": "g", "value": rows[0]["g"], "max": "2"},
    ]
    asked: dict[str, Any] = {"balance": draw.choice(["g", "g,o", []]), "choices": "c0,c1"}
    asked["rules"] = draw.sample(rules, draw.randint(0, 2)) or None
    sizes = [people // teams + (team < people % teams) for team in range(teams)]
    draw.shuffle(sizes)
    asked |= {"sizes": sizes} if draw.random() < 0.6 else {"teams": teams}
    if draw.random() < 0.3:
        asked["only_choices"] = True
    return TeamsProblem.from_rows(rows, names=list(PROJECTS[:teams]), **asked)


def test_choices_are_solved_to_the_proven_best(monkeypatch: pytest.MonkeyPatch) -> None:
    """45 small rosters, none looked at whole: optimal is the least there is, and bounds hold."""
    monkeypatch.setattr(exchange, "best_of_all", lambda *_: None)
    draw = random.Random(1)
    proven = impossible = 0
    for seed in range(45):
        problem = chosen(draw)
        plan, verdict = solved(problem, seed=seed)
        sizes = [problem.sizes.tolist()]
        if not problem.listed:
            sizes = [list(order) for order in sorted(set(permutations(problem.sizes.tolist())))]
        seatings = sorted(
            {order for row in sizes for order in permutations(np.repeat(np.arange(len(row)), row).tolist())}
        )
        worth = [
            looked.objective
            for awards in seatings
            if not (looked := judge(problem, np.array(awards, dtype=np.int64))).faults
        ]
        if not worth:
            assert plan.status in {Status.INFEASIBLE, Status.UNKNOWN}
            impossible += 1
            continue
        assert floors_of(problem).points * unit_costs(problem).point <= min(worth)
        assert verdict is not None
        assert plan.bound is not None
        assert plan.bound <= min(worth) <= verdict.objective
        if plan.status == Status.OPTIMAL:
            assert verdict.objective == min(worth)
            proven += 1
    assert proven > 30
    assert impossible
