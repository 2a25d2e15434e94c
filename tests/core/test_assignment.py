"""The cheapest places for people, against every assignment there is."""

from __future__ import annotations

from itertools import product

import numpy as np

from evenhand.core.assignment import FULL, assigned, least


def test_no_assignment_costs_less_and_its_prices_prove_it() -> None:
    """600 random ones, places barred and seats dear, missing or forced: cost, bound and brute force agree."""
    rng = np.random.default_rng(5)
    possible = 0
    for _ in range(600):
        people, places = int(rng.integers(1, 7)), int(rng.integers(1, 4))
        cost = rng.integers(0, rng.choice([3, 10, 50]), (people, places))
        barred = rng.random((people, places)) < rng.choice([0.0, 0.3, 0.6])
        seats = np.sort(rng.integers(-20, 20, (places, int(rng.integers(1, people + 1)))), axis=1)
        seats[rng.random(seats.shape).cumsum(axis=1) > 2] = FULL
        worth = []
        for chosen in product(range(places), repeat=people):
            load = np.bincount(chosen, minlength=places)
            taken = [seats[place, :number] for place, number in enumerate(load)]
            if load.max() > seats.shape[1] or any((row == FULL).any() for row in taken):
                continue
            if not barred[np.arange(people), chosen].any():
                worth.append(int(cost[np.arange(people), chosen].sum() + sum(row.sum() for row in taken)))
        best = assigned(cost, barred, seats)
        assert (best is not None) == bool(worth)
        if best is None:
            continue
        possible += 1
        load = np.bincount(best.place, minlength=places)
        paid = cost[np.arange(people), best.place].sum() + sum(
            seats[place, :number].sum() for place, number in enumerate(load)
        )
        assert paid == min(worth) == least(cost, seats, best.prices, barred)
        # Any other prices prove less, never more.
        assert least(cost, seats, rng.integers(-9, 9, places), barred) <= min(worth)
    assert possible > 200
