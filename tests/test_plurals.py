"""Whatever is one of something is said so: "1 day", "1 slot", in sentences about the smallest plans."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import evenhand as eh
from evenhand.report.frontier_page import rows

# "1 of 8 turns" counts the turns; "slot 1 is" and "number 1 in" are numbers of places.
ONE_OF_MANY = re.compile(
    r"(?<![\d.,/:@+-])1 (?:days|turns|slots|points|hours|people|seats|weeks|wishes|awards|items|teams|plans|"
    r"newcomers|start days|whole days|members|changes)\b"
)


def rota_sentences() -> Iterator[str]:
    """Yield what is said of a rota of one slot, of one wish, and of limits and rests of one."""
    one = eh.weekly("2026-02-02", 1)
    asked: tuple[dict[str, Any], ...] = (
        {"prefer": [("2026-02-02", "Ada")]},
        {"rest_hours": 1},
        {"rest": 1},
        {"rest_days": 1},
        {"most": (1, 1)},
    )
    for rules in asked:
        rota = eh.RotaProblem.from_values(["Ada", "Ben"], one, **rules)
        plan = eh.solve(rota)
        yield from map(str, eh.rota.advise(rota, plan.awards))
        yield str(plan)
        for subject in ("Ada", "Ben", "2026-02-02"):
            yield str(eh.explain(plan, subject))
        yield from (rule.said for rule in rota.rules)
    days = eh.RotaProblem.from_values(["Ada", "Ben"], eh.rota.daily("2026-02-02", 3), policy="ledger")
    yield str(eh.explain(eh.solve(days), "2026-02-03"))
    tight: dict[str, Any] = {"rest_days": 1, "rest_hours": 1, "most": (1, 1)}
    narrow = eh.RotaProblem.from_values(["Ada"], eh.rota.daily("2026-02-02", 2), **tight)
    with pytest.raises(eh.InfeasibleError) as refused:
        eh.solve(narrow, method="optimise")
    yield str(refused.value)


def allocation_sentences() -> Iterator[str]:
    """Yield what is said of allocations in which everything is worth a point."""
    items, takers = ["saw", "saw", "axe"], ["Ann", "Bo", "Ann"]
    steps, days = eh.own_steps([(1, 1)]), ["Mon", "Mon", "Tue"]
    problem = eh.AllocationProblem.from_values(items, takers, [1, 1, 1], days=days, slots=1, penalty=steps)
    plan = eh.solve(problem)
    yield str(plan)
    for subject in ("Ann", "Bo", "saw", "axe", "Mon", "Tue", "saw to Bo"):
        yield str(eh.explain(plan, subject))
    yield str(eh.allocation.what_if(plan, slots={"Mon": 1}))
    yield str(eh.allocation.what_if(plan, without=["axe"]))
    yield str(eh.allocation.frontier(problem))


@pytest.mark.parametrize("sentences", [rota_sentences, allocation_sentences])
def test_one_is_said_as_one(sentences: Callable[[], Iterator[str]]) -> None:
    """No sentence says "1 days"."""
    texts = list(sentences())
    assert texts
    assert [found.group() for text in texts for found in ONE_OF_MANY.finditer(text)] == []


def test_what_is_lost_of_a_score_below_zero_is_a_loss() -> None:
    """Where even the best plan scores below 0, less of it is more than 0 % lost, and nothing is -0.0 %."""
    scores = [-1, -3, -2, -2]
    problem = eh.AllocationProblem.from_values(
        ["saw", "saw", "axe", "axe"], ["Ann", "Bo", "Ann", "Bo"], scores,
        pins=[{"item": "axe", "recipient": "Ann"}, {"item": "saw", "recipient": "Ann"}],
    )  # fmt: skip
    _, lines = rows(eh.allocation.frontier(problem))
    assert {line[2] for line in lines} == {"0.0%"}
