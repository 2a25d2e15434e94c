"""One office under prices for what it shares: its LP kept warm, its bound, its plans."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from evenhand.allocation.solving.greedy import first_plan
from evenhand.allocation.solving.model.branching import branch
from evenhand.allocation.solving.model.pricing import Priced, no_prices, priced
from evenhand.allocation.solving.model.restricted import Restricted
from evenhand.allocation.solving.model.rounding import dive
from evenhand.allocation.solving.model.tariffs import Tariff
from evenhand.allocation.solving.offices.parts import Part
from evenhand.allocation.solving.offices.pieces import Piece, piece_of
from evenhand.allocation.solving.offices.shared import Shared
from evenhand.allocation.solving.price_restrict_prove import LOOKED_UNEVEN, entering, first_columns
from evenhand.core.arrays import Floats, Ints
from evenhand.core.progress import Progress

NEAR = 2.0**-10
"""Units by which an office's bound may be above its LP; less is not worth another round."""
CLOSE = 0.5
"""Units that a candidate may lose to be branched over at first."""
BRANCHED = 600
"""Candidates branched over at first, at most; and PROVEN at most where the rest of the gap is closed."""
PROVEN = 4000
NODES = 20
"""Nodes of a search within what the others leave, at most."""
LIGHT = 1e-6
"""Share of the room below which an award counts as taking none: it only keeps a division from 0."""
_OUTSIDE = -100
"""Sources of tariffs that belong to no group set of the office's own problem."""
TRACE = 1e-7
"""A column at less than this is not held."""


@dataclass(frozen=True, eq=False)
class Point:
    """What an office answers to prices.

    Attributes:
        prices: ticks a unit of each shared row, shape (m,), and tolls behind them where there are any.
        bound: proven limit in ticks of what its plans are worth less what they pay.
        usage: units of the shared rows that the LP uses, shape (m,).
    """

    prices: Ints = field(repr=False)
    bound: int
    usage: Floats = field(repr=False)


@dataclass(frozen=True, eq=False)
class Plan:
    """Candidates of the part, sorted; their worth in ticks at no prices; the units they use."""

    chosen: Ints = field(repr=False)
    worth: int
    usage: Ints = field(repr=False)

    def net(self, prices: Ints) -> int:
        """Return the worth less what is paid at prices, in ticks."""
        return self.worth - _paid(self.usage, prices)


