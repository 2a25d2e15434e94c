"""What is left to decide once pins are booked: live candidates, tariffs and limits, in integer ticks.

Scores become ticks: score x ``ticks`` + a hash of (seed, item, recipient, day), so small that the hashes of a
plan sum to less than half a unit. A best plan in ticks is a best plan in units, and among equals the one that
the seeded draw favours: no name and no row order is preferred.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from evenhand.allocation.problem import NO_LIMIT, AllocationProblem, GroupSet
from evenhand.allocation.solving.model.pins import pins_worth, used_by
from evenhand.allocation.solving.model.tariffs import Tariff, tariffs_of
from evenhand.core import seeded as chance
from evenhand.core.arrays import Bools, Ints
from evenhand.core.codes import distinct

EXACT_BITS = 52
"""Whole numbers below 2^52 are exact in a float."""

TOGETHER = 2**15
"""Candidates that a pass over all of them takes at a time, so that what it writes between stays in the
processor's cache. Half or twice as many are as fast."""

MOST_BITS = 32
"""Ticks to a unit, at most, as a power of two."""


@dataclass(frozen=True, eq=False)
class Residual:
    """The live part of a problem. Candidates stand in the problem's order.

    Attributes:
        problem: what was asked.
        pinned: pinned candidates; they are awarded already.
        live: candidates that can still be chosen, None for all.
        item: code a live candidate, shape (n,); so recipient and day.
        recipient: see ``item``.
        day: see ``item``.
        value: ticks a live candidate, shape (n,).
        ticks: ticks to a unit, a power of two.
        slots: slots left a day, shape (days,).
        day_limit: awards left a recipient and day, shape (recipients, days).
        tariffs: groups that can cost or run full; the recipients' own first where there is one.
        awards: awards that can still be made, at most.
    """

    problem: AllocationProblem
    pinned: Ints = field(repr=False)
    live: Ints | None = field(repr=False)
    item: Ints = field(repr=False)
    recipient: Ints = field(repr=False)
    day: Ints = field(repr=False)
    value: Ints = field(repr=False)
    ticks: int
    slots: Ints = field(repr=False)
    day_limit: Ints = field(repr=False)
    tariffs: tuple[Tariff, ...] = field(repr=False)
    awards: int

    def __len__(self) -> int:
        return len(self.item)

    @cached_property
    def base(self) -> int:
        """What the pinned awards are worth, in units."""
        return pins_worth(self.problem)

    def units(self, ticks: int) -> int:
        """Return ticks of live candidates as units of the whole plan, pins and all, rounded down."""
        return self.base + ticks // self.ticks

    @cached_property
    def starts(self) -> Ints:
        """Where each item's candidates begin, shape (items with a live candidate,)."""
        first = np.ones(len(self), dtype=np.bool_)
        np.not_equal(self.item[1:], self.item[:-1], out=first[1:])
        return np.flatnonzero(first)

    @cached_property
    def counts(self) -> Ints:
        """How many candidates each item has, shape (items with a live candidate,)."""
        return np.diff(self.starts, append=len(self))

    @cached_property
    def spans(self) -> tuple[tuple[int, int, int, int], ...]:
        """Parts of some ``TOGETHER`` candidates, whole items each: from, up to, first item, last item + 1."""
        starts, count = self.starts, len(self)
        if not count:
            return ()
        # An item's candidates stay in one part: who passes over a part compares them with each other.
        cuts = np.searchsorted(starts, np.arange(0, count, TOGETHER), side="right") - 1
        first = distinct(cuts, len(starts))
        last = np.append(first[1:], len(starts))
        low, high = starts[first], np.append(starts[first[1:]], count)
        return tuple(zip(low.tolist(), high.tolist(), first.tolist(), last.tolist(), strict=True))

    @cached_property
    def place(self) -> Ints:
        """Recipient and day in one code: recipient x days + day, shape (n,)."""
        return self.recipient * len(self.slots) + self.day

    @cached_property
    def by_recipient(self) -> int:
        """Source of the tariff whose groups are the recipients themselves; -2 where there is none."""
        fairness = (
            (self.problem.penalty.steps or self.problem.owed_bonus.any())
            and self.tariffs
            and self.tariffs[0].source == 0
        )
        return 0 if fairness else -2

    @cached_property
    def members(self) -> tuple[Ints, ...]:
        """The candidates in any group of each tariff."""
        return tuple(np.flatnonzero(tariff.of >= 0) for tariff in self.tariffs)

    def candidates(self, chosen: Ints) -> Ints:
        """Return the problem's codes of chosen live candidates and the pins, sorted."""
        originals = chosen if self.live is None else self.live[chosen]
        return np.sort(np.concatenate([originals, self.pinned])).astype(np.int64)

    def worth(self, chosen: Ints) -> int:
        """Return the value of chosen live candidates in ticks, exactly; limits are not looked at."""
        total: int = sum(self.value[chosen].tolist())
        for tariff in self.tariffs:
            of = tariff.of[chosen]
            coef = np.ones(len(of), dtype=np.int64) if tariff.coef is None else tariff.coef[chosen]
            sums: Counter[int] = Counter()
            for code, more in zip(of.tolist(), coef.tolist(), strict=True):
                sums[code] += more
            for code, amount in sums.items():
                cost = tariff.marginal(code, 0, amount) if code >= 0 else 0
                total -= cost or 0
        return total

    def holds(self, chosen: Ints) -> bool:
        """Whether chosen live candidates keep every hard rule, exactly."""
        limits: list[tuple[Ints, Ints, Ints | None]] = [
            (self.item[chosen], np.ones(len(self.problem.items), dtype=np.int64), None),
            (self.day[chosen], self.slots, None),
            (self.place[chosen], self.day_limit.ravel(), None),
        ]
        for tariff in self.tariffs:
            coef = None if tariff.coef is None else tariff.coef[chosen]
            of = tariff.of[chosen]
            limits.append((of[of >= 0], tariff.limit, None if coef is None else coef[of >= 0]))
        return all(_within(*limit) for limit in limits)

    def without(self, gone: Bools) -> Residual:
        """Return the residual without some live candidates, of shape (n,); tariffs are tightened anew."""
        rows = np.flatnonzero(~gone)
        live = rows if self.live is None else self.live[rows]
        return _made(self.problem, self.pinned, live, self.value[rows], self.ticks)


