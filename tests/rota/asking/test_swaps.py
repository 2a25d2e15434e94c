"""Swaps: who could take a turn, in order, and the effect on both accounts before anything is booked."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.errors import InputError
from evenhand.rota import RotaProblem
from evenhand.rota.asking.swaps import (
    breaks_added,
    effect,
    seat_named,
    served_instead,
    takers,
    why_not,
)
from evenhand.rota.judging.attendance import may_serve
from evenhand.rota.judging.faults import faults_of


def rota(**more: Any) -> RotaProblem:
    """Return six weeks of one seat and four people, one of them away."""
    people = [{"name": name} for name in ("Ada", "Ben", "Cem", "Dea")]
    away = [{"name": "Dea", "from": "2026-01-12", "to": "2026-01-18"}]
    return RotaProblem.from_tables(people, eh.weekly("2026-01-05", 6), absences=away, policy="ledger", **more)


def test_takers_break_no_rule_and_come_in_order() -> None:
    """Whoever is named could serve by the judge, whoever is not could not; the most owed comes first."""
    plan = eh.solve(rota(rest=1))
    for seat in range(6):
        listed = takers(plan.problem, plan.awards, seat)
        found, lags = [taker.name for taker in listed], [taker.lag for taker in listed]
        assert all(first > later - 0.001 for first, later in itertools.pairwise(lags))
        for who, name in enumerate(plan.problem.people):
            other = served_instead(plan.awards, {seat: who})
            fine = not faults_of(plan.problem, other, may_serve(plan.problem)) and who != plan.awards[seat]
            assert (name in found) == fine
    assert "Dea" not in [taker.name for taker in takers(plan.problem, plan.awards, 1)]


def test_the_effect_is_what_the_statement_says_then() -> None:
    """A gift moves both accounts by a turn, an exchange moves nobody, a missed turn is due to nobody."""
    plan = eh.solve(rota())
    giver, taker = int(plan.awards[0]), int(plan.awards[2])
    names = plan.problem.people
    moved = effect(plan.problem, plan.awards, {0: taker})
    assert {name: round(after - before, 6) for name, (before, after) in moved.items()} == {
        names[giver]: 1, names[taker]: -1
    }  # fmt: skip
    assert effect(plan.problem, plan.awards, {0: taker, 2: giver}) == {}
    missed = effect(plan.problem, plan.awards, {0: -1})
    assert sum(after - before for before, after in missed.values()) == pytest.approx(0)


def test_rules_that_a_swap_breaks_are_named() -> None:
    """Somebody away and two turns in a row are both said, though a fact is still a fact."""
    plan = eh.solve(rota(rest=1))
    dea = plan.problem.people.index("Dea")
    assert why_not(plan.problem, plan.awards, {1: dea})
    assert not why_not(plan.problem, plan.awards, {})


def test_a_turn_is_found_by_id_slot_day_and_holder() -> None:
    """A day with several turns asks which, with their ids; a stranger is told how turns are named."""
    people = [{"name": name} for name in ("Ada", "Ben", "Cem")]
    two = RotaProblem.from_tables(people, eh.weekly("2026-01-05", 2, seats=2), policy="ledger")
    awards = np.array([0, 1, 2, 0])
    assert seat_named(two, awards, "duty/2026-01-12/2") == 3
    assert seat_named(two, awards, "2026-01-12", "Cem") == 2
    with pytest.raises(InputError, match=r"duty/2026-01-05/1 \(Ada\), duty/2026-01-05/2 \(Ben\)"):
        seat_named(two, awards, "2026-01-05")
    with pytest.raises(InputError, match="Cem has duty/2026-01-12/1"):
        seat_named(two, awards, "2026-01-05", "Cem")
    with pytest.raises(InputError, match="Turns are named like"):
        seat_named(two, awards, "yesterday")


def test_a_swap_warns_of_rules_with_a_weight() -> None:
    """What may be broken keeps nobody from a swap, but is said with its weight and comes after the others."""
    wanted = [{"rule": "rest", "value": "1", "weight": "7", "name": "Ben"}]
    problem = rota(rules=wanted)
    ada, ben, cem = (problem.people.index(name) for name in ("Ada", "Ben", "Cem"))
    awards = np.array([ben, ada, cem, ben, ada, cem])
    assert not why_not(problem, awards, {1: ben})
    assert breaks_added(problem, awards, {1: ben}) == (
        "Ben serves 2026-01-12 without 1 start day of rest before (weight 7).",
    )
    assert breaks_added(problem, awards, {1: cem}) == ()
    could = takers(problem, awards, 1)
    assert [(taker.name, bool(taker.breaks)) for taker in could] == [("Cem", False), ("Ben", True)]


def test_a_missed_turn_may_leave_somebody_new_alone() -> None:
    """Nobody in place of the experienced one breaks "only together"; an open seat alone breaks nothing."""
    people = [{"name": name} for name in ("Ada", "Ben", "Cem")]
    pairs = RotaProblem.from_tables(
        people, eh.weekly("2026-01-05", 2, seats=2), policy="ledger", together=[("Cem", "Ada")]
    )
    awards = np.array([0, 2, 0, 1])
    assert why_not(pairs, awards, {0: -1}) == ("Cem serves 2026-01-05 without anybody experienced.",)
    assert why_not(pairs, awards, {1: -1}) == ()
