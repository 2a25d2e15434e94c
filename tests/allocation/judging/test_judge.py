"""The judge of allocations: values, faults, statement, nearest outcome, headline."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from allocation.small_worlds import brute_force, random_problem
from evenhand.allocation import NO_LIMIT, AllocationProblem, GroupSet, Penalty, mode_b, no_penalty
from evenhand.allocation.judging.judge import columns, judge, most_receivable, nearest, objective
from evenhand.core.errors import InfeasibleError, JudgeError
from evenhand.core.shares import TICKS
from evenhand.solver import solve

Ints = NDArray[np.int64]


def world() -> AllocationProblem:
    """Return two items, two recipients, two days: everything possible, one slot a day, a cap and a limit."""
    item, rest = np.divmod(np.arange(8), 4)
    recipient, day = np.divmod(rest, 2)
    return AllocationProblem(
        items=("car", "van"),
        recipients=("Ann", "Bob"),
        days=("Mon", "Tue"),
        item=item,
        recipient=recipient,
        day=day,
        score=np.array([1000, 900, 800, 700, 600, 500, 400, 305]),
        slots=np.array([1, 2]),
        recipient_day_limit=np.array([[1, 1], [1, NO_LIMIT]]),
        recipient_limit=np.array([1, NO_LIMIT]),
        groups=(
            GroupSet(
                "budget",
                ("all",),
                np.array([0, 0, 0, 0, 0, 0, 0, -1]),
                np.full(8, 3),
                np.array([[4]]),
                np.array([[10]]),
                np.array([5]),
                "dollars",
            ),
        ),
        pinned=np.array([False] * 7 + [True]),
        forbidden=np.array([False] * 6 + [True, False]),
        scale=10,
        penalty=mode_b(),
        weight=np.array([2, 1]),
    )


def test_a_good_plan_is_valued_exactly() -> None:
    """Scores less fairness and budget are the objective, and nothing is at fault."""
    verdict = judge(world(), np.array([0, 7]))
    assert verdict.faults == ()
    assert {term.name: term.value for term in verdict.terms} == {
        "score": 1305,
        "fairness": 0,
        "fairness step": 0,
        "budget": 0,
    }
    assert verdict.objective == 1305
    assert (
        verdict.headline == "\N{LARGE GREEN CIRCLE} Excellent · Fairness: λ=200+400 • 2P • Max=1 • Gini=0.00"
    )


def test_every_fault_is_named() -> None:
    """A plan that breaks all rules is told of each of them, with names and figures."""
    verdict = judge(world(), np.array([0, 0, 1, 4, 5, 6, 99]))
    said = "\n".join(verdict.faults)
    for fault in (
        "Candidate 99 does not exist.",
        "car to Ann on Mon is awarded 2 times.",
        "van to Bob on Mon is forbidden.",
        "van to Bob on Tue is pinned, but is not awarded.",
        "van goes to 3 recipients or days.",
        "Mon has 3 awards and 1 slot.",
        "Ann gets 4, but may take 1.",
        "Ann gets 2 on Mon, but may take 1.",
        "budget all: 15 dollars is above the limit 5.",
    ):
        assert fault in said, fault


def test_costs_are_stated_by_rule() -> None:
    """Two awards of one recipient cost lambda, and a budget overrun its slope."""
    verdict = judge(world(), np.array([2, 5]))
    assert [(term.name, term.value) for term in verdict.terms] == [
        ("score", 1300),
        ("fairness", 0),
        ("fairness step", 0),
        ("budget", -20),
    ]
    assert judge(world(), np.array([2, 7])).terms[1].value == -2000
    assert judge(world(), np.array([2, 7])).terms[1].sentence == "1 award beyond 1 each, at 200 points."
    assert "1 group is beyond" in judge(world(), np.array([2, 5])).terms[3].sentence


def test_columns_read_by_day_then_recipient() -> None:
    """The table names day, recipient, item and points; whole points are whole numbers."""
    table = columns(world(), np.array([0, 7]))
    assert table == {
        "day": ["Mon", "Tue"],
        "recipient": ["Ann", "Bob"],
        "item": ["car", "van"],
        "score": [100, 30.5],
    }
    one_day = AllocationProblem.from_values(["car"], ["Ann"], [5])
    assert columns(one_day, np.array([0])) == {"recipient": ["Ann"], "item": ["car"], "score": [5]}


def test_what_people_call_them_stands_beside() -> None:
    """Names that the problem knows come as columns of their own."""
    table = columns(replace(world(), called={"Ann": "Ann's Garage"}), np.array([0, 7]))
    assert table["recipient name"] == ["Ann's Garage", ""]
    assert "item name" not in table


def test_what_is_due_follows_weight_among_the_eligible() -> None:
    """Two units are due 2 : 1 by weight; who has no candidate is due nothing."""
    problem = replace(
        world(),
        recipients=("Ann", "Bob", "Cas"),
        recipient_limit=np.array([1, 9, 9]),
        recipient_day_limit=np.full((3, 2), 9),
        weight=np.array([2, 1, 5]),
        head_start=np.zeros(0, dtype=np.int64),
        owed_bonus=np.zeros(0, dtype=np.int64),
    )
    lines = judge(problem, np.array([0, 7])).statement
    assert lines.entitlement.tolist() == [2 * TICKS * 2 // 3, 2 * TICKS // 3, 0]
    assert lines.received.tolist() == [1, 1, 0]


def test_without_any_weight_all_eligible_count_the_same() -> None:
    """Weights of 0 everywhere mean equal shares."""
    lines = judge(replace(world(), weight=np.zeros(2, dtype=np.int64)), np.array([0, 7])).statement
    assert lines.entitlement.tolist() == [TICKS, TICKS]


def test_the_empty_plan_is_worth_nothing() -> None:
    """Nothing given is worth 0, due to nobody, and even."""
    verdict = judge(replace(world(), pinned=np.zeros(8, dtype=bool)), np.zeros(0, dtype=np.int64))
    assert (verdict.objective, verdict.faults) == (0, ())
    assert verdict.headline == "Nothing is given out · Fairness: λ=200+400 • 0P • Max=0 • Gini=0.00"
    assert not verdict.statement.entitlement.any()


def test_nearest_heeds_what_a_recipient_can_take() -> None:
    """Ann is due more, but may take one; the rest goes to Bob."""
    assert most_receivable(world()).tolist() == [1, 2]
    assert nearest(world(), np.array([0, 7])).tolist() == [1, 1]
    heavy = replace(world(), weight=np.array([1, 0]))
    assert nearest(heavy, np.array([0, 7])).tolist() == [1, 1]


@settings(deadline=None, max_examples=80)
@given(st.integers(0, 10**6))
def test_the_judge_and_brute_force_value_plans_alike(seed: int) -> None:
    """The best of all faultless plans by the judge is brute force's best."""
    problem = random_problem(seed, most=6)
    best = None
    for code in range(2 ** len(problem)):
        plan = np.flatnonzero([code >> at & 1 for at in range(len(problem))])
        verdict = judge(problem, plan)
        assert verdict.objective == sum(term.value for term in verdict.terms) == objective(problem, plan)
        if not verdict.faults:
            best = verdict.objective if best is None else max(best, verdict.objective)
    assert best == brute_force(problem)[0]


