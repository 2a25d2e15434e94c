"""A lower limit that holds for every plan, from prices on the rules: Lagrange's bound.

With a price on every rule's rows, persons no longer meet: each walks the cheapest way through all slots, and
the sum of their costs and the prices' limits is below the sum of squared lags of any plan that keeps the
rules, whatever its largest lag. With the prices of the relaxation the limit is the relaxation's own value.

References:
    Geoffrion, *Lagrangean relaxation for integer programming* (1974), doi:10.1007/bfb0120690.
"""

from __future__ import annotations

import numpy as np

from evenhand.core.arrays import Floats, Ints
from evenhand.rota.solving.optimise.board import Account, Board

# A guard against running out of memory. A smaller one makes more large rotas lose their bound (the limit
# is 0, which is true but says nothing); their plans stay the same.
ROOM = 40_000_000
"""Numbers a table of walks may hold; a larger one is not made and the limit is 0."""


def priced_bound(board: Board, duals: list[Floats | None]) -> float:
    """Return a sum of squared lags, in square units, that no plan keeping the rules is below.

    Args:
        board: the rota.
        duals: prices of each rule's rows, in square units; None for a rule that is part of the walks.

    Returns:
        The limit, >= 0, less a billionth for rounding. Cost O(S P units).
    """
    total = 0.0
    price = np.zeros(board.slots * board.people)
    for rule, dual in zip(board.rules, duals, strict=True):
        if dual is None:
            continue
        # A positive price belongs to a lower limit and a negative one to an upper limit. A price on a limit
        # that does not exist is dropped: any prices give a bound, these a weaker one.
        limit = np.where(dual > 0, rule.lower, rule.upper)
        used = np.where(np.isfinite(limit), dual, 0.0)
        total += float((used * np.where(np.isfinite(limit), limit, 0.0)).sum())
        price += np.bincount(
            rule.slot * board.people + rule.person, weights=used[rule.row] * rule.factor, minlength=price.size
        )
    table = price.reshape(board.slots, board.people)
    for account in board.accounts:
        cheapest = _walks(board, account, table)
        if cheapest is None:
            return 0.0
        total += cheapest
    # A sum of squares is never below 0. The billionth covers the rounding of the sums above, so that the
    # bound stays on the safe side.
    return max(0.0, total - 1e-9 * (1.0 + abs(total)))


def _walks(board: Board, account: Account, price: Floats) -> float | None:
    """Return the sum over persons of the cheapest walk's cost, or None where the table would be too large."""
    slots = account.slots
    size = slots.size
    after = np.arange(1, size + 1)
    if board.chained:
        after = np.searchsorted(slots, board.after[slots])
    units = _most(account, after) + 1
    # Times 2: the table of best walks and the one of running costs have the same size.
    if (size + 1) * board.people * units * 2 > ROOM:
        return None
    level = np.arange(units, dtype=np.float64)
    lag = account.due[:, :, None] / account.ticks - level
    # Running sums, so that the cost of any stretch of slots is one difference.
    run = np.concatenate([np.zeros((1, board.people, units)), np.cumsum(lag * lag, axis=0)])
    best = np.full((size + 1, board.people, units), np.inf)
    best[0, :, 0] = 0.0
    for index in range(size):
        slot = int(slots[index])
        skip = best[index] + (run[index + 1] - run[index])
        np.minimum(best[index + 1], skip, out=best[index + 1])
        who = np.flatnonzero(board.able[slot] & (board.earliest <= slot))
        load, then = int(account.load[index]), int(after[index])
        served = (
            best[index, who, : units - load] + (run[then] - run[index])[who, load:] - price[slot, who, None]
        )
        best[then, who, load:] = np.minimum(best[then, who, load:], served)
    return float(best[size].min(axis=1).sum())


def _most(account: Account, after: Ints) -> int:
    """Return the most units anybody could serve, rest kept."""
    size = account.slots.size
    most = [0] * (size + 1)
    # From the end, because how much can still be served depends on what comes after.
    for index in range(size - 1, -1, -1):
        most[index] = max(most[index + 1], most[int(after[index])] + int(account.load[index]))
    return most[0]
