"""Generated weeks as problems, for benchmarks and tests: any size, any mixture of rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from benchmarks.made_up_weeks.tables import WEEK, week_tables
from numpy.typing import NDArray

from evenhand.allocation.problem import NO_LIMIT, AllocationProblem, GroupSet
from evenhand.allocation.problem.penalties import Penalty
from evenhand.core.seeded import stream
from evenhand.press_fleet import FleetSettings, from_tables

__all__ = ["arrays", "each_office", "many_offices"]

SHARE = 0.8
"""What of the cost of all loans, at their mean, a shared budget pays for."""


def arrays(
    seed: int,
    *,
    size: float = 1.0,
    office: str = "LA",
    penalty: Penalty | None = None,
    settings: FleetSettings | None = None,
    budgets: bool = True,
    noise: int = 0,
    cost_per_vehicle: bool = False,
    tight: bool = False,
) -> AllocationProblem:
    """Make a week's problem without files.

    Args:
        seed: same seed, same problem.
        size: candidates as a multiple of about 60,000.
        office: its name; other names give unrelated weeks.
        penalty: fairness; mode B if not given.
        settings: the pipeline's; the plain rules are ``FleetSettings(partner_per_day=None)``
            and no budgets.
        budgets: whether there are any.
        noise: whole points from 0 to this, added to every candidate's score on its own.
        cost_per_vehicle: whether every vehicle has its own cost a loan, rather than every make.
        tight: whether budgets are small.
    """
    tables = week_tables(seed, offices=(office,), size=size, cost_per_vehicle=cost_per_vehicle, tight=tight)
    if not budgets:
        del tables["budgets"]
    problem = from_tables(tables, office=office, week_start=WEEK, penalty=penalty, settings=settings)
    if noise:
        drawn = stream(seed, f"fleet noise / {office}").integers(0, noise + 1, len(problem.score))
        problem = replace(problem, score=problem.score + drawn * problem.scale)
    return problem


def many_offices(
    seed: int,
    count: int,
    *,
    size: float = 1.0,
    penalty: Penalty | None = None,
    shared: int | None = None,
) -> AllocationProblem:
    """Make one problem of many offices, each drawn on its own, held together by one budget.

    Args:
        seed: same seed, same problem.
        count: how many offices.
        size: candidates an office, as a multiple of about 60,000.
        penalty: fairness; mode B if not given.
        shared: dollars that all offices have together, hard; None for 80 % of what all loans cost.

    Returns:
        A problem whose days are (office, date) pairs; its candidates are sorted as every problem's are.
    """
    names = [f"O{number:03d}" for number in range(count)]
    parts, costs = zip(*(_office(seed, name, size, penalty) for name in names), strict=True)
    cost = np.concatenate(costs)
    loans = sum(int(part.slots.sum()) for part in parts)
    budget = int(loans * float(cost.mean()) * SHARE) if shared is None else shared
    return _joined(names, list(parts), cost, budget)


def _office(
    seed: int, name: str, size: float, penalty: Penalty | None
) -> tuple[AllocationProblem, NDArray[np.int64]]:
    """Return one office's problem without budgets, and what each of its candidates costs."""
    tables = week_tables(seed, offices=(name,), size=size)
    cost_of = dict(zip(tables["vehicles"]["vin"], tables["vehicles"]["cost"], strict=True))
    del tables["budgets"]
    part = from_tables(tables, office=name, week_start=WEEK, penalty=penalty)
    cost = np.array([cost_of[vin] for vin in part.items], dtype=np.int64)
    return part, cost[part.item]


def each_office(
    seed: int, count: int, budget: int, *, size: float = 1.0, rows: int = 1
) -> Iterator[tuple[str, AllocationProblem]]:
    """Yield the offices of ``many_offices`` one by one, each with its part of what they share.

    Args:
        seed: same seed, same offices.
        count: how many.
        budget: dollars that all offices have together, for each row, hard.
        size: candidates an office, as a multiple of about 60,000.
        rows: shared budgets: with several, items take turns among them.
    """
    for number in range(count):
        name = f"O{number:03d}"
        part, cost = _office(seed, name, size, None)
        labels = ("all offices",) if rows == 1 else tuple(f"budget {row:02d}" for row in range(rows))
        shared = GroupSet(
            "shared budget",
            labels,
            part.item % rows,
            cost,
            np.zeros((rows, 1), dtype=np.int64),
            np.zeros((rows, 1), dtype=np.int64),
            np.full(rows, budget, dtype=np.int64),
            "dollars",
        )
        yield name, _named(name, replace(part, groups=(shared,), warnings=(), barriers=(), called={}))


def _named(name: str, part: AllocationProblem) -> AllocationProblem:
    """Put the office before every name, so that names of different offices differ."""
    return replace(
        part,
        items=tuple(f"{name} {item}" for item in part.items),
        recipients=tuple(f"{name} {who}" for who in part.recipients),
        days=tuple(f"{name} {day}" for day in part.days),
    )


def _joined(
    names: list[str], parts: list[AllocationProblem], cost: NDArray[np.int64], budget: int
) -> AllocationProblem:
    """Put offices side by side; names carry the office, so their order is the offices'."""
    items, people, days = [0], [0], [0]
    for part in parts:
        items.append(items[-1] + len(part.items))
        people.append(people[-1] + len(part.recipients))
        days.append(days[-1] + len(part.days))
    limits = np.full((people[-1], days[-1]), NO_LIMIT, dtype=np.int64)
    for at, part in enumerate(parts):
        limits[people[at] : people[at + 1], days[at] : days[at + 1]] = part.recipient_day_limit
    count = len(cost)
    shared = GroupSet(
        name="shared budget",
        labels=("all offices",),
        of=np.zeros(count, dtype=np.int64),
        weight=cost,
        allowance=np.zeros((1, 1), dtype=np.int64),
        slope=np.zeros((1, 1), dtype=np.int64),
        limit=np.array([budget], dtype=np.int64),
        unit="dollars",
    )
    first = parts[0]
    return AllocationProblem(
        items=tuple(f"{name} {item}" for name, part in zip(names, parts, strict=True) for item in part.items),
        recipients=tuple(
            f"{name} {who}" for name, part in zip(names, parts, strict=True) for who in part.recipients
        ),
        days=tuple(f"{name} {day}" for name, part in zip(names, parts, strict=True) for day in part.days),
        item=np.concatenate([part.item + items[at] for at, part in enumerate(parts)]),
        recipient=np.concatenate([part.recipient + people[at] for at, part in enumerate(parts)]),
        day=np.concatenate([part.day + days[at] for at, part in enumerate(parts)]),
        score=np.concatenate([part.score for part in parts]),
        slots=np.concatenate([part.slots for part in parts]),
        recipient_day_limit=limits,
        recipient_limit=np.concatenate([part.recipient_limit for part in parts]),
        groups=(shared,),
        pinned=np.zeros(count, dtype=np.bool_),
        forbidden=np.zeros(count, dtype=np.bool_),
        scale=first.scale,
        penalty=first.penalty,
        weight=np.concatenate([part.weight for part in parts]),
    )
