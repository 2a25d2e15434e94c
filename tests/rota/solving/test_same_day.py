"""Several duties a day: the policy says who serves, and a cheapest matching says who does which."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evenhand as eh
from evenhand.core.shares import TICKS
from evenhand.rota import POLICIES, RotaProblem
from evenhand.rota.asking.explain import subjects
from evenhand.rota.judging.judge import judge
from evenhand.rota.judging.views import views_of
from evenhand.rota.solving.model.matching import cheapest
from evenhand.rota.solving.model.standing import Standing
from evenhand.rota.solving.online.same_day import days_of

FLAT = ("kitchen", "bath", "bins")


def flat(days: int, **more: Any) -> list[dict[str, Any]]:
    """Return a duties table of three whole-day duties."""
    return [{"name": name, "start": "2026-01-05", "every": "day", "count": days, **more} for name in FLAT]


def planned(people: list[dict[str, Any]], duties: list[dict[str, Any]], **more: Any) -> tuple[Any, Any]:
    """Return a problem and its plan made slot by slot."""
    problem = RotaProblem.from_tables(people=people, duties=duties, **{"policy": "ledger", **more})
    return problem, eh.solve(problem, method="online", seed=3)


def worst(problem: RotaProblem, plan: Any, *kinds: str) -> float:
    """Return the most turns anybody is off in a view, of those named or of all."""
    return max(view.worst for view in views_of(problem, plan.awards) if not kinds or view.name in kinds)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("size", [3, 4])
def test_duties_are_even_within_each_person(policy: str, size: int) -> None:
    """A flat of three, and of four, three duties a day for sixty days: nobody is a turn off in any."""
    problem, plan = planned([{"name": name} for name in "ABCD"[:size]], flat(60), policy=policy)
    assert worst(problem, plan) < 1


@pytest.mark.parametrize("policy", ["rate", "ledger", "fewest"])
def test_who_must_serve_daily_has_each_duty_in_turn(policy: str) -> None:
    """One of three is due twice as much, yet all serve daily: each has each duty on twenty days."""
    people = [{"name": name, "weight": 1 + (name == "C")} for name in "ABC"]
    problem, plan = planned(people, flat(60), policy=policy)
    for view in views_of(problem, plan.awards):
        if view.name in FLAT:
            assert view.served.tolist() == [20, 20, 20]


@pytest.mark.parametrize("policy", ["rate", "ledger", "fewest"])
def test_duties_of_unlike_length_are_even_too(policy: str) -> None:
    """Kitchen daily, bath every other day, bins for a week at a time: nobody is off by more than a turn."""
    lengths = {"kitchen": "day", "bath": "2 days", "bins": "week"}
    duties = [
        {"name": name, "start": "2026-01-05", "every": every, "until": "2026-03-01"}
        for name, every in lengths.items()
    ]
    problem, plan = planned([{"name": name} for name in "ABC"], duties, policy=policy)
    assert worst(problem, plan) < 2
    assert int((plan.awards < 0).sum()) == 0


@pytest.mark.parametrize("policy", ["rate", "ledger"])
def test_nights_and_days_with_rest_are_even(policy: str) -> None:
    """Five people, a day and a night shift, eleven hours of rest: nights are as even as days."""
    shifts = [
        {"name": name, "start": "2026-01-05", "every": "day", "count": 60, "at": start, "hours": 12}
        for name, start in (("day", "08:00"), ("night", "20:00"))
    ]
    problem, plan = planned([{"name": name} for name in "ABCDE"], shifts, policy=policy, rest_hours=11)
    assert judge(problem, plan.awards).faults == ()
    assert worst(problem, plan) < 1.5
    assert int((plan.awards < 0).sum()) == 0


def test_who_has_the_skill_keeps_its_seat() -> None:
    """Two of four may cook: the kitchen goes to them in turn."""
    people = [{"name": name, "skills": "cook" if name in "AB" else ""} for name in "ABCD"]
    duties = [row | ({"skills": "cook"} if row["name"] == "kitchen" else {}) for row in flat(40)]
    problem, plan = planned(people, duties)
    kitchen = next(view for view in views_of(problem, plan.awards) if view.name == "kitchen")
    assert kitchen.served.tolist() == [20, 20, 0, 0]


def test_a_night_is_not_given_to_who_is_needed_next_morning() -> None:
    """Duties change hands only where later seats stay as full as they were, whatever a rest closes."""
    people = [{"name": name, "skills": "medic" if name == "A" else ""} for name in "ABC"]
    times = {"day": ("08:00", 8), "night": ("22:00", 8), "desk": ("09:00", 4)}
    shifts = [
        {"name": name, "start": "2026-01-05", "every": "day", "count": 30, "at": clock, "hours": hours}
        | ({"skills": "medic"} if name == "day" else {})
        for name, (clock, hours) in times.items()
    ]
    problem, plan = planned(people, shifts, rest_hours=11)
    assert judge(problem, plan.awards).faults == ()
    assert int((plan.awards < 0).sum()) == 0


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_no_exchange_within_a_day_would_even_the_views_more(data: st.DataObject) -> None:
    """Brute force: of all ways to deal a day's turns among its people, the plan's has the least squares."""
    size = data.draw(st.integers(3, 5), "people")
    policy = data.draw(st.sampled_from(["rate", "ledger", "ledger-member", "fewest"]), "policy")
    people = [
        {"name": "ABCDE"[at], "weight": data.draw(st.integers(1, 3)), "joined": data.draw(st.sampled_from(
            ["2025-12-01", "2026-01-02", "2026-01-08"]))}
        for at in range(size)
    ]  # fmt: skip
    away = [{"name": "A", "from": "2026-01-07", "to": "2026-01-09"}] if data.draw(st.booleans()) else []
    duties = flat(12, load=data.draw(st.integers(1, 2)))
    problem, plan = planned(people, duties, policy=policy, absences=away)
    standing = Standing(problem, 3)
    for low, high in days_of(problem):
        for slot in range(low, high):
            standing.open(slot)
            taken = plan.awards[slot : slot + 1]
            standing.serve(taken[taken >= 0], int(problem.load[slot]))
        who = [int(person) for person in plan.awards[low:high] if person >= 0]
        slots = [slot for slot in range(low, high) if plan.awards[slot] >= 0]
        own = squares(standing, slots, who, who)
        for other in permutations(who):
            if all(standing.able_to[slot, person] for slot, person in zip(slots, other, strict=True)):
                total, views = squares(standing, slots, who, other)
                assert total > own[0] or total + views >= own[0] + own[1]


def squares(standing: Standing, slots: list[int], who: Any, other: Any) -> tuple[int, int]:
    """Return the squared lags of the total and of the views, had others served the day that is over."""
    problem = standing.problem
    if standing.by_slot:
        lags = np.concatenate([standing.lag[None], standing.view_lag])
    else:
        claim = standing.claim_days() if standing.accrual.by_days else np.ones_like(standing.days)
        served = np.concatenate([standing.served[None], standing.view_served])
        part = claim / max(int(claim.sum()), 1)
        due = np.rint(served.sum(axis=1)[:, None] * part * TICKS).astype(np.int64)
        lags = due - served * TICKS
    lags = lags.copy()
    for slot, gone, come in zip(slots, who, other, strict=True):
        accounts = np.flatnonzero(np.concatenate([[1], problem.slot_view[slot]]))
        lags[accounts, gone] += int(problem.load[slot]) * TICKS
        lags[accounts, come] -= int(problem.load[slot]) * TICKS
    rows = [sum(value * value for value in row) for row in lags.tolist()]
    return rows[0], sum(rows[1:])


@given(st.integers(1, 6), st.integers(0, 10**6))
@settings(max_examples=80, deadline=None)
def test_the_matching_is_the_cheapest(size: int, seed: int) -> None:
    """Against all arrangements: nothing that may be costs less, and nothing that may not be is chosen."""
    draw = np.random.default_rng(seed)
    price, allowed = draw.integers(-20, 20, (size, size)), draw.random((size, size)) < 0.6
    allowed |= np.eye(size, dtype=bool)
    order = cheapest(price, allowed)
    assert sorted(order) == list(range(size))
    assert all(allowed[row, column] for row, column in enumerate(order))
    least = min(
        sum(int(price[row, column]) for row, column in enumerate(other))
        for other in permutations(range(size))
        if all(allowed[row, column] for row, column in enumerate(other))
    )
    assert sum(int(price[row, column]) for row, column in enumerate(order)) == least


def test_partners_are_mixed_where_duties_are_dealt_out() -> None:
    """Six people, two duties of two seats: over sixty days everybody serves with everybody, duties even."""
    duties = [
        {"name": name, "start": "2026-01-05", "every": "day", "count": 60, "seats": 2} for name in FLAT[:2]
    ]
    problem, plan = planned([{"name": name} for name in "ABCDEF"], duties)
    met = np.zeros((6, 6), dtype=int)
    for pair in plan.awards.reshape(-1, 2):
        met[pair[0], pair[1]] += 1
        met[pair[1], pair[0]] += 1
    off = met[~np.eye(6, dtype=bool)]
    assert off.max() - off.min() <= 6
    assert worst(problem, plan) < 1.5


@pytest.mark.parametrize("policy", ["rate", "ledger", "round-robin"])
def test_a_plan_of_half_the_days_is_the_half_of_the_plan(policy: str) -> None:
    """Each day depends on the days before it alone, also where its duties are dealt out anew."""
    people = [{"name": name, "weight": 1 + (name == "B")} for name in "ABC"]
    _, whole = planned(people, flat(40), policy=policy)
    _, half = planned(people, flat(20), policy=policy)
    assert whole.awards[:60].tolist() == half.awards.tolist()


def test_the_explanation_names_who_came_before_and_serves_elsewhere() -> None:
    """Why Ada has the bins: who was before her in order has another turn that day, not "the whole plan"."""
    people = [{"name": name, "weight": 1 + (name == "C")} for name in "ABC"]
    problem, plan = planned(people, flat(10))
    slots = subjects(problem, plan.awards)
    said = [eh.explain(plan, slot).headline for slot in slots if slot.startswith("2026")]
    assert said
    assert not any("whole plan" in headline for headline in said)
