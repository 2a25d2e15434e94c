"""Rules that may be broken: the least that has to be, and a board on which nothing more is.

First comes how often rules are broken, by weight; the sum of squared lags comes after it. So the search is
cut in two: a program without lags finds the least weight of breaks and proves it, and the rota is then
planned as if every rule that this plan keeps could not be broken. Another choice of breaks of the same weight
may allow a smaller sum; small rotas are searched over all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from evenhand.core.arrays import Bools, Floats
from evenhand.core.progress import Progress
from evenhand.linear.highs import Program
from evenhand.rota.problem.side_rules import OPEN_SEATS
from evenhand.rota.rules.base import RowsOfRule
from evenhand.rota.solving.optimise.board import Board, breaks, broken_rows, kept

HALF: Final = 0.5
"""Half of one: a value of an unknown that is 0 or 1 is rounded to the nearer."""


@dataclass(frozen=True, eq=False)
class LeastBreaks:
    """What has to be broken.

    Attributes:
        plan: a plan that keeps the hard rules and breaks the others by the least weight found, shape (S, P);
            None where there is none or none was found.
        weight: weight of its breaks.
        bound: no plan that keeps the hard rules breaks less; equal to ``weight`` where it is proven least.
        infeasible: whether it is proven that no plan keeps the hard rules.
    """

    plan: Bools | None = field(repr=False)
    weight: int = 0
    bound: int = 0
    infeasible: bool = False


def weight_of(board: Board, plan: Bools) -> int:
    """Return the weight of all breaks of a plan."""
    return sum(rule.weight * breaks(rule, plan) for rule in board.soft)


def lifts(rule: RowsOfRule) -> Floats:
    """Return by how much a break lifts the upper limit of each row: as far as the row could go beyond it."""
    most = np.bincount(rule.row, weights=np.maximum(rule.factor, 0.0), minlength=rule.upper.size)
    return np.asarray(np.maximum(most - rule.upper, 0.0))


def rules_alone(board: Board, progress: Progress) -> LeastBreaks:
    """Find a plan that keeps the hard rules, whatever else it is like, or the proof that there is none.

    A program without lags and without breaks, at its root alone: a tenth of a second for a ward of two
    months, where the programs with lags take minutes to come to the same end. It may find neither.

    Args:
        board: the rota; seats may stay open where a rule with a weight says so, as few as can be.
        progress: time and interruption.
    """
    loose = [rule for rule in board.soft if rule.kind == OPEN_SEATS]
    return least_breaks(replace(board, soft=tuple(loose)), progress, nodes=1)


def least_breaks(
    board: Board, progress: Progress, start: Bools | None = None, *, nodes: int | None = None
) -> LeastBreaks:
    """Find the least weight of breaks that any plan can have: an unknown a cell and one a possible break.

    Args:
        board: the rota.
        progress: time and interruption; a cut search hands out the best plan so far.
        start: a plan that keeps the hard rules, to start from.
        nodes: branches of the search, at most.
    """
    cells = np.flatnonzero(board.able)
    # Nobody could serve anything: a program without unknowns is not one for the solver.
    if not cells.size:
        nobody: Bools = np.zeros(board.able.shape, dtype=bool)
        weight = weight_of(board, nobody)
        return (
            LeastBreaks(nobody, weight, weight) if kept(board, nobody) else LeastBreaks(None, infeasible=True)
        )
    place = np.full(board.able.size, -1, dtype=np.int64)
    place[cells] = np.arange(cells.size)
    row, column, value, lower, upper = [], [], [], [], []
    cost, rows, columns = [np.zeros(cells.size)], 0, cells.size
    for rule in (*board.rules, *board.soft):
        where = place[rule.slot * board.people + rule.person]
        inside = where >= 0
        row.append(rule.row[inside] + rows)
        column.append(where[inside])
        value.append(rule.factor[inside])
        if rule.weight and rule.upper.size:
            row.append(np.arange(rule.upper.size) + rows)
            column.append(columns + rule.breach)
            value.append(-lifts(rule))
            count = int(rule.breach.max()) + 1
            cost.append(np.full(count, float(rule.weight)))
            columns += count
        lower.append(rule.lower)
        upper.append(rule.upper)
        rows += rule.upper.size
    # Weights are whole numbers: a distance below one is the proof, and half of it leaves room for rounding.
    program = Program(gap=HALF, whole_tolerance=1e-7, nodes=nodes)
    entries = (np.concatenate(row), np.concatenate(column), np.concatenate(value))
    program.load(np.concatenate(cost), entries, np.concatenate(lower), np.concatenate(upper), whole=True)
    if start is not None:
        program.start_from(np.arange(cells.size), start.ravel()[cells].astype(np.float64))
    state = program.run(progress)
    if state == "infeasible":
        return LeastBreaks(None, infeasible=True)
    if not program.has_solution:
        return LeastBreaks(None)
    plan: Bools = np.zeros(board.able.shape, dtype=bool)
    plan.ravel()[cells] = program.values()[: cells.size] > HALF
    weight = weight_of(board, plan)
    # The bound is a float a little off; the least is a whole number that is not below it.
    # Stopped before its first relaxation is solved, a program knows no bound at all.
    known = max(0.0, program.bound) if np.isfinite(program.bound) else 0.0
    bound = weight if state == "optimal" else int(np.ceil(known - 1e-3))
    return LeastBreaks(plan, weight, min(bound, weight))


def tightened(board: Board, plan: Bools) -> Board:
    """Return a board without rules that may be broken: those that the plan keeps are hard, break by break."""
    hard = []
    for rule in board.soft:
        gone = np.isin(rule.breach, rule.breach[broken_rows(rule, plan)])
        rows = np.flatnonzero(~gone)
        index = np.full(rule.upper.size, -1, dtype=np.int64)
        index[rows] = np.arange(rows.size)
        inside = index[rule.row] >= 0
        hard.append(
            replace(
                rule, row=index[rule.row[inside]], slot=rule.slot[inside], person=rule.person[inside],
                factor=rule.factor[inside], lower=rule.lower[rows], upper=rule.upper[rows],
                breach=rule.breach[rows], weight=0, kind=f"soft {rule.kind}",
            )
        )  # fmt: skip
    return replace(board, rules=(*board.rules, *(rule for rule in hard if rule.upper.size)), soft=())


def seats_filled(board: Board) -> Board:
    """Return the board with every seat to be filled: none may stay open at a weight."""
    return replace(board, soft=tuple(rule for rule in board.soft if rule.kind != OPEN_SEATS))


def seats_loose(board: Board) -> Board:
    """Return the board with seats that may stay open, as far as a rule with a weight says so."""
    loose = [rule for rule in board.soft if rule.kind == OPEN_SEATS]
    inside = np.unique(np.concatenate([rule.slot for rule in loose]))
    rules = tuple(
        replace(rule, lower=np.where(np.isin(rule.slot[:1], inside), 0.0, rule.lower))
        if rule.kind == "seats"
        else rule
        for rule in board.rules
    )
    return replace(board, rules=rules)
