"""The engine of the policies: exact lags after every event, and the promises of the ledger."""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.shares import TICKS
from evenhand.rota import POLICIES, RotaProblem
from evenhand.rota.asking.simulate import churn
from evenhand.rota.solving.model import company
from evenhand.rota.solving.model.presence import able, member_on
from evenhand.rota.solving.model.standing import Standing
from evenhand.rota.solving.online import by_rate, online
from evenhand.rota.solving.online import heap as online_heap
from rota_histories import everybody, random_rota
from rota_rates import relative_deficit, system_rate

SHARED = [name for name, policy in POLICIES.items() if policy.accrual in {"present", "member"}]


@pytest.mark.parametrize("policy", SHARED)
def test_lags_sum_to_zero_after_every_event(policy: str) -> None:
    """After every slot of random histories with leavers, returners and absences the lags sum to exactly 0."""
    for seed in range(40):
        problem = random_rota(seed, weights=seed % 2 == 1, policy=policy)
        standing = Standing(problem, seed)
        for slot in range(len(problem.slot_start)):
            standing.come_and_go(member_on(problem, int(problem.slot_start[slot])))
            assert int(standing.lags().sum()) == 0
            standing.open(slot)
            standing.pick(standing.able_to[slot])
            assert int(standing.lags().sum()) == 0
            assert int(standing.lag.sum()) + standing.undivided == 0
            assert 0 <= standing.undivided < int(problem.weight.sum())


@pytest.mark.slow
def test_balance_over_three_years_of_random_histories() -> None:
    """In 100 random histories of three years (a thousand with EVENHAND_SOAK) the ledger sums to exactly 0."""
    for seed in range(1000 if os.environ.get("EVENHAND_SOAK") else 100):
        problem = random_rota(seed, people=6, slots=156, weights=seed % 2 == 1)
        standing = Standing(problem, seed)
        for slot in range(156):
            standing.come_and_go(member_on(problem, int(problem.slot_start[slot])))
            assert int(standing.lag.sum()) + standing.undivided == 0
            standing.open(slot)
            standing.pick(standing.able_to[slot])
            assert int(standing.lag.sum()) + standing.undivided == 0
        assert int(standing.lags().sum()) == 0


@settings(max_examples=60, deadline=None)
@given(
    weights=st.lists(st.integers(1, 12), min_size=2, max_size=9),
    seats=st.integers(1, 8),
    seed=st.integers(0, 99),
)
def test_nobody_is_a_whole_turn_off_when_all_are_able(weights: list[int], seats: int, seed: int) -> None:
    """With everybody able |lag| stays below 1 turn under ledger, weights included."""
    problem = everybody(weights, 60, min(seats, len(weights) - 1))
    standing = Standing(problem, seed)
    for slot in range(60):
        standing.open(slot)
        standing.pick(standing.able_to[slot])
        assert int(np.abs(standing.lags()).max()) < TICKS


