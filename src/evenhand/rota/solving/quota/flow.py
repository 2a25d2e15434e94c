"""Least-cost plans within quota: a linear program, then an exact check in integers.

The network's matrix is totally unimodular, so the simplex method ends in whole numbers. Its floats cannot
tell apart costs that differ by a few ticks: the plan is therefore checked, and where need be mended, by
looking for negative cycles in its residual network in integer arithmetic. Potentials without a negative
reduced cost are the proof that no plan within quota costs less.

References:
    Ahuja, Magnanti, Orlin, *Network Flows* (1993), ISBN 978-0-13-617549-0, sections 9.3 and 9.6.
    Huangfu and Hall, *Parallelizing the dual revised simplex method* (2018), doi:10.1007/s12532-017-0130-5.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.core.progress import Progress
from evenhand.rota.solving.quota.arcs import Arcs
from evenhand.rota.solving.quota.windows import Windows

__all__ = ["Network", "least_cost", "relaxed"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

WHOLE = 1e-6
"""How far from a whole number a flow may be and still count as one."""

CHECK_EVERY = 16
"""Passes of the potentials between two looks for a cycle."""


@dataclass(frozen=True, eq=False)
class Network:
    """Nodes: turns, slots, meeting pairs, and one for turns left out. Arc a runs from tail[a] to head[a]."""

    tail: Ints = field(repr=False)
    head: Ints = field(repr=False)
    cost: Ints = field(repr=False)
    nodes: int

    @classmethod
    def of(cls, win: Windows, options: Arcs) -> Network:
        """Make the network: the arcs in order, then left-out arcs, then one a meeting pair."""
        jobs, slots, pairs = win.person.size, win.slots, options.pairs
        meets = options.shared >= 0
        head = np.where(meets, jobs + slots + options.shared, jobs + options.slot)
        pair_slot = np.zeros(pairs, dtype=np.int64)
        pair_slot[options.shared[meets]] = options.slot[meets]
        rest = jobs + slots + pairs
        return cls(
            tail=np.concatenate([options.job, options.optional, jobs + slots + np.arange(pairs)]),
            head=np.concatenate([head, np.full(options.optional.size, rest), jobs + pair_slot]),
            cost=np.concatenate([options.cost, options.left_out, np.zeros(pairs, dtype=np.int64)]),
            nodes=rest + 1,
        )


def relaxed(win: Windows, options: Arcs, progress: Progress) -> tuple[NDArray[np.bool_], Floats] | None:
    """Solve the linear program with HiGHS.

    Args:
        win: the windows.
        options: their arcs.
        progress: time and interruption.

    Returns:
        Whether each arc of the network carries flow, and the price of each slot in turns; None where the
        time was up or the outcome is not whole.
    """
    import highspy

    scale = 1.0 / win.ticks
    meets = np.flatnonzero(options.shared >= 0)
    jobs, slots, arc = win.person.size, win.slots, options.job.size
    columns = arc + options.optional.size
    where = np.concatenate([np.arange(arc), np.arange(arc), meets, arc + np.arange(options.optional.size)])
    row = np.concatenate(
        [options.job, jobs + options.slot, jobs + slots + options.shared[meets], options.optional]
    )
    order = np.argsort(where, kind="stable")
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, jobs + slots + options.pairs
    lp.col_cost_ = np.concatenate([options.cost, options.left_out]) * scale
    lp.col_lower_, lp.col_upper_ = np.zeros(columns), np.ones(columns)
    fixed = np.concatenate([np.ones(jobs), win.seats.astype(float)])
    lp.row_lower_ = np.concatenate([fixed, np.zeros(options.pairs)])
    lp.row_upper_ = np.concatenate([fixed, np.ones(options.pairs)])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.bincount(where, minlength=columns))]).astype(
        np.int32
    )
    lp.a_matrix_.index_ = row[order].astype(np.int32)
    lp.a_matrix_.value_ = np.ones(row.size)
    solver = _solver(highspy, progress)
    solver.passModel(lp)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    found = solver.getSolution()
    value = np.asarray(found.col_value)
    if value.size and float(np.abs(value - np.round(value)).max()) > WHOLE:
        return None
    used = value > 0.5  # noqa: PLR2004 - nearest whole number
    full = np.zeros(options.pairs, dtype=bool)
    full[options.shared[meets[used[meets]]]] = True
    return np.concatenate([used, full]), np.asarray(found.row_dual)[jobs : jobs + slots]


def _solver(highspy: Any, progress: Progress) -> Any:
    solver = highspy.Highs()
    options: dict[str, Any] = {"output_flag": False, "threads": 1, "random_seed": 1, "solver": "simplex"}
    if progress.left is not None:
        options["time_limit"] = progress.left
    for name, value in options.items():
        solver.setOptionValue(name, value)

    def ask(event: Any) -> None:
        if progress.interrupted:
            event.interrupt()

    solver.cbSimplexInterrupt.subscribe(ask)
    return solver


def least_cost(
    net: Network, used: NDArray[np.bool_], start: Ints, progress: Progress
) -> tuple[NDArray[np.bool_], Ints | None, int]:
    """Cancel negative cycles until potentials prove that there is none; all in integers.

    Args:
        net: the network.
        used: whether each arc carries flow, a flow that keeps all capacities.
        start: first potentials, one a node; near the optimum they save passes, any will do.
        progress: asked before each cycle whether to stop.

    Returns:
        The least-cost flow, its potentials (no residual arc has a negative reduced cost; None where it was
        stopped before that), and the number of cycles cancelled. Each lowers the integer cost, so it ends.
    """
    used = used.copy()
    potential = start.astype(np.int64, copy=True)
    cycles = 0
    while True:
        tail = np.where(used, net.head, net.tail)
        head = np.where(used, net.tail, net.head)
        cost = np.where(used, -net.cost, net.cost)
        cycle = _settle(tail, head, cost, potential)
        if cycle is None:
            return used, potential, cycles
        used[cycle] = ~used[cycle]
        cycles += 1
        if progress.stop():
            return used, None, cycles


def _settle(tail: Ints, head: Ints, cost: Ints, potential: Ints) -> Ints | None:
    """Lower potentials (in place) until every residual arc is satisfied, or return a negative cycle."""
    parent = np.full(potential.size, -1, dtype=np.int64)
    passes = 0
    while True:
        reach = potential[tail] + cost
        short = np.flatnonzero(reach < potential[head])
        if not short.size:
            return None
        order = short[np.lexsort((reach[short], head[short]))]
        first = np.ones(order.size, dtype=bool)
        first[1:] = head[order][1:] != head[order][:-1]
        best = order[first]
        potential[head[best]] = reach[best]
        parent[head[best]] = best
        passes += 1
        if passes % CHECK_EVERY == 0:
            cycle = _cycle(parent, tail)
            if cycle is not None:
                return cycle


def _cycle(parent: Ints, tail: Ints) -> Ints | None:
    """Return the arcs of a cycle among the parents, None where they form a forest."""
    up = np.where(parent >= 0, tail[parent], -1)
    spot = up
    for _ in range(int(parent.size).bit_length()):
        spot = np.where(spot >= 0, spot[spot], -1)
    on = np.flatnonzero(spot >= 0)
    if not on.size:
        return None
    node = begin = int(spot[on[0]])
    found = []
    while True:
        found.append(int(parent[node]))
        node = int(tail[parent[node]])
        if node == begin:
            return np.array(found, dtype=np.int64)
