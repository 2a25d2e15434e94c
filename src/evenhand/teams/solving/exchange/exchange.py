"""Profiles, a cyclic deal, and best swaps with a little noise until every team is within quota: the default.

References:
    Papenberg and Klau, *Using anticlustering to partition data sets into equivalent parts* (2021),
    doi:10.1037/met0000301. Cox, *A constructive procedure for unbiased controlled rounding* (1987),
    doi:10.1080/01621459.1987.10478456.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import gcd
from typing import Any

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.job import Answer, Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Status
from evenhand.teams.problem import TeamsProblem
from evenhand.teams.rules.allowed import PLACES
from evenhand.teams.solving import deal
from evenhand.teams.solving.exchange.annealing import improve
from evenhand.teams.solving.exchange.atoms import Atoms, atoms_of, seated
from evenhand.teams.solving.exchange.composition import Composition, FewTeams, composition, seated_by_size
from evenhand.teams.solving.exchange.conflict import counted_out, smallest_conflict
from evenhand.teams.solving.exchange.enumeration import best_of_all
from evenhand.teams.solving.exchange.few_teams import RareTeams
from evenhand.teams.solving.exchange.number_swaps import STARTS, level_numbers
from evenhand.teams.solving.exchange.portfolio import WAITED, searched
from evenhand.teams.solving.exchange.profiles import Board, board, people_of
from evenhand.teams.solving.exchange.program import Places, arrange_exactly, small
from evenhand.teams.solving.exchange.repair import blocks_of, repair_blocks, repair_pairs, repair_teams
from evenhand.teams.solving.kernels.compiled import COMPILE_FROM, worth_compiling
from evenhand.teams.solving.model.canonical import canonical
from evenhand.teams.solving.model.floors import Floors, floors_of
from evenhand.teams.solving.model.objective import UnitCosts, gap_below, least_value, unit_costs, value_of
from evenhand.teams.solving.model.yardstick import quota

SWEPT = 200
"""People from which whole arrays repair the start faster than the plain loop: below, setting them up takes
longer than the loop does. Twice or half changes milliseconds only, and which of equally good teams come."""

SWAPS = 150_000
"""Twice the swaps priced in a round of whole arrays, people times the largest team: what a round costs grows
with it, while the plain loop looks at 64 members of a team however large. Twice or half moves where one takes
over from the other, not what is found."""

TURNS = {"quick": 1, "normal": 8, "thorough": 32}
"""Repairs of the people of a size, each from another draw, by effort. Where people of the rarer teams come
from swaps there is one, as each run of swaps is another draw itself."""

FEW = 20_000
"""People up to whom an arrangement that is not proven best is also compared with the greedy `deal`, which
looks at every team for every person: twice the people take it four times as long. And with what less effort
finds, which takes a tenth of the time of normal effort with hundreds of people and half of it with 30,000."""

LESS = {"quick": (), "normal": ("quick",), "thorough": ("normal", "quick")}
"""Efforts whose plans are compared with, so that more effort is never worse."""


WIDE = 40
"""Values of columns a person has on average from which a search of the smallest roster takes longer in plain
Python (60,000 swaps of two people) than the half second that loading the compiled loops does. Only slots of a
schedule come to so many. Twice or half changes the wait, not the teams: both loops make the same moves."""

ALL_TRIED = "tried"
"""How a value is proven least: all arrangements were tried."""

BY_PROGRAM = "program"
"""How a value is proven least: by a mixed-integer program."""


@dataclass(slots=True)
class _Task:
    """What every step of one solve needs."""

    problem: TeamsProblem
    costs: UnitCosts
    seed: int
    limits: Limits
    progress: Progress
    compiled: bool
    floors: Floors
    bound: int
    composed: list[Composition | None] = field(default_factory=list)
    """What people of each size are best, once asked: no effort changes it, and it takes seconds."""


def run(problem: TeamsProblem, seed: int, limits: Limits, progress: Progress) -> Answer:
    """Arrange people; see the table of methods for the promise.

    Args:
        problem: any teams problem.
        seed: another seed gives another arrangement, as good.
        limits: effort, time, and the gap at which to be content. Up to 20,000 people and without a time limit
            no plan is worse than with less effort and the same seed.
        progress: polled between chunks of the search.

    Returns:
        Awards and status: OPTIMAL where the value meets the bound, with how that was proven.
    """
    # Conflicts are told in the user's order of rules; all that follows works in an order of its own, so that
    # the order of columns cannot change the plan.
    conflict = counted_out(problem)
    problem = canonical(problem)
    if conflict:
        return Answer(None, Status.INFEASIBLE, conflict=conflict)
    floors = floors_of(problem)
    if floors.home is not None and not problem.listed:
        # Which team is larger is open, and swaps never change it: those that more people chose are.
        problem = replace(problem, sizes=np.bincount(floors.home, minlength=len(problem.teams)))
    costs = unit_costs(problem)
    task = _Task(
        problem,
        costs,
        seed,
        limits,
        progress,
        worth_compiling(wanted=problem.n >= COMPILE_FROM or _entries(problem) > WIDE, left=progress.left),
        floors,
        least_value(problem, costs, floors.points),
    )
    answer = _planned(task)
    # Searches that begin alike part ways, and now and then the shorter one ends better. A clock leaves no
    # time for both.
    for effort in LESS[limits.effort] if problem.n <= FEW and limits.seconds is None else []:
        if answer.status in {Status.OPTIMAL, Status.INFEASIBLE} or progress.stop():
            break
        shorter = replace(task, limits=replace(limits, effort=effort))
        answer = _better(task, answer, _planned(shorter))
    return answer


def _better(task: _Task, more: Answer, less: Answer) -> Answer:
    """Return the better answer of two, with the higher bound; ``less`` is of less effort."""
    if more.awards is None or less.awards is None:
        return less if more.awards is None else more
    plans = [(value_of(task.problem, task.costs, plan)[1], plan) for plan in (more.awards, less.awards)]
    value, awards = min(plans, key=lambda plan: plan[0])
    bound = max(more.bound or 0, less.bound or 0)
    task.progress.offer(awards, value, bound)
    status = Status.OPTIMAL if value == bound else Status.FEASIBLE
    return replace(less if awards is less.awards else more, bound=bound, status=status)


def _planned(task: _Task) -> Answer:
    """Arrange people with one effort."""
    problem, progress = task.problem, task.progress
    # Columns alone are levelled by their counts; rules, numbers and similar columns need a search as well.
    beyond = bool(problem.rules or problem.numbers or any(c.similar for c in problem.criteria))
    sure = _at_once(task, beyond=beyond)
    if sure is not None:
        return sure
    if task.compiled:
        progress.report("loading compiled loops (compiled once, which takes some seconds)")
    with progress.stage("exchange"):
        awards = _by_quota(task)
        placed: Ints | tuple[str, ...] | None = _by_rules(task, awards) if beyond else awards
    if placed is None:
        return Answer(
            None, Status.UNKNOWN, conflict=("The search was stopped before all hard rules were kept.",)
        )
    if isinstance(placed, tuple):
        return Answer(None, Status.INFEASIBLE, conflict=placed)
    return _finished(task, placed, exact=not beyond)


def _at_once(task: _Task, *, beyond: bool) -> Answer | None:
    """Return the answer where no search is needed: one arrangement, or few with a schedule; else None."""
    problem, costs, progress = task.problem, task.costs, task.progress
    # One arrangement only, so there is nothing to search; it still has to keep the hard rules.
    if problem.n == 0 or len(problem.teams) == 1:
        awards = np.zeros(problem.n, dtype=np.int64)
        broken, value = value_of(problem, costs, awards)
        if broken:
            return Answer(None, Status.INFEASIBLE, conflict=smallest_conflict(problem, progress))
        return Answer(awards, Status.OPTIMAL, value, {"proven": ""})
    if not beyond or _entries(problem) <= WIDE:
        return None
    # With the slots of a week to count, each swap of a search takes hundreds of steps.
    best = best_of_all(problem, costs, progress)
    if best is None:
        return None
    value, awards = best
    return Answer(awards, Status.OPTIMAL, value, {"proven": "" if value == task.bound else ALL_TRIED})


def _entries(problem: TeamsProblem) -> float:
    """Return how many values of columns a person has on average."""
    return sum(len(criterion.person) for criterion in problem.criteria) / max(1, problem.n)


def _by_quota(task: _Task) -> Ints:
    """Return an arrangement by categories alone, within quota wherever the search gets there."""
    problem, costs = task.problem, task.costs
    counted = [criterion for criterion in problem.criteria if criterion.weight and not criterion.similar]
    profiles = board(problem, counted, costs, task.seed)
    kind = costs.classes.of
    shared: dict[str, Any] = {"seed": task.seed, "compiled": task.compiled, "progress": task.progress}
    # Unequal sizes: floor to ceiling of the share first, which more arrangements meet; the exact totals of
    # each class of teams (``made``) only from there.
    plain = profiles
    if len(costs.classes.size) > 1 and counted:
        low, high = quota(
            np.concatenate([c.counts for c in counted]),
            np.array(costs.classes.size, dtype=np.int64),
            problem.n,
        )
        plain = profiles.aimed(low, high)
    blocks = blocks_of(problem.n, len(problem.teams))
    index = profiles.at if blocks == 1 else repair_blocks(plain, problem.sizes, kind, blocks=blocks, **shared)
    widest = int(problem.sizes.max())
    if not task.compiled and counted and problem.n >= SWEPT and problem.n * widest <= SWAPS:
        rounds = min(80, 10 + 2 * widest)
        index, _ = repair_pairs(
            plain,
            index,
            problem.sizes,
            kind,
            seed=task.seed,
            rounds=rounds,
            progress=task.progress,
        )
    longest = _repair_tries(task)
    budget = longest if task.compiled else min(20_000, 10 * problem.n + 2_000)
    index, off, _ = repair_teams(plain, index, profiles.start, kind, salt="repair", budget=budget, **shared)
    if (
        off
        and not task.compiled
        and task.limits.effort != "quick"
        and not task.progress.stop()
        and worth_compiling(left=task.progress.left)
    ):
        # The plain loop did not get there: now loading the compiled one, a third of a second, is worth it.
        shared["compiled"] = True
        index, off, _ = repair_teams(
            plain, index, profiles.start, kind, salt="longer", budget=longest, **shared
        )
    if plain is not profiles and not off:
        # Kept only if nobody is off the finer targets; the arrangement at hand is within quota.
        finer, beyond, _ = repair_teams(
            profiles, index, profiles.start, kind, salt="finer", budget=problem.n + 1_000, **shared
        )
        if not beyond:
            index = finer
    return people_of(profiles, index, problem.sizes)


def _repair_tries(task: _Task) -> int:
    """Return how many swaps the compiled repair may try.

    600,000 take half a second or less and bring 395 pupils with nine columns within quota, 4,000 a person do
    so for smaller rosters, where more of them changed none of fifty; 40 a person are enough for a census of
    32,561. A million people need less than one each, and tries are what a large roster that cannot be brought
    within quota waits for.
    """
    people = task.problem.n
    tries = min(40 * people, 2 * people + 3_000_000) + min(600_000, 4_000 * people)
    return {"quick": tries // 4, "normal": tries, "thorough": 5 * tries}[task.limits.effort]


def _by_rules(task: _Task, awards: Ints) -> Ints | tuple[str, ...] | None:
    """Return an arrangement that keeps hard rules, the conflict where none can, None where none was found."""
    problem = task.problem
    atoms = atoms_of(problem, tuple(rule for rule in problem.rules if not rule.weight))
    place = seated(problem, atoms, _nearer(task, awards))
    # The hard rules get half the steps of the search by all costs below; their loop ends early at cost 0.
    steps = 60 * problem.n + 20_000
    shared: dict[str, Any] = {"seed": task.seed, "compiled": task.compiled, "progress": task.progress}
    left = 1
    if place is not None:
        place, left = improve(problem, task.costs, atoms, place, steps=steps, hard=True, **shared)
        # The search did not keep all hard rules, or greed found no seats. Only a program can tell a hard case
        # from an impossible one, and it only takes small problems.
        if left:
            left = value_of(problem, task.costs, place[atoms.of])[0]
    if left:
        hard = tuple(rule for rule in problem.rules if not rule.weight)
        exact = arrange_exactly(problem, hard, task.progress) if small(problem) else None
        if exact is not None and exact.feasible is False:
            return smallest_conflict(problem, task.progress)
        if exact is None or exact.awards is None:
            return None
        place = _of_atoms(atoms, exact.awards)
    assert place is not None  # noqa: S101 - for the type checker: a seating without one has left above 0
    if problem.rules or any(criterion.weight for criterion in problem.criteria):
        place, _ = improve(problem, task.costs, atoms, place, steps=2 * steps, hard=False, **shared)
    awards = place[atoms.of]
    if not problem.numbers:
        return awards
    starts = 1 if worth_compiling(left=task.progress.left) else STARTS
    return level_numbers(problem, task.costs, awards, task.seed, task.progress, starts)


def _nearer(task: _Task, awards: Ints) -> Ints:
    """Return an arrangement to begin with: at the cheapest places, or where people would rather be.

    Staying in a published team counts more than all columns, and a search that began elsewhere would have to
    find thousands of people's way back by chance.
    """
    problem = task.problem
    if task.floors.home is not None and any(rule.kind == "choice" for rule in problem.rules):
        return task.floors.home
    rather = [rule for rule in problem.rules if rule.kind in {"stay", "choice"} and len(rule.teams) == 1]
    if not rather:
        return awards
    out = awards.copy()
    for rule in sorted(rather, key=lambda soft: soft.weight):
        out[list(rule.people)] = rule.teams[0]
    return out


def _of_atoms(atoms: Atoms, awards: Ints) -> Ints:
    """Return the team of each atom."""
    place = np.zeros(len(atoms), dtype=np.int64)
    place[atoms.of] = awards
    return place


def _finished(task: _Task, awards: Ints, *, exact: bool) -> Answer:
    """Improve what is not proven where that is cheap, and say what is proven."""
    problem, costs, counted, limits = task.problem, task.costs, task.bound, task.limits
    _, value = value_of(problem, costs, awards)
    task.progress.offer(awards, value, task.bound)
    proven = ""
    if value > task.bound + limits.gap and not exact:
        best = best_of_all(problem, costs, task.progress)
        if best is not None:
            (value, awards), proven = best, ALL_TRIED
        elif _of_places(task):
            (value, awards), proven = _by_places(task, (value, awards))
        else:
            value, awards = _by_size(task, (value, awards))
        if value > task.bound + max(limits.gap, costs.point // 100) and not proven:
            awards, value = _longer(task, awards, limits)
    elif value > task.bound + limits.gap:
        awards, value, proven = _closer(task, awards, value, limits)
    if value == task.bound > counted:
        proven = BY_PROGRAM
    bound = value if proven else task.bound
    status = Status.OPTIMAL if value == bound else Status.FEASIBLE
    return Answer(awards, status, bound, {"proven": proven})


def _by_size(task: _Task, best: tuple[int, Ints]) -> tuple[int, Ints]:
    """Raise the bound by the best people for each size; seat them so where columns are all that counts."""
    problem, costs = task.problem, task.costs
    counted = [index for index, column in enumerate(problem.criteria) if column.weight and not column.similar]
    if len(costs.classes.size) == 1 or not counted or task.progress.stop():
        return best
    criteria = [problem.criteria[index] for index in counted]
    profiles = board(problem, criteria, costs, task.seed)
    if not task.composed:
        task.composed.append(composition(problem, costs, profiles, counted, task.progress))
    sizes = task.composed[0]
    if sizes is None:
        return best
    task.bound = max(
        task.bound, sizes.bound + (0 if costs.off else least_value(problem, costs, task.floors.points))
    )
    if problem.rules or problem.numbers or best[0] <= task.bound:
        return best
    within = False
    if sizes.face is not None:
        best, within = _by_few(task, profiles, RareTeams(problem, costs, profiles, counted, sizes.face), best)
    if not within and sizes.held is not None and not task.progress.stop():
        best, _ = _seated(task, profiles, sizes, best)
    return best


def _by_few(
    task: _Task, profiles: Board, rare: RareTeams, best: tuple[int, Ints]
) -> tuple[tuple[int, Ints], bool]:
    """Seat good people for each team of the rarer sizes; also say whether all came within quota once."""
    enough, thorough = task.bound + task.limits.gap, task.limits.effort == "thorough"
    shared: dict[str, Any] = {
        "effort": task.limits.effort, "seed": task.seed, "progress": task.progress,
        "compiled": worth_compiling(left=task.progress.left),
    }  # fmt: skip
    within = False
    for few in rare.near(**shared):
        best, within = _seated(task, profiles, few, best, turns=1)
        if within:
            break
    # Those come near the bound in half a second; the ones on the face meet it, and may take some.
    if best[0] <= enough or (not thorough and best[0] - task.bound > CLOSE * task.costs.point):
        return best, within
    for few in rare.on_face(**shared):
        best, _ = _seated(task, profiles, few, best)
        if best[0] <= enough:
            break
    return best, within


CLOSE = 1.1
"""Points from the bound up to which normal effort looks for people on the face: of 14 rosters those that
got there had been within 1.01, and those beyond 1.1 did not in three times as long."""

MENDED = 400_000
"""Steps of that run, a twentieth of a second compiled, a twelfth of them in plain Python. A quarter as many
leave 106 people in 16 teams twice as far from the bound; repairing a size takes ten times as long."""


def _seated(
    task: _Task, profiles: Board, sizes: Composition | FewTeams, best: tuple[int, Ints],
    turns: int | None = None,
) -> tuple[tuple[int, Ints], bool]:  # fmt: skip
    """Seat people as a program says and keep the better plan; also say whether all came within quota."""
    problem, costs, progress = task.problem, task.costs, task.progress
    compiled = worth_compiling(left=progress.left)
    if turns is None:
        turns = TURNS[task.limits.effort] if compiled else 1
    index, within = seated_by_size(
        problem, costs, profiles, sizes, turns=turns, seed=task.seed, compiled=compiled, progress=progress
    )
    awards = people_of(profiles, index, problem.sizes)
    if not within and isinstance(sizes, FewTeams) and problem.n <= FEW:
        # Nearly there, with people among the sizes as they should be: a short cold run mends the rest.
        awards, _ = improve(
            problem, costs, atoms_of(problem), awards, seed=task.seed, hard=False,
            steps=MENDED if compiled else MENDED // 12,
            compiled=compiled, progress=progress, eighths=1,
        )  # fmt: skip
    return min(best, (value_of(problem, costs, awards)[1], awards), key=lambda plan: plan[0]), within


def _longer(task: _Task, awards: Ints, limits: Limits) -> tuple[Ints, int]:
    """Search as long as the effort says, from an arrangement that keeps the hard rules."""
    problem = task.problem
    atoms = atoms_of(problem)
    # A first plan of a class or an offsite: what is left to gain would change no figure that people see.
    if (
        problem.n <= WAITED
        and not problem.numbers
        and limits.effort == "normal"
        and limits.seconds is None
        and value_of(problem, task.costs, awards)[1] - task.bound <= task.costs.point
    ):
        return awards, value_of(problem, task.costs, awards)[1]
    place = searched(
        problem, task.costs, atoms, _of_atoms(atoms, awards), seed=task.seed, bound=task.bound,
        limits=limits, progress=task.progress,
    )  # fmt: skip
    awards = place[atoms.of]
    return awards, value_of(problem, task.costs, awards)[1]


def _closer(task: _Task, awards: Ints, value: int, limits: Limits) -> tuple[Ints, int, str]:
    """Try what is left for categories alone: annealing by the exact objective, the greedy, a proof."""
    problem, costs, progress = task.problem, task.costs, task.progress
    best = _by_size(task, (value, awards))
    if best[0] <= task.bound + limits.gap:
        return best[1], best[0], ""
    # At an eighth of the heat, with which columns alone do best (see ``COLUMNS_ALONE`` in portfolio.py).
    if problem.n <= FEW:
        atoms = atoms_of(problem)
        steps = min(60_000, max(30_000, 40 * problem.n))
        place, _ = improve(
            problem, costs, atoms, awards, seed=task.seed, steps=steps, hard=False, compiled=task.compiled,
            progress=progress, eighths=1,
        )  # fmt: skip
        best = min(best, (value_of(problem, costs, place)[1], place), key=lambda candidate: candidate[0])
        if not deal.fits(problem):
            dealt = deal.deal(problem, deal.shuffled(problem, task.seed), progress)
            best = min(best, (value_of(problem, costs, dealt)[1], dealt), key=lambda candidate: candidate[0])
    if best[0] == task.bound or progress.stop():
        return best[1], best[0], ""
    # All arrangements first: where there are few enough it is exact at once and no program is needed.
    tried = best_of_all(problem, costs, progress)
    if tried is not None:
        return tried[1], tried[0], ALL_TRIED
    proven = ""
    if problem.n * len(problem.teams) <= HARD_MOST and not progress.stop():
        best, proven = _proved(task, best)
    if not proven and best[0] > task.bound:
        longer, value = _longer(task, best[1], limits)
        best = min(best, (value, longer), key=lambda candidate: candidate[0])
    return best[1], best[0], proven


HARD_MOST = 60
"""Most people x teams for which a program is asked for the optimum. Teams are alike to it, so a proof comes
soon or never: with more of them it spends its nodes (see ``PROOF_NODES``) and proves nothing."""


def _of_places(task: _Task) -> bool:
    """Whether a program can price all of it and teams differ to it: choices of teams, and columns."""
    problem = task.problem
    return (
        task.floors.beyond is not None
        and not problem.numbers
        and not any(column.similar and column.weight for column in problem.criteria)
        and all(rule.kind in PLACES for rule in problem.rules if rule.weight)
        and not task.progress.stop()
    )


def _by_places(task: _Task, best: tuple[int, Ints]) -> tuple[tuple[int, Ints], str]:
    """Ask a program for the best with choices of teams; raise the bound to what it proves."""
    problem, costs, beyond = task.problem, task.costs, task.floors.beyond
    assert beyond is not None  # noqa: S101 - for the type checker: ``_of_places`` was asked
    # Whoever is dearer by more than the best plan so far is above the bound is so in no better plan.
    placed = Places(beyond, (best[0] - task.bound) // costs.point)
    exact = arrange_exactly(_listed(problem), problem.rules, task.progress, costs=costs, placed=placed)
    if exact.awards is None:
        return best, ""
    plan = (value_of(problem, costs, exact.awards)[1], exact.awards)
    proven = ""
    # At the bound by itself it needs no other proof; where other teams may be the larger ones, this is none.
    if exact.short is not None and plan[0] > task.bound and (problem.listed or problem.even):
        task.bound = max(task.bound, plan[0] - exact.short)
        weights = gcd(*(rule.weight for rule in problem.rules))
        steps = [step for step in (*costs.step, weights * costs.point) if step]
        apart = gap_below(plan[0] - task.floors.points * costs.point, steps)
        proven = BY_PROGRAM if apart is not None and apart > exact.short else ""
    return min(best, plan, key=lambda candidate: candidate[0]), proven


def _proved(task: _Task, best: tuple[int, Ints]) -> tuple[tuple[int, Ints], str]:
    """Ask a program for the optimum, and say so if it has it; within quota first where quota comes first."""
    problem, costs = task.problem, task.costs
    span = None
    if costs.off:
        counts = np.concatenate([c.counts for c in problem.criteria])
        span = quota(counts, problem.sizes, problem.n)
        if any(not c.weight for c in problem.criteria):
            return best, ""
    exact = arrange_exactly(_listed(problem), problem.rules, task.progress, costs=costs, span=span)
    if exact.awards is None:
        return best, ""
    value = value_of(problem, costs, exact.awards)[1]
    if exact.best and value <= best[0]:
        return (value, exact.awards), BY_PROGRAM
    return min(best, (value, exact.awards), key=lambda candidate: candidate[0]), ""


def _listed(problem: TeamsProblem) -> TeamsProblem:
    """Return the same problem with each team's size fixed: teams of one size are alike."""
    return replace(problem, listed=True)
