"""Fairness over weeks: who had two waits, who is new stands at 0, and the ledger keeps the balance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.made_up_weeks import arrays
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.allocation import AllocationProblem, mode_b, no_penalty, own_steps
from evenhand.allocation.asking.advice import counts_of
from evenhand.allocation.asking.weeks import amended_in, published, shifts, with_ledger
from evenhand.allocation.judging.judge import judge
from evenhand.core.errors import InputError
from evenhand.core.ledger import Ledger
from evenhand.core.shares import TICKS
from evenhand.core.solution import Solution
from evenhand.solver import solve

NAMES = tuple("abcdefgh")


def week(names: tuple[str, ...] = NAMES, items: int = 4, day: str = "2026-01-05") -> AllocationProblem:
    """One day on which scores always favour the first names."""
    rows = [
        {"item": f"c{at}", "recipient": who, "day": day, "score": 1000 - 100 * place}
        for at in range(items)
        for place, who in enumerate(names)
    ]
    return AllocationProblem.from_rows(rows, penalty=mode_b())


def gentle(names: tuple[str, ...], day: str) -> AllocationProblem:
    """Six items on a day, scores a little apart."""
    rows = [
        {"item": f"c{at}", "recipient": who, "day": day, "score": 1000 - 20 * place}
        for at in range(6)
        for place, who in enumerate(names)
    ]
    return AllocationProblem.from_rows(rows, penalty=mode_b())


def received(solution: Solution) -> dict[str, int]:
    """Awards by name."""
    return {solution.problem.recipients[code]: count for code, count in counts_of(solution).items()}


def test_who_had_two_last_week_waits() -> None:
    """In the second week the two that a had are priced, and others come first."""
    first = solve(week())
    assert received(first) == {"a": 2, "b": 1, "c": 1}
    ledger = published(Ledger(), first)
    second = solve(with_ledger(week(day="2026-01-12"), ledger))
    assert "a" not in received(second)
    assert {"d", "e"} <= set(received(second))


def test_a_fee_on_every_award_is_no_bonus_for_who_is_owed() -> None:
    """With own steps the owed one's first award is worth what spreads awards, not what every award costs."""
    ledger = published(published(Ledger(), solve(week()), "one"), solve(week()), "two")
    fee = with_ledger(replace(week(), penalty=own_steps([(0, 30), (1, 100)])), ledger)
    assert sorted(set(fee.owed_bonus.tolist())) == [0, 100]
    assert not with_ledger(replace(week(), penalty=own_steps([(0, 30)])), ledger).owed_bonus.any()


def test_steps_are_shifted_by_the_rounded_lag() -> None:
    """Half an award ahead counts, half an award owed does not; owed ones count up to the most owed."""
    lags = {
        "a": -3 * TICKS // 2,
        "b": 1 - 3 * TICKS // 2,
        "c": 3 * TICKS,
        "d": TICKS // 2,
        "e": -TICKS // 2,
    }
    ledger = Ledger().open_with("w", {**lags, "elsewhere": -sum(lags.values())})
    assert shifts(week(), ledger).tolist() == [2, 1, -1, 0, 1, 0, 0, 0]


def test_a_newcomer_starts_at_nought_and_is_not_flooded() -> None:
    """A newcomer who scores best after six weeks has the steps of a week on its own, and gets two at most."""
    ledger, many = Ledger(), tuple(f"p{at:02}" for at in range(20))
    for at in range(6):
        ledger = published(ledger, solve(with_ledger(gentle(many, f"w{at}"), ledger)))
    assert "new" not in ledger.balances
    rows = ("new", *many)
    plan = solve(with_ledger(gentle(rows, "w6"), ledger))
    fresh = solve(gentle(rows, "w6"))
    assert received(plan)["new"] <= 2
    steps = [problem.all_groups[0].allowance[0, :2].tolist() for problem in (plan.problem, fresh.problem)]
    assert steps[0] == steps[1]
    assert plan.problem.owed_bonus[plan.problem.recipients.index("new")] == 0
    assert int(plan.problem.head_start[plan.problem.recipients.index("new")]) == 0
    assert published(ledger, plan).balances["new"] != 0


