"""Who serves with whom, the last criterion: partners change places inside their windows until pairs mix.

With windows and views kept, many plans are as good. Six people in pairs may meet the same partner for ever,
or everybody in turn. Two people of two slots of the same views change places where both turns stay in their
windows: nobody's number of turns changes, after no slot beyond quota, in no view. A change is kept where it
lowers the sum over pairs of (times together) squared, which is least where everybody meets everybody alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.progress import Progress
from evenhand.rota.solving.quota.arcs import arcs
from evenhand.rota.solving.quota.views import Piece
from evenhand.rota.solving.quota.windows import Windows

Allowed = Callable[[int, int, int], bool]
"""Whether a turn may go from one row to another."""

LOOKS: Final = 300_000
"""Changes looked at in all: a second or two. A larger plan is mixed as far as they reach; at twice as many
the pairs of a year's plan for twenty people were no better mixed."""

STEPS: Final = 4_000_000
"""Rows and partners passed on the way to these looks, a second or two as well: it ends the search where crews
are large. Twice as many double that time. A plan in which more pairs meet than this is not mixed at all, as
counting them takes as long: its crews are hundreds of people, of whom pairs mean little."""

PASSES: Final = 8
"""Passes over the plan; the third or fourth mostly finds nothing more."""


class Meetings:
    """How often each two people serve one slot, history included; only pairs that have met are kept."""

    def __init__(self, crews: Iterable[Sequence[int]] = ()) -> None:
        self.times: dict[int, Counter[int]] = {}
        for crew in crews:
            self.add(crew)

    def add(self, crew: Sequence[int]) -> None:
        """Count a slot that these people serve together."""
        for who in crew:
            row = self.times.setdefault(who, Counter())
            row.update(crew)
            # Nobody meets themselves.
            del row[who]

    def move(self, who: int, partner: int, step: int) -> None:
        """Count a meeting more, or one less."""
        self.times.setdefault(who, Counter())[partner] += step
        self.times.setdefault(partner, Counter())[who] += step

    def squares(self) -> int:
        """Return the sum over pairs of (times together) squared."""
        return sum(times * times for row in self.times.values() for times in row.values()) // 2

    def gain(self, who: int, other: int, here: Sequence[int], there: Sequence[int]) -> int:
        """Return by how much the sum of squares grows where two change crews: ``who`` leaves ``here``."""
        own, theirs = self.times.get(who, Counter()), self.times.get(other, Counter())
        step = Counter(there)
        step.subtract(here)
        # (n + d)^2 - n^2 for the one's meetings and (n - d)^2 - n^2 for the other's, whoever is in both crews
        # apart: d is 0 there.
        return sum(2 * d * (own[met] - theirs[met] + d) for met, d in step.items())


def mixed(piece: Piece, past: Sequence[Sequence[int]], progress: Progress) -> Ints:
    """Return the row of each turn after partners changed places, -1 for those left out.

    Args:
        piece: the turns of one class and load.
        past: people who have served together before, slot by slot.
        progress: may interrupt; the plan is good at any time.
    """
    win, row_of = piece.win, piece.row_of.copy()
    if progress.stop() or int((np.bincount(row_of[row_of >= 0]).astype(np.int64) ** 2).sum()) > STEPS:
        return row_of
    crews: list[dict[int, int]] = [{} for _ in range(win.slots)]
    for job in np.flatnonzero(row_of >= 0).tolist():
        crews[int(row_of[job])][int(win.person[job])] = job
    count = Meetings([*past, *(list(crew) for crew in crews)])
    # Rows that belong to the same views, as numbers, so that a look compares one figure.
    alike = np.unique(piece.inside, axis=0, return_inverse=True)[1].ravel()
    search = _Search(win, crews, alike, count, _as_good(piece))
    for _ in range(PASSES):
        changed = False
        for row in range(win.slots):
            if progress.stop() or search.looks > LOOKS or search.steps > STEPS:
                return row_of
            for job in list(crews[row].values()):
                other = search.partner(row, job)
                if other >= 0:
                    _change(win, crews, row_of, count, job, other)
                    changed = True
                    break
        if not changed:
            break
    return row_of


def _as_good(piece: Piece) -> Allowed | None:
    """Return which moves leave the sum of squared lags as small as it is; None where any may be made.

    The plans of least cost use arcs of reduced cost 0 and all of those below 0. So a turn may leave an arc
    that need not be used, for one that may be.
    """
    if piece.free is None:
        return None
    may, must = piece.free
    options = arcs(piece.win)
    code = options.job * piece.win.slots + options.slot

    def allowed(job: int, row: int, other_row: int) -> bool:
        left, taken = np.searchsorted(code, (job * piece.win.slots + row, job * piece.win.slots + other_row))
        # Arcs into a slot where two turns of one person could meet are shared, and have a cost of their own.
        plain = options.shared[left] < 0 and options.shared[taken] < 0
        return bool(plain and may[taken] and not must[left])

    return allowed


class _Search:
    """Looks for partners, and counts the looks."""

    def __init__(
        self, win: Windows, crews: list[dict[int, int]], alike: Ints, count: Meetings, allowed: Allowed | None
    ) -> None:
        self.win, self.crews, self.alike, self.count, self.allowed = win, crews, alike, count, allowed
        self.looks = self.steps = 0

    def partner(self, row: int, job: int) -> int:
        """Return the turn to change places with; -1 for none that helps."""
        win, crews = self.win, self.crews
        who = int(win.person[job])
        last = min(int(win.deadline[job]), win.slots - 1)
        here = [person for person in crews[row] if person != who]
        for other_row in range(max(row + 1, int(win.release[job])), last + 1):
            self.steps += 1
            # A slot of one seat has no pairs, and is a place to change to all the same.
            if self.alike[other_row] != self.alike[row] or who in crews[other_row]:
                continue
            if not _shares(win, other_row, who) or not self._may(job, row, other_row):
                continue
            for other, turn in crews[other_row].items():
                self.looks += 1
                fits = win.release[turn] <= row <= win.deadline[turn]
                if not fits or other in crews[row] or not _shares(win, row, other):
                    continue
                there = [person for person in crews[other_row] if person != other]
                self.steps += len(here) + len(there)
                if self.count.gain(who, other, here, there) < 0 and self._may(turn, other_row, row):
                    return turn
        return -1

    def _may(self, job: int, row: int, other_row: int) -> bool:
        return self.allowed is None or self.allowed(job, row, other_row)


def _shares(win: Windows, row: int, who: int) -> bool:
    """Return whether somebody has a share of a row: who has none is absent, or not able."""
    return bool(win.due[row, who] > (win.due[row - 1, who] if row else 0))


def _change(
    win: Windows, crews: list[dict[int, int]], places: Ints, count: Meetings, first: int, other: int
) -> None:
    """Let two turns change places, in place."""
    rows, people = (int(places[first]), int(places[other])), (int(win.person[first]), int(win.person[other]))
    for who, old, new, turn in ((people[0], rows[0], rows[1], first), (people[1], rows[1], rows[0], other)):
        del crews[old][who]
        for partner in crews[old]:
            if partner not in people:
                count.move(who, partner, -1)
        for partner in crews[new]:
            if partner not in people:
                count.move(who, partner, 1)
        places[turn] = new
    crews[rows[1]][people[0]], crews[rows[0]][people[1]] = first, other
