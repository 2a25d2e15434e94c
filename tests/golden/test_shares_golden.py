"""Published apportionments, recomputed."""

from __future__ import annotations

import pytest

from evenhand.core.shares import apportion

SIX_STATES = [27_744, 25_178, 19_951, 14_610, 9_225, 3_292]
"""Balinski and Young's six states with 36 seats, where five methods give five outcomes."""


@pytest.mark.parametrize(
    ("method", "seats"),
    [
        ("largest-remainder", [10, 9, 7, 5, 4, 1]),
        ("adams", [10, 9, 7, 5, 3, 2]),
        ("dean", [10, 9, 7, 5, 4, 1]),
        ("hill", [10, 9, 7, 6, 3, 1]),
        ("webster", [10, 9, 8, 5, 3, 1]),
        ("jefferson", [11, 9, 7, 5, 3, 1]),
    ],
)
def test_six_states(method: str, seats: list[int]) -> None:
    """Each method gives the seats published for it."""
    assert apportion(36, SIX_STATES, method).tolist() == seats


def test_austria_in_the_european_parliament_2019() -> None:
    """The official result of an election by D'Hondt (Jefferson)."""
    votes = [1_305_956, 903_151, 650_114, 532_193, 319_024]
    assert apportion(18, votes, "jefferson").tolist() == [7, 5, 3, 2, 1]


def test_alabama_paradox() -> None:
    """With one seat more, largest remainder takes one away; the divisor methods do not."""
    weights = [6, 6, 2]
    assert apportion(10, weights).tolist() == [4, 4, 2]
    assert apportion(11, weights).tolist() == [5, 5, 1]
    for method in ("adams", "dean", "hill", "webster", "jefferson"):
        assert apportion(11, weights, method)[2] >= apportion(10, weights, method)[2]


def test_alabama_in_1880() -> None:
    """At 299 seats Alabama's remainder is before those of Texas and Illinois, at 300 it is behind both."""
    alabama, texas, illinois, nation = 1_262_505, 1_591_749, 3_077_871, 49_371_340

    def remainder(state: int, seats: int) -> int:
        return state * seats % nation

    assert remainder(alabama, 299) > max(remainder(texas, 299), remainder(illinois, 299))
    assert remainder(alabama, 300) < min(remainder(texas, 300), remainder(illinois, 300))
    assert [alabama * seats // nation for seats in (299, 300)] == [7, 7]
