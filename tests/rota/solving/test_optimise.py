"""The optimiser: side rules hold, the bound holds for every plan, and what it calls optimal is."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.shares import TICKS
from evenhand.core.solution import Status
from evenhand.rota.judging.judge import judge
from evenhand.rota.judging.judge import largest_lag as judged_lag
from evenhand.rota.problem import RotaProblem
from evenhand.rota.solving.optimise.board import board_of, kept
from evenhand.rota.solving.optimise.bound import priced_bound
from evenhand.rota.solving.optimise.model import stretch
from evenhand.rota.solving.optimise.optimise import run
from evenhand.rota.solving.optimise.rolling import rolling
from evenhand.rota.solving.optimise.search import largest_lag, search, squares
from evenhand.rota.solving.optimise.start import ledger_start
from rota_boards import FIRST, all_plans, calendar, keeps_rules, served, squared_lags


def ruled(seed: int, **size: Any) -> RotaProblem:
    """Make a small random rota with a random handful of side rules."""
    draw = np.random.default_rng(seed + 5000)
    people, slots = int(draw.integers(3, 5)), int(draw.integers(3, 6))
    rules: dict[str, Any] = {}
    if draw.random() < 0.4:
        rules["rest_slots"] = 1
    if draw.random() < 0.2:
        rules["rest_days"] = int(draw.integers(1, 9))
    if draw.random() < 0.4:
        rules["apart"] = draw.choice(people, (1, 2), replace=False)
    if draw.random() < 0.4:
        rules["together"] = draw.choice(people, (1, 2), replace=False)
    if draw.random() < 0.3:
        rules["most_count"], rules["most_days"] = np.array([2]), np.array([int(draw.integers(14, 40))])
    if draw.random() < 0.3:
        rules["forbidden"] = np.array([[int(draw.integers(slots)), int(draw.integers(people))]])
    if draw.random() < 0.3:
        seats = int(draw.integers(1, 3))
        asked = np.tile(np.array([0, -1][:seats]), slots)
        who = np.flatnonzero(draw.random(people) < 0.6)
        rules |= {
            "skills": ("driver",),
            "seat_skill": asked,
            "skill_person": who,
            "skill_code": np.zeros(who.size, dtype=np.int64),
        }
        size = {"seats": seats, **size}
        seed = seed * 3 + 1  # seats as asked, not drawn
    return calendar(
        seed,
        people=people,
        slots=slots,
        away=0.2,
        churn=False,
        past=bool(seed % 2),
        **{"seats": 1 + seed % 2, **size},
        **rules,
    )


def answered(problem: RotaProblem, progress: Progress | None = None) -> Any:
    """Run the optimiser."""
    return run(problem, 0, Limits(), progress or Progress())


@pytest.mark.parametrize("start", range(0, 240 if os.environ.get("EVENHAND_SOAK") else 80, 40))
def test_agrees_with_brute_force(start: int) -> None:
    """On small rotas with rules it finds the least sum and the least largest lag, or proves none."""
    outcomes = set()
    for seed in range(start, start + 40):
        problem = ruled(seed)
        plans = [plan for plan in all_plans(problem) if keeps_rules(problem, plan)]
        answer = answered(problem)
        outcomes.add(answer.status)
        if not plans:
            assert answer.status is Status.INFEASIBLE, seed
            assert answer.conflict
            continue
        plan = served(problem, answer.awards)
        assert keeps_rules(problem, plan), seed
        assert judge(problem, answer.awards).faults == (), seed
        board = board_of(problem)
        every = [(largest_lag(board, one.astype(bool)), squared_lags(problem, one)) for one in plans]
        assert answer.status is Status.OPTIMAL, seed
        assert answer.proof["least_largest_lag"] == min(every)[0], seed
        value = squared_lags(problem, plan)
        assert value <= min(value for _, value in every) + 10**-6 * TICKS**2, seed
        assert answer.bound == value == judge(problem, answer.awards).objective
    assert outcomes == {Status.OPTIMAL, Status.INFEASIBLE}


@pytest.mark.parametrize("seed", range(20))
def test_the_judge_and_the_board_agree_on_every_plan(seed: int) -> None:
    """A plan keeps the board's rows just where the judge finds no fault, for every plan of a small rota."""
    problem = ruled(seed)
    board = board_of(problem)
    for plan in list(all_plans(problem))[:80]:
        from evenhand.rota.solving.optimise.optimise import seated

        awards = seated(problem, board, plan.astype(bool))
        assert kept(board, plan.astype(bool)) == (not judge(problem, awards).faults)


