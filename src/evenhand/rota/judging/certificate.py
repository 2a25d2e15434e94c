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

from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Bools, Ints
from evenhand.core.shares import TICKS
from evenhand.core.units import at_most
from evenhand.rota.judging.attendance import is_frozen, may_serve
from evenhand.rota.judging.due import carried_by_class, due_of, level_shares
from evenhand.rota.problem import RotaProblem

# Enough to see what kind of fault it is; a forged certificate may have one at every turn, and the count
# says how many more.
SHOWN = 5
"""Faults told of each kind."""


PRICES = 2**60
"""Sum of prices, in ticks, from which they prove nothing: sums of prices and ``far`` then fit 64 bits."""


@dataclass(frozen=True, slots=True)
class Check:
    """What the checker found.

    Attributes:
        faults: what does not hold, a sentence each; empty for a certificate that holds.
        turns: turns looked at.
        slots: slots looked at.
        added_up: whether the shares were added up anew.
        smoothest: whether the prices prove that no plan within quota has a smaller sum of squared lags.
        moved: turns by which given turns (fixed, or kept as published), and history, move somebody's
            share on the way; None where no turn is given.
        excess: whole turns by which somebody ends beyond the floor or the ceiling of what was due in a view
            or in total, as the certificate says and the checker counted; None where it says nothing of views.
        past: whether anybody brought a lag into the plan.
        off: turns by which somebody ends off what was due in a view or in total, history counted whole; None
            where the certificate says nothing of views.
    """

    faults: tuple[str, ...]
    turns: int
    slots: int
    added_up: bool
    smoothest: bool = False
    moved: float | None = None
    excess: int | None = None
    past: bool = False
    off: float | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing was wrong."""
        return not self.faults

    def __str__(self) -> str:
        if self.faults:
            return "\n".join(["The certificate does not hold.", *(f"  - {fault}" for fault in self.faults)])
        how = "shares added up anew" if self.added_up else "by the figures it carries"
        given = " of their share, with what is paid back from before" if self.past else ""
        if self.moved is not None:
            given = (
                " of their share, which given turns (and history) move by up to "
                f"{at_most(self.moved, 1)} turns on the way"
            )
        views = ""
        if self.excess is not None:
            within = f"within {'one turn' if not self.excess else f'{self.excess + 1} turns'}"
            views = f" By the end everybody is {within} in total and in every view."
            # What cannot be paid back in these slots is nobody's fault, but it is not within a turn either.
            if self.off is not None and self.off >= self.excess + 1:
                views = (
                    f"{views[:-1]}, apart from what these slots cannot pay back; with it, somebody is "
                    f"{self.off:.1f} turns off."
                )
        best = " No plan within quota has a smaller sum of squared lags." if self.smoothest else ""
        return (
            f"The certificate holds ({how}): in {self.turns:,} turns over {self.slots:,} slots only able "
            "people serve, every seat that can be filled is filled, and nobody is ever a whole turn ahead or "
            f"behind{given}.{views}{best}"
        )


@dataclass(slots=True)
class _Desk:
    """What the checks share: the problem, its turns in order of slots, and the faults so far.

    Attributes:
        seat, slot, person: of each turn.
        part: number of each slot's part: a class of slots and a load.
    """

    problem: RotaProblem
    seat: Ints
    slot: Ints
    person: Ints
    part: Ints
    faults: list[str] = field(default_factory=list)
    moved: float | None = None
    paid: Ints | None = None
    left: bool = False
    past: bool = False
    off: float | None = None

    def note(self, wrong: Bools, say: str, slot: Ints, person: Ints | None = None) -> None:
        """Note where something is wrong; ``say`` holds {slot} and {person}."""
        places = np.flatnonzero(wrong)
        for index in places[:SHOWN].tolist():
            name = "" if person is None else self.problem.people[int(person[index])]
            self.faults.append(say.format(slot=self.problem.slot_label[int(slot[index])], person=name))
        if places.size > SHOWN:
            self.faults.append(f"... and {places.size - SHOWN} more like the last.")


@said_in_words
def check(problem: RotaProblem, awards: Ints, proof: Mapping[str, Any], *, add_up: bool = True) -> Check:
    """Check the certificate of a plan.

    Args:
        problem: the rota.
        awards: person of each seat-turn, -1 for an open seat.
        proof: what the method handed out; its "certificate" is read.
        add_up: whether to add up the shares anew as well, O(S P); without it the check is O(turns).

    Returns:
        The faults and what was looked at. Never raises for a forged or broken certificate: that is a fault.

    Cost: linear in slots times the people who could serve them, and in the certificate.

    Example:
        >>> import evenhand as eh
        >>> rota = eh.RotaProblem.from_values(["Ada", "Bo"], eh.weekly("2026-01-05", 4), policy="ledger")
        >>> plan = eh.solve(rota, method="quota")
        >>> eh.rota.check(rota, plan.awards, plan.proof).holds
        True
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
        before, after = (_whole(paper[name]) for name in ("before", "after"))
        sections = [{str(key): value for key, value in part.items()} for part in paper["parts"]]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return _broken("The certificate is damaged: figures are missing or are no numbers.")
    if before.shape != (turns,) or after.shape != (turns,):
        return _broken("The certificate is damaged: it needs two figures a seat.")
    desk = _desk(problem, awards)
    _who_and_where(desk)
    _quota(desk, before[desk.seat], after[desk.seat])
    smoothest, excess = False, None
    if add_up:
        try:
            smoothest = _added_up(desk, before[desk.seat], after[desk.seat], sections)
            excess = _views(desk, paper.get("views"))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            return _broken("The certificate is damaged: its parts are not as a method writes them.")
    slots = len(problem.seats)
    smoothest = smoothest and not desk.faults
    return Check(
        tuple(desk.faults), desk.seat.size, slots, add_up, smoothest, desk.moved, excess, desk.past, desk.off
    )


