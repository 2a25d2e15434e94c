"""Shares and apportionment: exact totals, quota, house and population properties, against brute force."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.core.errors import InputError
from evenhand.core.shares import DIVISORS, TICKS, apportion, capped_shares, largest_remainder, split

WEIGHTS = st.lists(st.integers(0, 50), min_size=1, max_size=7).filter(any)
METHODS = ("largest-remainder", *DIVISORS)


@pytest.mark.parametrize("method", METHODS)
@settings(deadline=None, max_examples=40)
@given(total=st.integers(0, 60), weights=WEIGHTS)
def test_totals_are_exact(method: str, total: int, weights: list[int]) -> None:
    """Every method gives out the total, nothing to those without a weight, and no less for more weight."""
    units = apportion(total, weights, method)
    assert int(units.sum()) == total
    assert all(unit == 0 for unit, weight in zip(units, weights, strict=True) if weight == 0)
    for weight, unit in zip(weights, units, strict=True):
        assert all(unit >= other - 1 for w, other in zip(weights, units, strict=True) if weight >= w)
        assert all(unit >= other for w, other in zip(weights, units, strict=True) if weight > w)


@settings(deadline=None, max_examples=80)
@given(total=st.integers(0, 60), weights=WEIGHTS)
def test_within_quota(total: int, weights: list[int]) -> None:
    """Largest remainder gives everyone the floor or the ceiling of what is due."""
    for unit, weight in zip(largest_remainder(total, weights), weights, strict=True):
        assert abs(unit - Fraction(total * weight, sum(weights))) < 1


@pytest.mark.parametrize("method", list(DIVISORS))
@settings(deadline=None, max_examples=40)
@given(total=st.integers(0, 40), weights=WEIGHTS)
def test_house_monotone(method: str, total: int, weights: list[int]) -> None:
    """One more unit never takes one from anybody."""
    assert (apportion(total + 1, weights, method) >= apportion(total, weights, method)).all()


@pytest.mark.parametrize("method", list(DIVISORS))
@settings(deadline=None, max_examples=40)
@given(total=st.integers(1, 40), before=WEIGHTS, data=st.data())
def test_population_monotone(method: str, total: int, before: list[int], data: st.DataObject) -> None:
    """Nobody who grew faster loses a unit to somebody who grew slower: divisor methods allow no such pair."""
    size = len(before)
    after = data.draw(st.lists(st.integers(1, 50), min_size=size, max_size=size))
    first, second = apportion(total, before, method), apportion(total, after, method)
    for i, j in product(range(size), repeat=2):
        if after[i] * before[j] > after[j] * before[i] and before[i] and before[j]:
            assert not (second[i] < first[i] and second[j] > first[j])


def _squares(units: np.ndarray, weights: list[int]) -> Fraction:
    total = int(units.sum())
    return sum(
        ((int(unit) - Fraction(total * weight, sum(weights))) ** 2)
        for unit, weight in zip(units, weights, strict=True)
    ) or Fraction(0)


@settings(deadline=None, max_examples=30)
@given(total=st.integers(0, 6), weights=st.lists(st.integers(1, 9), min_size=2, max_size=4))
def test_largest_remainder_is_nearest(total: int, weights: list[int]) -> None:
    """No whole outcome is nearer to what is due, in sum of squares and in the worst line (brute force)."""
    best = largest_remainder(total, weights)
    dues = [Fraction(total * weight, sum(weights)) for weight in weights]
    worst = max(abs(int(unit) - due) for unit, due in zip(best, dues, strict=True))
    for other in product(range(total + 1), repeat=len(weights)):
        if sum(other) == total:
            assert _squares(np.array(other), weights) >= _squares(best, weights)
            assert max(abs(unit - due) for unit, due in zip(other, dues, strict=True)) >= worst


@pytest.mark.parametrize("method", list(DIVISORS))
@settings(deadline=None, max_examples=30)
@given(total=st.integers(4, 30), weights=st.lists(st.integers(1, 60), min_size=2, max_size=4))
def test_divisor_methods_round_quotients(method: str, total: int, weights: list[int]) -> None:
    """A common divisor exists whose rounded quotients are the units (min-max inequality)."""
    units = apportion(total, weights, method)
    post = DIVISORS[method]
    smallest = min(
        (
            Fraction(w * w) / post(int(u) - 1)
            for u, w in zip(units, weights, strict=True)
            if u and post(int(u) - 1)
        ),
        default=None,
    )
    largest = max(
        (Fraction(w * w) / post(int(u)) for u, w in zip(units, weights, strict=True) if post(int(u))),
        default=Fraction(0),
    )
    assert smallest is None or smallest >= largest


@pytest.mark.parametrize("method", list(DIVISORS))
def test_signposts_are_the_textbooks(method: str) -> None:
    """Between a and a + 1: a, harmonic, geometric and arithmetic mean, a + 1."""
    low, high = 2, 3
    want = {
        "adams": Fraction(low),
        "dean": Fraction(2 * low * high, low + high),
        "webster": Fraction(low + high, 2),
        "jefferson": Fraction(high),
    }
    square = DIVISORS[method](low)
    assert square == (want[method] ** 2 if method in want else Fraction(low * high))


def test_ties_go_by_order_then_index() -> None:
    """Equal claims are decided by the key given, then by position."""
    assert largest_remainder(1, [1, 1, 1]).tolist() == [1, 0, 0]
    assert largest_remainder(1, [1, 1, 1], order=[2, 1, 0]).tolist() == [0, 0, 1]
    for method in DIVISORS:
        assert apportion(1, [1, 1, 1], method, order=[1, 0, 1]).tolist() == [0, 1, 0]


def test_split_is_exact_to_the_tick() -> None:
    """Equal shares among up to 18 but 16 are exact, others differ by one tick."""
    for many in range(1, 40):
        parts = split(1, [1] * many)
        assert int(parts.sum()) == TICKS
        assert int(parts.max() - parts.min()) == (0 if TICKS % many == 0 else 1)
    assert all(TICKS % many == 0 for many in range(1, 19) if many != 16)


@settings(deadline=None, max_examples=100)
@given(total=st.integers(0, 500), cap=st.integers(0, 60), weights=st.lists(st.integers(0, 9), max_size=7))
def test_water_filling(total: int, cap: int, weights: list[int]) -> None:
    """Nobody is above the cap, the total is exact, and who is below it has their share by weight."""
    if total and not any(weights):
        with pytest.raises(InputError):
            capped_shares(total, cap, weights)
        return
    parts = capped_shares(total, cap, weights)
    claiming = sum(1 for weight in weights if weight)
    assert int(parts.sum()) == min(total, cap * claiming)
    assert all(0 <= part <= (cap if weight else 0) for part, weight in zip(parts, weights, strict=True))
    below = [
        (int(part), weight) for part, weight in zip(parts, weights, strict=True) if weight and part < cap
    ]
    for (part, weight), (other, heavy) in product(below, repeat=2):
        assert (part - 1) * heavy <= (other + 1) * weight  # proportional to the tick
    for part, weight in zip(parts, weights, strict=True):
        if part == cap and weight:  # the full are those whose claim on the level reaches the cap
            assert all((low + 1) * weight >= (cap - 1) * light for low, light in below)


WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "a negative total": (lambda: largest_remainder(-1, [1]), "total"),
    "a negative weight": (lambda: apportion(1, [2, -1], "webster"), "'-1' is below zero"),
    "nobody to give to": (lambda: split(1, [0, 0]), "nobody has a weight"),
    "an unknown method": (lambda: apportion(1, [1], "hare"), "Choose one of largest-remainder, adams"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_shares_are_said_plainly(name: str) -> None:
    """Each wrong input is an InputError that says what is wrong."""
    act, said = WRONG[name]
    with pytest.raises(InputError, match=said):
        act()


@pytest.mark.parametrize("method", METHODS)
def test_nothing_among_nobody(method: str) -> None:
    """No units among no weights are no units."""
    assert apportion(0, [0, 0], method).tolist() == [0, 0]
    assert apportion(0, [], method).tolist() == []
