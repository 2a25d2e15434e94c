"""What was served is a fact: a plan goes on from it; and turns booked later close nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.rota import RotaProblem
from evenhand.rota.asking.amend import published_onto
from evenhand.rota.judging.judge import judge

NAMES = ["Ada", "Ben", "Cem", "Dov"]


def changed(rota: RotaProblem, swap: dict[int, str], frozen: str) -> RotaProblem:
    """Return the rota with its plan published, some turns served by others, and facts up to a day."""
    awards = eh.solve(rota).awards.copy()
    for seat, name in swap.items():
        awards[seat] = rota.people.index(name)
    return published_onto(rota, rota, awards, frozen=frozen)


@pytest.mark.parametrize("rule", [{"rest": 2}, {"rest_days": 10}, {"rest_hours": 30}, {"most": (1, 21)}])
@pytest.mark.parametrize("method", ["optimise", "auto"])
def test_a_swap_that_broke_a_rule_does_not_stop_the_plan(rule: Any, method: str) -> None:
    """Somebody stood in the week after their own turn: the rest of the plan is made and breaks no rule."""
    rota = RotaProblem.from_values(NAMES, eh.weekly("2026-01-05", 10), policy="ledger", **rule)
    first = rota.people[int(eh.solve(rota).awards[0])]
    free = changed(rota, {1: first}, "2026-01-12")
    plan = eh.solve(free, method=method)
    assert judge(free, plan.awards).faults == ()
    assert [rota.people[who] for who in plan.awards[:2].tolist()] == [first, first]
    after = plan.awards[2:].tolist()
    if "rest" in rule:
        assert rota.people.index(first) not in after[:2]


def test_facts_against_fixed_turns_pairs_company_and_weekends() -> None:
    """Each kind of rule is broken by what was served, and the plan goes on by all of them."""
    days = [{"name": "desk", "start": "2026-01-09", "every": "day", "count": "16", "seats": "2"}]
    people = [{"name": name} for name in [*NAMES, "Eve", "Flo"]]
    rules: dict[str, Any] = {
        "apart": [("Ada", "Ben")], "together": [("Cem", ["Dov"])], "whole_weekends": True,
        "fixed": [("2026-01-09", "Eve")], "forbidden": [("2026-01-09", "Flo")],
    }  # fmt: skip
    rota = RotaProblem.from_tables(people, days, policy="ledger", **rules)
    # Friday to Sunday as they were served, each against a rule.
    served = {0: "Ada", 1: "Flo", 2: "Ada", 3: "Ben", 4: "Cem", 5: "Eve"}
    free = changed(rota, served, "2026-01-11")
    plan = eh.solve(free, method="optimise")
    assert judge(free, plan.awards).faults == ()
    assert [rota.people[who] for who in plan.awards[:6].tolist()] == list(served.values())


@pytest.mark.parametrize("rule", [{"rest": 1}, {"rest_days": 7}, {"rest_hours": 30}])
@pytest.mark.parametrize("method", ["optimise", "online"])
def test_turns_booked_after_the_plan_close_nothing_in_it(rule: Any, method: str) -> None:
    """A plan of January changes while March is booked already: everybody can serve in January."""
    rota = RotaProblem.from_values(NAMES, eh.weekly("2026-01-05", 6), policy="ledger", **rule)
    march = np.array([rota.slot_start[0] + 56 + 7 * week for week in range(4)])
    booked = replace(
        rota, history_day=march, history_person=np.arange(4), history_load=np.ones(4, dtype=np.int64)
    )
    plan = eh.solve(booked, method=method)
    assert (plan.awards >= 0).all()
    assert judge(booked, plan.awards).faults == ()


@pytest.mark.parametrize("method", ["optimise", "online"])
def test_turns_booked_inside_the_plan_are_rested_from(method: str) -> None:
    """Ada has a booked turn in the third week: with a week of rest she does not serve the fourth."""
    rota = RotaProblem.from_values(NAMES, eh.weekly("2026-01-05", 6), policy="ledger", rest_days=7)
    inside = replace(
        rota, history_day=rota.slot_start[2:3] + 1, history_person=np.zeros(1, dtype=np.int64),
        history_load=np.ones(1, dtype=np.int64),
    )  # fmt: skip
    plan = eh.solve(inside, method=method)
    assert judge(inside, plan.awards).faults == ()
    assert 0 not in plan.awards[3:4].tolist()
