"""The certificate: true ones hold, and whoever tampers is caught."""

from __future__ import annotations

import copy
import os
from typing import Any

import numpy as np
import pytest

from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.shares import TICKS
from evenhand.rota.judging.certificate import check
from evenhand.rota.judging.judge import judge
from evenhand.rota.problem import RotaProblem
from evenhand.rota.solving.model.entitlement import shares
from evenhand.rota.solving.quota.quota import run as quota
from evenhand.rota.solving.quota_smooth import run as smooth
from rota_boards import FIRST, Ints, calendar, served


def made(problem: RotaProblem, run: Any = quota) -> tuple[Ints, dict[str, Any]]:
    """Return awards and proof of a method."""
    answer = run(problem, 0, Limits(), Progress())
    return answer.awards, dict(answer.proof)


@pytest.mark.parametrize("start", range(0, 600 if os.environ.get("EVENHAND_SOAK") else 200, 20))
def test_true_certificates_hold(start: int) -> None:
    """Every plan of both methods is certified, with history, classes and loads; the judge finds no fault."""
    for seed in range(start, start + 20):
        problem = calendar(seed, past=seed % 3 == 0, loads=seed % 5 == 0, classes=seed % 7 == 0)
        for run in (quota, smooth) if seed % 4 == 0 else (quota,):
            awards, proof = made(problem, run)
            found = check(problem, awards, proof)
            assert found.holds, str(found)
            assert found.smoothest == (run is smooth) or not found.turns
            assert check(problem, awards, proof, add_up=False).holds
            assert judge(problem, awards).faults == ()


def test_what_it_says() -> None:
    """A certificate that holds says so in a sentence with its figures; a broken one lists its faults."""
    problem = calendar(2, people=4, slots=6, seats=1, away=0.0, churn=False)
    awards, proof = made(problem, smooth)
    assert str(check(problem, awards, proof)) == (
        "The certificate holds (shares added up anew): in 6 turns over 6 slots only able people serve, "
        "every seat that can be filled is filled, and nobody is ever a whole turn ahead or behind. "
        "No plan within quota has a smaller sum of squared lags."
    )
    assert "by the figures it carries" in str(check(problem, awards, proof, add_up=False))
    assert str(check(problem, awards, {})).startswith(
        "The certificate does not hold.\n  - The plan carries no"
    )


def test_any_other_plan_within_or_beyond_quota_is_caught() -> None:
    """Handing a turn to somebody else without new figures never passes."""
    caught = 0
    for seed in range(60):
        problem = calendar(seed, people=6, slots=20)
        awards, proof = made(problem)
        draw = np.random.default_rng(seed)
        taken = np.flatnonzero(awards >= 0)
        forged = awards.copy()
        at = int(draw.choice(taken))
        forged[at] = (forged[at] + 1 + draw.integers(5)) % 6
        assert not check(problem, forged, proof).holds
        caught += not check(problem, forged, proof, add_up=False).holds
    assert caught > 30


