"""The offices' prices put together, so that explanations can stand on them as on any other method's."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from evenhand.allocation.solving.model.pricing import Prices, no_prices
from evenhand.allocation.solving.model.residual import Residual
from evenhand.allocation.solving.model.tariffs import Cut
from evenhand.allocation.solving.offices.parts import Part
from evenhand.allocation.solving.offices.shared import Shared
from evenhand.core.arrays import Ints


def joined_prices(
    residual: Residual, parts: Sequence[tuple[Part, Prices]], shared: Shared, prices: Ints
) -> Prices:
    """Return prices of the whole residual from those of its parts.

    Args:
        residual: the whole.
        parts: each with the prices of its own residual.
        shared: what they share.
        prices: ticks a unit of each shared row, shape (m,).
    """
    whole = no_prices(residual)
    # Shared rows first: they are in no part, so nothing below writes over them.
    for row, (number, code) in enumerate(shared.place):
        whole.tariff[number][code] = prices[row]
    cuts: list[list[tuple[Cut, Fraction]]] = [[] for _ in residual.tariffs]
    known = {
        (own_tariff.source, own_tariff.coef is None): index
        for index, own_tariff in enumerate(residual.tariffs)
    }
    codes = _Codes(residual)
    for part, own in parts:
        whole.day[part.dates] = own.day
        whole.place[np.ix_(part.takers, part.dates)] = own.place
        for tariff, price, rows in zip(part.residual.tariffs, own.tariff, own.cuts, strict=True):
            source, group = codes.of(part, tariff.source)
            # A part's group may have members of one weight where the whole's has several, and then stands in
            # another tariff.
            index = known.get((source, tariff.coef is None))
            if index is not None:
                whole.tariff[index][group] = price
                cuts[index] += [
                    (Cut(int(group[cut.group]), cut.rise, cut.level, cut.soft), share) for cut, share in rows
                ]
    return Prices(whole.day, whole.place, whole.tariff, tuple(tuple(rows) for rows in cuts))


def rescaled(prices: Prices, old: int, new: int) -> Prices:
    """Return prices in other ticks to a unit, both powers of two; rounded down where they get coarser."""

    def scaled(ticks: Ints) -> Ints:
        return ticks * (new // old) if new >= old else ticks // (old // new)

    cuts = tuple(
        tuple((cut, share if cut.soft else share * Fraction(new, old)) for cut, share in rows)
        for rows in prices.cuts
    )
    tariff = tuple(scaled(price) for price in prices.tariff)
    return Prices(scaled(prices.day), scaled(prices.place), tariff, cuts)


class _Codes:
    """Where a part's groups stand among the whole's."""

    def __init__(self, residual: Residual) -> None:
        groups = residual.problem.all_groups
        self.first = len(groups) - len(residual.problem.groups)
        self.source = {group.name: code for code, group in enumerate(groups)}
        self.places = [{label: code for code, label in enumerate(group.labels)} for group in groups]

    def of(self, part: Part, source: int) -> tuple[int, Ints]:
        """Return the whole's source and group codes of a part's source."""
        if source < self.first:
            return source, part.takers
        group = part.residual.problem.all_groups[source]
        index = self.source[group.name]
        return index, np.array([self.places[index][label] for label in group.labels], dtype=np.int64)
