"""Random rotas for the tests of the quota methods, the certificate, the optimiser and the conflicts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.core.shares import TICKS
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.policies import POLICIES
from evenhand.rota.solving.model.entitlement import opening, shares
from evenhand.rota.solving.model.presence import able, seat_able

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FIRST = 739_621
"""2026-01-05, a Monday, as an ordinal."""


def _ints(values: Any) -> Ints:
    return np.asarray(values, dtype=np.int64)


def calendar(
    seed: int,
    *,
    people: int | None = None,
    slots: int | None = None,
    seats: int | None = None,
    away: float | None = None,
    churn: bool = True,
    loads: bool = False,
    classes: bool = False,
    past: bool = False,
    policy: str = "ledger",
    **rules: Any,
) -> RotaProblem:
    """Make a random weekly rota: absences up to 60%, weights for odd seeds, joins and leaves."""
    draw = np.random.default_rng(seed)
    count = int(draw.integers(1, 30)) if people is None else people
    size = int(draw.integers(1, 60)) if slots is None else slots
    most = int(draw.integers(1, 11)) if seats is None else seats
    rate = float(draw.random() * 0.6) if away is None else away
    start = FIRST + 7 * np.arange(size)
    joined, left = np.full(count, FIRST - 400), np.full(count, 2**31)
    if churn:
        late = draw.random(count) < 0.4
        joined = np.where(late, FIRST + draw.integers(-50, 7 * size + 1, count), joined)
        goes = draw.random(count) < 0.3
        left = np.where(goes, joined + draw.integers(0, 7 * size + 1, count), left)
    turns = int(draw.integers(0, 3 * count + 1)) if past else 0
    return RotaProblem(
        people=tuple(f"p{at:04d}" for at in range(count)),
        weight=_ints(draw.integers(1, 5, count) if seed % 2 else np.ones(count)),
        period_person=np.arange(count),
        period_start=_ints(joined),
        period_end=_ints(left),
        slot_start=_ints(start),
        slot_end=_ints(start + 6),
        seats=_ints(np.full(size, most) if seed % 3 else draw.integers(1, most + 1, size)),
        load=_ints(draw.integers(1, 3, size) if loads else np.ones(size)),
        slot_duty=np.zeros(size, dtype=np.int64),
        slot_class=_ints(draw.integers(0, 2, size)) if classes else np.zeros(size, dtype=np.int64),
        classes=("ordinary", "holiday") if classes else ("",),
        history_day=_ints(np.sort(FIRST - 7 * draw.integers(1, 40, turns))),
        history_person=_ints(draw.integers(0, count, turns)),
        history_load=np.ones(turns, dtype=np.int64),
        policy=POLICIES[policy],
        **_absences(draw, count, size, rate),
        **rules,
    )


def _absences(draw: np.random.Generator, count: int, size: int, rate: float) -> dict[str, Any]:
    rows: list[tuple[int, int, int]] = []
    for person in range(count):
        week = int(draw.integers(-3, 3))
        while week < size and rate > 0:
            length = int(draw.integers(1, 5))
            if draw.random() < rate:
                rows.append((person, FIRST + 7 * week, FIRST + 7 * (week + length) - 1))
            week += length
    table = _ints(rows).reshape(-1, 3)
    return {"absent_person": table[:, 0], "absent_from": table[:, 1], "absent_to": table[:, 2]}


def served(problem: RotaProblem, awards: Ints) -> Ints:
    """Return 1 where a person serves a slot, shape (S, P)."""
    out = np.zeros((len(problem.seats), len(problem.people)), dtype=np.int64)
    taken = awards >= 0
    np.add.at(out, (problem.seat_slot[taken], awards[taken]), 1)
    return out


def squared_lags(problem: RotaProblem, plan: Ints) -> int:
    """Return the sum over slots and people of squared lag in ticks, exactly, each class by itself."""
    share = shares(problem)
    weight = np.bincount(problem.slot_class, weights=problem.seats, minlength=len(problem.classes))
    total = 0
    for kind in range(len(problem.classes)):
        slots = np.flatnonzero(problem.slot_class == kind)
        begun = (
            opening(problem)
            if kind == int(np.argmax(weight))
            else np.zeros(len(problem.people), dtype=np.int64)
        )
        due = np.cumsum(share[slots], axis=0) + begun
        lag = due - TICKS * np.cumsum(plan[slots] * problem.load[slots, None], axis=0)
        total += sum(int(value) ** 2 for value in lag.ravel().tolist())
    return total


def all_plans(problem: RotaProblem) -> Iterator[Ints]:
    """Yield every plan that fills what can be filled with able people; for very small rotas."""
    can = able(problem)
    fill = shares(problem).sum(axis=1) // (problem.load * TICKS)
    choices = []
    for slot in range(len(can)):
        who = np.flatnonzero(can[slot]).tolist()
        teams = [team for team in itertools.combinations(who, int(fill[slot])) if _fits(problem, slot, team)]
        choices.append(teams)
    for picked in itertools.product(*choices):
        plan = np.zeros(can.shape, dtype=np.int64)
        for slot, team in enumerate(picked):
            plan[slot, list(team)] = 1
        yield plan


def _fits(problem: RotaProblem, slot: int, team: tuple[int, ...]) -> bool:
    here = np.zeros(len(problem.people), dtype=bool)
    here[list(team)] = True
    fit = seat_able(problem, slot, here)
    return any(
        all(fit[seat, person] for seat, person in zip(order, team, strict=True))
        for order in itertools.permutations(range(len(fit)), len(team))
    )


def keeps_rules(problem: RotaProblem, plan: Ints) -> bool:
    """Whether a plan keeps the side rules, said as plainly as they are in words."""
    for slot, person in problem.fixed.tolist():
        if not plan[slot, person]:
            return False
    if any(plan[slot, person] for slot, person in problem.forbidden.tolist()):
        return False
    for one, other in problem.apart.tolist():
        if (plan[:, one] & plan[:, other]).any():
            return False
    for new in set(problem.together[:, 0].tolist()):
        theirs = problem.together[problem.together[:, 0] == new, 1]
        if (plan[:, new] > plan[:, theirs].sum(axis=1)).any():
            return False
    return all(_own_rules(problem, person, plan[:, person]) for person in range(len(problem.people)))


def _own_rules(problem: RotaProblem, person: int, mine: Ints) -> bool:
    start, end = problem.slot_start.tolist(), problem.slot_end.tolist()
    past = problem.history_day[problem.history_person == person].tolist()
    order = {day: at for at, day in enumerate(sorted({*problem.history_day.tolist(), *start}))}
    turns = np.flatnonzero(mine).tolist()
    days = [(start[slot], end[slot]) for slot in turns]
    known = ([(max(past), max(past))] if past else []) + days
    for (one, until), (other, _) in itertools.pairwise(known):
        if problem.rest_slots and order[other] - order[one] <= problem.rest_slots:
            return False
        if problem.rest_days and other - until - 1 < problem.rest_days:
            return False
    for most, run in zip(problem.most_count.tolist(), problem.most_days.tolist(), strict=True):
        every = past + [day for day, _ in days]
        for first in set(every):
            inside = [day for day in every if first <= day < first + run]
            if len(inside) > most and any(day >= FIRST for day in inside):
                return False
    return True


BLOCKS = [
    {"rule": "rest hours", "value": "11"},
    {"rule": "most", "value": "5", "days": "7"},
    {"rule": "least in a row", "value": "2", "duty": "night"},
    {"rule": "in a row", "value": "4", "duty": "night"},
    {"rule": "whole weekends"},
]


def hospital(days: int, rules: list[dict[str, str]]) -> RotaProblem:
    """Return a ward of fourteen with nights in blocks."""
    duties = [
        {"name": name, "start": "2026-03-02", "every": "day", "count": days, "at": at, "hours": 8,
         "seats": seats}
        for name, at, seats in (("day", "07:00", 2), ("late", "15:00", 2), ("night", "23:00", 1))
    ]  # fmt: skip
    table = [{"value": "", "days": "", "duty": ""} | rule for rule in rules]
    people = [{"name": f"P{who:02}"} for who in range(14)]
    return RotaProblem.from_tables(people, duties, policy="ledger", rules=table)
