"""Many shared rows: knapsacks are exact, tolls prove what they claim, repairs only make better, all small."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from benchmarks.made_up_weeks import each_office
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.small_worlds import random_problem
from allocation.solving.test_offices import side_by_side
from evenhand.allocation import NO_LIMIT, AllocationProblem, GroupSet
from evenhand.allocation.judging.judge import judge
from evenhand.allocation.solving import price_restrict_prove
from evenhand.allocation.solving.model.residual import residual_of
from evenhand.allocation.solving.offices import offices, search
from evenhand.allocation.solving.offices.knapsack import knapsacks
from evenhand.allocation.solving.offices.parts import components, split
from evenhand.allocation.solving.offices.shard import Here, Offices, Shard
from evenhand.allocation.solving.offices.shared import Shared, shared_rows
from evenhand.allocation.solving.offices.tolls import find_tolls
from evenhand.cluster.manifest import cut
from evenhand.cluster.many_offices import solve_offices
from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Status


def budgets(seed: int) -> tuple[AllocationProblem, int]:
    """Three small offices that share six budgets of unequal costs, some hard and some soft; and the best."""
    draw = np.random.default_rng(seed)
    parts = [random_problem(seed * 3 + number, most=9, pins=False) for number in range(3)]
    count = sum(map(len, parts))
    of, cost = draw.integers(0, 6, count), draw.integers(1, 9, count) * 50
    hard = draw.random(6) < 0.6
    shared = GroupSet(
        "shared budget",
        tuple(f"budget {row}" for row in range(6)),
        of,
        cost,
        draw.integers(0, 400, (6, 1)),
        draw.choice([0, 1, 3], (6, 1)),
        np.where(hard, draw.integers(0, 600, 6), NO_LIMIT),
        "dollars",
    )
    problem = side_by_side(parts, (shared,))
    best = price_restrict_prove.run(problem, 0, Limits(), Progress())
    assert best.bound is not None
    return problem, best.bound


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6))
def test_no_set_of_classes_that_the_row_allows_pays_more(seed: int) -> None:
    """A knapsack's best set is the best of all sets, its own cost counted, and it fits."""
    draw = np.random.default_rng(seed)
    count = int(draw.integers(1, 9))
    weight, toll = draw.integers(1, 12, count), draw.integers(0, 40, count)
    free, length = draw.integers(0, 20), draw.integers(0, 15, (1, 2))
    cost = np.sort(draw.integers(0, 6, (1, 2)))
    shared = Shared(((0, 0),), (np.array([0, -1]),), np.array([free]), length, cost)
    (sack,) = knapsacks(shared, np.zeros(count, dtype=np.int64), weight)
    worth, inside = sack.best(toll)
    every = [list(some) for size in range(count + 1) for some in combinations(range(count), size)]
    values = [
        int(toll[some].sum()) - paid
        for some in every
        if (paid := shared.costs(np.array([int(weight[some].sum())]))) is not None
    ]
    assert worth == max(values)
    paid = shared.costs(np.array([int(weight[inside].sum())]))
    assert paid is not None
    assert worth == int(toll[inside].sum()) - paid


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**5))
def test_tolls_prove_a_bound(seed: int) -> None:
    """The bound of the tolls is never below the best plan, on small worlds with hard and soft budgets."""
    problem, best = budgets(seed)
    residual = residual_of(problem, 0)
    part = components(problem, residual.live)
    shared = shared_rows(residual, part)
    if part.max(initial=-1) < 1 or not len(shared):
        return
    made = split(residual, part, shared)
    progress = Progress()
    every = Offices(Here(Shard(made.parts, shared, progress)), progress, residual.ticks)
    tolled = find_tolls(every, shared, progress, range(len(every)))
    assert residual.units(tolled.bound) >= best


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**5), st.booleans())
def test_plans_with_many_rows_hold_and_bounds_are_valid(seed: int, few: bool) -> None:  # noqa: FBT001 - drawn
    """Whichever way prices are found, the plan passes the judge and lies between nothing and the bound."""
    problem, best = budgets(seed)
    limit = pytest.MonkeyPatch()
    # The same worlds as if six rows were few, and as if they were many, and as if the offices were too many.
    limit.setattr(search, "FEW_ROWS", 6 if few else 0)
    limit.setattr(search, "JOINED", 800 if seed % 2 else 1)
    limit.setattr(search, "GROUP", 2)
    limit.setattr(search, "REPAIRED", 1)
    try:
        answer = offices.run(problem, 0, Limits(), Progress())
    finally:
        limit.undo()
    assert answer.awards is not None
    assert answer.bound is not None
    verdict = judge(problem, answer.awards)
    assert not verdict.faults
    assert verdict.objective <= best <= answer.bound


def test_two_runs_with_many_rows_are_the_same() -> None:
    """Awards and bound are the same in a second run, with the steps of the repair drawn by name alone."""
    problem, _ = budgets(11)
    first, second = (offices.run(problem, 3, Limits(), Progress()) for _ in range(2))
    assert first.bound == second.bound
    assert first.awards is not None
    assert second.awards is not None
    assert first.awards.tolist() == second.awards.tolist()


def test_tight_budgets_are_proven(tmp_path: Path) -> None:
    """Five offices, 23 budgets of four loans each: slopes alone leave 5 %, knapsacks and repairs nothing."""
    offered = each_office(1, 5, int(80_000 / 3 * 0.1**0.5 * 5 / 23 * 0.4), size=0.1, rows=23)
    cut(offered, tmp_path, shared=["shared budget"])
    plan = solve_offices(tmp_path)
    assert plan.status is Status.OPTIMAL
    assert plan.objective == plan.bound == 78_116
