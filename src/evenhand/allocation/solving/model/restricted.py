"""The LP over a few of the candidates, kept warm in HiGHS: columns and rows are added as they are needed.

``Restricted`` is the reusable heart of the exact methods. Give it a residual and some candidates,
``solve``, read ``prices`` and ``chosen``; add candidates with ``add``, broken recipient-day rows with
``mend``, and solve again from the last basis. All floats stay inside; what leaves is rounded to ticks and
proven by ``pricing``.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from evenhand.allocation.solving.model.pricing import Prices
from evenhand.allocation.solving.model.residual import Residual
from evenhand.allocation.solving.model.tariffs import Cut, Tariff, cuts_of
from evenhand.core.arrays import Floats, Ints
from evenhand.core.progress import Progress
from evenhand.linear.highs import CLOSE, FREE, USUAL, Program

LARGE = 5000
"""Columns from which on an LP may take long enough to be interrupted: smaller ones take milliseconds."""

SHARES = 2**30
"""Multipliers of cuts are rounded down to this grid: fine enough to lose nothing, and its sums stay exact."""

LARGEST_COST = 2.0**12
"""Objective coefficients are scaled to about this, as HiGHS's tolerances are absolute."""

PLAIN_BITS = 20
"""Bits up to which weights in a row stay as they are: a million dollars, say. Larger ones are divided by a
power of two, to be no larger: a whole unknown may be 1e-6 off, much in a row with weights of 10^10."""

CHEAP = 1e-6
"""Objective units that a unit beyond must cost, ten times the tolerance of a price: where it costs less,
weights are divided until the heaviest is 1. With weights of 5 * 10^10 at a point a unit, HiGHS took what lies
beyond for free, and called a plan best that was 8 % below the best."""


class _Rows:
    """Where a tariff's groups stand in the LP: its rows, its segments' columns, its cuts."""

    def __init__(self, tariff: Tariff, unit: float) -> None:
        self.tariff = tariff
        count = len(tariff.free)
        self.row = np.full(count, -1, dtype=np.int64)
        self.load = np.zeros(count, dtype=np.int64)
        self.cuts: list[tuple[Cut, int]] = []
        self.cut_rows: dict[int, list[tuple[int, float]]] = {}
        self.scale = _scale(tariff, unit)

    def weights(self, candidates: Ints) -> Floats:
        """Return the entries of candidates in the rows."""
        if self.tariff.coef is None:
            return np.ones(len(candidates))
        return self.tariff.coef[candidates] / self.scale


def _scale(tariff: Tariff, unit: float) -> float:
    """Return the power of two that rows are divided by; 1 where their numbers suit HiGHS's tolerances."""
    if tariff.coef is None:
        return 1.0
    bits = int(tariff.coef.max(initial=1)).bit_length()
    more = max(0, bits - PLAIN_BITS)
    priced = tariff.cost[tariff.cost > 0]
    cheapest = float(priced.min()) / unit if priced.size else 1.0
    return 2.0 ** (bits if cheapest * 2.0**more < CHEAP else more)


