"""Where the search was cut: two people exchange two turns that lie near each other, until views are even.

A plan cut in mid-search is mostly the policy's, dealt out slot by slot: it may keep everybody's total within
a turn and give one person every early shift. What is left of a limit is seldom enough for a program.
Exchanging an early shift for the late one of the same day changes nobody's number of turns, and moves lags in
the slots between alone.
"""

from __future__ import annotations

import numpy as np

from evenhand.core.arrays import Bools, Floats, Ints
from evenhand.core.progress import Progress
from evenhand.core.shares import TICKS
from evenhand.rota.solving.optimise.board import Board
from evenhand.rota.solving.optimise.search import lags
from evenhand.rota.solving.optimise.start import Rows

NEAR = 21
"""Slots apart up to which two turns are exchanged: a week of three shifts a day. Half of it leaves weekends
with whom they were; twice as much takes twice the time, and lags would move in more slots."""

SLACK = 0.25
"""Part of the sum of squared lags by which it may grow where it is not proven least. Wards of one and two
months whose search was cut use about half of it to bring every view near; at half of it some would stop."""

ROUNDS = 10
"""Times that all turns are looked at. Each exchange makes a sum of squares smaller, so it ends by itself: on
wards of one and two months after 3 to 6 rounds."""

LOOKS = 20_000
"""Pairs of turns that are looked at whatever the clock says, some tenths of a second: a solver does not stop
to the moment, and what it overruns must not cost the views. At half of it some wards are not done."""


def with_turns_exchanged(
    board: Board, plan: Bools, inside: Bools, due: Ints, progress: Progress, *, proven: bool
) -> Bools:
    """Exchange turns of two people as long as views come nearer to what was due.

    Args:
        board: the rota.
        plan: a plan that keeps its rules, shape (S, P).
        inside: which slots belong to each view, shape (S, views).
        due: ticks that became due in each view, shape (views, P).
        progress: an interruption hands out the plan so far.
        proven: whether its sum of squared lags is proven least; then it stays.

    Returns:
        A plan that keeps every rule, with the same turns a person, no lag beyond the largest before or one
        turn, and a sum of squared lags at most ``SLACK`` larger. Cost O(turns x ``NEAR``) a round.
    """
    swaps = _Swaps(board, plan.copy(), inside, due)
    swaps.room = 0.0 if proven else SLACK * float((swaps.lag**2).sum())
    for _ in range(ROUNDS):
        if not swaps.round(progress):
            break
    return swaps.plan


class _Swaps:
    """A plan, how far each view is off, and how far each lag."""

    def __init__(self, board: Board, plan: Bools, inside: Bools, due: Ints) -> None:
        self.board, self.plan, self.rows = board, plan, Rows(board)
        for cell in np.flatnonzero(plan).tolist():
            self.rows.add(cell, 1)
        self.account, self.load = np.zeros(board.slots, dtype=np.int64), np.zeros(board.slots, dtype=np.int64)
        self.lag: Floats = np.zeros(plan.shape)
        for number, (account, lag) in enumerate(zip(board.accounts, lags(board, plan), strict=True)):
            self.account[account.slots], self.load[account.slots] = number, account.load
            self.lag[account.slots] = lag / TICKS
        self.inside = inside
        # In turns: squares of ticks would leave int64.
        self.owed: Floats = due / TICKS - (inside.T * self.load) @ plan
        self.room, self.looks = 0.0, 0
        self.widest = max(1.0, float(np.abs(self.lag).max(initial=0)))

    def round(self, progress: Progress) -> bool:
        """Look at all turns once; return whether any were exchanged."""
        done = False
        for slot in range(self.board.slots):
            if progress.interrupted or (self.looks > LOOKS and progress.stop()):
                return False
            later = range(slot + 1, min(slot + 1 + NEAR, self.board.slots))
            for other in (other for other in later if self._alike(slot, other)):
                for first in np.flatnonzero(self.plan[slot] & self.board.able[other]).tolist():
                    for second in np.flatnonzero(self.plan[other] & self.board.able[slot]).tolist():
                        self.looks += 1
                        if self.plan[slot, first] and self.plan[other, second]:
                            done |= self._exchange(slot, other, first, second)
        return done

    def _alike(self, slot: int, other: int) -> bool:
        """Whether two slots count alike in one ledger, and in different views."""
        same = self.account[slot] == self.account[other] and self.load[slot] == self.load[other]
        return bool(same and (self.inside[slot] != self.inside[other]).any())

    def _exchange(self, slot: int, other: int, first: int, second: int) -> bool:
        """Let the first serve the second's turn and the other way round, if that is evener and allowed."""
        if self.plan[other, first] or self.plan[slot, second]:
            return False
        load = int(self.load[slot])
        moved = load * (self.inside[other].astype(np.int64) - self.inside[slot])
        # The first serves ``moved`` more in each view, the second less: sums of squares before and after.
        apart = self.owed[:, second] - self.owed[:, first]
        if float((moved * (moved + apart)).sum()) >= 0:
            return False
        part = slice(slot, other)
        here = (self.account[part] == self.account[slot])[:, None] * np.array([1.0, -1.0]) * load
        before = self.lag[part][:, [first, second]]
        after = before + here
        more = float((after**2 - before**2).sum())
        if more > self.room or np.abs(after).max(initial=0) > self.widest:
            return False
        people = self.board.people
        gone = (slot * people + first, other * people + second)
        come = (other * people + first, slot * people + second)
        if not self.rows.exchanged(gone, come):
            return False
        self.plan[[slot, other, other, slot], [first, second, first, second]] = [False, False, True, True]
        self.lag[part][:, [first, second]] = after
        self.room -= more
        self.owed[:, first] -= moved
        self.owed[:, second] += moved
        return True
