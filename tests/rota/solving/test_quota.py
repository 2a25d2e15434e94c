"""The quota methods: nobody ever a whole turn ahead or behind."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from evenhand.core.job import Answer, Limits
from evenhand.core.progress import Progress
from evenhand.core.shares import TICKS
from evenhand.core.solution import Status
from evenhand.rota.judging.certificate import check
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.policies import POLICIES
from evenhand.rota.solving.model.entitlement import opening, shares
from evenhand.rota.solving.quota.arcs import lag_squares
from evenhand.rota.solving.quota.parts import parts
from evenhand.rota.solving.quota.quota import fits
from evenhand.rota.solving.quota.quota import run as quota
from evenhand.rota.solving.quota_smooth import run as quota_smooth
from rota_boards import Ints, all_plans, calendar, served, squared_lags


def awards_of(problem: RotaProblem, *, smooth: bool = False) -> Ints:
    """Run a quota method and return its awards."""
    run = quota_smooth if smooth else quota
    answer = run(problem, 0, Limits(), Progress())
    assert answer.awards is not None
    return answer.awards


def within_quota(problem: RotaProblem, plan: Ints) -> bool:
    """Whether floor(E) <= x <= ceil(E) for everyone after every slot, by slow and plain arithmetic."""
    due = [0] * len(problem.people)
    turns = [0] * len(problem.people)
    for slot, row in enumerate(shares(problem).tolist()):
        for person, share in enumerate(row):
            due[person] += share
            turns[person] += int(plan[slot, person])
            low, high = due[person] // TICKS, -(-due[person] // TICKS)
            if not low <= turns[person] <= high:
                return False
    return True


@pytest.mark.parametrize("start", range(0, 1000 if os.environ.get("EVENHAND_SOAK") else 400, 100))
def test_everybody_is_within_quota_after_every_slot(start: int) -> None:
    """On random calendars floor(E) <= x <= ceil(E), only able people serve, and every seat is filled."""
    for seed in range(start, start + 100):
        problem = calendar(seed)
        plan = served(problem, awards_of(problem))
        share = shares(problem)
        assert plan.max(initial=0) <= 1
        assert not plan[share == 0].any()
        assert (plan.sum(axis=1) * TICKS == share.sum(axis=1)).all()
        lag = np.cumsum(share, axis=0) - TICKS * np.cumsum(plan, axis=0)
        assert np.abs(lag).max(initial=0) < TICKS


def test_the_plain_arithmetic_agrees() -> None:
    """Slot by slot, in Python integers, floor and ceiling hold for both methods."""
    for seed in range(25):
        problem = calendar(seed, slots=20)
        assert within_quota(problem, served(problem, awards_of(problem)))
        assert within_quota(problem, served(problem, awards_of(problem, smooth=True)))


def test_dense_absences_need_mends() -> None:
    """The deadlines alone fall short on some calendars, and the augmenting paths mend them."""
    mends = 0
    for seed in range(400):
        answer = quota(calendar(seed, people=9, away=0.55), 0, Limits(), Progress())
        mends += sum(part["mends"] for part in answer.proof["certificate"]["parts"])
    assert mends > 0


@pytest.mark.parametrize("seed", range(60))
def test_least_squares_against_brute_force(seed: int) -> None:
    """On small rotas no plan within quota has a smaller sum of squared lags than quota-smooth's."""
    problem = calendar(seed, people=2 + seed % 3, slots=3 + seed % 4, seats=1 + seed % 2, away=0.3)
    plans = [plan for plan in all_plans(problem) if within_quota(problem, plan)]
    best = min(squared_lags(problem, plan) for plan in plans)
    assert squared_lags(problem, served(problem, awards_of(problem, smooth=True))) == best


def test_smooth_is_never_rougher_than_the_deal() -> None:
    """The sum of squared lags of quota-smooth is at most that of quota, and the prices prove it least."""
    for seed in range(60):
        problem = calendar(seed)
        answer = quota_smooth(problem, 0, Limits(), Progress())
        assert answer.awards is not None
        rough = squared_lags(problem, served(problem, awards_of(problem)))
        assert squared_lags(problem, served(problem, answer.awards)) <= rough
        assert check(problem, answer.awards, answer.proof).smoothest


