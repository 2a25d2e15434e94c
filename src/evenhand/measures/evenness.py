"""Measures of how evenly the units lie: shares of the total, and ratios of received to due.

Where the same is due to everyone these are the textbook measures of the counts. Where it is not, they look
at received over due: Gini and Theil weigh everyone by what is due (they are measures over units of
entitlement, so that a half-timer counts half), Jain and the coefficient of variation count everyone once.
HHI, its effective number and the top shares look at shares of the total alone. Claimants to whom nothing is
due have no ratio: the measures of ratios leave them out; ``nearness`` counts them.

Where nothing was given out or nobody is entitled, nothing can be uneven: each returns its even value.
"""

from __future__ import annotations

import heapq
import math
from fractions import Fraction

from evenhand.core.errors import InputError
from evenhand.measures.shared import Shared

ZERO = Fraction(0)
ONE = Fraction(1)


def _gini(pairs: tuple[tuple[int, int], ...]) -> Fraction:
    """Return the exact Gini of units over claims, weighted by claim: O(n log n)."""
    total, claims = sum(unit for unit, _ in pairs), sum(claim for _, claim in pairs)
    if not total:
        return ZERO
    # In order of units per claim, each line adds twice the area between its part of the Lorenz curve and the
    # diagonal: one pass after sorting, and exact.
    twice = units_before = claims_before = 0
    for unit, claim in sorted(pairs, key=lambda pair: Fraction(*pair)):
        twice += unit * claims_before - claim * units_before
        units_before += unit
        claims_before += claim
    return Fraction(twice, total * claims)


def gini(shared: Shared) -> Fraction:
    """Gini coefficient among those who received something, as press fleets count it.

    >>> gini(Shared.of([2, 1, 0]))
    Fraction(1, 6)
    """
    return _gini(shared.receivers)


def gini_all(shared: Shared) -> Fraction:
    """Gini coefficient over all entitled, those who received nothing included.

    >>> gini_all(Shared.of([2, 1, 0]))
    Fraction(4, 9)
    """
    return _gini(shared.entitled)


def hhi(shared: Shared) -> Fraction:
    """Herfindahl-Hirschman index: the sum of squared shares of the total; 0 where nothing was given out.

    >>> hhi(Shared.of([2, 1, 1]))
    Fraction(3, 8)
    """
    total = shared.total
    return Fraction(sum(unit * unit for unit in shared.units), total * total) if total else ZERO


def effective(shared: Shared) -> Fraction:
    """Effective number of receivers, 1 / HHI; 0 where nothing was given out.

    >>> effective(Shared.of([1, 1, 1]))
    Fraction(3, 1)
    """
    index = hhi(shared)
    return 1 / index if index else ZERO


def top(shared: Shared, count: int) -> Fraction:
    """Share of the total held by the ``count`` who hold most; 0 where nothing was given out.

    >>> top(Shared.of([3, 1]), 1)
    Fraction(3, 4)
    """
    # Where nothing was given out the sum is 0, and so is the share.
    return Fraction(sum(heapq.nlargest(count, shared.units)), shared.total or 1)


def served(shared: Shared) -> Fraction:
    """Share of the entitled who received something; 1 where nobody is entitled.

    >>> served(Shared.of([2, 1, 0]))
    Fraction(2, 3)
    """
    return Fraction(len(shared.receivers), len(shared.entitled)) if shared.entitled else ONE


def receivers(shared: Shared) -> Fraction:
    """Count everyone who received something, entitled or not.

    >>> receivers(Shared.of([2, 1, 0]))
    Fraction(2, 1)
    """
    return Fraction(sum(1 for unit in shared.units if unit))


def most(shared: Shared) -> Fraction:
    """Return the most units anybody received; 0 where nobody received any.

    >>> most(Shared.of([2, 1, 0]))
    Fraction(2, 1)
    """
    return Fraction(max(shared.units, default=0))


def _ratios(shared: Shared) -> list[float]:
    return [unit / claim for unit, claim in shared.entitled]


def jain(shared: Shared) -> Fraction | float:
    """Jain's index of the ratios: (sum x)^2 / (n sum x^2), everyone counted once.

    >>> jain(Shared.of([2, 1, 0]))
    Fraction(3, 5)
    """
    if not any(unit for unit, _ in shared.entitled):
        return ONE
    if shared.equal:
        squares = sum(unit * unit for unit in shared.units)
        return Fraction(shared.total**2, len(shared.units) * squares)
    # Jain's index and the coefficient of variation say the same in two ways; unequal claims make it a float.
    return 1 / (1 + float(cv(shared)) ** 2)


def theil(shared: Shared) -> float:
    """Theil's T of the ratios, weighted by claim: sum of s ln(s / w), s shares received, w shares due.

    >>> theil(Shared.of([2, 2]))
    0.0
    """
    total, claims = sum(u for u, _ in shared.entitled), sum(c for _, c in shared.entitled)
    if not total:
        return 0.0
    # Who received nothing adds nothing: x log x goes to 0 with x.
    parts = (u / total * math.log(u * claims / (total * c)) for u, c in shared.entitled if u)
    # Rounding can leave a sum of some -1e-17 where all is even.
    return max(0.0, math.fsum(parts))


def cv(shared: Shared) -> float:
    """Coefficient of variation of the ratios: standard deviation (of all, not a sample) over mean.

    >>> cv(Shared.of([2, 2]))
    0.0
    """
    ratios = _ratios(shared)
    if not any(ratios):
        return 0.0
    if shared.equal:
        squares = sum(unit * unit for unit in shared.units)
        return math.sqrt(Fraction(len(ratios) * squares, shared.total**2) - 1)
    # fsum adds without rounding on the way, so the order of lines cannot change the last digit.
    mean = math.fsum(ratios) / len(ratios)
    return math.sqrt(math.fsum((x - mean) ** 2 for x in ratios) / len(ratios)) / mean


def cv_floor(expected: Fraction | float) -> float:
    """Least coefficient of variation that whole units allow where ``expected`` units are due to everyone.

    With f the fraction part of e: sqrt(f (1 - f)) / e, as then some get the floor and some the ceiling of e.
    0 where nothing is expected.

    Cost: constant.

    Raises:
        InputError: it is no finite number.

    >>> cv_floor(1.5) == 0.5 / 1.5, cv_floor(2)
    (True, 0.0)
    """
    if expected <= 0:
        return 0.0
    if not expected < math.inf:
        raise InputError.one("is not a number of units", "Give units expected of each", came=str(expected))
    part = expected - math.floor(expected)
    return math.sqrt(part * (1 - part)) / float(expected)
