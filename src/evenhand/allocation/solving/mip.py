"""The whole model at once, by branch and cut: a second opinion, and the peer in benchmarks."""

from __future__ import annotations

import numpy as np

from evenhand.allocation.problem import AllocationProblem
from evenhand.allocation.solving.greedy import first_plan, hurried
from evenhand.allocation.solving.model.branching import branch
from evenhand.allocation.solving.model.pins import conflict, pins_worth
from evenhand.allocation.solving.model.residual import residual_of
from evenhand.core.job import Answer, Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Status

SECONDS_EACH = 6e-6
"""Seconds a candidate until HiGHS first looks at the clock, as it does neither while it takes the model nor
in its presolve: measured 3 to 4 millionths on weeks of 60,000 and 580,000 candidates. With half a limit of
2 s was passed by a second; with twice as much, limits that suffice go unused."""

LATE_EACH = 6e-6
"""Seconds a candidate that are kept back from a limit, as HiGHS looks at the clock seldom in the root of its
tree: up to 0.3 s apart on weeks of 60,000 candidates. With none, it passed a limit of 1 s by as much
(``python -m benchmarks.limits``); with two thirds of it, by 0.14 s."""


def run(problem: AllocationProblem, seed: int, limits: Limits, progress: Progress) -> Answer:
    """Hand all candidates to HiGHS, with tight rows."""
    del limits
    broken = conflict(problem)
    if broken:
        return Answer(None, Status.INFEASIBLE, conflict=broken)
    with progress.stage("branch"):
        quick = hurried(problem, seed, progress, SECONDS_EACH)
        if quick is not None:
            return quick
        residual = residual_of(problem, seed)
        base = pins_worth(problem)
        nothing = np.zeros(0, dtype=np.int64)
        if not len(residual) or not residual.awards:
            return Answer(residual.candidates(nothing), Status.OPTIMAL, base)
        start, _ = first_plan(residual, progress=progress)
        progress.offer(residual.candidates(start), residual.units(residual.worth(start)))
        left = progress.left
        with progress.part(1.0 if not left else max(0.0, 1.0 - LATE_EACH * len(problem) / left)):
            branched, proven = branch(residual, np.arange(len(residual)), start, progress)
    # Values within HiGHS's tolerances of whole may break a row once rounded: then the first plan stands.
    if branched is None or not residual.holds(branched) or residual.worth(branched) < residual.worth(start):
        branched = start
    value = residual.worth(branched) // residual.ticks
    bound = None if proven is None else max(value, proven // residual.ticks)
    status = Status.OPTIMAL if bound == value else Status.FEASIBLE
    return Answer(residual.candidates(branched), status, None if bound is None else base + bound)
