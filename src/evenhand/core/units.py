"""One way to write an objective's value: exact integers inside, points or turns squared for people.

An objective is an integer in units so small that it is exact. A ``Unit`` says how many of them make one of
what people read, and what that is called. All arithmetic here is on integers, so that 10**20 + 1 is written
as it is, where a float would lose its last digits.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

Unit = tuple[int, str]
"""(integer units to one of what people read, its name): ``(100, "points")``; the name may be empty."""

SAFE: Final = 2**53
"""Integers up to it are exact as floats, and so in every reader of JSON; larger ones are written as text."""

PLACES: Final = 2
"""Decimals of a value that is not whole. More stand only where the unit is a power of ten and needs them, or
where two would show a value as 0.00 that is not 0."""


SMALLEST: Final = 10**6
"""Values nearer to 0 than one in so many are written as 2.2e-17: a row of zeros cannot be read."""


def figure(value: int, unit: Unit) -> int | float:
    """Return a value in what people read: an int where it is whole, else the nearest float.

    Args:
        value: in the objective's integer units.
        unit: the objective's unit.

    >>> figure(1200, (100, "points")), figure(1250, (100, "points"))
    (12, 12.5)
    """
    whole, rest = divmod(value, unit[0])
    return whole if not rest else value / unit[0]


def json_figure(value: int, unit: Unit) -> int | float | str:
    """Return a value for JSON: a number where every reader keeps it exactly, else its digits as text.

    Args:
        value: in the objective's integer units.
        unit: the objective's unit.

    >>> json_figure(1250, (100, "points")), json_figure(2**60 + 1, (1, "points"))
    (12.5, '1152921504606846977')
    """
    return figure(value, unit) if abs(value) <= SAFE else number_text(value, unit).replace(",", "")


def number_text(value: int, unit: Unit) -> str:
    """Write a value without its unit: thousands apart, whole where it is whole, else two decimals or more.

    Args:
        value: in the objective's integer units.
        unit: the objective's unit.

    >>> number_text(8_257_300, (100, "points")), number_text(-12_345, (1000, "points"))
    ('82,573', '-12.345')
    """
    scale = unit[0]
    if not value % scale:
        return f"{value // scale:,}"
    # Whole numbers are compared: the quotient as a float may round up to the limit.
    if abs(value) * SMALLEST < scale:
        return f"{value / scale:.1e}"
    places = _places(value, scale)
    # Digits are rounded half to even and set by hand: a float or a Decimal would keep only so many of them.
    digits = str(round(Fraction(abs(value) * 10**places, scale))).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{int(digits[:-places]):,}.{digits[-places:]}"


def value_text(value: int, unit: Unit) -> str:
    """Write a value as people read it, with its unit.

    Args:
        value: in the objective's integer units.
        unit: the objective's unit.

    >>> value_text(8_257_350, (100, "points"))
    '82,573.50 points'
    >>> value_text(100, (100, "points")), value_text(1, (1, "turns squared"))
    ('1 point', '1 turn squared')
    """
    number, (first, space, rest) = number_text(value, unit), unit[1].partition(" ")
    # The unit's first word is the thing that is counted: "turns squared", "points".
    word = first.removesuffix("s") if number in {"1", "-1"} else first
    return f"{number} {word}{space}{rest}".rstrip()


NOISE: Final = 1e-6
"""Parts of the last digit that a bound forgives: float sums end 1e-15 off, and what is due is in ticks
of 3e-9 turns. With none, 1.1 would be written as 1.2; much more would forgive what people could measure."""


def at_most(value: float, digits: int) -> str:
    """Write what something is at most: rounded up, so that the sentence stays true.

    Args:
        value: the exact bound, 0 or more.
        digits: decimals to write.

    >>> at_most(0.61, 1), at_most(0.6, 1), at_most(1234.001, 2), at_most(0, 1)
    ('0.7', '0.6', '1,234.01', '0.0')
    """
    scale = 10**digits
    return f"{math.ceil(value * scale - NOISE) / scale:,.{digits}f}"


def at_least(value: float, digits: int) -> str:
    """Write what something is at least: rounded down, so that the sentence stays true.

    >>> at_least(0.69, 1), at_least(0.7, 1)
    ('0.6', '0.7')
    """
    scale = 10**digits
    return f"{math.floor(value * scale + NOISE) / scale:,.{digits}f}"


def decimals(value: float, digits: int, *, sign: bool = False) -> str:
    """Write what somebody is due, served or owed, so that the figures of one account add up.

    Halves go to the even digit: a due of 31.975 and 32 served are written as 31.98 and -0.02, not -0.03, and
    a lag has the same digits whether it is written as -0.275 or as 0.275 ahead.

    Args:
        value: turns, awards or people.
        digits: decimals to write.
        sign: whether more than 0 stands with a plus.

    >>> decimals(31.975, 2), decimals(31.975 - 32, 2), decimals(-0.001, 2), decimals(1.5, 1, sign=True)
    ('31.98', '-0.02', '0.00', '+1.5')
    """
    scale = 10**digits
    # A float is up to 1e-9 beside the half that it stands for; more digits than four would see that.
    whole = round(round(value * scale, 4))
    return f"{whole / scale:{'+' if sign and whole else ''},.{digits}f}"


def _places(value: int, scale: int) -> int:
    """Return the decimals to write: two, all that a power of ten has, or up to two that are not 0."""
    places = PLACES
    digits = len(str(scale)) - 1
    if scale == 10**digits:
        # Scores with three decimals were given with three, and are shown as they came.
        while places < digits and value * 10**places % scale:
            places += 1
        return places
    # A value of 0.0003 turns squared is not nothing: it is shown by its first two digits.
    while 2 * abs(value) * 10**places < scale:
        places += 1
    return places + 1 if places > PLACES else places
