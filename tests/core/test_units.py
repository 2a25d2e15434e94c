"""One way to write a value: exact, whole where it is whole."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from evenhand.core.units import (
    SAFE,
    at_least,
    at_most,
    decimals,
    figure,
    json_figure,
    number_text,
    value_text,
)

VALUES = st.integers(-(10**40), 10**40)
POWERS = st.sampled_from([1, 10, 100, 1000, 10**6])


@given(VALUES, POWERS)
def test_values_in_a_power_of_ten_are_written_exactly(value: int, scale: int) -> None:
    """What is written reads back as the very value, unless it is too near to 0 to be written out."""
    text = number_text(value, (scale, "points"))
    if "e" not in text:
        assert Fraction(text.replace(",", "")) == Fraction(value, scale)


@given(VALUES, st.integers(1, 10**18))
def test_values_are_written_to_two_decimals_or_better(value: int, scale: int) -> None:
    """What is written is within half a hundredth of the value, and is 0 only where the value is."""
    text = number_text(value, (scale, ""))
    read = Fraction(text.replace(",", ""))
    assert abs(read - Fraction(value, scale)) <= Fraction(1, 200)
    assert (read == 0) == (value == 0)


@given(VALUES, POWERS)
def test_json_keeps_every_digit(value: int, scale: int) -> None:
    """A reader of JSON that knows floats alone gets each value back, from text if need be."""
    said = json.loads(json.dumps(json_figure(value, (scale, ""))))
    if isinstance(said, str) and "e" not in said:
        assert Fraction(said) == Fraction(value, scale)
    else:
        assert abs(value) <= SAFE
        assert round(float(said) * scale) == value


def test_whole_values_stay_whole() -> None:
    """A whole value is an int and shows no decimals; others show two or what they have."""
    assert figure(500, (100, "points")) == 5
    assert isinstance(figure(500, (100, "points")), int)
    assert value_text(500, (100, "points")) == "5 points"
    assert value_text(510, (100, "points")) == "5.10 points"
    assert value_text(5125, (1000, "points")) == "5.125 points"
    assert value_text(-51, (10, "")) == "-5.10"
    assert value_text(1, (1000, "points")) == "0.001 points"
    assert number_text(3, (367_567_200**2, "turns squared")) == "2.2e-17"


@given(st.fractions(0, 10**6, max_denominator=10**4), st.integers(0, 2))
def test_bounds_are_rounded_so_that_they_stay_true(value: Fraction, digits: int) -> None:
    """What is written as a most is no less than the value, as a least no more, each by less than a digit."""
    most = Fraction(at_most(float(value), digits).replace(",", ""))
    least = Fraction(at_least(float(value), digits).replace(",", ""))
    assert least <= value <= most
    assert most - least <= Fraction(1, 10**digits)


@given(st.integers(0, 40_000_000), st.integers(0, 10_000), st.sampled_from([1, 2]))
def test_the_figures_of_an_account_add_up(due: int, served: int, digits: int) -> None:
    """What was due less what was served is the lag beside it, and a lag has one size whatever its sign."""
    share = due / 4000
    lag = decimals(share - served, digits, sign=True)
    assert Decimal(decimals(share, digits).replace(",", "")) - served == Decimal(lag.replace(",", ""))
    assert decimals(served - share, digits).lstrip("-") == lag.lstrip("+-")