def _broken(fault: str) -> Check:
    return Check((fault,), 0, 0, added_up=False)


def _whole(figures: Any) -> Ints:
    """Return figures as an array of whole numbers; fractions and words are an error of type."""
    values = np.asarray(figures)
    if values.size and values.dtype.kind != "i":
        raise TypeError
    return values.astype(np.int64)


def _desk(problem: RotaProblem, awards: Ints) -> _Desk:
    seat = np.flatnonzero(awards >= 0)
    slot = np.repeat(np.arange(len(problem.seats)), problem.seats)[seat]
    part = np.unique(np.stack([problem.slot_class, problem.load]), axis=1, return_inverse=True)[1].ravel()
    return _Desk(problem, seat, slot, awards[seat], part)


def _who_and_where(desk: _Desk) -> None:
    """Only able people serve, and nobody twice in a slot; O(turns log absences)."""
    problem, slot, person = desk.problem, desk.slot, desk.person
    first, last = problem.slot_start[slot], problem.slot_end[slot]
    # A period that begins by the first day and reaches the last holds all days between: one alone, as two
    # periods do not add up.
    inside = _until(problem.period_person, problem.period_start, problem.period_end, person, first) >= last
    # A fixed turn stands whatever the calendar says, and so does the fact of having served a frozen slot.
    cells = slot * len(problem.people) + person
    stands = np.isin(cells, problem.fixed[:, 0] * len(problem.people) + problem.fixed[:, 1])
    stands |= is_frozen(problem)[slot]
    desk.note(~inside & ~stands, "{slot}: {person} is not a member for the whole slot.", slot, person)
    away = _until(problem.absent_person, problem.absent_from, problem.absent_to, person, last) >= first
    desk.note(away & ~stands, "{slot}: {person} is away.", slot, person)
    asked = problem.seat_skill[desk.seat]
    # Person and skill as one number, so that all turns are looked up at once.
    known = np.unique(problem.skill_person * (len(problem.skills) + 1) + problem.skill_code)
    lacks = (asked >= 0) & ~np.isin(person * (len(problem.skills) + 1) + asked, known)
    desk.note(lacks, "{slot}: {person} lacks the skill of the seat.", slot, person)
    code = np.sort(slot * len(problem.people) + person)
    slot, person = np.divmod(code[1:], len(problem.people))
    desk.note(code[1:] == code[:-1], "{slot}: {person} serves twice.", slot, person)


