"""Last of all: whoever shares slots should not always share them with the same people.

Two people who have served as much up to some slot, and again up to a later one, can exchange all they serve
in between: nobody's number of turns changes. Where the exchange leaves the sum of squared lags, every rule,
every view and the wishes granted as they were, and people meet more evenly, it is made, until none is left.
That is a search from one plan, not a proof: another plan as good may mix people still better.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evenhand.core.progress import Progress
from evenhand.rota.solving.optimise.board import Board, kept

__all__ = ["met", "mixed"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ROUNDS: Final = 20
"""Times that all pairs are looked at. Each exchange makes a sum of squares smaller, so the search ends by
itself: on 40 random rotas of 12 people, 26 weeks and 3 seats after 2 to 4 rounds. Twice as many would change
nothing there; with 2, a tenth of them would miss their last exchanges."""

NOISE: Final = 1e-9
"""Wishes are shares such as 1/3: a sum that is smaller by less than this is the same sum in floats."""


def met(plan: Bools) -> Ints:
    """Return how often each two people serve one slot together, shape (P, P); 0 on the diagonal."""
    out = plan.T.astype(np.int64) @ plan.astype(np.int64)
    np.fill_diagonal(out, 0)
    return np.asarray(out)


def mixed(
    board: Board, plan: Bools, inside: Bools, wish: Floats, progress: Progress, past: Sequence[Ints] = ()
) -> Bools:
    """Exchange parts of two people's turns as long as people meet more evenly.

    Args:
        board: the rota.
        plan: a plan that keeps its rules, shape (S, P).
        inside: which slots belong to each view, shape (S, views).
        wish: what serving a cell is worth to its person, shape (S, P).
        progress: an interruption hands out the plan so far.
        past: people who have served together before, slot by slot.

    Returns:
        A plan with the same turns a person and view, the same sum of squared lags, no wish less in all, and
        a sum of squared meetings that no single exchange lowers. Cost O(P^2 S) a round.
    """
    if not board.seats.size or int(board.seats.max()) < 2:  # noqa: PLR2004 - nobody meets anybody
        return plan
    mix = _Mix(board, plan.copy(), inside, wish)
    for crew in past:
        mix.met[np.ix_(crew, crew)] += 1
    np.fill_diagonal(mix.met, 0)
    for _ in range(ROUNDS):
        if progress.stop() or not mix.round():
            break
    return mix.plan


class _Mix:
    """A plan, and how often people meet in it."""

    def __init__(self, board: Board, plan: Bools, inside: Bools, wish: Floats) -> None:
        self.board, self.plan, self.wish = board, plan, wish
        self.met = met(plan)
        # What both must have as much of at either end of an exchange: load in each ledger and in each view.
        load = np.zeros((len(board.accounts), board.slots), dtype=np.int64)
        for number, account in enumerate(board.accounts):
            load[number, account.slots] = account.load
        self.counts = np.concatenate([load, inside.T * load.sum(axis=0)])

    def round(self) -> bool:
        """Look at all pairs once; return whether any exchange was made."""
        done = False
        for first in range(self.board.people):
            for second in range(first + 1, self.board.people):
                for low, high in self._between(first, second):
                    done |= self._exchange(first, second, low, high)
        return done

    def _between(self, first: int, second: int) -> list[tuple[int, int]]:
        """Return the stretches of slots in which two people serve as much of everything, but not the same."""
        ahead = self.plan[:, first].astype(np.int64) - self.plan[:, second]
        even = ~np.cumsum(self.counts * ahead, axis=1).any(axis=0)
        ends = [0, *(np.flatnonzero(even) + 1).tolist()]
        return [(low, high) for low, high in pairwise(ends) if ahead[low:high].any()]

    def _exchange(self, first: int, second: int, low: int, high: int) -> bool:
        """Exchange two people's turns in slots low .. high - 1 if that makes meetings more even."""
        part = self.plan[low:high]
        ahead = part[:, second].astype(np.int64) - part[:, first]
        more = ahead @ part
        more[[first, second]] = 0
        # (n + d)^2 - n^2 for the first's meetings, (n - d)^2 - n^2 for the second's.
        gain = 2 * int((more * (self.met[first] - self.met[second] + more)).sum())
        if gain >= 0 or not self._as_good(first, second, low, high):
            return False
        pair = [first, second]
        self.plan[low:high, pair] = self.plan[low:high, pair[::-1]]
        if not kept(self.board, self.plan):
            self.plan[low:high, pair] = self.plan[low:high, pair[::-1]]
            return False
        for person, sign in ((first, 1), (second, -1)):
            self.met[person] += sign * more
            self.met[:, person] += sign * more
        return True

    def _as_good(self, first: int, second: int, low: int, high: int) -> bool:
        """Whether an exchange makes neither the sum of squared lags nor the wishes granted worse."""
        ahead = self.plan[low:high, first].astype(np.int64) - self.plan[low:high, second]
        wished = (self.wish[low:high, second] - self.wish[low:high, first]) @ ahead
        if wished < -NOISE:
            return False
        change = 0
        for account in self.board.accounts:
            here = np.flatnonzero((account.slots >= low) & (account.slots < high))
            # Served so far changes hands, so squares change by 2 (due - due) (served - served), in ticks;
            # Python's integers have no limit, and ticks times turns could leave int64.
            served = np.cumsum(ahead[account.slots[here] - low] * account.load[here]).tolist()
            apart = (account.due[here, first] - account.due[here, second]).tolist()
            change += sum(due * turns for due, turns in zip(apart, served, strict=True))
        return change <= 0
