"""What is due: shares by weight, and whole numbers from them (apportionment).

Entitlements are kept as integer ticks, ``TICKS`` to a unit, so that sums are exact. TICKS is divisible by
every number up to 18 but 16: equal shares among few are exact; other shares are rounded by largest
remainder to the tick, and the total is always exact.

References:
    Balinski and Young, *Fair Representation* (2nd ed., Brookings 2001).
    Balinski and Young, *The quota method of apportionment* (1975), doi:10.1080/00029890.1975.11993911.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final

import numpy as np

from evenhand.core.arguments import whole_numbers
from evenhand.core.arrays import Ints
from evenhand.core.errors import InputError

__all__ = ["DIVISORS", "TICKS", "apportion", "capped_shares", "largest_remainder", "split"]

# Parts of 1 to 18 people come out whole, and of most groups beyond, so that equal people are due equal ticks
# and stand exactly alike. An int64 holds 25 thousand million units of it.
TICKS: Final = 367_567_200
"""Integer ticks to one unit of entitlement: 2^5 x 3^3 x 5^2 x 7 x 11 x 13 x 17."""


def _checked(total: int, weights: Sequence[int] | Ints) -> list[int]:
    whole_numbers([total], "total")
    values = whole_numbers(weights.tolist() if isinstance(weights, np.ndarray) else weights, "weight")
    if total < 0:
        raise InputError.one("is below zero", "Give a total of 0 or more", came=str(total), column="total")
    if any(value < 0 for value in values):
        raise InputError.one(
            "is below zero", "Give weights of 0 or more", came=str(min(values)), column="weight"
        )
    if total and not any(values):
        raise InputError.one(
            "nobody has a weight above 0", "Give at least one positive weight", column="weight"
        )
    return values


def largest_remainder(total: int, weights: Sequence[int] | Ints, order: Sequence[int] | None = None) -> Ints:
    """Share ``total`` whole units by weight; leftovers go to the largest remainders (Hamilton, Hare).

    Args:
        total: units to share, >= 0.
        weights: integer claims, >= 0, shape (n,); exact in Python integers.
        order: ties go to the smaller value of this key, then to the smaller index.

    Returns:
        Units, shape (n,), summing to ``total`` exactly.

    Promise:
        Within quota: everyone gets the floor or the ceiling of total x weight / sum of weights.

    Raises:
        InputError: a negative total or weight, or nobody to give a positive total to.

    >>> largest_remainder(10, [6, 6, 2]).tolist()
    [4, 4, 2]
    """
    values = _checked(total, weights)
    whole = sum(values)
    if not whole:
        return np.zeros(len(values), dtype=np.int64)
    parts = [divmod(total * value, whole) for value in values]
    units = [quotient for quotient, _ in parts]
    key = range(len(values)) if order is None else order
    # Remainders are compared as whole numbers: as floats, two equal ones could differ and two different ones
    # tie.
    ranked = sorted(range(len(values)), key=lambda i: (-parts[i][1], key[i], i))
    for i in ranked[: total - sum(units)]:
        units[i] += 1
    return np.array(units, dtype=np.int64)


def split(total: int, weights: Sequence[int] | Ints, order: Sequence[int] | None = None) -> Ints:
    """Share ``total`` units as integer ticks: shape (n,), summing to total x TICKS exactly.

    Args:
        total: whole units, >= 0.
        weights: whole numbers >= 0, shape (n,); not all 0 where there is something to share.
        order: who gets the last ticks among equals, by rank; the order given if left out. O(n log n).

    Raises:
        InputError: a negative total or weight, or nobody with a weight above 0.

    >>> (split(3, [1, 1]) / TICKS).tolist()
    [1.5, 1.5]
    """
    return largest_remainder(total * TICKS, weights, order)


def capped_shares(total: int, cap: int, weights: Sequence[int] | Ints) -> Ints:
    """Share ``total`` ticks by weight, nobody above ``cap`` ticks (water-filling).

    What a capped claimant cannot take is shared again among the others by weight, until all is placed.

    Returns:
        Ticks, shape (n,), summing to min(total, cap x claimants with weight) exactly.

    Raises:
        InputError: a negative total, cap or weight, or nobody to give a positive total to.

    >>> (capped_shares(2 * TICKS, TICKS, [5, 1, 1]) / TICKS).tolist()
    [1.0, 0.5, 0.5]
    """
    values = _checked(total, weights)
    if cap < 0:
        raise InputError.one("is below zero", "Give a cap of 0 or more", came=str(cap), column="cap")
    out = np.zeros(len(values), dtype=np.int64)
    open_ones = [i for i, value in enumerate(values) if value > 0]
    # More than everybody's cap together cannot be shared out; the rest stays with whoever asked.
    left = min(total, cap * len(open_ones))
    while open_ones:
        whole = sum(values[i] for i in open_ones)
        # Whoever would pass the cap gets just the cap. What they leave only raises the parts of the others,
        # so nobody who was capped would have stayed below it.
        full = [i for i in open_ones if left * values[i] >= cap * whole]
        if not full:
            out[open_ones] = largest_remainder(left, [values[i] for i in open_ones])
            break
        out[full] = cap
        left -= cap * len(full)
        taken = set(full)
        open_ones = [i for i in open_ones if i not in taken]
    return out


DIVISORS: Final[dict[str, Callable[[int], Fraction]]] = {
    "adams": lambda low: Fraction(low * low),
    "dean": lambda low: Fraction(2 * low * (low + 1), 2 * low + 1) ** 2,
    "hill": lambda low: Fraction(low * (low + 1)),
    "webster": lambda low: Fraction(2 * low + 1, 2) ** 2,
    "jefferson": lambda low: Fraction((low + 1) * (low + 1)),
}
"""Square of the signpost d(a) between a and a + 1 units, by method; squares keep Hill's exact."""