def _quota(desk: _Desk, before: Ints, after: Ints) -> None:
    """Look at each turn: not late by what was due before it, not early by what is due after it."""
    order = np.lexsort((desk.slot, desk.part[desk.slot], desk.person))
    person, slot, low, high = desk.person[order], desk.slot[order], before[order], after[order]
    part, ticks = desk.part[slot], desk.problem.load[slot] * TICKS
    new = np.ones(order.size, dtype=bool)
    new[1:] = (person[1:] != person[:-1]) | (part[1:] != part[:-1])
    # Turns are counted anew for each person and part: the running maximum carries the place where each run
    # began.
    begun = np.maximum.accumulate(np.where(new, np.arange(order.size), 0))
    had = np.arange(order.size) - begun
    desk.note(low >= (had + 1) * ticks, "{slot}: {person} was a whole turn behind before it.", slot, person)
    desk.note(high <= had * ticks, "{slot}: {person} is a whole turn ahead after it.", slot, person)
    desk.note((low < 0) | (high <= low), "{slot}: {person} serves without a share.", slot, person)
    falls = ~new
    falls[1:] &= low[1:] < high[:-1]
    desk.note(falls, "{slot}: what is due to {person} falls.", slot, person)


@dataclass(slots=True)
class _Books:
    """What each class of slots is owed, and what is paid back so far, over all of its parts together.

    Two parts of a class cannot both pay back the same lag.

    Attributes:
        owed: ticks that history and given turns left, shape (classes, P).
        paid: ticks paid back, shape (classes, P).
        swing: ticks that given turns moved, whichever way, shape (classes, P).
    """

    owed: Ints
    paid: Ints
    swing: Ints

    def most(self, account: int) -> Ints | None:
        """Return what a class may still pay back at most, where given turns moved something; else None."""
        if not self.swing[account].any():
            return None
        # Parts of one class pay back in any order: what given turns moved in an earlier part may be on its
        # way there and back, so twice its size. How far off the end is, ``_views`` counts.
        return np.asarray(np.abs(self.owed[account] - self.paid[account]) + 2 * self.swing[account])


def _added_up(desk: _Desk, before: Ints, after: Ints, sections: list[dict[str, Any]]) -> bool:
    """Add up the shares anew: the figures are true, the seats are filled, and nobody ends a turn behind.

    Returns:
        Whether the prices of every part prove its sum of squared lags least.
    """
    problem = desk.problem
    # From the judge's own shares, not from the certificate: a forged figure cannot agree with itself here.
    share = _shares(desk)
    filled = np.bincount(desk.slot, minlength=len(problem.seats))
    can = share.sum(axis=1) // (problem.load * TICKS)
    wrong = "{slot}: a seat that can be filled is open, or too many serve."
    desk.note(filled != can, wrong, np.arange(can.size))
    owed = carried_by_class(problem)
    desk.past, desk.paid = bool(owed.any()), share.copy()
    books = _Books(owed, np.zeros_like(owed), np.zeros_like(owed))
    smoothest = bool(sections)
    by_first = {section.get("first_slot"): section for section in sections}
    for kind in np.unique(desk.part[desk.slot]).tolist():
        slots = np.flatnonzero(desk.part == kind)
        section = by_first.get(int(slots[0]), {})
        entitled = _entitled(desk, books, section, slots, share[slots])
        if entitled is None:
            return False
        desk.paid[slots] = entitled
        due = np.cumsum(entitled, axis=0)
        turn = np.flatnonzero(desk.part[desk.slot] == kind)
        places, person = np.searchsorted(slots, desk.slot[turn]), desk.person[turn]
        ticks = int(problem.load[slots[0]]) * TICKS
        true_after = due[places, person]
        wrong_figures = (after[turn] != true_after) | (before[turn] != true_after - entitled[places, person])
        wrong = "{slot}: the certificate's figures for {person} are not what is due."
        desk.note(wrong_figures, wrong, desk.slot[turn], person)
        served = np.bincount(person, minlength=len(problem.people))
        # Looking at each turn finds who was late before a turn; whoever has no further turn is seen only at
        # the end.
        late = due[-1] >= (served + 1) * ticks
        last = np.full(late.size, slots[-1])
        desk.note(late, "{slot}: {person} ends a whole turn behind.", last, np.arange(late.size))
        if smoothest and not desk.faults:
            smoothest = _prices_prove(section.get("slot_price"), places, person, due, ticks)
    desk.left = bool((books.owed != books.paid).any())
    return smoothest


