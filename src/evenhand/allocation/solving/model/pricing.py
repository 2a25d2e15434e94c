"""Prices in integer ticks, what candidates are worth net of them, and the bound that they prove.

For any prices >= 0 the Lagrangian bound holds: no plan is worth more than

    sum of price x capacity over days, recipient-days and tariffs
    + sum over items of the best net value, where above 0.

It is all integer arithmetic: the bound owes nothing to the tolerances of the LP that proposed the prices.

Reference:
    Geoffrion, *Lagrangean relaxation for integer programming*, Mathematical Programming Study 2 (1974).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from evenhand.allocation.solving.model.residual import Residual
from evenhand.allocation.solving.model.tariffs import Cut, Tariff
from evenhand.core.arrays import Ints


@dataclass(frozen=True, eq=False)
class Prices:
    """Prices in ticks.

    Attributes:
        day: a slot, shape (days,).
        place: a start of a recipient on a day beyond both prices, shape (recipients, days).
        tariff: a row unit of each group of each tariff, shapes (g,).
        cuts: count cuts of each tariff, with their multipliers: in [0, 1], or in ticks where not soft.
    """

    day: Ints = field(repr=False)
    place: Ints = field(repr=False)
    tariff: tuple[Ints, ...] = field(repr=False)
    cuts: tuple[tuple[tuple[Cut, Fraction], ...], ...] = ()

    def towards(self, other: Prices, step: float) -> Prices:
        """Return prices between these and others, all still >= 0; cuts are the others'."""

        def between(here: Ints, there: Ints) -> Ints:
            return here + ((there - here) * step).astype(np.int64)

        return Prices(
            between(self.day, other.day),
            between(self.place, other.place),
            tuple(between(here, there) for here, there in zip(self.tariff, other.tariff, strict=True)),
            other.cuts,
        )

    def to_proof(self, residual: Residual) -> dict[str, Any]:
        """Return the prices as integer arrays and lists, those of 0 left out, for the ``proof``.

        Beside the prices of each tariff stands which group set it is of, -1 for the recipients' own limits,
        and whether it counts awards (1) or adds up their weights (0), so that a checker needs no tariffs.
        """
        place = np.flatnonzero(self.place)
        return {
            "day": self.day,
            "place": place,
            "place_price": self.place.ravel()[place],
            "source": [tariff.source for tariff in residual.tariffs],
            "counted": [int(tariff.coef is None) for tariff in residual.tariffs],
            "group": [np.flatnonzero(price) for price in self.tariff],
            "group_price": [price[price > 0] for price in self.tariff],
            "cuts": [
                [
                    [cut.group, cut.rise, cut.level, int(cut.soft), share.numerator, share.denominator]
                    for cut, share in cuts
                ]
                for cuts in self.cuts
            ],
        }


def prices_of(proof: Mapping[str, Any], residual: Residual) -> Prices:
    """Return the prices that a proof holds (see ``Prices.to_proof``); none where they do not fit."""
    prices, written = no_prices(residual), proof.get("prices")
    sources = (
        [tariff.source for tariff in residual.tariffs],
        [int(tariff.coef is None) for tariff in residual.tariffs],
    )
    if not written or (list(written.get("source", [])), list(written.get("counted", []))) != sources:
        return prices
    prices.day[:] = written["day"]
    prices.place.ravel()[np.asarray(written["place"], dtype=np.int64)] = written["place_price"]
    for into, group, price in zip(prices.tariff, written["group"], written["group_price"], strict=True):
        into[np.asarray(group, dtype=np.int64)] = price
    cuts = tuple(
        tuple(
            (Cut(group, rise, level, soft=bool(soft)), Fraction(top, bottom))
            for group, rise, level, soft, top, bottom in rows
        )
        for rows in written["cuts"]
    )
    return Prices(prices.day, prices.place, prices.tariff, cuts)


@dataclass(frozen=True, eq=False)
class Priced:
    """What prices say of every candidate.

    Attributes:
        net: value less all prices but the item's, shape (n,).
        best: best net value of each item, at least 0, shape (items with a live candidate,).
        bound: proven limit of any plan, in ticks.
    """

    net: Ints = field(repr=False)
    best: Ints = field(repr=False)
    bound: int

    def loss(self, residual: Residual, some: Ints | None = None) -> Ints:
        """Return how far candidates are from their items' best: what a plan with one loses.

        Args:
            residual: what was priced.
            some: the candidates that are asked about; all of them if not given.
        """
        if some is not None:
            item = np.searchsorted(residual.starts, some, side="right") - 1
            return np.asarray(self.best[item] - self.net[some])
        return np.repeat(self.best, residual.counts) - self.net


