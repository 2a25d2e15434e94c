"""The search with rules: atoms are swapped by simulated annealing over one cost, hard rules first."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.core.progress import Progress
from evenhand.teams.problem import TeamsProblem
from evenhand.teams.solving.exchange.atoms import Atoms
from evenhand.teams.solving.exchange.search import draws
from evenhand.teams.solving.exchange.tables import Costs, costs
from evenhand.teams.solving.kernels.compiled import flat, kernel
from evenhand.teams.solving.model.costs import Prices

__all__ = ["improve"]

Ints = NDArray[np.int64]

LOGS = tuple(round(-log((i + 0.5) / 1024) * 1024) for i in range(1024))
"""-log of the middles of 1024 equal parts of the unit interval, in 1024ths."""


def improve(
    problem: TeamsProblem,
    rules: Prices,
    atoms: Atoms,
    place: Ints,
    *,
    seed: int,
    steps: int,
    hard: bool,
    compiled: bool,
    progress: Progress,
    warm: bool = True,
) -> tuple[Ints, int]:
    """Lower the cost of a seating by swaps; return the seating and the cost left (0 is best for ``hard``).

    Args:
        problem: the problem.
        rules: its prices.
        atoms: what moves as one.
        place: team of each atom; its team sizes are kept.
        seed: decides the draws.
        steps: most swaps tried.
        hard: whether hard rules alone count.
        compiled: which world to run in.
        progress: polled between chunks.
        warm: whether to begin with a high temperature; else only near the end's.
    """
    teams = len(problem.teams)
    sizes = np.zeros(teams, dtype=np.int64)
    np.add.at(sizes, place, atoms.weight)
    priced = costs(problem, rules, sizes, int(atoms.weight.max(initial=1)), hard=hard)
    work = _arrays(problem, atoms, place, priced, compiled=compiled)
    movable = _movable(atoms, teams)
    if teams <= 1 or not len(movable):
        return place, _cost(problem, atoms, place, priced)
    state = flat(
        np.array([*draws(seed, f"anneal {hard}"), _cost(problem, atoms, place, priced), 0]), compiled=compiled
    )
    state[3] = 0 if hard else -(2**62)
    run = kernel("anneal", compiled=compiled)
    rest = [
        flat(movable, compiled=compiled),
        flat(np.zeros(len(atoms)), compiled=compiled),
        flat(np.array(LOGS), compiled=compiled),
        state,
    ]
    high, low = (
        (priced.heat, max(1, priced.heat // 4)) if hard else (priced.heat if warm else priced.heat // 8, 0)
    )
    done, stages = 0, 12
    while done < stages and not progress.stop() and state[2] > state[3]:
        from_, to = (high - low) * (stages - done) ** 2, (high - low) * (stages - done - 1) ** 2
        run(*work, *rest, low + from_ // stages**2, low + to // stages**2, max(1, steps // stages))
        done += 1
        progress.report("exchange", int(state[2]) if hard else None)
    return np.asarray(work[6], dtype=np.int64), int(state[2])


def _movable(atoms: Atoms, teams: int) -> Ints:
    if not len(atoms.closed):
        return np.arange(len(atoms), dtype=np.int64)
    return np.flatnonzero(atoms.closed.sum(axis=1) < teams - 1).astype(np.int64)


def _arrays(problem: TeamsProblem, atoms: Atoms, place: Ints, priced: Costs, *, compiled: bool) -> list[Any]:
    """Return the kernel's work arrays in its order, up to ``closed``."""
    teams, count = len(problem.teams), len(atoms)
    atom, line = _entries(problem, atoms, priced)
    order = np.lexsort((line, atom))
    first = np.concatenate([[0], np.cumsum(np.bincount(atom, minlength=count))])
    total = np.bincount(place[atom] * priced.lines + line, minlength=teams * priced.lines)
    held = np.bincount(place, minlength=teams)
    sizes = np.zeros(teams, dtype=np.int64)
    np.add.at(sizes, place, atoms.weight)
    start = np.concatenate([[0], np.cumsum(sizes + int(atoms.weight.max(initial=1)))])
    member = np.zeros(int(start[-1]), dtype=np.int64)
    by_team = np.argsort(place, kind="stable")
    turn = np.arange(count) - np.repeat(np.cumsum(held) - held, held)
    member[start[place[by_team]] + turn] = by_team
    weight = atoms.weight.copy()
    fixed = np.ones(count, dtype=bool)
    fixed[_movable(atoms, teams)] = False
    weight[fixed] = -1
    level, sums = _levels(problem, atoms, place)
    friend, friends, tie = _friends(atoms, priced)
    groups = len(priced.need) // max(1, teams)
    empty = np.zeros((teams, groups), dtype=np.int64)
    for group in range(groups):
        lines = np.flatnonzero(priced.slot == group)
        empty[:, group] = (total.reshape(teams, -1)[:, lines] == 0).sum(axis=1)
    measures = level.shape[1]
    arrays = [
        line[order], first, weight, member, start, held, place, total, priced.lines, priced.table,
        priced.begin, level, sums, measures, priced.rise, priced.fall, friend, friends, tie, priced.slot,
        groups, empty, priced.need, priced.short, atoms.closed.astype(np.int64),
    ]  # fmt: skip
    return [one if isinstance(one, int) else flat(one, compiled=compiled) for one in arrays]


