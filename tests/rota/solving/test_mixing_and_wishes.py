"""What comes after the least squares: who serves with whom, and wishes by which nobody gains."""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.shares import TICKS
from evenhand.rota import RotaProblem
from evenhand.rota.judging.judge import judge
from evenhand.rota.judging.views import views_of
from evenhand.rota.solving.optimise.mixing import met
from rota_boards import all_plans, calendar, keeps_rules, served, squared_lags

SIX = [f"p{at}" for at in range(6)]


def meetings(problem: RotaProblem, awards: Any) -> Any:
    """Return how often each two people serve together, each pair once."""
    together = met(served(problem, awards).astype(bool))
    return together[np.triu_indices(len(together), 1)]


@pytest.mark.parametrize("rest", [0, 1])
def test_six_people_in_pairs_all_meet(rest: int) -> None:
    """Two of six for thirty weeks: of the fifteen pairs none never meets, and none more than three times."""
    problem = RotaProblem.from_values(SIX, eh.weekly("2026-01-05", 30, seats=2), policy="ledger", rest=rest)
    solution = eh.solve(problem, method="optimise", seed=1)
    often = meetings(problem, solution.awards)
    assert solution.status == "optimal"
    assert often.min() >= 1
    assert often.max() <= 3
    assert f"more than {often.max()} times" in solution.proof["says"]


@pytest.mark.parametrize("seed", range(12))
def test_mixing_costs_nothing(seed: int) -> None:
    """With rules, absences and classes of slots: as good a value as without it, the same turns, no fault."""
    apart = np.array([[0, 1]]) if seed % 4 == 0 else np.zeros((0, 2), dtype=np.int64)
    problem = calendar(
        2 * seed, people=4, slots=5, seats=2, away=0.15, churn=False, rest_slots=int(seed % 4 == 1),
        classes=seed % 3 == 0, apart=apart,
    )  # fmt: skip
    try:
        solution = eh.solve(problem, method="optimise")
    except eh.InfeasibleError:
        return
    assert judge(problem, solution.awards).faults == ()
    best = [squared_lags(problem, plan) for plan in all_plans(problem) if keeps_rules(problem, plan)]
    assert solution.objective is not None
    assert solution.objective <= min(best) + 10**-6 * TICKS**2


def granted(problem: RotaProblem, plan: Any) -> dict[int, Fraction]:
    """Return which share of each person's wishes a plan grants."""
    out = {}
    for person in sorted(set(problem.wishes[:, 1].tolist())):
        mine = problem.wishes[problem.wishes[:, 1] == person].tolist()
        met_wishes = sum(bool(plan[slot, person]) == (sign > 0) for slot, _, sign in mine)
        out[person] = Fraction(met_wishes, len(mine))
    return out


def wishing(problem: RotaProblem, draw: np.random.Generator, people: list[int]) -> RotaProblem:
    """Return the rota with a few random wishes of these people."""
    rows = {
        (int(slot), who): int(draw.choice([1, -1]))
        for who in people
        for slot in draw.choice(len(problem.seats), int(draw.integers(1, 4)), replace=False)
    }
    table = np.array(sorted((slot, who, sign) for (slot, who), sign in rows.items()), dtype=np.int64)
    return replace(problem, wishes=table.reshape(-1, 3))


def test_asking_for_more_gains_nothing_but_wishes() -> None:
    """Whatever somebody asks for: everybody's turns stay, in total and in each view, and so does the value;
    all others together lose no more than one whole list of wishes; no plan as good grants more in all.
    """
    changed = 0
    for seed in range(14 if os.environ.get("EVENHAND_SOAK") else 6):
        draw = np.random.default_rng(seed)
        plain = calendar(seed * 2, people=4, slots=6, seats=1, away=0.1, churn=False, views=("odd",),
                         slot_view=(np.arange(6) % 2)[:, None])  # fmt: skip
        few = wishing(plain, draw, [1, 2])
        extra = [[slot, 0, int(draw.choice([1, -1]))] for slot in range(int(draw.integers(1, 7)))]
        more = replace(few, wishes=np.array(sorted([*few.wishes.tolist(), *extra]), dtype=np.int64))
        solved = [eh.solve(problem, method="optimise", seed=3) for problem in (plain, few, more)]
        plans = [served(plain, one.awards) for one in solved]
        for one, plan in zip(solved[1:], plans[1:], strict=True):
            assert one.objective == solved[0].objective
            assert plan.sum(axis=0).tolist() == plans[0].sum(axis=0).tolist()
            for here, before in zip(
                views_of(plain, one.awards), views_of(plain, solved[0].awards), strict=True
            ):
                assert here.served.tolist() == before.served.tolist()
        others = [sum(granted(few, plan).values()) for plan in plans[1:]]
        assert others[1] >= others[0] - 1
        changed += others[0] != others[1] or (plans[1] != plans[2]).any()
        alike = [
            sum(granted(more, plan).values())
            for plan in all_plans(plain)
            if squared_lags(plain, plan) == solved[0].objective
            and plan.sum(axis=0).tolist() == plans[0].sum(axis=0).tolist()
            and plan[1::2].sum(axis=0).tolist() == plans[0][1::2].sum(axis=0).tolist()
        ]
        assert sum(granted(more, plans[2]).values()) == max(alike)
    assert changed
