"""A plan to start from: the ledger's, slot by slot, skipping whoever a rule keeps out."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.rota.solving.optimise.board import Board, kept


class Rows:
    """How far each row of each rule is filled."""

    def __init__(self, board: Board) -> None:
        sizes = [rule.lower.size for rule in board.rules]
        first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        # Rows of all rules are numbered on and sorted by cell, so that taking a cell looks at its own rows
        # alone.
        row = np.concatenate([rule.row + row for rule, row in zip(board.rules, first, strict=False)])
        cell = np.concatenate([rule.slot * board.people + rule.person for rule in board.rules])
        factor = np.concatenate([rule.factor for rule in board.rules])
        order = np.argsort(cell, kind="stable")
        self.row, self.factor = row[order], factor[order]
        self.begin = np.searchsorted(cell[order], np.arange(board.able.size + 1))
        self.lower = np.concatenate([rule.lower for rule in board.rules])
        self.upper = np.concatenate([rule.upper for rule in board.rules])
        self.value = np.zeros(self.upper.size)

    def take(self, cell: int) -> bool:
        """Serve a cell if no row goes beyond its upper limit."""
        part = slice(int(self.begin[cell]), int(self.begin[cell + 1]))
        rows, factor = self.row[part], self.factor[part]
        if ((factor > 0) & (self.value[rows] + factor > self.upper[rows])).any():
            return False
        self.value[rows] += factor
        return True

    def add(self, cell: int, times: int) -> Ints:
        """Serve a cell (or not any more, with -1) whatever the limits; return the rows it is in."""
        part = slice(int(self.begin[cell]), int(self.begin[cell + 1]))
        rows = self.row[part]
        np.add.at(self.value, rows, times * self.factor[part])
        return rows

    def exchanged(self, gone: Iterable[int], come: Iterable[int]) -> bool:
        """Serve some cells instead of others if every row stays within its limits; return whether it does."""
        touched = [self.add(cell, -1) for cell in gone] + [self.add(cell, 1) for cell in come]
        rows = np.concatenate(touched)
        if ((self.value[rows] >= self.lower[rows]) & (self.value[rows] <= self.upper[rows])).all():
            return True
        for cell in come:
            self.add(cell, -1)
        for cell in gone:
            self.add(cell, 1)
        return False


def ledger_start(board: Board) -> Bools | None:
    """Deal slot by slot to the largest lag that the rules let in.

    Args:
        board: the rota.

    Returns:
        A plan that keeps every rule, shape (S, P), or None where dealing one at a time ran into one.
        Cost O(S P log P).
    """
    if not board.rules:
        return None
    plan = dealt(board)
    # Dealing heeds upper limits only; whether the lower ones are met (seats, companions) is seen at the
    # end.
    return plan if kept(board, plan) else None


def dealt(board: Board, *, filled: bool = True) -> Bools:
    """Deal slot by slot to the largest lag that the rules let in; where they let in nobody, to the largest.

    Args:
        board: the rota.
        filled: whether a seat goes to the largest lag, and not open, where the rules let in nobody.

    Returns:
        A plan, shape (S, P), that fills every seat that somebody able is there for, and may break rules.
    """
    rows = Rows(board)
    plan = np.zeros(board.able.shape, dtype=bool)
    for rule in board.rules:
        # Fixed turns before all others, so that nobody takes a seat or a rest that they need.
        if rule.kind == "fixed":
            for slot, person in zip(rule.slot.tolist(), rule.person.tolist(), strict=True):
                if not plan[slot, person]:
                    plan[slot, person] = rows.take(slot * board.people + person)
    account_of = np.zeros(board.slots, dtype=np.int64)
    place = np.zeros(board.slots, dtype=np.int64)
    for number, account in enumerate(board.accounts):
        account_of[account.slots] = number
        place[account.slots] = np.arange(account.slots.size)
    served = np.zeros((len(board.accounts), board.people), dtype=np.int64)
    for slot in range(board.slots):
        number = int(account_of[slot])
        account = board.accounts[number]
        lag = account.due[place[slot]] - served[number] * account.ticks
        free = np.flatnonzero(board.able[slot] & ~plan[slot] & (board.earliest <= slot))
        order = free[np.argsort(-lag[free], kind="stable")].tolist()
        _fill(rows, plan[slot], order, slot * board.people, int(board.seats[slot]))
        missing = int(board.seats[slot]) - int(plan[slot].sum()) if filled else 0
        # The rules let nobody else in; a plan with a rule broken can be mended, and a seat left open cannot.
        for person in [person for person in order if not plan[slot, person]][:missing]:
            plan[slot, person] = True
            rows.add(slot * board.people + person, 1)
        served[number] += plan[slot] * account.load[place[slot]]
    return plan


def _fill(rows: Rows, here: Bools, order: list[int], base: int, seats: int) -> None:
    """Seat people in order; twice, as somebody may have waited for a companion."""
    for _ in range(2):
        for person in order:
            if int(here.sum()) >= seats:
                return
            if not here[person]:
                here[person] = rows.take(base + person)
