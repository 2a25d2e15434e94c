"""A first plan in one walk down the scores."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from evenhand.allocation.methods.residual import Residual, conflict, residual_of
from evenhand.allocation.methods.tariffs import Tariff
from evenhand.allocation.problem import AllocationProblem
from evenhand.core.job import Answer, Limits
from evenhand.core.solution import Status
from evenhand.core.watch import Watch

__all__ = ["first_plan", "run"]

Ints = NDArray[np.int64]

CHUNK = 8192
"""Candidates sorted at a time; most walks end before the second chunk."""


def run(problem: AllocationProblem, seed: int, limits: Limits, watch: Watch) -> Answer:
    """Give the best candidate there is, again and again; nothing is proven."""
    del limits
    broken = conflict(problem)
    if broken:
        return Answer(None, Status.INFEASIBLE, conflict=broken)
    with watch.stage("greedy"):
        residual = residual_of(problem, seed)
        chosen = first_plan(residual)
    return Answer(residual.candidates(chosen), Status.FEASIBLE)


def first_plan(residual: Residual) -> Ints:
    """Return chosen live candidates, sorted.

    Candidates come by value, largest first. One whose group has run into costs since goes back to where its
    net value belongs; as tariffs are convex it can only sink, so each is looked at a few times at most.
    Cost: a partial sort and O(log n) a look.
    """
    state = _State(residual)
    heap: list[tuple[int, int]] = []
    value = residual.value
    for chunk in _sorted_chunks(value):
        open_ones = chunk[state.open_mask(chunk)]
        for at, worth in zip(open_ones.tolist(), value[open_ones].tolist(), strict=True):
            while heap and -heap[0][0] > worth:
                state.offer(heap, *_popped(heap))
            if state.left <= 0:
                return state.plan()
            state.offer(heap, at, worth)
    while heap and state.left > 0:
        state.offer(heap, *_popped(heap))
    return state.plan()


def _popped(heap: list[tuple[int, int]]) -> tuple[int, int]:
    sunk, at = heapq.heappop(heap)
    return at, -sunk


def _sorted_chunks(value: Ints) -> Iterator[Ints]:
    """Yield all candidates by value, largest first, equals by place, in chunks that grow."""
    rest, size = np.arange(len(value)), CHUNK
    while len(rest) > size:
        edge = np.partition(value[rest], len(rest) - size)[len(rest) - size]
        above = value[rest] >= edge
        top = rest[above]
        yield top[np.argsort(-value[top], kind="stable")]
        rest, size = rest[~above], size * 4
    yield rest[np.argsort(-value[rest], kind="stable")]


class _State:
    """What has been given so far."""

    def __init__(self, residual: Residual) -> None:
        self.residual = residual
        self.taken = np.zeros(len(residual.problem.items), dtype=np.bool_)
        self.slots = residual.slots.copy()
        self.places = residual.day_limit.ravel().copy()
        self.totals = [dict[int, int]() for _ in residual.tariffs]
        self.left = residual.awards
        self.chosen: list[int] = []

    def open_mask(self, some: Ints) -> NDArray[np.bool_]:
        """Return which candidates still have item, day and recipient-day free."""
        residual = self.residual
        free = ~self.taken[residual.item[some]] & (self.slots[residual.day[some]] > 0)
        return np.asarray(free & (self.places[residual.place[some]] > 0))

    def offer(self, heap: list[tuple[int, int]], at: int, worth: int) -> None:
        """Give a candidate if its worth still holds; else let it sink, or forget it where it can never be."""
        residual = self.residual
        item, day, place = residual.item[at], residual.day[at], residual.place[at]
        if self.taken[item] or self.slots[day] <= 0 or self.places[place] <= 0:
            return
        net = int(residual.value[at])
        for tariff, totals in zip(residual.tariffs, self.totals, strict=True):
            cost = _marginal(tariff, totals, at)
            if cost is None:
                return
            net -= cost
        if net < 0:
            return
        if net < worth:
            heapq.heappush(heap, (-net, at))
            return
        self.taken[item] = True
        self.slots[day] -= 1
        self.places[place] -= 1
        self.left -= 1
        self.chosen.append(at)
        for tariff, totals in zip(residual.tariffs, self.totals, strict=True):
            group = int(tariff.of[at])
            totals[group] = totals.get(group, 0) + (1 if tariff.coef is None else int(tariff.coef[at]))

    def plan(self) -> Ints:
        """Return what was given."""
        return np.sort(np.array(self.chosen, dtype=np.int64))


def _marginal(tariff: Tariff, totals: dict[int, int], at: int) -> int | None:
    group = int(tariff.of[at])
    if group < 0:
        return 0
    more = 1 if tariff.coef is None else int(tariff.coef[at])
    return tariff.marginal(group, totals.get(group, 0), more)
