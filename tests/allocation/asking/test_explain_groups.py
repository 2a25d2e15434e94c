"""Budgets and caps: what is used, what it costs, and what more would bring, solved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.made_up_weeks import arrays

from allocation.small_worlds import medium_problem
from evenhand.allocation import NO_LIMIT, AllocationProblem, GroupSet, no_penalty
from evenhand.allocation.asking.explain import binding, explain, group_names, subjects
from evenhand.allocation.asking.what_if import what_if
from evenhand.core.errors import InfeasibleError
from evenhand.core.progress import Progress
from evenhand.solver import solve


def budgeted(left: int, *, hard: bool = False, unit: str = "dollars") -> AllocationProblem:
    """Three cars of 100 points for one taker; each costs 40 of what is left, soft at 1 point each."""
    rows = [{"item": f"c{at}", "recipient": "x", "score": 100 - at} for at in range(3)]
    problem = AllocationProblem.from_rows(rows, penalty=no_penalty())
    budget = GroupSet(
        name="budget",
        labels=("Q1",),
        of=np.zeros(3, dtype=np.int64),
        weight=np.full(3, 40),
        allowance=np.array([[left]]),
        slope=np.array([[0 if hard else 3]]),
        limit=np.array([left if hard else NO_LIMIT]),
        unit=unit,
    )
    return replace(problem, groups=(budget,))


def test_a_hard_budget_says_what_more_would_bring() -> None:
    """Of 100, two cars take 80; 20 more make room for the third, which is worth 98."""
    plan = solve(budgeted(100, hard=True))
    found = explain(plan.problem, plan.awards, plan.proof, "Q1")
    assert found.headline == "budget Q1: $80 used, $100 at most."
    assert found.values("more") == {"Q1": 98}
    assert "With $20 more the best plan has 98 points more" in str(found)
    (one,) = binding(plan)
    assert (one.used, one.free, one.more, one.brings, one.exact) == (80, 100, 20, 98, True)


def test_a_soft_budget_says_what_is_beyond() -> None:
    """At 70 the second car is 10 beyond and pays 30; 50 more save that and bring the third."""
    plan = solve(budgeted(70))
    found = explain(plan.problem, plan.awards, plan.proof, "Q1")
    assert found.values("costs") == {"Q1": 30}
    assert found.values("more") == {"Q1": 30 + 98}
    assert len([fact for fact in found.facts if fact.name == "counts"]) == 2


def test_cents_are_told_as_dollars() -> None:
    """Money kept in cents is told, and asked for, in dollars."""
    plan = solve(budgeted(100, hard=True, unit="cents"))
    (one,) = binding(plan)
    assert (one.used, one.more, one.unit) == (0.8, 0.2, "dollars")
    assert one.brings == 98


def test_room_is_said_to_be_room() -> None:
    """A budget that holds everything brings nothing more, and binds nobody."""
    plan = solve(budgeted(1000))
    assert explain(plan.problem, plan.awards, plan.proof, "Q1").values("more") == {"Q1": 0}
    assert binding(plan) == []
    assert binding(solve(budgeted(100, hard=True)), progress=Progress(interrupted=True)) == []


def test_a_label_that_is_not_alone_needs_its_rule() -> None:
    """A group called like a recipient, or like a group of another rule, goes by rule and label."""
    problem = budgeted(100)
    twin = GroupSet(
        name="cap",
        labels=("Q1",),
        of=np.zeros(3, dtype=np.int64),
        weight=np.ones(3, dtype=np.int64),
        allowance=np.array([[1]]),
        slope=np.array([[5]]),
        limit=np.array([NO_LIMIT]),
        unit="loans",
    )
    both = replace(problem, groups=(*problem.groups, twin))
    assert list(group_names(both)) == ["budget: Q1", "cap: Q1"]
    plan = solve(both)
    found = explain(both, plan.awards, plan.proof, "cap: Q1")
    assert found.headline == "cap Q1: 3 loans used, 1 loans free."
    assert found.values("more") == {"cap: Q1": 10}
    assert {"budget: Q1", "cap: Q1"} <= set(subjects(both, plan.awards))


@pytest.mark.parametrize("seed", range(10))
def test_what_binds_brings_what_solving_says(seed: int) -> None:
    """On medium problems each figure is what asking for as much more gives, and never below 0."""
    try:
        plan = solve(medium_problem(seed))
    except InfeasibleError:
        return
    for one in binding(plan, most=3):
        asked = what_if(plan, budgets={f"{one.rule}: {one.label}": one.more})
        assert asked.change == one.brings
        assert one.brings is not None
        assert one.brings >= 0 or not one.exact


def test_a_weeks_budgets_are_told() -> None:
    """At Los Angeles size with tight money some budgets bind, and each is told by its label."""
    plan = solve(arrays(3, tight=True))
    found = binding(plan, most=3)
    assert found
    name = next(name for name in group_names(plan.problem) if name.endswith(found[0].label))
    assert explain(plan.problem, plan.awards, plan.proof, name).values("more")
