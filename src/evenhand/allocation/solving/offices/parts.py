"""Offices: the parts that a problem falls into once the few rules that hold them together are set aside.

Items, recipients, scarce days and groups are joined by the candidates that touch them. What is not joined can
be decided apart. A group that reaches into several parts is shared: it is taken out, and a price put in its
place (see ``offices``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from evenhand.allocation.problem import NO_LIMIT, AllocationProblem, GroupSet
from evenhand.allocation.solving.model.residual import Residual, part_of
from evenhand.allocation.solving.offices.shared import Shared
from evenhand.core.arrays import Bools, Floats, Ints

MOST_PARTS = 400
"""Parts that are kept apart; more are put together, neighbours first."""


@dataclass(frozen=True, eq=False)
class Part:
    """An office: its own residual, and what its candidates use of the shared rows.

    Attributes:
        rows: its candidates in the whole residual, sorted, shape (n,).
        residual: what is to be decided in it, shared rows left out.
        takers: the whole's code of each of its recipients; and ``dates`` of each of its days.
        usage: for each tariff with shared rows: row of each candidate (-1 for none), and units (None: 1).
    """

    rows: Ints = field(repr=False)
    residual: Residual = field(repr=False)
    takers: Ints = field(repr=False)
    dates: Ints = field(repr=False)
    usage: tuple[tuple[Ints, Ints | None], ...] = field(repr=False)

    def charge(self, prices: Ints, toll: Ints | None = None) -> Ints:
        """Return what each candidate has to pay for the shared rows, shape (n,).

        Args:
            prices: ticks a unit of each shared row, shape (m,).
            toll: ticks an award of each class in rows of unequal weights, in place of these rows' prices.
        """
        out = np.zeros(len(self.rows), dtype=np.int64)
        table = np.append(prices, 0)
        for kind, (of, units) in enumerate(self.usage):
            if units is None:
                out += table[of]
            elif toll is None:
                out += table[of] * units
            else:
                out += np.append(toll, 0)[self.classes[kind]]
        return out

    @cached_property
    def _classes(self) -> tuple[tuple[Ints, ...], Ints, Ints]:
        kinds, rows, weights, count = [], [], [], 0
        for of, units in self.usage:
            members = np.flatnonzero(of >= 0)
            classes = np.full(len(of), -1, dtype=np.int64)
            if units is not None and len(members):
                # Items first, as candidates stand in their order: the sort then has little to do.
                keys = np.stack([self.residual.item[members], of[members], units[members]])
                order = np.lexsort(keys[::-1])
                fresh = np.ones(len(members), dtype=np.bool_)
                fresh[1:] = (keys[:, order[1:]] != keys[:, order[:-1]]).any(axis=0)
                classes[members[order]] = count + np.cumsum(fresh) - 1
                first = members[order][fresh]
                rows.append(of[first])
                weights.append(units[first])
                count += len(first)
            kinds.append(classes)
        none = np.zeros(0, dtype=np.int64)
        return tuple(kinds), np.concatenate([none, *rows]), np.concatenate([none, *weights])

    @property
    def classes(self) -> tuple[Ints, ...]:
        """Toll class of each candidate for each kind of shared row, -1 for none.

        A class is what a row of unequal weights cannot tell apart: awards of one item with one weight.
        """
        return self._classes[0]

    @property
    def class_rows(self) -> tuple[Ints, Ints]:
        """Row and units of each toll class, shapes (c,)."""
        return self._classes[1:]

    def used(self, chosen: Ints, count: int) -> Ints:
        """Return the units of each of ``count`` shared rows that chosen candidates use, shape (count,)."""
        out = np.zeros(count + 1, dtype=np.int64)
        for of, units in self.usage:
            np.add.at(out, of[chosen], 1 if units is None else units[chosen])
        return out[:-1]

    def used_in_part(self, some: Ints, values: Floats, count: int) -> Floats:
        """Return the same for candidates taken in part."""
        out = np.zeros(count + 1)
        for of, units in self.usage:
            np.add.at(out, of[some], values if units is None else values * units[some])
        return out[:-1]


@dataclass(frozen=True, eq=False)
class Split:
    """A residual in parts."""

    parts: tuple[Part, ...]
    shared: Shared


def components(problem: AllocationProblem, live: Ints | None = None) -> Ints:
    """Return the part of each item: items are joined by recipients and by days that can run out of slots.

    Parts are numbered by their first item; -1 where an item has no candidate. Groups do not join.
    Cost: a pass over the candidates where all is one part; else label propagation over different pairs.

    Args:
        problem: whose items are to be told apart.
        live: the candidates that count, sorted; None for all.

    Reference: Shiloach, Vishkin, *An O(log n) parallel connectivity algorithm* (1982),
        doi:10.1016/0196-6774(82)90008-6.
    """
    item, recipient, day = problem.item, problem.recipient, problem.day
    if live is not None:
        item, recipient, day = item[live], recipient[live], day[live]
    items, takers, dates = len(problem.items), len(problem.recipients), len(problem.days)
    # A day with a slot for every item never runs out, so it joins nobody.
    scarce = problem.slots < items
    here = np.zeros(takers * dates, dtype=np.bool_)
    here[recipient * dates + day] = True
    who, when = np.divmod(np.flatnonzero(here), max(1, dates))
    kept = scarce[when]
    label = _joined(takers + dates, who[kept], when[kept] + takers)[:takers]
    out = np.full(items, -1, dtype=np.int64)
    # Where recipients and days alone join everything, the larger pass over items is spared.
    if len(np.unique(label[who])) == 1:
        out[item] = 0
        return out
    of = label[recipient]
    # Neighbouring candidates mostly repeat an item and a part; one of each is enough to join them.
    fresh = np.ones(len(item), dtype=np.bool_)
    fresh[1:] = (item[1:] != item[:-1]) | (of[1:] != of[:-1])
    part = _joined(items + takers, item[fresh], of[fresh] + items)[item]
    out[item] = np.unique(part, return_inverse=True)[1] if len(part) else part
    return out


def _joined(count: int, first: Ints, second: Ints) -> Ints:
    """Return for each of ``count`` nodes the smallest node that edges join it to."""
    label = np.arange(count)
    while True:
        before = label.copy()
        for here, there in ((first, second), (second, first)):
            lower = label[there]
            np.minimum.at(label, before[here], lower)
            np.minimum.at(label, here, lower)
        while not np.array_equal(again := label[label], label):
            label = again
        if np.array_equal(before, label):
            return label


def split(residual: Residual, part: Ints, shared: Shared, most: int = MOST_PARTS) -> Split:
    """Cut a residual into its parts.

    Args:
        residual: what is to be decided.
        part: part of each item, from ``components``.
        shared: the rows that reach into several.
        most: parts at most; more are put together.
    """
    count = int(part.max(initial=-1)) + 1
    if count > most:
        # Neighbours in number go together, so that each bundle holds nearly as many offices.
        part = np.where(part >= 0, part * most // count, -1)
        count = most
    part_of_candidate = part[residual.item]
    # Tables are mostly sorted by office already, and sorting millions of candidates is most of the cut.
    order = (
        None
        if (part_of_candidate[1:] >= part_of_candidate[:-1]).all()
        else np.argsort(part_of_candidate, kind="stable")
    )
    ends = np.cumsum(np.bincount(part_of_candidate, minlength=count)).tolist()
    kept = _kept(residual, shared)
    parts, start = [], 0
    for end in ends:
        rows = np.arange(start, end) if order is None else order[start:end]
        parts.append(_part(residual, rows, shared, kept))
        start = end
    return Split(tuple(parts), shared)


def _part(residual: Residual, rows: Ints, shared: Shared, kept: list[Bools]) -> Part:
    usage = []
    for tariff, number in zip(residual.tariffs, shared.number, strict=True):
        if (number >= 0).any():
            usage.append((number[tariff.of[rows]], None if tariff.coef is None else tariff.coef[rows]))
    problem, takers, dates = sub_problem(residual, rows, kept)
    own = part_of(problem, residual.value[rows], residual.ticks)
    return Part(rows, own, takers, dates, tuple(usage))


def sub_problem(residual: Residual, rows: Ints, kept: list[Bools]) -> tuple[AllocationProblem, Ints, Ints]:
    """Return the problem that some live candidates make on their own: pins booked, shared rows left out.

    Also returns the codes of its recipients and of its days.
    """
    whole = residual.problem
    live = rows if residual.live is None else residual.live[rows]
    # Only names that some candidate uses, numbered anew: a part with the whole's tables would cost as much as
    # the whole.
    names, codes = [], []
    for known, of in (
        (whole.items, residual.item[rows]),
        (whole.recipients, residual.recipient[rows]),
        (whole.days, residual.day[rows]),
    ):
        here = np.flatnonzero(np.bincount(of, minlength=len(known)))
        place = np.zeros(len(known), dtype=np.int64)
        place[here] = np.arange(len(here))
        names.append((here, tuple(known[index] for index in here.tolist())))
        codes.append(place[of])
    (_, items), (takers, recipients), (dates, days) = names
    pinned = np.bincount(whole.recipient[residual.pinned], minlength=len(whole.recipients))[takers]
    limit = whole.recipient_limit[takers]
    problem = AllocationProblem(
        items=items,
        recipients=recipients,
        days=days,
        item=codes[0],
        recipient=codes[1],
        day=codes[2],
        score=residual.value[rows] // residual.ticks - whole.owed_bonus[residual.recipient[rows]],
        slots=residual.slots[dates],
        recipient_day_limit=residual.day_limit[np.ix_(takers, dates)],
        recipient_limit=np.where(limit >= NO_LIMIT, NO_LIMIT, limit - pinned),
        groups=tuple(_groups(residual, live, kept)),
        pinned=np.zeros(len(rows), dtype=np.bool_),
        forbidden=np.zeros(len(rows), dtype=np.bool_),
        scale=whole.scale,
        penalty=whole.penalty,
        weight=whole.weight[takers],
        head_start=whole.head_start[takers] + pinned,
        owed_bonus=whole.owed_bonus[takers],
    )
    return problem, takers, dates


def _kept(residual: Residual, shared: Shared) -> list[Bools]:
    """Return which groups of each set can bind and stay in their part, a last False for no group."""
    first = len(residual.problem.all_groups) - len(residual.problem.groups)
    out = [np.zeros(len(group.labels) + 1, dtype=np.bool_) for group in residual.problem.groups]
    for tariff, number in zip(residual.tariffs, shared.number, strict=True):
        if tariff.source >= first:
            here = np.zeros(len(number), dtype=np.bool_)
            here[tariff.of] = True
            out[tariff.source - first][:-1] |= here[:-1] & (number[:-1] < 0)
    return out


def _groups(residual: Residual, live: Ints, kept_groups: list[Bools]) -> list[GroupSet]:
    """Return the kept groups over live candidates ``live``, pins booked."""
    out = []
    for group, kept in zip(residual.problem.groups, kept_groups, strict=True):
        # All of it is shared and so has a price instead of a row.
        if not kept.any():
            continue
        of = group.of[live]
        of = np.where(kept[of], of, -1)
        here = np.flatnonzero(np.bincount(of[of >= 0], minlength=len(group.labels)))
        if not len(here):
            continue
        place = np.full(len(kept), -1, dtype=np.int64)
        place[here] = np.arange(len(here))
        used = np.zeros(len(kept), dtype=np.int64)
        np.add.at(used, group.of[residual.pinned], group.weight[residual.pinned])
        limit = group.limit[here]
        out.append(
            GroupSet(
                group.name,
                tuple(group.labels[code] for code in here.tolist()),
                place[of],
                group.weight[live],
                # Pins have used their part of what is free and of the limit already.
                np.maximum(0, group.allowance[here] - used[here][:, None]),
                group.slope[here],
                np.where(limit >= NO_LIMIT, NO_LIMIT, limit - used[here]),
                group.unit,
            )
        )
    return out