def test_plans_beyond_quota_cannot_be_certified() -> None:
    """With the true figures of a plan beyond quota the check fails just where quota is broken."""
    for seed in range(80):
        problem = calendar(seed, people=5, slots=15, seats=2, away=0.2, churn=False)
        draw = np.random.default_rng(seed)
        share = shares(problem)
        awards = np.full(int(problem.seats.sum()), -1)
        for slot in range(len(share)):
            who = np.flatnonzero(share[slot] > 0)
            count = int(share[slot].sum() // TICKS)
            first = int(problem.first_seat[slot])
            awards[first : first + count] = np.sort(draw.choice(who, count, replace=False))
        due = np.cumsum(share, axis=0)
        after = np.zeros_like(awards)
        before = np.zeros_like(awards)
        taken = awards >= 0
        after[taken] = due[problem.seat_slot[taken], awards[taken]]
        before[taken] = after[taken] - share[problem.seat_slot[taken], awards[taken]]
        proof = {"certificate": {"before": before, "after": after, "parts": [{"first_slot": 0}]}}
        turns = np.cumsum(served(problem, awards), axis=0)
        inside = bool((np.abs(due - TICKS * turns) < TICKS).all())
        assert check(problem, awards, proof).holds == inside


def _forged(proof: dict[str, Any], name: str, at: int, by: int) -> dict[str, Any]:
    out = copy.deepcopy(proof)
    out["certificate"][name][at] += by
    return out


def test_forged_figures_are_caught() -> None:
    """A single tick added to any figure of the certificate is found when the shares are added up anew."""
    problem = calendar(2, people=4, slots=8, seats=1, away=0.0, churn=False)
    awards, proof = made(problem)
    for name in ("before", "after"):
        for at in range(awards.size):
            assert not check(problem, awards, _forged(proof, name, at, 1)).holds


def test_forged_repayment_is_caught() -> None:
    """Paying back more than history left, to strangers, or out of nothing, is no certificate."""
    problem = next(
        p for p in (calendar(seed, people=5, slots=20, past=True) for seed in range(0, 60, 4)) if _owes(p)
    )
    awards, proof = made(problem)
    part = proof["certificate"]["parts"][0]
    assert part["repaid_slot"].size
    for change in (
        {"repaid_ticks": part["repaid_ticks"] * 2},
        {"repaid_ticks": -part["repaid_ticks"]},
        {"repaid_person": part["repaid_person"] + 99},
        {"repaid_slot": part["repaid_slot"] + 99},
        {"repaid_person": ["nobody"]},
        {"repaid_ticks": part["repaid_ticks"][:-1]},
    ):
        forged = copy.deepcopy(proof)
        forged["certificate"]["parts"][0].update(change)
        assert not check(problem, awards, forged).holds, change


def _owes(problem: RotaProblem) -> bool:
    _, proof = made(problem)
    parts = proof["certificate"]["parts"]
    return bool(parts) and parts[0]["repaid_slot"].size > 2


def test_a_damaged_certificate_is_a_fault_and_no_crash() -> None:
    """Missing, short or silly figures, other plans and other problems are told in words."""
    problem = calendar(2, people=4, slots=6, seats=1, away=0.0, churn=False)
    awards, proof = made(problem, smooth)
    paper = proof["certificate"]
    for wrong in (
        {"certificate": "yes"},
        {"certificate": {**paper, "before": "abc"}},
        {"certificate": {**paper, "before": paper["before"][:2]}},
        {"certificate": {**paper, "parts": None}},
        {"certificate": {**paper, "parts": ["x"]}},
        {"certificate": {"before": paper["before"], "after": paper["after"]}},
    ):
        found = check(problem, awards, wrong)
        assert not found.holds
        assert "damaged" in str(found) or "no certificate" in str(found)
    assert "does not fit" in str(check(problem, awards[:-1], proof))
    assert "does not fit" in str(check(problem, awards + 9, proof))
    for price in ([1, 2], [0.5] * 6, "x"):
        odd = copy.deepcopy(proof)
        odd["certificate"]["parts"][0]["slot_price"] = price
        assert not check(problem, awards, odd).smoothest
    odd = copy.deepcopy(proof)
    odd["certificate"]["parts"][0]["slot_price"] = (
        np.asarray(paper["parts"][0]["slot_price"]) + np.arange(6) * TICKS
    )
    assert not check(problem, awards, odd).smoothest


def test_each_fault_is_named() -> None:
    """Away, not a member, unskilled, twice in a slot, open seats: each has its sentence."""
    problem = calendar(2, people=4, slots=3, seats=2, away=0.0, churn=False)
    asked = np.array([0, -1] * 3)
    fields = {
        name: getattr(problem, name)
        for name in ("people", "weight", "slot_start", "slot_end", "seats", "load", "slot_duty", "policy")
    }
    strict = RotaProblem(
        **fields,
        period_person=np.array([0, 1, 2, 3]),
        period_start=np.array([FIRST, FIRST, FIRST + 7, FIRST]),
        period_end=np.full(4, 2**31),
        absent_person=np.array([1, 1]),
        absent_from=np.array([FIRST + 7, FIRST - 20]),
        absent_to=np.array([FIRST + 8, FIRST - 19]),
        skills=("driver",),
        seat_skill=asked,
        skill_person=np.array([0]),
        skill_code=np.array([0]),
    )
    paper = {"certificate": {"before": [0] * 6, "after": [1] * 6, "parts": []}}
    said = str(check(strict, np.array([3, 2, 1, 1, 0, -1]), paper))
    assert "2026-01-05: p0002 is not a member for the whole slot." in said
    assert "2026-01-12: p0001 is away." in said
    assert "2026-01-05: p0003 lacks the skill of the seat." in said
    assert "2026-01-12: p0001 serves twice." in said
    assert "2026-01-19: a seat that can be filled is open, or too many serve." in said


def test_an_empty_plan_is_certified() -> None:
    """Where nobody is ever there, the empty plan keeps its promise."""
    problem = calendar(2, people=2, slots=3, seats=1, away=0.0, churn=False)
    fields = {
        name: getattr(problem, name)
        for name in ("people", "weight", "slot_start", "slot_end", "seats", "load", "slot_duty", "policy")
    }
    none = np.zeros(0, dtype=np.int64)
    empty = RotaProblem(**fields, period_person=none, period_start=none, period_end=none)
    for run in (quota, smooth):
        awards, proof = made(empty, run)
        assert (awards == -1).all()
        assert check(empty, awards, proof).holds
