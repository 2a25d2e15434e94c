"""One plan an office, chosen together so that what they share suffices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evenhand.allocation.solving.offices.local import Office, Plan
from evenhand.allocation.solving.offices.shared import Shared
from evenhand.core.progress import Progress
from evenhand.linear.highs import listen, quiet

__all__ = ["choose_plans", "together"]

Ints = NDArray[np.int64]

SETTINGS = (
    ("mip_max_nodes", 500),
    ("mip_rel_gap", 0.0),
    ("mip_abs_gap", 1e-3),
    ("presolve", "on"),
    ("primal_feasibility_tolerance", 1e-7),
    ("dual_feasibility_tolerance", 1e-7),
)
"""The search ends by a count of nodes at most, never by the clock."""


def together(plans: Sequence[Plan], shared: Shared) -> int | None:
    """Return what plans are worth together in ticks, exactly; None where they pass a shared limit."""
    usage = sum((plan.usage for plan in plans), np.zeros(len(shared), dtype=np.int64))
    cost = shared.costs(usage)
    return None if cost is None else sum(plan.worth for plan in plans) - cost


def choose_plans(
    offices: Sequence[Office], shared: Shared, prices: Ints, progress: Progress, before: Sequence[Plan] = ()
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
        sorted(office.plans.values(), key=lambda plan: (-plan.net(prices), plan.chosen.tobytes()))
        for office in offices
    ]
    best = list(before) or [min(plans, key=lambda plan: len(plan.chosen)) for plans in known]
    taken = _solved(known, shared, prices, float(offices[0].residual.ticks), progress)
    if taken is None:
        return best
    ends = np.cumsum([len(plans) for plans in known])[:-1]
    chosen = [plans[int(np.argmax(part))] for plans, part in zip(known, np.split(taken, ends), strict=True)]
    worth, floor = together(chosen, shared), together(best, shared)
    return chosen if worth is not None and (floor is None or worth > floor) else best


def _solved(
    known: list[list[Plan]], shared: Shared, prices: Ints, unit: float, progress: Progress
) -> NDArray[np.float64] | None:
    """Return how far each plan is taken, shape (plans of all offices,); None where nothing was found.

    What is paid at the prices is taken off the plans and put back at the segments, so that numbers are small.
    """
    import highspy

    offices = len(known)
    columns: list[tuple[float, float, list[int], list[float]]] = []
    for at, plans in enumerate(known):
        for plan in plans:
            used = np.flatnonzero(plan.usage)
            index = [at, *(offices + used).tolist()]
            loss = (plans[0].net(prices) - plan.net(prices)) / unit
            columns.append((loss, 1.0, index, [1.0, *plan.usage[used].astype(np.float64).tolist()]))
    choices = len(columns)
    for row, price in enumerate(prices.tolist()):
        spans = [(int(shared.free[row]), 0)]
        spans += zip(shared.length[row].tolist(), shared.cost[row].tolist(), strict=True)
        columns += [((cost - price) / unit, float(span), [offices + row], [-1.0]) for span, cost in spans]
    program = quiet(highspy)
    for name, setting in SETTINGS:
        program.setOptionValue(name, setting)
    right = np.concatenate([np.ones(offices), np.zeros(len(shared))])
    size = len(right)
    program.addRows(size, right, right, 0, np.zeros(size, np.int32), np.zeros(0, np.int32), np.zeros(0))
    lengths = [len(index) for _, _, index, _ in columns]
    program.addCols(
        len(columns),
        np.array([cost for cost, _, _, _ in columns]),
        np.zeros(len(columns)),
        np.array([upper for _, upper, _, _ in columns]),
        sum(lengths),
        (np.cumsum(lengths) - lengths).astype(np.int32),
        np.concatenate([index for _, _, index, _ in columns]).astype(np.int32),
        np.concatenate([value for _, _, _, value in columns]),
    )
    whole = np.full(choices, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
    program.changeColsIntegrality(choices, np.arange(choices, dtype=np.int32), whole)
    listen(highspy, program, progress)
    program.run()
    progress.stop()
    solution = program.getSolution()
    return np.array(solution.col_value)[:choices] if solution.value_valid else None
