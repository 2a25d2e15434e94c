"""What is due, as the judge adds it up: from the problem and the seats that were filled, in integer ticks.

The definition is the glossary's: a slot's load is split by weight among those who could take it, nobody
above the load of one turn; leftover ticks go by largest remainder, then by name. The coding is the judge's
own. Water is poured here by raising one level over people sorted by the level at which each is full, where
the methods fill round after round (``solving/model/entitlement.py``): a slip in one is no slip in the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.core.shares import TICKS, largest_remainder
from evenhand.rota.judging.attendance import has_skill, members_throughout, present_on_days
from evenhand.rota.problem import RotaProblem


@dataclass(frozen=True, eq=False)
class Due:
    """What each slot makes due, kept once for all slots that are alike.

    A calendar changes seldom: a million daily slots have some hundred different rows. So the table of rows
    and a number a slot stand for the whole table of slots x people.

    Attributes:
        row: which row of ``ticks`` each slot has, shape (S,).
        ticks: ticks due to each person, shape (rows, P).
    """

    row: Ints = field(repr=False)
    ticks: Ints = field(repr=False)

    def total(self) -> Ints:
        """Return the ticks due over all slots, shape (P,)."""
        return np.asarray(np.bincount(self.row, minlength=len(self.ticks)) @ self.ticks)

    def table(self) -> Ints:
        """Return the ticks of each slot, shape (S, P)."""
        return np.asarray(self.ticks[self.row])


def due_of(problem: RotaProblem, can: Bools, awards: Ints | None = None) -> Due:
    """Return what each slot makes due.

    Args:
        problem: the rota.
        can: who may serve each slot, as ``may_serve`` gives it, shape (S, P).
        awards: the plan: a seat left open is due to nobody, and what people served who could not be due it
            is due to those who served. None counts every seat that could be filled.

    Returns:
        Rows and their ticks. Cost O(S P) to see which slots are alike, then O(P log P) a different one.
    """
    takers = members_throughout(problem) if problem.policy.grows.absent_too else can
    filled = problem.seats if awards is None else _filled(problem, awards)
    row, first = _alike(problem, can, takers, filled)
    ticks = np.zeros((len(first), len(problem.people)), dtype=np.int64)
    for index, slot in enumerate(first):
        ticks[index] = _slot_shares(problem, slot, can[slot], takers[slot], int(filled[slot]))
    if awards is None:
        return Due(row, ticks)
    return _with_unable(problem, awards, filled, Due(row, ticks))


def _filled(problem: RotaProblem, awards: Ints) -> Ints:
    return np.bincount(problem.seat_slot[awards >= 0], minlength=len(problem.seats)).astype(np.int64)


def _alike(problem: RotaProblem, can: Bools, takers: Bools, filled: Ints) -> tuple[Ints, list[int]]:
    """Number the slots that are alike in all that shares depend on; return the numbers and a slot of each."""
    figures = np.stack([problem.seats, problem.load, filled], axis=1)
    # Seats of one slot may ask for different skills: then whole slots are compared below.
    new = np.full(len(figures), bool(problem.skills))
    new[:1] = True
    # Both tables are the same one under most policies; comparing it twice would cost a pass over all cells.
    for table in (figures, can) if takers is can else (figures, can, takers):
        new[1:] |= (table[1:] != table[:-1]).any(axis=1)
    known: dict[tuple[bytes, ...], int] = {}
    first: list[int] = []
    run = np.flatnonzero(new)
    number = np.zeros(len(run), dtype=np.int64)
    for index, slot in enumerate(run.tolist()):
        asked = problem.seat_skill[problem.turns_of(slot)]
        key = (can[slot].tobytes(), takers[slot].tobytes(), figures[slot].tobytes(), asked.tobytes())
        if key not in known:
            known[key] = len(first)
            first.append(slot)
        number[index] = known[key]
    return number[np.cumsum(new) - 1], first


def _slot_shares(problem: RotaProblem, slot: int, can: Bools, takers: Bools, filled: int) -> Ints:
    """Return the ticks of one slot due to each person, shape (P,)."""
    turn = int(problem.load[slot]) * TICKS
    asked = problem.seat_skill[problem.turns_of(slot)].tolist()
    count = min(filled, int(can.sum()))
    weight = np.where(takers, problem.weight, 0)
    if max(asked) < 0:
        return level_shares(count * turn, weight, np.full(len(weight), turn))
    has = np.concatenate([has_skill(problem), np.ones((len(weight), 1), dtype=bool)], axis=1)
    left = min(most_seats([np.flatnonzero(has[:, skill] & can).tolist() for skill in asked]), count) * turn
    if not problem.share_able:
        fits = [frozenset(asked[seat] for seat in range(len(asked)) if has[who, asked[seat]])
                for who in range(len(weight))]  # fmt: skip
        return _level_with_limits(left, weight.tolist(), fits, asked, turn)
    out = np.zeros_like(weight)
    # Rare skills first: what only few may do is due to those few before the rest is shared among all.
    order = sorted(set(asked), key=lambda skill: (skill < 0, int((has[:, skill] & takers).sum()), skill))
    for skill in [*order, None]:
        claim = weight if skill is None else np.where(has[:, skill], weight, 0)
        want = left if skill is None else min(asked.count(skill) * turn, left)
        part = level_shares(want, claim, turn - out)
        out += part
        left -= int(part.sum())
    return out


def level_shares(total: int, weight: Ints, room: Ints) -> Ints:
    """Share ticks by weight under one level: everybody gets level x weight, but no more than their room.

    Args:
        total: ticks to share, >= 0.
        weight: claims, >= 0, shape (n,).
        room: most ticks each can take, >= 0, shape (n,).

    Returns:
        Ticks, shape (n,), summing to min(total, room of all with a claim). Cost O(n log n).

    >>> level_shares(10, np.array([1, 1, 2]), np.array([1, 9, 9])).tolist()
    [1, 3, 6]
    """
    out = np.zeros_like(weight)
    who = np.flatnonzero(weight > 0)
    left = min(total, int(room[who].sum()))
    if not left:
        return out
    # Whoever is full at the lowest level comes first. The level room / weight is split into its whole part
    # and the rest, because two levels can be nearer to each other than one float can tell.
    whole, part = np.divmod(room[who], weight[who])
    who = who[np.lexsort((part / weight[who], whole))]
    claim, space = weight[who], room[who]
    ahead, taken = np.cumsum(claim) - claim, np.cumsum(space) - space
    # Cross-multiplied: whether somebody is full is decided in whole numbers.
    full = (left - taken) * claim >= space * (int(claim.sum()) - ahead)
    first = who.size if full.all() else int(full.argmin())
    out[who[:first]] = space[:first]
    if first < who.size:
        rest = np.sort(who[first:])
        _by_remainder(out, rest, weight[rest], left - int(taken[first]))
    return out


def _by_remainder(out: Ints, who: Ints, claim: Ints, total: int) -> None:
    """Share ticks in proportion, in place; the ticks left over go to the largest remainders, then by name."""
    claims = int(claim.sum())
    each, over = np.divmod(total * claim, claims)
    out[who] = each
    extra = np.argsort(-over, kind="stable")[: total - int(each.sum())]
    out[who[extra]] += 1


def _level_with_limits(
    total: int, weight: list[int], fits: list[frozenset[int]], asked: list[int], turn: int
) -> Ints:
    """Raise everybody's share alike until all is given out, and stop each where a limit is met.

    The limits: one turn a person; and for each set of kinds of seats, the turns of those seats for all who
    fit no others. Said person by person and set by set, as in the definition.
    """
    share = [0] * len(weight)
    rising = {who for who, claim in enumerate(weight) if claim > 0 and fits[who]}
    kinds = sorted(set(asked))
    sets = [frozenset(chosen) for size in range(1, len(kinds)) for chosen in combinations(kinds, size)]
    left = min(total, len(rising) * turn)
    while rising:
        # (level at which a limit is met, how many it stops, who they are, what they have then). The limit met
        # at the lowest level stops first; of equal levels the one that stops fewest, so that the order of the
        # tables never decides.
        met = [(Fraction(turn, weight[who]), 1, [who], turn) for who in sorted(rising)]
        for chosen in sets:
            bound = [who for who in range(len(weight)) if fits[who] and fits[who] <= chosen]
            behind = [who for who in bound if who in rising]
            if behind:
                seats = sum(asked.count(kind) for kind in chosen) * turn
                rest = seats - sum(share[who] for who in bound)
                met.append((Fraction(rest, sum(weight[who] for who in behind)), len(behind), behind, rest))
        met.append((Fraction(left, sum(weight[who] for who in rising)), len(rising), sorted(rising), left))
        _, _, stopped, amount = min(met)
        part = largest_remainder(amount, [weight[who] for who in stopped])
        for who, ticks in zip(stopped, part.tolist(), strict=True):
            share[who] = ticks
        left -= amount
        rising -= set(stopped)
    return np.array(share, dtype=np.int64)


def most_seats(takers: list[list[int]]) -> int:
    """Return how many seats can be filled at once: seat by seat, moving who sits where that makes room.

    >>> most_seats([[0, 1], [0]])
    2
    """
    seat_of: dict[int, int] = {}

    def seat(which: int, tried: set[int]) -> bool:
        for person in takers[which]:
            if person in tried:
                continue
            tried.add(person)
            if person not in seat_of or seat(seat_of[person], tried):
                seat_of[person] = which
                return True
        return False

    # Each seat starts its own search: whoever was tried for one seat may do for another.
    return sum(seat(which, set()) for which in range(len(takers)))


def _with_unable(problem: RotaProblem, awards: Ints, filled: Ints, due: Due) -> Due:
    """Make due to those who served a slot what its shares do not cover: they served without being able."""
    lacks = filled * problem.load * TICKS - due.ticks.sum(axis=1)[due.row]
    odd = np.flatnonzero(lacks)
    if not odd.size:
        return due
    row, more = due.row.copy(), [due.ticks]
    for index, slot in enumerate(odd.tolist()):
        crew = problem.crew(awards, slot)
        own = due.ticks[due.row[slot]].copy()
        np.add.at(own, crew, largest_remainder(int(lacks[slot]), np.ones_like(crew)))
        more.append(own[None])
        row[slot] = len(due.ticks) + index
    return Due(row, np.concatenate(more))


@dataclass(frozen=True, eq=False)
class Before:
    """What was due and served before the plan.

    Attributes:
        due: ticks due a person for the turns served before the plan, shape (P,).
        served: units of load served a person before the plan, shape (P,).
    """

    due: Ints = field(repr=False)
    served: Ints = field(repr=False)


def before(problem: RotaProblem) -> Before:
    """Add up history: the turns of one day and load are due to all who were there and took part then.

    What a ledger booked at the time is taken as it is: it was due under the weights and absences of then.
    Taking part starts with ``since``; whoever served is counted as there. What was due sums to what was
    served. Cost O(days x people).
    """
    people = len(problem.people)
    served = np.bincount(problem.history_person, weights=problem.history_load, minlength=people)
    if len(problem.booked_due):
        return Before(problem.booked_due.copy(), served.astype(np.int64))
    due = np.zeros(people, dtype=np.int64)
    days = np.unique(problem.history_day)
    here = present_on_days(problem, days) & (problem.since <= days[:, None])
    turns: dict[tuple[int, int], list[int]] = {}
    columns = (problem.history_day, problem.history_load, problem.history_person)
    for day, load, person in zip(*(column.tolist() for column in columns), strict=True):
        turns.setdefault((day, load), []).append(person)
    for (day, load), crew in turns.items():
        takers = here[np.searchsorted(days, day)].copy()
        takers[crew] = True
        total = len(crew) * load * TICKS
        # Somebody who served one day twice may leave fewer people than turns: then nobody's share is capped.
        cap = load * TICKS if len(crew) <= takers.sum() else total
        due += level_shares(total, np.where(takers, problem.weight, 0), np.full(people, cap))
    return Before(due, served.astype(np.int64))


def carried(problem: RotaProblem) -> Ints:
    """Return the lag in ticks that each person brings into the plan, shape (P,), summing to exactly 0."""
    past = before(problem)
    return past.due - past.served * TICKS


def carried_by_class(problem: RotaProblem) -> Ints:
    """Return the lags brought into each class of slots, shape (classes, P): by the ledger's accounts.

    Without a ledger all of it counts into the class with most seats.
    """
    if len(problem.booked_due):
        return problem.booked_lag.copy()
    seats = [int(problem.seats[problem.slot_class == code].sum()) for code in range(len(problem.classes))]
    out = np.zeros((len(seats), len(problem.people)), dtype=np.int64)
    # The first of the largest classes, as history without a ledger does not say to which class a turn
    # belongs.
    out[seats.index(max(seats))] = carried(problem)
    return out