def no_prices(residual: Residual) -> Prices:
    """Return prices of 0."""
    return Prices(
        np.zeros(len(residual.slots), dtype=np.int64),
        np.zeros(residual.day_limit.shape, dtype=np.int64),
        tuple(np.zeros(len(tariff.free), dtype=np.int64) for tariff in residual.tariffs),
        tuple(() for _ in residual.tariffs),
    )


def priced(residual: Residual, prices: Prices) -> Priced:
    """Price every candidate once and prove a bound. Cost: a few passes over the candidates."""
    table = prices.day[None, :] + prices.place
    constant = int((prices.day * residual.slots).sum()) + int((prices.place * residual.day_limit).sum())
    for tariff, price, cuts in zip(residual.tariffs, prices.tariff, prices.cuts, strict=True):
        constant += _dual(tariff.free, tariff.length, tariff.cost, price, cuts)
        if tariff.source == residual.by_recipient:
            table = table + price[:, None]
    net, best = np.empty(len(residual), dtype=np.int64), np.empty(len(residual.starts), dtype=np.int64)
    charges = [
        _Charge.of(tariff, price, cuts)
        for tariff, price, cuts in zip(residual.tariffs, prices.tariff, prices.cuts, strict=True)
        if tariff.source != residual.by_recipient and (price.any() or cuts)
    ]
    table = table.ravel()
    # One room to write in between for all parts: it stays in the processor's cache.
    room = np.empty(max((high - low for low, high, _, _ in residual.spans), default=0), dtype=np.int64)
    for low, high, first, last in residual.spans:
        part, off = net[low:high], room[: high - low]
        # "wrap", here and below, as it reads without a copy; codes are within the table, and -1 is its last.
        table.take(residual.place[low:high], out=off, mode="wrap")
        np.subtract(residual.value[low:high], off, out=part)
        for charge in charges:
            part -= charge.of_part(low, high, off)
        np.maximum.reduceat(part, residual.starts[first:last] - low, out=best[first:last])
    np.maximum(0, best, out=best)
    return Priced(net, best, constant + int(best.sum()))


@dataclass(frozen=True, eq=False, slots=True)
class _Charge:
    """What a tariff's prices take off a candidate: by weight, and by number.

    Shapes (g + 1,): the last, which a candidate of no group reads, is 0.
    """

    tariff: Tariff
    price: Ints
    number: Ints | None

    @classmethod
    def of(cls, tariff: Tariff, price: Ints, cuts: tuple[tuple[Cut, Fraction], ...]) -> _Charge:
        """Put together a tariff's prices and those of its count cuts."""
        number = np.zeros(len(price) + 1, dtype=np.int64)
        for cut, share in cuts:
            number[cut.group] += int(share * cut.rise)
        return cls(tariff, np.append(price, 0), number if cuts else None)

    def of_part(self, low: int, high: int, room: Ints) -> Ints:
        """Return what candidates from ``low`` up to ``high`` are charged, written into ``room``."""
        of = self.tariff.of[low:high]
        self.price.take(of, out=room, mode="wrap")
        # Prices are clipped where price x weight could pass 64 bits: any price >= 0 gives a valid bound.
        if self.tariff.coef is not None:
            room *= self.tariff.coef[low:high]
        if self.number is not None:
            room += self.number.take(of, mode="wrap")
        return room


def _dual(free: Ints, length: Ints, cost: Ints, price: Ints, cuts: tuple[tuple[Cut, Fraction], ...]) -> int:
    """Return what a tariff's rows add to the bound, in ticks, rounded up: exact."""
    asked = np.flatnonzero(price)
    share: dict[int, Fraction] = {}
    total = Fraction(0)
    for cut, part in cuts:
        total += part * cut.level
        if cut.soft:
            share[cut.group] = share.get(cut.group, Fraction(0)) + part
    # Groups without a soft cut, all at once.
    paid, room = price[asked], length[asked].copy()
    if share:
        # np.isin would load all of numpy.ma, which takes longer than the prices of a week.
        soft = np.zeros(len(price), dtype=bool)
        soft[list(share)] = True
        room[soft[asked]] = 0
    over = np.maximum(0, paid[:, None] - cost[asked])
    most = float((paid.astype(np.float64) * free[asked]).sum() + (room.astype(np.float64) * over).sum())
    if most < 2.0**62:
        whole = int((paid * free[asked]).sum()) + int((room * over).sum())
    else:  # 64 bits might not hold the sums: Python's integers do
        sums = [*zip(paid.tolist(), free[asked].tolist(), strict=True)]
        sums += zip(room.ravel().tolist(), over.ravel().tolist(), strict=True)
        whole = sum(factor * other for factor, other in sums)
    for group, part in share.items():
        for size, unit in zip(length[group].tolist(), cost[group].tolist(), strict=True):
            total += size * max(Fraction(0), int(price[group]) - (1 - part) * unit)
    return whole + -int(-total // 1)
