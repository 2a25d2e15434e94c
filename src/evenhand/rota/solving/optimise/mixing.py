"""Mixing, the last criterion: people who share slots should not always share them with the same others.

Two people who have served as much up to some slot, and again up to a later one, can exchange all they serve
in between: nobody's number of turns changes. Where the exchange leaves the sum of squared lags, every rule,
every view and the wishes granted as they were, and people meet more evenly, it is made, until none is left.
That is a search from one plan, not a proof: another plan as good may mix people still better.

On rotas too large for programs that even the views and grant the wishes, the same exchanges do that first:
those that bring two people nearer to what is due in the views, then those that grant more wishes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from evenhand.core.arrays import Bools, Floats, Ints
from evenhand.core.progress import Progress
from evenhand.core.shares import TICKS
from evenhand.rota.solving.optimise.board import Board, broken_rows

ROUNDS: Final = 20
"""Times that all pairs are looked at. Each exchange makes a sum of squares smaller, so the search ends by
itself: on 40 random rotas of 12 people, 26 weeks and 3 seats after 2 to 4 rounds. Twice as many would change
nothing there; with 2, a tenth of them would miss their last exchanges."""

LOOKS: Final = 20_000
"""Pairs of people looked at in all, a second or two: four rounds of a hundred people, and half the first of
300, whose search takes as long. Twice as many double that time."""

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
    # Everybody was in their own crew; nobody meets themselves.
    np.fill_diagonal(mix.met, 0)
    for _ in range(ROUNDS):
        if progress.stop() or not mix.round(mix.meet_less, progress):
            break
    return mix.plan


def evened(board: Board, plan: Bools, inside: Bools, due: Ints, wish: Floats, progress: Progress) -> Bools:
    """Exchange parts of two people's turns as long as views come nearer to what was due, then for wishes.

    Args:
        board: the rota.
        plan: a plan that keeps its rules, shape (S, P).
        inside: which slots belong to each view, shape (S, views).
        due: ticks that became due in each view, shape (views, P).
        wish: what serving a cell is worth to its person, shape (S, P).
        progress: an interruption hands out the plan so far.

    Returns:
        A plan with the same turns a person and no larger sum of squared lags, in which no single exchange
        brings views nearer, nor grants more wishes with views as they are. Cost O(P^2 S) a round.
    """
    mix = _Mix(board, plan.copy(), inside, wish, due)
    for goal, wanted in ((mix.nearer, inside.any()), (mix.wished, wish.any())):
        # Views may change while they are evened, and stay as they are while wishes are granted.
        mix.ends = mix.totals if goal == mix.nearer else mix.counts
        for _ in range(ROUNDS if wanted else 0):
            if progress.stop() or not mix.round(goal, progress):
                break
    return mix.plan


Goal = Callable[[int, int, int, int], bool]
"""Whether an exchange of two people's turns in slots low .. high - 1 is one that is looked for."""


