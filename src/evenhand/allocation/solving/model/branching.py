"""The integer program over some candidates, by HiGHS's branch and cut."""

from __future__ import annotations

import numpy as np

from evenhand.allocation.solving.model.residual import Residual
from evenhand.allocation.solving.model.restricted import Restricted
from evenhand.core.arrays import Ints
from evenhand.core.progress import Progress

GUARD = 1e-4
"""Units of the program that HiGHS's bound is widened by before anything is concluded: a hundred times the
largest of its tolerances. Up to scores of 4,096 the program counts in units of the problem, and this is far
below the whole one between two plans, so it hides no proof. Beyond 10^7 it counts in thousands of them, and a
plan that HiGHS thinks best is not claimed to be: with scores of 10^12 one was 281 below the best."""


def proven_limit(plan: Restricted) -> int | None:
    """Return ticks that no plan of an integer program that was run can pass; None where none are proven."""
    bound = -plan.program.bound
    return int(np.ceil((bound + GUARD) * plan.unit)) if np.isfinite(bound) else None


def branch(
    residual: Residual,
    columns: Ints,
    start: Ints,
    progress: Progress,
    known: int | None = None,
    nodes: int | None = None,
    fixed: Ints | None = None,
) -> tuple[Ints | None, int | None]:
    """Solve the integer program over ``columns``.

    Args:
        residual: what is to be decided.
        columns: candidates that may be chosen, distinct.
        start: a plan among them to begin with; may be empty.
        known: bound in ticks over all plans, told on the way; None where ``columns`` are all there are.
        nodes: nodes of the search at most, None for as many as it takes.
        fixed: candidates among ``columns`` that must be chosen; the bound is then one of such plans.
        progress: its limit and interruption end the search with the best so far.

    Returns:
        Chosen candidates (None if none were found) and a proven bound in ticks over plans among ``columns``
        (None if none is proven).
    """
    plan = Restricted(residual, columns, whole=True, nodes=nodes)
    plan.mend(np.ones(len(columns)))
    program = plan.program
    if fixed is not None:
        plan.fix(np.flatnonzero(np.isin(plan.columns, fixed)), least=1.0)

    def better(best: float, bound: float) -> None:
        units = plan.unit / residual.ticks
        # A start is completed by a program of its own, whose bound is the start's value: it is not a bound of
        # ours. The end of the search looks the same, and is told by whoever asked for it.
        if np.isfinite(bound) and best != bound:
            value = residual.base + int(np.floor(-best * units + GUARD)) if np.isfinite(best) else None
            over_columns = residual.base + int(np.floor((GUARD - bound) * units))
            progress.report("branch", value, over_columns if known is None else residual.units(known))

    if len(start):
        taken = np.zeros(len(residual), dtype=np.bool_)
        taken[start] = True
        begin = plan.position[taken[plan.columns]]
        program.start_from(begin, np.ones(len(begin)))
    program.run(progress, better=better)
    branched, proven = None, proven_limit(plan)
    if program.has_solution:
        branched = np.sort(plan.columns[program.values()[plan.position] > 0.5])  # noqa: PLR2004 - whole, up to tolerances
    return branched, proven
