"""What is due: the share of each slot, split by weight among those who could take it, in integer ticks.

``TICKS`` ticks are one unit of load. Nobody's share of a slot is above the load of one of its turns; seats
that nobody can take are due to nobody. Leftover ticks go by largest remainder, then by name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.core.shares import TICKS
from evenhand.rota.problem import RotaProblem
from evenhand.rota.solving.model.presence import able, members, present_on, seat_able
from evenhand.rota.solving.model.seating import fillable


def poured(total: int, weight: Ints, room: Ints) -> Ints:
    """Share ``total`` ticks by weight, nobody above their ``room``; what does not fit is left out.

    Args:
        total: ticks, >= 0.
        weight: claims, >= 0, shape (n,); total x weight must fit in int64.
        room: most ticks each can take, shape (n,).

    Returns:
        Ticks, shape (n,), summing to min(total, sum of room of those with a claim). Cost O(n) a round, and
        a round more for each group that fills up.
    """
    out = np.zeros(len(weight), dtype=np.int64)
    free = (weight > 0) & (room > 0)
    left = min(total, int(room[free].sum()))
    while left:
        claims = weight * free
        whole = int(claims.sum())
        part = left * claims // whole
        # Compared by cross-multiplying, so that no rounding decides who is full.
        full = free & (left * claims >= room * whole)
        if not full.any():
            rest = left - int(part.sum())
            if rest:
                # Ticks that do not divide go to the largest remainders; the sort is stable, so equal
                # remainders go in order of the people and the split is the same in every run.
                over = left * claims - part * whole
                part[np.argsort(-over, kind="stable")[:rest]] += 1
            return out + part
        out[full] = room[full]
        left -= int(room[full].sum())
        free &= ~full
    return out


def share_of(
    problem: RotaProblem, slot: int, able_here: Bools, takers: Bools | None = None, filled: int | None = None
) -> Ints:
    """Return the ticks of one slot due to each person, shape (P,).

    Args:
        problem: the rota.
        slot: which slot.
        able_here: who is able to take it: they say how many seats can be filled.
        takers: who has a share; those able by default.
        filled: how many seats are filled, where that is fewer than could be.
    """
    # Two sets of people: those able fix how many turns there are, and takers split them. They differ under
    # the accrual 'member', where absent members have a share too.
    takers = able_here if takers is None else takers
    seats, turn = int(problem.seats[slot]), int(problem.load[slot]) * TICKS
    count = min(int(able_here.sum()), seats if filled is None else filled)
    asked = problem.seat_skill[problem.turns_of(slot)]
    room = np.where(takers, turn, 0)
    weight = problem.weight * takers
    if (asked < 0).all():
        return poured(min(seats, count) * turn, weight, room)
    out = np.zeros(len(weight), dtype=np.int64)
    who = seat_able(problem, slot, takers)
    total = min(fillable(seat_able(problem, slot, able_here)), count) * turn
    if not problem.share_able:
        return _alike(total, weight, room, who, asked, turn)
    # Rare skills first: what only few can do is due to those few, before the rest is shared among
    # everybody. Seats that ask for no skill come last.
    for skill in sorted(
        set(asked.tolist()), key=lambda code: (code < 0, int(who[asked == code][0].sum()), code)
    ):
        here = who[asked == skill]
        out += poured(min(len(here) * turn, total - int(out.sum())), weight * here[0], room - out)
    return out + poured(total - int(out.sum()), weight, room - out)


def _alike(total: int, weight: Ints, room: Ints, who: Bools, asked: Ints, turn: int) -> Ints:
    """Share a slot alike among all who could take any of its seats, as far as skills allow.

    People who fit only some kinds of seats are due no more than those seats hold together. All shares rise
    at one level, by weight; whenever a limit is met those behind it stay where they are.

    Args:
        total: ticks to share.
        weight: claims of those who take part, shape (P,).
        room: most ticks each can take, shape (P,).
        who: who could take each seat, shape (seats, P).
        asked: skill of each seat, shape (seats,).
        turn: ticks of one turn.
    """
    kinds, count = np.unique(asked, return_counts=True)
    fits = np.stack([who[asked == kind][0] for kind in kinds])
    limits = []
    for size in range(1, len(kinds)):
        for group in combinations(range(len(kinds)), size):
            others = [index for index in range(len(kinds)) if index not in group]
            only = fits[list(group)].any(axis=0) & ~fits[others].any(axis=0)
            if (weight[only] > 0).any():
                limits.append((only, int(count[list(group)].sum()) * turn))
    out = np.zeros(len(weight), dtype=np.int64)
    open_to = (weight > 0) & (room > 0) & fits.any(axis=0)
    left = min(total, int(room[open_to].sum()))
    while left and open_to.any():
        groups = [(open_to, left)]
        groups += [(only & open_to, cap - int(out[only].sum())) for only, cap in limits]
        first = min(
            (index for index, (part, _) in enumerate(groups) if part.any()),
            key=lambda index: (Fraction(groups[index][1], int(weight[groups[index][0]].sum())), -index),
        )
        part, amount = groups[first]
        # Somebody full before the group's level is reached stays full, and the level is looked for anew.
        claims = int(weight[part].sum())
        full = part & (room * claims <= amount * weight)
        if full.any():
            # One person at a time, the lowest level first: who fills up changes the level of all others.
            levels = [
                (Fraction(int(room[index]), int(weight[index])), index)
                for index in np.flatnonzero(full).tolist()
            ]
            lowest = min(levels)[1]
            part = np.zeros_like(part)
            part[lowest] = True
            amount = int(room[lowest])
        given = poured(amount, weight * part, np.where(part, room, 0))
        out += given
        left -= int(given.sum())
        open_to &= ~part
    return out


def shares(problem: RotaProblem, able_to: Bools | None = None) -> Ints:
    """Return what each slot is worth to each person, shape (S, P), in ticks.

    Args:
        problem: the rota.
        able_to: who could take each slot, as ``able`` gives it; asked for if None.

    Returns:
        Ticks; row s sums to (seats that can be filled) x load x TICKS exactly, and no cell is above
        load x TICKS. Under the accrual ``member`` those who are away have a share too. Cost O(S P).
    """
    able_to = able(problem) if able_to is None else able_to
    takers = members(problem) if problem.policy.grows.absent_too else able_to
    out = np.zeros(able_to.shape, dtype=np.int64)
    # Most slots in a row have the same people and seats: a share is worked out once for each such run, and
    # kept, as runs come again.
    known: dict[bytes, Ints] = {}
    first = _first_of_runs(problem, able_to, takers)
    for slot, end in zip(first.tolist(), [*first[1:].tolist(), len(able_to)], strict=False):
        count = int(able_to[slot].sum())
        turn = np.array([min(problem.seats[slot], count), problem.seats[slot], problem.load[slot]])
        asked = problem.seat_skill[problem.turns_of(slot)]
        key = (
            np.packbits(takers[slot]).tobytes()
            + turn.tobytes()
            + (asked.tobytes() if asked.max() >= 0 else b"")
        )
        if key not in known:
            if len(known) > 64:  # noqa: PLR2004 - calendars change slowly: a short memory catches runs
                known.clear()
            known[key] = share_of(problem, slot, able_to[slot], takers[slot])
        out[slot:end] = known[key]
    return out


def _first_of_runs(problem: RotaProblem, able_to: Bools, takers: Bools) -> Ints:
    """Return the slots that differ from the one before in people, seats or load, or ask a skill."""
    if not len(able_to):
        return np.zeros(0, dtype=np.int64)
    differs = np.ones(len(able_to), dtype=np.bool_)
    differs[1:] = (able_to[1:] != able_to[:-1]).any(axis=1) | (takers[1:] != takers[:-1]).any(axis=1)
    differs[1:] |= (np.diff(problem.seats) != 0) | (np.diff(problem.load) != 0)
    asks = np.repeat(np.arange(len(able_to)), problem.seats)[problem.seat_skill >= 0]
    differs[asks] = True
    # The slot behind one that asks a skill may ask none.
    differs[np.minimum(asks + 1, len(able_to) - 1)] = True
    return np.flatnonzero(differs)


@dataclass(frozen=True, eq=False)
class Past:
    """What was served before the plan, and what was due for it.

    Attributes:
        due: ticks due a person, shape (P,).
        served: units of load served a person, shape (P,).
        turns: turns served a person, shape (P,).
        last: day of each person's last turn, 0 for none, shape (P,).
        since_last: ticks that became due after the last own turn, shape (P,).
    """

    due: Ints = field(repr=False)
    served: Ints = field(repr=False)
    turns: Ints = field(repr=False)
    last: Ints = field(repr=False)
    since_last: Ints = field(repr=False)


def history(problem: RotaProblem) -> Past:
    """Return the standings that history leaves, by the ledger's shares.

    What a ledger booked at the time stands. Without one, each past day's turns are shared among the members
    that were present and taking part (``since``), and those who served. What was due always sums to what was
    served.
    """
    people = len(problem.people)
    due, since_last = np.zeros(people, dtype=np.int64), np.zeros(people, dtype=np.int64)
    served = np.zeros(people, dtype=np.int64)
    np.add.at(served, problem.history_person, problem.history_load)
    turns = np.bincount(problem.history_person, minlength=people).astype(np.int64)
    last = np.zeros(people, dtype=np.int64)
    np.maximum.at(last, problem.history_person, problem.history_day)
    # A ledger knows the weights and absences of its day; shares worked out today would rewrite the past.
    if len(problem.booked_due):
        due, since_last = problem.booked_due.copy(), problem.booked_since.copy()
        return Past(due=due, served=served, turns=turns, last=last, since_last=since_last)
    # Turns of one day and one load are one slot: their load is shared once among all who were there.
    order = np.lexsort((problem.history_load, problem.history_day))
    day, load = problem.history_day[order], problem.history_load[order]
    cuts = np.flatnonzero(np.diff(day, prepend=-1) | np.diff(load, prepend=-1))
    for group in np.split(order, cuts[1:]) if len(order) else []:
        when, units = int(problem.history_day[group[0]]), int(problem.history_load[group[0]])
        who = problem.history_person[group]
        takers = present_on(problem, when) & (problem.since <= when)
        takers[who] = True
        total, cap = len(group) * units * TICKS, units * TICKS
        # Somebody who served one day twice may leave fewer people than turns; a cap of one turn each would
        # then leave load that is due to nobody.
        if len(group) > int(takers.sum()):
            cap = total
        part = poured(total, problem.weight * takers, np.where(takers, cap, 0))
        due += part
        since_last += part
        # After the share is added: what became due on the day of a turn is before that turn, not since it.
        since_last[who] = 0
    return Past(due=due, served=served, turns=turns, last=last, since_last=since_last)


def opening(problem: RotaProblem) -> Ints:
    """Return the lag in ticks each person brings from history, shape (P,), summing to exactly 0."""
    past = history(problem)
    return past.due - past.served * TICKS


def openings(problem: RotaProblem) -> Ints:
    """Return the lags in ticks brought into each class of slots, shape (classes, P), rows summing to 0.

    A ledger has an account for each class. History without one counts into the class with most seats, as a
    table of turns does not say which of them fell on holidays.
    """
    if len(problem.booked_due):
        return problem.booked_lag.copy()
    out = np.zeros((len(problem.classes), len(problem.people)), dtype=np.int64)
    seats = np.bincount(problem.slot_class, weights=problem.seats, minlength=len(out))
    out[int(seats.argmax())] = opening(problem)
    return out
