"""Rounds in which few pairs meet twice: best swaps, with a short memory of the last ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evenhand.core.progress import Progress
from evenhand.core.seeded import stream

__all__ = ["rotated"]

Ints = NDArray[np.int64]


def rotated(sizes: Ints, count: int, seed: int, progress: Progress) -> Ints:
    """Return team codes, shape (count, n), with as few repeated pairs as the search finds; 0 ends it at once.

    Each step takes a round with repeated pairs and makes the best swap in it that is not undone from the last
    steps (tabu search: Glover (1989), doi:10.1287/ijoc.1.3.190). Cost O(n^2) a step.
    """
    people = int(sizes.sum())
    draw = stream(seed, "rounds")
    home = np.repeat(np.arange(len(sizes)), sizes)
    awards = np.array([home[draw.permutation(people)] for _ in range(count)]).reshape(count, people)
    if min(count, len(sizes)) <= 1:
        return awards
    met = np.zeros((people, people))
    for row in awards:
        met += row[:, None] == row[None, :]
    best, kept = _all(met), awards.copy()
    banned = np.zeros((count, people), dtype=np.int64)
    upper = np.triu(np.ones((people, people), dtype=bool), 1)
    for step in range(1, 1 + 1500 * count):
        if progress.stop() or not best:
            break
        at = _round_to_mend(met, awards, draw)
        row = awards[at]
        same = row[:, None] == row[None, :]
        others = met - same
        np.fill_diagonal(others, 0)
        member = np.zeros((people, len(sizes)))
        member[np.arange(people), row] = 1
        pull = others @ member
        across = pull[:, row]
        now = pull[np.arange(people), row]
        gain = across + across.T - 2 * others - now[:, None] - now[None, :]
        still = banned[at] >= step
        gain[same | ~upper] = np.inf
        gain[still, :] += 1000
        gain[:, still] += 1000
        least = gain.min()
        choice = np.flatnonzero(gain.reshape(-1) == least)
        a, b = divmod(int(choice[draw.integers(len(choice))]), people)
        met -= same
        row[[a, b]] = row[[b, a]]
        met += row[:, None] == row[None, :]
        banned[at, [a, b]] = step + 2 + draw.integers(10)
        cost = _all(met)
        if cost < best:
            best, kept = cost, awards.copy()
            progress.report("rounds", best, 0)
    return kept


def _all(met: NDArray[np.float64]) -> int:
    """Return how often pairs meet again, both ways round."""
    over = np.maximum(met - 1, 0)
    return int(over.sum() - np.trace(over))


def _round_to_mend(met: NDArray[np.float64], awards: Ints, draw: np.random.Generator) -> int:
    """Return a round that holds a repeated pair."""
    a, b = np.nonzero(np.triu(met, 1) > 1)
    pick = int(draw.integers(len(a)))
    rounds = np.flatnonzero(awards[:, a[pick]] == awards[:, b[pick]])
    return int(rounds[draw.integers(len(rounds))])
