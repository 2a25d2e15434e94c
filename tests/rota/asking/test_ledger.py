"""The rota's ledger: shares as they were, and years planned one by one as fair as all at once."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from evenhand.core.errors import InfeasibleError, InputError, MethodError
from evenhand.core.ledger import Ledger
from evenhand.core.shares import TICKS
from evenhand.rota import METHODS, POLICIES, RotaProblem, weekly
from evenhand.rota.asking.ledger import (
    amended_in,
    as_served,
    label_of,
    not_served,
    published,
    served_turns,
    swapped,
    with_ledger,
)
from evenhand.rota.problem import OPEN
from evenhand.rota.problem.turns import turn_ids
from evenhand.solver import solve

Ints = NDArray[np.int64]

FIRST = 739_621
"""2026-01-05, a Monday, as an ordinal."""

HISTORIES = int(os.environ.get("EVENHAND_HISTORIES", "60"))
"""Random histories of the property test: 60 in the suite, 500 with EVENHAND_HISTORIES=500."""

BOOK = Ledger(unit="turns")


def ints(values: Any) -> Ints:
    """Return values as an array of int64."""
    return np.asarray(values, dtype=np.int64)


def part(problem: RotaProblem, low: int, high: int) -> RotaProblem:
    """Return the rota of some of the slots."""
    slots, seats = slice(low, high), slice(int(problem.first_seat[low]), int(problem.first_seat[high]))
    names = ("slot_start", "slot_end", "seats", "load", "slot_duty", "slot_class", "slot_clock")
    columns: dict[str, Any] = {name: getattr(problem, name)[slots] for name in (*names, "slot_minutes", "slot_span")}
    return replace(
        problem, **columns, slot_label=problem.slot_label[slots], seat_skill=problem.seat_skill[seats]
    )


def long_rota(seed: int, policy: str, years: int = 6, slots: int = 10) -> RotaProblem:
    """Return six short years of a rota: joins, leaves, returns, absences, weights, skills, holidays."""
    draw = np.random.default_rng(seed)
    people, size = int(draw.integers(4, 8)), years * slots
    starts = FIRST + 7 * np.arange(size)
    periods = [(who, FIRST - 400 if who < 4 else FIRST + int(draw.integers(0, 7 * size))) for who in range(people)]
    spans = []
    for who, begin in periods:
        end = begin + int(draw.integers(100, 900)) if draw.random() < 0.4 and who else OPEN
        spans.append((who, begin, end))
        if end < FIRST + 7 * size and draw.random() < 0.5:
            spans.append((who, end + int(draw.integers(20, 60)), OPEN))
    period = ints(sorted(spans))
    away = [
        (who, day, day + int(draw.integers(0, 21)))
        for who in range(people)
        for day in (FIRST + draw.integers(0, 7 * size, int(draw.integers(0, 2 * years)))).tolist()
    ]
    absent = ints(sorted(away)).reshape(-1, 3)
    seats = int(draw.integers(1, 3))
    skilled = policy != "ledger-member" and draw.random() < 0.4
    holiday = ints(draw.random(size) < 0.2) if draw.random() < 0.5 else ints(np.zeros(size))
    return RotaProblem(
        people=tuple(f"p{at:02d}" for at in range(people)),
        weight=ints(draw.integers(1, 4, people)) if draw.random() < 0.4 else ints([1] * people),
        period_person=period[:, 0].copy(),
        period_start=period[:, 1].copy(),
        period_end=period[:, 2].copy(),
        absent_person=absent[:, 0].copy(),
        absent_from=absent[:, 1].copy(),
        absent_to=absent[:, 2].copy(),
        slot_start=starts,
        slot_end=starts + int(draw.integers(0, 7)),
        seats=ints([seats] * size),
        load=ints([1] * size),
        slot_duty=ints([0] * size),
        slot_class=holiday,
        classes=("", "holiday"),
        skills=("first aid",) if skilled else (),
        seat_skill=ints(([0 if skilled else -1] + [-1] * (seats - 1)) * size),
        skill_person=ints([0, 1, 2]) if skilled else ints([]),
        skill_code=ints([0, 0, 0]) if skilled else ints([]),
        policy=POLICIES[policy],
    )


def accounts(problem: RotaProblem, method: str, years: int) -> tuple[Ints, Ints]:
    """Return loads served by (class, person): planned at once, and year by year with the ledger between."""
    whole = solve(problem, method=method, seed=3).awards
    ledger, parts = BOOK, []
    size = len(problem.seats) // years
    for year in range(years):
        one = part(problem, year * size, (year + 1) * size)
        opened = with_ledger(one, ledger) if year else one
        plan = solve(opened, method=method, seed=3)
        ledger = published(ledger, opened, plan.awards, f"year {year}")
        assert sum(ledger.balances.values()) == 0
        parts.append(plan.awards)
    return served(problem, whole), served(problem, np.concatenate(parts))


def served(problem: RotaProblem, awards: Ints) -> Ints:
    """Return loads served by class and person."""
    out = np.zeros((len(problem.classes), len(problem.people)), dtype=np.int64)
    taken = awards >= 0
    slot = problem.seat_slot[taken]
    np.add.at(out, (problem.slot_class[slot], awards[taken]), problem.load[slot])
    return out


@settings(max_examples=HISTORIES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.integers(0, 10**6), st.sampled_from(sorted(POLICIES)), st.sampled_from(sorted(METHODS))
)
def test_six_plans_of_a_year_are_one_plan_of_six_years(seed: int, policy: str, method: str) -> None:
    """Every account is within one turn, whether six years are planned at once or year by year."""
    years, slots = (6, 10) if method != "optimise" else (3, 4)
    problem = long_rota(seed, policy, years, slots)
    try:
        at_once, yearly = accounts(problem, method, years)
    except (MethodError, InfeasibleError):
        return
    total = np.abs(at_once.sum(axis=0) - yearly.sum(axis=0)).max()
    assert total <= 1, (at_once.tolist(), yearly.tolist())
