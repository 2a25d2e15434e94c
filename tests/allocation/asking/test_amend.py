"""Planning again changes as little as it must, or as little as its price says; and says what changes."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from benchmarks.made_up_weeks import arrays
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.small_worlds import random_problem
from evenhand.allocation import AllocationProblem, GroupRule, no_penalty
from evenhand.allocation.asking.amend import amended, changes, handed_out, nearest
from evenhand.allocation.asking.what_if import changed
from evenhand.allocation.judging.judge import judge, objective
from evenhand.core.errors import InfeasibleError, InputError
from evenhand.solver import solve


def two_days(scores: dict[str, int] | None = None) -> AllocationProblem:
    """Three cars, two takers, a slot on each of two days."""
    rows = [
        {"item": car, "recipient": who, "day": day, "score": score + more}
        for car, score in (scores or {"A": 500, "B": 400, "C": 300}).items()
        for who, more in (("x", 50), ("y", 0))
        for day in ("2026-01-05", "2026-01-06")
    ]
    return AllocationProblem.from_rows(rows, capacity=1)


def test_small_gains_change_nothing_and_large_ones_do() -> None:
    """C is worth 150 more than B now: under a price of 100 it replaces B, under 200 nothing changes."""
    before = solve(two_days())
    now = two_days({"A": 500, "B": 400, "C": 550})
    cheap, dear = amended(now, before, 100), amended(now, before, 200)
    assert cheap.changes.count == 1
    assert dear.changes.count == 0
    assert dear.proven
    assert (dear.free.objective or 0) - (dear.solution.objective or 0) == 150
    assert "2 of 2 published awards stay as they are." in str(dear)
    assert "for 150 points more" in str(dear)


def test_the_fewest_changes_are_those_that_must_be() -> None:
    """A car gone takes one award with it; the other stays to the day, whatever the scores."""
    before = solve(two_days())
    now, _ = changed(two_days({"A": 1, "B": 1, "C": 900}), without=["A"])
    found = amended(now, before)
    assert found.changes.count == 1
    assert found.changes.kept == 1
    assert found.changes.withdrawn[0].startswith("A is no longer given")
    assert found.changes.fresh[0].startswith("C is new")


def test_everything_that_can_differ_is_told() -> None:
    """Moved, handed over, withdrawn and new, each in its own words."""
    plan = solve(two_days())
    ((first, who, day), (second, other, later)) = sorted(handed_out(plan))
    published = [(first, who, later), (second, who if other != who else "zed", day), ("Z", "x", day)]
    found = changes(published, plan)
    assert found.kept == 0
    assert found.moved == (f"{first} to {who} moves from {later} to {day}.",)
    assert "instead of" in found.handed[0]
    assert found.withdrawn == (f"Z is no longer given to x on {day}.",)
    assert changes(plan, plan).count == 0
    assert changes([], plan).fresh[0].endswith(f"on {day}.")


def test_frozen_days_stay_as_they_were() -> None:
    """The first day keeps its award though a better one is there; the second day is free."""
    before = solve(two_days())
    now = two_days({"A": 500, "B": 400, "C": 5000})
    found = amended(now, before, 0, frozen="2026-01-05")
    problem = found.solution.problem
    monday = {award for award in handed_out(found.solution) if award[2] == "2026-01-05"}
    assert monday == {award for award in handed_out(before) if award[2] == "2026-01-05"}
    assert not judge(problem, found.solution.awards).faults


def test_what_cannot_be_is_refused_at_once() -> None:
    """A price below 0, an unknown day; a frozen award that is not a candidate any more."""
    before = solve(two_days())
    with pytest.raises(InputError) as error:
        amended(two_days(), before, -1, frozen="2026-02-01")
    assert len(error.value.findings) == 2
    gone, _ = changed(two_days(), without=["A", "B"])
    with pytest.raises(InputError, match="frozen and no candidate"):
        amended(gone, before, frozen="2026-01-06")


def test_a_published_plan_may_be_a_table() -> None:
    """Rows with item, recipient and day, or without the day, do as well as the solution."""
    before = solve(two_days())
    rows = [{"item": item, "recipient": who, "day": day} for item, who, day in handed_out(before)]
    assert amended(two_days(), rows).changes.count == 0
    bare = [{"item": row["item"], "recipient": row["recipient"]} for row in rows]
    assert amended(two_days(), bare).changes.count == 0
    with pytest.raises(InputError, match="recipient"):
        handed_out([{"item": "A"}])


@pytest.mark.parametrize("seed", range(40))
def test_value_less_changes_is_best_by_brute_force(seed: int) -> None:
    """Over all plans of random problems none has more value less price x awards given up."""
    problem = random_problem(seed, most=9)
    try:
        before = solve(problem)
    except InfeasibleError:
        return
    draw = np.random.default_rng(seed)
    now = replace(problem, score=problem.score + draw.integers(-200, 300, len(problem)))
    price = int(draw.choice([0, 40, 150]))
    found = amended(now, before, price)
    published = set(before.awards.tolist())
    best = None
    for mask in range(2 ** len(now)):
        awards = np.flatnonzero([(mask >> at) & 1 for at in range(len(now))])
        if not judge(now, awards).faults:
            worth = objective(now, awards) - price * len(published - set(awards.tolist()))
            best = worth if best is None else max(best, worth)
    lost = len(published - set(found.solution.awards.tolist()))
    assert found.proven
    assert (found.solution.objective or 0) - price * lost == best


def test_a_week_is_amended_with_few_changes() -> None:
    """A slot fewer on Monday: one award goes, 74 stay, and the bound says what it costs."""
    before = solve(arrays(2))
    now, _ = changed(before.problem, slots={before.problem.days[0]: -1})
    found = amended(now, before)
    assert found.changes.count == 1
    assert found.changes.kept == len(before.awards) - 1
    assert found.proven
    assert (found.solution.gap or 0) >= 0
    assert found.free_changes.count >= 1


def test_group_costs_above_any_bonus_change_nothing() -> None:
    """Both published awards stay although a budget makes them cost far more than all scores together."""
    rows = [
        {"item": item, "recipient": who, "score": 10, "cost": cost}
        for item in ("A", "B")
        for who, cost in (("x", 1000), ("y", 0))
    ]
    dear = GroupRule("budget", ["recipient"], "cost", [(0, 5000)])
    problem = AllocationProblem.from_rows(rows, penalty=no_penalty(), groups=[dear])
    found = amended(problem, [("A", "x", ""), ("B", "x", "")])
    assert (found.changes.kept, found.proven) == (2, True)
    assert found.free_changes.count == 2


def test_scores_of_a_hundred_thousand_millions_change_nothing() -> None:
    """With scores of 10^11 both published awards stay, and that is proven."""
    rows = [
        {"item": item, "recipient": who, "score": score}
        for item in ("A", "B")
        for who, score in (("x", 1), ("y", 10**11))
    ]
    problem = AllocationProblem.from_rows(rows, penalty=no_penalty())
    found = amended(problem, [("A", "x", ""), ("B", "x", "")])
    assert (found.changes.kept, found.proven) == (2, True)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6))
def test_no_plan_keeps_more_and_none_that_keeps_as_many_is_worth_more(seed: int) -> None:
    """Against every plan of a random small problem: fewest changes first, then value; proven."""
    problem = random_problem(seed, 9, pins=False)
    draw = np.random.default_rng(seed)
    published = draw.permutation(len(problem))[:3]
    names = [
        (
            problem.items[problem.item[row]],
            problem.recipients[problem.recipient[row]],
            problem.days[problem.day[row]] if len(problem.days) > 1 else "",
        )
        for row in published.tolist()
    ]
    keep = np.zeros(len(problem), dtype=bool)
    keep[published] = True
    keep &= ~problem.forbidden
    best = max(
        (int(keep[list(plan)].sum()), objective(problem, np.array(plan, dtype=np.int64)))
        for size in range(len(problem) + 1)
        for plan in combinations(range(len(problem)), size)
        if not judge(problem, np.array(plan, dtype=np.int64)).faults
    )
    found = amended(problem, names)
    assert (int(keep[found.solution.awards].sum()), found.solution.objective) == best
    assert found.proven


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), other=st.integers(0, 10**6))
def test_nearest_keeps_most_of_any_plan_of_its_value(seed: int, other: int) -> None:
    """Beside all plans of the same value, by brute force, none keeps more of the one before."""
    problem = random_problem(seed, 8)
    try:
        best = solve(problem)
    except InfeasibleError:
        return
    chosen = np.flatnonzero(np.random.default_rng(other).random(len(problem)) < 0.4)
    before = [
        (
            problem.items[problem.item[award]],
            problem.recipients[problem.recipient[award]],
            problem.days[problem.day[award]],
        )
        for award in chosen.tolist()
    ]
    plan = nearest(best, before)
    keep = set(chosen.tolist()) - set(np.flatnonzero(problem.forbidden).tolist())
    assert (plan.objective, plan.status, plan.bound) == (best.objective, best.status, best.bound)
    kept = len(keep & set(plan.awards.tolist()))
    assert kept >= len(keep & set(best.awards.tolist()))
    for size in range(len(problem) + 1):
        for awards in combinations(range(len(problem)), size):
            if len(keep & set(awards)) > kept:
                verdict = judge(problem, np.array(awards, dtype=np.int64))
                assert verdict.faults or verdict.objective < (best.objective or 0)
