"""Very many teams: repair one systematic sample of the people, and reuse its pattern for all the others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evenhand.core.progress import Progress
from evenhand.teams.solving.exchange.pattern import Board
from evenhand.teams.solving.exchange.search import mend

__all__ = ["blocks_of", "patterned"]

Ints = NDArray[np.int64]

BLOCK = 50_000
"""People in a block: enough teams to choose among, and small enough for a processor's cache."""

ROOMY = 1_000
"""Least teams in a block; with fewer and larger teams the repair of all at once is fast."""


def blocks_of(people: int, teams: int) -> int:
    """Return how many blocks to make; 1 where a pattern does not pay."""
    blocks = people // BLOCK
    return blocks if blocks > 1 and teams // blocks >= ROOMY else 1


def patterned(
    made: Board, sizes: Ints, kind: Ints, *, seed: int, blocks: int, compiled: bool, progress: Progress
) -> Ints:
    """Return the profile in each seat after one block is repaired and its pattern laid over all blocks.

    Block b holds the teams b, b + blocks, ... and of the people in order of profile every blocks-th; so all
    blocks hold nearly the same profiles, and who stands where in the repaired one says where their likes
    stand in the others. Seats that not all blocks have get an even sample of the people. Few teams are left
    to repair.
    """
    people, teams = len(made.at), len(sizes)
    rows = teams // blocks
    grid = np.arange(rows * blocks).reshape(rows, blocks)
    least = sizes[grid].min(axis=1)
    inside = int(least.sum())
    row = np.repeat(np.arange(rows), least)
    step = np.arange(inside) - np.repeat(np.cumsum(least) - least, least)
    seats = made.start[grid[row]] + step[:, None]
    rest = people - inside * blocks
    free = np.ones(people, dtype=bool)
    sample = ((2 * np.arange(rest) + 1) * people // (2 * max(1, rest))).astype(np.int64)
    free[sample] = False
    ranks = np.flatnonzero(free).reshape(inside, blocks)
    middle = blocks // 2
    shared = kind[grid].min(axis=1)
    start = np.concatenate([[0], np.cumsum(least)]).astype(np.int64)
    dealt = np.empty(inside, dtype=np.int64)
    dealt[_round(least, start)] = made.profile[ranks[:, middle]]
    mended, _, _ = mend(
        made,
        dealt,
        start,
        shared,
        seed=seed,
        salt="block",
        budget=40 * inside,
        compiled=compiled,
        progress=progress,
    )
    place = np.argsort(mended, kind="stable")
    at = np.empty(people, dtype=np.int64)
    at[seats[place]] = made.profile[ranks]
    left = np.ones(people, dtype=bool)
    left[seats.reshape(-1)] = False
    at[np.flatnonzero(left)] = made.profile[sample]
    return at


def _round(sizes: Ints, start: Ints) -> Ints:
    """Return the seats of a block in the order they are dealt, round its teams."""
    team = np.repeat(np.arange(len(sizes)), sizes)
    turn = np.arange(len(team)) - start[team]
    return np.asarray(start[team] + turn)[np.lexsort((team, turn))]
