"""A plan that keeps the rules and is nearly even, in a second or two and before any program.

Two people exchange who serves over a stretch of slots, or over two stretches as long at once. Seats stay
filled, a block of nights moves as a whole, and rules are touched at the ends of a stretch alone. An exchange
is taken where it mends rows of rules or brings down the sum of squared lags, and sometimes where it does
neither: so often as simulated annealing has it, ever more seldom. Rules that may be broken cost by their
weights, and of two plans the one that breaks less is the better.

References:
    Burke, Curtois, Post, Qu, Veltman, *A hybrid heuristic ordering and variable neighbourhood search for the
    nurse rostering problem* (2008), doi:10.1016/j.ejor.2007.04.030: stretches of two rosters exchanged.
    Kirkpatrick, Gelatt, Vecchi, *Optimization by simulated annealing* (1983).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from math import exp

import numpy as np

from evenhand.core.arrays import Bools, Floats, Ints
from evenhand.core.progress import Progress
from evenhand.core.seeded import stream
from evenhand.core.shares import TICKS
from evenhand.rota.solving.optimise.board import Board, kept
from evenhand.rota.solving.optimise.start import Rows, dealt

# What each of these does at half and at twice its value on wards of five weeks and two months stands in
# docs/benchmarks/constants.md under rota-wards and rota-views (`python -m benchmarks.constants`).

ROUNDS = 4
"""Times that the search cools down, with twice as many tries each time. A limit that ends the second leaves
the best plan of the first. With two, squared lags are 0.3 % larger; eight change nothing there."""

ENOUGH = 0.98
"""Part of what the plan was worth: a round that stays above it is the last. At 0.99 a round more brings 0.4 %
of the squared lags."""

TRIES = 20_000
"""Exchanges tried in the first round, a third of a second. Twice as many bring 1 % of the squared lags and
take nearly twice as long; with half, views stay a quarter further off."""

MENDS = 100_000
"""Exchanges tried for a first plan that keeps every rule, a second or two. Two months with blocks of nights
and whole weekends need fewer than half; more are lost where there is no such plan."""

WARM = 4.0
COLD = 0.1
"""Squared turns that an exchange may cost at the start and at the end of a round, so that one in three is
taken. Started twice as warm, the search finds no plan on two of the three wards; half as warm, lags and views
stay further off. Ended twice or half as cold, views stay further off."""

BROKEN = 10.0
"""What a row of a rule that is out by one turn weighs, in squared turns: more than an exchange of two turns
near each other costs mostly, and little enough for one row to be broken on the way to mending two. At half,
no plan is found on two of the three wards; at twice, lags are 0.3 % larger."""

EVEN = 1.0
"""What a squared turn in a view weighs beside a squared lag after a slot. At half, views stay 14 % further
off in squares; at twice 4 %, as exchanges that even a view cost less than they are worth on the way, and the
search ends at ``SLACK``."""

SLACK = 0.1
"""Part of the sum of squared lags by which it may grow for the views where it is not proven least. At half,
views stay 10 % further off; twice as much takes twice as long and brings nothing."""

LONG = 30
"""Slots of the longest stretch: ten days of three shifts. Short ones are drawn more often. At half, a plan's
lags are as near in half the time, yet views stay 17 % further off; at twice both are worse."""

FAR = 84
"""Slots between the two stretches of an exchange, at most: four weeks of three shifts a day. At half or at
twice, views stay further off; twice as far, more exchanges move lags in many slots and are refused."""

LOOK = 256
"""Exchanges between two looks at the clock, some milliseconds."""


def with_stretches_exchanged(board: Board, progress: Progress, start: Bools | None) -> Bools | None:
    """Return a plan that keeps every rule, nearly even; ``start`` or None where none was found.

    Args:
        board: the rota; its rules that may be broken are not looked at.
        progress: time and interruption; a cut search hands out the best plan so far.
        start: a plan that keeps every rule; None where dealing found none.

    Returns:
        A plan, shape (S, P), whose sum of squared lags is not above that of ``start``. The same in every run
        that is not cut. Cost: an exchange takes some 10 to 30 microseconds.
    """
    # Without rules the dealt plan is nearly as even as any, and the programs behind it prove so quickly.
    ruled = any(rule.kind != "seats" for rule in board.rules)
    if board.people < 2 or not ruled or progress.over:  # noqa: PLR2004 - an exchange takes two
        return start
    plan = dealt(board) if start is None else start
    if (plan.sum(axis=1) != board.seats).any():
        return start
    swaps = _Swaps(board, plan)
    if swaps.faults and not swaps.cool(progress, MENDS, until_kept=True):
        return start
    swaps.even(progress, 0)
    best = swaps.best()
    return best if kept(board, best) else start


def with_fewer_breaks(board: Board, progress: Progress, start: Bools) -> Bools:
    """Exchange stretches until rules that may be broken are broken by less weight, and lags are small.

    Args:
        board: the rota, with rules that may be broken.
        progress: time and interruption; a cut search hands out the best plan so far, after one round.
        start: a plan that keeps every hard rule, shape (S, P).

    Returns:
        A plan that keeps every hard rule, fills the same seats and breaks no more weight than ``start``.
    """
    if board.people < 2:  # noqa: PLR2004 - an exchange takes two
        return start
    swaps = _Swaps(board, start)
    swaps.even(progress, TRIES // 4)
    best = swaps.best()
    return best if kept(board, best) else start


def with_views_evened(
    board: Board, plan: Bools, inside: Bools, due: Ints, progress: Progress, *, proven: bool
) -> Bools:
    """Exchange stretches until views are nearer to what was due, where a search was cut.

    A plan cut in mid-search may keep everybody's total within a turn and give one person every early shift.

    Args:
        board: the rota.
        plan: a plan that keeps its rules, shape (S, P).
        inside: which slots belong to each view, shape (S, views).
        due: ticks that became due in each view, shape (views, P).
        progress: an interruption hands out the plan so far.
        proven: whether its sum of squared lags is proven least; then it stays.

    Returns:
        A plan that keeps every rule, whose sum of squared lags is at most ``SLACK`` larger, and in which
        nobody's account ends further off than the furthest did, or one turn.
    """
    if board.people < 2 or not board.rules or (plan.sum(axis=1) != board.seats).any():  # noqa: PLR2004 - two
        return plan
    swaps = _Swaps(board, plan, inside, due)
    if swaps.faults:
        return plan
    swaps.most = swaps.squares * (1.0 if proven else 1.0 + SLACK) + 1e-9
    # A solver does not stop to the moment, and what it overran must not cost the views: one round is had.
    swaps.even(progress, TRIES)
    best = swaps.best()
    return best if kept(board, best) else plan


def _slots(bits: int) -> Iterator[int]:
    """Yield the places of the bits that are set, rising."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