class Restricted:
    """A linear (or, with ``whole``, an integer) program over some candidates of a residual."""

    def __init__(
        self, residual: Residual, columns: Ints, *, whole: bool = False, nodes: int | None = None
    ) -> None:
        """Build the program; cost linear in the columns and the items."""
        self.residual = residual
        self.whole = whole
        self.columns = np.zeros(0, dtype=np.int64)
        self.position = np.zeros(0, dtype=np.int64)
        largest = float(residual.value.max(initial=1))
        self.unit = max(float(residual.ticks), largest / LARGEST_COST)
        # Branch and cut is run once, so presolve pays and the usual tolerance does; the LP is kept warm. The
        # seeded draw tells its costs apart already: with a random shift on top, the dual simplex only takes
        # more steps after new rows, and others to take the shift back.
        self.program = (
            Program(seed=0, tolerance=USUAL, gap=1e-7, nodes=nodes)
            if whole
            else Program(seed=0, tolerance=CLOSE, presolve=False, perturbed=False)
        )
        items = len(residual.starts)
        upper = np.concatenate([residual.slots, np.ones(items)]).astype(np.float64)
        self._add_rows(upper)
        self._rows = [_Rows(tariff, self.unit) for tariff in residual.tariffs]
        self._place_row: dict[int, int] = {}
        self._fresh_rows = True
        self.all_values = np.zeros(0)
        self.add(columns)

    def add(self, columns: Ints) -> None:
        """Add candidates (none of them in the program yet), with the rows they make necessary."""
        # Rows before columns: a candidate's entries name the rows of its groups, which must be there.
        for rows in self._rows:
            self._open_groups(rows, columns)
        chosen = self.residual
        entries: list[tuple[Ints, Floats | None]] = [
            (chosen.day[columns], None),
            (np.searchsorted(chosen.starts, columns, side="right") - 1 + len(chosen.slots), None),
        ]
        extra: list[tuple[Ints, Ints, Floats]] = []
        for rows in self._rows:
            of = rows.tariff.of[columns]
            row = np.append(rows.row, -1)[of]
            entries.append((row, None if rows.tariff.coef is None else rows.weights(columns)))
            for group, cuts in rows.cut_rows.items():
                members = np.flatnonzero(of == group)
                extra += [
                    (members, np.full(len(members), row), np.full(len(members), rise)) for row, rise in cuts
                ]
        if self._place_row:
            place = chosen.place[columns]
            # Sorted and searched, as a look-up in the dict for each candidate would be a Python loop over all
            # of them.
            known = np.array(list(self._place_row), dtype=np.int64)
            order = np.argsort(known)
            place_of = np.minimum(np.searchsorted(known[order], place), len(known) - 1)
            rows_of = np.array(list(self._place_row.values()), dtype=np.int64)[order][place_of]
            entries.append((np.where(known[order][place_of] == place, rows_of, -1), None))
        self._add_candidates(columns, entries, extra)

    def _add_candidates(
        self, columns: Ints, entries: list[tuple[Ints, Floats | None]], extra: list[tuple[Ints, Ints, Floats]]
    ) -> None:
        count = len(columns)
        col = np.tile(np.arange(count), len(entries))
        row = np.concatenate([part for part, _ in entries])
        value = np.concatenate([np.ones(count) if part is None else part for _, part in entries])
        for number, row_more, value_more in extra:
            col, row = np.concatenate([col, number]), np.concatenate([row, row_more])
            value = np.concatenate([value, value_more])
        keep = row >= 0
        col, row, value = col[keep], row[keep], value[keep]
        order = np.argsort(col, kind="stable")
        cost = -self.residual.value[columns] / self.unit
        first = self.program.columns
        self._add_cols(cost, np.full(count, np.inf), col[order], row[order], value[order], whole=self.whole)
        self.columns = np.concatenate([self.columns, columns])
        self.position = np.concatenate([self.position, first + np.arange(count)])
        self._fresh_rows = False

    def _open_groups(self, rows: _Rows, columns: Ints) -> None:
        """Give a row to every group that the columns, old and new, could bring beyond what is free."""
        tariff = rows.tariff
        of = tariff.of[columns]
        inside = of >= 0
        weight = np.ones(len(columns)) if tariff.coef is None else tariff.coef[columns]
        rows.load += np.bincount(of[inside], weight[inside], len(rows.load)).astype(np.int64)
        # A group whose candidates all fit into what is free cannot bind, so it gets a row only when that
        # ends.
        fresh = np.flatnonzero((rows.row < 0) & (rows.load > tariff.free))
        if not len(fresh):
            return
        rows.row[fresh] = self.program.rows + np.arange(len(fresh))
        row_of = np.append(rows.row, -1)[tariff.of[self.columns]]
        self._add_rows(tariff.free[fresh] / rows.scale, row_of, rows.weights(self.columns))
        # Cuts only for unequal weights: with equal ones the row itself counts awards.
        if tariff.coef is not None:
            for fresh_group in fresh.tolist():
                self._add_cuts(rows, fresh_group)
        group, segment = np.nonzero(tariff.length[fresh] > 0)
        groups = fresh[group]
        cost = tariff.cost[groups, segment] / self.unit * rows.scale
        col, row, value = [np.arange(len(groups))], [rows.row[groups]], [np.full(len(groups), -1.0)]
        for cut, place in rows.cuts:
            members = np.flatnonzero(groups == cut.group) if cut.soft else np.zeros(0, dtype=np.int64)
            col.append(members)
            row.append(np.full(len(members), place))
            value.append(-cost[members] / self._cut_unit(cut))
        cols = np.concatenate(col)
        order = np.argsort(cols, kind="stable")
        entries = (cols[order], np.concatenate(row)[order], np.concatenate(value)[order])
        self._add_cols(cost, tariff.length[groups, segment] / rows.scale, *entries, whole=False)

    def _cut_unit(self, cut: Cut) -> float:
        """Return what a cut's row is divided by, in objective units, so that its numbers count awards."""
        return cut.rise / self.unit if cut.soft else 1.0

    def _add_cuts(self, rows: _Rows, group: int) -> None:
        tariff, residual = rows.tariff, self.residual
        assert tariff.coef is not None  # noqa: S101 - only groups of unequal weights get here
        members = np.flatnonzero(tariff.of == group)
        weight, item = tariff.coef[members], residual.item[members]
        order = np.lexsort((weight, item))
        first = np.append(True, item[order][1:] != item[order][:-1])
        for cut in cuts_of(tariff, group, weight[order][first]):
            index = self.program.rows
            member_row = np.where(tariff.of[self.columns] == group, index, -1)
            self._add_rows(np.array([cut.level / cut.rise]), member_row, np.ones(len(member_row)))
            rows.cuts.append((cut, index))
            rows.cut_rows.setdefault(group, []).append((index, 1.0))

    def mend(self, values: Floats) -> bool:
        """Add the recipient-day rows that values of the columns break; whether there were any."""
        place = self.residual.place[self.columns]
        limit = self.residual.day_limit.ravel()
        total = np.bincount(place, values, len(limit))
        broken = [
            index for index in np.flatnonzero(total > limit + 1e-6).tolist() if index not in self._place_row
        ]
        if not broken:
            return False
        first = self.program.rows
        row_of = np.full(len(limit), -1, dtype=np.int64)
        row_of[broken] = first + np.arange(len(broken))
        self._add_rows(limit[broken].astype(np.float64), row_of[place], np.ones(len(place)))
        self._place_row.update(zip(broken, row_of[broken].tolist(), strict=True))
        self._fresh_rows = True
        return True

    def solve(self, progress: Progress | None = None) -> bool:
        """Solve the LP from its last basis: dual simplex after new rows, primal after new columns.

        Returns whether it was solved to its end; a progress may end it before, where the LP is large.
        """
        heard = progress if len(self.columns) > LARGE else None
        state = self.program.run(heard, first_simplex="dual" if self._fresh_rows else "primal")
        self._fresh_rows = False
        done = state == "optimal"
        if done:
            self.all_values = self.program.values()
            self.duals = np.maximum(0.0, -self.program.prices())
        return done

    def fix(self, places: Ints, least: float) -> None:
        """Set the least value of candidates, by their places in ``columns``; the basis stays."""
        if len(places):
            self.program.set_limits(
                self.position[places], np.full(len(places), least), np.full(len(places), FREE)
            )
            self._fresh_rows = True

    def revalue(self) -> None:
        """Take the candidates' values anew, as the residual's have changed in place; the basis stays."""
        cost = -self.residual.value[self.columns] / self.unit
        self.program.set_costs(self.position, cost)

    def worth(self) -> float:
        """Return the value of the program that was solved last, in ticks."""
        return -self.program.value * self.unit

    def retake(self) -> None:
        """Say that a row's room was changed: the next solve starts with the dual simplex."""
        self._fresh_rows = True

    def values(self) -> Floats:
        """Return the LP's value of each candidate in it, in the order of ``columns``."""
        # Candidates that joined after the last solve (a limit may have ended the next) are held at nothing.
        values = np.zeros(len(self.columns))
        known = self.position < len(self.all_values)
        values[known] = self.all_values[self.position[known]]
        return values

    def chosen(self) -> Ints:
        """Return the candidates at one."""
        return np.sort(self.columns[self.values() > 0.5])  # noqa: PLR2004 - whole, up to tolerances

    def prices(self) -> Prices:
        """Return the LP's prices rounded to ticks."""
        ticks = self.duals * self.unit
        residual = self.residual
        place = np.zeros(residual.day_limit.size, dtype=np.int64)
        for candidate, row in self._place_row.items():
            place[candidate] = round(ticks[row])
        tariff, cuts = [], []
        for rows in self._rows:
            price = np.where(rows.row >= 0, np.rint(ticks[rows.row] / rows.scale), 0).astype(np.int64)
            heaviest = 1 if rows.tariff.coef is None else int(rows.tariff.coef.max())
            tariff.append(np.minimum(price, 2**61 // heaviest))
            cuts.append(tuple((cut, self._share(cut, row)) for cut, row in rows.cuts if self.duals[row] > 0))
        day = np.rint(ticks[: len(residual.slots)]).astype(np.int64)
        return Prices(day, place.reshape(residual.day_limit.shape), tuple(tariff), tuple(cuts))

    def _share(self, cut: Cut, row: int) -> Fraction:
        if not cut.soft:
            return Fraction(round(self.duals[row] * self.unit))
        return Fraction(int(self.duals[row] / self._cut_unit(cut) * SHARES), SHARES)

    def prices_of_items(self) -> Ints:
        """Return the LP's price of each item in ticks, shape (items with a live candidate,)."""
        # An item's row comes after the days' rows.
        days, items = len(self.residual.slots), len(self.residual.starts)
        return np.rint(self.duals[days : days + items] * self.unit).astype(np.int64)

    def item_prices(self) -> Ints:
        """Return the LP's price of each candidate's item in ticks, shape (n,)."""
        return np.repeat(self.prices_of_items(), self.residual.counts)

    def _add_rows(self, upper: Floats, row_of: Ints | None = None, value: Floats | None = None) -> None:
        """Add rows up to ``upper``; ``row_of`` is the row of each candidate in the program, -1 for none."""
        first = self.program.rows
        if row_of is None or value is None:
            places = np.zeros(0, dtype=np.int64)
            row, entry = places, np.zeros(0)
        else:
            places = np.flatnonzero(row_of >= first)
            order = np.argsort(row_of[places], kind="stable")
            places = places[order]
            row, entry = row_of[places] - first, value[places]
        self.program.add_rows(-FREE, upper, (row, self.position[places], entry))

    def _add_cols(
        self, cost: Floats, upper: Floats, col: Ints, row: Ints, value: Floats, *, whole: bool
    ) -> None:
        self.program.add_columns(cost, 0.0, upper, (col, row, value), whole=whole)
