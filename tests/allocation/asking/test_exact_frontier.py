"""The exact frontier is that of all plans: every point proven, none missing, none beaten by a sweep."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.made_up_weeks import arrays
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.small_worlds import random_problem
from evenhand.allocation import AllocationProblem, no_penalty
from evenhand.allocation.asking.exact_frontier import BOUNDED, exact_frontier
from evenhand.allocation.asking.frontier import frontier
from evenhand.allocation.judging.judge import judge
from evenhand.core.errors import InfeasibleError, InputError
from evenhand.core.progress import Progress


def every_plan(problem: AllocationProblem, against: str) -> list[tuple[int, int]]:
    """(value, score) of all plans that no plan beats, by trying every plan, the most score first."""
    found: dict[int, int] = {}
    usable = [at for at in range(len(problem)) if problem.score[at] >= 0 or problem.pinned[at]]
    for chosen in range(2 ** len(usable)):
        awards = np.array([at for place, at in enumerate(usable) if chosen >> place & 1], dtype=np.int64)
        verdict = judge(problem, awards)
        if verdict.faults:
            continue
        counts = np.bincount(problem.recipient[awards], minlength=1)
        value = int(counts.max()) if against == "most" else int((counts > 0).sum())
        found[value] = max(found.get(value, -(10**9)), verdict.objective)
    kept: list[tuple[int, int]] = []
    for value, score in sorted(found.items(), reverse=against == "receivers"):
        if not kept or score > kept[-1][1]:
            kept.append((value, score))
    return kept[::-1]


@pytest.mark.parametrize("against", BOUNDED)
@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10**6))
def test_it_is_the_frontier_of_all_plans(against: str, seed: int) -> None:
    """On small worlds with every rule the points are those that brute force finds, each proven."""
    problem = random_problem(seed, most=8)
    free = replace(problem, penalty=no_penalty(), owed_bonus=np.zeros_like(problem.owed_bonus))
    try:
        found = exact_frontier(problem, against)
    except InfeasibleError:
        assert not every_plan(free, against)
        return
    points = [(point.value, round(point.score * problem.scale)) for point in found.points if point.value]
    expected = [(value, score) for value, score in every_plan(free, against) if value]
    assert points == expected
    assert found.proven


@pytest.mark.parametrize("against", BOUNDED)
def test_no_plan_of_a_sweep_beats_it(against: str) -> None:
    """For every plan of a sweep there is a point as good in the measure with at least its score."""
    week = arrays(1, size=0.2)
    exact, swept = exact_frontier(week, against), frontier(week)
    assert exact.proven
    for plan in swept.points:
        value = plan.values[against]
        within = [
            point.score
            for point in exact.points
            if (point.value <= value if against == "most" else point.value >= value)
        ]
        assert max(within) >= plan.score
    # And somewhere a sweep of λ misses points: that is what the exact one is for.
    assert len(exact.points) >= len(swept.of(against))


def test_a_stopped_one_says_that_points_may_be_missing() -> None:
    """After an interruption the points so far are there, and that some may be missing is said."""
    progress = Progress()
    progress.interrupted = True
    found = exact_frontier(arrays(1, size=0.1), progress=progress)
    assert not found.whole
    assert "some may be missing" in found.headline


def test_only_counts_have_one() -> None:
    """Another measure is refused by name."""
    with pytest.raises(InputError, match="most, receivers"):
        exact_frontier(arrays(1, size=0.05), "gini")