def _within(code: Ints, limit: Ints, weight: Ints | None) -> bool:
    total = np.zeros(len(limit), dtype=np.int64)
    np.add.at(total, code, 1 if weight is None else weight)
    return bool((total <= limit).all())


def residual_of(problem: AllocationProblem, seed: int, among: Ints | None = None) -> Residual:
    """Book the pins and return what is left to decide; the pins must hold together (see ``conflict``).

    Args:
        problem: what was asked.
        seed: of the draw among equals.
        among: the only candidates to decide over, beside the pins; all if not given.
    """
    pinned = np.flatnonzero(problem.pinned)
    room = problem.slots - np.bincount(problem.day[pinned], minlength=len(problem.days))
    day_limit, limit = _left(problem, pinned)
    pick = slice(None) if among is None else among
    recipient, day, worth = problem.recipient[pick], problem.day[pick], problem.worth[pick]
    # An award worth less than nothing is in no best plan: leaving it out frees room and breaks no rule.
    usable = ~(problem.pinned[pick] | problem.forbidden[pick]) & (worth >= 0)
    for fits, codes in ((room > 0, day), (limit > 0, recipient)):
        if not fits.all():
            usable &= fits[codes]
    if not (day_limit > 0).all():
        usable &= day_limit[recipient, day] > 0
    if len(pinned):
        usable &= ~np.isin(problem.item[pick], problem.item[pinned])
    for group in problem.groups:
        if group.limit.size and group.limit.min() < NO_LIMIT:
            free = np.append(group.limit - used_by(group, pinned), NO_LIMIT)
            usable &= group.weight[pick] <= free[group.of[pick]]
    every = None if usable.all() else np.flatnonzero(usable)
    live = every if among is None else among[usable]
    most = int(worth.max(initial=1, where=usable)) if len(worth) else 1
    awards = int(min(len(problem.items), np.minimum(room, len(problem.items)).sum()))
    ticks = ticks_of(most, awards)
    return _made(problem, pinned, live, values_of(problem, live, seed, ticks, awards), ticks)