class _Swaps:
    """Who serves what as bits of a number a person, how far each row is filled, how far each lag is off."""

    def __init__(
        self, board: Board, plan: Bools, inside: Bools | None = None, due: Ints | None = None
    ) -> None:
        self.board, self.people, self.every = board, board.people, (1 << board.slots) - 1
        open_to = board.able & (board.earliest <= np.arange(board.slots)[:, None])
        self.able, self.serves = self._bits(open_to), self._bits(plan)
        self._lay_out_rows(plan)
        self._lay_out_lags(plan)
        self._lay_out_views(plan, inside, due)
        self.weight = sum(self.price[about] for about, count in enumerate(self.rows_broken) if count)
        # What a plan must keep to be taken: a sum of squares, an account's end, views as near as before.
        self.most, self.furthest, self.unevenest = float("inf"), max(1.0, self._off()), self.uneven + 1e-9
        self.draw: Callable[[], float] = self._draws().__next__
        self.kept: tuple[float, float, list[int]] = (float("inf"), float("inf"), self.serves)
        self._keep()

    @staticmethod
    def _bits(table: Bools) -> list[int]:
        """Return a number a person, whose bits are the slots, from a table of shape (S, P)."""
        packed = np.packbits(table, axis=0, bitorder="little")
        return [int.from_bytes(packed[:, person].tobytes(), "little") for person in range(table.shape[1])]

    @staticmethod
    def _draws() -> Iterator[float]:
        generator = stream(0, "stretches")
        while True:
            yield from generator.random(4096).tolist()

    def _lay_out_rows(self, plan: Bools) -> None:
        """Read the rows of each cell. An exchange leaves seats as they are, so theirs are left out."""
        rules = (*self.board.rules, *self.board.soft)
        rows = Rows(replace(self.board, rules=rules))
        counts = np.repeat([rule.kind != "seats" for rule in rules], [rule.upper.size for rule in rules])
        # The break that each row is about, numbered over all rules; -1 for a row of a hard rule.
        first, about, price = 0, [], []
        for rule in rules:
            if rule.weight and rule.upper.size:
                about += (rule.breach + first).tolist()
                price += [rule.weight] * (int(rule.breach.max()) + 1)
                first = len(price)
            else:
                about += [-1] * rule.upper.size
        self.about = about
        self.price = price
        # A break of the least weight costs as much as a row of a hard rule that is out by one turn.
        self.dear = BROKEN / min(price, default=1)
        cells = np.repeat(np.arange(plan.size), np.diff(rows.begin))
        inside = counts[rows.row]
        cell, row, factor = cells[inside], rows.row[inside], rows.factor[inside].astype(np.int64)
        begin = np.searchsorted(cell, np.arange(plan.size + 1)).tolist()
        entries = list(zip(row.tolist(), factor.tolist(), strict=True))
        self.rows_of = [entries[low:high] for low, high in pairwise(begin)]
        self.lower, self.upper = rows.lower.tolist(), rows.upper.tolist()
        value = np.bincount(row, weights=factor * plan.ravel()[cell], minlength=len(self.lower))
        self.value = value.astype(np.int64).tolist()
        outside = counts & ((value < rows.lower) | (value > rows.upper))
        self.broken = dict.fromkeys(np.flatnonzero(outside).tolist())
        self.rows_broken = [0] * len(price)
        for outlier in self.broken:
            if about[outlier] >= 0:
                self.rows_broken[about[outlier]] += 1
        # Rows of hard rules that are broken.
        self.faults = sum(about[outlier] < 0 for outlier in self.broken)
        order = np.argsort(row, kind="stable")
        self.cells = cell[order].tolist()
        self.first_cell = np.searchsorted(row[order], np.arange(len(self.lower) + 1)).tolist()

    def _lay_out_lags(self, plan: Bools) -> None:
        """Sum the lags from each slot of an account to its end: what a turn more or less costs from there."""
        self.account, self.place, self.load = ([0] * self.board.slots for _ in range(3))
        self.lags: list[Floats] = []
        self.ahead: list[list[list[float]]] = []
        for number, account in enumerate(self.board.accounts):
            for place, slot in enumerate(account.slots.tolist()):
                self.account[slot], self.place[slot] = number, place
                self.load[slot] = int(account.load[place])
            served = np.cumsum(plan[account.slots] * account.load[:, None], axis=0)
            self.lags.append((account.due / account.ticks - served).T.copy())
            self.ahead.append([_sums_ahead(lag) for lag in self.lags[-1]])
        self.squares = sum(float((lag**2).sum()) for lag in self.lags)

    def _lay_out_views(self, plan: Bools, inside: Bools | None, due: Ints | None) -> None:
        """Count what each person is owed in each view, in turns, and note the slots of each view and load."""
        self.views: list[tuple[int, int, list[float]]] = []
        self.uneven = 0.0
        if inside is None or due is None:
            return
        load = np.array(self.load)
        owed = due / TICKS - (inside.T * load) @ plan
        self.uneven = EVEN * float((owed**2).sum())
        for view, of_view in enumerate(owed.tolist()):
            for units in np.unique(load[inside[:, view]]).tolist():
                slots = (inside[:, view] & (load == units))[:, None]
                self.views.append((self._bits(slots)[0], units, of_view))

    def _off(self) -> float:
        """Return how far the furthest account is off at its end, in turns."""
        return max((float(np.abs(lag[:, -1]).max(initial=0)) for lag in self.lags), default=0.0)

    def best(self) -> Bools:
        """Return the best plan so far that keeps the rules, shape (S, P)."""
        out = np.zeros((self.board.slots, self.people), dtype=bool)
        for person, bits in enumerate(self.kept[-1]):
            out[list(_slots(bits)), person] = True
        return out

    def _keep(self) -> None:
        """Note the plan where it keeps the rules and is the best so far."""
        worth = self.squares + self.uneven
        better = (self.weight, worth + 1e-9) < self.kept[:2]
        fine = not self.faults and better and self.squares <= self.most
        # Accounts are looked at last, as it takes longest.
        if fine and self.uneven <= self.unevenest and (not self.views or self._off() <= self.furthest + 1e-9):
            self.kept = self.weight, worth, list(self.serves)

    def even(self, progress: Progress, at_least: int) -> None:
        """Cool down time after time, as long as it brings anything; so many tries whatever the clock says."""
        for number in range(ROUNDS):
            weight, before = self.kept[:2]
            self.cool(progress, TRIES << number, at_least=0 if number else at_least)
            if progress.over or (
                number and self.kept[1] > ENOUGH * before and self.kept[0] >= ENOUGH * weight
            ):
                break

    def cool(self, progress: Progress, tries: int, *, until_kept: bool = False, at_least: int = 0) -> bool:
        """Try exchanges, ever more choosy; return whether a plan that keeps every rule is known."""
        for number in range(tries):
            if not number % LOOK:
                if progress.interrupted or (progress.over and number >= at_least):
                    break
                heat = WARM * (COLD / WARM) ** (0.0 if until_kept else number / tries)
            self._try(heat)
            if until_kept and not self.faults:
                break
        return self.kept[0] < float("inf")

    def _try(self, heat: float) -> None:
        """Draw two people and a stretch or two, and exchange their turns there if that is good enough."""
        draw, slots = self.draw, self.board.slots
        first, begin, length = int(draw() * self.people), int(draw() * slots), 1 + int(draw() ** 2 * LONG)
        if self.broken and draw() < 0.7:  # noqa: PLR2004 - most tries look where a rule is broken
            rows = list(self.broken)
            row = rows[int(draw() * len(rows))]
            cells = self.cells[self.first_cell[row] : self.first_cell[row + 1]]
            begin, first = divmod(cells[int(draw() * len(cells))], self.people)
            begin = max(0, begin - int(draw() * length))
        second = int(draw() * (self.people - 1))
        second += second >= first
        here = ((1 << length) - 1) << begin
        if draw() < 0.6:  # noqa: PLR2004 - two stretches leave counts as they are, one moves a turn
            off = int((2 * draw() - 1) * FAR)
            here |= here << off if off >= 0 else here >> -off
        differ = (self.serves[first] ^ self.serves[second]) & here & self.every
        gone, come = self.serves[first] & differ, self.serves[second] & differ
        if not differ or gone & ~self.able[second] or come & ~self.able[first]:
            return
        squares_more = self._squares_more(first, second, gone, come)
        # Beyond what the plan may come to, the search would walk where no plan is taken.
        if squares_more > 0 and self.squares + squares_more > self.most:
            return
        moved = self._moved(gone, come)
        more = squares_more + EVEN * sum(2 * units * (units + of[first] - of[second]) for units, of in moved)
        # Most exchanges fail here already, and rows take longer to look at.
        bound = more - self.dear * self.weight - (BROKEN * (1 + len(self.broken)) if self.faults else 0.0)
        chance = draw()
        if bound > 0 and chance > exp(-bound / heat):
            return
        rows_more = self._rows_more(first, second, gone, come)
        worse, weight_more, breaks_more = self._broken_more(rows_more)
        if not self.faults and worse:
            return
        cost = more + BROKEN * worse + self.dear * weight_more
        if cost <= 0 or chance < exp(-cost / heat):
            self._exchange(first, second, differ, rows_more)
            self.weight += weight_more
            for about, count in breaks_more.items():
                self.rows_broken[about] += count
            self.squares += squares_more
            self.uneven += more - squares_more
            for units, of_view in moved:
                of_view[first] += units
                of_view[second] -= units
            self._keep()

    def _moved(self, gone: int, come: int) -> list[tuple[int, list[float]]]:
        """Return how many units of each view pass from the first to the second, where any do."""
        out = []
        for slots, units, of_view in self.views:
            moved = units * ((gone & slots).bit_count() - (come & slots).bit_count())
            if moved:
                out.append((moved, of_view))
        return out

    def _squares_more(self, first: int, second: int, gone: int, come: int) -> float:
        """Return what the sum of squared lags grows by: the second serves ``gone``, the first ``come``."""
        total = 0.0
        for number, ahead in enumerate(self.ahead):
            of_first, of_second = ahead[first], ahead[second]
            behind, since = 0, 0
            for slot in _slots(gone | come):
                if self.account[slot] != number:
                    continue
                place = self.place[slot]
                # From here on the first has served so much less, and the second so much more.
                if behind:
                    apart = of_first[since] - of_first[place] - of_second[since] + of_second[place]
                    total += 2 * behind * (apart + behind * (place - since))
                behind += self.load[slot] if gone >> slot & 1 else -self.load[slot]
                since = place
            if behind:
                rest = len(of_first) - 1 - since
                total += 2 * behind * (of_first[since] - of_second[since] + behind * rest)
        return total

    def _rows_more(self, first: int, second: int, gone: int, come: int) -> dict[int, int]:
        """Return by how much each row is filled more."""
        more: dict[int, int] = {}
        for bits, leaves, takes in ((gone, first, second), (come, second, first)):
            for slot in _slots(bits):
                for row, factor in self.rows_of[slot * self.people + leaves]:
                    more[row] = more.get(row, 0) - factor
                for row, factor in self.rows_of[slot * self.people + takes]:
                    more[row] = more.get(row, 0) + factor
        return more

    def _broken_more(self, more: dict[int, int]) -> tuple[float, int, dict[int, int]]:
        """Return turns by which hard rows are outside more, weight that breaks gain, and rows by break."""
        total, value, lower, upper = 0.0, self.value, self.lower, self.upper
        breaks: dict[int, int] = {}
        for row, change in more.items():
            if change:
                before, high, low = value[row], upper[row], lower[row]
                after, about = before + change, self.about[row]
                if about < 0:
                    total += max(0.0, after - high, low - after) - max(0.0, before - high, low - before)
                elif (low <= before <= high) != (low <= after <= high):
                    breaks[about] = breaks.get(about, 0) + (1 if low <= before <= high else -1)
        # A break of several rows counts once.
        dearer = 0
        for about, count in breaks.items():
            now = self.rows_broken[about]
            dearer += self.price[about] * ((now + count > 0) - (now > 0))
        return total, dearer, breaks

    def _exchange(self, first: int, second: int, differ: int, rows_more: dict[int, int]) -> None:
        for row, change in rows_more.items():
            self.value[row] += change
            if self.lower[row] <= self.value[row] <= self.upper[row]:
                if row in self.broken:
                    del self.broken[row]
                    self.faults -= self.about[row] < 0
            elif row not in self.broken:
                self.broken[row] = None
                self.faults += self.about[row] < 0
        touched = set()
        for slot in _slots(differ):
            number, place = self.account[slot], self.place[slot]
            load = self.load[slot] if self.serves[first] >> slot & 1 else -self.load[slot]
            self.lags[number][first, place:] += load
            self.lags[number][second, place:] -= load
            touched.add(number)
        for number in touched:
            for person in (first, second):
                self.ahead[number][person] = _sums_ahead(self.lags[number][person])
        self.serves[first] ^= differ
        self.serves[second] ^= differ


def _sums_ahead(lag: Floats) -> list[float]:
    """Return the sum of lags from each slot on, and a 0 behind the last."""
    return [*np.cumsum(lag[::-1])[::-1].tolist(), 0.0]