def _entitled(
    desk: _Desk, books: _Books, section: Mapping[str, Any], slots: Ints, plain: Ints
) -> Ints | None:
    """Return what a part makes due with given turns and what is paid back, shape (s, P); None for damage."""
    account, ticks = int(desk.problem.slot_class[slots[0]]), int(desk.problem.load[slots[0]]) * TICKS
    entitled = plain.copy()
    debt = _given(desk, section, slots, entitled, ticks)
    if debt is None:
        return None
    books.owed[account] += debt.sum(axis=0)
    books.swing[account] += np.abs(debt).sum(axis=0)
    if not _repaid(desk, section, slots, entitled, ticks, books, account):
        return None
    if debt.any():
        off = np.abs(np.cumsum(entitled - plain, axis=0)).max(initial=0) / ticks
        desk.moved = max(desk.moved or 0.0, float(off))
    return entitled


def _shares(desk: _Desk) -> Ints:
    """Return the ticks of each slot, shape (S, P), as the judge shares them out."""
    problem = desk.problem
    can_serve, facts = may_serve(problem), is_frozen(problem)
    share = due_of(problem, can_serve).table()
    if facts.any():
        plan = np.full(int(problem.seats.sum()), -1, dtype=np.int64)
        plan[desk.seat] = desk.person
        # An open seat of a frozen slot stays open, and is due to nobody.
        share[facts] = due_of(problem, can_serve, plan).table()[facts]
    return share


def _views(desk: _Desk, claim: Any) -> int | None:
    """Count what was due and served in each view and in total, and note where the claim does not hold.

    What was due is what the slots of the view made due, and what a ledger or history brought into it. Of
    that not all may be paid back: what the certificate pays back, checked before, is as good.
    """
    if claim is None:
        # Each turn may be on time by what the certificate pays, and somebody still end far from their share.
        if desk.left:
            desk.faults.append(
                "The certificate does not say how far off the end is by what was not paid back."
            )
        return None
    problem, excess = desk.problem, claim["excess"]
    if type(excess) is not int or excess < 0:
        desk.faults.append("The certificate is damaged: what it says of views is not a number of turns.")
        return None
    inside = np.ones((len(problem.seats), len(problem.views) + 1), dtype=np.int64)
    inside[:, :-1] = problem.slot_view > 0
    share = _shares(desk)
    due = inside.T @ share
    paid = inside.T @ (share if desk.paid is None else desk.paid)
    due += np.concatenate([problem.booked_view, carried_by_class(problem).sum(axis=0)[None]])
    served = np.zeros_like(due)
    for account in range(len(due)):
        load = problem.load[desk.slot] * inside[desk.slot, account]
        np.add.at(served[account], desk.person, load)
    desk.off = float(np.abs(due - served * TICKS).max(initial=0) / TICKS)
    # Floor and ceiling in whole numbers: -(-a // b) is the ceiling.
    low, high = np.minimum(due, paid) // TICKS, -(-np.maximum(due, paid) // TICKS)
    off = (served < low - excess) | (served > high + excess)
    for account, person in np.argwhere(off)[:SHOWN].tolist():
        name = "total" if account == len(problem.views) else problem.views[account]
        desk.faults.append(f"{problem.people[person]} ends further off in {name} than the certificate says.")
    return excess


def _given(desk: _Desk, section: Mapping[str, Any], slots: Ints, share: Ints, ticks: int) -> Ints | None:
    """Apply (in place) that some turns are given, and who may not serve; return what it takes from whom.

    A given turn is due to whoever serves it; the slot's other seats are shared among the others. Each must be
    fixed, or published for the slot, and served. The debt is below 0 for who is ahead by it, shape (s, P);
    None for damage.
    """
    problem = desk.problem
    # Only what the problem itself says stands may be called given: else a certificate could pay anybody.
    fixed = set(_pairs(*problem.fixed.T))
    if len(problem.published):
        fixed |= set(_pairs(problem.seat_slot, problem.published))
    served = {pair for pair in _pairs(desk.slot, desk.person) if pair[0] in set(slots.tolist())}
    try:
        pairs = _pairs(*(_whole(section.get(name, [])) for name in ("given_slot", "given_person")))
        stand = len(set(pairs)) == len(pairs) and set(pairs) <= fixed & served
    except (TypeError, ValueError, OverflowError):
        stand = False
    if not stand:
        desk.faults.append("The certificate calls turns given that are neither fixed nor published.")
        return None
    before = share.copy()
    facts = is_frozen(problem)
    outside = [pair for pair in problem.forbidden.tolist() if not facts[pair[0]]]
    place = {slot: index for index, slot in enumerate(slots.tolist())}
    for slot in sorted({slot for slot, _ in pairs} | {slot for slot, _ in outside if slot in place}):
        must = [who for row_slot, who in pairs if row_slot == slot]
        row = before[place[slot]]
        claim = np.where(row > 0, problem.weight, 0)
        claim[[*must, *(who for row_slot, who in outside if row_slot == slot)]] = 0
        share[place[slot]] = level_shares(
            int(row.sum()) - len(must) * ticks, claim, np.full(len(claim), ticks)
        )
        share[place[slot], must] = ticks
    return before - share


