"""The checker of an allocation's prices: an upper bound from problem and proof alone, in integers.

Prices of slots, of recipients' days and of groups prove a bound. Whatever the prices are, as long as none is
below 0, no plan is worth more than

    what the pinned awards are worth
    + the sum of price x room over slots and recipients' days
    + for each group, the most that price x amount can be above what the amount costs
    + for each item, its best score less the prices it must pay, where that is above 0.

So a forged price can make the bound weak, but never wrong. The coding is the judge's own: no method is read.

Reference:
    Geoffrion, *Lagrangean relaxation for integer programming*, Mathematical Programming Study 2 (1974).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import mul
from typing import Any

import numpy as np

from evenhand.allocation.judging.judge import objective, tariff
from evenhand.allocation.problem import NO_LIMIT, AllocationProblem, GroupSet
from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Bools, Ints
from evenhand.core.job import Recheck

LARGEST = 2**61
"""Above every net value: scores and prices in ticks stay below it, so that their difference fits 64 bits."""


@dataclass(frozen=True, eq=False)
class _Paper:
    """Prices as a proof writes them, read and found whole; dense, in ticks."""

    ticks: int
    day: Ints = field(repr=False)
    place: Ints = field(repr=False)
    groups: list[tuple[int, bool, Ints]] = field(repr=False)


@said_in_words
def recheck(problem: AllocationProblem, awards: Ints, proof: Mapping[str, Any]) -> Recheck:
    """Check the prices of a proof, and say what bound they prove.

    Args:
        problem: what was asked.
        awards: the plan; the bound does not depend on it.
        proof: what the method handed out. Methods that hand out no prices prove nothing here.

    Returns:
        The proven upper bound in units, None without prices; and what is damaged, a clause each. Count cuts,
        which some proofs use beside prices, are passed over: the bound is then weaker. Never raises for a
        forged proof. Cost: a few passes over the candidates.

    Example:
        >>> import evenhand as eh
        >>> rows = [{"item": "car", "recipient": who, "score": 5} for who in ("Ada", "Ben")]
        >>> solution = eh.solve(eh.AllocationProblem.from_rows(rows))
        >>> eh.allocation.recheck(solution.problem, solution.awards, solution.proof).bound
        5
    """
    del awards
    if not isinstance(proof.get("prices"), Mapping):
        return Recheck(damage=("prices are no object",) if proof.get("prices") is not None else ())
    try:
        paper = _read(problem, proof)
    # A proof is input from outside: whatever is wrong with its shape is damage to be told, never a traceback.
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return Recheck(damage=("prices are not written as evenhand writes them",))
    return Recheck(bound=_bound(problem, paper))


def _read(problem: AllocationProblem, proof: Mapping[str, Any]) -> _Paper:
    ticks, prices = proof["ticks"], proof["prices"]
    # Type and not isinstance: True is an int as well.
    if type(ticks) is not int or not 1 <= ticks <= LARGEST:
        raise ValueError
    days, takers = len(problem.days), len(problem.recipients)
    sources, counted = list(prices["source"]), list(prices["counted"])
    groups: list[tuple[int, bool, Ints]] = []
    for index, price in zip(prices["group"], prices["group_price"], strict=True):
        source = sources[len(groups)]
        size = takers if source == -1 else len(problem.all_groups[source].labels)
        groups.append((int(source), bool(counted[len(groups)]), _dense(index, price, size)))
    _look_at_cuts(prices["cuts"], [len(price) for _, _, price in groups])
    day = _dense(np.arange(days), prices["day"], days)
    place = _dense(prices["place"], prices["place_price"], takers * days)
    return _Paper(ticks, day, place, groups)


def _dense(index: Any, price: Any, size: int) -> Ints:
    """Return prices laid out; what is not a whole number of 0 or more, or stands nowhere, is an error."""
    where, what = np.asarray(index), np.asarray(price)
    if where.shape != what.shape or where.ndim != 1 or len(where) > size:
        raise ValueError
    out = np.zeros(size, dtype=np.int64)
    if not len(where):
        return out
    # Floats are refused even where they look whole: the bound is summed exactly.
    if not (np.issubdtype(where.dtype, np.integer) and np.issubdtype(what.dtype, np.integer)):
        raise TypeError
    if where.min() < 0 or what.min() < 0 or what.max() > LARGEST:
        raise ValueError
    out[where] = what  # an index beyond the last is an error of its own
    return out


def _look_at_cuts(cuts: Any, sizes: list[int]) -> None:
    """See that count cuts are as methods write them: group, rise, level, soft, and a fraction."""
    for rows, size in zip(cuts, sizes, strict=True):
        for row in rows:
            group, rise, _level, soft, top, bottom = row
            if any(type(part) is not int for part in row) or not 0 <= group < size:
                raise TypeError
            if rise < 0 or soft not in {0, 1} or top < 0 or bottom < 1:
                raise ValueError


def _bound(problem: AllocationProblem, paper: _Paper) -> int | None:
    """Return the bound that prices prove, in units, rounded down; None where they are too large to add."""
    pinned = np.flatnonzero(problem.pinned)
    free = ~(problem.pinned | problem.forbidden)
    # A room of more than all items is as good as that many, and NO_LIMIT times a price would pass 64 bits.
    items, days = len(problem.items), len(problem.days)
    slots = np.clip(problem.slots - np.bincount(problem.day[pinned], minlength=days), 0, items)
    daily = problem.recipient_day_limit.ravel()
    place = problem.recipient[pinned] * days + problem.day[pinned]
    room = np.clip(daily - np.bincount(place, minlength=daily.size), 0, items)
    total = _sum_of_products(paper.day, slots) + _sum_of_products(paper.place, room)
    if pinned.size:
        taken = np.zeros(items, dtype=bool)
        taken[problem.item[pinned]] = True
        free &= ~taken[problem.item]
    paying = []
    for source, counted, price in paper.groups:
        # Without a price nobody pays for the group, and it gains nothing.
        if not price.any():
            continue
        group = _own_limits(problem) if source == -1 else problem.all_groups[source]
        most = float(group.weight.max(initial=0))
        if float(price.max()) * (min(most, 1.0) if counted else most) >= LARGEST:
            return None
        # Whoever is in no group has code -1, which reads the 0 at the end.
        paying.append((group, np.append(price, 0), counted))
        total += sum(_gains(group, price, paper.ticks, pinned, free, counted=counted))
    # Methods choose ticks for what can be awarded. The score of a pinned award, or of one on a day without
    # slots, may be so large that in ticks it passes 64 bits; Python's own whole numbers hold it.
    huge = int(np.abs(problem.worth).max(initial=0, where=free)) > LARGEST // paper.ticks
    kind = object if huge else np.int64
    best = np.zeros(items, dtype=kind)
    for rows in _blocks(problem.item.size):
        day = problem.day[rows]
        charge = [paper.day[day], paper.place[problem.recipient[rows] * days + day]]
        charge += [_paid(group, price, rows, counted=counted) for group, price, counted in paying]
        # In floats, as the sum in 64 bits could wrap before it is looked at.
        if sum(float(part.max(initial=0)) for part in charge) >= LARGEST:
            return None
        worth, paid_in_all = problem.worth[rows].astype(kind), np.asarray(sum(charge)).astype(kind)
        net = np.where(free[rows], np.where(free[rows], worth, 0) * paper.ticks - paid_in_all, 0)
        np.maximum.at(best, problem.item[rows], net)
    total += sum(best.tolist())
    proven: int = total // paper.ticks
    return objective(problem, pinned) + proven


def _blocks(count: int) -> Iterator[slice]:
    """Yield candidates some at a time: their figures then stay in the processor's cache."""
    # Half a megabyte of whole numbers each; all at once takes three times as long with millions of them.
    return (slice(low, low + (1 << 16)) for low in range(0, count, 1 << 16))


