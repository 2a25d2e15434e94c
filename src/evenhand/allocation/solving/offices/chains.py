"""Chains of swaps between shared rows: what makes a full plan better when no single swap does.

With every shared row nearly full, an award can only be swapped for one that uses no more of its row. A chain
passes the excess on: a swap fills its new row beyond its limit, the next takes a heavier award out of that
row and puts another into some row, and the last ends where there is room, or in the row that the first one
left. Each swap stays within one day, so slots stay as full as they were. All that a chain hands on is a row
and how much it lacks; the best chains from every first swap are found by adding up over these, swap by swap.

The sums take the swaps as if they did not know of each other. Two of them may give to one recipient, so a
chain is counted again, exactly, before the plan changes.

Reference:
    Glover, *Ejection chains, reference structures and alternating path methods for traveling salesman
        problems*, Discrete Applied Mathematics 65 (1996), doi:10.1016/0166-218X(94)00037-E.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from evenhand.allocation.solving.model.residual import Residual
from evenhand.allocation.solving.model.tariffs import Tariff
from evenhand.allocation.solving.offices.pieces import SHARED
from evenhand.core.arrays import Bools, Ints
from evenhand.core.progress import Progress

DEPTH = 5
"""Swaps in a chain at most: each more multiplies the chains that there are to look at."""

LOST = 0.15
"""Part of an award's mean worth that a swap may lose at the prices
(`python -m benchmarks.constants offices` halves and doubles it)."""

NEAR = 0.5
"""The same for what one candidate may lose."""

SWAPS = 6000
"""Swaps that chains are put together from at most, the best of each kind; twenty offices with 40 rows have
some 2,000. More take longer in proportion."""

LEVELS = 64
"""Units of a row are counted in so many levels of its heaviest award at most. Where weights have a common
divisor, as budgets in steps of 25 dollars do, nothing is lost; else an award counts up to a 64th more than it
uses, and a few chains that would just fit are missed."""

TRIED = 1000
"""Chains that are counted exactly before new ones are looked for: each that is taken changes what is left."""

BLOCK = 128
"""First swaps that are followed at a time: 30 MB for 6,000 swaps, in proportion to both."""

LEAST = -(2**60)
"""Stands for no chain. Ticks stay below 2^52 an award, so that sums of a chain cannot reach it."""


def chained(residual: Residual, plan: Ints, loss: Ints, prices: Sequence[Ints], progress: Progress) -> Ints:
    """Return a plan made better by chains of swaps until none is found.

    Args:
        residual: what is to be decided, shared rows among its tariffs (sources from ``SHARED`` down).
        plan: candidates, sorted, that hold.
        loss: ticks that each candidate loses at the prices asked last, shape (n,).
        prices: ticks a unit of the rows of each kind of shared rows.
        progress: may end it early.

    Promise:
        The plan holds and is worth no less than the one given.
    """
    books = _Books(residual, plan)
    kinds = [number for number, tariff in enumerate(residual.tariffs) if tariff.source <= SHARED]
    better = True
    while better and not progress.stop():
        better = False
        for kind, price in zip(kinds, prices, strict=True):
            swaps = _swaps(residual, books, loss, (kind, price))
            if swaps is not None and len(swaps.gain):
                better |= books.take(_best_chains(swaps, progress))
    return books.plan()


class _Books:
    """A plan with what it uses of everything, so that a change is counted without counting the plan again."""

    def __init__(self, residual: Residual, plan: Ints) -> None:
        self.residual = residual
        self.limit = residual.day_limit.ravel()
        self.award = dict(zip(residual.item[plan].tolist(), plan.tolist(), strict=True))
        self.days = np.bincount(residual.day[plan], minlength=len(residual.slots))
        self.places: Counter[int] = Counter(residual.place[plan].tolist())
        self.loads = []
        for tariff in residual.tariffs:
            load = np.zeros(len(tariff.free) + 1, dtype=np.int64)
            np.add.at(load, tariff.of[plan], 1 if tariff.coef is None else tariff.coef[plan])
            self.loads.append(load)

    def plan(self) -> Ints:
        """Return the plan, sorted."""
        return np.array(sorted(self.award.values()), dtype=np.int64)

    def take(self, chains: Sequence[tuple[list[int], list[int]]]) -> bool:
        """Take chains (awards out, awards in) in their order where they still gain; whether any did."""
        taken = False
        for out, into in chains[:TRIED]:
            gain = self.gain(out, into)
            if gain is not None and gain > 0:
                self.change(out, into)
                taken = True
        return taken

    def gain(self, out: list[int], into: list[int]) -> int | None:
        """Return the ticks that a change gains, exactly; None where it cannot be made or breaks a rule."""
        residual = self.residual
        items = residual.item
        if len(set(out)) < len(out) or any(self.award.get(int(items[code])) != code for code in out):
            return None
        # Two swaps of a chain may take the same award out, or bring in the same item: they did not know.
        leaving, entering = ([int(items[code]) for code in codes] for codes in (out, into))
        if len(set(entering)) < len(entering) or not self.award.keys().isdisjoint(
            set(entering) - set(leaving)
        ):
            return None
        for codes, used, limit in (
            (residual.day, self.days, residual.slots),
            (residual.place, self.places, self.limit),
        ):
            for code, more in _changes(codes, out, into).items():
                if more > 0 and used[code] + more > limit[code]:
                    return None
        gain = int(residual.value[into].sum()) - int(residual.value[out].sum())
        for tariff, load in zip(residual.tariffs, self.loads, strict=True):
            for group, more in _changes(tariff.of, out, into, tariff.coef).items():
                if group < 0 or not more:
                    continue
                before = int(load[group])
                cost = tariff.marginal(group, 0, before + more)
                if cost is None:
                    return None
                gain -= cost - (tariff.marginal(group, 0, before) or 0)
        return gain

    def change(self, out: list[int], into: list[int]) -> None:
        """Change the plan."""
        residual = self.residual
        for code in out:
            del self.award[int(residual.item[code])]
        self.award.update((int(residual.item[code]), code) for code in into)
        for code, more in _changes(residual.day, out, into).items():
            self.days[code] += more
        self.places.update(_changes(residual.place, out, into))
        for tariff, load in zip(residual.tariffs, self.loads, strict=True):
            for group, more in _changes(tariff.of, out, into, tariff.coef).items():
                load[group] += more if group >= 0 else 0


def _changes(codes: Ints, out: list[int], into: list[int], coef: Ints | None = None) -> dict[int, int]:
    """Return by how much each code's use changes."""
    changes: dict[int, int] = {}
    for sign, some in ((-1, out), (1, into)):
        for code in some:
            key = int(codes[code])
            changes[key] = changes.get(key, 0) + sign * (1 if coef is None else int(coef[code]))
    return changes