def _pairs(first: Ints, second: Ints) -> list[tuple[int, int]]:
    """Return two columns as pairs; columns of two lengths are an error of value."""
    return [(left, right) for left, right in np.column_stack((first, second)).tolist()]


def _repaid(
    desk: _Desk, section: Mapping[str, Any], slots: Ints, share: Ints, ticks: int, books: _Books, account: int
) -> bool:
    """Apply (in place) what the certificate says was paid back; it may only lessen what was left.

    Given turns may leave and take back at different times, so with them only what is left at the end is
    looked at; how far off it puts anybody is measured.
    """
    before, owed, most = share.copy(), books.owed[account] - books.paid[account], books.most(account)
    try:
        names = ("repaid_slot", "repaid_person", "repaid_ticks")
        slot, person, moved = (_whole(section.get(name, [])) for name in names)
        # A slot beyond the last makes the addition fail; one that is not of this part is seen by comparing.
        places = np.searchsorted(slots, slot)
        np.add.at(share, (places, person), moved)
        true = bool((slots[places] == slot).all() and (person >= 0).all())
    except (IndexError, TypeError, ValueError, OverflowError):
        true = False
    if not true:
        desk.faults.append("The certificate is damaged: it pays back in slots or to people nobody knows.")
        return False
    # The five conditions of a fair repayment: it moves towards 0, not beyond it, takes no share below 0 or
    # above a turn, and leaves each slot's sum as it was. All are read from the shares, which are small, not
    # from the figures that moved them: those may be so large that their sums wrap round.
    change = share - before
    total = change.sum(axis=0)
    books.paid[account] += total
    if most is None:
        towards = (np.sign(change) == np.sign(owed))[change != 0].all()
        lessens = towards and (np.abs(total) <= np.abs(owed)).all()
    else:
        lessens = (np.abs(owed - total) <= most).all()
    fair = lessens and (share >= 0).all() and (share <= ticks).all() and not change.sum(axis=1).any()
    if not fair:
        desk.faults.append("The certificate pays back what history did not leave.")
    return bool(fair)


def _until(who: Ints, start: Ints, end: Ints, person: Ints, day: Ints) -> Ints:
    """Return the last day that a person's intervals reach, of those that start by a day; below 0 for none."""
    order = np.lexsort((start, who))
    # 2**32 is more than any day, so person and day in one number sort by person first, and how far the
    # intervals of one person reach is always less than where the next person's begin.
    begins = who[order] * 2**32 + start[order]
    reach = np.maximum.accumulate(np.concatenate([[-1], who[order] * 2**32 + end[order]]))
    return reach[np.searchsorted(begins, person * 2**32 + day, side="right")] - person * 2**32


def _prices_prove(price: Any, places: Ints, person: Ints, due: Ints, ticks: int) -> bool:
    """Whether the slots' prices prove the sum of squared lags least: every person's own best adds up to it.

    With a price paid for serving a slot, persons no longer meet. A person's cheapest way within quota is
    found slot by slot over two states, the floor and the ceiling of what is due. Sums are relative to the
    floor's, in units of ``ticks``, so that they fit in int64.
    """
    price = np.asarray([] if price is None else price)
    if price.shape != (len(due),) or price.dtype.kind != "i":
        return False
    # Forged prices could wrap round and seem to prove anything. Real ones add up to some turns a slot, 2**52
    # for a million slots; in floats, which never wrap.
    if np.abs(price.astype(float)).sum() >= PRICES:
        return False
    people = due.shape[1]
    served = np.zeros(due.shape, dtype=np.int64)
    served[places, person] = 1
    taken = served.sum(axis=1)
    had = np.cumsum(served, axis=0)
    floor = due // ticks
    over = due - floor * ticks
    up = ticks - 2 * over  # what the ceiling costs more than the floor
    plan = int(np.where(had > floor, up, 0).sum())
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
    return bool((price * taken).sum() + sum(ends.min(axis=0).tolist()) == plan)