def test_a_bound_by_prices_is_below_every_plan() -> None:
    """Any prices give a bound below any plan; the relaxation's give its value."""
    for seed in range(30):
        problem = ruled(seed)
        board = board_of(problem)
        relaxed = stretch(board, Progress(), whole=False)
        if not np.isfinite(relaxed.bound):
            continue
        bound = priced_bound(board, relaxed.duals)
        assert bound <= relaxed.bound + 1e-5
        plans = [plan for plan in all_plans(problem) if keeps_rules(problem, plan)]
        for plan in plans[:50]:
            assert bound <= squared_lags(problem, plan) / TICKS**2 + 1e-6
        draw = np.random.default_rng(seed)
        odd = [None if one is None else draw.normal(size=one.shape) for one in relaxed.duals]
        assert all(
            priced_bound(board, odd) <= squared_lags(problem, plan) / TICKS**2 + 1e-6 for plan in plans[:50]
        )


@pytest.mark.parametrize("seed", range(6))
def test_twenty_people_half_a_year_three_weeks_of_rest(seed: int) -> None:
    """20 people, 26 weeks, 3 seats, 3 weeks of rest, pairs apart: the plan is proven optimal."""
    problem = calendar(
        2 * seed,
        people=20,
        slots=26,
        seats=3,
        away=0.08,
        churn=False,
        rest_slots=3,
        apart=np.array([[0, 1], [2, 3]]),
    )
    answer = answered(problem)
    assert answer.status is Status.OPTIMAL
    assert answer.bound == judge(problem, answer.awards).objective
    assert answer.proof["least_largest_lag"] <= judged_lag(problem, answer.awards)
    assert judge(problem, answer.awards).faults == ()


def test_twenty_equal_people_are_proven_optimal() -> None:
    """Where nobody is away, 20 people with 3 weeks of rest come out optimal, for 1 to 5 seats."""
    for seats in range(1, 6):
        problem = calendar(2, people=20, slots=26, seats=seats, away=0.0, churn=False, rest_slots=3)
        assert answered(problem).status is Status.OPTIMAL


def test_the_start_keeps_the_rules() -> None:
    """The ledger's plan to start from, where there is one, keeps every rule."""
    found = 0
    for seed in range(60):
        problem = ruled(seed)
        start = ledger_start(board_of(problem))
        if start is not None:
            found += 1
            assert keeps_rules(problem, start.astype(np.int64))
    assert found > 20


def test_cut_at_once_it_hands_out_the_start_and_says_so() -> None:
    """Without time the ledger's plan is handed out, keeps the rules, and is said to be cut."""
    problem = calendar(2, people=12, slots=30, seats=2, away=0.2, churn=False, rest_slots=2)
    progress = Progress(seconds=0.0)
    answer = answered(problem, progress)
    assert progress.cut
    verdict = judge(problem, answer.awards)
    assert verdict.faults == ()
    assert answer.bound <= verdict.objective
    assert answer.proof["least_largest_lag"] is None


def test_cut_with_nothing_in_hand_any_plan_is_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without time and without a start a small rota gets a plan that keeps the rules, and claims no more."""
    from evenhand.rota.solving.optimise import optimise

    monkeypatch.setattr(optimise, "ledger_start", lambda _board: None)
    problem = calendar(2, people=12, slots=30, seats=2, away=0.2, churn=False, rest_slots=2)
    progress = Progress(seconds=0.0)
    answer = answered(problem, progress)
    assert progress.cut
    assert keeps_rules(problem, served(problem, answer.awards))
    assert answer.status is Status.FEASIBLE
    assert answer.bound <= judge(problem, answer.awards).objective


def test_without_a_start_the_outcome_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan to start from saves time; the sum and what is proven do not depend on it."""
    from evenhand.rota.solving.optimise import optimise

    problems = [ruled(seed) for seed in range(30)]
    usual = [answered(problem) for problem in problems]
    monkeypatch.setattr(optimise, "ledger_start", lambda _board: None)
    for problem, one in zip(problems, usual, strict=True):
        other = answered(problem)
        assert other.status is one.status
        assert other.proof.get("least_largest_lag") == one.proof.get("least_largest_lag")
        if one.awards is not None:
            values = [judge(problem, answer.awards).objective / TICKS**2 for answer in (one, other)]
            assert values[0] == pytest.approx(values[1], abs=1e-5)


def test_an_interruption_keeps_the_best() -> None:
    """An interrupted search still hands out a plan that keeps the rules."""
    problem = calendar(4, people=8, slots=12, seats=2, away=0.0, churn=False, rest_slots=1)
    progress = Progress()
    progress.interrupted = True
    answer = answered(problem, progress)
    assert progress.cut
    assert judge(problem, answer.awards).faults == ()


