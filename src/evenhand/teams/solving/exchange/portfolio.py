"""Longer search where nothing is proven: short runs of annealing, crossed, or over a few teams at a time.

A long run of annealing ends in a good arrangement and rarely in the best, whatever its length. Many short
ones whose outcomes are crossed find the best of small rosters with nearly every seed: a child takes whole
teams from two parents in turn, what is left over fills the free places, and a short run mends it. Of large
rosters all but a few teams are right already, so there each run moves people between a few teams, dear ones
rather than cheap ones. How many runs there are, is said by ``Limits.effort``; with a time limit they go on
until then, unless many of them find nothing better.

References:
    P. Galinier and J.-K. Hao, *Hybrid evolutionary algorithms for graph coloring* (1999),
    doi:10.1023/A:1009823419804, for crossing whole groups. P. Shaw, *Using constraint programming and local
    search methods to solve vehicle routing problems* (1998), doi:10.1007/3-540-49481-2_30, for searching
    again a part at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np

from evenhand.core.arrays import Floats, Ints
from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.seeded import stream
from evenhand.teams.problem import TeamsProblem
from evenhand.teams.solving.exchange.annealing import Annealer
from evenhand.teams.solving.exchange.atoms import Atoms, seated
from evenhand.teams.solving.exchange.crossing import crossed
from evenhand.teams.solving.exchange.number_swaps import STARTS, level_numbers
from evenhand.teams.solving.kernels.compiled import worth_compiling
from evenhand.teams.solving.model.objective import UnitCosts, value_of

RUNS = {"quick": 0, "normal": 600, "thorough": 3_000}
"""Runs by effort after the first ones."""

FRUITLESS = 3_000
"""Runs without anything better after which even a time limit does not make it go on: the search has
converged, and a limit meant as a guard costs seconds, not minutes."""

ELITE = 32
"""Arrangements kept to cross, and runs afresh that they come from."""

STEPS = 10_000
"""Steps of a run. What 300,000 steps find in one run, 30 crossed ones of 10,000 find more often."""

CROSSED = 150
"""People up to whom whole arrangements are crossed. Beyond, a child of two parents has so many places to mend
that a short run cannot, and a few teams at a time are searched instead."""

BEGUN, BEGUN_EACH = 32_000_000, 80_000
"""Steps of all long runs together for rosters too large to cross: 80,000 a person, at most so many. A longer
run ends better; twice the steps take twice the time."""

AGAIN = {"quick": 0, "normal": 3, "thorough": 12}
"""Long runs at the heat that did best, after one at each, by effort."""

AGAIN_IN_TIME = 24
"""The same with a time limit, which cuts them where it comes first."""

LEVELLED = 1_000
"""People times numbers up to which every better arrangement is levelled at once; beyond, only the last is."""

AROUND = 48
"""People, about, among whom such a run moves: in as many teams as have so many, three at least."""

SLOWER = 25
"""The plain loop is slower than the compiled one, so it gets fewer runs: about as long, not as far."""

SHARED = 3
"""A roster of ``LONGER`` to ``WAITED`` people gets one in so many runs at normal effort, so that a first plan
is there in two seconds. Of seven such rosters all runs bettered two, by 1.4 and 0 points of 100."""

LONGER, WAITED = 100, 200
"""Below 100 people all runs together take a second; beyond 200 reading, searching and printing take longer
anyway, and there all runs are worth their time."""

UNPRICED = frozenset({"together", "allowed"})
"""Kinds of hard rules that no swap can break, as people move as one and closed teams are never tried."""

LARGEST = 20_000
"""People up to whom runs are repeated; beyond, one long run from the arrangement at hand is all that pays."""

LONG = 1_000_000
"""Steps of that run."""


@dataclass(frozen=True, slots=True)
class Heat:
    """How a run begins.

    Attributes:
        eighths: first temperature, in eighths of what a typical swap costs.
        barrier: what a broken hard rule, or the most that a soft one can cost, comes to in the hot part of
            the run, in typical swaps; 0 for all of it.
    """

    eighths: int
    barrier: int


Heats = tuple[tuple[Heat, ...], tuple[Heat, ...]]

COLUMNS_ALONE: Heats = ((Heat(2, 0),), (Heat(1, 0),))
"""Heats of runs afresh, and of later ones, in turn. With columns alone a swap's worth is what the scale of
heat is made of, so little heat does best."""

WITH_RULES: Heats = ((Heat(32, 10), Heat(8, 10), Heat(48, 20)), (Heat(24, 10), Heat(8, 10)))
"""The same with rules. At their full price nothing crosses from one arrangement that keeps them to another:
"nobody alone" needs two women to move at once. Priced at 10 typical swaps they are broken for a while and
kept at the end. Which heat does best depends on the rules, so several take turns."""


NUMBERS_ALONE = Heat(16, 0)
"""Numbers with nothing beside them: columns that go together make a swap dearer than the scale of heat counts
on. At a quarter 30 such columns end a fifth more uneven, at four times the heat 4 columns do."""

EVENED, EVENED_EACH = 64_000_000, 1_000_000
"""Products of numbers in all runs of numbers alone, and least steps of one. A run of a tenth of the steps
ends a third more uneven, and is not bettered by ten such runs."""

NUMBERS_BESIDE, LONG_PARENTS = Heat(4, 0), 4
"""With columns beside them so many of the first arrangements come from runs that long, as a short run leaves
numbers a tenth more uneven; at a quarter or four times the heat they are a few hundredths more so."""

LARGE_WITH_RULES = (Heat(64, 30), Heat(96, 60), Heat(8, 10))
"""Heats of long runs with rules, of rosters too large to cross: hotter, as more stands in the way."""


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
    brief = limits.effort == "normal" and limits.seconds is None and LONGER <= problem.n <= WAITED
    share = SHARED if brief and not problem.rules and not problem.numbers else 1
    search = _Search(problem, costs, atoms, place, seed, bound + limits.gap, progress)
    # What pays in the time depends on how many people there are: see ``CROSSED`` and ``LARGEST``.
    if problem.n > LARGEST:
        search.run(place, Heat(1, 0), LONG)
    elif problem.numbers and search.compiled and not problem.rules and not any(costs.step):
        search.go(_number_runs(search, limits), runs, limits)
    elif problem.n <= CROSSED:
        search.go(_crossings(search), runs // share, limits)
    else:
        search.go(_scenes(search, limits, share), runs // share, limits)
    search.level()
    return search.best


class _Search:
    """The runs of one search and the best arrangement so far."""

    def __init__(
        self, problem: TeamsProblem, costs: UnitCosts, atoms: Atoms, place: Ints, seed: int, enough: int,
        progress: Progress,
    ) -> None:  # fmt: skip
        """Build the tables, once for all runs."""
        self.problem, self.atoms, self.best, self.progress = problem, atoms, place, progress
        self.sizes = np.zeros(len(problem.teams), dtype=np.int64)
        np.add.at(self.sizes, place, atoms.weight)
        self.draw = stream(seed, "search")
        self.compiled = worth_compiling(left=progress.left)
        # Something beside columns and numbers is priced in the search.
        self.mixed = any(rule.weight or rule.kind not in UNPRICED for rule in problem.rules)
        self.afresh, self.later = WITH_RULES if self.mixed else COLUMNS_ALONE
        self._costs, self._seed, self._enough, self._runs = costs, seed, enough, 0
        self._annealers: dict[int, Annealer] = {}
        self._least = self._annealer(0).cost(place)
        self._value = value_of(problem, costs, place[atoms.of])[1]

    def go(self, steps: Iterator[None], runs: int, limits: Limits) -> None:
        """Take steps, each a run or more, as many as the effort or the time says."""
        most = FRUITLESS if limits.seconds is not None else runs
        most, fruitless = most if self.compiled else most // SLOWER, 0
        for step in count():
            before = self._value
            if step >= most if limits.seconds is None else fruitless > most:
                return
            if before <= self._enough or self.progress.stop():
                return
            if next(steps, self) is self:
                return
            fruitless = 0 if self._value < before else fruitless + 1

    def run(self, place: Ints, heat: Heat, steps: int, within: Ints | None = None) -> tuple[int, Ints]:
        """Anneal once and return cost and seating; where prices were held down, a cold fifth pays in full."""
        self._runs += 1
        # Far apart, so that run 1 of seed 0 is not run 0 of seed 1.
        seed = self._seed + 1_000_003 * self._runs
        place_found, cost = self._annealer(heat.barrier).run(
            place, seed=seed, steps=steps, eighths=heat.eighths, progress=self.progress, within=within
        )
        if heat.barrier:
            place_found, cost = self._annealer(0).run(
                place_found, seed=seed, steps=steps // 5, eighths=1, progress=self.progress, within=within
            )
        if cost < self._least:
            self._keep(place_found, cost)
        return cost, place_found

    def level(self) -> None:
        """Swap people alike in all but numbers; nobody whom a rule names moves, so atoms stay whole."""
        if self.problem.numbers:
            self.best = self._levelled(self.best)

    def _levelled(self, place: Ints) -> Ints:
        awards = level_numbers(
            self.problem, self._costs, place[self.atoms.of], self._seed, self.progress,
            starts=1 if self.compiled else STARTS,
        )  # fmt: skip
        place = place.copy()
        place[self.atoms.of] = awards
        return place

    def done(self) -> bool:
        """Say whether nothing more can be gained or the search was stopped."""
        return self._value <= self._enough or self.progress.stop()

    def dear(self, place: Ints) -> Floats:
        """Return what each team costs by its counts beyond the cheapest of its size."""
        cost = self._annealer(0).team_costs(place).astype(float)
        for size in np.unique(self.sizes).tolist():
            alike = self.sizes == size
            cost[alike] -= cost[alike].min()
        return cost

    def _annealer(self, barrier: int) -> Annealer:
        if barrier not in self._annealers:
            self._annealers[barrier] = Annealer(
                self.problem, self._costs, self.atoms, self.sizes, hard=False, compiled=self.compiled,
                barrier=barrier,
            )  # fmt: skip
        return self._annealers[barrier]

    def _keep(self, place: Ints, cost: int) -> None:
        """Keep a seating if it is better by the exact objective, and breaks no hard rule."""
        problem, atoms = self.problem, self.atoms
        if problem.numbers and problem.n * len(problem.numbers) <= LEVELLED:
            place = self._levelled(place)
        broken, value = value_of(problem, self._costs, place[atoms.of])
        # The search prices hard rules and never forbids them, so a run can end with one broken.
        if not broken and value < self._value:
            self.best, self._value, self._least = place, value, cost
            self.progress.offer(place[atoms.of], value, self._enough)
            self.progress.report("search", value, self._enough)


def _crossings(search: _Search) -> Iterator[None]:
    """Make arrangements afresh, then cross two at a time; a better child takes the worst one's place."""
    draw = search.draw
    elite: list[tuple[int, Ints]] = []
    for index in range(ELITE if search.compiled else ELITE // 4):
        if search.done():
            break
        long = index < LONG_PARENTS and search.compiled and bool(search.problem.numbers)
        heat = search.afresh[index % len(search.afresh)]
        elite.append(
            search.run(_shuffled(search), *((NUMBERS_BESIDE, EVENED_EACH) if long else (heat, STEPS)))
        )
    named = bool(len(search.atoms.closed)) or any(rule.teams for rule in search.problem.rules)
    for index in count():
        yield
        elite.sort(key=lambda parent: parent[0])
        mother, father = draw.choice(len(elite), 2, replace=False) if len(elite) > 1 else (0, 0)
        child = crossed(elite[mother][1], elite[father][1], search.atoms, search.sizes, draw, named=named)
        offspring = search.run(
            elite[mother][1] if child is None else child, search.later[index % len(search.later)], STEPS
        )
        # Two arrangements of one cost are nearly always the same one, its teams called otherwise: crossing
        # them would bring nothing.
        if offspring[0] < elite[-1][0] and all(offspring[0] != cost for cost, _ in elite):
            elite[-1] = offspring


def _shuffled(search: _Search) -> Ints:
    """Return a seating drawn at random that keeps sizes and closed teams, or the best so far."""
    atoms, place = search.atoms, search.best
    if not len(atoms.closed) and int(atoms.weight.max(initial=1)) == 1:
        return np.asarray(search.draw.permutation(place))
    if np.array_equal(search.sizes, search.problem.sizes):
        wanted = search.draw.permutation(place[atoms.of])
        places = seated(search.problem, atoms, wanted)
        if places is not None:
            return places
    return place


def _cost_of(answer: tuple[int, Ints]) -> int:
    return answer[0]


def _long_runs(search: _Search, every: int, limits: Limits) -> Iterator[None]:
    """Try each heat, then the best again: rules tie people of teams far apart, so a few teams bring little.

    Afresh each time: at these heats nothing is left of where a run began.
    """
    reached: list[tuple[int, Heat]] = []
    for heat in LARGE_WITH_RULES:
        if search.done():
            return
        reached.append((search.run(search.best, heat, every // 6)[0], heat))
        yield
    best = min(reached, key=lambda answer: answer[0])[1]
    for _ in range(AGAIN[limits.effort] if limits.seconds is None else AGAIN_IN_TIME):
        yield
        search.run(search.best, best, every // 4)
    yield
    search.run(search.best, Heat(8, 10), every // 6)


def _number_runs(search: _Search, limits: Limits) -> Iterator[None]:
    """Even numbers alone by long runs, each afresh: crossing two arrangements keeps none of their sums."""
    # Each number is two products a swap.
    steps = EVENED // (1 + 2 * len(search.problem.numbers))
    each = max(EVENED_EACH, min(steps, 2_000 * search.problem.n))
    runs = max(1, steps // each) * (1 + AGAIN[limits.effort]) // (1 + AGAIN["normal"])
    for _ in range(runs if limits.seconds is None else AGAIN_IN_TIME):
        search.run(search.best, NUMBERS_ALONE, each)
        yield


def _scenes(search: _Search, limits: Limits, share: int) -> Iterator[None]:
    """Search a few teams at a time, from the best of some long runs."""
    draw, teams = search.draw, len(search.sizes)
    # Each number is two products a swap, beside which a look-up counts little.
    slower = 1 + 2 * len(search.problem.numbers)
    every = (
        min(BEGUN, BEGUN_EACH * search.problem.n) // share // slower // (1 if search.compiled else 2 * SLOWER)
    )
    if search.mixed:
        yield from _long_runs(search, every, limits)
        return
    # The first is a tenth as long: where every team can come within quota that is mostly enough.
    cost, place = search.run(search.best, search.afresh[0], every // 20)
    for _ in range(2):
        if search.done():
            return
        yield
        cost, place = min((cost, place), search.run(search.best, search.afresh[0], every // 2), key=_cost_of)
    if search.problem.numbers:
        return
    few = min(teams, max(3, round(AROUND * teams / search.problem.n)))
    for index in count():
        yield
        dear = search.dear(place)
        # Half by cost and half by chance: a dear team is mended with the help of some that are cheap.
        odds = dear + max(dear.mean(), 1e-9)
        scene = np.sort(draw.choice(teams, few, replace=False, p=odds / odds.sum()))
        answer = search.run(place, search.later[index % len(search.later)], STEPS, scene)
        if answer[0] <= cost:
            cost, place = answer
