"""Random tiny allocation problems with every rule, and brute force over all their plans."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evenhand.allocation import (
    NO_LIMIT,
    AllocationProblem,
    GroupSet,
    Penalty,
    mode_a,
    mode_b,
    no_penalty,
    own_steps,
    strong,
)

Ints = NDArray[np.int64]


def random_problem(seed: int, most: int = 10, *, pins: bool = True) -> AllocationProblem:
    """Return a problem with at most ``most`` candidates: ties, caps, budgets, limits, pins and forbids."""
    draw = np.random.default_rng(seed)
    items, takers, dates = draw.integers(1, (6, 5, 4)).tolist()
    every = items * takers * dates
    count = min(every, int(draw.integers(1, most + 1)))
    codes = np.sort(draw.choice(every, count, replace=False))
    item, rest = np.divmod(codes, takers * dates)
    recipient, day = np.divmod(rest, dates)
    style = draw.integers(0, 4)
    score = [
        draw.integers(0, 4, count) * 100,
        draw.integers(-50, 1200, count),
        np.full(count, 700),
        draw.integers(0, 30, count),
    ][style]
    pinned = (draw.random(count) < 0.06) if pins else np.zeros(count, dtype=bool)
    forbidden = (draw.random(count) < 0.06) & ~pinned
    return AllocationProblem(
        items=tuple(f"V{at}" for at in range(items)),
        recipients=tuple(f"P{at}" for at in range(takers)),
        days=tuple(f"2026-01-{5 + at:02d}" for at in range(dates)),
        item=item,
        recipient=recipient,
        day=day,
        score=score,
        slots=draw.integers(0, 4, dates),
        recipient_day_limit=draw.choice(
            [1, 1, 2, NO_LIMIT, 0], (takers, dates), p=[0.5, 0.1, 0.1, 0.25, 0.05]
        ),
        recipient_limit=draw.choice([1, 2, NO_LIMIT], takers, p=[0.1, 0.2, 0.7]),
        groups=_groups(draw, item, recipient, day),
        pinned=pinned,
        forbidden=forbidden,
        scale=1,
        penalty=_penalty(draw),
        weight=draw.integers(0, 4, takers),
        head_start=draw.choice([0, 0, 0, 1, 2, -1], takers),
        owed_bonus=draw.choice([0, 0, 150], takers) * int(draw.random() < 0.2),
    )


def _penalty(draw: np.random.Generator) -> Penalty:
    choices = [
        no_penalty(),
        mode_a(),
        mode_b(),
        strong(),
        own_steps([(0, 30), (1, 100), (3, 250)]),
        mode_a(50, 2),
    ]
    return choices[int(draw.integers(0, len(choices)))]


def _groups(draw: np.random.Generator, item: Ints, recipient: Ints, day: Ints) -> tuple[GroupSet, ...]:
    out = []
    if draw.random() < 0.6:
        out.append(
            _group(draw, "tier cap", recipient * 2 + item % 2, np.ones(len(item), dtype=np.int64), 800)
        )
    if draw.random() < 0.6:
        cost = draw.integers(1, 9, int(item.max()) + 1)[item] * (100 if draw.random() < 0.5 else 7)
        out.append(_group(draw, "budget", item % 2, cost, 3))
    if draw.random() < 0.3:
        out.append(_group(draw, "own", day, draw.integers(0, 4, len(item)), 60))
    return tuple(out)


def _group(draw: np.random.Generator, name: str, code: Ints, weight: Ints, slope: int) -> GroupSet:
    known, of = np.unique(code, return_inverse=True)
    if draw.random() < 0.3:
        of = np.where(draw.random(len(of)) < 0.2, -1, of)
    count, steps = len(known), int(draw.integers(1, 3))
    top = max(1, int(weight.max()) * 3)
    hard = draw.random() < 0.4
    return GroupSet(
        name,
        tuple(f"{name} {at}" for at in known),
        of.astype(np.int64),
        weight,
        draw.integers(0, top, (count, steps)),
        draw.choice([0, 1, slope, slope // 2], (count, steps)),
        draw.integers(0, top + 1, count) if hard else np.full(count, NO_LIMIT),
        "units",
    )


def brute_force(problem: AllocationProblem) -> tuple[int | None, int]:
    """Return the best value over all plans (None if none is allowed), and how many plans reach it."""
    count = len(problem)
    plans = (np.arange(2**count)[:, None] >> np.arange(count)) & 1
    fine = np.ones(len(plans), dtype=bool)
    fine &= (plans >= problem.pinned).all(axis=1) & (plans <= ~problem.forbidden).all(axis=1)
    fine &= (_sums(plans, problem.item, len(problem.items)) <= 1).all(axis=1)
    fine &= (_sums(plans, problem.day, len(problem.days)) <= problem.slots).all(axis=1)
    fine &= (_sums(plans, problem.recipient, len(problem.recipients)) <= problem.recipient_limit).all(axis=1)
    cell = problem.recipient * len(problem.days) + problem.day
    fine &= (_sums(plans, cell, problem.recipient_day_limit.size) <= problem.recipient_day_limit.ravel()).all(
        axis=1
    )
    value = plans @ problem.score
    awards = _sums(plans, problem.recipient, len(problem.recipients))
    for beyond, points in problem.penalty.steps:
        over = np.maximum(0, awards + problem.head_start - beyond) - np.maximum(
            0, problem.head_start - beyond
        )
        value = value - (over * round(points)).sum(axis=1)
    value = value + ((awards > 0) * problem.owed_bonus).sum(axis=1)
    for group in problem.groups:
        total = _sums(
            plans * group.weight, np.where(group.of < 0, len(group.labels), group.of), len(group.labels) + 1
        )
        total = total[:, :-1]
        fine &= (total <= group.limit).all(axis=1)
        for step in range(group.slope.shape[1]):
            value = value - (np.maximum(0, total - group.allowance[:, step]) * group.slope[:, step]).sum(
                axis=1
            )
    if not fine.any():
        return None, 0
    best = int(value[fine].max())
    return best, int((value[fine] == best).sum())


def _sums(plans: Ints, code: Ints, count: int) -> Ints:
    return np.asarray(plans @ (code[:, None] == np.arange(count)))


def medium_problem(seed: int) -> AllocationProblem:
    """Return a problem of 100 to 500 candidates with caps, unequal budgets, limits, pins and forbids."""
    draw = np.random.default_rng([seed, 7])
    items, takers, dates = int(draw.integers(8, 25)), int(draw.integers(4, 15)), int(draw.integers(1, 5))
    every = items * takers * dates
    codes = np.sort(draw.choice(every, min(every, int(draw.integers(100, 500))), replace=False))
    item, rest = np.divmod(codes, takers * dates)
    recipient, day = np.divmod(rest, dates)
    count = len(codes)
    rank = draw.choice([100, 400, 700, 1000], takers)
    style = draw.integers(0, 3)
    noise = draw.integers(0, [1, 40, 900][style], count)
    pinned = draw.random(count) < draw.choice([0, 0, 0.005])
    return AllocationProblem(
        items=tuple(f"V{at:03d}" for at in range(items)),
        recipients=tuple(f"P{at:03d}" for at in range(takers)),
        days=tuple(f"2026-01-{5 + at:02d}" for at in range(dates)),
        item=item,
        recipient=recipient,
        day=day,
        score=rank[recipient] + noise,
        slots=draw.integers(1, max(2, items // dates), dates),
        recipient_day_limit=draw.choice([1, 2, NO_LIMIT], (takers, dates), p=[0.7, 0.1, 0.2]),
        recipient_limit=draw.choice([2, 4, NO_LIMIT], takers, p=[0.1, 0.2, 0.7]),
        groups=_groups(draw, item, recipient, day),
        pinned=pinned,
        forbidden=(draw.random(count) < 0.02) & ~pinned,
        scale=1,
        penalty=_penalty(draw),
        weight=np.ones(takers, dtype=np.int64),
    )
