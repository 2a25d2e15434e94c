"""The judge of the rota: every hard rule is caught, every sum is exact."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.shares import TICKS
from evenhand.rota import RotaProblem
from evenhand.rota.asking.plan_table import columns
from evenhand.rota.judging.judge import judge, nearest, statement_of
from evenhand.rota.solving.model.entitlement import opening, poured, shares
from evenhand.rota.solving.model.presence import able
from evenhand.rota.solving.model.seating import fillable
from evenhand.rota.solving.online import online
from rota_histories import everybody, random_rota


def rota(names: str = "ABCD", weeks: int = 4, seats: int = 1, **more: Any) -> RotaProblem:
    """Return a small weekly rota of people with one-letter names."""
    people = more.pop("people", [{"name": name} for name in names])
    duties = more.pop("duties", eh.weekly("2026-01-05", weeks, seats=seats))
    return RotaProblem.from_tables(people, duties, **{"policy": "ledger", **more})


def faults(problem: RotaProblem, plan: list[int]) -> str:
    """Return all faults of a plan as one text."""
    return " ".join(judge(problem, np.array(plan)).faults)


def test_a_good_plan_has_no_faults() -> None:
    """Everybody once in four weeks: no fault, lag 0, and the squares of the steps on the way."""
    verdict = judge(rota(), np.array([0, 1, 2, 3]))
    assert verdict.faults == ()
    assert verdict.statement.lag.tolist() == [0, 0, 0, 0]
    quarter = TICKS // 4
    steps = [[1, 1, 1, -3], [2, 2, -2, -2], [3, -1, -1, -1], [0, 0, 0, 0]]
    assert verdict.objective == sum((quarter * step) ** 2 for row in steps for step in row)
    assert verdict.headline == "Everybody has served what was due."


def test_the_longest_wait_is_said() -> None:
    """Weeks are said as weeks, other gaps as days, one open seat as one seat."""
    assert "longest wait 2 weeks" in judge(rota("AB"), np.array([0, 1, 0, 1])).headline
    days = rota("AB", duties=eh.rota.daily("2026-01-05", 4))
    assert "longest wait 2 days" in judge(days, np.array([0, 1, 0, 1])).headline
    assert "longest wait 1 week" in judge(rota("A", weeks=2), np.array([0, 0])).headline
    assert "1 open seat." in judge(rota("A", weeks=1, seats=2), np.array([0, -1])).headline


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ([0, 1], "2 turns where 4 belong"),
        ([0, 1, 2, 9], "not among the people"),
        ([0, 1, 2, -2], "not among"),
    ],
)
def test_what_is_no_plan(plan: list[int], said: str) -> None:
    """Another length, or codes of nobody, are no plan; nothing else is looked at."""
    verdict = judge(rota(), np.array(plan))
    assert said in verdict.faults[0]
    assert verdict.headline == "This is not a plan of this rota."


def test_only_able_people_serve() -> None:
    """Somebody away, or without the skill, or twice in a slot, is a fault; a fixed turn overrides absence."""
    away = [{"name": "A", "from": "2026-01-07"}]
    assert "A serves 2026-01-05 but is not able to." in faults(rota(absences=away), [0, 1, 2, 3])
    fixed = rota(absences=away, fixed=[("2026-01-05", "A")])
    assert faults(fixed, [0, 1, 2, 3]) == ""
    people = [{"name": "A", "skills": "cook"}, {"name": "B"}]
    skilled = rota(people=people, duties=eh.weekly("2026-01-05", 1, seats=2, skills=["cook"]))
    assert "without the skill cook" in faults(skilled, [1, 0])
    assert faults(skilled, [0, 1]) == ""
    assert "A has two seats" in faults(rota("AB", weeks=1, seats=2), [0, 0])


def test_turns_of_people_who_could_not_serve_still_balance() -> None:
    """Where nobody was able and somebody serves all the same, that is a fault, and the statement balances."""
    away = [{"name": name, "from": "2026-01-05", "to": "2026-01-11"} for name in "ABC"]
    problem = rota("ABC", weeks=2, seats=2, absences=away)
    verdict = judge(problem, np.array([0, 1, 1, 2]))
    assert len(verdict.faults) == 2
    assert int(verdict.statement.lag.sum()) == 0


def test_chosen_turns() -> None:
    """A fixed turn not served and a forbidden one served are faults."""
    problem = rota(fixed=[("2026-01-05", "A")], forbidden=[("2026-01-12", "B")])
    assert "A is fixed for 2026-01-05" in faults(problem, [2, 3, 0, 1])
    assert "B serves 2026-01-12, which is forbidden." in faults(problem, [0, 1, 2, 3])


def test_pairs() -> None:
    """Two kept apart in one slot, and somebody new without anybody experienced, are faults."""
    problem = rota(weeks=2, seats=2, apart=[("A", "B")], together=[("C", ["D"])])
    assert "A and B serve 2026-01-05 together." in faults(problem, [0, 1, 2, 3])
    assert "C serves 2026-01-12 without anybody experienced." in faults(problem, [0, 3, 1, 2])
    assert faults(problem, [2, 3, 0, 3]) == ""


def test_rest_and_limits() -> None:
    """Rest by start days and by days, remembered from history, and most turns in a period."""
    history = [{"date": "2025-12-29", "name": "A"}]
    assert "without the rest" in faults(rota(rest=1, history=history), [0, 1, 2, 3])
    assert "without 8 days of rest" in faults(rota(rest_days=8), [0, 1, 0, 1])
    assert faults(rota(rest_days=7), [0, 1, 0, 1]) == ""
    assert "more than 1 turns within 15 days, at 2026-01-19" in faults(rota(most=(1, 15)), [0, 1, 0, 2])
    assert faults(rota(most=(1, 14)), [0, 1, 0, 2]) == ""


def test_two_slots_at_one_time() -> None:
    """Serving two duties that overlap is a fault, unless overlaps are allowed; hours count where given."""
    duties = [*eh.weekly("2026-01-05", 1, name="a"), *eh.weekly("2026-01-07", 1, name="b")]
    assert "two slots at the same time" in faults(rota("AB", duties=duties), [0, 0])
    assert faults(rota("AB", duties=duties, overlaps=True), [0, 0]) == ""


def test_the_frozen_horizon() -> None:
    """A published turn changed inside the frozen horizon is a fault; outside it is not."""
    problem = replace(rota(), published=np.array([0, 1, 2, -1]), frozen=int(rota().slot_start[1]))
    assert "2026-01-12 was changed" in faults(problem, [0, 2, 1, 3])
    assert faults(problem, [0, 1, 3, 2]) == ""
    frozen_open = replace(problem, published=np.array([0, -1, 2, 3]))
    assert faults(frozen_open, [0, -1, 2, 3]) == ""


def test_facts_are_no_faults() -> None:
    """What was served inside the frozen horizon is a fact, whatever the rules say by now."""
    late: dict[str, Any] = {
        "absences": [{"name": "A", "from": "2026-01-05"}],
        "rest": 3,
        "seats": 2,
        "weeks": 2,
    }
    problem = rota(**late, together=[("C", ["D"])], apart=[("A", "B")], forbidden=[("2026-01-05", "B")])
    frozen = replace(problem, published=np.array([0, 1, 0, 2]), frozen=int(problem.slot_start[1]))
    assert faults(frozen, [0, 1, 0, 2]) == ""


def test_an_open_seat_that_could_be_filled() -> None:
    """A seat may stay open only where nobody could take it without breaking a rule."""
    assert "2026-01-12 is open" in faults(rota(), [0, -1, 2, 3])
    everyone = [{"name": name, "from": "2026-01-12", "to": "2026-01-18"} for name in "ABCD"]
    assert faults(rota(absences=everyone), [0, -1, 2, 3]) == ""
    rested = rota("AB", rest=2)
    assert faults(rested, [0, 1, -1, 0]) == ""
    assert "is open" in faults(rota("AB", rest=1), [0, 1, -1, 1])
    paired = rota("AB", weeks=1, seats=2, apart=[("A", "B")])
    assert faults(paired, [0, -1]) == ""
    assert faults(paired, [-1, 1]) == ""
    assert "is open" in faults(rota("ABC", weeks=1, seats=2, apart=[("A", "B")]), [2, -1])
    lone = rota("AB", weeks=1, seats=1, together=[("A", ["B"])], forbidden=[("2026-01-05", "B")])
    assert faults(lone, [-1]) == ""


def test_columns_say_why_a_seat_is_open() -> None:
    """The plan as a table gives dates, names, hours, and the reason of an open seat."""
    table = columns(rota("AB", rest=2), np.array([0, 1, -1, 0]))
    assert table["date"][0] == "2026-01-05"
    assert table["name"] == ["A", "B", "", "A"]
    assert table["note"] == ["", "", "nobody else is free", ""]
    assert set(table["hours"]) == {168.0}
    cooks = rota("AB", duties=eh.weekly("2026-01-05", 1, seats=2, skills=["cook"]))
    assert columns(cooks, np.array([-1, 0]))["note"] == ["nobody has the skill cook", ""]


def test_the_statement_follows_the_accrual() -> None:
    """By shares, by days or equally: always balanced, and the nearest outcome sums alike."""
    for policy in eh.rota.POLICIES:
        for seed in range(4):
            problem = random_rota(seed, people=5, slots=20, weights=True, policy=policy)
            awards = online.run(problem, 0, Limits(), Progress()).awards
            assert awards is not None
            statement = statement_of(problem, awards)
            assert int(statement.lag.sum()) == 0
            assert int(nearest(problem, awards).sum()) == int(statement.received.sum())
    nothing = rota("AB", weeks=1, absences=[{"name": name, "from": "2026-01-05"} for name in "AB"])
    assert nearest(nothing, np.array([-1])).tolist() == [0, 0]
    assert judge(nothing, np.array([-1])).statement.entitlement.sum() == 0
    early = rota("AB", weeks=1, policy="rate", people=[{"name": "A", "joined": "2027-01-01"}])
    assert judge(early, np.array([-1])).faults == ()


def test_classes_have_a_ledger_each() -> None:
    """Holidays and ordinary days have a term each, and the terms sum to the objective."""
    problem = rota(holidays="NO", holiday_load=2, weeks=20, duties=eh.weekly("2026-03-02", 20))
    assert problem.classes == ("", "holiday")
    assert set(problem.load.tolist()) == {1, 2}
    verdict = judge(problem, np.arange(20) % 4)
    assert [term.name for term in verdict.terms] == ["lag^2 over the plan", "lag^2 over the plan, holiday"]
    assert sum(term.value for term in verdict.terms) == verdict.objective


def test_squares_are_exact_beyond_int64() -> None:
    """Lags of thousands of turns are squared in Python's integers."""
    problem = everybody([1, 1], 9000)
    awards = np.zeros(9000, dtype=np.int64)
    half = TICKS // 2
    assert judge(problem, awards).objective == 2 * half**2 * sum(step * step for step in range(1, 9001))


@pytest.mark.parametrize("seed", range(30))
def test_shares_are_exact(seed: int) -> None:
    """Each slot's shares sum to the seats that can be filled, and nobody unable has any."""
    problem = random_rota(seed, weights=True)
    can, share = able(problem), shares(problem)
    assert (share.sum(axis=1) == np.minimum(problem.seats, can.sum(axis=1)) * problem.load * TICKS).all()
    assert (share <= (problem.load * TICKS)[:, None]).all()
    assert not share[~can].any()
    assert int(opening(problem).sum()) == 0


def test_pouring_keeps_within_room() -> None:
    """Ticks go by weight up to each one's room; what fits nowhere is left out."""
    assert poured(10, np.array([1, 1, 2]), np.array([1, 9, 9])).tolist() == [1, 3, 6]
    assert poured(99, np.array([1, 0]), np.array([5, 5])).tolist() == [5, 0]
    assert poured(7, np.array([1, 1, 1]), np.array([9, 9, 9])).tolist() == [3, 2, 2]


def test_the_largest_matching_of_seats() -> None:
    """A person able for two seats makes room for one who is able for one of them only."""
    assert fillable(np.array([[True, True], [True, False]])) == 2
    assert fillable(np.array([[True, False], [True, False]])) == 1