def test_classes_are_each_even() -> None:
    """With a class of holidays the sum runs over each class's own ledger."""
    problem = calendar(9, people=4, slots=6, seats=1, away=0.0, churn=False, classes=True, rest_slots=1)
    answer = answered(problem)
    assert answer.status is Status.OPTIMAL
    assert answer.bound == judge(problem, answer.awards).objective
    plans = [plan for plan in all_plans(problem) if keeps_rules(problem, plan)]
    plan = served(problem, answer.awards)
    assert squared_lags(problem, plan) <= min(squared_lags(problem, one) for one in plans) + 10**-6 * TICKS**2


def test_loads_count_in_one_ledger() -> None:
    """A double load counts double: the sums are those of brute force."""
    for seed in (11, 13, 16):
        problem = calendar(seed, people=3, slots=5, seats=1, away=0.0, churn=False, loads=True)
        answer = answered(problem)
        least = min(squared_lags(problem, plan) for plan in all_plans(problem))
        assert squared_lags(problem, served(problem, answer.awards)) <= least + 10**-6 * TICKS**2
        assert answer.bound <= least + 10**-6 * TICKS**2


def test_rest_is_remembered_across_plans() -> None:
    """Who served the week before the plan rests in its first weeks."""
    plain = calendar(4, people=6, slots=8, seats=1, away=0.0, churn=False)
    past = {
        "history_day": np.array([FIRST - 14, FIRST - 7]),
        "history_person": np.array([0, 1]),
        "history_load": np.ones(2, dtype=np.int64),
    }
    fields = {name: getattr(plain, name) for name in _FIELDS}
    problem = RotaProblem(**{**fields, **past}, rest_slots=2)
    plan = served(problem, answered(problem).awards)
    assert not plan[0, :2].any()
    assert not plan[1, 1]


_FIELDS = (
    "people",
    "weight",
    "period_person",
    "period_start",
    "period_end",
    "slot_start",
    "slot_end",
    "seats",
    "load",
    "slot_duty",
    "policy",
)


def test_published_turns_are_kept_where_that_is_worth_it() -> None:
    """With a high stickiness a published plan is not touched; frozen slots never are, open seats included."""
    plain = calendar(4, people=5, slots=8, seats=1, away=0.0, churn=False)
    fields = {name: getattr(plain, name) for name in _FIELDS}
    published = np.array([0, 0, 1, 2, 3, 4, 0, -1])
    sticky = RotaProblem(**fields, published=published, stickiness=10**6)
    awards = answered(sticky).awards
    assert awards[:-1].tolist() == published[:-1].tolist()
    assert awards[-1] >= 0
    frozen = RotaProblem(**fields, published=published[::-1].copy(), frozen=FIRST + 20)
    answer = answered(frozen)
    assert answer.awards[:3].tolist() == [-1, 0, 4]
    assert judge(frozen, answer.awards).faults == ()


def test_a_fixed_turn_stands_for_somebody_away() -> None:
    """A fixed turn is served by its person even while away, and the judge agrees."""
    plain = calendar(4, people=3, slots=4, seats=1, away=0.0, churn=False)
    fields = {name: getattr(plain, name) for name in _FIELDS}
    problem = RotaProblem(
        **fields,
        absent_person=np.array([1]),
        absent_from=plain.slot_start[[1]],
        absent_to=plain.slot_end[[1]],
        fixed=np.array([[1, 1]]),
    )
    answer = answered(problem)
    assert answer.awards[1] == 1
    assert judge(problem, answer.awards).faults == ()


def test_slots_at_one_time_need_two_people() -> None:
    """Nobody serves two slots that run at the same time, unless the problem allows it."""
    plain = calendar(4, people=2, slots=4, seats=1, away=0.0, churn=False)
    fields = {name: getattr(plain, name) for name in _FIELDS}
    fields["slot_start"] = plain.slot_start[[0, 0, 1, 1]]
    fields["slot_end"] = plain.slot_end[[0, 0, 1, 1]]
    awards = answered(RotaProblem(**fields)).awards
    assert awards[0] != awards[1]
    assert awards[2] != awards[3]
    assert judge(RotaProblem(**fields), awards).faults == ()
    only = {
        **fields,
        "period_person": np.array([0]),
        "period_start": np.array([FIRST - 9]),
        "period_end": np.array([2**31]),
    }
    assert answered(RotaProblem(**only)).status is Status.INFEASIBLE
    assert answered(RotaProblem(**only, overlaps=1)).awards.tolist() == [0, 0, 0, 0]


def test_rest_days_with_slots_of_many_lengths() -> None:
    """Where a long slot outlasts a later short one, rest is kept pair by pair."""
    plain = calendar(4, people=4, slots=6, seats=1, away=0.0, churn=False)
    fields = {name: getattr(plain, name) for name in _FIELDS}
    fields["slot_start"] = FIRST + np.array([0, 1, 3, 5, 8, 10])
    fields["slot_end"] = fields["slot_start"] + np.array([6, 0, 0, 1, 0, 0])
    fields["period_start"] = np.full(4, FIRST - 9)
    for classes in (np.zeros(6, dtype=np.int64), np.array([0, 1, 0, 1, 0, 1])):
        problem = RotaProblem(**fields, slot_class=classes, classes=("a", "b"), rest_days=2, overlaps=1)
        answer = answered(problem)
        assert keeps_rules(problem, served(problem, answer.awards))
        assert judge(problem, answer.awards).faults == ()


