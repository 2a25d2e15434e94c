"""Cheapest places for people: who goes where at least cost, exactly, in whole numbers.

References:
    R. K. Ahuja, T. L. Magnanti and J. B. Orlin, *Network Flows* (1993), chapters 9 and 14: shortest paths one
    after another, with convex costs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evenhand.core.arrays import Bools, Ints

FULL = 2**60
"""Cost of a seat that a place does not have, where places have different numbers of them."""

FITS = 2**57
"""Most that all costs and seats together may come to. With twice as much, what is not there would cost 2**61,
and twice a way to it, which is compared, might no longer fit into 64 bits."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who goes where.

    Attributes:
        place: place of each person, shape (n,).
        prices: price of each place at which everybody is where they would choose to be, shape (T,).
    """

    place: Ints
    prices: Ints


def assigned(cost: Ints, barred: Bools | None, seats: Ints) -> Assignment | None:
    """Return the cheapest assignment of people to places; None where not everybody finds one.

    None as well where the costs are so large that their sums would not fit: see ``FITS``.

    Args:
        cost: of each person at each place, >= 0, shape (n, T).
        barred: places closed to a person, shape (n, T); None where all are open.
        seats: what each further seat of a place costs, shape (T, K), rising along a row, ``FULL`` where there
            are no more. A seat that must be taken costs far less than 0.

    Promise:
        No other assignment costs less, and ``least`` of its prices is its cost. People are placed one after
        another, each moving those before who make room at least cost: O(n (T^2 + n T)) in whole arrays.

    Example:
        >>> import numpy as np
        >>> cost = np.array([[0, 5], [0, 9], [0, 7]])
        >>> best = assigned(cost, None, np.zeros((2, 2), dtype=np.int64))
        >>> best.place.tolist(), least(cost, np.zeros((2, 2), dtype=np.int64), best.prices)
        ([1, 0, 0], 5)
    """
    people, places = cost.shape
    # Twice what all else can come to: what others save by moving never brings it below half. What is not
    # there at all costs four times as much.
    real = np.where(seats < FULL, np.abs(seats), 0)
    if people * float(cost.max(initial=0)) + real.sum(dtype=float) > FITS:
        return None
    never = 2 + 2 * people * int(cost.max(initial=0)) + 2 * int(real.sum())
    paid = cost if barred is None else np.where(barred, never, cost)
    ladder = np.hstack([np.minimum(seats, 4 * never), np.full((places, 1), 4 * never)])
    row = np.arange(places)
    place = np.full(people, -1, dtype=np.int64)
    load = np.zeros(places, dtype=np.int64)
    # Cheapest way to move somebody from a place (row) to another (column), and who that is.
    move = np.full((places, places), 4 * never, dtype=np.int64)
    mover = np.zeros((places, places), dtype=np.int64)
    for person in range(people):
        reach = paid[person].copy()
        came = np.full(places, -1, dtype=np.int64)
        # Longest chain: every place once.
        for _ in range(places):
            through = reach[:, None] + move
            best = through.argmin(axis=0)
            shorter = through[best, row] < reach
            if not shorter.any():
                break
            reach = np.where(shorter, through[best, row], reach)
            came = np.where(shorter, best, came)
        to = int((reach + ladder[row, load]).argmin())
        if 2 * (reach[to] + ladder[to, load[to]]) >= never:
            return None
        load[to] += 1
        changed = [to]
        while came[to] >= 0:
            source = int(came[to])
            place[mover[source, to]] = to
            to = source
            changed.append(to)
        place[person] = to
        for touched in changed:
            there = np.flatnonzero(place == touched)
            dearer = paid[there] - paid[there, touched][:, None]
            who = dearer.argmin(axis=0)
            move[touched], mover[touched] = dearer[who, row], there[who]
    taken = np.where(load > 0, ladder[row, load - 1], -4 * never)
    return Assignment(place, _prices(np.minimum(move, ladder[row, load][:, None] - taken[None, :])))


def _prices(apart: Ints) -> Ints:
    """Return prices at which nobody would rather be elsewhere and no seat is cheaper than one that is taken.

    Args:
        apart: how much dearer the second place may be than the first at most, shape (T, T).
    """
    prices = np.zeros(len(apart), dtype=np.int64)
    # Shortest paths between places: the longest visits each once.
    for _ in range(len(apart)):
        prices = np.minimum(prices, (prices[None, :] + apart).min(axis=1))
    return prices


def least(cost: Ints, seats: Ints, prices: Ints, barred: Bools | None = None) -> int:
    """Return what no assignment costs less than, whatever the prices are: a proof in whole numbers.

    Everybody pays the price of a place beside its cost and takes the cheapest, and as many seats as people
    are opened, each repaid by the price. An assignment pays and is repaid alike, so it cannot cost less.

    Args:
        cost: as for ``assigned``.
        seats: as for ``assigned``.
        prices: a price of each place, any.
        barred: as for ``assigned``.
    """
    # Open places alone, so that no number stands for "never" in a proof.
    far = np.iinfo(np.int64).max
    dear = cost + prices if barred is None else np.where(barred, far, cost + prices)
    back = np.sort((seats - prices[:, None]).ravel())[: len(cost)]
    return int(dear.min(axis=1).sum() + back.sum())
