"""Every figure of the seed's document on newcomers, recomputed from the counts."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.shares import TICKS
from evenhand.core.solution import Solution
from evenhand.measures import figure
from evenhand.rota import POLICIES, RotaProblem, fairness
from evenhand.rota.asking.advice import advise, holiday
from evenhand.rota.solving.model.presence import member_days
from rota_rates import deficit, relative_deficit, system_rate

GARDEN = Path(eh.__file__).parent / "data" / "garden"


def garden(policy: str = "rate", **sides: Any) -> RotaProblem:
    """Return the seed's test case, as it comes with the package."""
    return RotaProblem.from_tables(
        GARDEN / "people.csv", GARDEN / "duties.csv", history=GARDEN / "history.csv", policy=policy, **sides
    )


def turns(solution: Solution) -> dict[str, int]:
    """Return turns served a person, history and plan together."""
    assert solution.statement is not None
    return dict(zip(solution.statement.claimants, solution.statement.received.tolist(), strict=True))


def days(day: str) -> dict[str, int]:
    """Return days of membership up to a day, the day of joining counted."""
    problem = garden()
    found = member_days(problem, date.fromisoformat(day).toordinal())
    return dict(zip(problem.people, found.tolist(), strict=True))


def test_days_since_joining() -> None:
    """The seed's 322, 392, 462 and 141 days count the day of joining."""
    assert days("2025-11-18")["Hugs"] == 322
    assert days("2026-01-27")["Hugs"] == 392
    assert days("2026-04-07") == {"Hugs": 462, "Kompono": 462, "Jay": 462, "Neu": 141}


def test_seventy_days_are_those_elapsed() -> None:
    """The seed's 70 days leave the day of joining out, unlike its other figures: counted alike it is 71."""
    elapsed = date(2026, 1, 27) - date(2025, 11, 18)
    assert elapsed.days == 70
    assert days("2026-01-27")["Neu"] == 71
    assert days("2026-02-03")["Neu"] == 78


def test_rates_of_the_first_schedule() -> None:
    """Five turns in 322 days are 0.0155 a day, and fifteen in 3 x 392 days 0.01276."""
    assert f"{5 / 322:.4f}" == "0.0155"
    rate = system_rate(5 + 5 + 5, 392 * 3)
    assert rate == Fraction(15, 1176)
    assert f"{float(rate):.5f}" == "0.01276"


def test_the_newcomer_in_week_one() -> None:
    """Neu is expected to have had 0.893 turns, and is owed 0.01276 a day; the others are owed nothing."""
    rate = system_rate(15, 1176)
    assert f"{float(70 * rate):.3f}" == "0.893"
    assert f"{float(relative_deficit(70, 0, rate)):.5f}" == "0.01276"
    assert deficit(392, 5, rate) == 0
    assert relative_deficit(392, 5, rate) == 0


def test_the_newcomer_after_one_turn() -> None:
    """One turn later Neu is 0.107 ahead, -0.00153 a day at the old rate, and the system's rate is 0.01284."""
    rate = system_rate(15, 1176)
    assert f"{float(deficit(70, 1, rate)):.3f}" == "-0.107"
    assert f"{float(relative_deficit(70, 1, rate)):.5f}" == "-0.00153"
    later = system_rate(16, 1246)
    assert f"{float(later):.5f}" == "0.01284"
    assert f"{float(77 * later):.3f}" == "0.989"
    assert f"{float(deficit(77, 1, later)):.3f}" == "-0.011"


def test_the_outcome_the_seed_complains_of() -> None:
    """Ten turns in 462 days against five in 141 is a rate 64% higher."""
    assert f"{10 / 462:.4f}" == "0.0216"
    assert f"{5 / 141:.4f}" == "0.0355"
    ratio = Fraction(5, 141) / Fraction(10, 462)
    assert f"{float(ratio):.3f}" == "1.638"
    assert round(100 * (float(ratio) - 1)) == 64


def test_the_expected_outcome_does_not_add_up() -> None:
    """The seed expects 3 x 7.17 + 2.19 = 23.7 turns of 35; the equal-rate split is 10.59 and 3.23."""
    assert f"{462 * 5 / 322:.2f}, {141 * 5 / 322:.2f}" == "7.17, 2.19"
    assert f"{3 * 462 * 5 / 322 + 141 * 5 / 322:.1f}" == "23.7"
    due = eh.solve(garden("rate")).statement
    assert due is not None
    ticks = zip(due.claimants, due.entitlement.tolist(), strict=True)
    shown = {name: f"{part / TICKS:.2f}" for name, part in ticks}
    assert shown == {"Hugs": "10.59", "Jay": "10.59", "Kompono": "10.59", "Neu": "3.23"}


def test_rate_serves_the_newcomer_three_times() -> None:
    """Under ``rate`` the test case comes to 11, 11, 10 and 3 with a variation of 5.2%, as the seed asks."""
    solution = eh.solve(garden("rate"))
    counts = turns(solution)
    assert counts.pop("Neu") == 3
    assert sorted(counts.values()) == [10, 11, 11]
    assert f"{fairness(garden('rate'), solution.awards).cv_days:.1%}" == "5.2%"
    assert f"{figure('cv', [11, 11, 10, 3], [462, 462, 462, 141]):.1%}" == "5.2%"


def test_ledger_starts_the_newcomer_even() -> None:
    """Under ``ledger`` the test case comes to 10, 10, 10 and 5 with lag 0 for all four."""
    solution = eh.solve(garden("ledger"))
    assert turns(solution) == {"Hugs": 10, "Jay": 10, "Kompono": 10, "Neu": 5}
    assert solution.statement is not None
    assert solution.statement.lag.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("policy", POLICIES)
def test_a_week_of_rest_forces_the_outcome(policy: str) -> None:
    """Where nobody serves two weeks running, 10, 10, 10 and 5 is forced under every policy."""
    problem = garden(policy, rest=1)
    solution = eh.solve(problem, method="online")
    assert turns(solution) == {"Hugs": 10, "Jay": 10, "Kompono": 10, "Neu": 5}
    assert next(advice.kind for advice in advise(problem)) == "forced"


def test_the_first_slot_always_goes_to_the_newcomer() -> None:
    """Under every policy by days, Neu serves in the very first slot."""
    for policy in ("rate", "rate-hybrid", "rate-established", "rate-offset", "rate-absolute"):
        solution = eh.solve(garden(policy))
        assert "Neu" in solution.to_columns()["name"][:2]


def test_the_veterans_holiday() -> None:
    """From 3 to 12 people after a year of weeks the veterans get no turn for about T(m/v - 1) = 104 weeks."""
    assert holiday(52, 3, 9) == 104
    assert holiday(52, 9, 3) == 0
    weeks = [date.fromordinal(date(2025, 1, 6).toordinal() + 7 * week).isoformat() for week in range(52)]
    history = [{"date": day, "name": "abc"[at % 3]} for at, day in enumerate(weeks)]
    people = [{"name": name, "joined": "2025-01-06"} for name in "abc"]
    people += [{"name": f"new {at}", "joined": "2026-01-05"} for at in range(9)]
    duties = eh.weekly("2026-01-05", 120)
    rate = eh.solve(RotaProblem.from_tables(people, duties, history=history))
    first = next(at for at, name in enumerate(rate.to_columns()["name"]) if name in "abc")
    assert 104 <= first <= 112
    ledger = eh.solve(RotaProblem.from_tables(people, duties, history=history, policy="ledger"))
    names = ledger.to_columns()["name"]
    assert max(np.bincount([sorted(set(names)).index(name) for name in names[:12]])) == 1
