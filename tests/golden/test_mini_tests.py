"""The rule book's mini-tests F1 to F5, each by its name, on random small weeks against brute force."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
from benchmarks.made_up_weeks import BUNDLED_SEED, arrays
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.small_worlds import brute_force, random_problem
from evenhand.allocation import AllocationProblem, Penalty, mode_a, mode_b
from evenhand.allocation.judging.judge import judge
from evenhand.core.solution import Solution, Status
from evenhand.solver import solve

fast = settings(deadline=None, max_examples=40)


def counts(solution: Solution) -> list[int]:
    """Return the awards of those who receive any, most first."""
    problem = solution.problem
    return sorted(Counter(problem.recipient[solution.awards].tolist()).values(), reverse=True)


@fast
@given(st.integers(1, 9), st.integers(1, 6), st.sampled_from([mode_a(), mode_b()]))
def test_f1_equal_scores_spread(items: int, recipients: int, penalty: Penalty) -> None:
    """F1: where all scores are equal nobody gets a second before everybody has one."""
    rows = [
        {"item": f"i{item}", "recipient": f"r{who}", "score": 700}
        for item in range(items)
        for who in range(recipients)
    ]
    plan = solve(AllocationProblem.from_rows(rows, penalty=penalty))
    assert len(counts(plan)) == min(items, recipients)


@fast
@given(st.integers(1, 6))
def test_f2_scarce_recipients_concentrate_and_pay(items: int) -> None:
    """F2: one recipient alone gets all that scores more than its penalty, which is paid to the point."""
    rows = [{"item": f"i{item}", "recipient": "only", "score": 700} for item in range(items)]
    plan = solve(AllocationProblem.from_rows(rows, penalty=mode_b()))
    assert counts(plan) == [items]
    assert plan.objective == 700 * items - mode_b().total(items)


def test_f3_modes_differ_as_their_formulas_say() -> None:
    """F3: for 1, 2, 3, 4 awards mode A costs 0, 200, 400, 600 and mode B 0, 200, 800, 1400."""
    for penalty, costs in ((mode_a(), [0, 200, 400, 600]), (mode_b(), [0, 200, 800, 1400])):
        for count, cost in zip((1, 2, 3, 4), costs, strict=True):
            rows = [{"item": f"i{item}", "recipient": "one", "score": 1000} for item in range(count)]
            problem = AllocationProblem.from_rows(rows, penalty=penalty)
            assert judge(problem, np.arange(count)).objective == 1000 * count - cost


@fast
@given(st.integers(0, 10**6), st.integers(0, 50))
def test_f4_the_same_seed_gives_the_same_distribution(world: int, seed: int) -> None:
    """F4: solved twice with one seed, the awards are the same bytes."""
    problem = random_problem(world, pins=False)
    first, again = solve(problem, seed=seed), solve(random_problem(world, pins=False), seed=seed)
    assert first.awards.tobytes() == again.awards.tobytes()


@fast
@given(st.integers(0, 10**6))
def test_f5_a_calendar_under_stress_stays_feasible(seed: int) -> None:
    """F5: blackouts, few slots, few recipients: there is a plan, it breaks no rule, and none is better."""
    problem = random_problem(seed, pins=False)
    draw = np.random.default_rng(seed)
    problem = replace(problem, slots=problem.slots * draw.integers(0, 2, len(problem.slots)))
    plan = solve(problem)
    assert plan.status is Status.OPTIMAL
    assert judge(problem, plan.awards).faults == ()
    assert plan.objective == brute_force(problem)[0]


def test_f5_a_week_without_any_slot_is_an_empty_plan() -> None:
    """F5: with every day blacked out the plan is empty and proven, not an error."""
    week = arrays(BUNDLED_SEED, size=0.1)
    plan = solve(replace(week, slots=np.zeros_like(week.slots)))
    assert (len(plan.awards), plan.status) == (0, Status.OPTIMAL)
