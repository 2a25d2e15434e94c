"""The values a measure can have at all: the least and the largest that whole units allow."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from evenhand.measures.shared import Shared

Figure = Fraction | float
Reach = tuple[float, float]


def between(
    value: Callable[[Shared], Figure], always: Reach, *, shares: bool = False
) -> Callable[[Shared], Reach]:
    """Return the reach of a measure that the even and the monopolist outcome bound.

    Every measure here of equal claims is Schur-convex (or -concave): all whole outcomes of the same total
    majorise the even one and are majorised by the monopoly. Measures of ``shares`` do not look at claims.
    """

    def reach(shared: Shared) -> Reach:
        if not (shares or shared.equal):
            return always
        # With equal claims only the counts matter, so both ends are made of counts alone.
        alike = Shared.of(shared.units)
        ends = float(value(alike.nearest())), float(value(alike.monopoly()))
        return min(ends), max(ends)

    return reach


def among_receivers(shared: Shared) -> Reach:
    """Bound Gini among receivers: 0, and one with nearly all beside about sqrt(R) with one each."""
    total, count = shared.total, len(shared.entitled)
    if not shared.equal:
        return 0.0, 1.0
    if not total:
        return 0.0, 0.0
    # The worst case lies at the square root of the total, which is seldom whole: one of its neighbours is it.
    root = math.isqrt(total)
    tried = {min(count, served) for served in (root, root + 1)}
    return 0.0, float(max(Fraction((m - 1) * (total - m), m * total) for m in tried))


def from_nearest(
    value: Callable[[Shared], Figure], largest: Callable[[Shared], float]
) -> Callable[[Shared], Reach]:
    """Return the reach of a distance from what is due: least at the nearest whole outcome."""
    return lambda shared: (float(value(shared.nearest())), largest(shared))


def furthest(shared: Shared) -> float:
    """All to the one to whom least is due: nobody can be further from what is due."""
    return float(Fraction(sum(shared.due) - min(shared.due, default=0), shared.ticks))


def most_misplaced(shared: Shared) -> float:
    """All to the one to whom least is due: all but their share is misplaced."""
    return float(1 - Fraction(min(shared.due), sum(shared.due))) if shared.total else 0.0
