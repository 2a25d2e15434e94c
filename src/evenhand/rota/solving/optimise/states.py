"""The network of states: each person walks from slot to slot and from turn to turn.

A state is (slot, units of load served so far). Skipping a slot keeps the units, serving it adds the slot's
load and jumps over the rest that follows; every step costs the squared lags it passes. One person's walk is
a path, so the linear relaxation is exact for each person alone and only the seats and the rules between
persons can make it fractional: the bound is tight, and proofs are short. A largest lag is kept by leaving
out the states beyond it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from evenhand.core.arrays import Floats, Ints
from evenhand.rota.solving.optimise.board import Account, Board


@dataclass(frozen=True, eq=False)
class States:
    """Arcs of every person's network of every account.

    Attributes:
        tail, head: node codes; tail nodes number 0 .. nodes - 1, an end of the walk is -1, shape (arcs,).
        cost: squared lags passed, in square units, shape (arcs,).
        worst: largest lag passed, in ticks, shape (arcs,).
        cell: slot x P + person where the arc serves, -1 where it skips, shape (arcs,).
        source: first node of each walk, shape (walks,).
        nodes: number of nodes.
        dead: whether somebody has no walk at all within the largest lag.
    """

    tail: Ints = field(repr=False)
    head: Ints = field(repr=False)
    cost: Floats = field(repr=False)
    worst: Floats = field(repr=False)
    cell: Ints = field(repr=False)
    source: Ints = field(repr=False)
    nodes: int
    dead: bool = False


def cells_of(board: Board, low: int, high: int) -> Ints:
    """Return slot x P + person of every cell in slots low .. high - 1 that somebody able could serve."""
    slot, person = np.nonzero(board.able[low:high])
    return np.asarray((slot + low) * board.people + person, dtype=np.int64)


def states(board: Board, widest: int | None, begin: Ints, low: int = 0, high: int | None = None) -> States:
    """Draw the networks for slots low .. high - 1.

    Args:
        board: the rota.
        widest: largest lag to keep, in ticks; None for any.
        begin: units served before slot ``low`` and first slot each person may serve, shape (accounts + 1, P).
        low: first slot.
        high: one past the last slot; all by default.

    Returns:
        The networks; cost and memory O(persons x slots x states within the largest lag).
    """
    high = board.slots if high is None else high
    out: dict[str, list[float]] = {"tail": [], "head": [], "cost": [], "worst": [], "cell": []}
    source, nodes, dead = [], 0, False
    for index, account in enumerate(board.accounts):
        inside = np.flatnonzero((account.slots >= low) & (account.slots < high))
        for who in range(board.people):
            if not inside.size:
                break
            walk = _Walk(board, account, who, inside, widest)
            source.append(nodes)
            count = walk.draw(out, nodes, int(begin[index, who]), int(begin[-1, who]))
            # One person without a walk is enough: then no plan is within this largest lag.
            dead = dead or not count
            nodes += max(count, 1)
    return States(
        tail=np.array(out["tail"], dtype=np.int64),
        head=np.array(out["head"], dtype=np.int64),
        cost=np.array(out["cost"], dtype=np.float64),
        worst=np.array(out["worst"], dtype=np.float64),
        cell=np.array(out["cell"], dtype=np.int64),
        source=np.array(source, dtype=np.int64),
        nodes=nodes,
        dead=dead,
    )


class _Move(NamedTuple):
    """A step: where to, with how many units, at what cost and largest lag, and what it serves."""

    there: int
    then: int
    cost: float
    worst: float
    cell: int


class _Walk:
    """One person's network of one account."""

    def __init__(self, board: Board, account: Account, who: int, inside: Ints, widest: int | None) -> None:
        self.who, self.people, self.ticks = who, board.people, account.ticks
        self.slots = account.slots[inside].tolist()
        self.due = (account.due[inside, who] / account.ticks).tolist()
        self.load = account.load[inside].tolist()
        self.able = board.able[account.slots[inside], who].tolist()
        # The 1e-12 lets a lag that equals the limit pass in spite of float rounding; two different lags
        # differ by a whole tick, which is far more.
        self.wide = float("inf") if widest is None else widest / account.ticks + 1e-12
        size = len(self.slots)
        self.after = list(range(1, size + 1))
        if board.chained:
            self.after = np.searchsorted(account.slots[inside], board.after[account.slots[inside]]).tolist()

    def _passed(self, index: int, until: int, units: int) -> tuple[float, float] | None:
        """Return squared lags and the largest lag of standing at some units; None beyond the limit."""
        total = worst = 0.0
        for place in range(index, until):
            lag = self.due[place] - units
            worst = max(worst, abs(lag))
            total += lag * lag
        return None if worst > self.wide else (total, worst * self.ticks)

    def draw(self, out: dict[str, list[float]], first: int, units: int, earliest: int) -> int:
        """Append the arcs of all states from which an end is reached; return the number of states."""
        size = len(self.slots)
        levels: list[dict[int, list[_Move]]] = [{} for _ in range(size + 1)]
        levels[0][units] = []
        for index, slot in enumerate(self.slots):
            serves = self.able[index] and slot >= earliest
            # States are drawn as they are reached, slot by slot, so only those that a walk can come to
            # exist.
            for level in list(levels[index]):
                wanted = [(index + 1, level, -1)]
                if serves:
                    wanted.append(
                        (self.after[index], level + self.load[index], slot * self.people + self.who)
                    )
                for there, then, cell in wanted:
                    passed = self._passed(index, there, then)
                    if passed is not None:
                        levels[index][level].append(_Move(there, then, *passed, cell))
                        levels[there].setdefault(then, [])
        return _numbered(out, first, levels, units)


def _numbered(
    out: dict[str, list[float]], first: int, levels: list[dict[int, list[_Move]]], units: int
) -> int:
    """Drop states that lead nowhere, number the others from ``first`` on, and append their arcs."""
    size = len(levels) - 1
    # Backwards: whether a state leads to an end depends on the states after it.
    for index in range(size - 1, -1, -1):
        for level in list(levels[index]):
            moves = [
                move for move in levels[index][level] if move.there == size or move.then in levels[move.there]
            ]
            levels[index][level] = moves
            if not moves:
                del levels[index][level]
    if units not in levels[0]:
        return 0
    # Numbered in a fixed order, so that the solver sees the same program in every run.
    places = [(index, level) for index in range(size) for level in sorted(levels[index])]
    code = {place: first + number for number, place in enumerate(places)}
    for index, level in places:
        for move in levels[index][level]:
            out["tail"].append(code[index, level])
            out["head"].append(-1 if move.there == size else code[move.there, move.then])
            out["cost"].append(move.cost)
            out["worst"].append(move.worst)
            out["cell"].append(move.cell)
    return len(code)