@dataclass(frozen=True, eq=False)
class _Swaps:
    """Swaps of an award for another candidate of its day; -1 stands for none on either side.

    Rows are those of one kind of shared rows, and one more for what uses none of them. Units are in levels.

    Attributes:
        out: award that goes, shape (n,); ``into`` the candidate that comes.
        gain: ticks, but for what the candidate adds to its row.
        left: row that the award leaves, ``freed`` what it used of it.
        row: row of the candidate, ``lacks`` what that row then lacks, 0 where it has room.
        slack: levels that each row has left, shape (rows + 1,).
        uses: levels that the candidate uses.
        begins: whether a chain may begin with it; the others are for a row that lacks ``freed``.
    """

    out: Ints = field(repr=False)
    into: Ints = field(repr=False)
    gain: Ints = field(repr=False)
    left: Ints = field(repr=False)
    freed: Ints = field(repr=False)
    row: Ints = field(repr=False)
    lacks: Ints = field(repr=False)
    uses: Ints = field(repr=False)
    slack: Ints = field(repr=False)
    begins: Bools = field(repr=False)


def _swaps(residual: Residual, books: _Books, loss: Ints, priced_kind: tuple[int, Ints]) -> _Swaps | None:
    """Return the swaps that chains through one kind of shared rows are put together from."""
    kind, price = priced_kind
    plan = books.plan()
    mean = int(residual.value[plan].sum()) // max(1, len(plan))
    # A candidate that loses much is in no good chain, whatever it replaces.
    near = np.flatnonzero(loss <= NEAR * mean)
    if not len(plan) or not len(near):
        return None
    out, into = _pairs(residual, books, plan, near)
    gain, fits = _gains(residual, books, kind, out, into)
    out, into, gain = out[fits], into[fits], gain[fits]
    # An award may always be taken out at the end of a chain.
    alone, _ = _gains(residual, books, kind, plan, np.full(len(plan), -1))
    out, into, gain = (
        np.concatenate(parts) for parts in ((out, plan), (into, np.full(len(plan), -1)), (gain, alone))
    )
    tariff, load = residual.tariffs[kind], books.loads[kind][:-1]
    rows = len(load)
    weight = np.ones(len(residual), dtype=np.int64) if tariff.coef is None else tariff.coef
    heaviest = int(weight[tariff.of >= 0].max(initial=1))
    grid = max(int(np.gcd.reduce(weight[tariff.of >= 0])) or 1, -(-heaviest // LEVELS))
    # What is freed is rounded down and what is used up, so a chain that fits in levels fits in units.
    slack = np.append((tariff.limit - load) // grid, 0)
    left, row = (np.where(codes < 0, -1, tariff.of[codes]) % (rows + 1) for codes in (out, into))
    freed = np.where(left < rows, weight[out] // grid, 0)
    uses = np.where(row < rows, -(-weight[into] // grid), 0)
    span = heaviest // grid + 2
    # Of swaps that do the same to the rows, the one that gains most; ties in the order of the candidates.
    key = ((left * span + freed) * (rows + 1) + row) * span + uses
    order = np.lexsort((into, out, -gain, key))
    first = order[np.append(True, np.diff(key[order]) != 0)]
    # What a swap gains less what the rows' units are worth: chains of swaps that lose much gain nothing.
    value = np.append(price, 0)
    net = gain + value[left] * np.where(left < rows, weight[out], 0)
    net -= value[row] * np.where(row < rows, weight[into], 0)
    first = first[(net >= -LOST * mean)[first] | (into < 0)[first]]
    first = first[np.argsort(-net[first], kind="stable")[:SWAPS]]
    lacks = np.maximum(0, uses - slack[row])
    # Within a row, a swap for a lighter candidate makes up for a part of what the row lacks, however much
    # that is: the best for each part, once for every lack. So one heavy award makes way for two light ones.
    within = first[(left[first] == row[first]) & (left[first] < rows) & (freed[first] > uses[first])]
    part = freed - uses
    within = within[np.lexsort((-gain[within], part[within], left[within]))]
    codes = left[within] * span + part[within]
    within = np.repeat(within[np.append(True, np.diff(codes) != 0)[: len(codes)]], span - 1)
    lack = np.tile(np.arange(1, span), len(within) // max(1, span - 1))
    every = np.concatenate([first, within])
    lacks = np.append(lacks[first], np.maximum(0, lack - part[within]))
    order = np.lexsort((np.arange(len(every)), lacks, row[every]))
    every = every[order]
    return _Swaps(
        out=out[every],
        into=into[every],
        gain=gain[every],
        left=left[every],
        freed=np.append(freed[first], lack)[order],
        row=row[every],
        lacks=lacks[order],
        uses=np.append(uses[first], np.full(len(within), LEVELS * 2))[order],
        slack=slack,
        begins=(np.arange(len(order)) < len(first))[order],
    )


def _pairs(residual: Residual, books: _Books, plan: Ints, near: Ints) -> tuple[Ints, Ints]:
    """Return awards, -1 for a free slot, beside near candidates of the same day that could replace them."""
    by_day = near[np.argsort(residual.day[near], kind="stable")]
    ends = np.searchsorted(residual.day[by_day], np.arange(len(residual.slots) + 1))
    free = np.flatnonzero(residual.slots > books.days)
    day, award = np.append(residual.day[plan], free), np.append(plan, np.full(len(free), -1))
    count = ends[day + 1] - ends[day]
    out = np.repeat(award, count)
    into = by_day[np.arange(count.sum()) - np.repeat(np.cumsum(count) - count - ends[day], count)]
    # The item is free, or comes from this very award.
    holder = np.full(int(residual.item.max(initial=0)) + 1, -1)
    holder[residual.item[plan]] = plan
    owner = holder[residual.item[into]]
    open_item = (owner < 0) | ((owner == out) & (out >= 0))
    # So with the recipient's limit for the day, which an award of the same recipient makes room in.
    taken, times = np.unique(residual.place[plan], return_counts=True)
    spot = np.minimum(np.searchsorted(taken, residual.place[into]), len(taken) - 1)
    held = np.where(taken[spot] == residual.place[into], times[spot], 0)
    same = (out >= 0) & (residual.place[into] == residual.place[out])
    open_place = (held - same < books.limit[residual.place[into]]) & (into != out)
    kept = open_item & open_place
    return out[kept], into[kept]


def _gains(residual: Residual, books: _Books, kind: int, out: Ints, into: Ints) -> tuple[Ints, Bools]:
    """Return the ticks that swaps gain, and whether they keep every rule but one kind of rows' limits."""
    comes, goes = into >= 0, out >= 0
    gain = np.where(comes, residual.value[into], 0) - np.where(goes, residual.value[out], 0)
    fits = np.ones(len(out), dtype=np.bool_)
    for number, (tariff, load) in enumerate(zip(residual.tariffs, books.loads, strict=True)):
        weight = np.ones(len(residual), dtype=np.int64) if tariff.coef is None else tariff.coef
        old, new = np.where(goes, tariff.of[out], -1), np.where(comes, tariff.of[into], -1)
        less, more = np.where(old >= 0, weight[out], 0), np.where(new >= 0, weight[into], 0)
        same = old == new
        before, _ = _costs(tariff, old, load[old])
        after, _ = _costs(tariff, old, load[old] - less + np.where(same, more, 0))
        gain += before - after
        before, _ = _costs(tariff, new, load[new])
        after, held = _costs(tariff, new, load[new] + more - np.where(same, less, 0))
        gain -= np.where(same, 0, after - before)
        if number != kind:
            fits &= held
    return gain, fits


def _costs(tariff: Tariff, group: Ints, load: Ints) -> tuple[Ints, Bools]:
    """Return the ticks that loads of groups cost, and whether they are within the limits; -1 is no group."""
    inside = group >= 0
    mark, cost = tariff.free[group], np.zeros(len(group), dtype=np.int64)
    for step in range(tariff.length.shape[1]):
        length = tariff.length[group, step]
        cost += tariff.cost[group, step] * np.clip(load - mark, 0, length)
        mark = mark + length
    return np.where(inside, cost, 0), ~inside | (load <= mark)


def _best_chains(swaps: _Swaps, progress: Progress) -> list[tuple[list[int], list[int]]]:
    """Return chains that gain, best first: the best of each length from each first row and weight."""
    rows = len(swaps.slack)
    span = int(max(swaps.freed.max(), swaps.lacks.max())) + 1
    origin = swaps.left * span + swaps.freed
    starts = np.unique(origin[swaps.begins])
    chains: list[tuple[int, int, list[int]]] = []
    for first in range(0, len(starts), BLOCK):
        if progress.stop():
            break
        chains += _from_starts(swaps, origin, starts[first : first + BLOCK], (rows, span))
    chains.sort(key=lambda chain: (-chain[0], chain[1], chain[2]))
    return [
        (
            [code for code in swaps.out[steps].tolist() if code >= 0],
            [code for code in swaps.into[steps].tolist() if code >= 0],
        )
        for _, _, steps in chains
    ]


def _from_starts(
    swaps: _Swaps, origin: Ints, starts: Ints, shape: tuple[int, int]
) -> list[tuple[int, int, list[int]]]:
    """Return the chains from some first rows and weights: ticks, number of swaps, swaps from the last on."""
    rows, span = shape
    count = len(starts)
    home = starts // span
    # The last swap may end in the row that the first one left, within what that freed.
    room = swaps.slack[home] + starts % span
    returns = (swaps.row == home[:, None]) & (swaps.uses <= room[:, None])
    ends = (swaps.lacks == 0) | returns
    goal = swaps.row * span + swaps.lacks
    heads = np.flatnonzero(np.append(True, np.diff(goal) != 0))
    layers: list[tuple[Ints, Ints]] = []
    chains: list[tuple[int, int, list[int]]] = []
    state = which = np.zeros((count, rows * span), dtype=np.int64)
    reach = np.where(swaps.begins & (origin == starts[:, None]), swaps.gain, LEAST)
    for depth in range(DEPTH):
        if depth:
            # Whoever frees more than is lacking will do as well: the best over all lower needs.
            table = state.reshape(count, rows, span)
            table[:, :, 0] = LEAST
            table[:, -1] = LEAST
            source = np.zeros(table.shape, dtype=np.int64) + np.arange(span)
            for need in range(1, span):
                worse = table[:, :, need] < table[:, :, need - 1]
                table[:, :, need] = np.where(worse, table[:, :, need - 1], table[:, :, need])
                source[:, :, need] = np.where(worse, source[:, :, need - 1], need)
            which = source.reshape(count, -1)
            known = table.reshape(count, -1)[:, origin]
            reach = np.where(known > LEAST // 2, known + swaps.gain, LEAST)
        last = np.where(ends, reach, LEAST)
        best = last.argmax(axis=1)
        layers.append((reach, which))
        for start in np.flatnonzero(last[np.arange(count), best] > 0).tolist():
            steps = _back(layers, start, int(best[start]), (swaps, origin, goal, span))
            chains.append((int(last[start, best[start]]), depth, steps))
        # A chain that is back in its first row ends there.
        on = np.where(swaps.row == home[:, None], LEAST, reach)
        layers[-1] = (on, which)
        state = np.full((count, rows * span), LEAST, dtype=np.int64)
        state[:, goal[heads]] = np.maximum.reduceat(on, heads, axis=1)
    return chains


def _back(
    layers: list[tuple[Ints, Ints]], start: int, last: int, codes: tuple[_Swaps, Ints, Ints, int]
) -> list[int]:
    """Return the swaps of a chain, from its last one back to its first."""
    swaps, origin, goal, span = codes
    steps = [last]
    for depth in range(len(layers) - 1, 0, -1):
        need = layers[depth][1][start, origin[steps[-1]]]
        place = int(swaps.left[steps[-1]]) * span + int(need)
        low, high = np.searchsorted(goal, [place, place + 1]).tolist()
        steps.append(low + int(layers[depth - 1][0][start, low:high].argmax()))
    return steps