def apportion(
    total: int,
    weights: Sequence[int] | Ints,
    method: str = "largest-remainder",
    order: Sequence[int] | None = None,
) -> Ints:
    """Share ``total`` whole units by weight with a named method.

    Args:
        total: units to share, >= 0.
        weights: integer claims, >= 0.
        method: "largest-remainder", or a divisor method: "adams", "dean", "hill", "webster", "jefferson".
        order: breaks ties, smaller first; then the smaller index.

    Returns:
        Units, shape (n,), summing to ``total``. Adams, Dean and Hill give everybody with a weight one
        unit before anybody two, as their first signpost is 0. Cost O(total log n).

    Promise:
        House monotone for the divisor methods: one more unit never takes one from anybody.

    >>> apportion(10, [6, 6, 2], "webster").tolist()
    [5, 4, 1]
    """
    if method == "largest-remainder":
        return largest_remainder(total, weights, order)
    if method not in DIVISORS:
        known = ", ".join(["largest-remainder", *DIVISORS])
        raise InputError.one(
            "is not an apportionment method", f"Choose one of {known}", came=method, column="method"
        )
    values = _checked(total, weights)
    signpost = DIVISORS[method]
    key = range(len(values)) if order is None else order
    units = np.zeros(len(values), dtype=np.int64)

    def rank(i: int) -> tuple[Fraction, Fraction, int, int]:
        # Claims are compared squared, as the root in Hill's method is no fraction.
        post = signpost(int(units[i]))
        if not post:  # an infinite claim: larger weights first among those
            return (Fraction(-1), Fraction(-values[i]), key[i], i)
        return (Fraction(0), -Fraction(values[i] * values[i]) / post, key[i], i)

    heap = [rank(i) for i, value in enumerate(values) if value > 0]
    heapq.heapify(heap)
    for _ in range(total):
        chosen = heap[0][3]
        units[chosen] += 1
        # Only the claim of whoever got the unit has changed.
        heapq.heapreplace(heap, rank(chosen))
    return units
