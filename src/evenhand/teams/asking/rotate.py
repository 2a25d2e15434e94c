"""Rounds in which few pairs meet twice: best swaps, with a short memory of the last ones."""

from __future__ import annotations

from typing import Any

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
    if len(set(sizes.tolist())) == 1:
        built = _built(len(sizes), int(sizes[0]), count, seed)
        awards[: len(built)] = built[:, draw.permutation(people)]
    met = np.zeros((people, people))
    for row in awards:
        met += row[:, None] == row[None, :]
    best, kept = _all(met), awards.copy()
    banned = np.zeros((count, people), dtype=np.int64)
    upper = np.triu(np.ones((people, people), dtype=bool), 1)
    for step in range(1, 1 + 1500 * count):
        if progress.stop() or not best:
            break
        person = _round_to_mend(met, awards, draw)
        row = awards[person]
        same = row[:, None] == row[None, :]
        others = met - same
        np.fill_diagonal(others, 0)
        member = np.zeros((people, len(sizes)))
        member[np.arange(people), row] = 1
        pull = others @ member
        across = pull[:, row]
        now = pull[np.arange(people), row]
        gain = across + across.T - 2 * others - now[:, None] - now[None, :]
        still = banned[person] >= step
        gain[same | ~upper] = np.inf
        gain[still, :] += 1000
        gain[:, still] += 1000
        least = gain.min()
        choice = np.flatnonzero(gain.reshape(-1) == least)
        a, b = divmod(int(choice[draw.integers(len(choice))]), people)
        met -= same
        row[[a, b]] = row[[b, a]]
        met += row[:, None] == row[None, :]
        banned[person, [a, b]] = step + 2 + draw.integers(10)
        cost = _all(met)
        if cost < best:
            best, kept = cost, awards.copy()
            progress.report("rounds", best, 0)
    return kept


TRIES = 60
"""Difference matrices begun: most are given up early, so that several are tried."""

LOOKS = 3_000
"""Entries tried in a matrix before it is given up: a fresh begin is cheaper than a long search."""


def _built(teams: int, size: int, count: int, seed: int) -> Ints:
    """Return rounds in which nobody meets twice, made from a difference matrix, as many as are found.

    Person (i, j) is the j-th of the i-th row, and stands in round r in team j + d(i, r). Two of different
    rows meet in rounds r and s only if d(i, r) - d(k, r) = d(i, s) - d(k, s); so a table d in which all
    those differences differ makes rounds without a repeat (C. J. Colbourn and J. H. Dinitz, *Handbook of
    Combinatorial Designs* (2007), difference matrices). Columns are found by trying.
    """
    draw = stream(seed, "difference matrix")
    best: list[list[int]] = []
    for attempt in range(TRIES):
        # Of groups of an even order the one with a factor of two elements often goes further.
        table = _difference_matrix(teams, size, count, draw, pairs=teams % 2 == 0 and attempt % 2 == 1)
        best = max(best, table, key=len)
        if len(best) == count:
            break
    rows, places = np.divmod(np.arange(teams * size), teams)
    out = np.zeros((len(best), teams * size), dtype=np.int64)
    for index, column in enumerate(best):
        shift, pairs = np.array(column[:-1])[rows], bool(column[-1])
        out[index] = _plus(places, shift, teams, pairs=pairs)
    return out


def _plus(row: Ints, two: Ints, order: int, *, pairs: bool) -> Ints:
    """Add in the cyclic group of an order, or in that of half the order times two."""
    if not pairs:
        return (row + two) % order
    return (row // 2 + two // 2) % (order // 2) * 2 + (row + two) % 2


def _difference_matrix(
    order: int, size: int, count: int, draw: np.random.Generator, *, pairs: bool
) -> list[list[int]]:
    """Return columns of a difference matrix, each with a last entry that says which group it is of."""
    every = np.arange(order)
    less = np.array(
        [_plus(every, _minus(every[index], order, pairs=pairs), order, pairs=pairs) for index in every]
    )
    used: dict[tuple[int, int], set[int]] = {}
    columns: list[list[int]] = []
    looks = 0
    while len(columns) < count:
        column = [0]
        options = [draw.permutation(order).tolist() for _ in range(size)]
        while 0 < len(column) < size:
            row = len(column)
            looks += 1
            if not options[row] or looks > LOOKS:
                # Nothing fits here: take back the entry before, and try its next.
                options[row] = draw.permutation(order).tolist()
                column.pop()
                continue
            entry = options[row].pop()
            if all(
                int(less[other, entry]) not in used.get((row, index), ())
                for index, other in enumerate(column)
            ):
                column.append(entry)
        if not column or looks > LOOKS:
            return columns
        for row in range(size):
            for index in range(row):
                used.setdefault((row, index), set()).add(int(less[column[index], column[row]]))
        columns.append([*column, int(pairs)])
    return columns


def _minus(what: Any, order: int, *, pairs: bool) -> Any:
    """Return what is to be added to come to 0."""
    return (-(what // 2)) % (order // 2) * 2 + what % 2 if pairs else (-what) % order


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