def _sum_of_products(price: Ints, room: Ints) -> int:
    return sum(map(mul, price.tolist(), room.tolist()))


def _own_limits(problem: AllocationProblem) -> GroupSet:
    """Return the recipients' limits as groups that cost nothing and can be full."""
    limit, ones = problem.recipient_limit, np.ones_like(problem.recipient)
    no_steps = np.zeros((len(limit), 0), dtype=np.int64)
    return GroupSet("limit", problem.recipients, problem.recipient, ones, no_steps, no_steps, limit)


def _paid(group: GroupSet, price: Ints, rows: slice, *, counted: bool) -> Ints:
    """Return what some candidates pay for their group.

    Where the price is one of numbers, every member of a weight above 0 pays it once, else by weight.
    """
    weight = group.weight[rows]
    return np.asarray(price[group.of[rows]] * (np.minimum(weight, 1) if counted else weight))


def _gains(
    group: GroupSet, price: Ints, ticks: int, pinned: Ints, free: Bools, *, counted: bool
) -> Iterator[int]:
    """Yield, for each group with a price, the most that price x amount is above the amount's cost.

    A number of k members weighs at least k times the lightest, so the cost of that is never too high.
    """
    used = np.zeros_like(price)
    inside = pinned[group.of[pinned] >= 0]
    np.add.at(used, group.of[inside], group.weight[inside])
    lightest, have = np.full_like(price, NO_LIMIT), np.zeros_like(price)
    for rows in _blocks(group.of.size):
        of, weight = group.of[rows], group.weight[rows]
        member = free[rows] & (of >= 0) & (weight > 0)
        of, weight = of[member], weight[member]
        np.minimum.at(lightest, of, weight)
        np.add.at(have, of, 1 if counted else weight)
    for code in np.flatnonzero(price).tolist():
        start, step = int(used[code]), int(lightest[code]) if counted else 1
        top = max(0, min(int(have[code]), (int(group.limit[code]) - start) // step))
        marks = [max(0, int(mark) - start) for mark in group.allowance[code]]
        # A convex cost against a straight price: the best amount is an end, or beside a breakpoint.
        amounts = {0, top}
        for mark in marks:
            amounts |= {min(top, mark // step), min(top, -(-mark // step))}
        already = tariff(group, code, start)
        yield max(
            int(price[code]) * amount - (tariff(group, code, start + amount * step) - already) * ticks
            for amount in amounts
        )