@pytest.fixture
def by_order_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plan as if every crew were too large for partners to be mixed, as the quick ways do."""
    monkeypatch.setattr(company, "MOST_SEATS", 0)


@pytest.mark.usefixtures("by_order_alone")
def test_the_heap_plans_what_the_plain_engine_plans() -> None:
    """The O(log n) ledger gives the same turns as recomputing every standing at every slot."""
    for seed in range(150):
        problem = random_rota(seed)
        assert online_heap.suits(problem)
        heap, plain = online_heap.plan(problem, seed), online._plan(problem, seed, Progress())
        assert heap is not None
        assert plain is not None
        assert heap.tolist() == plain.tolist()


def test_the_heap_over_years_of_churn() -> None:
    """Over years of joins, leaves and absences, and many outdated entries, the turns are the same."""
    for people in (3, 12):
        problem = churn(people, years=8, absence=0.3, turnover=0.5)
        heap, plain = online_heap.plan(problem, 1), online._plan(problem, 1, Progress())
        assert heap is not None
        assert plain is not None
        assert heap.tolist() == plain.tolist()


def test_a_rota_that_stands_empty_for_a_while() -> None:
    """Weeks without any member stay open; who comes after them finds a balanced ledger."""
    problem = everybody([1, 1, 1], 30)
    start = problem.slot_start
    object.__setattr__(problem, "period_person", np.array([0, 0, 1, 2]))
    object.__setattr__(problem, "period_start", np.array([1, start[15], 1, start[16]]))
    object.__setattr__(problem, "period_end", np.array([start[6], 2**31, start[9], 2**31]))
    heap, plain = online_heap.plan(problem, 0), online._plan(problem, 0, Progress())
    assert heap is not None
    assert plain is not None
    assert heap.tolist() == plain.tolist()
    assert heap[10:15].tolist() == [-1] * 5
    standing = Standing(problem)
    for slot in range(30):
        standing.open(slot)
        standing.pick(standing.able_to[slot])
        assert int(standing.lag.sum()) + standing.undivided == 0


class Plain:
    """The ledger for equal people, recomputed in fractions from the words of the page; an oracle."""

    def __init__(self, problem: RotaProblem) -> None:
        people = range(len(problem.people))
        self.problem = problem
        self.lag = dict.fromkeys(people, Fraction(0))
        self.since = dict.fromkeys(people, Fraction(0))
        self.last = dict.fromkeys(people, -1)

    def plan(self) -> list[set[int]]:
        """Return who may serve each slot by the largest rank: sets, as ties are drawn."""
        problem, out = self.problem, []
        for slot in range(len(problem.slot_start)):
            here = able(problem)[slot]
            there = [who for who in self.lag if here[who]]
            for who in there:
                self.lag[who] += Fraction(1, len(there))
                self.since[who] += Fraction(1, len(there))
            rank = {who: (self.lag[who] + self.since[who], -self.last[who]) for who in there}
            best = max(rank.values())
            out.append({who for who in there if rank[who] == best})
            yield_to = self.chosen[slot]
            self.lag[yield_to] -= 1
            self.since[yield_to] = Fraction(0)
            self.last[yield_to] = slot
        return out

    chosen: list[int]


def test_every_turn_goes_to_the_largest_rank_in_fractions() -> None:
    """A recomputation in fractions agrees with every turn of the ledger, ties aside."""
    for seed in range(8):
        problem = everybody([1] * 7, 60)
        draw = np.random.default_rng(seed)
        who = draw.integers(0, 7, 10)
        first = problem.slot_start[draw.integers(0, 60, 10)]
        problem = replace(problem, absent_person=who, absent_from=first, absent_to=first + 20)
        awards = online.run(problem, seed, Limits(), Progress()).awards
        assert awards is not None
        oracle = Plain(problem)
        oracle.chosen = awards.tolist()
        assert all(one in best for one, best in zip(awards.tolist(), oracle.plan(), strict=True))


def test_newcomers_join_at_lag_zero() -> None:
    """Whoever joins later stands at lag 0 before their first share, and moves nobody."""
    problem = everybody([1, 1, 1, 1], 30)
    starts = problem.period_start.copy()
    starts[3] = problem.slot_start[10]
    problem = replace(problem, period_start=starts)
    standing = Standing(problem)
    for slot in range(10):
        standing.open(slot)
        standing.pick(standing.able_to[slot])
    before = standing.lag.copy()
    standing.come_and_go(member_on(problem, int(problem.slot_start[10])))
    assert standing.lag.tolist() == before.tolist()
    assert standing.lag[3] == 0


def test_absence_freezes_the_lag() -> None:
    """Under ``present`` somebody away neither gains nor loses; under ``member`` they are owed more."""
    for policy, grows in (("ledger", False), ("ledger-member", True)):
        problem = everybody([1, 1, 1], 20, policy=policy)
        away = {
            "absent_person": [2],
            "absent_from": [problem.slot_start[5]],
            "absent_to": [problem.slot_start[9]],
        }
        for name, value in away.items():
            object.__setattr__(problem, name, np.array(value))
        standing = Standing(problem)
        seen = []
        for slot in range(10):
            standing.open(slot)
            standing.pick(standing.able_to[slot])
            seen.append(int(standing.lag[2]))
        assert (seen[9] > seen[4]) is grows
        assert grows or len(set(seen[4:])) == 1


def test_a_leavers_lag_is_shared_and_a_returner_finds_it() -> None:
    """Who leaves hands their lag to those who stay; who comes back finds it; nobody moves by more."""
    problem = everybody([1, 1, 1], 40)
    start = problem.slot_start
    object.__setattr__(problem, "period_person", np.array([0, 1, 2, 2]))
    object.__setattr__(problem, "period_start", np.array([1, 1, 1, start[20]]))
    object.__setattr__(problem, "period_end", np.array([2**31, 2**31, start[9], 2**31]))
    standing = Standing(problem)
    for slot in range(10):
        standing.open(slot)
        standing.pick(standing.able_to[slot])
    left = int(standing.lag[2])
    before = standing.lag.copy()
    standing.come_and_go(member_on(problem, int(start[10])))
    assert standing.lag[2] == 0
    assert int(np.abs(standing.lag - before)[:2].max()) <= abs(left)
    assert int(standing.lag.sum()) + standing.undivided == 0
    standing.come_and_go(member_on(problem, int(start[20])))
    assert standing.lag[2] == left


@pytest.mark.parametrize("policy", POLICIES)
def test_two_halves_equal_planning_at_once(policy: str) -> None:
    """A plan of the first half is the first half of the plan of the whole, for every policy."""
    for seed in range(6):
        whole = random_rota(seed, policy=policy, weights=True)
        cut = 30
        turns = int(whole.first_seat[cut])
        columns = ("slot_start", "slot_end", "seats", "load", "slot_duty", "slot_class", "slot_clock")
        short = {
            name: getattr(whole, name)[:cut]
            for name in (*columns, "slot_minutes", "slot_span", "slot_utc", "slot_label")
        }
        half = replace(whole, seat_skill=whole.seat_skill[:turns], **short)
        first = online._plan(half, 0, Progress())
        both = online._plan(whole, 0, Progress())
        assert first is not None
        assert both is not None
        assert first.tolist() == both[:turns].tolist()


def test_values_are_exact() -> None:
    """Standings under ``rate`` are fractions: equal rates tie exactly, whatever the days."""
    problem = everybody([1, 2], 3, policy="rate")
    standing = Standing(problem)
    standing.open(0)
    assert standing.value(0) == standing.value(1) == 0
    standing.serve(np.array([0]), 1)
    assert standing.value(0) < standing.value(1)
    assert int(standing.lags().sum()) == 0


def test_the_policys_softeners_in_fractions() -> None:
    """The offset halves a newcomer's due and the damping scales it by days; both end after 14 days."""
    rate = system_rate(1, 10)
    assert system_rate(1, 0) == 0
    plain = relative_deficit(10, 0, rate)
    assert relative_deficit(10, 0, rate, POLICIES["rate-offset"]) == plain / 2
    assert relative_deficit(10, 0, rate, POLICIES["rate-hybrid"]) == plain * Fraction(10, 14)
    assert relative_deficit(14, 0, rate, POLICIES["rate-hybrid"]) == Fraction(1, 10)
    assert relative_deficit(14, 0, rate, POLICIES["rate-offset"]) == Fraction(1, 10)


