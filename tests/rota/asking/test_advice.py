"""Advice that looks ahead, and the panel."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.rota import RotaProblem, advise, fairness

HISTORY = [
    {"date": str(date(2025, 1, 6) + timedelta(7 * week)), "name": "abcdef"[week % 6]} for week in range(51)
]


def rota(people: Any, weeks: int = 20, seats: int = 1, **more: Any) -> RotaProblem:
    """Return a weekly rota from the first Monday of 2026 on."""
    rows = [{"name": name} for name in people] if isinstance(people, str) else people
    return RotaProblem.from_tables(rows, eh.weekly("2026-01-05", weeks, seats=seats), **more)


def kinds(problem: RotaProblem) -> list[str]:
    """Return the kinds of advice."""
    return [advice.kind for advice in advise(problem)]


def test_forced_outcomes_are_seen() -> None:
    """N = k (r + 1) leaves no choice, with rest and without; one person more does."""
    assert kinds(rota("abcd", seats=2, rest=1)) == ["forced"]
    assert kinds(rota("ab", seats=2)) == ["forced"]
    assert "the same people serve every slot" in advise(rota("ab", seats=2))[0].sentence
    assert kinds(rota("abcde", weeks=20, seats=2, rest=1)) == []


def test_too_few_for_the_rest() -> None:
    """N < k (r + 1) is said with the numbers, and what would be enough."""
    (advice,) = advise(rota("abcde", seats=2, rest=2))
    assert advice.kind == "too few"
    assert "need 6 different people, and 5 could serve" in str(advice)
    assert "the longest rest is 1" in str(advice)


def test_the_holiday_and_the_burden_are_computed_ahead() -> None:
    """From 3 to 12 under ``rate`` the advice names 104 slots and what the ledger would give."""
    people = [{"name": name, "joined": "2025-01-06"} for name in "abc"]
    people += [{"name": f"new {at}", "joined": "2026-01-05"} for at in range(9)]
    history = [{**row, "name": "abc"[at % 3]} for at, row in enumerate(HISTORY)]
    history.append({"date": "2025-12-29", "name": "a"})
    found = advise(rota(people, 120, history=history))
    assert [advice.kind for advice in found[:2]] == ["holiday", "burden"]
    assert "no turn for about 104 slots" in found[0].sentence
    assert "ledger gives a veteran a turn in slot" in found[0].instead
    short = advise(rota(people, 10, history=history))
    assert "no slot of this plan" in short[0].sentence
    assert "holiday" not in kinds(rota(people, 120, history=history, policy="ledger"))


def test_the_free_ride_after_shrinkage() -> None:
    """Where six became two and one joins, ``rate`` spares the newcomer and the advice says by how much."""
    people = [
        {"name": name, "joined": "2025-01-06", "left": "" if name < "c" else "2025-12-31"}
        for name in "abcdef"
    ]
    people.append({"name": "new", "joined": "2026-01-05", "left": ""})
    found = advise(rota(people, 52, history=HISTORY))
    assert "free ride" in [advice.kind for advice in found]


def test_variation_below_its_floor() -> None:
    """Where whole turns alone keep the variation above 10%, the floor and a long enough plan are named."""
    found = [advice for advice in advise(rota("abcd", weeks=10)) if advice.kind == "variation"]
    assert "with 2.50 turns due to each, whole turns alone give at least 20.0%" in found[0].sentence
    assert kinds(rota("abcd", weeks=8)) == []


def test_a_rota_without_slots_needs_no_advice() -> None:
    """Nothing planned, nothing to say."""
    problem = RotaProblem.from_tables([{"name": "a"}], [{"start": "2026-02-01", "until": "2026-01-01"}])
    assert advise(problem) == []
    assert fairness(problem, np.zeros(0, dtype=np.int64)).spread == 0.0


def test_the_panel() -> None:
    """Two people, three turns: the variation is at its floor, the spread and the wait are one turn."""
    problem = rota("ab", weeks=3, policy="ledger")
    panel = fairness(problem, eh.solve(problem).awards)
    assert panel.cv_due == pytest.approx(panel.floor)
    assert panel.floor == pytest.approx(1 / 3)
    assert panel.spread == pytest.approx(1.0)
    assert panel.wait == pytest.approx(1.0)
    assert "Floor of the variation" in str(panel)
    lonely = rota("a", weeks=1, absences=[{"name": "a", "from": "2026-01-05"}])
    assert fairness(lonely, np.array([-1])).waiter == ""


def test_a_nearer_policy_is_named_with_figures() -> None:
    """On the test case ledger keeps everybody exactly even, where rate leaves the newcomer two turns off."""
    from importlib.resources import files

    from evenhand.rota.asking.advice import furthest, nearer_policy

    garden = files("evenhand") / "data" / "garden"
    problem = RotaProblem.from_tables(
        str(garden / "people.csv"), eh.weekly("2026-01-27", 10, seats=2), history=str(garden / "history.csv")
    )
    solution = eh.solve(problem)
    assert furthest(problem, solution.awards) == pytest.approx(2.0)
    advice = nearer_policy(problem, solution.awards)
    assert advice is not None
    assert "Policy ledger would keep everybody exactly at what was due" in advice.sentence
    assert "rate leaves somebody 2.0 turns off" in advice.sentence
    from dataclasses import replace

    ledger = replace(problem, policy=eh.rota.POLICIES["ledger"])
    assert nearer_policy(ledger, eh.solve(ledger).awards) is None


def test_duties_that_ask_for_a_skill_and_what_the_plan_was_made_by_are_said() -> None:
    """Two of six take all nights and their part of the days: both figures are said, and a way out."""
    people = [{"name": f"N{number}", "skills": "charge" if number < 2 else ""} for number in range(6)]
    duties = [
        {"name": "night", "start": "2026-02-02", "every": "day", "count": "12", "at": "23:00", "hours": "8",
         "skills": "charge"},
        {"name": "early", "start": "2026-02-02", "every": "day", "count": "12", "at": "12:00", "hours": "8",
         "skills": ""},
    ]  # fmt: skip
    rota = RotaProblem.from_tables(people, duties, rest_hours=3)
    plan = eh.solve(rota)
    said = {advice.kind: str(advice) for advice in advise(rota, plan.awards)}
    assert "Turns that ask for charge are due to those who have it" in said["share"]
    assert "each of the others 2 turns." in said["share"]
    assert "was due 8.0 turns, by policy rate 4.0" in said["account"]
    ledger = RotaProblem.from_tables(people, duties, rest_hours=3, policy="ledger")
    assert "account" not in {advice.kind for advice in advise(ledger, eh.solve(ledger).awards)}


def test_somebody_away_all_year_under_a_policy_that_counts_days() -> None:
    """A policy that counts days makes turns due to somebody never there; the plan says so."""
    gone = [{"name": "Cem", "from": "2026-01-01", "to": "2026-12-31"}]
    weeks = eh.weekly("2026-01-05", 30)
    rota = RotaProblem.from_values(["Ada", "Ben", "Cem"], weeks, absences=gone)
    (said,) = [str(one) for one in advise(rota, eh.solve(rota).awards) if one.kind == "away"]
    assert said.startswith("Cem is there for 0 of 30 slots, and policy rate makes 10.0 turns due")
    ledger = RotaProblem.from_values(["Ada", "Ben", "Cem"], weeks, absences=gone, policy="ledger")
    assert not [one for one in advise(ledger, eh.solve(ledger).awards) if one.kind == "away"]


@pytest.mark.parametrize(("policy", "other"), [("ledger", "fewest"), ("rate", "rate")])
def test_duties_that_ask_for_a_skill_are_told_with_both_figures(policy: str, other: str) -> None:
    """Two of four may cook: what this plan gives them, and what even totals would, with the options."""
    people = [{"name": name, "skills": "cook" if name in "AB" else ""} for name in "ABCD"]
    duties = [
        {"name": name, "start": "2026-01-05", "every": "day", "count": 40, "skills": skill}
        for name, skill in (("kitchen", "cook"), ("bath", ""), ("bins", ""))
    ]
    problem = RotaProblem.from_tables(people, duties, policy=policy)
    said = next(line for line in advise(problem, eh.solve(problem).awards) if line.kind == "share")
    assert said.instead == (f"With --policy {other} --views none it would be 30 turns.")
    again = RotaProblem.from_tables(people, duties, policy=other, views="none")
    turns = np.bincount(eh.solve(again).awards)
    assert turns.tolist() == [30, 30, 30, 30]


def test_which_wishes_are_met_is_said() -> None:
    """Of two who would like the only turn one is disappointed, and both plan and account say so."""
    wished = [("2026-01-05", "Ada"), ("2026-01-05", "Ben")]
    problem = RotaProblem.from_values(["Ada", "Ben"], eh.weekly("2026-01-05", 1), prefer=wished)
    plan = eh.solve(problem)
    lucky = problem.people[int(plan.awards[0])]
    other = "Ben" if lucky == "Ada" else "Ada"
    (told,) = [advice.sentence for advice in advise(problem, plan.awards) if advice.kind == "wish"]
    assert told == f"1 of 2 wishes is met. Not met: {other} would like 2026-01-05."
    assert "The one wish is met." in str(eh.explain(plan, lucky))
    assert f"The one wish is not met: {other} would like" in str(eh.explain(plan, other))


def test_who_left_is_none_of_the_others_whose_turns_are_compared() -> None:
    """Where somebody with turns left, the sentence on skilled duties says whom it counts."""
    people = [
        {"name": "Ada", "skills": "key"}, {"name": "Ben", "skills": "key"}, {"name": "Cem"},
        {"name": "Dov", "left": "2026-02-20"},
    ]  # fmt: skip
    duties = [
        {"name": "open", "start": "2026-01-05", "every": "week", "count": "12", "skills": "key", "days": "1"},
        {"name": "clean", "start": "2026-01-06", "every": "week", "count": "12", "days": "1"},
    ]
    problem = RotaProblem.from_tables(people, duties, policy="ledger", rest_days=0)
    told = [advice.sentence for advice in advise(problem, eh.solve(problem).awards) if advice.kind == "share"]
    assert len(told) == 1
    assert "So of those there at the end each with key has" in told[0]
