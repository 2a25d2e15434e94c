"""Rounds in which few pairs meet twice: best swaps, with a short memory of the last ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from evenhand.core.arrays import Floats, Ints
from evenhand.core.progress import Progress
from evenhand.core.seeded import stream
from evenhand.teams.solving.exchange.annealing import LOGS
from evenhand.teams.solving.exchange.repair import draws
from evenhand.teams.solving.kernels.compiled import flat, kernel, worth_compiling


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
        order = draw.permutation(people)
        if len(built) < count:
            turned = _turned(len(sizes), int(sizes[0]), count, seed, progress)
            built = built if turned is None else turned
        awards[: len(built)] = built[:, order]
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


HEATS = (614, 154)
"""First and last temperature of the search for base rounds, in 1024ths of a pair: at 0.6 of a pair nearly
every swap that adds one passes, at 0.15 one in eight hundred."""

BASE_STEPS = 300_000
"""Steps of a run: of 30 people in six rounds one run in three finds base rounds, and five times the steps
find them no more often than five runs."""

BASE_RUNS = 4
"""Runs for each way to turn."""


TURNED = 200
"""Most people for whom base rounds are looked for: all their pairs are gone through one by one."""


def _turned(teams: int, size: int, count: int, seed: int, progress: Progress) -> Ints | None:
    """Return rounds in which nobody meets twice, made from few base rounds by turning; None where none came.

    People stand in circles of m, those left over each by themselves, and a base round gives m rounds as all
    circles turn by one place at a time. A pair turned is a pair again; so nobody meets twice where no two
    pairs of the base rounds turn into each other, and none turns into itself within m places. That is a
    search among one to three rounds instead of all. What is known of such rounds: W. Harvey and T. Winterer,
    *Solving the MOLR and Social Golfer Problems* (2005).
    """
    people = teams * size
    # Each round a person meets size - 1 others, and of a team no two may meet in any other.
    if size > teams or count * (size - 1) > people - 1 or people > TURNED:
        return None
    compiled = worth_compiling()
    run = kernel("part", compiled=compiled)
    logs = flat(np.array(LOGS), compiled=compiled)
    # Fewest rounds to spare, then most places to turn: the fewer pairs are looked for, the sooner they come.
    turns = [m for m in range(2, count + 1) if people % m <= teams]
    for m in sorted(turns, key=lambda m: (-count % m, -m)):
        step, orbit, most = _orbits(people, m)
        bases = -(-count // m)
        if int(most.sum()) < bases * teams * size * (size - 1) // 2:
            continue
        for attempt in range(BASE_RUNS):
            if progress.stop():
                return None
            draw = stream(seed, f"turned {m} {attempt}")
            seats = np.concatenate([draw.permutation(people) for _ in range(bases)])
            used, cost = _used(seats, orbit, most, size)
            member = flat(seats, compiled=compiled)
            state = flat(np.array([*draws(seed, f"turned {m} {attempt}"), cost]), compiled=compiled)
            given = [flat(array, compiled=compiled) for array in (orbit.reshape(-1), used, most)]
            run(member, *given, people, size, logs, state, *HEATS, BASE_STEPS)
            if state[2] == 0:
                return _all_turned(np.array(member, dtype=np.int64).reshape(bases, people), step, size, m)[
                    :count
                ]
    return None


def _orbits(people: int, m: int) -> tuple[Ints, Ints, Ints]:
    """Return the next person in each circle of m, each pair's orbit, and how often an orbit may be used."""
    circled = people - people % m
    every = np.arange(people)
    step = np.where(every < circled, every // m * m + (every % m + 1) % m, every)
    orbit = np.full((people, people), -1, dtype=np.int64)
    length: list[int] = []
    for higher in range(people):
        for lower in range(higher):
            a, b, turns = higher, lower, 0
            while orbit[a, b] < 0:
                orbit[a, b] = orbit[b, a] = len(length)
                a, b, turns = int(step[a]), int(step[b]), turns + 1
            if turns:
                length.append(turns)
    # A pair that comes back before the circle is round would meet again by turning alone.
    return step, orbit, (np.array(length) == m).astype(np.int64)


def _used(seats: Ints, orbit: Ints, most: Ints, size: int) -> tuple[Ints, int]:
    """Return how many pairs in teams each orbit has, and by how many that is too many."""
    team = seats.reshape(-1, size)
    first, second = np.triu_indices(size, 1)
    used = np.bincount(orbit[team[:, first], team[:, second]].reshape(-1), minlength=len(most)).astype(
        np.int64
    )
    return used, int(np.maximum(used - most, 0).sum())


def _all_turned(bases: Ints, step: Ints, size: int, m: int) -> Ints:
    """Return the team codes of every base round turned by every number of places, shape (m x bases, n)."""
    rounds = []
    for base in bases:
        seats = base
        for _ in range(m):
            row = np.empty(len(seats), dtype=np.int64)
            row[seats] = np.arange(len(seats)) // size
            rounds.append(row)
            seats = step[seats]
    return np.array(rounds)


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


def _all(met: Floats) -> int:
    """Return how often pairs meet again, both ways round."""
    over = np.maximum(met - 1, 0)
    return int(over.sum() - np.trace(over))


def _round_to_mend(met: Floats, awards: Ints, draw: np.random.Generator) -> int:
    """Return a round that holds a repeated pair."""
    a, b = np.nonzero(np.triu(met, 1) > 1)
    pick = int(draw.integers(len(a)))
    rounds = np.flatnonzero(awards[:, a[pick]] == awards[:, b[pick]])
    return int(rounds[draw.integers(len(rounds))])
