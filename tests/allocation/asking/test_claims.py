"""Everything that is said of a plan is recounted over all plans there are; and what was once said wrongly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from allocation.claims import false_claims, of_methods
from allocation.odd_worlds import EveryPlan, best_of, odd_problem
from evenhand.allocation import NO_LIMIT, AllocationProblem, GroupSet, mode_b, no_penalty
from evenhand.allocation.asking.amend import amended
from evenhand.allocation.asking.exact_frontier import exact_frontier
from evenhand.allocation.asking.explain import explain
from evenhand.core.errors import InputError
from evenhand.core.explanation import Explanation
from evenhand.core.solution import Status
from evenhand.solver import solve


@pytest.mark.parametrize("part", range(4))
def test_no_claim_about_an_odd_problem_is_false(part: int) -> None:
    """Methods, explanations, changes, amendments, absences, frontiers and advice of 48 odd problems are true.

    ``python -m benchmarks.allocation_claims`` tries thousands.
    """
    for seed in range(12 * part, 12 * part + 12):
        assert list(false_claims(seed, odd_problem(seed))) == [], seed


def asked(problem: AllocationProblem, subject: str) -> Explanation:
    """Solve a problem and explain a subject."""
    plan = solve(problem)
    return explain(problem, plan.awards, plan.proof, subject)


def test_what_is_owed_counts_once() -> None:
    """Whoever is owed gets a bonus with the first award only, so the next award costs fairness alone."""
    problem = replace(
        AllocationProblem.from_values(
            ["car", "van", "bus"], ["Ann", "Ann", "Ann"], [900, 800, 100], penalty=mode_b()
        ),
        owed_bonus=np.array([150]),
    )
    said = asked(problem, "Ann").values("next_cost")
    assert said == {"Ann": 600}
    assert "would cost 600 points: fairness 600." in str(asked(problem, "Ann"))


def test_a_first_award_of_the_owed_is_worth_more() -> None:
    """Where nothing has been given yet, what is owed stands as points more, not as a cost."""
    problem = AllocationProblem.from_values(["car"], ["Ann"], [900], penalty=mode_b(), slots=0)
    said = str(asked(replace(problem, owed_bonus=np.array([150])), "Ann"))
    assert "Its award number 1 would be worth 150 more points: owed -150." in said


def knapsack(scores: list[int], weight: list[int], limit: int) -> AllocationProblem:
    """Return items for one recipient each under a hard budget: the last on Tuesday, the others on Monday."""
    count = len(scores)
    names, days = [f"V{k}" for k in range(count)], [*["Mon"] * (count - 1), "Tue"]
    problem = AllocationProblem.from_values(
        names, [f"P{k}" for k in range(count)], scores, days, penalty=no_penalty(), slots=1
    )
    none, one = np.zeros((1, 0), dtype=np.int64), np.zeros(count, dtype=np.int64)
    group = GroupSet("budget", ("spring",), one, np.array(weight), none, none, np.array([limit]))
    return replace(problem, groups=(group,))


def test_room_for_the_lightest_is_not_room_for_all() -> None:
    """A budget with room for a light award may bring points if it is wider; that is solved, not guessed."""
    said = asked(knapsack([60, 70, 10, 100], [1, 50, 2, 50], 60), "spring")
    assert said.values("more") == {"spring": 10}
    assert "There is room for another award. With 43 more the best plan has 10 points more" in str(said)


def test_a_free_slot_may_still_leave_one_wanting() -> None:
    """A day gives none of its one slot, and with two both awards together beat what the plan has instead."""
    problem = knapsack([60, 60, 100], [5, 5, 10], 10)
    said = asked(problem, "Mon")
    assert said.headline == "Mon gives 0 of 1 slot."
    assert [fact.sentence for fact in said.facts] == [
        "Another slot would bring 20 points, with other awards."
    ]


def test_a_pair_is_priced_on_its_best_day() -> None:
    """With five days the cheapest is told, whatever the order in which they are solved."""
    days = [f"2026-01-{day:02d}" for day in range(5, 10)]
    rows = [{"item": "car", "recipient": "Ann", "day": day, "score": 500 + k} for k, day in enumerate(days)]
    rows += [{"item": "car", "recipient": "Bo", "day": days[0], "score": 900}]
    problem = AllocationProblem.from_rows(rows)
    assert asked(problem, "car to Ann").headline.endswith("it would cost 396 points at least.")


def test_a_problem_too_large_to_solve_for_a_question_claims_no_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the size that is solved for a question, prices answer; nobody is told that rules forbid it."""
    problem = AllocationProblem.from_values(["car", "car"], ["Ann", "Bo"], [900, 700])
    monkeypatch.setattr("evenhand.allocation.asking.explain.SOLVED", 1)
    headline = asked(problem, "car to Bo").headline
    assert (
        headline == "car to Bo is not in the plan: every plan with it is at least 200 points below this one."
    )


def test_a_frontier_beyond_the_largest_bonus_is_not_called_whole() -> None:
    """A receiver more that costs 10^12 points a unit may be missing, and the frontier says so."""
    steep = np.full((1, 1), 10**12)
    problem = AllocationProblem.from_values(["a", "b"], ["Ann", "Bo"], [5, 5], penalty=no_penalty())
    none = np.zeros((1, 1), dtype=np.int64)
    group = GroupSet("cap", ("x",), np.array([-1, 0]), np.ones(2, dtype=np.int64), none, steep, [NO_LIMIT])  # type: ignore[arg-type]
    found = exact_frontier(replace(problem, groups=(group,)), "receivers")
    assert [point.value for point in found.points] == [1]
    assert not found.proven


def test_branch_and_cut_claims_nothing_beyond_its_tolerances() -> None:
    """With scores of 10^12 HiGHS calls a plan best that is 281 below; it is handed out without that claim."""
    problem = odd_problem(181)
    plan, best = solve(problem, method="mip"), best_of(problem)
    assert best is not None
    assert plan.objective is not None
    assert plan.bound is not None
    assert plan.objective <= best <= plan.bound
    assert (plan.status is Status.OPTIMAL) == (plan.objective == best == plan.bound)


@pytest.mark.parametrize("bonus", [238_000_009_188, 34_000_001_312])
def test_weights_far_above_scores_are_no_reason_to_call_a_plan_best(bonus: int) -> None:
    """A unit beyond weights of 5 * 10^10 costs less than HiGHS's tolerance: rows are in other units."""
    odd = odd_problem(7090)
    owed = np.full(len(odd.recipients), bonus, dtype=np.int64)
    problem = replace(odd, penalty=no_penalty(), owed_bonus=owed)
    assert max(int(group.weight.max()) for group in problem.groups) > 10**10
    assert list(of_methods(7090, problem, EveryPlan(problem))) == []


def test_a_frontier_over_heavy_weights_has_its_best_points() -> None:
    """Each point's score is the best of all plans with as many receivers."""
    odd = odd_problem(7090)
    plans = EveryPlan(odd)
    receivers = (plans.awards > 0).sum(axis=1)
    points = exact_frontier(odd, "receivers").points
    assert len(points) == 4
    for point in points:
        assert point.score == max(plans.score[plans.fine & (receivers >= point.value)])


def test_a_price_beside_the_largest_scores_is_refused_as_a_price() -> None:
    """A change's price that does not fit beside the scores is said to be the price, not a score."""
    problem = AllocationProblem.from_values(["a"], ["Ann"], [10**12], scale=1)
    with pytest.raises(InputError, match="too large a price"):
        amended(problem, [("a", "Ann", "")], 50)
