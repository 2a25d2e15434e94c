"""What a rota is worth, what is due by each accrual, and how it is said: worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.shares import TICKS
from evenhand.core.solution import Term
from evenhand.rota import RotaProblem, daily
from evenhand.rota.judging import judge as judge_module
from evenhand.rota.judging.judge import judge, largest_lag, nearest, statement_of

HALF = TICKS // 2


def days(count: int = 2, people: Any = ("Ada", "Ben"), *, seats: int = 1, **more: Any) -> RotaProblem:
    """Return a rota of days for Ada and Ben, half a turn due to each on every day."""
    rows = [row if isinstance(row, dict) else {"name": row} for row in people]
    slots = daily("2026-01-05", count, seats=seats)
    return RotaProblem.from_tables(rows, slots, **{"policy": "ledger", **more})


def headline(problem: RotaProblem, *awards: int) -> str:
    """Return the line to read first."""
    return judge(problem, np.array(awards)).headline


def test_what_is_no_plan_is_worth_nothing() -> None:
    """Where the awards are no plan, value and statement are empty, and the line says so."""
    verdict = judge(days(), np.array([0]))
    assert (verdict.objective, verdict.terms) == (0, ())
    assert verdict.headline == "This is not a plan of this rota."
    assert verdict.faults == ("The plan has 1 turns where 2 belong.",)
    assert verdict.statement.things == ("turns",)
    assert verdict.statement.received.tolist() == verdict.statement.entitlement.tolist() == [0, 0]


def test_each_term_has_its_words() -> None:
    """One term of lags, and one for each rule with a weight: how often it is broken, where, and its price."""
    rules = [
        {"rule": "rest", "value": 1, "weight": 3},
        {"rule": "apart", "name": "Ada", "with": "Ben", "weight": 1},
    ]
    problem = days(4, rules=rules)
    # After each day lags are a half, and 0 or 1 after Ada's second and third turn in a row.
    lags, rest, apart = judge(problem, np.array([0, 0, 0, 1])).terms
    assert lags == Term(
        "lag^2 over the plan",
        2 * (HALF**2 + TICKS**2 + (3 * HALF) ** 2 + TICKS**2),
        "Squared lags of everybody after every slot, in ticks squared.",
    )
    assert rest.value == 2 * 3 * problem.break_price
    assert rest.sentence.startswith(
        "Broken 2 times: Ada serves 2026-01-06 without 1 start day of rest before; "
    )
    assert apart == Term(apart.name, 0, "Kept.")
    once = judge(problem, np.array([0, 0, 1, 0])).terms[1]
    assert once.sentence == "Broken 1 time: Ada serves 2026-01-06 without 1 start day of rest before."
    assert headline(problem, 0, 0, 1, 0).endswith("; rules broken once.")
    assert headline(problem, 0, 0, 0, 1).endswith("; rules broken 2 times.")


def test_history_and_open_seats_count_in_the_lags() -> None:
    """Ben served once before, half of it due to Ada; the second seat stays open and is due to nobody."""
    past = [{"date": "2026-01-04", "name": "Ben"}]
    problem = days(2, history=past)
    problem = replace(problem, since=problem.history_day[[0, 0]])
    # Ada begins a half behind: after her turn both are even, after the open seat nothing has changed.
    assert judge(problem, np.array([0, -1])).objective == 0
    assert judge(problem, np.array([1, -1])).objective == 4 * TICKS**2
    assert largest_lag(problem, np.array([0, -1])) == 0
    assert largest_lag(problem, np.array([1, -1])) == TICKS
    assert largest_lag(problem, np.array([1, 1])) == 3 * HALF


def test_each_class_of_slots_has_lags_of_its_own() -> None:
    """Ada serves the ordinary days and Ben the holiday: a half, a whole and a half of a turn apart."""
    problem = days(3)
    classes = replace(problem, slot_class=np.array([0, 1, 0]), classes=("ordinary", "holiday"))
    verdict = judge(classes, np.array([0, 1, 0]))
    assert [(term.name, term.value) for term in verdict.terms] == [
        ("lag^2 over the plan, ordinary", 2 * (HALF**2 + TICKS**2)),
        ("lag^2 over the plan, holiday", 2 * HALF**2),
    ]
    assert largest_lag(classes, np.array([0, 1, 0])) == TICKS
    assert largest_lag(problem, np.array([0, 1, 0])) == HALF


@pytest.mark.parametrize("rows", [1, 2, 3, 100])
def test_blocks_of_slots_add_up(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many slots are looked at at a time, the sum over five days is the same."""
    monkeypatch.setattr(judge_module, "BLOCK", 2 * rows)
    # Ada three times and then Ben twice: lags of a half, one, one and a half, one, a half.
    expected = 2 * sum((HALF * step) ** 2 for step in (1, 2, 3, 2, 1))
    assert judge(days(5), np.array([0, 0, 0, 1, 1])).objective == expected
    # A seat left open on the fourth day is due to nobody, so the lag of the third day stays for a day.
    expected = 2 * sum((HALF * step) ** 2 for step in (1, 2, 3, 3, 2))
    assert judge(days(5), np.array([0, 0, 0, -1, 1])).objective == expected


