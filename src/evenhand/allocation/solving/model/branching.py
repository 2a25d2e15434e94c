"""The integer program over some candidates, by HiGHS's branch and cut."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evenhand.allocation.solving.model.residual import Residual
from evenhand.allocation.solving.model.restricted import Restricted
from evenhand.core.progress import Progress
from evenhand.linear.highs import listen

__all__ = ["branch"]

Ints = NDArray[np.int64]

GUARD = 1e-4
"""Units that HiGHS's bound is widened by before anything is concluded: far above its tolerances."""


def branch(
    residual: Residual,
    columns: Ints,
    start: Ints,
    progress: Progress,
    known: int | None = None,
    nodes: int | None = None,
) -> tuple[Ints | None, int | None]:
    """Solve the integer program over ``columns``.

    Args:
        residual: what is to be decided.
        columns: candidates that may be chosen, distinct.
        start: a plan among them to begin with; may be empty.
        known: bound in ticks over all plans, told on the way; None where ``columns`` are all there are.
        nodes: nodes of the search at most, None for as many as it takes.
        progress: its limit and interruption end the search with the best so far.

    Returns:
        Chosen candidates (None if none were found) and a proven bound in ticks over plans among ``columns``
        (None if none is proven).
    """
    program = Restricted(residual, columns, whole=True)
    program.mend(np.ones(len(columns)))
    solver, highs = program.solver, program.highs
    for name, value in (
        ("presolve", "on"),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 1e-7),
        ("primal_feasibility_tolerance", 1e-7),
        ("dual_feasibility_tolerance", 1e-7),
    ):
        solver.setOptionValue(name, value)

    if nodes is not None:
        solver.setOptionValue("mip_max_nodes", nodes)

    def better(best: float, bound: float) -> None:
        units = program.unit / residual.ticks
        if np.isfinite(bound):
            value = residual.base + int(np.floor(-best * units + GUARD)) if np.isfinite(best) else None
            over_columns = residual.base + int(np.floor(-bound * units + GUARD))
            progress.report("branch", value, over_columns if known is None else residual.units(known))

    listen(highs, solver, progress, better)
    if len(start):
        _begin(program, start)
    solver.run()
    info = solver.getInfo()
    scale = program.unit
    found = None
    if (
        solver.getSolution().value_valid
        and info.primal_solution_status == highs.SolutionStatus.kSolutionStatusFeasible
    ):
        values = np.array(solver.getSolution().col_value)[program.position]
        found = np.sort(program.columns[values > 0.5])  # noqa: PLR2004 - whole, up to tolerances
    if solver.getModelStatus() != highs.HighsModelStatus.kOptimal:
        progress.stop()
        bound = -float(info.mip_dual_bound)
        proven = None if not np.isfinite(bound) else int(np.ceil(bound * scale + GUARD * residual.ticks))
        return found, proven
    bound = -float(info.mip_dual_bound)
    return found, int(np.ceil(bound * scale + GUARD * residual.ticks))


def _begin(program: Restricted, start: Ints) -> None:
    """Hand a plan to the solver: the columns at one; it finds the rest itself."""
    at = program.position[np.isin(program.columns, start)].astype(np.int32)
    program.solver.setSolution(len(at), at, np.ones(len(at)))
