"""Turns of other plans, or of a table that runs on into the plan: each rule counts them as the judge does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.errors import InfeasibleError, InputError
from evenhand.rota import RotaProblem, published, with_ledger
from evenhand.rota.asking.ledger import amended_in
from evenhand.rota.judging.judge import judge
from rota_boards import all_plans

DAYS = ("2026-02-02", "2026-02-04", "2026-02-05", "2026-02-07", "2026-02-08")
RULES: tuple[dict[str, Any], ...] = (
    {"rule": "rest", "value": 1},
    {"rule": "rest days", "value": 2},
    {"rule": "rest hours", "value": 30},
    {"rule": "most", "value": 1, "days": 3},
    {"rule": "most", "value": 2, "days": 6},
    {"rule": "in a row", "value": 1},
    {"rule": "least in a row", "value": 2},
)


def turns(people: tuple[str, ...], past: dict[str, str], rule: dict[str, Any], weight: str) -> RotaProblem:
    """Make a rota of five days on which some turns are booked already."""
    duties = [{"name": "door", "start": day, "every": "day", "count": "1"} for day in DAYS]
    rules = [{key: str(value) for key, value in rule.items()} | {"weight": weight}]
    served = [{"date": day, "name": name} for day, name in past.items()]
    table = [{"name": name} for name in people]
    return RotaProblem.from_tables(
        table, duties, history=served, rules=rules, policy="ledger", own_views=None
    )


@pytest.mark.parametrize("weight", ["", "3"], ids=["must", "may"])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule['rule']}-{rule['value']}")
@pytest.mark.parametrize(
    "past",
    [
        {"2026-02-04": "Ada"},
        {"2026-02-01": "Ben", "2026-02-03": "Ada"},
        {"2026-01-30": "Ada", "2026-02-05": "Ben", "2026-02-06": "Ada"},
    ],
    ids=["on a day", "between days", "several"],
)
def test_a_turn_booked_inside_the_plan_counts_as_the_judge_counts_it(
    past: dict[str, str], rule: dict[str, Any], weight: str
) -> None:
    """The optimiser's plan is the best that the judge accepts, and where it finds none there is none."""
    problem = turns(("Ada", "Ben", "Cem"), past, rule, weight)
    plans = [np.array([int(np.flatnonzero(row)[0]) for row in plan]) for plan in all_plans(problem)]
    verdicts = [judge(problem, plan) for plan in plans]
    fine = [int(verdict.objective or 0) for verdict in verdicts if not verdict.faults]
    try:
        plan = eh.solve(problem, method="optimise")
    except InfeasibleError:
        assert not fine
        return
    assert str(plan.status) == "optimal"
    assert plan.objective == min(fine)


def test_a_turn_of_history_is_not_at_the_same_time_as_one_of_the_plan() -> None:
    """History knows no hours, so who served some turn that day may be asked for another."""
    duties = [{"name": "door", "start": "2026-02-02", "every": "day", "count": "2"}]
    rota = RotaProblem.from_tables(
        [{"name": "Ada"}], duties, history=[{"date": "2026-02-02", "name": "Ada"}], policy="ledger"
    )
    assert eh.solve(rota).awards.tolist() == [0, 0]


def test_the_night_before_is_not_at_the_same_time_in_the_far_east() -> None:
    """A turn of Sunday and one that starts on Monday at midnight in Tokyo, still Sunday in UTC, are two."""
    duties = [
        {"name": "door", "start": "2026-02-02", "every": "day", "count": "1", "at": "00:00", "hours": "2",
         "timezone": "Asia/Tokyo"}
    ]  # fmt: skip
    rota = RotaProblem.from_tables([{"name": "Ada"}], duties, history=[{"date": "2026-02-01", "name": "Ada"}])
    assert eh.solve(rota).awards.tolist() == [0]


def test_a_slot_that_is_booked_is_not_planned_a_second_time() -> None:
    """With the ledger of a plan its slots are refused; taken back, or left out, they are planned anew."""
    garden = RotaProblem.from_values(["Ada", "Ben", "Cem"], eh.weekly("2026-02-02", 3), policy="ledger")
    plan = eh.solve(garden)
    book = published(eh.Ledger(unit="turns"), garden, plan.awards)
    with pytest.raises(InputError, match=r"is booked already.*and so are 2 more of its slots"):
        with_ledger(garden, book)
    last = RotaProblem.from_values(["Ada", "Ben", "Cem"], eh.weekly("2026-02-16", 2), policy="ledger")
    with pytest.raises(InputError, match=r"in the period 2026-02-02\. Plan later slots"):
        with_ledger(last, book)
    assert len(with_ledger(garden, book, without="2026-02-02").seats) == 3
    back = amended_in(book, garden, np.full(3, -1))
    assert len(with_ledger(garden, back).seats) == 3
