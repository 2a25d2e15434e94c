"""What if: every figure is the difference of two optima, and what cannot be asked is said at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.made_up_weeks import arrays

from allocation.small_worlds import brute_force, medium_problem, random_problem
from evenhand.allocation import NO_LIMIT, AllocationProblem, mode_a, mode_b
from evenhand.allocation.asking.counterfactual import without_each
from evenhand.allocation.asking.what_if import changed, what_if
from evenhand.core.errors import InfeasibleError, InputError
from evenhand.core.solution import Status
from evenhand.solver import solve


def two_days() -> AllocationProblem:
    """Three cars, two takers, two days with a slot each."""
    rows = [
        {"item": car, "recipient": who, "day": day, "score": score + more}
        for car, score in (("A", 500), ("B", 400), ("C", 300))
        for who, more in (("x", 50), ("y", 0))
        for day in ("2026-01-05", "2026-01-06")
    ]
    return AllocationProblem.from_rows(rows, capacity=1, penalty=mode_b())


def test_absence_and_slot_have_their_true_price() -> None:
    """Without A the plan is worth 200 less; a slot more brings the third car, less the step."""
    plan = solve(two_days())
    assert plan.objective == 950
    gone = what_if(plan, without=["A"])
    assert gone.change == -200
    assert gone.exact
    more = what_if(plan, slots={"2026-01-05": 1})
    assert more.change == 150
    assert len(more.came) == len(more.went) + 1
    assert "150 points more (both plans are proven optimal)" in str(more)


def test_a_recipient_can_be_absent_too() -> None:
    """With x away, y takes both, and pays for the second."""
    plan = solve(two_days())
    assert what_if(plan, without=["x"]).change == (500 + 400 - 200) - 950


def test_pins_forbids_and_penalties_are_solved_anew() -> None:
    """A pin of the worst car costs what it displaces; forbidding nothing chosen costs nothing."""
    plan = solve(two_days())
    assert what_if(plan, pin=[("C", "y", "2026-01-05")]).change == -100
    assert what_if(plan, forbid=[("C", "y")]).change == 0
    dearer = what_if(plan, penalty=mode_a(500))
    assert dearer.change == 0
    assert "fairness λ=500" in dearer.asked[0]


def test_a_hard_rule_that_breaks_is_named() -> None:
    """Two pins on a day with one slot: no plan, and the conflict is told."""
    plan = solve(two_days())
    asked = what_if(plan, pin=[("A", "x", "2026-01-05"), ("B", "y", "2026-01-05")])
    assert asked.after is None
    assert asked.change is None
    assert "cannot all hold" in str(asked)
    assert "2026-01-05 has 1 slot." in asked.conflict


def test_a_budget_moves_allowance_and_limit() -> None:
    """Money is given in dollars even where cents are kept, and never below nothing."""
    problem = arrays(5, size=0.05)
    label = problem.groups[-1].labels[0]
    wider, asked = changed(problem, budgets={label: 1000})
    name = next(at for at, group in enumerate(problem.groups) if label in group.labels)
    units = 1000 * (100 if problem.groups[name].unit == "cents" else 1)
    assert (wider.groups[name].allowance[0] == problem.groups[name].allowance[0] + units).all()
    assert "+1,000" in asked[0]
    less, _ = changed(problem, budgets={f"{problem.groups[name].name}: {label}": -(10**9)})
    assert (less.groups[name].allowance[0] == 0).all()


def test_everything_wrong_is_said_at_once() -> None:
    """Unknown names, impossible picks and too few slots come in one error, with near misses."""
    plan = solve(two_days())
    with pytest.raises(InputError) as error:
        what_if(
            plan,
            without=["zed"],
            slots={"2026-01-07": 1, "2026-01-05": -2},
            budgets={"LA": 5},
            pin=[("A", "x"), ("A", "q", "2026-01-05"), ("A",)],
            forbid=[("C", "y", "2026-01-09")],
        )
    said = str(error.value)
    assert len(error.value.findings) == 8
    for part in (
        "'zed'",
        "'2026-01-07'",
        "takes away more slots than there are",
        "'LA'",
        "leaves 2 candidates open",
        "'q'",
    ):
        assert part in said


def test_pinned_and_forbidden_at_once_is_refused() -> None:
    """What is asked to be there and not to be there is an error."""
    with pytest.raises(InputError, match="both pinned and forbidden"):
        changed(two_days(), pin=[("A", "x", "2026-01-05")], forbid=[("A", "x", "2026-01-05")])


@pytest.mark.parametrize("seed", range(60))
def test_absences_agree_with_brute_force(seed: int) -> None:
    """With every rule, each absence costs the difference of the two brute-force optima."""
    problem = random_problem(seed, most=9)
    try:
        plan = solve(problem, seed=seed)
    except InfeasibleError:
        return
    best, _ = brute_force(problem)
    assert plan.objective == best
    for absence in without_each(plan):
        item = problem.items.index(absence.item)
        if problem.pinned[problem.item == item].any():
            assert absence.costs is None
            continue
        left, _ = brute_force(replace(problem, forbidden=problem.forbidden | (problem.item == item)))
        assert best is not None
        assert left is not None
        assert absence.exact
        assert absence.costs == best - left


@pytest.mark.parametrize("seed", range(12))
def test_absences_agree_with_a_solve_of_their_own(seed: int) -> None:
    """On medium problems the warm figure is what solving the changed problem anew gives."""
    problem = medium_problem(seed)
    try:
        plan = solve(problem)
    except InfeasibleError:
        return
    absences = without_each(plan)
    assert len(absences) == len(plan.awards)
    for absence in absences[:: max(1, len(absences) // 4)]:
        if absence.costs is not None:
            asked = what_if(plan, without=[absence.item])
            assert asked.change == -absence.costs


def test_a_whole_week_is_asked_from_the_warm_program() -> None:
    """At Los Angeles size all 75 absences are proven, none below 0, and five are checked by solving anew."""
    plan = solve(arrays(4))
    absences = without_each(plan)
    assert len(absences) == len(plan.awards)
    assert all(one.exact and one.costs is not None and one.costs >= 0 for one in absences)
    assert sum(one.warm for one in absences) >= 0.9 * len(absences)
    for one in absences[::15]:
        assert what_if(plan, without=[one.item]).change == -(one.costs or 0)


def test_an_empty_plan_has_no_absences() -> None:
    """Nothing given out, nothing to miss; and what cannot be chosen changes nothing."""
    problem = replace(two_days(), slots=np.zeros(2, dtype=np.int64))
    plan = solve(problem)
    assert plan.status is Status.OPTIMAL
    assert without_each(plan) == []
    assert what_if(plan, without=["A"]).change == 0


def test_mode_b_is_kept_where_nothing_is_asked() -> None:
    """Asking nothing changes nothing."""
    problem = replace(two_days(), penalty=mode_b(), recipient_limit=np.full(2, NO_LIMIT))
    asked = what_if(solve(problem))
    assert (asked.change, asked.went, asked.came) == (0, (), ())
    assert "as many points" in str(asked)
