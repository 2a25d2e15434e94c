"""A lower limit on the sum of squared lags of any plan at all, within quota or not, in exact integers.

With a price paid for serving each slot persons no longer meet: each takes the turns that cost them least, and
the sum of that and of the prices of all seats is below every plan's sum (Lagrange's bound). A person's least
cost is found over the numbers of turns near what is due. The cost is L-natural-convex in those numbers, so a
least walk that does not touch the rim of the numbers looked at is the least of all; the rim is widened until
that is so.

References:
    Murota, *Discrete Convex Analysis* (2003), doi:10.1137/1.9780898718508: local and global minima.
"""

from __future__ import annotations

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.rota.solving.model.squares import exact_squares

# Memory and time grow with it. Too small only loses the bound for rotas with a large lag from history; it
# never gives a wrong one.
WIDEST = 12
"""Turns from what is due that are looked at before the bound is given up."""

# Stands for infinity. A quarter of the int64 range: adding one step to it cannot overflow.
FAR = np.int64(2**61)


def squares_bound(due: Ints, can: Bools, begun: Ints, seats: Ints, price: Ints, ticks: int) -> int | None:
    """Return a sum of squared lags, in square ticks, that no plan is below.

    Args:
        due: what is due after each slot, history included, in ticks, shape (S, P).
        can: who can serve each slot, shape (S, P).
        begun: what was due before the first slot, shape (P,).
        seats: seats filled in each slot, shape (S,).
        price: price of serving each slot in units of ``ticks`` square ticks, shape (S,); any will do.
        ticks: ticks to one turn.

    Returns:
        The bound, or None where even the widest look touched the rim. Cost O(S P) a look.
    """
    # Walks count turns from the whole part of what is due, so that a narrow band of numbers is enough for
    # everybody at every slot.
    floor = np.floor_divide(np.concatenate([begun[None], due]), ticks)
    base = due - floor[1:] * ticks
    fixed = exact_squares(base)
    paid = sum(int(each) * int(many) for each, many in zip(price.tolist(), seats.tolist(), strict=True))
    # History may have left somebody several turns off: the first look is wide enough to hold where they
    # begin.
    rim = int(np.abs(floor[0]).max(initial=0)) + 1
    last: int | None = None
    while rim <= WIDEST:
        least = _walks(floor, base, can, price, ticks, rim)
        # Widening by one turn changed nothing, so the least walk does not touch the rim, and by convexity
        # it is the least of all.
        if least == last:
            return max(0, fixed + ticks * (paid + least))
        last, rim = least, rim + 1
    return None


def _walks(floor: Ints, base: Ints, can: Bools, price: Ints, ticks: int, rim: int) -> int:
    """Return the sum over persons of the cheapest walk with turns from floor - rim to floor + 1 + rim."""
    away = np.arange(-rim, rim + 2)[:, None]
    people = base.shape[1]
    wide = away.size
    # Everybody begins with 0 turns served in the plan.
    ends = np.where(away + floor[0] == 0, 0, FAR)
    for slot in range(len(base)):
        rise = floor[slot + 1] - floor[slot]
        padded = np.full((wide + 2, people), FAR)
        padded[1:-1] = ends
        # Where a whole turn more became due, the same number of turns is one place lower in the band.
        stay = np.where(rise == 0, padded[1:-1], padded[2:])
        serve = np.where(rise == 0, padded[:-2], padded[1:-1])
        serve = np.where(can[slot] & (serve < FAR), serve - price[slot], FAR)
        best = np.minimum(stay, serve)
        ends = np.where(best < FAR, best + away * away * ticks - 2 * away * base[slot], FAR)
    return int(ends.min(axis=0).sum(dtype=object))
