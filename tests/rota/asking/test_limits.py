"""Whom a rule keeps behind or ahead, and that nothing is said where the rule is not why."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.report.notes import advice_blocks
from evenhand.report.rota_page import people_of
from evenhand.rota import RotaProblem, advise, daily
from evenhand.rota.asking.limits import kept_by_rules
from evenhand.rota.judging.attendance import may_serve
from evenhand.rota.judging.faults import faults_of


def rota(rules: list[dict[str, Any]], slots: int = 28, names: str = "ABC", **more: Any) -> RotaProblem:
    """Return a rota of a turn a day."""
    return RotaProblem.from_tables(
        [{"name": name} for name in names],
        daily("2026-01-05", slots),
        policy="ledger",
        rules=rules,
        **more,
    )


def test_a_limit_is_named_in_summary_account_and_page() -> None:
    """Who may serve once a week is 5.3 turns behind, and each place that tells it tells the rule too."""
    problem = rota([{"rule": "most", "name": "A", "value": 1, "days": 7}])
    plan = eh.solve(problem)
    sentence = (
        "A is 5.3 turns behind: the rule that A does not serve more than 1 turn in any 7 days allows no more."
    )
    assert kept_by_rules(problem, plan.awards) == {"A": sentence}
    assert sentence in str(advice_blocks(plan))
    assert f"{sentence} A smaller weight makes fewer turns due." in map(str, advise(problem, plan.awards))
    assert sentence in str(eh.explain(plan, "A"))
    assert sentence not in str(eh.explain(plan, "B"))
    assert [person.name for person in people_of(plan) if sentence in person.reason] == ["A"]


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ([{"rule": "rest", "name": "A", "value": 6}], "6 start days of rest"),
        ([{"rule": "most", "name": "A", "value": 2, "days": 10, "weight": 3}], "2 turns in any 10 days"),
        ([{"rule": "forbidden", "name": "A", "date": f"2026-01-{day}"} for day in range(10, 32)], "17 more"),
        ([{"rule": "rest days", "name": "A", "value": 5},
          {"rule": "forbidden", "name": "A", "date": "2026-01-05"}], "5 whole days"),
    ],
)  # fmt: skip
def test_other_limits_are_named_too(rules: list[dict[str, Any]], words: str) -> None:
    """A rest, a limit that may be broken and forbidden days keep somebody behind as well."""
    # Planned as hard rules, which keeps those with a weight as well.
    plan = eh.solve(rota([{**rule, "weight": ""} for rule in rules]))
    assert words in kept_by_rules(rota(rules), plan.awards)["A"]


def test_who_has_fixed_turns_alone_is_ahead_by_them() -> None:
    """Of twelve turns Ada's eight are fixed: that is why she is four ahead."""
    fixed = [{"rule": "fixed", "name": "A", "date": f"2026-01-{5 + day:02}"} for day in range(8)]
    problem = rota(fixed, 12)
    reasons = kept_by_rules(problem, eh.solve(problem).awards)
    assert reasons == {
        "A": "A is 4.0 turns ahead: all 8 turns they have in this plan must be theirs by a rule."
    }


def test_no_rule_is_blamed_that_allows_more() -> None:
    """A rule is named if and only if the most turns that it allows, of all plans, are not enough."""
    told = 0
    for seed in range(12):
        draw = np.random.default_rng(seed)
        rules = [
            {"rule": "most", "name": "A", "value": int(draw.integers(1, 3)), "days": int(draw.integers(2, 7))}
        ]
        if seed % 2:
            rules.append({"rule": "rest", "name": "A", "value": int(draw.integers(1, 4))})
        problem = rota(rules, 8, "AB")
        other = np.where(draw.random(8) < 0.4, 0, 1)
        # Three turns would be enough: which plans with as many keep the rules?
        plans = [
            np.array([int(slot not in chosen) for slot in range(8)]) for chosen in combinations(range(8), 3)
        ]
        can = may_serve(problem)
        enough = any(not faults_of(problem, plan, can) for plan in plans)
        served = int((other == 0).sum())
        blamed = "the rule" in kept_by_rules(problem, other).get("A", "")
        # Four turns are due: with as many as can be, they would still be more than one behind.
        assert blamed == (served < 3 and not enough)
        told += blamed
    assert told
