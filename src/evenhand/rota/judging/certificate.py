"""The certificate of a quota plan, checked without any of the code that made the plan.

The plan carries two figures a turn: what was due to its person just before the slot and just after it. With
them the promise takes one look at each turn: entitlements only grow, so nobody fell a whole turn behind if
each next turn came before one more was due, and nobody was ahead if something of it was due already. That is
O(turns). A second look adds up the shares anew from the problem, so that the figures cannot be made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.core.shares import TICKS
from evenhand.rota.judging.attendance import may_serve
from evenhand.rota.judging.due import carried_by_class, due_of
from evenhand.rota.problem import RotaProblem

__all__ = ["Check", "check"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Enough to see what kind of fault it is; a forged certificate may have one at every turn, and the count
# says how many more.
SHOWN = 5
"""Faults told of each kind."""


@dataclass(frozen=True, slots=True)
class Check:
    """What the checker found.

    Attributes:
        faults: what does not hold, a sentence each; empty for a certificate that holds.
        turns: turns looked at.
        slots: slots looked at.
        added_up: whether the shares were added up anew.
        smoothest: whether the prices prove that no plan within quota has a smaller sum of squared lags.
    """

    faults: tuple[str, ...]
    turns: int
    slots: int
    added_up: bool
    smoothest: bool = False

    @property
    def holds(self) -> bool:
        """Whether nothing was wrong."""
        return not self.faults

    def __str__(self) -> str:
        if self.faults:
            return "\n".join(["The certificate does not hold.", *(f"  - {fault}" for fault in self.faults)])
        how = "shares added up anew" if self.added_up else "by the figures it carries"
        best = " No plan within quota has a smaller sum of squared lags." if self.smoothest else ""
        return (
            f"The certificate holds ({how}): in {self.turns:,} turns over {self.slots:,} slots only able "
            "people serve, every seat that can be filled is filled, and nobody is ever a whole turn ahead or "
            f"behind.{best}"
        )


@dataclass(slots=True)
class _Desk:
    """What the checks share: the problem, its turns in order of slots, and the faults so far."""

    problem: RotaProblem
    seat: Ints
    slot: Ints
    person: Ints
    ticks: Ints
    part: Ints
    faults: list[str] = field(default_factory=list)

    def note(self, wrong: Bools, say: str, slot: Ints, person: Ints | None = None) -> None:
        """Note where something is wrong; ``say`` holds {slot} and {person}."""
        at = np.flatnonzero(wrong)
        for index in at[:SHOWN].tolist():
            name = "" if person is None else self.problem.people[int(person[index])]
            self.faults.append(say.format(slot=self.problem.slot_label[int(slot[index])], person=name))
        if at.size > SHOWN:
            self.faults.append(f"... and {at.size - SHOWN} more like the last.")


def check(problem: RotaProblem, awards: Ints, proof: Mapping[str, Any], *, add_up: bool = True) -> Check:
    """Check the certificate of a plan.

    Args:
        problem: the rota.
        awards: person of each seat-turn, -1 for an open seat.
        proof: what the method handed out; its "certificate" is read.
        add_up: whether to add up the shares anew as well, O(S P); without it the check is O(turns).

    Returns:
        The faults and what was looked at. Never raises for a forged or broken certificate: that is a fault.
    """
    awards = np.asarray(awards, dtype=np.int64)
    # Shapes first: all looks after this index people and seats by the awards.
    turns = int(problem.seats.sum())
    paper = proof.get("certificate")
    if awards.shape != (turns,) or (
        awards.size and (awards.min() < -1 or awards.max() >= len(problem.people))
    ):
        return _broken("The plan does not fit the problem: other seats, or people nobody knows.")
    if not isinstance(paper, Mapping):
        return _broken(
            "The plan carries no certificate: only the methods quota and quota-smooth hand one out."
        )
    # A certificate may come from a document that anybody wrote: whatever it holds instead of figures is
    # told as damage, never raised.
    try:
        before, after = (np.asarray(paper[name], dtype=np.int64) for name in ("before", "after"))
        sections = [{str(key): value for key, value in part.items()} for part in paper["parts"]]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return _broken("The certificate is damaged: figures are missing or are no numbers.")
    if before.shape != (turns,) or after.shape != (turns,):
        return _broken("The certificate is damaged: it needs two figures a seat.")
    desk = _desk(problem, awards)
    _who_and_where(desk)
    _quota(desk, before[desk.seat], after[desk.seat])
    smoothest = False
    if add_up:
        try:
            smoothest = _added_up(desk, before[desk.seat], after[desk.seat], sections)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            return _broken("The certificate is damaged: its parts are not as a method writes them.")
    slots = len(problem.seats)
    return Check(tuple(desk.faults), desk.seat.size, slots, add_up, smoothest and not desk.faults)


def _broken(fault: str) -> Check:
    return Check((fault,), 0, 0, added_up=False)


def _desk(problem: RotaProblem, awards: Ints) -> _Desk:
    seat = np.flatnonzero(awards >= 0)
    slot = np.repeat(np.arange(len(problem.seats)), problem.seats)[seat]
    part = np.unique(np.stack([problem.slot_class, problem.load]), axis=1, return_inverse=True)[1].ravel()
    return _Desk(problem, seat, slot, awards[seat], problem.load[slot] * TICKS, part[slot])


def _who_and_where(desk: _Desk) -> None:
    """Only able people serve, and nobody twice in a slot; O(turns log absences)."""
    problem, slot, person = desk.problem, desk.slot, desk.person
    first, last = problem.slot_start[slot], problem.slot_end[slot]
    inside = _covered(problem.period_person, problem.period_start, problem.period_end, person, first, last)
    desk.note(~inside, "{slot}: {person} is not a member for the whole slot.", slot, person)
    away = _touched(problem, person, first, last)
    desk.note(away, "{slot}: {person} is away.", slot, person)
    asked = problem.seat_skill[desk.seat]
    # Person and skill as one number, so that all turns are looked up at once.
    known = np.unique(problem.skill_person * (len(problem.skills) + 1) + problem.skill_code)
    lacks = (asked >= 0) & ~np.isin(person * (len(problem.skills) + 1) + asked, known)
    desk.note(lacks, "{slot}: {person} lacks the skill of the seat.", slot, person)
    code = np.sort(slot * len(problem.people) + person)
    twice = code[1:][code[1:] == code[:-1]]
    desk.note(
        np.ones(twice.size, dtype=bool),
        "{slot}: {person} serves twice.",
        twice // len(problem.people),
        twice % len(problem.people),
    )


def _quota(desk: _Desk, before: Ints, after: Ints) -> None:
    """Look at each turn: not late by what was due before it, not early by what is due after it."""
    order = np.lexsort((desk.slot, desk.part, desk.person))
    person, part, slot = desk.person[order], desk.part[order], desk.slot[order]
    ticks, low, high = desk.ticks[order], before[order], after[order]
    new = np.ones(order.size, dtype=bool)
    new[1:] = (person[1:] != person[:-1]) | (part[1:] != part[:-1])
    # Turns are counted anew for each person and part: the running maximum carries the place where each run
    # began.
    begun = np.maximum.accumulate(np.where(new, np.arange(order.size), 0))
    had = np.arange(order.size) - begun
    desk.note(low >= (had + 1) * ticks, "{slot}: {person} was a whole turn behind before it.", slot, person)
    desk.note(high <= had * ticks, "{slot}: {person} is a whole turn ahead after it.", slot, person)
    desk.note((low < 0) | (high <= low), "{slot}: {person} serves without a share.", slot, person)
    falls = np.zeros(order.size, dtype=bool)
    falls[1:] = ~new[1:] & (low[1:] < high[:-1])
    desk.note(falls, "{slot}: what is due to {person} falls.", slot, person)


def _added_up(desk: _Desk, before: Ints, after: Ints, sections: list[dict[str, Any]]) -> bool:
    """Add up the shares anew: the figures are true, the seats are filled, and nobody ends a turn behind."""
    problem = desk.problem
    # From the judge's own shares, not from the certificate: a forged figure cannot agree with itself here.
    share = due_of(problem, may_serve(problem)).table()
    filled = np.bincount(desk.slot, minlength=len(problem.seats))
    can = share.sum(axis=1) // (problem.load * TICKS)
    desk.note(
        filled != can, "{slot}: a seat that can be filled is open, or too many serve.", np.arange(can.size)
    )
    owed = carried_by_class(problem)
    # Paid back is counted over all parts of a class together, so that two parts cannot both pay back the
    # same lag.
    paid = np.zeros_like(owed)
    smoothest = bool(sections)
    kinds = np.unique(desk.part).tolist() if desk.seat.size else []
    parts = np.unique(np.stack([problem.slot_class, problem.load]), axis=1, return_inverse=True)[1].ravel()
    by_first = {section.get("first_slot"): section for section in sections}
    for kind in kinds:
        slots = np.flatnonzero(parts == kind)
        section = by_first.get(int(slots[0]), {})
        mine = share[slots]
        ticks = int(problem.load[slots[0]]) * TICKS
        account = int(problem.slot_class[slots[0]])
        if not _repaid(desk, section, slots, mine, ticks, owed[account] - paid[account], paid[account]):
            return False
        due = np.cumsum(mine, axis=0)
        turn = np.flatnonzero(desk.part == kind)
        at = np.searchsorted(slots, desk.slot[turn])
        true_after = due[at, desk.person[turn]]
        wrong = (after[turn] != true_after) | (before[turn] != true_after - mine[at, desk.person[turn]])
        desk.note(
            wrong,
            "{slot}: the certificate's figures for {person} are not what is due.",
            desk.slot[turn],
            desk.person[turn],
        )
        served = np.bincount(desk.person[turn], minlength=len(problem.people))
        # Looking at each turn finds who was late before a turn; whoever has no further turn is seen only at
        # the end.
        late = due[-1] >= (served + 1) * ticks
        desk.note(
            late,
            "{slot}: {person} ends a whole turn behind.",
            np.full(late.size, slots[-1]),
            np.arange(late.size),
        )
        if smoothest and not desk.faults:
            smoothest = _prices_prove(section.get("slot_price"), at, desk.person[turn], due, ticks)
    return smoothest


def _repaid(
    desk: _Desk, section: Mapping[str, Any], slots: Ints, share: Ints, ticks: int, owed: Ints, paid: Ints
) -> bool:
    """Apply (in place) what the certificate says was paid back; it may only lessen what history left."""
    try:
        names = ("repaid_slot", "repaid_person", "repaid_ticks")
        slot, person, moved = (np.asarray(section.get(name, []), dtype=np.int64) for name in names)
        # A slot beyond the last makes the addition below fail, and one that is not of this part is seen by
        # comparing.
        at = np.searchsorted(slots, slot)
        np.add.at(share, (at, person), moved)
        true = bool((slots[np.minimum(at, slots.size - 1)] == slot).all()) and bool((person >= 0).all())
    except (IndexError, TypeError, ValueError, OverflowError):
        true = False
    if not true:
        desk.faults.append("The certificate is damaged: it pays back in slots or to people nobody knows.")
        return False
    # The five conditions of a fair repayment: it moves towards 0, not beyond it, takes no share below 0 or
    # above a turn, and leaves each slot's sum as it was.
    towards = np.sign(owed[person]) == np.sign(moved)
    total = np.zeros_like(owed)
    np.add.at(total, person, moved)
    paid += total
    fair = (
        towards.all()
        and (np.abs(total) <= np.abs(owed)).all()
        and (share >= 0).all()
        and (share <= ticks).all()
        and not np.bincount(at, weights=moved, minlength=slots.size).any()
    )
    if not fair:
        desk.faults.append("The certificate pays back what history did not leave.")
    return bool(fair)


def _covered(who: Ints, start: Ints, end: Ints, person: Ints, first: Ints, last: Ints) -> Bools:
    """Whether one of a person's periods holds all days from ``first`` to ``last``, for each turn."""
    order = np.lexsort((start, who))
    at = _before(who[order], start[order], person, first)
    # Periods of one person do not overlap, so the last that begins in time is the only one that can hold
    # the days.
    held = at >= 0
    found = order[np.maximum(at, 0)] if order.size else np.zeros(person.size, dtype=np.int64)
    return held & (end[found] >= last) if order.size else held


