"""What quota deals: the slots of one class and load, with everybody's share, paid-back lags and given turns.

A turn that is given (fixed, or published and kept) takes a row of its own, all of it due to whoever serves
it; the slot's other seats are due to the others. Somebody who may not serve a slot has no share of it. What
that moves is paid back like a lag from history: from the slot on, and what is then left in the slots before.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.core.shares import TICKS
from evenhand.rota.problem import KEEP, RotaProblem
from evenhand.rota.solving.model.barriers import Barriers
from evenhand.rota.solving.model.entitlement import openings, poured, share_of, shares
from evenhand.rota.solving.model.presence import able, done


@dataclass(frozen=True, eq=False)
class Part:
    """The slots of one class and load, dealt for themselves, a row each; a given turn has a row of its own.

    Attributes:
        slots: slot of each row, never falling, shape (s,).
        ticks: ticks to one turn: load x TICKS.
        share: ticks each row is worth to each person, repayment included, shape (s, P).
        plain: the same before anything is given or paid back, shape (s, P); a slot of two rows has it in the
            first.
        seats: seats that can be filled, shape (s,).
        repaid: (row, person, ticks) where a share was moved to pay back what history or a given turn left,
            shape (r, 3).
        given: (slot, person) of turns that are given and not dealt, shape (g, 2).
        unpaid: what was left at the end, in ticks, shape (P,).
    """

    slots: Ints = field(repr=False)
    ticks: int
    share: Ints = field(repr=False)
    plain: Ints = field(repr=False)
    seats: Ints = field(repr=False)
    repaid: Ints = field(repr=False)
    given: Ints = field(repr=False)
    unpaid: Ints = field(repr=False)


def parts(problem: RotaProblem) -> list[Part]:
    """Split a rota into parts of one class and load each, with shares and what can be filled."""
    share = shares(problem)
    kind = problem.slot_class * (int(problem.load.max(initial=1)) + 1) + problem.load
    owed = openings(problem)
    given = _Given(problem, share)
    out = []
    codes, count = np.unique(np.repeat(kind, problem.seats), return_counts=True)
    for code in codes[np.argsort(-count, kind="stable")].tolist():
        slots = np.flatnonzero(kind == code)
        ticks = int(problem.load[slots[0]]) * TICKS
        part = share if len(codes) == 1 else share[slots]
        account = int(problem.slot_class[slots[0]])
        unpaid = owed[account].copy()
        rows, paying, debt = given.rows(slots, part, ticks)
        # Paying back changes shares in place; where nothing is owed, a second table of that size is spared.
        plain = part.copy() if paying is part and unpaid.any() else part
        first = np.diff(rows, prepend=-1) > 0
        # Where no slot has two rows this would copy the largest table of all for nothing.
        if not first.all():
            plain = plain[np.cumsum(first) - 1] * first[:, None]
        seats = paying.sum(axis=1) // ticks
        repaid = _repay(paying, unpaid, problem.weight, ticks, debt)
        turns = given.turns[np.isin(given.turns[:, 0], slots)]
        out.append(Part(rows, ticks, paying, plain, seats, repaid, turns, unpaid))
        # one part of a class pays all of it back, where slots of that class count differently
        owed[account] = 0
    return out


class _Given:
    """Turns that are given, and who may not serve which slot; shares are made to fit them."""

    def __init__(self, problem: RotaProblem, share: Ints) -> None:
        self.problem = problem
        self.must: dict[int, list[int]] = {}
        self.must_not: dict[int, list[int]] = {}
        self.turns = np.zeros((0, 2), dtype=np.int64)
        if not problem.pinned and not len(problem.published):
            return
        barriers, facts = Barriers(problem), done(problem)
        self.must_not = {slot: who for slot, who in barriers.must_not.items() if not facts[slot]}
        self.must = {slot: list(who) for slot, who in barriers.must.items() if not facts[slot]}
        if len(problem.published):
            self._published(share, facts)
        pairs = [(slot, who) for slot in sorted(self.must) for who in self.must[slot]]
        self.turns = np.array(pairs, dtype=np.int64).reshape(-1, 2)

    def _published(self, share: Ints, facts: Bools) -> None:
        """Give every published turn that can be kept to its holder; a frozen slot keeps its open seats."""
        problem, can = self.problem, able(self.problem)
        for slot in range(len(problem.seats)):
            crew = problem.crew(problem.published, slot).tolist()
            if facts[slot]:
                share[slot] = share_of(problem, slot, can[slot], None, len(crew))
                self.must[slot] = sorted(crew)
            elif crew and problem.stickiness >= KEEP:
                fixed, kept_out = self.must.get(slot, []), self.must_not.get(slot, ())
                free = int(problem.seats[slot]) - len(fixed)
                stay = [who for who in crew if can[slot, who] and who not in (*fixed, *kept_out)]
                self.must[slot] = sorted([*fixed, *stay[:free]])

    def rows(self, slots: Ints, share: Ints, ticks: int) -> tuple[Ints, Ints, Ints | None]:
        """Return the rows of a part: slot, share, and what each row takes from its people beyond it.

        The last is the debt, shape (rows, P), or None without given turns: below 0 is ahead.
        """
        touched = [slot for slot in slots.tolist() if self.must.get(slot) or self.must_not.get(slot)]
        if not touched:
            return slots, share, None
        rows: list[int] = []
        parts: list[Ints] = []
        debts: list[Ints] = []
        nothing = np.zeros(share.shape[1], dtype=np.int64)
        for index, slot in enumerate(slots.tolist()):
            own, must = share[index], self.must.get(slot, [])
            others = own > 0
            others[[*must, *self.must_not.get(slot, [])]] = False
            if not must and slot not in self.must_not:
                rows.append(slot)
                parts.append(own)
                debts.append(nothing)
                continue
            # A given turn is a row of its own with a whole turn for whoever has it; the slot's other seats
            # are a second row for the others. What that takes from people's shares is a debt to be paid back.
            full = nothing.copy()
            full[must] = ticks
            rest = poured(
                int(own.sum()) - len(must) * ticks, self.problem.weight * others, np.where(others, ticks, 0)
            )
            if must:
                rows.append(slot)
                parts.append(full)
                debts.append(own - full - rest)
            if rest.any():
                rows.append(slot)
                parts.append(rest)
                debts.append(nothing if must else own - rest)
        return np.array(rows, dtype=np.int64), np.array(parts), np.array(debts)


def _repay(share: Ints, unpaid: Ints, weight: Ints, ticks: int, debt: Ints | None) -> Ints:
    """Move shares (in place) from those ahead to those owed until ``unpaid`` (in place) is 0.

    A given row stays as it is by itself: whoever has a share of it has a whole turn, and can take no more.
    """
    moved: list[Ints] = []

    def pay(row: int) -> None:
        here = share[row]
        give = np.where(here > 0, np.clip(-unpaid, 0, here), 0)
        take = np.where(here > 0, np.clip(unpaid, 0, ticks - here), 0)
        total = int(min(give.sum(), take.sum()))
        change = poured(total, weight, take) - poured(total, weight, give)
        who = np.flatnonzero(change)
        moved.append(np.stack([np.full(who.size, row), who, change[who]], axis=1))
        share[row] += change
        unpaid[:] -= change

    for row in range(len(share)):
        if debt is not None:
            unpaid += debt[row]
        elif not unpaid.any():
            break
        if unpaid.any():
            pay(row)
    # What a given turn late in the plan leaves is made up for before it: the calendar is known. Going
    # backwards, the slots next to it pay first.
    for row in reversed(range(len(share) if debt is not None else 0)):
        if not unpaid.any():
            break
        pay(row)
    return np.concatenate([np.zeros((0, 3), dtype=np.int64), *moved])
