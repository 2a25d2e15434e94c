"""The search: the least sum of squared lags, and how small the largest lag could be.

A relaxation first gives a bound that holds for every plan. Then the integer program looks for the least sum
among the plans with a small largest lag, where it is quick and mostly meets that bound; if not, among all
plans. On small boards, bisection over the values that a largest lag can take finds the least of these too:
it is told beside the plan, as the price of the one is the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.core.progress import Progress
from evenhand.rota.solving.optimise.board import Board
from evenhand.rota.solving.optimise.bound import priced_bound
from evenhand.rota.solving.optimise.layers import least_of_all
from evenhand.rota.solving.optimise.model import stretch

# Bisection solves a program for each step, so it takes several times as long as one search for a plan.
SMALL = 1500
"""Cells (slots times those able) up to which the least largest lag is found as well. It changes no plan, only
what is told beside it: on rotas of 1,900 cells twice the value takes 1.3 instead of 1.1 s and tells it, half
of it tells it of fewer (``benchmarks/rota_optimise_constants.py``)."""

MIDDLE = 6000
"""Cells up to which all plans are searched where the bound leaves a doubt. On rotas of 2,700 cells the bound
left none, so that a half or a quarter of it changed neither plan nor time (the same benchmark); where it
does, a smaller value hands out ``feasible`` sooner, and a larger one may search for minutes."""

# A looser value could call a plan optimal that another betters by a visible part of a turn; a tighter one
# would leave proven plans unproven, as the solver's own tolerance is in the way.
NEAR = 1e-6
"""Square units: HiGHS proves to this; differences below it are ticks, not turns."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """Result of the search.

    Attributes:
        plan: who serves what, shape (S, P); None where there is none or none was found.
        infeasible: whether it is proven that no plan keeps the rules.
        bound: no plan that keeps the rules has a smaller sum of squared lags, square units.
        narrowest: the least largest lag that any plan can have, in ticks; None where it was not proven.
    """

    plan: Bools | None = field(repr=False)
    infeasible: bool
    bound: float
    narrowest: int | None = None


def lags(board: Board, plan: Bools) -> list[Ints]:
    """Return the lag in ticks after each slot of each account, shape (s, P) each."""
    out = []
    for account in board.accounts:
        served = np.cumsum(plan[account.slots] * account.load[:, None], axis=0)
        out.append(account.due - served * account.ticks)
    return out


def largest_lag(board: Board, plan: Bools) -> int:
    """Return the largest lag of anybody after any slot, owed or ahead, in ticks."""
    return max((int(np.abs(lag).max(initial=0)) for lag in lags(board, plan)), default=0)


def squares(board: Board, plan: Bools) -> float:
    """Return the sum of squared lags in square units: a float, for comparing while the search goes on.

    Of two plans with the same sum rounding may call either the smaller one; whole ticks would choose
    other plans among those as good. What is claimed in the end is counted by ``exact_squares``.
    """
    return float(
        sum(
            float(((lag / account.ticks) ** 2).sum())
            for lag, account in zip(lags(board, plan), board.accounts, strict=True)
        )
    )


def search(
    board: Board,
    progress: Progress,
    start: Bools | None = None,
    gap: float = 0.0,
    tell: Tell = lambda _plan, _bound: None,
) -> Outcome:
    """Search all slots at once.

    Args:
        board: the rota.
        progress: time and interruption.
        start: a plan that keeps the rules, handed out if the progress stops the search at once.
        gap: stop at this distance of bound and value, in square units.
        tell: hears of every better plan as it is found.

    Returns:
        The outcome; deterministic unless the progress cuts it.
    """
    with progress.stage("bound for every plan"):
        bound, known = _for_every_plan(board, progress)
    # No relaxation has a solution at any width, the widest being none: so no whole plan exists either.
    if not known and not progress.cut:
        return Outcome(None, infeasible=True, bound=0.0)
    if start is not None:
        tell(start, bound)
    if progress.stop():
        return Outcome(start, infeasible=False, bound=bound)
    # Kept turns are worth something beside the lags, so the two cannot be parted: one search over both, and
    # the bound holds for the lags alone.
    if board.favour is not None:
        with progress.stage("published turns"):
            kept = stretch(board, progress, start=start, gap=gap)
        return Outcome(kept.plan, kept.plan is None and kept.proven, bound)
    with progress.stage("least squares"):
        out = _least(board, progress, start, bound, gap)
        if out.plan is not None:
            tell(out.plan, out.bound)
    if out.plan is not None and int(board.able.sum()) <= SMALL and not progress.stop():
        with progress.stage("least largest lag"):
            out = replace(out, narrowest=_narrowest(board, progress, out.plan, gap))
    return out


Tell = Callable[[Bools, float], None]
"""Hears of every better plan and the bound by then."""


def _least(board: Board, progress: Progress, start: Bools | None, bound: float, gap: float) -> Outcome:
    """Find the least sum: under the first largest lag that has a plan, then, in doubt, of all plans."""
    plan = start
    # Narrow first: fewer states make the program smaller, and most rotas have their best plan there.
    for width in widths(board):
        solved = stretch(board, progress, widest=width, start=plan, gap=gap)
        if solved.plan is not None and (plan is None or squares(board, solved.plan) < squares(board, plan)):
            plan = solved.plan
        if progress.cut:
            return Outcome(plan, infeasible=False, bound=bound)
        if solved.plan is not None:
            break
    # The last width allows any lag, so no plan was left out.
    if plan is None:
        return Outcome(None, infeasible=True, bound=bound)
    if near(squares(board, plan), bound) or int(board.able.sum()) > MIDDLE:
        return Outcome(plan, infeasible=False, bound=bound)
    # The best plan within a narrow width need not be the best of all; only these searches can tell.
    best = least_of_all(board, progress, 0, squares(board, plan))
    if best is not None:
        # The plan stays where it is as good: then it is proven.
        plan = plan if near(squares(board, plan), best.squares) else best.plan
        return Outcome(plan, infeasible=False, bound=max(bound, best.squares))
    solved = stretch(board, progress, start=plan, gap=gap)
    if solved.plan is not None and squares(board, solved.plan) < squares(board, plan):
        plan = solved.plan
    return Outcome(plan, infeasible=False, bound=max(bound, solved.bound))


def near(value: float, bound: float) -> bool:
    """Whether value and bound meet, as far as floating point can tell."""
    return value - bound <= NEAR * (1.0 + abs(value))


def widths(board: Board) -> list[int | None]:
    """Return the largest lags to try, in ticks, ending with any."""
    unit = max((int(account.load.max(initial=1)) * account.ticks for account in board.accounts), default=1)
    return [5 * unit // 4, 5 * unit // 2, 5 * unit, None]


def _for_every_plan(board: Board, progress: Progress) -> tuple[float, bool]:
    """Return a bound for every plan, and whether the relaxation has a solution at all."""
    for width in widths(board):
        solved = stretch(board, progress, widest=width, whole=False)
        if progress.cut:
            return 0.0, False
        if np.isfinite(solved.bound):
            return priced_bound(board, solved.duals), True
    return 0.0, False


def _values(board: Board, low: int, high: int) -> list[int]:
    """Return the values a largest lag from ``low`` to below ``high`` ticks can take, rising."""
    parts = [np.array([low], dtype=np.int64)]
    for account in board.accounts:
        nearest = -(-(account.due - high) // account.ticks)
        reach = int(2 * high // account.ticks) + 2
        for step in range(reach):
            lag = np.abs(account.due - (nearest + step) * account.ticks)
            parts.append(np.unique(lag[(lag >= low) & (lag < high)]))
    return np.unique(np.concatenate(parts)).tolist() if low < high else []


def _floor(board: Board) -> int:
    """Return a lag that nobody's best rounding can avoid: the largest distance to a whole unit."""
    far = 0
    for account in board.accounts:
        rest = account.due % account.ticks
        near = np.minimum(rest, account.ticks - rest)
        far = max(far, int(near.max(initial=0)))
    return far


