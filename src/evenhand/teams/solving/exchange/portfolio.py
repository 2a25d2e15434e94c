"""Longer search where nothing is proven: annealing again and again, afresh and from the best so far.

One run of annealing ends in a good arrangement and rarely in the best; which one depends on the draws.
Several runs, each with its own draws, make the outcome good whatever the seed. They differ in how hot they
begin, whether afresh or from the best so far, and how much a broken rule costs on the way: which does best
depends on the problem, so a first round tries them all and further rounds go on with those that did best.
How long that is, is said by ``Limits.effort``; with a time limit it goes on until then, unless many rounds
find nothing better.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

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

__all__ = ["ROUNDS", "searched"]

Ints = NDArray[np.int64]

ROUNDS = {"quick": 0, "normal": 3, "thorough": 8}
"""Rounds by effort. The first tries every setting; each further one repeats the two best ones, so it takes
about as long as the first."""

FRUITLESS = 12
"""Rounds without anything better after which even a time limit does not make it go on: the search has
converged, and a limit meant as a guard costs seconds, not minutes."""

SHORTEST, LONGEST, EACH = 300_000, 1_000_000, 10_000
"""Steps of a run of the first round: 10,000 a person, at least and at most so many. Later rounds double them
as long as they stay below 10,000 a person: 36 people with friends come to 36 points in one of four runs of
300,000 steps and in no more of 1,500,000, while 1,000 people gain from every doubling."""

REPEATS = 3
"""Runs of each of the two best settings in a further round, with other draws each, where runs do not grow."""

PLAIN = 25
"""The plain loop is slower than the compiled one, so it gets fewer steps: about as long, not as far."""

UNPRICED = frozenset({"together", "allowed"})
"""Kinds of hard rules that no swap can break, as people move as one and closed teams are never tried."""

LARGEST = 20_000
"""People up to whom runs are repeated; beyond, one pass from the arrangement at hand is all that pays."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How a run of annealing begins.

    Attributes:
        afresh: from the first arrangement instead of from the best so far.
        eighths: first temperature, in eighths of what a typical swap costs.
        barrier: what a broken hard rule, or the most that a soft one can cost, comes to in the hot part of
            the run, in typical swaps; 0 for all of it.
    """

    afresh: bool
    eighths: int
    barrier: int


COLUMNS_ALONE = (Setting(True, 8, 0), Setting(False, 1, 0), Setting(True, 2, 0), Setting(False, 2, 0))
"""With columns alone a swap's worth is what the scale of heat is made of, so little heat does best."""

WITH_RULES = (
    Setting(True, 8, 10), Setting(True, 32, 10), Setting(True, 48, 20), Setting(True, 96, 30),
    Setting(False, 8, 10), Setting(False, 24, 10),
)  # fmt: skip
"""With rules. At their full price nothing crosses from one arrangement that keeps them to another: "nobody
alone" needs two women to move at once. Priced at 10 typical swaps they are broken for a while and kept at the
end: 30 people, 6 teams and that rule come to 39.6 points with any seed, for 39.6 to 104 at the full price.
A smaller price breaks rules more often at the end, a larger one crosses less."""


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
    rounds = ROUNDS[limits.effort]
    if not rounds and limits.seconds is None:
        return place
    compiled = worth_compiling(problem.n, choice=True)
    each = max(SHORTEST, EACH * problem.n) // (1 if compiled else PLAIN)
    steps = min(LONGEST // (1 if compiled else PLAIN), each)
    ranked = list(WITH_RULES if _mixed(problem) else COLUMNS_ALONE)
    if problem.n > LARGEST:
        ranked, rounds, limits = [Setting(False, 1, 0)], 1, replace(limits, seconds=None)
    best = _Best(value_of(problem, costs, place[atoms.of])[1], place)
    run = step = fruitless = 0
    while best.value > bound + limits.gap and not progress.stop():
        if step >= rounds if limits.seconds is None else fruitless > FRUITLESS:
            break
        before = best.value
        reached: dict[Setting, tuple[int, int]] = {}
        for setting in ranked:
            if best.value <= bound + limits.gap or progress.stop():
                break
            after = _annealed(
                problem, costs, atoms, place if setting.afresh else best.place, setting,
                seed=_own_seed(seed, run), steps=steps, compiled=compiled, progress=progress,
            )  # fmt: skip
            run += 1
            if problem.numbers:
                after = _levelled(problem, costs, atoms, after, seed, progress)
            broken, value = value_of(problem, costs, after[atoms.of])
            # The search prices hard rules and never forbids them, so a run can end with one broken.
            reached[setting] = min(reached.get(setting, (broken, value)), (broken, value))
            if not broken and value < best.value:
                best = _Best(value, after)
                progress.offer(after[atoms.of], value, bound)
            progress.report("search", best.value, bound)
        fruitless = 0 if best.value < before else fruitless + 1
        step += 1
        # A run from the best so far ends no worse than it, so those are compared among themselves. Where runs
        # grow longer there are fewer of them, so that a round takes as long as the one before.
        tried = sorted(reached, key=lambda setting: reached[setting])
        grows = steps < each
        fresh = [setting for setting in tried if setting.afresh][: 1 if grows else 2]
        again = [setting for setting in tried if not setting.afresh][:1]
        ranked = [*fresh * (1 if grows else REPEATS), *again]
        steps = min(2 * steps, each)
    return best.place


def _mixed(problem: TeamsProblem) -> bool:
    """Say whether something beside columns and numbers is priced in a search."""
    return any(rule.weight or rule.kind not in UNPRICED for rule in problem.rules)


def _annealed(
    problem: TeamsProblem, costs: UnitCosts, atoms: Atoms, place: Ints, setting: Setting, *, seed: int,
    steps: int, compiled: bool, progress: Progress,
) -> Ints:  # fmt: skip
    """Run one setting; where prices were held down, a cold fifth of the run pays them in full."""
    shared: dict[str, Any] = {"seed": seed, "hard": False, "compiled": compiled, "progress": progress}
    after, _ = improve(
        problem, costs, atoms, place, steps=steps, eighths=setting.eighths, barrier=setting.barrier, **shared
    )
    if setting.barrier:
        after, _ = improve(problem, costs, atoms, after, steps=steps // 5, eighths=1, **shared)
    return after


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