def ticks_of(most: int, awards: int) -> int:
    """Return the ticks to a unit for a largest score and a number of awards, a power of two.

    As many as leave single values exact in floats, and sums over all awards far from 2^63.
    """
    bits = min(MOST_BITS, EXACT_BITS - (most + 1).bit_length(), 60 - most.bit_length() - awards.bit_length())
    return 1 << max(0, bits)


def part_of(problem: AllocationProblem, value: Ints, ticks: int) -> Residual:
    """Return the residual of a problem without pins and forbids, with values and ticks of a larger one."""
    return _made(problem, np.zeros(0, dtype=np.int64), None, value, ticks)


def _left(problem: AllocationProblem, pinned: Ints) -> tuple[Ints, Ints]:
    """Return what recipients can still take: by day, and in all."""
    daily = problem.recipient_day_limit
    if len(pinned):
        daily = daily.copy()
        np.subtract.at(daily, (problem.recipient[pinned], problem.day[pinned]), 1)
    limit = problem.recipient_limit - np.bincount(
        problem.recipient[pinned], minlength=len(problem.recipients)
    )
    return daily, limit


def values_of(problem: AllocationProblem, live: Ints | None, seed: int, ticks: int, awards: int) -> Ints:
    """Return scores in ticks with the seeded draw below the units: a plan's draws sum to under 0.45 unit."""
    pick = slice(None) if live is None else live
    draw = int(0.45 * ticks / max(1, awards))
    value = problem.worth[pick] * ticks
    if draw < 1:
        return value
    takers = chance.keys(seed, problem.recipients, "recipient")
    dates = chance.keys(seed, problem.days, "day")
    recipient, day = problem.recipient[pick], problem.day[pick]
    # One key a recipient and day where those are fewer than the candidates; else one a candidate.
    few = problem.recipient_day_limit.size <= len(value)
    table = chance.mix(takers[:, None], dates[None, :]) if few else None

    def pairs_of(part: slice) -> chance.Keys:
        if table is None:
            return chance.mix(takers[recipient[part]], dates[day[part]])
        return np.asarray(table[recipient[part], day[part]])

    item, keys = problem.item[pick], chance.keys(seed, problem.items, "item")
    for low in range(0, len(value), TOGETHER):
        part = slice(low, low + TOGETHER)
        value[part] += (chance.unit(chance.mix(keys[item[part]], pairs_of(part))) * draw).astype(np.int64)
    return value


def _made(problem: AllocationProblem, pinned: Ints, live: Ints | None, value: Ints, ticks: int) -> Residual:
    pick = slice(None) if live is None else live
    item = problem.item[pick]
    slots = problem.slots - np.bincount(problem.day[pinned], minlength=len(problem.days))
    # No day can use more slots than there are items; cut to that, very large numbers cannot overflow the sum
    # below.
    slots = np.minimum(slots, len(problem.items))
    day_limit, _ = _left(problem, pinned)
    awards = int(min(len(problem.items), slots.sum()))
    most = int(value.max(initial=0)) // ticks + 1
    scale = (ticks, most, max(1, awards))
    tariffs: list[Tariff] = []
    groups = problem.all_groups
    # Only where somebody has a limit of their own: a tariff without one would be passes over nothing.
    if (problem.recipient_limit < NO_LIMIT).any():
        groups = (*groups, _recipient_limits(problem))
    for number, group in enumerate(groups):
        source = number if number < len(problem.all_groups) else -1
        tariffs += tariffs_of(source, group, live, used_by(group, pinned), scale)
    return Residual(
        problem=problem,
        pinned=pinned,
        live=live,
        item=item,
        recipient=problem.recipient[pick],
        day=problem.day[pick],
        value=value,
        ticks=ticks,
        slots=slots,
        day_limit=np.minimum(day_limit, len(problem.items)),
        tariffs=tuple(tariffs),
        awards=awards,
    )


def _recipient_limits(problem: AllocationProblem) -> GroupSet:
    """Return the recipients' own limits as a group set without steps."""
    count = len(problem.recipients)
    nothing = np.zeros((count, 0), dtype=np.int64)
    ones = np.broadcast_to(np.int64(1), problem.recipient.shape)
    return GroupSet(
        "recipient limit",
        problem.recipients,
        problem.recipient,
        ones,
        nothing,
        nothing,
        problem.recipient_limit,
    )
