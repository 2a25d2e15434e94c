"""Who serves with whom, the last criterion: partners change places inside their windows until pairs mix.

With windows and views kept, many plans are as good. Six people in pairs may meet the same partner for ever,
or everybody in turn. Two people of two slots of the same views change places where both turns stay in their
windows: nobody's number of turns changes, after no slot beyond quota, in no view. A change is kept where it
lowers the sum over pairs of (times together) squared, which is least where everybody meets everybody alike.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from evenhand.core.progress import Progress
from evenhand.rota.solving.quota.views import Piece
from evenhand.rota.solving.quota.windows import Windows

__all__ = ["MOST_PEOPLE", "mixed", "together"]

Ints = NDArray[np.int64]

LOOKS: Final = 300_000
"""Changes looked at in all: a second or two. A larger plan is mixed as far as they reach; at twice as many
the pairs of a year's plan for twenty people were no better mixed."""

MOST_PEOPLE: Final = 300
"""People up to which pairs are mixed: a table of all pairs is kept, and a look adds up one of its rows."""

PASSES: Final = 8
"""Passes over the plan; the third or fourth mostly finds nothing more."""


def together(crews: list[list[int]], people: int) -> Ints:
    """Return how often each two people serve one slot, shape (P, P), symmetric."""
    out = np.zeros((people, people), dtype=np.int64)
    for crew in crews:
        out[np.ix_(crew, crew)] += 1
    np.fill_diagonal(out, 0)
    return out


def mixed(piece: Piece, met: Ints, progress: Progress) -> Ints:
    """Return the row of each turn after partners changed places, -1 for those left out.

    Args:
        piece: the turns of one class and load.
        met: how often each two people have served together before, shape (P, P).
        progress: may interrupt; the plan is good at any time.
    """
    win, index = piece.win, piece.at.copy()
    crews: list[dict[int, int]] = [{} for _ in range(win.slots)]
    for job in np.flatnonzero(index >= 0).tolist():
        crews[int(index[job])][int(win.person[job])] = job
    count = met + together([list(crew) for crew in crews], win.people)
    # Rows that belong to the same views, as numbers, so that a look compares one figure.
    alike = np.unique(piece.inside, axis=0, return_inverse=True)[1].ravel()
    looks = 0
    for _ in range(PASSES):
        changed = False
        for row in range(win.slots):
            if progress.stop() or looks > LOOKS:
                return index
            for job in list(crews[row].values()):
                tried, other = _partner(win, crews, alike, count, row, job)
                looks += tried
                if other >= 0:
                    _change(win, crews, index, count, job, other)
                    changed = True
                    break
        if not changed:
            break
    return index


def _partner(
    win: Windows, crews: list[dict[int, int]], alike: Ints, count: Ints, row: int, job: int
) -> tuple[int, int]:
    """Return how many changes were looked at, and the turn to change places with; -1 for none that helps."""
    who, looks = int(win.person[job]), 0
    last = min(int(win.deadline[job]), win.slots - 1)
    here = [one for one in crews[row] if one != who]
    for other_row in range(max(row + 1, int(win.release[job])), last + 1):
        # A slot of one seat has no pairs, and is a place to change to all the same.
        if alike[other_row] != alike[row] or who in crews[other_row] or not _shares(win, other_row, who):
            continue
        for other, turn in crews[other_row].items():
            looks += 1
            fits = win.release[turn] <= row <= win.deadline[turn]
            if not fits or other in crews[row] or not _shares(win, row, other):
                continue
            there = [one for one in crews[other_row] if one != other]
            # Together once more with the new crew and once less with the old: squares of both.
            step = np.zeros(win.people, dtype=np.int64)
            step[there] += 1
            step[here] -= 1
            gain = step @ (2 * count[who] + step) - step @ (2 * count[other] - step)
            if gain < 0:
                return looks, turn
    return looks, -1


def _shares(win: Windows, row: int, who: int) -> bool:
    """Return whether somebody has a share of a row: who has none is absent, or not able."""
    return bool(win.due[row, who] > (win.due[row - 1, who] if row else 0))


def _change(
    win: Windows, crews: list[dict[int, int]], places: Ints, count: Ints, one: int, other: int
) -> None:
    """Let two turns change places, in place."""
    rows, people = (int(places[one]), int(places[other])), (int(win.person[one]), int(win.person[other]))
    for who, old, new, turn in ((people[0], rows[0], rows[1], one), (people[1], rows[1], rows[0], other)):
        del crews[old][who]
        for partner in crews[old]:
            if partner not in people:
                count[who, partner] -= 1
                count[partner, who] -= 1
        for partner in crews[new]:
            if partner not in people:
                count[who, partner] += 1
                count[partner, who] += 1
        places[turn] = new
    crews[rows[1]][people[0]], crews[rows[0]][people[1]] = one, other
