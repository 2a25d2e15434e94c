"""Longer search where nothing is proven: annealing again and again, afresh and from the best so far.

One run of annealing ends in a good arrangement and rarely in the best; which one depends on the draws.
Several runs, each with its own draws, make the outcome good whatever the seed. Half of them begin hot, to
come to other arrangements; half begin from the best so far at an eighth of that heat, which keeps what is
good in it and rearranges the rest (chains of swaps need that, which hurt one by one and help together). How
long it goes on is said by ``Limits.effort``; with a time limit it goes on until then, unless many runs find
nothing better.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.teams.problem import TeamsProblem
from evenhand.teams.solving.exchange.annealing import improve
from evenhand.teams.solving.exchange.atoms import Atoms
from evenhand.teams.solving.exchange.number_swaps import level_numbers
from evenhand.teams.solving.kernels.compiled import worth_compiling
from evenhand.teams.solving.model.objective import UnitCosts, value_of

__all__ = ["RUNS", "searched"]

Ints = NDArray[np.int64]

RUNS = {"quick": 0, "normal": 8, "thorough": 60}
"""Runs by effort. More runs let more seeds come to one value on rosters with rules and wishes; sixty are for
those who want to be sure and can wait."""

FRUITLESS = 64
"""Runs without anything better after which even a time limit does not make it go on: the search has
converged, and a limit meant as a guard costs seconds, not minutes."""

SHORTEST, LONGEST, EACH = 300_000, 1_000_000, 25_000
"""Steps of a run: 25,000 a person, at least and at most so many. Half as many left 36 people with 8 wishes at
70 points for 65."""

PLAIN = 25
"""The plain loop is slower than the compiled one, so it gets fewer steps: about as long, not as far."""

HEAVY = 3
"""A person who wishes to be with several counts in some ten more lines: a step takes three times as long."""

COLUMNS_ALONE = ((True, 8), (False, 1), (True, 8), (False, 2))
WITH_WISHES = ((True, 48), (False, 8), (True, 24), (True, 96))
"""Whether a run begins afresh, and its first temperature in eighths of what a typical swap costs, in turn.
With soft rules a swap is worth whole points more or less, and 3 to 12 times the heat is needed to leave a
good arrangement for a better one (36 people: 60 points, never below 65 without); columns alone do best
with 1."""

LARGEST = 20_000
"""People up to whom runs are repeated; beyond, one pass from the arrangement at hand is all that pays."""


@dataclass(frozen=True, slots=True)
class _Best:
    value: int
    place: Ints


def searched(
    problem: TeamsProblem,
    costs: UnitCosts,
    atoms: Atoms,
    place: Ints,
    *,
    seed: int,
    bound: int,
    limits: Limits,
    progress: Progress,
) -> Ints:
    """Return the best seating of all runs, never worse than the one given.

    Args:
        problem: the problem; the seating keeps its hard rules.
        costs: its unit costs.
        atoms: what moves as one.
        place: team of each atom.
        seed: decides the draws of every run.
        bound: where nothing can be gained any more.
        limits: effort and time.
        progress: asked whether to stop; hears of every better arrangement.
    """
    runs = RUNS[limits.effort]
    if not runs and limits.seconds is None:
        return place
    compiled = worth_compiling(problem.n, choice=True)
    steps = min(LONGEST, max(SHORTEST, EACH * problem.n)) // (1 if compiled else PLAIN)
    if any(rule.kind == "friends" for rule in problem.rules):
        steps //= HEAVY
    heats = WITH_WISHES if any(rule.weight for rule in problem.rules) else COLUMNS_ALONE
    best = _Best(value_of(problem, costs, place[atoms.of])[1], place)
    start, run, last = place, 0, 0
    while best.value > bound + limits.gap and not progress.stop():
        enough = run >= max(runs, 1) if limits.seconds is None else run - last > FRUITLESS
        if enough or (run and problem.n > LARGEST):
            break
        afresh, eighths = heats[run % len(heats)] if problem.n <= LARGEST else (False, 1)
        after, _ = improve(
            problem, costs, atoms, start if afresh else best.place, seed=_own_seed(seed, run), steps=steps,
            hard=False, compiled=compiled, progress=progress, eighths=eighths,
        )  # fmt: skip
        run += 1
        if problem.numbers:
            after = _levelled(problem, costs, atoms, after, seed, progress)
        broken, value = value_of(problem, costs, after[atoms.of])
        # The search prices hard rules and never forbids them, so a run can end with one broken.
        if not broken and value < best.value:
            best, last = _Best(value, after), run
            progress.offer(after[atoms.of], value, bound)
        progress.report("search", best.value, bound)
    return best.place


def _own_seed(seed: int, run: int) -> int:
    """Return a seed for a run: far apart, so that run 1 of seed 0 is not run 0 of seed 1."""
    return seed + 1_000_003 * run


def _levelled(
    problem: TeamsProblem, costs: UnitCosts, atoms: Atoms, place: Ints, seed: int, progress: Progress
) -> Ints:
    """Swap people alike in all but numbers; nobody whom a rule names moves, so atoms stay whole."""
    awards = level_numbers(problem, costs, place[atoms.of], seed, progress)
    out = place.copy()
    out[atoms.of] = awards
    return out