def test_the_same_problem_gives_the_same_bytes() -> None:
    """Two runs agree in every award and figure."""
    one, other = (answered(ruled(12)) for _ in range(2))
    assert np.array_equal(one.awards, other.awards)
    assert (one.bound, one.proof) == (other.bound, other.proof)


def test_search_reports_what_it_proved() -> None:
    """The least largest lag is not above that of the plan, nor is the bound above its sum."""
    board = board_of(calendar(4, people=9, slots=20, seats=2, away=0.2, churn=False, rest_slots=2))
    outcome = search(board, Progress())
    assert outcome.plan is not None
    assert outcome.narrowest is not None
    assert outcome.narrowest <= largest_lag(board, outcome.plan)
    assert squares(board, outcome.plan) >= outcome.bound - 1e-6


def test_stretch_by_stretch_keeps_the_rules_and_bounds_the_whole() -> None:
    """Planned in stretches, the rules hold across their seams and the bound is below the best plan's sum."""
    for seed in (2, 4, 7):
        problem = calendar(
            seed,
            people=10,
            slots=40,
            seats=2,
            away=0.1,
            churn=False,
            rest_slots=2,
            apart=np.array([[0, 1]]),
            most_count=np.array([3]),
            most_days=np.array([70]),
        )
        board = board_of(problem)
        outcome = rolling(board, Progress(), None, cells=120)
        assert outcome.plan is not None
        assert kept(board, outcome.plan)
        assert keeps_rules(problem, outcome.plan.astype(np.int64))
        best = search(board, Progress())
        assert best.plan is not None
        assert outcome.bound <= squares(board, best.plan) + 1e-6
        assert outcome.bound >= 0.5 * best.bound


def test_large_rotas_are_planned_in_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a size the optimiser goes stretch by stretch; where that ends in a corner, it starts over."""
    from evenhand.rota.solving.optimise import optimise

    monkeypatch.setattr(optimise, "LARGE", 10)
    for seed in range(20):
        problem = ruled(seed)
        answer = answered(problem)
        if answer.awards is not None:
            assert judge(problem, answer.awards).faults == ()
        else:
            assert answer.status is Status.INFEASIBLE


def test_stretches_cut_short_hand_out_the_start() -> None:
    """Without time the stretches hand out the plan they started from and bound nothing."""
    problem = calendar(2, people=12, slots=30, seats=2, away=0.2, churn=False, rest_slots=2)
    board = board_of(problem)
    start = ledger_start(board)
    assert start is not None
    outcome = rolling(board, Progress(seconds=0.0), start, cells=100)
    assert outcome.plan is start
    assert outcome.bound == 0.0
    assert not outcome.infeasible


def test_an_interrupted_program_stops_and_says_so() -> None:
    """Both the relaxation and the integer program stop when interrupted, and prove nothing."""
    draw = np.random.default_rng(1)
    problem = calendar(
        1,
        people=30,
        slots=30,
        seats=5,
        away=0.08,
        churn=False,
        rest_slots=3,
        together=np.stack([draw.choice(30, 2, replace=False) for _ in range(5)]),
    )
    board = board_of(problem)
    for whole in (False, True):
        progress = Progress()
        progress.interrupted = True
        found = stretch(board, progress, widest=5 * TICKS, whole=whole)
        assert progress.cut
        assert not found.proven


def test_what_was_proven_is_said() -> None:
    """The proof says in words how far it went, and no further."""
    said = set()
    for seed in range(20):
        problem = calendar(seed, people=12, slots=20, seats=2, away=0.1, churn=False, rest_slots=3)
        answer = eh.solve(problem, method="optimise")
        board = board_of(problem)
        plan = served(problem, answer.awards).astype(bool)
        # The judge's lag, which is told, is the method's.
        assert judged_lag(problem, answer.awards) == largest_lag(board, plan)
        assert f"{largest_lag(board, plan) / TICKS:.2f} turns" in answer.proof["says"]
        assert ("No plan that keeps the rules has a smaller sum" in answer.proof["says"]) == (
            answer.status is Status.OPTIMAL
        )
        said.add("the least that any plan could have" in answer.proof["says"])
    assert said == {True, False}
    cut = eh.solve(
        calendar(2, people=12, slots=30, seats=2, away=0.2, churn=False, rest_slots=2),
        method="optimise",
        progress=Progress(seconds=0.0),
    )
    assert "no plan" not in cut.proof["says"]