@settings(deadline=None, max_examples=80)
@given(st.integers(0, 10**6))
def test_nearest_gives_out_as_many_and_nobody_too_many(seed: int) -> None:
    """The nearest outcome gives out as many units as the plan, nobody above what can be received."""
    problem = random_problem(seed, pins=False)
    plan = np.flatnonzero(np.append(True, np.diff(problem.item) > 0) & ~problem.forbidden)
    plan = np.array([at for at in plan if not judge(problem, np.array([at])).faults], dtype=np.int64)[:1]
    units = nearest(problem, plan)
    assert units.sum() == len(plan)
    assert (units <= most_receivable(problem)).all()


@pytest.mark.parametrize("penalty", [no_penalty(), mode_b()])
def test_terms_name_every_group_set(penalty: Penalty) -> None:
    """Each group set has its line; without a penalty there is no fairness line."""
    names = [term.name for term in judge(replace(world(), penalty=penalty), np.array([7])).terms]
    assert names == (
        ["score", "fairness", "fairness step", "budget"] if penalty == mode_b() else ["score", "budget"]
    )


def _free_limits(problem: AllocationProblem, pinned: Ints) -> tuple[Ints, Ints]:
    del pinned
    return np.full_like(problem.recipient_day_limit, NO_LIMIT), np.full_like(
        problem.recipient_limit, NO_LIMIT
    )


@pytest.mark.parametrize(
    ("where", "fault"),
    [
        ("evenhand.allocation.solving.model.residual._left", _free_limits),
        ("evenhand.allocation.solving.model.residual.tariffs_of", lambda *_: []),
        ("evenhand.allocation.solving.model.residual.pins_worth", lambda _problem: 0),
        ("evenhand.allocation.solving.price_restrict_prove.conflict", lambda _problem: ()),
        (
            "evenhand.allocation.problem.allocation_problem.AllocationProblem.all_groups",
            property(lambda problem: problem.groups),
        ),
    ],
)
def test_a_fault_of_the_methods_side_is_not_the_judges_too(
    monkeypatch: pytest.MonkeyPatch, where: str, fault: object
) -> None:
    """A method that forgets limits, groups, pins or the penalty is caught: the judge codes them itself."""
    problems = [random_problem(seed, 14) for seed in range(120)]
    monkeypatch.setattr(where, fault)
    caught = 0
    for problem in problems:
        try:
            solve(problem)
        except JudgeError:
            caught += 1
        except (InfeasibleError, AssertionError, ValueError, IndexError):
            continue
    assert caught


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 10**6))
def test_what_can_be_received_is_counted_one_by_one(seed: int) -> None:
    """For each recipient: the days' limits, its different items and its own limit, whichever is least."""
    problem = random_problem(seed, 14)
    expected = []
    for recipient in range(len(problem.recipients)):
        mine = [
            row
            for row in range(len(problem))
            if problem.recipient[row] == recipient and not problem.forbidden[row]
        ]
        by_day = 0
        for day in range(len(problem.days)):
            there = sum(1 for row in mine if problem.day[row] == day)
            by_day += min(there, int(problem.recipient_day_limit[recipient, day]), int(problem.slots[day]))
        items = len({int(problem.item[row]) for row in mine})
        expected.append(min(by_day, items, int(problem.recipient_limit[recipient])))
    assert most_receivable(problem).tolist() == expected
