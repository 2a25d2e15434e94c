"""Where nothing but days, recipients and their steps matters, the problem is a min-cost flow.

Items send one unit each through a candidate to (recipient, day), on to the recipient's tariff and to the day.
Where those rows nest (one day, or no slots that cut across recipients) the matrix is a network's.
Then the LP's vertex is a plan, and nothing has to be branched over.

Reference:
    Ahuja, Magnanti, Orlin, *Network Flows* (Prentice Hall 1993), section 9.
"""

from __future__ import annotations

import numpy as np

from evenhand.allocation.problem import NO_LIMIT, AllocationProblem
from evenhand.allocation.solving.greedy import first_plan, hurried
from evenhand.allocation.solving.model.pins import conflict, pins_worth
from evenhand.allocation.solving.model.residual import residual_of
from evenhand.allocation.solving.model.restricted import Restricted
from evenhand.core.errors import MethodError
from evenhand.core.job import Answer, Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Status

SECONDS_EACH = 6e-6
"""Seconds a candidate until HiGHS, given all of them at once, first looks at the clock; as in ``mip``."""


def fits(problem: AllocationProblem) -> str:
    """Return "" where the problem is a flow, else why it is none.

    On the items' side each item is a row. The other side must nest: recipient-days within recipients, without
    slots that cut across them; or slots alone, without anything a recipient.
    """
    if problem.groups:
        return f"{problem.groups[0].name!r} is a rule beyond days and recipients; take price-restrict-prove."
    slots = bool((problem.slots < len(problem.items)).any()) and len(problem.days) > 1
    takers = bool(problem.penalty.steps) or bool((problem.recipient_limit < NO_LIMIT).any())
    if slots and takers:
        return "slots of several days cut across the recipients' steps or limits; take price-restrict-prove."
    return ""


def run(problem: AllocationProblem, seed: int, limits: Limits, progress: Progress) -> Answer:
    """Solve the LP over all candidates; its vertex is the plan, and its value the bound."""
    del limits
    broken = conflict(problem)
    if broken:
        return Answer(None, Status.INFEASIBLE, conflict=broken)
    with progress.stage("flow"):
        quick = hurried(problem, seed, progress, SECONDS_EACH)
        if quick is not None:
            return quick
        residual = residual_of(problem, seed)
        base = pins_worth(problem)
        if not len(residual) or not residual.awards:
            return Answer(residual.candidates(np.zeros(0, dtype=np.int64)), Status.OPTIMAL, base)
        from evenhand.allocation.solving.model.pricing import priced

        start, _ = first_plan(residual, progress=progress)
        worth = residual.worth(start)
        progress.offer(residual.candidates(start), residual.units(worth))
        # A flow's rows are those of a network, so every vertex of its LP is a plan of whole awards.
        program = Restricted(residual, np.arange(len(residual)))
        program.mend(np.ones(len(residual)))
        if not program.solve(progress):
            if not progress.stop():
                raise MethodError("HiGHS could not solve the flow; take price-restrict-prove.")
            return Answer(residual.candidates(start), Status.FEASIBLE)
        chosen = program.chosen()
        # The LP's own value is a float; its prices, counted anew in integers, give an exact bound.
        bound = priced(residual, program.prices()).bound // residual.ticks
    value = residual.worth(chosen) // residual.ticks
    status = Status.OPTIMAL if value == bound else Status.FEASIBLE
    return Answer(residual.candidates(chosen), status, base + max(value, bound))