def _narrowest(board: Board, progress: Progress, plan: Bools, gap: float) -> int | None:
    """Return the least largest lag that a plan can have, in ticks; None where the progress cut the search.

    ``values[:low]`` are known not to do. Relaxations are bisected first; then whole plans are tried from
    there upwards in growing steps, and back down between the last that did not do and the first that did.
    """
    top = largest_lag(board, plan)
    # A largest lag can take only these values, so bisection over them ends at the exact least.
    values = [*_values(board, _floor(board), top), top]
    low, high, step = _relaxed_least(board, progress, values[:-1]), len(values) - 1, 1
    code = low
    while low < high and not progress.stop():
        code = min(code, high - 1)
        solved = stretch(board, progress, widest=values[code], gap=gap)
        if not solved.proven:
            break
        if solved.plan is None:
            # Whole plans are mostly found close above the relaxation's limit: growing steps find one soon
            # without first trying the middle.
            low, code, step = code + 1, code + step, step * 2
            code = code if high == len(values) - 1 else (low + high) // 2
        else:
            high = code
            code = (low + high) // 2
    return values[high] if low >= high and not progress.cut else None


def _relaxed_least(board: Board, progress: Progress, values: list[int]) -> int:
    """Return the index of the least value whose relaxation has a solution; a cut search stays below it."""
    low, high = 0, len(values)
    while low < high:
        middle = (low + high) // 2
        solved = stretch(board, progress, widest=values[middle], whole=False)
        if progress.stop() or not solved.proven:
            return low
        if np.isfinite(solved.bound):
            # The relaxation's own largest lag is often below the limit asked for, which saves steps.
            high = min(middle, int(np.searchsorted(values, solved.worst)))
        else:
            low = middle + 1
    return low
