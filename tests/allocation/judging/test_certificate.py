"""The checker of prices: what it proves holds for every plan, whatever the prices are."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
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
    return replace(
        problem,
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


def recount(problem: eh.AllocationProblem, proof: dict[str, Any]) -> int:
    """Return the bound by its definition, candidate by candidate in plain integers, every amount tried."""
    prices, ticks = proof["prices"], proof["ticks"]
    rows = range(len(problem))
    item, taker, day = problem.item.tolist(), problem.recipient.tolist(), problem.day.tolist()
    place = {index: int(price) for index, price in zip(prices["place"], prices["place_price"], strict=True)}
    pinned = [row for row in rows if problem.pinned[row]]
    gone = {item[row] for row in pinned}
    free = [row for row in rows if item[row] not in gone and not problem.forbidden[row]]
    total = 0
    for code, price in enumerate(prices["day"]):
        room = int(problem.slots[code]) - sum(day[row] == code for row in pinned)
        total += int(price) * min(max(room, 0), len(problem.items))
    days = len(problem.days)
    for index, price in place.items():
        room = int(problem.recipient_day_limit[index // days][index % days])
        room -= sum(taker[row] * days + day[row] == index for row in pinned)
        total += price * min(max(room, 0), len(problem.items))
    pays = [int(prices["day"][day[row]]) + place.get(taker[row] * days + day[row], 0) for row in rows]
    value = sum(int(problem.worth[row]) for row in pinned)
    for group in problem.all_groups:
        for code in range(len(group.labels)):
            value -= group_cost(group, code, weighed(group, code, pinned))
    for source, counted, index, price in zip(
        prices["source"], prices["counted"], prices["group"], prices["group_price"], strict=True
    ):
        limit = problem.recipient_limit
        ones, none = np.ones_like(problem.item), np.zeros((len(limit), 0), dtype=np.int64)
        group = (
            GroupSet("", problem.recipients, problem.recipient, ones, none, none, limit)
            if source == -1
            else problem.all_groups[source]
        )
        amounts = [int(amount > 0) if counted else int(amount) for amount in group.weight]
        for code, charge in zip(np.asarray(index).tolist(), np.asarray(price).tolist(), strict=True):
            start = weighed(group, code, pinned)
            members = [row for row in free if group.of[row] == code and amounts[row]]
            total += (
                most_gained(group, code, start, Fraction(charge, ticks), members, counted=bool(counted))
                * ticks
            )
            for row in rows:
                pays[row] += charge * amounts[row] * (group.of[row] == code)
    for code in range(len(problem.items)):
        nets = [int(problem.worth[row]) * ticks - pays[row] for row in free if item[row] == code]
        total += max(0, *nets, 0)
    return value + int(total // ticks)


def most_gained(
    group: GroupSet, code: int, start: int, charge: Fraction, members: list[int], *, counted: bool
) -> Fraction:
    """Return the most that a price for each unit, or member, is above what it costs, in units."""
    weights = [int(group.weight[row]) for row in members]
    step = min(weights, default=1) if counted else 1
    return max(
        charge * many + group_cost(group, code, start) - group_cost(group, code, start + many * step)
        for many in range((len(weights) if counted else sum(weights)) + 1)
        if not many or start + many * step <= group.limit[code]
    )


def weighed(group: GroupSet, code: int, rows: list[int]) -> int:
    """Return what candidates weigh together in one group."""
    return sum(int(group.weight[row]) for row in rows if group.of[row] == code)


def group_cost(group: GroupSet, code: int, total: int) -> int:
    """Return what a total costs."""
    pairs = zip(group.allowance[code].tolist(), group.slope[code].tolist(), strict=True)
    return sum(slope * max(0, total - allowance) for allowance, slope in pairs)


def test_bounds_are_those_of_a_recount() -> None:
    """Whatever the prices, the bound is the unit that a slow recount by the definition comes to."""
    for seed in range(60):
        rng = np.random.default_rng(seed)
        problem = world(seed)
        pinned = problem.pinned | (rng.random(len(problem)) < 0.15)
        problem = replace(
            problem,
            pinned=pinned,
            forbidden=problem.forbidden & ~pinned,
            slots=rng.integers(0, 7, len(problem.days)),
            recipient_day_limit=rng.integers(0, 7, problem.recipient_day_limit.shape),
        )
        proof = random_prices(problem, rng, ticks=int(rng.choice([1, 3, 64])))
        assert recheck(problem, np.zeros(0, dtype=np.int64), proof).bound == recount(problem, proof), seed
    empty = eh.AllocationProblem.from_rows([])
    told = recheck(empty, np.zeros(0, dtype=np.int64), random_prices(empty, rng, 4))
    assert (told.bound, told.damage) == (0, ())


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
    problem = replace(world(seed), groups=())
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
