"""A press fleet's bands of evenness, the status chip of a plan and its hover text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from evenhand.core.errors import InputError
from evenhand.measures.evenness import gini, hhi, top
from evenhand.measures.shared import Shared


@dataclass(frozen=True, slots=True)
class Band:
    """A range of the Gini coefficient, with a word, a colour and a mark.

    Attributes:
        name: the word: what those read who cannot see the colour.
        colour: the colour's name.
        mark: the document's coloured mark.
        low: least Gini of the band; it belongs to the band, but for the last one.
        high: largest; it belongs to the next band, but for 0.30, which is still Fair.

    Example:
        >>> import evenhand as eh
        >>> [band.name for band in eh.measures.BANDS]
        ['Excellent', 'Good', 'Fair', 'Concentrated']
        >>> eh.measures.band(0.15).name
        'Good'
    """

    name: str
    colour: str
    mark: str
    low: float
    high: float


BANDS: Final[tuple[Band, ...]] = (
    Band("Excellent", "green", "\N{LARGE GREEN CIRCLE}", 0.0, 0.10),
    Band("Good", "blue", "\N{LARGE BLUE CIRCLE}", 0.10, 0.20),
    Band("Fair", "yellow", "\N{LARGE YELLOW CIRCLE}", 0.20, 0.30),
    Band("Concentrated", "orange", "\N{LARGE ORANGE CIRCLE}", 0.30, 1.0),
)
"""Excellent is below 0.10, Good 0.10-0.20, Fair 0.20-0.30, Concentrated above 0.30. On the edges 0.10 is Good
and 0.30 is Fair; 0.20 is Fair, as the target for a good distribution is a Gini below 0.20."""


def band(gini: Fraction | float) -> Band:
    """Return the band of a Gini coefficient in [0, 1]; it is not rounded first.

    Cost: constant.

    Raises:
        InputError: it is no number of 0 or more.

    >>> band(0.1).name
    'Good'
    """
    value = float(gini)  # 3/10 as a fraction is above 0.30 in binary, as a float it is the same
    if not value >= 0:
        raise InputError.one("is not a Gini coefficient", "Give a number from 0 to 1", came=str(gini))
    if value > BANDS[3].low:
        return BANDS[3]
    return next(candidate_band for candidate_band in reversed(BANDS[:3]) if value >= candidate_band.low)


def written(value: Fraction | float, digits: int) -> str:
    """Write a figure with that many decimals; halves go up, so 0.1575 is 0.158 though binary falls short.

    >>> written(0.125, 2)
    '0.13'
    """
    if isinstance(value, Fraction):
        # Half a digit goes up, as people round, and exactly: a float of 0.125 may lie on either side.
        scaled = value * 10**digits
        whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
        return str(Decimal(whole).scaleb(-digits).quantize(Decimal(1).scaleb(-digits)))
    return str(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def chip(
    penalty: str,
    receivers: int,
    most: int,
    gini: Fraction | float,
    *,
    mark: bool = True,
    missed: bool = False,
) -> str:
    """Write the status chip: ``Fairness: λ=200+400 • 48P • Max=2 • Gini=0.16``.

    Args:
        penalty: what stands behind λ=, such as "200+400", "200" or "0".
        receivers: how many received something.
        most: the most units anybody received.
        gini: Gini coefficient among receivers, unrounded: it decides mark and word.
        mark: whether the coloured mark and the band's word stand before it.
        missed: whether another target of concentration is missed; then the word is that of the last band,
            whatever the Gini.

    Cost: linear in the units, beside sorting them.

    >>> print(chip("200+400", receivers=48, most=2, gini=0.158))
    🔵 Good · Fairness: λ=200+400 • 48P • Max=2 • Gini=0.16
    """
    text = f"Fairness: λ={penalty} • {receivers}P • Max={most} • Gini={written(gini, 2)}"
    band_of_gini = BANDS[3] if missed else band(gini)
    return f"{band_of_gini.mark} {band_of_gini.name} · {text}" if mark else text


def hover(title: str, units: Iterable[int]) -> str:
    """Write the hover text of the chip in the document's layout.

    Args:
        title: such as "Mode B".
        units: units received a claimant; those with 0 may be left out.

    Cost: linear in the units, beside sorting them.

    >>> print(hover("Loans", [2, 1, 1]))
    Loans Distribution
    Partners assigned: 3
    Max per partner: 2
    Gini coefficient: 0.167
    HHI: 0.38
    Top-5 share: 100%
    Status: Good
    """
    shared = Shared.of(units)
    counts = [unit for unit in shared.units if unit]
    evenness = gini(shared)
    return "\n".join(
        [
            f"{title} Distribution",
            f"Partners assigned: {len(counts)}",
            f"Max per partner: {max(counts, default=0)}",
            f"Gini coefficient: {written(evenness, 3)}",
            f"HHI: {written(hhi(shared), 2)}",
            f"Top-5 share: {written(100 * top(shared, 5), 0)}%",
            f"Status: {band(evenness).name}",
        ]
    )