def test_squares_beyond_64_bits_are_exact() -> None:
    """Loads of 10,000 and of 100: the squares are summed exactly above and below 2**40 ticks."""
    for load in (100, 1_000, 2_000, 10_000):
        problem = replace(days(1), load=np.array([load]))
        assert judge(problem, np.array([0])).objective == 2 * (load * HALF) ** 2
    odd = replace(days(1, ("Ada", "Ben", "Cy")), weight=np.array([3, 2, 2]))
    due = [round(part * TICKS / 7) for part in (3, 2, 2)]
    due[0] += TICKS - sum(due)
    assert judge(odd, np.array([0])).objective == (TICKS - due[0]) ** 2 + due[1] ** 2 + due[2] ** 2


def test_by_days_of_membership_all_turns_are_shared() -> None:
    """Six days: Ada is there for all of them, Ben from the fourth; weight and earlier claims count."""
    people = ({"name": "Ada", "joined": "2026-01-05"}, {"name": "Ben", "joined": "2026-01-08"})
    problem = days(6, people, policy="rate")
    # The statement looks at the day after the plan: seven days for Ada, four for Ben.
    told = statement_of(problem, np.array([0, 0, 0, 1, 1, -1]))
    assert (told.things, told.received.tolist()) == (("turns",), [3, 2])
    shares = np.array([7, 4]) * 5 * TICKS / 11
    assert np.abs(told.entitlement - shares).max() <= 1
    assert int(told.entitlement.sum()) == 5 * TICKS
    heavy = statement_of(replace(problem, weight=np.array([1, 3])), np.array([0, 0, 0, 1, 1, -1]))
    assert np.abs(heavy.entitlement - np.array([7, 12]) * 5 * TICKS / 19).max() <= 1
    earlier = replace(problem, earlier_claim=np.array([0, 3]))
    told = statement_of(earlier, np.array([0, 0, 0, 1, 1, -1]))
    assert np.abs(told.entitlement - np.array([7, 7]) * 5 * TICKS / 14).max() <= 1


def test_by_count_all_who_were_ever_there_are_due_the_same() -> None:
    """Cy joins the day after the plan and counts by then, Di two days after it and does not."""
    people = (
        {"name": "Ada"}, {"name": "Ben", "joined": "2026-01-05", "left": "2026-01-05"},
        {"name": "Cy", "joined": "2026-01-09"}, {"name": "Di", "joined": "2026-01-10"},
    )  # fmt: skip
    problem = days(4, people, policy="fewest")
    told = statement_of(problem, np.array([1, 0, 0, 0]))
    assert (told.entitlement / TICKS).round(3).tolist() == [1.333, 1.333, 1.333, 0]
    assert nearest(problem, np.array([1, 0, 0, 0])).sum() == 4
    assert nearest(problem, np.array([-1, -1, -1, -1])).tolist() == [0, 0, 0, 0]


