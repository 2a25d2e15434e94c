"""The checker of prices: what it proves holds for every plan, whatever the prices are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evenhand as eh
from evenhand.allocation.judging.certificate import recheck
from evenhand.allocation.problem import NO_LIMIT, GroupSet


def world(seed: int) -> eh.AllocationProblem:
    """Return a small problem with pins, forbidden pairs, limits, a budget by weight and a convex group."""
    rng = np.random.default_rng(seed)
    rows = [
        {
            "item": f"i{item}",
            "recipient": f"r{taker}",
            "day": f"d{(item + taker) % 2}",
            "score": int(rng.integers(1, 60)),
        }
        for item in range(5)
        for taker in range(4)
        if rng.random() < 0.8
    ]
    problem = eh.AllocationProblem.from_rows(rows, penalty=eh.own_steps([(2, 7), (3, 11)]))
    count = len(problem)
    groups = (
        GroupSet(
            "budget", ("east", "west"), rng.integers(-1, 2, count), rng.integers(0, 9, count),
            np.array([[8], [6]]), np.array([[2], [3]]), np.array([20, NO_LIMIT]), "dollars",
        ),
        GroupSet(
            "cap", ("one",), rng.integers(-1, 1, count), np.full(count, 2),
            np.array([[2, 5]]), np.array([[4, 9]]), np.array([9]), "loans",
        ),
    )  # fmt: skip
    pinned = np.zeros(count, dtype=bool)
    pinned[int(rng.integers(count))] = rng.random() < 0.5
    return problem.with_(
        groups=groups,
        pinned=pinned,
        forbidden=~pinned & (rng.random(count) < 0.1),
        slots=np.full(len(problem.days), 2),
        recipient_limit=np.where(rng.random(len(problem.recipients)) < 0.3, 1, NO_LIMIT),
    )


def random_prices(problem: eh.AllocationProblem, rng: np.random.Generator, ticks: int) -> dict[str, Any]:
    """Return a proof with prices of nothing in particular."""
    size = len(problem.recipients) * len(problem.days)
    sources = [-1, *range(len(problem.all_groups))]
    sizes = [len(problem.recipients), *(len(group.labels) for group in problem.all_groups)]
    prices = [rng.integers(0, 30 * ticks, count) * rng.integers(0, 2, count) for count in sizes]
    return {
        "ticks": ticks,
        "prices": {
            "day": rng.integers(0, 30 * ticks, len(problem.days)),
            "place": np.arange(size),
            "place_price": rng.integers(0, 5 * ticks, size),
            "source": sources,
            "counted": rng.integers(0, 2, len(sources)).tolist(),
            "group": [np.arange(len(price)) for price in prices],
            "group_price": prices,
            "cuts": [[] for _ in sources],
        },
    }


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.sampled_from([1, 4, 1024]))
def test_any_prices_prove_a_bound_that_holds(seed: int, ticks: int) -> None:
    """No plan is worth more than what prices prove, were they drawn at random."""
    problem = world(seed)
    try:
        best = eh.solve(problem, method="mip")
    except eh.InfeasibleError:
        return
    said = recheck(problem, best.awards, random_prices(problem, np.random.default_rng(seed), ticks))
    assert said.damage == ()
    assert best.objective is not None
    assert said.bound is not None
    assert said.bound >= best.objective


@pytest.mark.parametrize("seed", range(8))
def test_the_methods_prices_prove_its_own_bound(seed: int) -> None:
    """Checked anew, the default method's prices prove what it says of its linear program, to a unit."""
    problem = world(seed).with_(groups=())
    try:
        plan = eh.solve(problem)
    except eh.InfeasibleError:
        return
    if "prices" in plan.proof:
        said = recheck(problem, plan.awards, plan.proof)
        base = said.bound
        assert base is not None
        assert plan.objective is not None
        assert plan.objective <= base <= plan.objective + 60


def test_prices_below_zero_are_damage() -> None:
    """A price below 0 would prove too much: it is refused, and so is what stands nowhere or does not fit."""
    problem = world(1)
    for part, value in (
        ("day", np.full(len(problem.days), -1)),
        ("place", np.array([10**6])),
        ("source", [7]),
        ("group_price", []),
        ("cuts", [[[0, 1, 1, 1, 1, 0]]]),
    ):
        proof = random_prices(problem, np.random.default_rng(1), 4)
        proof["prices"][part] = value
        said = recheck(problem, np.zeros(0, dtype=np.int64), proof)
        assert said.bound is None
        assert said.damage