def _entries(problem: TeamsProblem, atoms: Atoms, priced: Costs) -> tuple[Ints, Ints]:
    atom = [atoms.of[criterion.person] for criterion in problem.criteria]
    line = [
        criterion.value + offset for criterion, offset in zip(problem.criteria, priced.offset, strict=True)
    ]
    none = np.zeros(0, dtype=np.int64)
    return np.concatenate([none, *atom]).astype(np.int64), np.concatenate([none, *line]).astype(np.int64)


def _levels(problem: TeamsProblem, atoms: Atoms, place: Ints) -> tuple[Ints, Ints]:
    """Return the numbers of each atom, and of each team, shape (.., 2 x numbers)."""
    level = np.zeros((len(atoms), 2 * len(problem.numbers)), dtype=np.int64)
    for at, number in enumerate(problem.numbers):
        np.add.at(level[:, 2 * at], atoms.of, number.level)
        np.add.at(level[:, 2 * at + 1], atoms.of, number.spread)
    sums = np.zeros((len(problem.teams), level.shape[1]), dtype=np.int64)
    np.add.at(sums, place, level)
    return level, sums


def _friends(atoms: Atoms, priced: Costs) -> tuple[Ints, Ints, Ints]:
    merged: dict[tuple[int, int], int] = {}
    for a, b, cost in priced.ties:
        pair = (int(atoms.of[a]), int(atoms.of[b]))
        if pair[0] != pair[1]:
            for one in (pair, pair[::-1]):
                merged[one] = merged.get(one, 0) + cost
    rows = sorted(merged.items())
    friends = np.concatenate([[0], np.cumsum(np.bincount([a for (a, _), _ in rows], minlength=len(atoms)))])
    other = np.array([b for (_, b), _ in rows], dtype=np.int64)
    return other, friends.astype(np.int64), np.array([cost for _, cost in rows], dtype=np.int64)


def _cost(problem: TeamsProblem, atoms: Atoms, place: Ints, priced: Costs) -> int:
    """Return the cost of a seating in the search's own units."""
    teams = len(problem.teams)
    atom, line = _entries(problem, atoms, priced)
    total = np.bincount(place[atom] * priced.lines + line, minlength=teams * priced.lines)
    cost = int(priced.table[priced.begin + total].sum()) if len(priced.table) else 0
    _, sums = _levels(problem, atoms, place)
    flat_sums = sums.reshape(-1)
    cost += int((flat_sums * flat_sums * priced.rise // priced.fall).sum())
    groups = len(priced.need) // max(1, teams)
    for group in range(groups):
        lines = np.flatnonzero(priced.slot == group)
        free = (total.reshape(teams, -1)[:, lines] == 0).sum(axis=1)
        cell = np.arange(teams) * groups + group
        cost += int((np.maximum(priced.need[cell] - free, 0) * priced.short[cell]).sum())
    for a, b, tie in priced.ties:
        if place[atoms.of[a]] == place[atoms.of[b]]:
            cost += tie
    return cost
