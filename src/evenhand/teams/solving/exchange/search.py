"""The repair of a dealt board, in chunks, so that a time limit or Ctrl-C can stop it."""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.core.progress import Progress
from evenhand.core.seeded import stream
from evenhand.teams.solving.exchange.pattern import Board
from evenhand.teams.solving.kernels.compiled import flat, kernel
from evenhand.teams.solving.kernels.kernels import FIRST_MODULUS, SECOND_MODULUS

__all__ = ["draws", "mend"]

Ints = NDArray[np.int64]

TAU = 0.6
"""Temperature of the repair, in people off target; without noise it stalls."""

ACCEPT = tuple(int(exp(-worse / TAU) * 2**31) for worse in range(10))


def draws(seed: int, salt: str) -> list[int]:
    """Return two states to begin a kernel's draws with."""
    made = stream(seed, salt)
    return [int(made.integers(1, FIRST_MODULUS)), int(made.integers(1, SECOND_MODULUS))]


def mend(
    made: Board,
    at: Ints,
    start: Ints,
    kind: Ints,
    *,
    seed: int,
    salt: str,
    budget: int,
    compiled: bool,
    progress: Progress,
) -> tuple[Ints, int, int]:
    """Repair seats until every team is on target or the budget is spent.

    Args:
        made: lines, profiles and targets.
        at: profile in each seat, shape (seats,).
        start: first seat of each team.
        kind: class of each team.
        seed: decides the draws.
        salt: tells them apart.
        budget: most tries.
        compiled: which world to run in.
        progress: polled between chunks.

    Returns:
        The profile in each seat, people off target, and tries made.
    """
    teams = len(kind)
    count = _counts(made, at, start, teams)
    work: dict[str, Any] = {
        name: flat(values, compiled=compiled)
        for name, values in (
            ("line", made.line),
            ("first", made.first),
            ("at", at),
            ("start", start),
            ("count", count),
            ("low", made.low),
            ("high", made.high),
            ("kind", kind),
            ("gain", np.zeros(count.size)),
            ("loss", np.zeros(count.size)),
            ("off", np.zeros(teams)),
            ("todo", np.zeros(teams)),
            ("place", np.zeros(teams)),
        )
    }
    ready = [work[name] for name in ("count", "low", "high", "kind")]
    after = [work[name] for name in ("gain", "loss", "off", "todo", "place")]
    total, waiting = kernel("prepare", compiled=compiled)(*ready, made.lines, *after)
    mark = flat(np.zeros(made.lines), compiled=compiled)
    state = flat(np.array([*draws(seed, salt), total, waiting]), compiled=compiled)
    accept = flat(np.array(ACCEPT), compiled=compiled)
    run = kernel("repair", compiled=compiled)
    seats = [work[name] for name in ("line", "first", "at", "start")]
    chunk = max(2_000, teams) if not compiled else max(200_000, teams)
    tries = 0
    while state[3] and tries < budget and not progress.stop():
        tries += run(*seats, *ready, made.lines, *after, mark, accept, state, min(chunk, budget - tries))
        progress.report("repair", int(state[2]), 0)
    return np.asarray(work["at"], dtype=np.int64), int(state[2]), tries


def _counts(made: Board, at: Ints, start: Ints, teams: int) -> Ints:
    """Count the people of each (team, line), shape (teams, lines)."""
    seats = np.repeat(np.arange(teams), np.diff(start))
    each = np.diff(made.first)
    count = np.zeros(teams * made.lines, dtype=np.int64)
    widest = int(each.max(initial=0))
    for entry in range(widest):
        has = each[at] > entry
        line = made.line[np.minimum(made.first[at] + entry, len(made.line) - 1)]
        cell = (seats * made.lines + line)[has]
        count += np.bincount(cell, minlength=len(count))
    return count