def test_the_line_looks_at_those_who_are_there_at_the_end() -> None:
    """Ben leaves on the day before the last: how far he is off is not in the line, unless nobody is left."""
    people = ({"name": "Ada"}, {"name": "Ben", "left": "2026-01-06"}, {"name": "Cy"})
    problem = days(3, people, policy="ledger")
    # Due are 1/3, 1/3, 1/3 twice and then a half to Ada and Cy; Ben serves none and is 2/3 behind; Ada
    # has 2 for 7/6 and is 5/6 ahead, which is at most 0.9.
    assert headline(problem, 0, 2, 0).startswith("Nobody is more than 0.9 of a turn behind or ahead")
    # With the third day open Ben would be the furthest off; the two who stay are a third ahead, at most 0.4.
    assert headline(problem, 0, 2, -1).startswith("Nobody is more than 0.4 of a turn behind or ahead")
    alone = days(2, ({"name": "Ada"}, {"name": "Ben", "left": "2026-01-05"}))
    # On the second day Ben has left: half a turn that is owed to him is not looked at, as Ada's is alike.
    assert headline(alone, 0, 0) == "Nobody is more than 0.5 of a turn behind or ahead; longest wait 1 day."


@pytest.mark.parametrize(
    ("awards", "said"),
    [
        ((0, 1), "Everybody has served what was due."),
        ((0, 0), "Nobody is more than 1 turn behind or ahead; longest wait 1 day."),
        ((0, -1), "Nobody is more than 0.5 of a turn behind or ahead; 1 open seat."),
        ((-1, -1), "Everybody has served what was due; 2 open seats."),
        ((0, 0, 0), "Nobody is more than 1.5 turns behind or ahead; longest wait 1 day."),
        ((0, 1, 1, 0), "Everybody has served what was due; longest wait 3 days."),
    ],
)
def test_the_line_to_read_first(awards: tuple[int, ...], said: str) -> None:
    """Who is furthest from even, the longest wait, and open seats in their own words."""
    assert headline(days(len(awards)), *awards) == said


def test_the_line_names_the_worst_view() -> None:
    """Both Mondays are Ada's, a whole turn too many; where views are even the line says that alone."""
    problem, none = days(8), np.zeros((2, 2), dtype=np.int64)
    monday = (problem.slot_start % 7 == 1).astype(np.int64)
    views = replace(
        problem, views=("Mondays", "others"), view_rules=("", ""), booked_view=none,
        slot_view=np.stack([monday, 1 - monday], axis=1),
    )  # fmt: skip
    assert headline(views, 0, 1, 0, 1, 0, 1, 1, 0) == (
        "Everybody has served what was due; in no view more than 1 turn (worst: Mondays); "
        "longest wait 3 days."
    )
    assert "; even in every view;" in headline(views, 0, 1, 0, 1, 0, 1, 0, 1)


def test_a_wait_of_weeks_is_said_in_weeks() -> None:
    """Seven days are a week, fourteen two; history counts."""
    past = [{"date": "2025-12-29", "name": "Ada"}]
    assert headline(days(1, history=past), 0).endswith("longest wait 1 week.")
    weeks = RotaProblem.from_tables(
        [{"name": "Ada"}, {"name": "Ben"}], eh.weekly("2026-01-05", 3), policy="ledger"
    )
    assert headline(weeks, 0, 1, 0).endswith("longest wait 2 weeks.")


def test_the_headline_tells_who_left_with_more_than_those_who_stay() -> None:
    """Bo leaves owed turns that his account shows: the headline says so beside the most of those who stay."""
    people = [{"name": "Ada", "joined": "2025-01-01"}, {"name": "Cy", "joined": "2025-01-01"},
              {"name": "Bo", "joined": "2025-01-01", "left": "2026-01-18"}]  # fmt: skip
    history = [
        {"date": f"2025-{month:02}-06", "name": name} for month in (3, 5, 7, 9) for name in ("Ada", "Cy")
    ]
    problem = eh.RotaProblem.from_tables(
        people, eh.weekly("2026-01-05", 12), history=history, policy="ledger"
    )
    plan = eh.solve(problem)
    lag = statement_of(problem, plan.awards).lag[problem.people.index("Bo")] / TICKS
    assert lag > 1
    assert f"; Bo left {lag:.1f} turns behind;" in plan.headline
    stay = eh.RotaProblem.from_tables(people[:2], eh.weekly("2026-01-05", 12), history=history)
    assert "left" not in eh.solve(stay).headline
