"""The problem is checked when made, and stands in canonical order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from allocation.small_worlds import random_problem
from evenhand.allocation import (
    NO_LIMIT,
    AllocationProblem,
    GroupSet,
    mode_a,
    mode_b,
    no_penalty,
    own_steps,
    strong,
)
from evenhand.core.errors import InputError


def group(name: str, labels: tuple[str, ...], *fields: Any) -> GroupSet:
    """Return a group set of plain lists."""
    of, weight, allowance, slope, limit = (np.array(one) for one in fields)
    return GroupSet(name, labels, of, weight, allowance, slope, limit)


def made(**changes: Any) -> AllocationProblem:
    """Return a small problem with some fields replaced."""
    fields: dict[str, Any] = {
        "items": ("b", "a"),
        "recipients": ("y", "x"),
        "days": ("Tue", "Mon"),
        "item": [0, 1, 0],
        "recipient": [0, 0, 1],
        "day": [0, 1, 1],
        "score": [5, 6, 7],
        "slots": [1, 2],
        "recipient_day_limit": [[1, 2], [3, 4]],
        "recipient_limit": [8, 9],
        "groups": (),
        "pinned": [True, False, False],
        "forbidden": [False, True, False],
        "scale": 1,
        "penalty": mode_b(),
        "weight": [3, 4],
    }
    return AllocationProblem(**{**fields, **changes})


def test_names_and_candidates_come_in_canonical_order() -> None:
    """Names are sorted, and everything that hangs on them moves along."""
    problem = made(groups=(group("g", ("z", "k"), [0, 1, -1], [1, 2, 3], [[1], [2]], [[3], [4]], [5, 6]),))
    assert (problem.items, problem.recipients, problem.days) == (("a", "b"), ("x", "y"), ("Mon", "Tue"))
    assert problem.item.tolist() == [0, 1, 1]
    assert problem.recipient.tolist() == [1, 0, 1]
    assert problem.day.tolist() == [0, 0, 1]
    assert problem.score.tolist() == [6, 7, 5]
    assert problem.slots.tolist() == [2, 1]
    assert problem.recipient_day_limit.tolist() == [[4, 3], [2, 1]]
    assert problem.recipient_limit.tolist() == [9, 8]
    assert problem.weight.tolist() == [4, 3]
    assert problem.pinned.tolist() == [False, False, True]
    assert problem.forbidden.tolist() == [True, False, False]
    first = problem.groups[0]
    assert first.labels == ("k", "z")
    assert first.of.tolist() == [0, -1, 1]
    assert first.weight.tolist() == [2, 3, 1]
    assert (first.allowance.tolist(), first.limit.tolist()) == ([[2], [1]], [6, 5])


def test_a_problem_in_order_is_left_alone() -> None:
    """Making a problem of a problem's own fields changes nothing."""
    for seed in range(20):
        problem = random_problem(seed)
        again = replace(problem)
        assert (again.item == problem.item).all()
        assert again.items == problem.items


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"score": [0, 1]}, "score: '(2,)' has the wrong shape"),
    ({"item": [0, 2, 0]}, "item: has a code without a name"),
    ({"items": ("a", "a")}, "items: 'a' stands twice"),
    ({"slots": [1, -1]}, "slots: '-1' is below zero"),
    ({"score": [10**13, 0, 0]}, "score: '10000000000000' is too large"),
    ({"scale": 0}, "scale: '0' is not a scale"),
    ({"penalty": mode_a(0.5)}, "scale: '1' makes the penalty's points no whole units"),
    ({"forbidden": [True, False, False]}, "is both pinned and forbidden"),
    ({"recipient": [0, 0, 0], "day": [0, 1, 0]}, "is a candidate twice"),
    (
        {"groups": (group("g", ("k",), [0], [1], [[1]], [[1]], [1]),)},
        "group 'g': '1' has the wrong length",
    ),
    (
        {"groups": (group("fairness", ("k",), [0] * 3, [1] * 3, [[1]], [[1]], [1]),)},
        "is a name that evenhand uses itself",
    ),
]


@pytest.mark.parametrize(("changes", "said"), WRONG, ids=[said for _, said in WRONG])
def test_what_does_not_fit_is_said(changes: dict[str, Any], said: str) -> None:
    """Each kind of nonsense is refused with a finding that names it."""
    with pytest.raises(InputError) as caught:
        made(**changes)
    assert said in str(caught.value)


def test_all_findings_come_at_once() -> None:
    """Two things wrong are two findings."""
    with pytest.raises(InputError) as caught:
        made(slots=[-1, 1], weight=[-2, 1])
    assert len(caught.value.findings) == 2


GROUPS: list[tuple[dict[str, Any], str]] = [
    ({"labels": ("k", "k")}, "'k' names two groups"),
    ({"weight": [1]}, "does not have one weight a candidate"),
    ({"of": [0, 5]}, "has a code that is no group"),
    ({"slope": [[1, 2], [1, 2]]}, "has the wrong shape"),
    ({"limit": [1]}, "has the wrong shape"),
    ({"slope": [[-1], [1]]}, "'-1' is below zero"),
    ({"weight": [1, 10**13]}, "is too large"),
]


@pytest.mark.parametrize(("changes", "said"), GROUPS, ids=[said for _, said in GROUPS])
def test_groups_are_checked(changes: dict[str, Any], said: str) -> None:
    """A group set that cannot be is refused when made."""
    fields: dict[str, Any] = {
        "labels": ("k", "m"),
        "of": [0, 1],
        "weight": [1, 1],
        "allowance": [[1], [1]],
        "slope": [[1], [1]],
        "limit": [1, NO_LIMIT],
    }
    with pytest.raises(InputError) as caught:
        GroupSet("g", **{**fields, **changes})
    assert said in str(caught.value)


def test_penalties_cost_what_the_document_says() -> None:
    """Marginals under mode B are 0, 200, 600, 600; totals follow the formulas."""
    assert [mode_b().marginal(nth) for nth in (1, 2, 3, 4)] == [0, 200, 600, 600]
    assert [mode_a().total(n) for n in (0, 1, 2, 5)] == [0, 0, 200, 800]
    assert [no_penalty().total(9), strong().total(2), own_steps([(2, 7), (0, 1)]).total(3)] == [0, 500, 10]


def test_penalties_say_what_the_chip_shows() -> None:
    """The text behind λ= and the settings are those of the mode."""
    shown = [p.text for p in (no_penalty(), mode_a(), mode_b(), strong(450), own_steps([(1, 50.5), (3, 9)]))]
    assert shown == ["0", "200", "200+400", "450", "50.5@1+9@3"]
    assert (mode_b().lam, mode_b().step, mode_b().target) == (200, 400, 1)
    assert (no_penalty().lam, no_penalty().step, no_penalty().target) == (0, 0, 0)


@pytest.mark.parametrize("step", [(-1, 5), (1, -5), (1, float("nan")), (True, 5), (1.5, 5), (1, 1e12)])
def test_penalties_refuse_what_is_not_convex_or_no_number(step: tuple[Any, Any]) -> None:
    """A negative, huge or missing figure is not a step."""
    with pytest.raises(InputError):
        own_steps([step])


def test_head_start_shifts_the_steps() -> None:
    """Who had two last week pays for the first this week; who is owed one has one more free."""
    problem = made(head_start=[2, -1])
    fairness = problem.all_groups[0]
    assert problem.recipients == ("x", "y")
    assert fairness.allowance.tolist() == [[2, 3], [0, 0]]
