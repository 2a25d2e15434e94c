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

import numpy as np

from evenhand.core.arrays import Bools, Floats, Ints
from evenhand.core.progress import Progress
from evenhand.linear.highs import Program
from evenhand.rota.solving.quota.arcs import Arcs
from evenhand.rota.solving.quota.windows import Windows

# Flows of this network are whole at every corner, so what is off by more is no rounding but an unfinished
# run; a looser value would take such a run for a plan. The check in integers follows in any case.
WHOLE = 1e-6
"""How far from a whole number a flow may be and still count as one."""

# Looking twice as often doubles the cost of looking; half as often runs more passes after a cycle has
# closed. The result is proven the same way.
CHECK_EVERY = 16
"""Passes of the potentials between two looks for a cycle. On rotas of 40 and 200 people half and twice differ
by less than a fifth of the time (`python -m benchmarks.constants rota-quota`)."""


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


def relaxed(win: Windows, options: Arcs, progress: Progress) -> tuple[Bools, Floats] | None:
    """Solve the linear program with HiGHS.

    Args:
        win: the windows.
        options: their arcs.
        progress: time and interruption.

    Returns:
        Whether each arc of the network carries flow, and the price of each slot in turns; None where the
        time was up or the outcome is not whole.
    """
    # Costs in square turns and not in ticks: the solver's tolerances are absolute and meant for numbers
    # near 1.
    scale = 1.0 / win.ticks
    meets = np.flatnonzero(options.shared >= 0)
    jobs, slots, arc = win.person.size, win.slots, options.job.size
    where = np.concatenate([np.arange(arc), np.arange(arc), meets, arc + np.arange(options.optional.size)])
    row = np.concatenate(
        [options.job, jobs + options.slot, jobs + slots + options.shared[meets], options.optional]
    )
    fixed = np.concatenate([np.ones(jobs), win.seats.astype(float)])
    program = Program()
    program.load(
        np.concatenate([options.cost, options.left_out]) * scale,
        (row, where, np.ones(row.size)),
        np.concatenate([fixed, np.zeros(options.pairs)]),
        np.concatenate([fixed, np.ones(options.pairs)]),
    )
    if program.run(progress) != "optimal":
        return None
    value = program.values()
    # Not whole means that the solver stopped at a point between two plans; the caller then starts from the
    # deal instead.
    if value.size and float(np.abs(value - np.round(value)).max()) > WHOLE:
        return None
    used = value > 0.5  # noqa: PLR2004 - nearest whole number
    # The program has no column for the arc from a meeting pair to its slot: it carries flow where one of
    # its two turns does.
    full = np.zeros(options.pairs, dtype=bool)
    full[options.shared[meets[used[meets]]]] = True
    return np.concatenate([used, full]), program.prices()[jobs : jobs + slots]


def least_cost(net: Network, used: Bools, start: Ints, progress: Progress) -> tuple[Bools, Ints | None, int]:
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
        # The residual network: an arc in use can only be given up, so it points backwards and its cost
        # returns.
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
        # Of several arcs that lower the same node, the one that lowers it most is taken: sorted by node,
        # then by the value reached, it is the first of each run.
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
    # Doubling the step each time, log2(nodes) rounds climb further than any path without a cycle is long.
    # Whoever still stands on a node then is on a cycle.
    for _ in range(int(parent.size).bit_length()):
        spot = np.where(spot >= 0, spot[spot], -1)
    on = np.flatnonzero(spot >= 0)
    if not on.size:
        return None
    node = begin = int(spot[on[0]])
    arcs = []
    while True:
        arcs.append(int(parent[node]))
        node = int(tail[parent[node]])
        if node == begin:
            return np.array(arcs, dtype=np.int64)