@pytest.mark.parametrize("policy", ["rate", "rate-hybrid", "rate-offset", "rate-established"])
def test_the_engine_follows_the_formula(policy: str) -> None:
    """The engine's standings are the formula's, exactly, for newcomers and veterans alike."""
    problem = everybody([1, 1, 1], 6, policy=policy)
    starts = problem.period_start.copy()
    starts[2] = problem.slot_start[0] - 3
    problem = replace(problem, period_start=starts)
    standing = Standing(problem)
    for slot in range(6):
        standing.open(slot)
        least = POLICIES[policy].established_days
        part = [
            who for who in range(3) if (standing.days[who] >= least if least else standing.turns[who] > 0)
        ]
        rate = system_rate(
            sum(int(standing.turns[who]) for who in part), sum(int(standing.days[who]) for who in part)
        )
        for who in range(3):
            days, turns = int(standing.days[who]), int(standing.turns[who])
            assert standing.value(who) == relative_deficit(days, turns, rate, POLICIES[policy])
        standing.pick(standing.able_to[slot])


@pytest.mark.usefixtures("by_order_alone")
@pytest.mark.parametrize("seed", range(60))
def test_the_quick_rate_plans_what_the_plain_engine_plans(seed: int) -> None:
    """With nobody new, heaps of people who joined alike give the turns of recomputing every rate."""
    draw = np.random.default_rng(seed)
    problem = random_rota(seed, people=7, slots=80, weights=seed % 2 == 0)
    names = ("rate", "rate-hybrid", "rate-established", "rate-offset")
    old = everybody([1] * 7, 1)
    problem = replace(
        problem,
        policy=POLICIES[names[seed % 4]],
        period_person=old.period_person,
        period_start=old.period_start + 100 * draw.integers(-2, 6, 7),
        period_end=np.where(draw.random(7) < 0.3, old.period_start + 700, old.period_end),
        slot_end=problem.slot_start,
    )
    assert by_rate.suits(problem)
    quick, plain = by_rate.plan(problem, seed), online._plan(problem, seed, Progress())
    assert quick is not None
    assert plain is not None
    assert quick.tolist() == plain.tolist()
