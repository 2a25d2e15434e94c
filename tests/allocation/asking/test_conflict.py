"""Conflicts are smallest, and what loosening a rule allows is solved."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from allocation.small_worlds import brute_force, random_problem
from evenhand.allocation import AllocationProblem
from evenhand.allocation.asking.conflict import conflicts, told
from evenhand.allocation.judging.judge import judge
from evenhand.allocation.solving.model.pins import conflict
from evenhand.core.progress import Progress


def two_pins() -> AllocationProblem:
    """Two pins on a day with one slot; another day is free."""
    rows = [
        {"item": car, "recipient": who, "day": day, "score": score}
        for car, score in (("A", 500), ("B", 400))
        for who in "xy"
        for day in ("2026-01-05", "2026-01-06")
    ]
    pins = [{"item": car, "recipient": who, "day": "2026-01-05"} for car, who in (("A", "x"), ("B", "y"))]
    return AllocationProblem.from_rows(rows, capacity=1, pins=pins)


def test_each_rule_says_what_loosening_it_allows() -> None:
    """With two slots both pins stand; without either pin its car goes on the other day."""
    (found,) = conflicts(two_pins())
    assert found.sentences == (
        "2026-01-05 has 1 slot.",
        "A to x on 2026-01-05 is pinned.",
        "B to y on 2026-01-05 is pinned.",
    )
    assert [one.outcome.objective for one in found.rules if one.outcome is not None] == [900, 900, 900]
    assert "With 2, the best plan gives 2 and has 900 points." in str(found)
    assert "Without that pin, the best plan" in told(two_pins())[1]


def test_an_item_cannot_be_two() -> None:
    """An item pinned twice: that it is one cannot be loosened, either pin can."""
    problem = two_pins()
    pinned = (problem.item == 0) & (problem.recipient == 0)
    (found, *_) = conflicts(replace(problem, pinned=pinned))
    assert str(found.rules[0]) == "A can be given once."
    assert found.rules[0].change == ""
    assert all(one.outcome is not None for one in found.rules[1:])


def test_other_conflicts_are_counted() -> None:
    """Where another conflict is left, that is said instead of a plan, and told names the next."""
    problem = two_pins()
    limit = np.array([0, 5])
    both = replace(problem, recipient_limit=limit)
    found = conflicts(both)
    assert len(found) == 2
    assert "another conflict is left" in str(found[-1])
    assert "1 more rule is broken by pins" in told(both)[-1]


def test_a_feasible_problem_has_none_and_nothing_is_solved_in_vain() -> None:
    """No pins, no conflict; without solving, or interrupted, the rules are told alone."""
    free = replace(two_pins(), pinned=np.zeros(8, dtype=bool))
    assert conflicts(free) == []
    assert told(free) == ()
    for found in (
        conflicts(two_pins(), solve=False),
        conflicts(two_pins(), progress=Progress(interrupted=True)),
    ):
        assert all(one.outcome is None for one in found[0].rules)
        assert str(found[0].rules[0]) == "2026-01-05 has 1 slot."


@pytest.mark.parametrize("seed", range(150))
def test_conflicts_are_smallest_and_relaxations_true(seed: int) -> None:
    """With random pins: fewer never conflict, and each loosened problem's value is the best."""
    problem = random_problem(seed, most=8)
    draw = np.random.default_rng([seed, 3])
    problem = replace(problem, pinned=(draw.random(len(problem)) < 0.5) & ~problem.forbidden)
    found = conflicts(problem)
    best, _ = brute_force(problem)
    assert (best is None) == bool(found)
    if not found:
        return
    assert len(found[0].rules) == len(conflict(problem))
    pins = np.flatnonzero(problem.pinned)
    fewest = min(
        count
        for count in range(1, len(pins) + 1)
        for some in combinations(pins.tolist(), count)
        if [fault for fault in judge(problem, np.array(some)).faults if "is pinned" not in fault]
    )
    assert len(found[0].rules) == fewest + 1
    for one in found[0].rules:
        if one.outcome is not None:
            again, _ = brute_force(one.outcome.problem)
            assert one.outcome.objective == again
