"""Every plan goes over one desk: it is checked and shown alike wherever it comes from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.allocation.asking.amend import amended
from evenhand.allocation.asking.frontier import frontier
from evenhand.allocation.asking.what_if import what_if
from evenhand.core import desk
from evenhand.core.errors import InputError, JudgeError
from evenhand.core.job import Answer, Method
from evenhand.core.solution import Solution, Status
from evenhand.jobs import job_of


def cents() -> Solution:
    """Return a plan of two items whose scores have cents, at 14.75 points."""
    rows = [
        {"item": "drill", "recipient": "Ann", "score": 9.25},
        {"item": "drill", "recipient": "Bob", "score": 7.5},
        {"item": "saw", "recipient": "Bob", "score": 5.5},
    ]
    return eh.solve(eh.AllocationProblem.from_rows(rows))


def first_lines(solution: Solution) -> list[str]:
    """Return what a solution prints of its value."""
    return [line for line in str(solution).splitlines() if line.startswith("value")]


def test_plans_of_every_question_print_their_value_in_points() -> None:
    """What-if, amend and the frontier print the value that solve prints, where scores have cents."""
    plan = cents()
    assert first_lines(plan) == ["value 14.75 points, bound 14.75, gap 0"]
    same = amended(plan.problem, plan)
    asked = what_if(plan, without=["saw"])
    points = frontier(plan.problem)
    assert first_lines(same.solution) == first_lines(plan)
    assert asked.after is not None
    assert first_lines(asked.after) == ["value 9.25 points, bound 9.25, gap 0"]
    for point in points.points:
        assert point.solution.unit == plan.unit == (100, "points")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"bound": 100}, "beyond its own bound"),
        ({"bound": 2000}, "Claimed optimal"),
        ({"awards": np.array([0, 1])}, "broke hard rules"),
    ],
)
def test_false_claims_are_found(change: dict[str, Any], says: str) -> None:
    """A method whose bound is beaten, whose optimum is unproven or which breaks a rule hands nothing out."""
    plan = cents()
    answer = Answer(plan.awards, Status.OPTIMAL, plan.bound)
    job = job_of(plan.problem)
    liar = Method("liar", lambda *_: replace(answer, **change), "none", "none", "nothing")
    with pytest.raises(JudgeError, match=says):
        desk.solve(replace(job, methods={"liar": liar}), plan.problem, method="liar")


def small_rota() -> eh.RotaProblem:
    """Two people, six weeks."""
    people = {"name": ["Ana", "Ben"]}
    return eh.RotaProblem.from_tables(people=people, duties=eh.weekly("2026-01-05", 6))


@pytest.mark.parametrize(
    ("problem", "method", "change", "says"),
    [
        (cents().problem, "price-restrict-prove", {"prices": 7}, "prices are no object"),
        (small_rota(), "quota", {"certificate": {"parts": []}}, "certificate"),
        (small_rota(), "optimise", {"least_largest_lag": "none"}, "least_largest_lag is not a whole number"),
    ],
)
def test_a_proof_that_does_not_hold_is_handed_to_nobody(
    problem: Any, method: str, change: dict[str, Any], says: str
) -> None:
    """Prices and certificates are proven anew before the plan is handed out, whichever method states them."""
    job = job_of(problem)
    honest = job.methods[method]

    def tampered(*asked: Any) -> Answer:
        answer = honest.run(*asked)
        return replace(answer, proof={**answer.proof, **change})

    assert desk.solve(job, problem, method=method).proof
    liar = replace(job, methods={method: replace(honest, run=tampered)})
    with pytest.raises(JudgeError, match=f"proof does not hold: .*{says}"):
        desk.solve(liar, problem, method=method)


def test_prices_that_the_plan_beats_are_noticed() -> None:
    """Where what is proven anew lies below the plan's own value, one of them is false."""
    plan = cents()
    job = job_of(plan.problem)
    lied = replace(job, recheck=lambda *_: replace(job.recheck(*_), bound=(plan.objective or 0) - 1))
    with pytest.raises(JudgeError, match="proof does not hold: The value"):
        desk.solve(lied, plan.problem, method="price-restrict-prove")


def test_plans_by_hand_are_judged_too() -> None:
    """A plan made by hand is feasible without a bound, optimal where a proven bound is met, else refused."""
    plan = cents()
    job = job_of(plan.problem)
    by_hand = desk.judged(job, plan.problem, plan.awards)
    assert (by_hand.status, by_hand.bound, by_hand.method) == (Status.FEASIBLE, None, "by hand")
    assert by_hand.objective == plan.objective
    assert desk.judged(job, plan.problem, plan.awards, bound=plan.bound).status is Status.OPTIMAL
    with pytest.raises(InputError, match="break a hard rule"):
        desk.judged(job, plan.problem, np.array([0, 1]))
    with pytest.raises(JudgeError, match="beyond its own bound"):
        desk.judged(job, plan.problem, plan.awards, bound=1)