class _Mix:
    """A plan, and how often people meet in it."""

    def __init__(
        self, board: Board, plan: Bools, inside: Bools, wish: Floats, due: Ints | None = None
    ) -> None:
        self.board, self.plan, self.wish, self.inside = board, plan, wish, inside
        self.met = met(plan)
        # What both must have as much of at either end of an exchange: load in each ledger and in each view.
        load = np.zeros((len(board.accounts), board.slots), dtype=np.int64)
        for number, account in enumerate(board.accounts):
            load[number, account.slots] = account.load
        self.totals, self.load = load, load.sum(axis=0)
        self.counts = np.concatenate([load, inside.T * self.load])
        self.ends = self.counts
        # In turns: squares of ticks would leave int64, and a view is looked at in turns.
        served = (inside.T * self.load) @ plan
        self.owed = np.zeros(served.shape) if due is None else due / TICKS - served
        self.looks = 0
        # The first and the last slot that each rule is about.
        self.first = np.array([rule.slot.min(initial=board.slots) for rule in board.rules], dtype=np.int64)
        self.last = np.array([rule.slot.max(initial=-1) for rule in board.rules], dtype=np.int64)

    def round(self, goal: Goal, progress: Progress) -> bool:
        """Look at all pairs once; return whether any exchange was made, and there is time for more."""
        done = False
        for first in range(self.board.people):
            if self.looks > LOOKS or progress.stop():
                return False
            for second in range(first + 1, self.board.people):
                self.looks += 1
                for low, high in self._between(first, second):
                    done |= self._exchange(first, second, low, high, goal)
        return done

    def _between(self, first: int, second: int) -> list[tuple[int, int]]:
        """Return the stretches of slots in which two people serve as much of everything, but not the same."""
        ahead = self.plan[:, first].astype(np.int64) - self.plan[:, second]
        even = ~np.cumsum(self.ends * ahead, axis=1).any(axis=0)
        ends = np.append(0, np.flatnonzero(even) + 1)
        differ = np.append(0, np.cumsum(ahead != 0))[ends]
        stretches = np.column_stack([ends[:-1], ends[1:]])[np.diff(differ) > 0]
        return [(low, high) for low, high in stretches.tolist()]

    def _more(self, first: int, second: int, low: int, high: int) -> Ints:
        """Return how often more the first would meet each other person, and the second less, shape (P,)."""
        part = self.plan[low:high]
        more = (part[:, second].astype(np.int64) - part[:, first]) @ part
        more[[first, second]] = 0
        return np.asarray(more)

    def meet_less(self, first: int, second: int, low: int, high: int) -> bool:
        """Whether meetings become more even."""
        more = self._more(first, second, low, high)
        # (n + d)^2 - n^2 for the first's meetings, (n - d)^2 - n^2 for the second's.
        return 2 * int((more * (self.met[first] - self.met[second] + more)).sum()) < 0

    def nearer(self, first: int, second: int, low: int, high: int) -> bool:
        """Whether the two come nearer to what is due in the views, by the sum of squares."""
        moved = self._moved(first, second, low, high)
        before, after = self.owed[:, [first, second]], self.owed[:, [first, second]].copy()
        after[:, 0] -= moved
        after[:, 1] += moved
        return float((after**2 - before**2).sum()) < -NOISE

    def wished(self, first: int, second: int, low: int, high: int) -> bool:
        """Whether more wishes are granted."""
        ahead = self.plan[low:high, first].astype(np.int64) - self.plan[low:high, second]
        return float((self.wish[low:high, second] - self.wish[low:high, first]) @ ahead) > NOISE

    def _moved(self, first: int, second: int, low: int, high: int) -> Ints:
        """Return the load that the first would serve more in each view, shape (views,)."""
        ahead = self.plan[low:high, second].astype(np.int64) - self.plan[low:high, first]
        return np.asarray(self.inside[low:high].T @ (self.load[low:high] * ahead))

    def _exchange(self, first: int, second: int, low: int, high: int, goal: Goal) -> bool:
        """Exchange two people's turns in slots low .. high - 1 if that is looked for and nothing is lost."""
        if not goal(first, second, low, high) or not self._as_good(first, second, low, high, goal):
            return False
        more, moved = self._more(first, second, low, high), self._moved(first, second, low, high)
        pair = [first, second]
        self.plan[low:high, pair] = self.plan[low:high, pair[::-1]]
        if not self._kept(pair, low, high):
            self.plan[low:high, pair] = self.plan[low:high, pair[::-1]]
            return False
        for person, sign in ((first, 1), (second, -1)):
            self.met[person] += sign * more
            self.met[:, person] += sign * more
            self.owed[:, person] -= sign * moved
        return True

    def _kept(self, pair: list[int], low: int, high: int) -> bool:
        """Return whether the rules hold after two people's turns in slots low .. high - 1 changed."""
        board = self.board
        if (self.plan[low:high, pair] & ~board.able[low:high, pair]).any():
            return False
        # A seat's rule is about one slot: of a year's rules an exchange of two weeks touches some dozens.
        near = np.flatnonzero((self.first < high) & (self.last >= low)).tolist()
        return not any(broken_rows(board.rules[index], self.plan).any() for index in near)

    def _as_good(self, first: int, second: int, low: int, high: int, goal: Goal) -> bool:
        """Whether an exchange makes neither the sum of squared lags nor the wishes granted worse."""
        ahead = self.plan[low:high, first].astype(np.int64) - self.plan[low:high, second]
        wished = (self.wish[low:high, second] - self.wish[low:high, first]) @ ahead
        # Views come before wishes, so they may be evened at the price of a wish.
        if wished < -NOISE and goal != self.nearer:
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
