"""Groups as a solver needs them: convex tariffs in segments, tight where all weights of a group are equal.

A group whose candidates all weigh the same is a tariff on their *number*, written in unit segments: the rows
n <= free + e1 + e2 + ..., 0 <= e_j <= length_j at cost_j describe the convex hull of (n, phi(n)) at whole n,
so the LP loses nothing on that row. Groups with different weights keep a row on the weight, and their numbers
get cuts: with C(k) the k lightest together, phi(total) >= phi(C(k)) + (phi(C(k+1)) - phi(C(k))) (n - k).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from evenhand.allocation.problem import NO_LIMIT, GroupSet
from evenhand.core.arrays import Bools, Ints

CUTS = 3
"""Count cuts a group of unequal weights gets, from the first number that costs anything: slopes further up
seldom bind, and each is a row more."""


@dataclass(frozen=True, eq=False)
class Tariff:
    """Convex costs of the groups of one set, in ticks, over the live candidates.

    Attributes:
        source: place of the group set in ``problem.all_groups``, -1 for the recipients' own limits.
        of: group of each live candidate, -1 for none, shape (n,).
        coef: what a candidate adds to its row: 1 for all (None), or its weight, shape (n,).
        free: row units that cost nothing, shape (g,).
        length: row units of each segment, >= 0, shape (g, s).
        cost: ticks a row unit in each segment, rising along s, shape (g, s).
        quantum: weight of one row unit, shape (g,).
    """

    source: int
    of: Ints = field(repr=False)
    coef: Ints | None = field(repr=False)
    free: Ints = field(repr=False)
    length: Ints = field(repr=False)
    cost: Ints = field(repr=False)
    quantum: Ints = field(repr=False)

    @property
    def limit(self) -> Ints:
        """Row units that a group can hold at most."""
        return np.asarray(self.free + self.length.sum(axis=1))

    def marginal(self, group: int, total: int, more: int) -> int | None:
        """Return the ticks that ``more`` row units cost on top of ``total``; None if they do not fit."""
        cost, index = 0, int(self.free[group])
        # Most awards are within what is free, and greedy asks this for every one that it looks at.
        if total + more <= index:
            return 0
        for length, price in zip(self.length[group].tolist(), self.cost[group].tolist(), strict=True):
            low, index = index, index + length
            cost += price * max(0, min(total + more, index) - max(total, low))
        return cost if total + more <= index else None


@dataclass(frozen=True, slots=True)
class Cut:
    """A row on the number n of chosen candidates of a group: rise x n - sum of cost_j e_j <= level.

    Where it is not ``soft`` it says n <= level (rise 1, without costs): more do not fit under a hard limit.
    """

    group: int
    rise: int
    level: int
    soft: bool


def tariffs_of(
    source: int, group: GroupSet, live: Ints | None, used: Ints, scale: tuple[int, int, int]
) -> list[Tariff]:
    """Return the tariffs of one group set: one of numbers, one of weights, either left out where empty.

    Args:
        source: place of the set.
        group: the set.
        live: candidates that can still be chosen, None for all.
        used: weight that pinned awards use already, shape (g,).
        scale: ticks to a unit, the largest score in units, and how many can be awarded at most.
    """
    of = group.of if live is None else group.of[live]
    weight = group.weight if live is None else group.weight[live]
    if not len(of) or not len(group.labels):
        return []
    # A candidate of weight 0 uses nothing of its group and so is in none.
    of = np.where(weight > 0, of, -1) if weight.min() == 0 else of
    count = len(group.labels)
    # Groups whose members all weigh the same can count awards; only the others need weights.
    unit, alike = _alike(of, weight, count)
    # Pins have used their part already; a step they passed begins at once.
    allowance = np.maximum(0, np.minimum(group.allowance, NO_LIMIT) - used[:, None])
    # Ascending, as slopes are summed up in the order in which their allowances are passed.
    order = np.argsort(allowance, axis=1, kind="stable")
    allowance = np.take_along_axis(allowance, order, axis=1)
    slope = np.take_along_axis(group.slope, order, axis=1)
    limit = np.where(group.limit >= NO_LIMIT, NO_LIMIT, group.limit - used)
    parts = []
    if alike.any():
        members = of if alike.all() else np.where(alike[of], of, -1)
        parts.append(_of_numbers(source, members, np.maximum(1, unit), (allowance, slope, limit), scale))
    if not alike.all():
        members = np.where(alike[of] | (of < 0), -1, of)
        parts.append(_of_weights(source, members, weight, (allowance, slope, limit), scale))
    return [part for part in parts if part is not None]


def _alike(of: Ints, weight: Ints, count: int) -> tuple[Ints, Bools]:
    """Return a weight of each group, 1 where it has no member, and whether all its members weigh that."""
    if weight.strides == (0,) or weight.min() == weight.max():
        return np.full(count, weight[0]), np.ones(count, dtype=np.bool_)
    # The last member's weight stands; whoever differs tells of an uneven group. Least and largest a group, by
    # ``np.minimum.at``, take ten times as long: 0.3 s of 3 for six million candidates.
    unit = np.ones(count + 1, dtype=np.int64)
    unit[of] = weight
    unit[-1] = 1
    alike = np.ones(count + 1, dtype=np.bool_)
    alike[of[unit.take(of, mode="wrap") != weight]] = False
    return unit[:-1], alike[:-1]


def number_segments(
    have: Ints, quantum: Ints, steps: tuple[Ints, Ints, Ints], scale: tuple[int, int, int]
) -> tuple[Ints, Ints, Ints, Bools]:
    """Return free units, segments and their costs of groups whose candidates all weigh the same.

    Args:
        have: candidates of each group, shape (g,).
        quantum: what each of them weighs, shape (g,).
        steps: allowance, slope and limit, shapes (g, s), (g, s) and (g,).
        scale: ticks to a unit, the largest score in units, and how many can be awarded at most.

    Returns:
        free (g,), length and cost (g, 2 s), and which groups can cost or run full (g,).
    """
    allowance, slope, limit = steps
    ticks, most, awards = scale
    top = np.minimum(np.minimum(have, awards), np.minimum(limit, NO_LIMIT) // quantum)
    marks = np.sort(
        np.concatenate([allowance // quantum[:, None], -(-allowance // quantum[:, None])], axis=1), axis=1
    )
    marks = np.minimum(marks, top[:, None])
    index = marks * quantum[:, None]
    cost = np.zeros_like(marks)
    for step in range(allowance.shape[1]):
        past = np.maximum(0, index + quantum[:, None] - allowance[:, step : step + 1])
        reached = past - np.maximum(0, index - allowance[:, step : step + 1])
        # A unit that costs more than any score is never taken, so that costs may be clipped there.
        rise = np.minimum(slope[:, step : step + 1], most + 1).astype(np.float64) * reached
        cost += np.minimum(rise, most + 1).astype(np.int64)
    cost = np.minimum(cost, most + 1) * ticks
    ends = np.concatenate([marks[:, 1:], top[:, None]], axis=1)
    free = marks[:, 0] if marks.shape[1] else top
    length = ends - marks if marks.shape[1] else np.zeros((len(top), 0), dtype=np.int64)
    binds = (have > free) & ((cost * (length > 0)).any(axis=1) | (top < have))
    return free, length, cost, binds


def _of_numbers(
    source: int, of: Ints, quantum: Ints, steps: tuple[Ints, Ints, Ints], scale: tuple[int, int, int]
) -> Tariff | None:
    """Make a tariff on numbers, leaving out groups that can neither cost nor run full."""
    have = np.bincount(of if of.min() >= 0 else of[of >= 0], minlength=len(quantum))
    free, length, cost, binds = number_segments(have, quantum, steps, scale)
    if not binds.any():
        return None
    if not binds.all():
        # Read through a table of the groups that bind: -1, for no group, is its last.
        of = np.append(np.where(binds, np.arange(len(binds)), -1), -1).take(of, mode="wrap")
    return Tariff(source, of, None, free, length, cost, quantum)


def weight_segments(
    have: Ints, steps: tuple[Ints, Ints, Ints], scale: tuple[int, int, int]
) -> tuple[Ints, Ints, Ints, Bools]:
    """Return the same for groups of unequal weights; ``have`` is the weight of all candidates, shape (g,)."""
    allowance, slope, limit = steps
    ticks, most, _ = scale
    top = np.minimum(have, limit)
    marks = np.minimum(allowance, top[:, None])
    cost = np.minimum(np.cumsum(np.minimum(slope, most + 1), axis=1), most + 1) * ticks
    ends = np.concatenate([marks[:, 1:], top[:, None]], axis=1)
    free = marks[:, 0] if marks.shape[1] else top
    length = ends - marks if marks.shape[1] else np.zeros((len(top), 0), dtype=np.int64)
    binds = have > free
    return free, length, cost, binds


def _of_weights(
    source: int, of: Ints, weight: Ints, steps: tuple[Ints, Ints, Ints], scale: tuple[int, int, int]
) -> Tariff | None:
    """Make a tariff on weights."""
    inside = of >= 0
    have = np.zeros(len(steps[2]), dtype=np.int64)
    np.add.at(have, of[inside], weight[inside])
    free, length, cost, binds = weight_segments(have, steps, scale)
    if not binds.any():
        return None
    of = np.where(binds[of] & inside, of, -1)
    return Tariff(source, of, weight, free, length, cost, np.ones_like(free))


def cuts_of(tariff: Tariff, group: int, weights: Ints) -> list[Cut]:
    """Return count cuts of a group of unequal weights.

    Args:
        tariff: the tariff it stands in.
        group: the group.
        weights: weights of the candidates that may be chosen, one an item (its lightest), shape (m,).
    """
    together = [0, *np.cumsum(np.sort(weights)).tolist()]
    limit, free = int(tariff.limit[group]), int(tariff.free[group])
    start = max(k for k, total in enumerate(together) if total <= free)
    cuts = []
    for k in range(start, min(start + CUTS, len(together) - 1)):
        if together[k + 1] > limit:
            cuts.append(Cut(group, 1, k, soft=False))
            break
        level = tariff.marginal(group, 0, together[k]) or 0
        rise = (tariff.marginal(group, 0, together[k + 1]) or 0) - level
        if rise > 0:
            cuts.append(Cut(group, rise, rise * k - level, soft=True))
    return cuts