def test_each_class_and_load_is_within_quota_by_itself() -> None:
    """Holidays and ordinary days, single and double loads: each kind of slot is dealt evenly for itself."""
    for seed in range(60):
        problem = calendar(seed, loads=True, classes=True)
        plan = served(problem, awards_of(problem))
        share = shares(problem)
        for kind in {(int(c), int(w)) for c, w in zip(problem.slot_class, problem.load, strict=True)}:
            slots = (problem.slot_class == kind[0]) & (problem.load == kind[1])
            lag = np.cumsum(share[slots], axis=0) - TICKS * kind[1] * np.cumsum(plan[slots], axis=0)
            assert np.abs(lag).max(initial=0) < TICKS * kind[1]


def test_history_is_paid_back_and_never_beyond() -> None:
    """What history left shrinks towards 0, and at the end lags are under a turn beyond what is left of it."""
    for seed in range(100):
        problem = calendar(seed, past=True)
        (part,) = parts(problem)
        owed = opening(problem)
        assert (np.abs(part.unpaid) <= np.abs(owed)).all()
        assert (np.sign(part.unpaid) * np.sign(owed) >= 0).all()
        assert int(part.unpaid.sum()) == 0
        plan = served(problem, awards_of(problem))
        lag = owed + shares(problem).sum(axis=0) - TICKS * plan.sum(axis=0)
        assert (np.abs(lag - part.unpaid) < TICKS).all()


@pytest.mark.parametrize("method", [quota, quota_smooth])
def test_the_seed_decides_ties(method: Callable[..., Answer]) -> None:
    """The same seed gives the same awards; over seeds, everybody of equal people begins at some time."""
    problem = calendar(7, people=5, slots=20, seats=1, away=0.0, churn=False)
    problem = replace(problem, weight=np.ones(5, dtype=np.int64))
    first = set()
    for seed in range(30):
        one = method(problem, seed, Limits(), Progress()).awards
        again = method(problem, seed, Limits(), Progress()).awards
        assert one is not None
        assert again is not None
        assert np.array_equal(one, again)
        first.add(int(one[0]))
    assert first == set(range(5))


def test_a_cut_deal_hands_out_nothing() -> None:
    """Without a finished deal there is no certificate, so nothing is claimed."""
    answer = quota(calendar(3, people=5, slots=9), 0, Limits(), Progress(seconds=0.0))
    assert answer.awards is None
    assert answer.status is Status.UNKNOWN


def test_smooth_cut_or_interrupted_hands_out_the_deal() -> None:
    """Stopped before it began, quota-smooth hands out a plan within quota and claims nothing of its sum."""
    problem = calendar(2, people=12, slots=60, seats=3, away=0.3)
    stopped = Progress()
    stopped.interrupted = True
    for progress in (Progress(seconds=0.0), stopped):
        answer = quota_smooth(problem, 0, Limits(), progress)
        assert progress.cut
        assert answer.awards is not None
        assert answer.status is Status.FEASIBLE
        found = check(problem, answer.awards, answer.proof)
        assert found.holds
        assert not found.smoothest


