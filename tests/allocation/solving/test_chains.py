"""Chains of swaps between shared rows: plans only get better, keep every rule, and go where no swap leads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.solving.test_many_shared_rows import budgets
from evenhand.allocation import NO_LIMIT, AllocationProblem, GroupSet
from evenhand.allocation.problem.penalties import no_penalty
from evenhand.allocation.solving.greedy import first_plan
from evenhand.allocation.solving.model.residual import Residual, residual_of
from evenhand.allocation.solving.offices.chains import chained
from evenhand.allocation.solving.offices.pieces import SHARED
from evenhand.core.progress import Progress


def with_shared(problem: AllocationProblem) -> Residual:
    """Return the residual of a problem, its last set's tariffs marked as shared rows."""
    residual = residual_of(problem, 0)
    last = len(problem.all_groups) - 1
    tariffs = tuple(
        replace(tariff, source=SHARED - place) if tariff.source == last else tariff
        for place, tariff in enumerate(residual.tariffs)
    )
    return replace(residual, tariffs=tariffs)


def improved(residual: Residual, plan: np.ndarray) -> np.ndarray:
    """Return a plan after chains, at no prices."""
    nothing = np.zeros(len(residual), dtype=np.int64)
    prices = [np.zeros_like(tariff.free) for tariff in residual.tariffs if tariff.source <= SHARED]
    return chained(residual, plan, nothing, prices, Progress())


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.booleans())
def test_chains_only_make_plans_better(seed: int, empty: bool) -> None:  # noqa: FBT001 - drawn
    """From no plan, or greedy's, chains lead to one that holds, is worth no less, and at most the best."""
    problem, best = budgets(seed)
    residual = with_shared(problem)
    plan = np.zeros(0, dtype=np.int64) if empty else first_plan(residual)[0]
    better = improved(residual, plan)
    assert residual.holds(better)
    assert residual.worth(plan) <= residual.worth(better)
    assert residual.units(residual.worth(better)) <= best
    assert np.array_equal(better, improved(residual, better)), "chains end where none is left"


def ring(rows: int) -> Residual:
    """Return a world in which every award must pass to the next row at once.

    Day ``k`` has one slot, a small car of row ``k`` and a large one of row ``k + 1``. A row has room for one
    large car, or for one small one; the large cars are worth a point more.
    """
    item = np.arange(2 * rows)
    days = np.repeat(np.arange(rows), 2)
    large = item % 2 == 1
    of = np.where(large, (days + 1) % rows, days)
    nothing = np.zeros((rows, 0), dtype=np.int64)
    group = GroupSet(
        "budget", tuple(f"b{row}" for row in range(rows)), of, np.where(large, 7, 5), nothing, nothing,
        np.full(rows, 7), "dollars",
    )  # fmt: skip
    return with_shared(
        AllocationProblem(
            items=tuple(f"i{code}" for code in item),
            recipients=tuple(f"r{code}" for code in item),
            days=tuple(f"d{day}" for day in range(rows)),
            item=item,
            recipient=item,
            day=days,
            score=np.where(large, 11, 10),
            slots=np.ones(rows, dtype=np.int64),
            recipient_day_limit=np.full((2 * rows, rows), NO_LIMIT),
            recipient_limit=np.full(2 * rows, NO_LIMIT),
            groups=(group,),
            pinned=np.zeros(2 * rows, dtype=np.bool_),
            forbidden=np.zeros(2 * rows, dtype=np.bool_),
            scale=1,
            penalty=no_penalty(),
            weight=np.ones(2 * rows, dtype=np.int64),
        )
    )


def test_a_ring_of_swaps_is_gone_round() -> None:
    """Four rows whose small cars can only be swapped for large ones all at once end with four large cars."""
    residual = ring(4)
    small = np.arange(0, 8, 2)
    assert residual.holds(small)
    for car in small.tolist():
        alone = np.sort(np.append(small[small != car], car + 1))
        assert not residual.holds(alone), "no swap fits by itself"
    assert improved(residual, small).tolist() == [1, 3, 5, 7]


def test_one_heavy_award_makes_way_for_two_light_ones() -> None:
    """A row that one heavy car fills takes two light ones instead, where they are worth more together."""
    nothing = np.zeros((1, 0), dtype=np.int64)
    group = GroupSet(
        "budget", ("b0",), np.zeros(3, dtype=np.int64), np.array([6, 3, 3]), nothing, nothing, np.full(1, 6),
        "dollars",
    )  # fmt: skip
    code = np.arange(3)
    residual = with_shared(
        AllocationProblem(
            items=("heavy", "light", "lighter"),
            recipients=("r0", "r1", "r2"),
            days=("d0", "d1"),
            item=code,
            recipient=code,
            day=np.array([0, 0, 1]),
            score=np.array([10, 9, 6]),
            slots=np.ones(2, dtype=np.int64),
            recipient_day_limit=np.full((3, 2), NO_LIMIT),
            recipient_limit=np.full(3, NO_LIMIT),
            groups=(group,),
            pinned=np.zeros(3, dtype=np.bool_),
            forbidden=np.zeros(3, dtype=np.bool_),
            scale=1,
            penalty=no_penalty(),
            weight=np.ones(3, dtype=np.int64),
        )
    )
    assert improved(residual, np.array([0])).tolist() == [1, 2]
