"""Publishing and amending: the past is immutable, and as little as possible changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.errors import InputError
from evenhand.rota import POLICIES, RotaProblem
from evenhand.rota.asking.amend import Swap, booked, changes, corrected, published_onto
from rota_histories import random_rota

NAMES = "ABCDE"


def rota(weeks: int = 12, names: str = NAMES, **more: Any) -> RotaProblem:
    """Return a weekly rota of two seats."""
    people = [{"name": name} for name in names]
    return RotaProblem.from_tables(
        people, eh.weekly("2026-01-05", weeks, seats=2), **{"policy": "ledger", **more}
    )


@pytest.mark.parametrize("policy", POLICIES)
def test_planning_twice_changes_nothing(policy: str) -> None:
    """What was published is planned again unchanged, for every policy and any history."""
    for seed in range(5):
        problem = random_rota(seed, people=6, slots=20, policy=policy)
        first = eh.solve(problem, method="online")
        again = eh.solve(published_onto(problem, problem, first.awards))
        assert again.awards.tolist() == first.awards.tolist()
        assert changes(again.problem, again.awards) == 0


@pytest.mark.parametrize("policy", POLICIES)
def test_two_halves_equal_planning_at_once(policy: str) -> None:
    """Published week by week and extended, a plan is the one that planning at once gives."""
    whole = eh.solve(rota(12, policy=policy))
    half = eh.solve(rota(6, policy=policy))
    grown = published_onto(rota(12, policy=policy), half.problem, half.awards, "2026-02-09")
    assert eh.solve(grown).awards.tolist() == whole.awards.tolist()


def test_the_past_never_changes_and_little_else_does() -> None:
    """With somebody away later on, frozen turns stay, and only the turns of that person change."""
    first = eh.solve(rota())
    away = [{"name": "A", "from": "2026-01-12", "to": "2026-12-31"}]
    amended = published_onto(rota(absences=away), first.problem, first.awards, "2026-01-18")
    second = eh.solve(amended)
    assert second.awards[:4].tolist() == first.awards[:4].tolist()
    lost = int((first.awards[4:] == 0).sum())
    assert changes(amended, second.awards) == lost > 0
    assert "A" not in second.to_columns()["name"][4:]


def test_stickiness_gives_way_where_asked() -> None:
    """With no stickiness the plan is made anew; with some, only somebody owed that much more takes a turn."""
    first = eh.solve(rota(names="ABCD"))
    grown = rota()
    free = published_onto(grown, first.problem, first.awards, stickiness=0)
    assert eh.solve(free).awards.tolist() == eh.solve(grown).awards.tolist()
    kept = published_onto(grown, first.problem, first.awards)
    assert changes(kept, eh.solve(kept).awards) == 0
    soft = published_onto(grown, first.problem, first.awards, stickiness=1000)
    assert 0 < changes(soft, eh.solve(soft).awards) < 24


def test_swaps_debit_who_really_served() -> None:
    """A swap is a new entry: the plan given stays, the ledger's balances sum to 0 and follow who served."""
    first = eh.solve(rota())
    crew = first.to_columns()["name"][:2]
    other = next(name for name in NAMES if name not in crew)
    swap = Swap("2026-01-05", crew[0], other)
    real = corrected(first.problem, first.awards, [swap])
    assert first.to_columns()["name"][:2] == crew
    assert first.problem.people[real[0]] == other
    before, after = booked(first.problem, first.awards), booked(first.problem, first.awards, [swap])
    assert after.entries[: len(before.entries)] == before.entries
    assert sum(after.balances.values()) == 0
    assert after.balances[other] - before.balances[other] == -after.ticks
    assert after.balances[crew[0]] - before.balances[crew[0]] == after.ticks
    planned = published_onto(rota(), first.problem, real, "2026-01-05")
    assert eh.solve(planned).awards[0] == real[0]


def test_swaps_that_fit_no_turn_are_said_at_once() -> None:
    """Unknown names and days, no turn that day, and somebody who serves already, all together."""
    first = eh.solve(rota())
    crew = first.to_columns()["name"][:2]
    idle = [name for name in NAMES if name not in crew]
    swaps = [
        Swap("2026-01-05", "Zed", "A"), Swap("2026-01-06", "A", "B"),
        Swap("2026-01-05", idle[0], idle[1]), Swap("2026-01-05", crew[0], crew[1]),
    ]  # fmt: skip
    with pytest.raises(InputError) as caught:
        corrected(first.problem, first.awards, swaps)
    said = str(caught.value)
    for part in ("name of nobody", "no slot starts on", "has no turn on", "serves on 2026-01-05 already"):
        assert part in said


def test_publishing_needs_those_who_served() -> None:
    """Somebody of a frozen slot who is missing from people, and a day that is none, are errors."""
    first = eh.solve(rota())
    with pytest.raises(InputError, match="served a frozen slot"):
        published_onto(rota(names="BCDEF"), first.problem, first.awards, "2026-12-31")
    with pytest.raises(InputError, match="is not a date"):
        published_onto(rota(), first.problem, first.awards, "soon")
    later = published_onto(rota(names="BCDEF"), first.problem, first.awards)
    assert eh.solve(later).status == "feasible"


def test_nothing_published_nothing_changed() -> None:
    """A first plan changes no published turn; duties of one day are told apart by time and name."""
    first = eh.solve(rota())
    assert changes(first.problem, first.awards) == 0
    duties = [*eh.weekly("2026-01-05", 3, name="a"), *eh.weekly("2026-01-05", 3, name="b")]
    problem = RotaProblem.from_tables([{"name": name} for name in NAMES], duties)
    plan = eh.solve(problem)
    again = published_onto(problem, problem, plan.awards)
    assert again.published.tolist() == plan.awards.tolist()
    assert replace(again, published=np.zeros(0, dtype=np.int64)).published.size == 0
