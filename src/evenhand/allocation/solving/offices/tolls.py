"""Prices for many shared rows: one LP over the offices' best candidates, and tolls that it asks of them.

Cutting planes need a round for every few rows. Here the search holds the candidates that the offices' own
LPs hold (some hundreds an office), solves their joint LP, and asks the offices at its prices; what their LPs
then hold joins. Rows of unequal weights stand in that LP as the sets of awards that fit them (see
``knapsack``), made when they are needed, so its bound is that of the knapsacks and not of their slopes.

Every round proves a bound in whole numbers: what the offices prove at the tolls, what each knapsack takes in
at most, what the rows that count awards are worth.

Reference:
    Dantzig, Wolfe, *Decomposition principle for linear programs* (1960), doi:10.1287/opre.8.1.101.
    Guignard, Kim, *Lagrangean decomposition* (1987), doi:10.1007/BF02592954.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from evenhand.allocation.solving.model.pricing import Prices, priced
from evenhand.allocation.solving.model.restricted import Restricted
from evenhand.allocation.solving.model.tariffs import Tariff
from evenhand.allocation.solving.offices.knapsack import Knapsack, knapsacks
from evenhand.allocation.solving.offices.pieces import SHARED, Joined, Piece, joined, row_tariffs
from evenhand.allocation.solving.offices.shard import Offices
from evenhand.allocation.solving.offices.shared import Shared
from evenhand.core.arrays import Bools, Ints
from evenhand.core.progress import Progress
from evenhand.linear.highs import FREE

ROUNDS = 12
"""Times that all offices are asked, at most: a round after the bound has met the LP cannot lower it, so the
limit binds only where rounds gain little. Twice changes nothing; with half the bound stays 23 units above a
plan that is then searched for 5 times as long (`python -m benchmarks.constants offices`)."""

INNER = 120
"""Times that the joint LP is solved in a round, at most: each gives every such row one more set. Cut short,
the bound is still a bound."""

MET = 2e-6
"""Share of the bound that may lie between it and the joint LP for the rounds to end. Ten times as much ends a
round or two earlier with a higher bound; a tenth asks for rounds whose gain no plan here reaches."""

WORTH_IT = 1e-5
"""Share of the bound that knapsacks must take off it at prices a unit for sets of awards to be made: sets
take longest where a row holds many awards, and there they gain least."""

HELD = 150
"""Candidates of an office that join the first LP beside those that its own holds: the ones that lose least.
Fewer are made up for by further rounds, more make each LP slower."""


@dataclass(frozen=True, eq=False)
class Tolled:
    """What the rounds end with.

    Attributes:
        prices: ticks a unit of each shared row, shape (m,): those of rows that count awards are in force,
            those of unequal weights are what the tolls come to a unit.
        tolls: ticks that an award of each class pays, an array an office that was asked.
        bound: proven limit in ticks.
        rest: what rows and knapsacks add to the offices' bounds in it, in ticks.
        rounds: times that all offices were asked.
    """

    prices: Ints = field(repr=False)
    tolls: list[Ints] = field(repr=False)
    bound: int
    rest: int
    rounds: int


def find_tolls(
    offices: Offices, shared: Shared, progress: Progress, some: Sequence[int], *, sets: bool = True
) -> Tolled:
    """Return tolls at which the bounds of some offices and the knapsacks together are lowest.

    Args:
        offices: all of them.
        shared: what those asked share.
        progress: may end it early; the bound holds all the same.
        some: the offices that are asked, in rising order.
        sets: whether rows of unequal weights are taken as knapsacks where that lowers the bound.
    """
    master = _Master(offices, shared, progress, some)
    best = master.asked(np.zeros(len(shared), dtype=np.int64))
    rounds, gained, knapsack = 1, True, False
    while gained and rounds < ROUNDS and not progress.stop():
        tolls_found = master.priced(offices.pool(some, HELD), sets=knapsack)
        if tolls_found is None:
            break
        prices, tolls, limit = tolls_found
        met = best.bound - limit <= MET * best.bound
        if met and (knapsack or not sets):
            break
        # Prices a unit first: they cost one LP a round, and the sets of awards made at them are nearly right.
        now = master.asked(prices, tolls if met or knapsack else None)
        if met:
            knapsack, gained = True, best.bound - now.bound > WORTH_IT * best.bound
        rounds += 1
        if now.bound < best.bound:
            best = now
    return replace(best, rounds=rounds)


class _Master:
    """The joint LP from round to round: sets that fit the rows are kept, candidates are taken anew."""

    def __init__(self, offices: Offices, shared: Shared, progress: Progress, some: Sequence[int]) -> None:
        self.offices, self.shared, self.progress, self.some = offices, shared, progress, some
        every_class = offices.classes()
        classes = [every_class[number] for number in some]
        self.rows = [row for row, _ in classes]
        self.units = [units for _, units in classes]
        every = [np.concatenate([np.zeros(0, dtype=np.int64), *parts]) for parts in (self.rows, self.units)]
        self.row, self.unit = every
        self.first = np.cumsum([0, *map(len, self.rows)])
        self.sacks = knapsacks(shared, self.row, self.unit)
        self.sets: dict[tuple[int, bytes], Ints] = {}
        # Rows of unequal weights have knapsacks; the others are priced by the unit, as that loses nothing.
        self.counted = np.ones(len(shared), dtype=np.bool_)
        self.counted[[sack.row for sack in self.sacks]] = False

    def asked(self, prices: Ints, tolls: list[Ints] | None = None) -> Tolled:
        """Ask all offices and prove a bound; without tolls, classes pay the prices a unit."""
        if tolls is None:
            tolls = [prices[row] * units for row, units in zip(self.rows, self.units, strict=True)]
        asked = [prices] * len(self.offices)
        for number, toll in zip(self.some, tolls, strict=True):
            asked[number] = np.concatenate([prices, toll])
        answers = self.offices.ask(self.some, asked)
        bounds = [answer if isinstance(answer, int) else answer.bound for answer in answers]
        every = np.concatenate([np.zeros(0, dtype=np.int64), *tolls])
        rest = self.shared.dual(np.where(self.counted, prices, 0))
        for sack in self.sacks:
            worth, inside = sack.best(every)
            self.sets[sack.row, inside.tobytes()] = inside
            rest += worth
        return Tolled(self.a_unit(prices, every), tolls, sum(bounds) + rest, rest, 1)

    def a_unit(self, prices: Ints, every: Ints) -> Ints:
        """Return prices a unit: for rows with tolls, what a unit pays in the middle class."""
        out = prices.copy()
        for sack in self.sacks:
            paying_classes = sack.classes[every[sack.classes] > 0]
            out[sack.row] = (
                int(np.median(every[paying_classes] // self.unit[paying_classes]))
                if len(paying_classes)
                else 0
            )
        return out

    def priced(self, pieces: list[Piece], *, sets: bool) -> tuple[Ints, list[Ints], float] | None:
        """Solve the joint LP over some candidates, with sets of awards in place of rows of weights or not.

        Returns:
            Prices of the rows, tolls of each office, and the LP's value in ticks: no bound, as candidates are
            left out. None where a limit or the LP ended it.
        """
        pool = joined(pieces, self.offices.ticks)
        if not sets:
            return self.offices.step("joint LP", lambda: self.plain(pool, pieces))  # type: ignore[no-any-return]
        # The sets that the LP made are of use in later rounds, so a journal must know them too.
        outcome, fresh = self.offices.step("joint LP", lambda: self.noting_sets(pool, pieces))
        self.sets |= fresh
        return outcome  # type: ignore[no-any-return]

    def noting_sets(self, pool: Joined, pieces: list[Piece]) -> tuple[Any, dict[tuple[int, bytes], Ints]]:
        """Solve the joint LP with sets; what it gives, and the sets that are new."""
        before = set(self.sets)
        outcome = self.with_sets(pool, pieces)
        return outcome, {key: inside for key, inside in self.sets.items() if key not in before}

    def plain(self, pool: Joined, pieces: list[Piece]) -> tuple[Ints, list[Ints], float] | None:
        """Solve the joint LP with every row as it is; see ``priced``."""
        lp = _Plain(pool, self.shared)
        while lp.solve(self.progress):
            if lp.mend(lp.values()):
                continue
            prices = lp.row_prices()
            every, known = lp.tolls(pool, self.needs(pool, pieces), len(self.row))
            # Never below the price a unit: candidates outside the LP were turned away at that price.
            every = np.maximum(every, np.append(prices, 0)[self.row] * self.unit)
            return prices, self.parted(every, known), lp.worth()
        return None

    def with_sets(self, pool: Joined, pieces: list[Piece]) -> tuple[Ints, list[Ints], float] | None:
        """Solve the joint LP with sets of awards in place of rows of unequal weights; see ``priced``."""
        lp = _Patterned(pool, pieces, self)
        for (row, _), inside in self.sets.items():
            lp.let_in(row, inside)
        every: Ints | None = None
        for _ in range(INNER):
            if not lp.solve(self.progress) or self.progress.stop():
                break
            if lp.mend(lp.values()):
                continue
            every = lp.tolls()
            if not self.more_sets(lp, every):
                break
        return None if every is None else (lp.row_prices(), self.parted(every, lp.known), lp.worth())

    def more_sets(self, lp: _Patterned, every: Ints) -> bool:
        """Give the LP the best set of each row at tolls; whether any is new."""
        fresh = False
        for sack in self.sacks:
            worth, inside = sack.best(every)
            known = (sack.row, inside.tobytes()) in self.sets
            # A set that is worth no more than the row's own price is of no use to the LP.
            if not known and worth > lp.row_price(sack.row) + MET * self.offices.ticks:
                self.sets[sack.row, inside.tobytes()] = inside
                lp.let_in(sack.row, inside)
                fresh = True
        return fresh

    def needs(self, pool: Joined, pieces: list[Piece]) -> dict[int, Ints]:
        """Return the toll class of each candidate, -1 for none, for each kind of rows of unequal weights."""
        out = {}
        for kind, (_, units) in enumerate(pool.usage):
            if units is not None:
                parts = [
                    np.where(piece.classes[kind] >= 0, piece.classes[kind] + first, -1)
                    for piece, first in zip(pieces, self.first.tolist(), strict=False)
                ]
                out[kind] = np.concatenate(parts)
        return out

    def parted(self, every: Ints, known: Bools) -> list[Ints]:
        """Return the tolls of all offices office by office, those that the LP knows nothing of filled in."""
        self.fill_in(every, known)
        return np.split(every, self.first[1:-1])

    def fill_in(self, every: Ints, known: Bools) -> None:
        """Let classes that no candidate of the LP is in pay what others of their row pay a unit."""
        for sack in self.sacks:
            known_classes = sack.classes[known[sack.classes]]
            missing = sack.classes[~known[sack.classes]]
            if len(known_classes) and len(missing):
                every[missing] = (
                    int(np.median(every[known_classes] // self.unit[known_classes])) * self.unit[missing]
                )


class _Plain(Restricted):
    """The joint LP with every shared row as it is."""

    def __init__(self, pool: Joined, shared: Shared) -> None:
        own = row_tariffs(pool.usage, shared, (shared.free, shared.length))
        kept = [np.unique(of[of >= 0]) for of, _ in pool.usage if (of >= 0).any()]
        self.shared, base = shared, len(pool.residual.tariffs)
        self.places = [(base + index, rows) for index, rows in enumerate(kept)]
        residual = replace(pool.residual, tariffs=(*pool.residual.tariffs, *own))
        super().__init__(residual, np.arange(len(residual)))

    def _add_cuts(self, rows: Any, group: int) -> None:
        # A cut's price is not a price a unit, and sets of awards say more than cuts do.
        if rows.tariff.source > SHARED:
            super()._add_cuts(rows, group)

    def row_prices(self) -> Ints:
        """Return the prices of all rows in ticks a unit."""
        out = np.zeros(len(self.shared), dtype=np.int64)
        prices = self.prices()
        for place, rows in self.places:
            out[rows] = prices.tariff[place]
        return out

    def tolls(self, pool: Joined, needs: dict[int, Ints], count: int) -> tuple[Ints, Bools]:
        """Return what each class could pay at most at the LP's prices, and of which classes that is known.

        That is what its best candidate is worth less the prices of its office's own rules.
        """
        own = len(pool.residual.tariffs)
        prices = self.prices()
        inner = Prices(prices.day, prices.place, prices.tariff[:own], prices.cuts[:own])
        net = priced(pool.residual, inner).net
        rows = np.append(self.row_prices(), 0)
        for of, units in pool.usage:
            if units is None:
                net = net - rows[of]
        most, known = np.zeros(count + 1, dtype=np.int64), np.zeros(count + 1, dtype=np.bool_)
        for of in needs.values():
            np.maximum.at(most, of, net)
            known[of] = True
        return most[:-1], known[:-1]


class _Patterned(Restricted):
    """The joint LP: candidates of a class need a set that lets the class in, and a row holds one set.

    Rows of unequal weights are no rows here. Each class is a row ``candidates - sets with it <= 0``, written
    as a tariff on numbers without anything free; each knapsack a row ``sets <= 1``.
    """

    def __init__(self, pool: Joined, pieces: list[Piece], master: _Master) -> None:
        self.master = master
        count, base = len(master.row), len(pool.residual.tariffs)
        self.known = np.zeros(count, dtype=np.bool_)
        self.counting: list[tuple[int, Ints]] = []
        self.weighing: list[int] = []
        own: list[Tariff] = []
        nothing, zero = np.zeros((count, 0), dtype=np.int64), np.zeros(count, dtype=np.int64)
        for kind, (of, units) in enumerate(pool.usage):
            # Rows that count awards hold as they are; rows that weigh units become sets of awards that fit.
            if units is None:
                rows_made = row_tariffs(
                    [(of, None)], master.shared, (master.shared.free, master.shared.length)
                )
                if rows_made:
                    self.counting.append((base + len(own), np.unique(of[of >= 0])))
                    own.append(replace(rows_made[0], source=SHARED - kind))
                continue
            needs = master.needs(pool, pieces)[kind]
            self.known[needs[needs >= 0]] = True
            self.weighing.append(base + len(own))
            own.append(Tariff(SHARED - kind, needs, None, zero, nothing, nothing, np.ones_like(zero)))
        residual = replace(pool.residual, tariffs=(*pool.residual.tariffs, *own))
        super().__init__(residual, np.arange(len(residual)))
        self.sack_row = {sack.row: self.program.rows + index for index, sack in enumerate(master.sacks)}
        self.program.add_rows(-FREE, np.ones(len(master.sacks)))
        self.sack = {sack.row: sack for sack in master.sacks}

    def let_in(self, row: int, inside: Ints) -> None:
        """Add a set of classes that fits a row."""
        lines, values = [self.sack_row[row]], [1.0]
        for place in self.weighing:
            row_inside = self._rows[place].row[inside]
            lines += row_inside[row_inside >= 0].tolist()
            values += [-1.0] * int((row_inside >= 0).sum())
        sack: Knapsack = self.sack[row]
        held = np.searchsorted(sack.classes, inside)
        cost = float(sack.cost[int(sack.weight[held].sum())]) / self.unit
        entries = (np.zeros(len(lines), dtype=np.int64), np.array(lines), np.array(values))
        self._add_cols(np.array([cost]), np.array([np.inf]), *entries, whole=False)

    def tolls(self) -> Ints:
        """Return what each class pays, in ticks."""
        out = np.zeros(len(self.master.row), dtype=np.int64)
        prices = self.prices()
        for place in self.weighing:
            out += prices.tariff[place]
        return out

    def row_price(self, row: int) -> float:
        """Return what a further set of a row must be worth to be of use, in ticks."""
        return float(self.duals[self.sack_row[row]] * self.unit)

    def row_prices(self) -> Ints:
        """Return the prices of rows that count awards, in ticks; 0 for the others."""
        out = np.zeros(len(self.master.shared), dtype=np.int64)
        prices = self.prices()
        for place, rows in self.counting:
            out[rows] = prices.tariff[place]
        return out
