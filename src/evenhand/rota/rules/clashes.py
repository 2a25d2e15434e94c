"""Pairs of slots that one person cannot both serve: they run at the same time, or too close to each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from evenhand.rota.problem import RotaProblem


def clashes(problem: RotaProblem, gap: int = 0) -> Iterator[tuple[int, int]]:
    """Yield pairs of slots, the smaller number first, with fewer than ``gap`` minutes between them.

    In UTC: nine o'clock in Tokyo and one o'clock in Oslo are the same hour. Cost O(S log S) and
    a step a pair.
    """
    # Slots are numbered by local day; UTC may order them differently.
    order = np.argsort(problem.slot_utc, kind="stable")
    begin, finish = problem.slot_utc[order], problem.finish_utc[order]
    # Sorted by their start, all that follow within a slot's length and the gap are its clashes.
    until = np.searchsorted(begin, finish + gap, side="left")
    slots = order.tolist()
    for slot, high in enumerate(until.tolist()):
        for other in slots[slot + 1 : high]:
            yield min(slots[slot], other), max(slots[slot], other)


def earlier_clashes(problem: RotaProblem, gap: int = 0) -> dict[int, list[int]]:
    """Return for each slot those before it that nobody can serve as well."""
    out: dict[int, list[int]] = {}
    for first, second in clashes(problem, gap):
        out.setdefault(second, []).append(first)
    return out
