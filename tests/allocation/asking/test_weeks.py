"""Fairness over weeks: who had two waits, who is new stands at 0, and the ledger keeps the balance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.allocation import AllocationProblem, mode_b, no_penalty
from evenhand.allocation.asking.advice_figures import counts_of
from evenhand.allocation.asking.weeks import corrected, published, shifts, with_ledger
from evenhand.core.errors import InputError
from evenhand.core.ledger import Entry, Ledger
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


def test_steps_are_shifted_by_the_rounded_lag() -> None:
    """Half an award ahead counts, half an award owed does not; owed ones count up to the most owed."""
    entries = tuple(
        Entry("w", "statement", name, due, got)
        for name, due, got in (
            ("a", 0, 3 * TICKS // 2),
            ("b", 0, 3 * TICKS // 2 - 1),
            ("c", 3 * TICKS, 0),
            ("d", TICKS // 2, 0),
            ("e", 0, TICKS // 2),
        )
    )
    ledger = Ledger(tuple(Entry("w", "join", name, 0, 0) for name in "abcde") + entries)
    assert shifts(week(), ledger).tolist() == [2, 1, -1, 0, 1, 0, 0, 0]
    assert shifts(week(), ledger, most_owed=3)[2] == -3
    assert shifts(week(), ledger, most_owed=0)[2] == 0
    with pytest.raises(InputError, match="below 0"):
        shifts(week(), ledger, most_owed=-1)


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
    assert (plan.problem.all_groups[0].allowance == fresh.problem.all_groups[0].allowance)[0].all()
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
    problem = week().with_(penalty=no_penalty())
    ledger = published(Ledger(), solve(problem))
    again = solve(with_ledger(problem, ledger))
    assert (again.awards == solve(problem).awards).all()


def test_a_period_is_booked_once_and_corrected_after() -> None:
    """Publishing twice is refused; a correction moves what the amended plan moves, and changes no entry."""
    plan = solve(week())
    ledger = published(Ledger(), plan)
    with pytest.raises(InputError, match="booked already"):
        published(ledger, plan)
    other = solve(week().with_(forbidden=np.array([name == "a" for name in _takers(week())])))
    after = corrected(ledger, other)
    assert after.entries[: len(ledger.entries)] == ledger.entries
    moved = {name: (ledger.balances[name] - after.balances[name]) // TICKS for name in NAMES}
    want, had = received(other), received(plan)
    assert moved == {name: want.get(name, 0) - had.get(name, 0) for name in NAMES}
    assert corrected(after, other) == after
    assert sum(after.balances.values()) == 0


def _takers(problem: AllocationProblem) -> list[str]:
    return [problem.recipients[code] for code in problem.recipient.tolist()]


def test_corrections_that_cannot_be_are_refused() -> None:
    """A period that is not booked, and a plan with fewer awards."""
    with pytest.raises(InputError, match="not booked yet"):
        corrected(Ledger(), solve(week()))
    ledger = published(Ledger(), solve(week()))
    with pytest.raises(InputError, match="moving awards"):
        corrected(ledger, solve(week(items=3)))


def test_a_newcomer_in_a_correction_joins() -> None:
    """Who is in the amended plan alone gets an account."""
    ledger = published(Ledger(), solve(week()))
    after = corrected(ledger, solve(week(("z", *NAMES))))
    assert after.balances["z"] < 0
    assert sum(after.balances.values()) == 0
