"""Good plans from an LP that is not whole: a walk in its order, a dive, and a small integer program.

Where candidates of a group weigh differently (a cost for every vehicle) the LP's bound is all but exact, and
what is missing is a plan. Each of these takes the LP that is there, warm, and gives a better plan than the
one before for more time. On seven weeks with 60,000 candidates and a cost per vehicle the walk's plans are
1.1 % below the bound after a millisecond, the dive's 0.5 % after 20, and the integer program's are the best.

Reference:
    Joncour, Michel, Sadykov, Sverdlov, Vanderbeck, *Column generation based primal heuristics*,
        Electronic Notes in Discrete Mathematics 36 (2010), doi:10.1016/j.endm.2010.05.088.
"""

from __future__ import annotations

import numpy as np

from evenhand.allocation.solving.greedy import State
from evenhand.allocation.solving.model.branching import branch
from evenhand.allocation.solving.model.residual import Residual
from evenhand.allocation.solving.model.restricted import Restricted
from evenhand.core.arrays import Floats, Ints
from evenhand.core.progress import Progress

WHOLE = 1e-6
"""How far from 1 a candidate's LP value may be to be fixed: far above the LP's tolerance of 1e-9, and far
below the least that any row could mean by it."""

LOOKED = 1500
"""Candidates that the walk looks at, in the LP's order: some 20 for each slot of an office. Half or twice as
many give the same plans (1.1 % below the bound on seven weeks) in the same millisecond; it is there so that
millions of columns cannot make the walk slow."""

SHARE = 8
"""One in so many of the candidates between 0 and 1 is fixed in a step of the dive, one at least. One in four:
plans 0.52 % below the bound in 14 ms; one in eight: 0.50 % in 21 ms; one at a time: 0.51 % in 33 ms."""

BESIDE = (0, 300)
"""Candidates that the integer program decides over beside those that the LP holds in part, the ones that lose
least: none at first, and then so many. The first program brings a plan in a tenth of a second: without it the
worst of twenty weeks is 1.4 % below its bound then, with it 0.6 %, and the second ends as soon, as it begins
with that plan (`python -m benchmarks.allocation_cuts --weeks 20 --first 400`). With 150 in the second its
plan is 0.0045 % below the bound in 143 ms, with 300 the best itself in 0.3 s, with 600 the same in 0.45 s
(CPU time on a busy machine)."""

NODES = 500
"""Nodes of that program at most, so that a hard one does not keep the exact search waiting."""


def walk(residual: Residual, program: Restricted, values: Floats, loss: Ints) -> Ints:
    """Return a plan: candidates given in order of their LP value, then of what they lose, where they fit.

    Args:
        residual: what is to be decided.
        program: the LP.
        values: its value of each of its columns.
        loss: ticks that each candidate loses at the LP's prices, shape (n,).
    """
    columns = program.columns
    # Rounded, so that the order does not hang on the last digits of a float.
    order = np.lexsort((columns, loss[columns], -np.round(values, 6)))[:LOOKED]
    state = State(residual)
    for candidate in columns[order].tolist():
        if state.left <= 0:
            break
        state.offer(candidate, 0)
    return np.sort(np.array(state.chosen, dtype=np.int64))


def dive(residual: Residual, program: Restricted, progress: Progress, worth: int) -> Ints | None:
    """Return a plan found by fixing candidates of the LP at 1 step by step, solved again from its basis.

    The LP is left as it was, but for rows that were broken on the way and stay.

    Args:
        residual: what is to be decided.
        program: the LP at its optimum.
        progress: may end it early, without a plan.
        worth: ticks of the best plan so far; a dive that can no longer beat it ends.

    Returns:
        Candidates, sorted; None where the dive ended without a plan.
    """
    fixed = np.zeros(len(program.columns), dtype=np.bool_)
    rounded = None
    while program.solve(progress):
        values = program.values()
        if program.mend(values):
            continue
        if program.worth() <= worth or progress.stop():
            break
        between = np.flatnonzero((values > WHOLE) & (values < 1 - WHOLE))
        if not len(between):
            rounded = program.chosen()
            break
        # The largest first, as they are the LP's own choice; equal ones by their place, so that runs agree.
        order = between[np.lexsort((between, -np.round(values[between], 6)))]
        fresh = np.concatenate([order[: max(1, len(order) // SHARE)], np.flatnonzero(values >= 1 - WHOLE)])
        fresh = fresh[~fixed[fresh]]
        fixed[fresh] = True
        program.fix(fresh, least=1.0)
    program.fix(np.flatnonzero(fixed), least=0.0)
    return rounded if rounded is not None and residual.holds(rounded) else None


def fixed_search(
    residual: Residual,
    program: Restricted,
    values: Floats,
    loss: Ints,
    plan: Ints,
    progress: Progress,
    bound: int,
    most: int,
) -> Ints | None:
    """Return the best plan with all that the LP takes whole, among candidates that lose least; None if none.

    Args:
        residual: what is to be decided.
        program: the LP; it is not touched.
        values: its value of each of its columns.
        loss: ticks that each candidate loses at the LP's prices, shape (n,).
        plan: the best plan so far; the search begins with it where it keeps what is fixed.
        progress: may end it early.
        bound: proven limit, for what is reported.
        most: candidates beside those of the LP, at most.
    """
    whole = program.columns[values >= 1 - WHOLE]
    # A candidate at 1 whose recipient or budget leaves no room for the plan's others is still fixed: that is
    # what makes the program small.
    open_rows = np.flatnonzero(~np.isin(residual.item, residual.item[whole]))
    close = open_rows[np.argsort(loss[open_rows], kind="stable")[:most]]
    held = program.columns[values > WHOLE]
    columns = np.unique(np.concatenate([close, held, whole]))
    start = plan if np.isin(whole, plan).all() and np.isin(plan, columns).all() else plan[:0]
    branched, _ = branch(residual, columns, start, progress, bound, nodes=NODES, fixed=whole)
    return branched
