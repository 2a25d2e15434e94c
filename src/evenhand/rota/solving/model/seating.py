"""Who sits where in a slot whose seats ask for different things: augmenting paths, by rank.

Each person goes to a seat they fit; whoever sits there already moves to another seat that they fit. So the
largest number of seats is filled, and the first in rank sit first (the greedy choice of a transversal
matroid).

References:
    Kuhn, *The Hungarian method for the assignment problem* (1955), doi:10.1002/nav.3800020109.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from evenhand.core.arrays import Bools, Ints


def seat_with_moves(fits: Bools, who: int, seat_of: dict[int, int], seen: set[int]) -> bool:
    """Seat one more person by an augmenting path, moving others to seats they fit too; whether it worked.

    ``seat_of`` (seat to person) is changed; ``seen`` holds the seats tried on the way and starts empty.
    """
    for seat in np.flatnonzero(fits[:, who]).tolist():
        if seat not in seen:
            seen.add(seat)
            if seat not in seat_of or seat_with_moves(fits, seat_of[seat], seat_of, seen):
                seat_of[seat] = who
                return True
    return False


def fillable(fits: Bools, first: Sequence[int] = ()) -> int:
    """Return how many seats can be filled at once, those ``first`` among who sits; 0 where these do not fit.

    Args:
        fits: who could take each seat, shape (seats, P).
        first: people who sit whatever else happens.
    """
    seat_of: dict[int, int] = {}
    if not all(seat_with_moves(fits, who, seat_of, set()) for who in first):
        return 0
    # People as bits of whole numbers: a look at everybody free for a seat is one step, however many they are.
    able = [int.from_bytes(row.tobytes(), "little") for row in np.packbits(fits, axis=1, bitorder="little")]
    free = (1 << fits.shape[1]) - 1
    for who in seat_of.values():
        free ^= 1 << who
    held = {who: seat for seat, who in seat_of.items()}
    # A seat for which no path is found has none later either, so one pass fills as many as can be.
    for seat in range(len(fits)):
        if seat not in seat_of:
            free = _filled(able, seat, free, seat_of, held)
    return len(seat_of)


def _filled(able: list[int], seat: int, free: int, seat_of: dict[int, int], held: dict[int, int]) -> int:
    """Fill one more seat by a shortest augmenting path, if there is one; return who is free then.

    Args:
        able: who could take each seat, a bit a person.
        seat: the seat to be filled.
        free: who sits nowhere.
        seat_of: seat to person, changed.
        held: person to seat, changed.
    """
    seen, seats, asked_by = 0, [seat], dict[int, int]()
    # Breadth first, so that no path is deeper than a recursion may go, however many seats a day has.
    for here in seats:
        if among := able[here] & free:
            who = (among & -among).bit_length() - 1
            free ^= 1 << who
            while True:
                gone = seat_of.get(here, -1)
                seat_of[here], held[who] = who, here
                if here == seat:
                    return free
                who, here = gone, asked_by[gone]  # noqa: PLW2901 - back along the path, the walk is over
        fresh = able[here] & ~seen
        seen |= fresh
        while fresh:
            who = (fresh & -fresh).bit_length() - 1
            fresh &= fresh - 1
            asked_by[who] = here
            seats.append(held[who])
    return free


def seated(
    fits: Bools,
    rank: Sequence[int],
    fine: Sequence[Callable[[list[int]], bool]] | None = None,
    partner: Callable[[Sequence[int], int, Ints], int] | None = None,
) -> list[int]:
    """Seat people in order of rank, moving those seated before to another seat where that makes room.

    Args:
        fits: who could take each seat, shape (seats, P).
        rank: people, the first to sit first.
        fine: asked with who would sit then whether somebody may join; everybody may if None. Who is turned
            down by the first is asked for by the next, where seats are still open.
        partner: given who sits, who is next and who else waits, says who is seated instead of the next.

    Returns:
        A person a seat, -1 for a seat left open.
    """
    seat_of: dict[int, int] = {}
    # Known ahead, so that the search ends as soon as no further seat can be filled.
    full = fillable(fits)
    for asked_by in fine or (None,):
        waiting = [who for who in rank if who not in seat_of.values()]
        while waiting and len(seat_of) < full:
            who = waiting[0]
            if partner is not None:
                who = partner([*seat_of.values()], who, np.array(waiting))
            waiting.remove(who)
            if asked_by is None or asked_by([*seat_of.values(), who]):
                seat_with_moves(fits, who, seat_of, set())
    return [seat_of.get(seat, -1) for seat in range(len(fits))]