def _touched(problem: RotaProblem, person: Ints, first: Ints, last: Ints) -> Bools:
    """Whether an absence of the person touches the days from ``first`` to ``last``, for each turn."""
    who, start = problem.absent_person, problem.absent_from
    if not who.size:
        return np.zeros(person.size, dtype=bool)
    order = np.lexsort((start, who))
    who, start, end = who[order], start[order], problem.absent_to[order]
    # Codes rise with the person, so a running maximum never reaches into the next person's.
    reach = np.maximum.accumulate(end + who * 2**32) - who * 2**32
    at = _before(who, start, person, last)
    return (at >= 0) & (reach[np.maximum(at, 0)] >= first)


def _before(who: Ints, start: Ints, person: Ints, day: Ints) -> Ints:
    """Return the last interval of the person that starts by the day, -1 for none; sorted by who and start."""
    # 2**32 is more than any day, so person and day in one number sort by person first.
    at = np.searchsorted(who * 2**32 + start, person * 2**32 + day, side="right") - 1
    mine = (at >= 0) & (who[np.maximum(at, 0)] == person) if who.size else np.zeros(person.size, dtype=bool)
    return np.where(mine, at, -1)


def _prices_prove(price: Any, at: Ints, person: Ints, due: Ints, ticks: int) -> bool:
    """Whether the slots' prices prove the sum of squared lags least: every person's own best adds up to it.

    With a price paid for serving a slot, persons no longer meet. A person's cheapest way within quota is
    found slot by slot over two states, the floor and the ceiling of what is due. Sums are relative to the
    floor's, in units of ``ticks``, so that they fit in int64.
    """
    price = np.asarray([] if price is None else price)
    if price.shape != (len(due),) or price.dtype.kind != "i":
        return False
    people = due.shape[1]
    served = np.zeros(due.shape, dtype=np.int64)
    served[at, person] = 1
    taken = served.sum(axis=1)
    had = np.cumsum(served, axis=0)
    floor = due // ticks
    over = due - floor * ticks
    up = ticks - 2 * over  # what the ceiling costs more than the floor
    plan = int(np.where(had > floor, up, 0).sum(dtype=object))
    ends = np.zeros((2, people), dtype=np.int64)
    far = np.int64(2**61)
    ends[1] = far
    last = np.zeros(people, dtype=np.int64)
    grown = np.diff(due, axis=0, prepend=0) > 0
    for slot in range(len(due)):
        jump = (floor[slot] - last) > 0
        reach = np.where(grown[slot], ends - price[slot], far)  # serve here from the floor or the ceiling
        low = np.where(jump, np.minimum(ends[1], reach[0]), ends[0])
        high = np.where(jump, reach[1], np.minimum(ends[1], reach[0]))
        high = np.where(over[slot] > 0, high + up[slot], far)
        ends = np.minimum(np.stack([low, high]), far)
        last = floor[slot]
    bound = int((price * taken).sum(dtype=object)) + int(ends.min(axis=0).sum(dtype=object))
    return bound == plan
