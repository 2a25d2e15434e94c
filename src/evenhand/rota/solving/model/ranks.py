"""An order that needs more than one figure: earliest deadline among the eligible.

References:
    Stoica and Abdel-Wahab, *Earliest eligible virtual deadline first* (Old Dominion University, 1995).
    Anderson and Srinivasan, *Mixed Pfair/ERfair scheduling of asynchronous periodic tasks* (Journal of
    Computer and System Sciences, 2004).
"""

from __future__ import annotations

from evenhand.core.arrays import Ints


def deadline_rank(who: Ints, lag: Ints, share: Ints, turn: int, waits: Ints, draw: Ints) -> list[int]:
    """Order people of unequal weights by earliest deadline among the eligible.

    Eligible is who would not get a whole turn ahead; the deadline is the slot in which they would fall a
    whole turn behind, if shares stay as they are. Equal deadlines: first those whose next window overlaps
    this one, then the latest group deadline (PD2), the longest wait, the draw.

    Args:
        who: codes of the people to order.
        lag: ticks owed, this slot's share in it, shape (P,).
        share: ticks that this slot made due, shape (P,).
        turn: ticks of one turn.
        waits: day since which each waits, shape (P,).
        draw: last tie-break, shape (P,).
    """

    def key(person: int) -> tuple[int, ...]:
        return (*deadline(int(lag[person]), int(share[person]), turn), int(waits[person]), int(draw[person]))

    return sorted((int(person) for person in who), key=key)


def deadline(owed: int, share: int, turn: int) -> tuple[int, int, int, int]:
    """Return how soon a turn is due, the sooner the smaller: by what is owed and this slot's share."""
    # At least 1 tick: whoever has no share in this slot has a deadline far away, and no division by 0.
    rate = max(share, 1)
    # In how many slots, if shares stay, they would be owed a whole turn; rounded up by the double minus.
    slots, even = -((owed - turn) // rate), (turn - owed) % rate == 0
    # Only somebody due more than half a turn a slot has windows of two slots, which hang together.
    group = _group_deadline(owed, rate, turn) if 2 * rate > turn else 0
    # Those owed nothing come last whatever their deadline: serving them now could put them a whole turn
    # ahead.
    return (int(owed <= 0), slots, int(even), -group)


def _group_deadline(lag: int, rate: int, turn: int) -> int:
    """Return the slot until which the windows of a heavy weight hang together."""
    # Limited so that it always ends: the windows hang together for that long only where a share is within a
    # thousandth of a whole turn.
    for step in range(1, 1000):
        slots, rest = divmod(step * turn - lag, rate)
        if not rest:
            return slots
        after = -((lag - (step + 1) * turn) // rate)
        if after - (slots + 1) > 1:
            return after - 1
    return slots
