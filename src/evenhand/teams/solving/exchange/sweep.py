"""The repair by whole arrays: all teams in random pairs, the best swap of every pair at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evenhand.core.progress import Progress
from evenhand.core.seeded import stream
from evenhand.teams.solving.exchange.pattern import Board

__all__ = ["swept"]

Ints = NDArray[np.int64]
Small = NDArray[np.int16]

BARRED = 1000
"""Cost of moving an empty seat of a smaller team: more than any swap gains."""

ODDS = 16
"""Room for chance among equals: costs are multiplied by it before a draw is added."""


def swept(
    made: Board, at: Ints, sizes: Ints, kind: Ints, *, seed: int, salt: str, rounds: int, progress: Progress
) -> tuple[Ints, bool]:
    """Repair seats by rounds of parallel best swaps; return them and whether every team is on target.

    Args:
        made: lines, profiles and targets.
        at: profile in each seat.
        sizes: members of each team.
        kind: class of each team.
        seed: decides the pairs and the draws among equals.
        salt: tells draws apart.
        rounds: most rounds; one costs O(n s k) in array passes for teams of s.
        progress: asked whether to stop.
    """
    teams, widest = len(sizes), int(sizes.max())
    held, line, grid, spare = _laid(made, at, sizes)
    low, high = _spans(made, kind)
    count = _count(line[held], made.lines)
    draw = stream(seed, f"sweep {salt}")
    pairs = teams // 2
    row = np.arange(pairs)
    chance = draw.integers(0, ODDS, size=(4, pairs, widest * widest), dtype=np.int16)
    for step in range(rounds):
        over, under = count > high, count < low
        waiting = (over | under).any(axis=1)
        if not waiting.any():
            break
        if progress.stop():
            return _seats(held, grid, at, spare), False
        order = np.argsort(draw.random(teams) - waiting, kind="stable")
        one, two = order[:pairs], order[: -pairs - 1 : -1]
        gain = (count >= high).astype(np.int16) - under
        loss = (count <= low).astype(np.int16) - over
        gain[:, -1] = loss[:, -1] = 0
        cost = _costs(line[held[one]], line[held[two]], loss[one] + gain[two], loss[two] + gain[one])
        cost += (spare[one][:, :, None] | spare[two][:, None, :]) * np.int16(BARRED)
        ranked = cost.reshape(pairs, -1) * np.int16(ODDS) + chance[step % 4]
        best = ranked.argmin(axis=1)
        good = cost.reshape(pairs, -1)[row, best] <= 0
        a, b = one[good], two[good]
        p, q = best[good] // widest, best[good] % widest
        _swap(count, line, held, (a, p), (b, q))
    return _seats(held, grid, at, spare), not bool(((count > high) | (count < low)).any())


def _laid(made: Board, at: Ints, sizes: Ints) -> tuple[Ints, Ints, Ints, NDArray[np.bool_]]:
    """Return the profile of each place of each team, lines of profiles in columns, seats, empty places."""
    profiles = len(made.first) - 1
    each = np.diff(made.first)
    wide = int(each.max(initial=0))
    line = np.full((profiles + 1, wide), made.lines, dtype=np.int64)
    where = np.repeat(np.arange(profiles), each)
    line[where, np.arange(len(made.line)) - made.first[where]] = made.line
    place = np.arange(int(sizes.max()))
    grid = made.start[:-1, None] + place
    spare = place[None, :] >= sizes[:, None]
    held = np.where(spare, profiles, at[np.minimum(grid, len(at) - 1)])
    return held, line, grid, spare


def _spans(made: Board, kind: Ints) -> tuple[Small, Small]:
    """Return least and most of each (team, line), with a last line for none."""
    low = np.zeros((len(kind), made.lines + 1), dtype=np.int16)
    high = np.full((len(kind), made.lines + 1), 30_000, dtype=np.int16)
    low[:, :-1] = made.low[kind]
    high[:, :-1] = made.high[kind]
    return low, high


def _count(lines: Ints, width: int) -> Small:
    teams = len(lines)
    cell = (np.arange(teams)[:, None, None] * (width + 1) + lines).reshape(-1)
    count = np.bincount(cell, minlength=teams * (width + 1)).reshape(teams, width + 1)
    count[:, -1] = 0
    return count.astype(np.int16)


def _costs(mine: Ints, theirs: Ints, out: Small, back: Small) -> Small:
    """Return what each swap of a pair of teams costs, shape (pairs, s, s): shared lines do not move."""
    pairs = np.arange(len(mine))[:, None, None]
    leave, come = out[pairs, mine], back[pairs, theirs]
    cost = leave.sum(axis=2, dtype=np.int16)[:, :, None] + come.sum(axis=2, dtype=np.int16)[:, None, :]
    both = leave + back[pairs, mine]
    for at in range(mine.shape[2]):
        cost -= (mine[:, :, None, at] == theirs[:, None, :, at]) * both[:, :, None, at]
    return np.asarray(cost)


def _swap(count: Small, line: Ints, held: Ints, one: tuple[Ints, Ints], two: tuple[Ints, Ints]) -> None:
    """Swap the people of two lists of places, no team twice."""
    mine, theirs = held[one], held[two]
    for team, less, more in ((one[0], mine, theirs), (two[0], theirs, mine)):
        for at in range(line.shape[1]):
            count[team, line[less, at]] -= 1
            count[team, line[more, at]] += 1
    held[one], held[two] = theirs, mine


def _seats(held: Ints, grid: Ints, at: Ints, spare: NDArray[np.bool_]) -> Ints:
    out = at.copy()
    out[grid[~spare]] = held[~spare]
    return out