def test_cycles_stopped_half_way_leave_a_plan_within_quota(monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupted between two cycles, the plan is still within quota, and the prices are left out."""
    from evenhand.rota.solving import quota_smooth as module
    from evenhand.rota.solving.quota import flow as quota_flow

    problem = calendar(2, people=12, slots=60, seats=3, away=0.3)
    progress = Progress()
    settle = quota_flow._settle

    def interrupting(*arguments: Ints) -> Ints | None:
        progress.interrupted = True
        return settle(*arguments)

    monkeypatch.setattr(module, "relaxed", lambda *_: None)
    monkeypatch.setattr(quota_flow, "_settle", interrupting)
    answer = quota_smooth(problem, 0, Limits(), progress)
    assert answer.awards is not None
    assert progress.cut
    found = check(problem, answer.awards, answer.proof)
    assert found.holds
    assert not found.smoothest


def test_smooth_falls_back_to_the_deal_when_the_program_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the linear program, cycles are cancelled from the deal on, to the same least sum."""
    from evenhand.rota.solving import quota_smooth as module

    problems = [calendar(seed, people=8, slots=30) for seed in range(10)]
    usual = [squared_lags(p, served(p, awards_of(p, smooth=True))) for p in problems]
    monkeypatch.setattr(module, "relaxed", lambda *_: None)
    assert [squared_lags(p, served(p, awards_of(p, smooth=True))) for p in problems] == usual


def test_nobody_able_leaves_the_slot_open() -> None:
    """A slot nobody can take stays open; the rest is dealt."""
    problem = calendar(4, people=2, slots=6, seats=1, away=0.0, churn=False)
    gone = RotaProblem(
        **{
            name: getattr(problem, name)
            for name in ("people", "weight", "period_person", "period_start", "period_end")
        },
        slot_start=problem.slot_start,
        slot_end=problem.slot_end,
        seats=problem.seats,
        load=problem.load,
        slot_duty=problem.slot_duty,
        absent_person=np.array([0, 1]),
        absent_from=problem.slot_start[[2, 2]],
        absent_to=problem.slot_end[[2, 2]],
        policy=POLICIES["ledger"],
    )
    for smooth in (False, True):
        awards = awards_of(gone, smooth=smooth)
        assert awards.tolist().count(-1) == 1
        assert awards[2] == -1


def test_what_does_not_fit_is_said() -> None:
    """Side rules, caught-up absence, published turns, mixed skills and slots at one time are turned away."""
    assert fits(calendar(1)) == ""
    assert "side rules" in fits(calendar(1, rest_slots=1))
    assert "absence" in fits(calendar(1, policy="ledger-member"))
    plain = calendar(2, people=4, slots=3, seats=2)
    turns = int(plain.seats.sum())
    assert "published" in fits(
        calendar(2, people=4, slots=3, seats=2, published=np.zeros(turns, dtype=np.int64), stickiness=9)
    )
    mixed = np.full(turns, -1)
    mixed[0] = 0
    assert "skills" in fits(calendar(2, people=4, slots=3, seats=2, skills=("driver",), seat_skill=mixed))
    twice = calendar(2, people=4, slots=3, seats=1)
    both = RotaProblem(
        people=twice.people,
        weight=twice.weight,
        period_person=twice.period_person,
        period_start=twice.period_start,
        period_end=twice.period_end,
        slot_start=twice.slot_start[[0, 0]],
        slot_end=twice.slot_end[[0, 0]],
        seats=twice.seats[:2],
        load=twice.load[:2],
        slot_duty=twice.slot_duty[:2],
    )
    assert "same time" in fits(both)


def test_sums_of_squares_are_exact() -> None:
    """The sum of squared lags is exact far beyond 64 bits."""
    draw = np.random.default_rng(5)
    due = np.cumsum(draw.integers(0, TICKS, (200, 6)), axis=0)
    turns = np.zeros_like(due)
    assert lag_squares(due, turns, TICKS) == sum(int(value) ** 2 for value in due.ravel().tolist())


@pytest.mark.parametrize("seed", range(60))
def test_the_bound_holds_for_every_plan(seed: int) -> None:
    """The bound is below every plan, within quota or not, and OPTIMAL means that none is smaller."""
    problem = calendar(
        seed, people=2 + seed % 3, slots=3 + seed % 3, seats=1 + seed % 2, away=0.3, past=seed % 4 == 0
    )
    answer = quota_smooth(problem, 0, Limits(), Progress())
    assert answer.awards is not None
    best = min(squared_lags(problem, plan) for plan in all_plans(problem))
    assert answer.bound is None or answer.bound <= best
    if answer.status is Status.OPTIMAL:
        assert squared_lags(problem, served(problem, answer.awards)) == best == answer.bound


def test_without_history_smooth_is_mostly_optimal_of_all() -> None:
    """Without history the smoothest plan within quota is nearly always the smoothest of all."""
    answers = [quota_smooth(calendar(seed), 0, Limits(), Progress()) for seed in range(60)]
    assert sum(answer.status is Status.OPTIMAL for answer in answers) >= 55


def test_sizes_beyond_the_network_are_turned_away() -> None:
    """Rotas too large for a network are turned away with their size and what to do instead."""
    from evenhand.rota.solving import quota_smooth as module
    from evenhand.rota.solving.optimise import optimise

    huge = calendar(2, people=2001, slots=1000, seats=1, away=0.0, churn=False)
    assert "2,001,000" in module.fits(huge)
    assert "2,001,000" in optimise.fits(huge)
    assert fits(huge) == ""
    small = calendar(2, people=3, slots=4, seats=1)
    assert module.fits(small) == optimise.fits(small) == ""