@settings(deadline=None, max_examples=15)
@given(st.integers(2, 6), st.integers(1, 6))
def test_over_weeks_nobody_runs_away(count: int, items: int) -> None:
    """Scores always favour the first, yet after twelve weeks nobody is three awards ahead."""
    names, ledger = NAMES[:count], Ledger()
    for at in range(12):
        plan = solve(with_ledger(week(names, items, f"w{at}"), ledger))
        ledger = published(ledger, plan)
        assert sum(ledger.balances.values()) == 0
    assert min(ledger.balances.values()) >= -3 * TICKS


def test_without_a_penalty_nothing_shifts() -> None:
    """There are no steps to shift: the plan is the same."""
    problem = replace(week(), penalty=no_penalty())
    ledger = published(Ledger(), solve(problem))
    again = solve(with_ledger(problem, ledger))
    assert (again.awards == solve(problem).awards).all()


def test_a_period_is_booked_once_and_amended_after() -> None:
    """Publishing twice is refused; amending books the difference and changes no entry."""
    plan = solve(week())
    ledger = published(Ledger(), plan)
    with pytest.raises(InputError, match="booked already"):
        published(ledger, plan)
    other = solve(replace(week(), forbidden=np.array([name == "a" for name in _takers(week())])))
    after = amended_in(ledger, other)
    assert after.entries[: len(ledger.entries)] == ledger.entries
    assert after.balances == published(Ledger(), other).balances
    assert amended_in(after, other) == after


def _takers(problem: AllocationProblem) -> list[str]:
    return [problem.recipients[code] for code in problem.recipient.tolist()]


def test_amending_what_is_not_published_is_refused() -> None:
    """A period that is not booked cannot be amended."""
    with pytest.raises(InputError, match="not booked yet"):
        amended_in(Ledger(), solve(week()))


@pytest.mark.parametrize("items", [0, 1, 3, 4, 6])
def test_a_plan_with_more_or_fewer_awards_is_amended(items: int) -> None:
    """Whatever number the later plan hands out, everybody stands as if it had been published at once."""
    ledger = published(Ledger(), solve(week()))
    other = solve(week(items=items)) if items else solve(replace(week(), forbidden=np.ones(32, dtype=bool)))
    after = amended_in(ledger, other, "2026-01-05")
    assert after.balances == published(Ledger(), other, "2026-01-05").balances
    assert sum(after.balances.values()) == 0


def test_a_newcomer_in_an_amended_plan_joins() -> None:
    """Who is in the amended plan alone gets an account."""
    ledger = published(Ledger(), solve(week()))
    after = amended_in(ledger, solve(week(("z", *NAMES))))
    assert after.balances["z"] < 0
    assert sum(after.balances.values()) == 0


def test_the_ledger_widens_who_is_served() -> None:
    """Over ten generated weeks everybody gets something; without the ledger ten do not; scores lose 4 %."""
    weeks = [arrays(200 + number) for number in range(10)]
    outcomes = []
    for heed in (False, True):
        ledger, served, scored = Ledger(), set(), 0
        for number, problem in enumerate(weeks):
            plan = solve(with_ledger(problem, ledger) if heed else problem)
            ledger = published(ledger, plan, f"w{number}")
            served |= set(received(plan))
            scored += int(problem.score[plan.awards].sum())
        outcomes.append((len(served), scored))
    (without, all_scored), (with_it, some_scored) = outcomes
    assert (without, with_it) == (192, 202)
    assert some_scored > 0.96 * all_scored


def test_a_bonus_is_the_judges_own_term() -> None:
    """Who was owed and gets something brings the bonus once, however many it gets."""
    problem = replace(week(), owed_bonus=np.array([200] + [0] * 7))
    verdict = judge(problem, np.array([0, 8]))
    assert {term.name: term.value for term in verdict.terms}["owed"] == 200
    assert verdict.objective == 2000 + 200 - 200
