"""One plan an office, chosen together so that what they share suffices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evenhand.allocation.solving.offices.local import Plan
from evenhand.allocation.solving.offices.shard import Offices
from evenhand.allocation.solving.offices.shared import Shared
from evenhand.core.arrays import Floats, Ints
from evenhand.core.progress import Progress
from evenhand.linear.highs import Program, stacked

NODES = 500
"""Nodes of the small search at most: it ends by a count, never by the clock. One row takes 1 to 20."""

NODES_MANY, MANY = 10, 5
"""The same from so many rows on: each node looks at every office again, so many nodes over many rows and
offices take longest of all, and what is left is for the repair."""


def together(plans: Sequence[Plan], shared: Shared) -> int | None:
    """Return what plans are worth together in ticks, exactly; None where they pass a shared limit."""
    usage = sum((plan.usage for plan in plans), np.zeros(len(shared), dtype=np.int64))
    cost = shared.costs(usage)
    return None if cost is None else sum(plan.worth for plan in plans) - cost


def choose_plans(
    offices: Offices, shared: Shared, prices: Ints, progress: Progress, before: Sequence[Plan] = ()
) -> list[Plan]:
    """Return one of its plans for each office, the best together that a small integer program finds.

    Args:
        offices: each with its plans; one of them is to give nothing.
        shared: what they share.
        prices: those that put an office's plans in order.
        progress: may end it early.
        before: plans to fall back on, one an office; to give nothing if left empty.
    """
    known = [
        sorted(plans.values(), key=lambda plan: (-plan.net(prices), plan.chosen.tobytes()))
        for plans in offices.plans
    ]
    # The plan with the fewest awards is the one that gives nothing, which keeps every shared limit.
    best = list(before) or [min(plans, key=lambda plan: len(plan.chosen)) for plans in known]
    taken = offices.step("choose", lambda: _solved(known, shared, prices, float(offices.ticks), progress))
    if taken is None:
        return best
    ends = np.cumsum([len(plans) for plans in known])[:-1]
    chosen = [plans[int(np.argmax(part))] for plans, part in zip(known, np.split(taken, ends), strict=True)]
    worth, floor = together(chosen, shared), together(best, shared)
    return chosen if worth is not None and (floor is None or worth > floor) else best


def _solved(
    known: list[list[Plan]], shared: Shared, prices: Ints, unit: float, progress: Progress
) -> Floats | None:
    """Return how far each plan is taken, shape (plans of all offices,); None where nothing was found.

    What is paid at the prices is taken off the plans and put back at the segments, so that numbers are small.
    """
    offices = len(known)
    columns: list[tuple[float, float, list[int], list[float]]] = []
    for place, plans in enumerate(known):
        for plan in plans:
            used = np.flatnonzero(plan.usage)
            index = [place, *(offices + used).tolist()]
            loss = (plans[0].net(prices) - plan.net(prices)) / unit
            columns.append((loss, 1.0, index, [1.0, *plan.usage[used].astype(np.float64).tolist()]))
    choices = len(columns)
    for row, price in enumerate(prices.tolist()):
        spans = [(int(shared.free[row]), 0)]
        spans += zip(shared.length[row].tolist(), shared.cost[row].tolist(), strict=True)
        columns += [((cost - price) / unit, float(span), [offices + row], [-1.0]) for span, cost in spans]
    # Losses are in units, at least one apart where it matters: a gap of 1e-3 ends the search for the rest.
    program = Program(seed=0, gap=1e-3, nodes=NODES if len(shared) < MANY else NODES_MANY)
    right = np.concatenate([np.ones(offices), np.zeros(len(shared))])
    program.add_rows(right, right)
    cost, most = (np.array([column[part] for column in columns]) for part in (0, 1))
    program.add_columns(cost, 0.0, most, stacked([(index, value) for _, _, index, value in columns]))
    program.set_whole(np.arange(choices))
    program.run(progress)
    return program.values()[:choices] if program.has_solution else None