class Office:
    """A part with its warm LP. ``ask`` it at prices; ``settle`` makes bound and plan meet there."""

    def __init__(self, part: Part, count: int) -> None:
        self.part, self.count = part, count
        self.own = part.residual.value
        # The LP and its pricing read the values from here. They are this office's own copy, which ``stand``
        # alone writes: a residual anew for each price would cost the codes that it keeps of its candidates.
        self.residual = replace(part.residual, value=self.own.copy()) if part.usage else part.residual
        self.charged = np.zeros(len(part.rows), dtype=np.int64)
        self.program: Restricted | None = None
        self.inside = np.zeros(0, dtype=np.bool_)
        self.points: list[Point] = []
        nothing = np.zeros(0, dtype=np.int64)
        self.plans: dict[bytes, Plan] = {}
        self.keep(nothing)
        self.prices = no_prices(self.residual)
        self.priced: Priced | None = None
        self.stands: Ints | None = None

    def keep(self, chosen: Ints) -> Plan | None:
        """Keep a plan that holds."""
        if chosen.tobytes() not in self.plans and self.residual.holds(chosen):
            usage = self.part.used(chosen, self.count)
            worth = self.residual.worth(chosen) + int(self.charged[chosen].sum())
            self.plans[chosen.tobytes()] = Plan(chosen, worth, usage)
        return self.plans.get(chosen.tobytes())

    def net(self, plan: Plan) -> int:
        """Return what a plan is worth less what it pays where the values stand, in ticks."""
        return plan.worth - int(self.charged[plan.chosen].sum())

    def stand(self, prices: Ints) -> None:
        """Set the values to what is left of them at prices for what is shared.

        Args:
            prices: ticks a unit of each shared row, shape (m,); tolls of the office's classes may follow, and
                then stand in place of the prices of rows of unequal weights (see ``tolls``).
        """
        if self.part.usage:
            toll = prices[self.count :] if len(prices) > self.count else None
            self.charged = self.part.charge(prices[: self.count], toll)
            np.subtract(self.own, self.charged, out=self.residual.value)

    def crude(self, prices: Ints) -> int:
        """Return a bound at prices without any LP: every item at its best; a first plan is kept beside."""
        self.stand(prices)
        # With the plan that gives nothing alone, a cut search would hand out nothing here.
        if len(self.plans) == 1:
            self.keep(first_plan(self.residual, LOOKED_UNEVEN)[0])
        return priced(self.residual, no_prices(self.residual)).bound

    def ask(self, prices: Ints, progress: Progress) -> Point:
        """Return the office's bound and use at prices. Cost: a few pricing passes, and a warm LP each."""
        for point in self.points:
            if np.array_equal(point.prices, prices):
                return point
        self.points.append(self._asked(prices, progress))
        return self.points[-1]

    def return_to(self, prices: Ints, progress: Progress) -> None:
        """Let the LP, and what is known of every candidate, stand at prices once more."""
        if self.stands is None or not np.array_equal(self.stands, prices):
            self.points.append(self._asked(prices, progress))
        self.stand(prices)

    def _asked(self, prices: Ints, progress: Progress) -> Point:
        self.stand(prices)
        program = self._opened()
        best_prices, best, values = self.prices, self.priced, np.zeros(len(program.columns))
        best = priced(self.residual, best_prices)
        while program.solve(progress):
            values = program.values()
            # The LP broke a row that was left out: with the row added it is solved again before its prices
            # mean anything.
            if program.mend(values):
                continue
            now = program.prices()
            exact = priced(self.residual, now)
            # The LP's prices go up and down from turn to turn; the lowest bound so far is kept.
            if exact.bound < best.bound:
                best_prices, best = now, exact
            # What is left between bound and LP is within the tolerance, so more candidates would add nothing.
            if best.bound - program.worth() <= NEAR * self.residual.ticks:
                break
            fresh = entering(self.residual, exact.net, best, program, self.inside)
            if not len(fresh) or progress.stop():
                break
            self.inside[fresh] = True
            program.add(fresh)
        self.prices, self.priced, self.stands = best_prices, best, prices
        values = values[: len(program.columns)]
        if ((values < TRACE) | (values > 1 - TRACE)).all():
            self.keep(np.sort(program.columns[: len(values)][values > CLOSE]))
        usage = self.part.used_in_part(program.columns[: len(values)], values, self.count)
        return Point(prices, best.bound, usage)

    def _opened(self) -> Restricted:
        """Return the LP at the values that stand now."""
        if self.program is None:
            plan, first = first_plan(self.residual)
            self.keep(plan)
            self.prices = first
            columns = first_columns(self.residual, priced(self.residual, first), plan)
            self.program = Restricted(self.residual, columns)
            self.inside = np.zeros(len(self.residual), dtype=np.bool_)
            self.inside[columns] = True
        else:
            self.program.revalue()
        return self.program

    def trim(self, prices: Ints, chosen: Ints, room: Ints) -> Plan:
        """Keep what of a plan fits into some room, those first that are worth most at prices; the rest goes.

        Without any price, those come first that are worth most for what they take of the room.

        Args:
            prices: as in ``stand``.
            chosen: candidates of a plan.
            room: units of each shared row, shape (m,).
        """
        self.stand(prices)
        left, kept = np.append(room, 0), []
        worth = self.residual.value[chosen].astype(np.float64)
        if not prices.any():
            # Where no price is known, an award is worth most that takes least of the room for it.
            share = np.zeros(len(chosen))
            for row_of, weight in self.part.usage:
                row = row_of[chosen]
                used_units = 1.0 if weight is None else weight[chosen]
                share += np.where(row >= 0, used_units / np.maximum(1, left[row]), 0.0)
            worth /= np.maximum(share, LIGHT)
        for index in chosen[np.lexsort((chosen, -worth))].tolist():
            used = [
                (int(of[index]), 1 if units is None else int(units[index])) for of, units in self.part.usage
            ]
            if all(code < 0 or left[code] >= units for code, units in used):
                kept.append(index)
                for code, units in used:
                    left[code] -= units if code >= 0 else 0
        plan = self.keep(np.sort(np.array(kept, dtype=np.int64)))
        assert plan is not None  # noqa: S101 - fewer awards break no rule that more of them keep
        return plan

    def piece(self, most: int) -> Piece:
        """Return the candidates that matter most where the LP stands: those it holds, and others beside.

        Args:
            most: others: so many at most that are the best of their item and day, and half as many of all, by
                what they lose at the prices asked last.
        """
        program = self.program or self._opened()
        _, loss = self.lost()
        # Thousands lose nothing, most of them as copies of each other: to fill rows to the end takes items of
        # other weights, which lose something (`python -m benchmarks.shared_rows`). Without the half, five
        # small offices with eight tight rows stay 1 % below their best.
        kind = self.residual.item * len(self.residual.slots) + self.residual.day
        order = np.lexsort((loss, kind))
        best = order[np.diff(kind[order], prepend=-1) > 0]
        best = best[np.argsort(loss[best], kind="stable")[:most]]
        near = np.union1d(best, np.argsort(loss, kind="stable")[: most // 2])
        rows = np.union1d(program.columns, near)
        for plan in self.plans.values():
            rows = np.union1d(rows, plan.chosen)
        return piece_of(self.part, rows, self.own, loss)

    def taken(self, rows: Ints) -> Piece:
        """Return given candidates, sorted."""
        return piece_of(self.part, rows, self.own, self.lost()[1])

    def settle(self, prices: Ints, enough: float, progress: Progress) -> int:
        """Find a best plan at prices and return the bound that is proven there, in ticks.

        Args:
            prices: as in ``stand``.
            enough: ticks between plan and bound that need no more work.
            progress: may end it early.
        """
        self.return_to(prices, progress)
        assert self.program is not None  # noqa: S101 - it stands at prices
        bound, loss = self.lost()
        best = max(self.plans.values(), key=self.net)
        held = self.program.columns[self.program.values() > TRACE]
        if bound - self.net(best) > enough and not progress.stop():
            # The LP is mostly in parts because candidates tie. A dive then ends in a plan as good as the LP,
            # for 2 to 8 ms where branching takes 16 to 180.
            rounded = dive(self.residual, self.program, progress, self.net(best))
            kept = None if rounded is None else self.keep(rounded)
            if kept is not None and self.net(kept) > self.net(best):
                best = kept
        if bound - self.net(best) > enough and not progress.stop():
            close = np.flatnonzero(loss <= CLOSE * self.residual.ticks)
            if len(close) > BRANCHED:
                close = close[np.argsort(loss[close], kind="stable")[:BRANCHED]]
            best = self._branched(np.union1d(close, held), best, progress)[0]
        gap = bound - self.net(best)
        rest = np.flatnonzero(loss <= gap)
        if gap > enough and len(rest) <= PROVEN and not progress.stop():
            best, proven = self._branched(rest, best, progress)
            if proven is not None:
                bound = min(bound, max(proven, self.net(best)))
        return bound

    def lost(self) -> tuple[int, Ints]:
        """Return the LP's bound where it stands, and what a plan with each candidate loses, shape (n,)."""
        if self.priced is None:
            # A limit came before the first LP: its first prices say it, less well.
            self._opened()
            self.priced = priced(self.residual, self.prices)
        return self.priced.bound, self.priced.loss(self.residual)

    def fill(
        self,
        prices: Ints,
        left: tuple[Ints, Ints],
        shared: Shared,
        most: tuple[int, int],
        plan: Plan,
        progress: Progress,
    ) -> None:
        """Keep a better plan where there is one within what the others leave.

        Args:
            prices: where candidates are valued, to choose among them.
            left: free units and lengths of the shared rows that the others leave (see ``Shared.left``).
            shared: the rows.
            most: ticks that a candidate may lose at the prices asked last, and candidates at most.
            plan: the office's plan so far.
            progress: may end it early.
        """
        self.return_to(prices, progress)
        _, loss = self.lost()
        some = np.flatnonzero(loss <= most[0])
        # Those that lose least come first: what is left out then is least likely to be in a better plan.
        if len(some) > most[1]:
            some = some[np.argsort(loss[some], kind="stable")[: most[1]]]
        # Candidates are chosen at prices, but the plan is valued without: the shared rows are in the program
        # itself here.
        self.stand(np.zeros(self.count, dtype=np.int64))
        rows, usage, free, length = [], iter(self.part.usage), *left
        for index, number in enumerate(shared.number):
            members = np.flatnonzero(number[:-1] >= 0)
            if len(members):
                of, units = next(usage)
                first = number[members]
                place = np.full(self.count + 1, -1, dtype=np.int64)
                place[first] = np.arange(len(first))
                cost = shared.cost[first]
                rows.append(
                    Tariff(
                        _OUTSIDE - index,
                        place[of],
                        units,
                        free[first],
                        length[first],
                        cost,
                        np.ones_like(first),
                    )
                )
        joined = replace(self.residual, tariffs=(*self.residual.tariffs, *rows))
        branched, _ = branch(joined, np.union1d(some, plan.chosen), plan.chosen, progress, nodes=NODES)
        # The program keeps rows only within its tolerance, so the plan is checked in whole numbers.
        if branched is not None and joined.holds(branched):
            self.keep(branched)

    def _branched(self, some: Ints, best: Plan, progress: Progress) -> tuple[Plan, int | None]:
        branched, proven = branch(self.residual, np.union1d(some, best.chosen), best.chosen, progress)
        plan = None if branched is None else self.keep(branched)
        if plan is not None and self.net(plan) > self.net(best):
            best = plan
        return best, proven


def _paid(usage: Ints, prices: Ints) -> int:
    return sum(used * price for used, price in zip(usage.tolist(), prices.tolist(), strict=True))
