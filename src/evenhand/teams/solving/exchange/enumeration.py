"""Rosters so small that every arrangement can be looked at: the best with any rules, and the proof."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evenhand.core.arrays import Bools, Ints
from evenhand.core.progress import Progress
from evenhand.teams.problem import TeamsProblem
from evenhand.teams.rules import KIND_OF, Placements
from evenhand.teams.solving.model.objective import UnitCosts, number_cost

Exact = NDArray[np.object_]
"""Whole numbers of any length."""

PEOPLE = 20
"""Most people for whom all arrangements are tried; beyond, their number is always out of reach."""

MOST = 30_000
"""Most arrangements, of whole rosters or of their first people, that are held at once."""


CELLS = 4_000_000
"""Counts of (arrangement, team, value) held at once, 32 MB: a schedule has hundreds of values. Twice or half
changes memory alone."""


def best_of_all(problem: TeamsProblem, costs: UnitCosts, progress: Progress) -> tuple[int, Ints] | None:
    """Return the least value and an arrangement that has it; None where there are too many or none.

    Args:
        problem: the problem, with any rules.
        costs: its unit costs.
        progress: asked whether to stop.

    Promise:
        No arrangement that keeps the hard rules has a lower value. Cost O(MOST n T) at most.
    """
    arrangements = _arrangements(problem, progress) if problem.n <= PEOPLE else None
    if arrangements is None or not len(arrangements):
        return None
    # What an arrangement counts by, people of each (team, value), is held for a part of them at a time.
    widest = max((len(criterion.values) for criterion in problem.criteria), default=1)
    part = max(1, CELLS // (max(1, widest) * len(problem.teams)))
    best: tuple[int, Ints] | None = None
    for begin in range(0, len(arrangements), part):
        if progress.stop():
            return None
        looked = _best_of(problem, costs, arrangements[begin : begin + part])
        if looked is not None and (best is None or looked[0] < best[0]):
            best = looked
    return best


def _best_of(problem: TeamsProblem, costs: UnitCosts, arrangements: Ints) -> tuple[int, Ints] | None:
    """Return the least value of some arrangements and the first that has it; None if none keeps the rules."""
    teams = len(problem.teams)
    stands = (arrangements[:, :, None] == np.arange(teams)).astype(np.int64)
    sizes = stands.sum(axis=1)
    tables = [_table(problem, stands, index) for index in range(len(problem.criteria))]
    broken = np.zeros(len(arrangements), dtype=np.int64)
    # Python's whole numbers: with priorities the prices can leave 63 bits.
    value = np.zeros(len(arrangements), dtype=object)
    many = Placements(problem, arrangements, tables)
    for rule in problem.rules:
        amount = KIND_OF[rule.kind].units(rule, many)
        if rule.weight:
            value += amount.astype(object) * (rule.weight * costs.point)
        else:
            broken += amount
    for index, table in enumerate(tables):
        value += _criterion(problem, costs, index, table, sizes)
    for index, number in enumerate(problem.numbers):
        for scaled in (number.level, number.spread):
            value += _number(costs.number[index], np.einsum("apt,p->at", stands, scaled), sizes, problem.n)
    kept = np.flatnonzero(broken == 0)
    if not len(kept):
        return None
    best = kept[int(np.argmin(value[kept]))]
    return int(value[best]), arrangements[best].copy()


def _arrangements(problem: TeamsProblem, progress: Progress) -> Ints | None:
    """Return all arrangements, one of those that differ by the names of like teams; None for too many."""
    teams = len(problem.teams)
    alike = _alike(problem)
    limit = np.sort(problem.sizes)
    begun = np.zeros((1, 0), dtype=np.int64)
    held = np.zeros((1, teams), dtype=np.int64)
    for person in range(problem.n):
        if progress.stop():
            return None
        parts, counts = [], []
        for team in range(teams):
            then = held.copy()
            then[:, team] += 1
            # Where sizes are not given by name, any team may become the larger one.
            fits = then <= problem.sizes if problem.listed else np.sort(then, axis=1) <= limit
            good = fits.all(axis=1) & _open(problem, begun, person, team)
            if alike[team] >= 0:
                good &= held[:, alike[team]] > 0
            parts.append(np.column_stack([begun[good], np.full(int(good.sum()), team)]))
            counts.append(then[good])
        begun, held = np.concatenate(parts), np.concatenate(counts)
        if len(begun) > MOST:
            return None
    return begun


def _alike(problem: TeamsProblem) -> list[int]:
    """Return for each team the like team that must be begun before it; -1 for none."""
    named = {team for rule in problem.rules for team in rule.teams}
    last: dict[int, int] = {}
    out = []
    for team, size in enumerate(problem.sizes.tolist()):
        # A team that a rule names is like no other: to exchange it for one would break or keep the rule.
        key = size if problem.listed else 0
        out.append(-1 if team in named else last.get(key, -1))
        if team not in named:
            last[key] = team
    return out


def _open(problem: TeamsProblem, begun: Ints, person: int, team: int) -> Bools:
    """Say in which beginnings a person may stand in a team by the hard rules about people."""
    good = np.ones(len(begun), dtype=bool)
    for rule in problem.rules:
        if rule.weight or person not in rule.people:
            continue
        terms = KIND_OF[rule.kind].search(rule)
        before = [other for other in rule.people if other < person]
        if terms.places and team not in rule.teams:
            good[:] = False
        elif terms.one_unit and before:
            good &= begun[:, before[0]] == team
        elif terms.pairs and before:
            good &= (begun[:, before] != team).all(axis=1)
    return good


def _table(problem: TeamsProblem, stands: Ints, index: int) -> Ints:
    """Count the people of each (arrangement, team, value) of a criterion."""
    criterion = problem.criteria[index]
    has = np.zeros((problem.n, len(criterion.values)), dtype=np.int64)
    has[criterion.person, criterion.value] = 1
    return np.asarray(np.einsum("apt,pv->atv", stands, has))


def _criterion(problem: TeamsProblem, costs: UnitCosts, index: int, table: Ints, sizes: Ints) -> Exact:
    """Return the value of a criterion in each arrangement, with people outside quota where they count."""
    criterion, yard = problem.criteria[index], costs.yardsticks[index]
    apart = np.abs(problem.n * table - sizes[:, :, None] * criterion.counts).astype(object)
    common = costs.classes.common
    share = (common // sizes).astype(object)
    cost = ((apart * criterion.counts).sum(axis=2) * share).sum(axis=1)
    away = -((cost - yard.worst) // yard.step) if criterion.similar else (cost - yard.best) // yard.step
    value = away * costs.step[index]
    if costs.off and criterion.weight:
        value += (apart // problem.n).sum(axis=(1, 2)) * costs.off
    return np.asarray(value, dtype=object)


def _number(price: int, sums: Ints, sizes: Ints, people: int) -> Exact:
    """Return the value of a number's mean or spread in each arrangement."""
    out = np.zeros(len(sums), dtype=object)
    for team in range(sums.shape[1]):
        pair, where = np.unique(np.column_stack([sums[:, team], sizes[:, team]]), axis=0, return_inverse=True)
        costs = np.array([number_cost(price, total, size, people) for total, size in pair.tolist()] or [0])
        out += costs.astype(object)[where.reshape(-1)]
    return out
