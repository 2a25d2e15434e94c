"""The cheapest places for people, against every assignment there is."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from evenhand.core.arrays import Ints
from evenhand.core.assignment import FITS, FULL, assigned, least


def paid(cost: Ints, seats: Ints, place: Ints) -> int:
    """Return what an assignment costs, seat by seat."""
    load = np.bincount(place, minlength=len(seats))
    opened = sum(int(row[:number].sum()) for row, number in zip(seats, load, strict=True))
    return int(cost[np.arange(len(cost)), place].sum()) + opened


def test_no_assignment_costs_less_and_its_prices_prove_it() -> None:
    """200 random ones, places barred and seats dear, missing or forced: cost, bound and brute force agree."""
    rng = np.random.default_rng(5)
    possible = 0
    for _ in range(200):
        people, places = int(rng.integers(1, 6)), int(rng.integers(1, 4))
        cost = rng.integers(0, rng.choice([3, 10, 50]), (people, places))
        closed = rng.random((people, places)) < rng.choice([0.0, 0.3, 0.6])
        barred = closed if closed.any() else None
        seats = np.sort(rng.integers(-20, 20, (places, int(rng.integers(1, people + 1)))), axis=1)
        seats[rng.random(seats.shape).cumsum(axis=1) > 2] = FULL
        worth = []
        for chosen in product(range(places), repeat=people):
            load = [chosen.count(place) for place in range(places)]
            there = [int((row < FULL).sum()) for row in seats]
            if all(map(int.__le__, load, there)) and not closed[np.arange(people), chosen].any():
                worth.append(paid(cost, seats, np.array(chosen)))
        best = assigned(cost, barred, seats)
        assert (best is not None) == bool(worth)
        if best is None:
            continue
        possible += 1
        assert not closed[np.arange(people), best.place].any()
        assert paid(cost, seats, best.place) == min(worth) == least(cost, seats, best.prices, barred)
        # Any other prices prove less, never more.
        assert least(cost, seats, rng.integers(-9, 9, places), barred) <= min(worth)
    assert possible > 70


@pytest.mark.parametrize("largest", [2, 1000, 2**40])
def test_forty_people_are_proven_by_their_prices(largest: int) -> None:
    """Too many for brute force: what an assignment costs is what its prices prove, ties and all."""
    rng = np.random.default_rng(largest % 97)
    cost = rng.integers(0, largest, (40, 6))
    barred = rng.random(cost.shape) < 0.4
    barred[np.arange(40), rng.integers(0, 6, 40)] = False
    seats = np.where(np.arange(12) < 2, -largest * 99, np.arange(12) * (largest // 2))[None, :].repeat(
        6, axis=0
    )
    best = assigned(cost, barred, seats)
    assert best is not None
    assert not barred[np.arange(40), best.place].any()
    assert np.bincount(best.place).min() >= 2
    assert paid(cost, seats, best.place) == least(cost, seats, best.prices, barred)


def test_each_moves_on_where_the_last_would_find_no_place() -> None:
    """The last fits one full place alone, so four move on by one; the cost is worked out by hand."""
    # Person k may be at place k, or k + 1 at a cost of k + 1; the fifth at place 0 alone. One seat each.
    cost = np.array([[0, 1, 9, 9, 9], [9, 0, 2, 9, 9], [9, 9, 0, 3, 9], [9, 9, 9, 0, 4], [0, 9, 9, 9, 9]])
    best = assigned(cost, cost == 9, np.zeros((5, 1), dtype=np.int64))
    assert best is not None
    assert best.place.tolist() == [1, 2, 3, 4, 0]
    assert least(cost, np.zeros((5, 1), dtype=np.int64), best.prices, cost == 9) == 1 + 2 + 3 + 4


def test_what_has_no_place_or_no_sum_is_none() -> None:
    """Somebody without an open place, too few seats, and costs whose sum would not fit have no assignment."""
    seat = np.zeros((2, 1), dtype=np.int64)
    cost = np.array([[1, 2], [3, 4]])
    assert assigned(cost, np.array([[False, False], [True, True]]), seat) is None
    assert assigned(np.array([[1, 2], [3, 4], [5, 6]]), None, seat) is None
    assert assigned(cost * (FITS // 8), None, seat) is not None
    assert assigned(cost * (FITS // 7), None, seat) is None
    assert assigned(cost, None, seat + FITS // 8 * 5) is None
    # Sixteen of these are 2**63, which is nothing in 64 bits.
    assert assigned(cost, None, np.full((2, 16), -(2**59))) is None


def test_nobody_costs_nothing() -> None:
    """Without people no place is taken, and the proof comes to 0."""
    nobody = np.zeros((0, 2), dtype=np.int64)
    best = assigned(nobody, None, np.ones((2, 3), dtype=np.int64))
    assert best is not None
    assert best.place.tolist() == []
    assert least(nobody, np.ones((2, 3), dtype=np.int64), best.prices) == 0
