"""Odd tiny allocation problems, and all plans of each written out.

Beside ties, zeros, values below zero, values near the largest that fit, one candidate, nobody, caps and
budgets of nothing and everything forbidden, this is what ``random_problem`` draws: pins, own steps, head
starts, bonuses. Nothing here asks a method: a claim is compared with what all plans together say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from allocation.small_worlds import random_problem
from evenhand.allocation import NO_LIMIT, AllocationProblem, GroupSet

Ints = NDArray[np.int64]

STYLES = (
    "as drawn", "zero", "equal", "negative", "huge", "half huge", "one", "forbidden", "no slots",
    "no daily room", "no room", "free caps of nothing", "hard caps of nothing", "nobody", "steep", "heavy",
)  # fmt: skip
"""What is odd about a problem, beside what is drawn."""


def odd_problem(seed: int, most: int = 9) -> AllocationProblem:
    """Return a problem of at most ``most`` candidates that is odd in one of ``STYLES``, or in two of them."""
    draw = np.random.default_rng([seed, 13])
    problem = random_problem(seed + 10**6, most=most)
    for style in draw.choice(len(STYLES), int(draw.choice([1, 1, 2])), replace=False).tolist():
        problem = _made_odd(problem, STYLES[style], draw)
    return problem


def _made_odd(problem: AllocationProblem, style: str, draw: np.random.Generator) -> AllocationProblem:
    count = len(problem)
    if style in {"one", "nobody"}:
        return _first(problem, min(count, 1 if style == "one" else 0))
    if style in {"free caps of nothing", "hard caps of nothing", "steep", "heavy"}:
        return replace(problem, groups=tuple(_odd_group(group, style, draw) for group in problem.groups))
    changes: dict[str, dict[str, Any]] = {
        "zero": {"score": np.zeros(count, dtype=np.int64)},
        "equal": {"score": np.full(count, 700)},
        "negative": {"score": -np.abs(problem.score)},
        "huge": {"score": 10**12 - draw.integers(0, 3, count)},
        "half huge": {"score": np.where(draw.random(count) < 0.5, 10**12, problem.score)},
        "forbidden": {"forbidden": ~problem.pinned},
        "no slots": {"slots": np.zeros_like(problem.slots)},
        "no daily room": {"recipient_day_limit": np.zeros_like(problem.recipient_day_limit)},
        "no room": {"recipient_limit": np.zeros_like(problem.recipient_limit)},
    }
    return replace(problem, **changes.get(style, {}))


def _first(problem: AllocationProblem, count: int) -> AllocationProblem:
    """Return the problem with its first candidates alone; names and rules stay."""
    per = {name: getattr(problem, name)[:count] for name in ("item", "recipient", "day", "score")}
    flags = {name: getattr(problem, name)[:count] for name in ("pinned", "forbidden")}
    groups = tuple(
        GroupSet(
            group.name, group.labels, group.of[:count], group.weight[:count], group.allowance, group.slope,
            group.limit, group.unit,
        )
        for group in problem.groups
    )  # fmt: skip
    return replace(problem, **per, **flags, groups=groups)


def _odd_group(group: GroupSet, style: str, draw: np.random.Generator) -> GroupSet:
    weight, allowance, slope, limit = group.weight, group.allowance, group.slope, group.limit
    if style == "free caps of nothing":
        allowance, limit = np.zeros_like(allowance), np.full_like(limit, NO_LIMIT)
    elif style == "hard caps of nothing":
        limit = np.zeros_like(limit)
    elif style == "steep":
        slope = np.where(draw.random(slope.shape) < 0.5, 10**12, slope)
    else:
        weight = weight * draw.choice([1, 10**9, 10**12 // max(1, int(weight.max(initial=1)))])
    return GroupSet(group.name, group.labels, group.of, weight, allowance, slope, limit, group.unit)


class EveryPlan:
    """All subsets of a problem's candidates: which keep the hard rules, and what each is worth, exactly."""

    def __init__(self, problem: AllocationProblem) -> None:
        """Count every subset; cost 2^candidates."""
        self.problem = problem
        count = len(problem)
        self.plans = (np.arange(2**count)[:, None] >> np.arange(count)) & 1
        self.awards = self._sums(problem.recipient, len(problem.recipients))
        self.totals = [self._totals(group) for group in problem.groups]

    def _sums(self, code: Ints, count: int) -> Ints:
        return np.asarray(self.plans @ (code[:, None] == np.arange(count)).astype(np.int64))

    def _totals(self, group: GroupSet) -> NDArray[np.object_]:
        # Python's whole numbers: weights and slopes of 10^12 pass 63 bits together.
        member = (group.of[:, None] == np.arange(len(group.labels))) * group.weight[:, None]
        return np.asarray(self.plans.astype(object) @ member.astype(object)).reshape(len(self.plans), -1)

    @cached_property
    def fine(self) -> NDArray[np.bool_]:
        """Which plans keep every hard rule."""
        problem, plans = self.problem, self.plans
        cell = problem.recipient * len(problem.days) + problem.day
        good = (plans >= problem.pinned).all(axis=1) & (plans <= ~problem.forbidden).all(axis=1)
        good &= (self._sums(problem.item, len(problem.items)) <= 1).all(axis=1)
        good &= (self._sums(problem.day, len(problem.days)) <= problem.slots).all(axis=1)
        good &= (self.awards <= problem.recipient_limit).all(axis=1)
        daily = self._sums(cell, problem.recipient_day_limit.size)
        good &= (daily <= problem.recipient_day_limit.ravel()).all(axis=1)
        for group, totals in zip(problem.groups, self.totals, strict=True):
            good &= (totals <= group.limit.astype(object)).astype(bool).all(axis=1)
        return np.asarray(good)

    @cached_property
    def score(self) -> NDArray[np.object_]:
        """What plans are worth before fairness and bonuses: scores less what groups cost."""
        problem = self.problem
        value = self.plans.astype(object) @ problem.score.astype(object)
        value = np.asarray(value, dtype=object).reshape(len(self.plans))
        for group, totals in zip(problem.groups, self.totals, strict=True):
            for step in range(group.slope.shape[1]):
                over = totals - group.allowance[:, step].astype(object)
                over = np.where((over > 0).astype(bool), over, 0)
                value = value - (over * group.slope[:, step].astype(object)).sum(axis=1)
        return np.asarray(value)

    @cached_property
    def value(self) -> NDArray[np.object_]:
        """What plans are worth, in units."""
        problem, value = self.problem, self.score
        for beyond, points in problem.penalty.steps:
            free = np.maximum(0, beyond - problem.head_start)
            over = np.maximum(0, self.awards - free).sum(axis=1)
            value = value - over.astype(object) * round(points * problem.scale)
        return np.asarray(value + ((self.awards > 0) * problem.owed_bonus).sum(axis=1).astype(object))

    @property
    def best(self) -> int | None:
        """The best value of all plans that keep the hard rules; None where none does."""
        return int(max(self.value[self.fine])) if self.fine.any() else None

    def best_with(self, candidate: int) -> int | None:
        """Return the best value of a plan with a candidate; None where no such plan keeps the hard rules."""
        some = self.fine & (self.plans[:, candidate] > 0)
        return int(max(self.value[some])) if some.any() else None

    def place(self, awards: Ints) -> int:
        """Return a plan's place among all of them."""
        return sum(1 << candidate for candidate in np.asarray(awards).tolist())

    def worth(self, awards: Ints) -> int:
        """Return a plan's value, whether it keeps the rules or not."""
        return int(self.value[self.place(awards)])


def best_of(problem: AllocationProblem) -> int | None:
    """Return the best value over all plans."""
    return EveryPlan(problem).best


def odd_problems(first: int, count: int) -> Iterator[tuple[int, AllocationProblem]]:
    """Yield odd problems with their numbers."""
    for seed in range(first, first + count):
        yield seed, odd_problem(seed)
