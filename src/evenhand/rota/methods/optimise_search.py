"""The search: least sum of squared lags, then the least largest lag, then the least sum under it.

The first pass finds the bound that holds for every plan. The second asks how small the largest lag can be,
by bisection over the values it can take (relaxations first: they are quick and mostly decide). The third
takes the least sum among the plans with that largest lag.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evenhand.core.watch import Watch
from evenhand.rota.methods.optimise_board import Board
from evenhand.rota.methods.optimise_bound import priced_bound
from evenhand.rota.methods.optimise_model import stretch

__all__ = ["Outcome", "lags", "largest_lag", "near", "search", "squares"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NEAR = 1e-6
"""Square units: HiGHS proves to this; differences below it are ticks, not turns."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What the search came to.

    Attributes:
        plan: who serves what, shape (S, P); None where there is none or none was found.
        infeasible: whether it is proven that no plan keeps the rules.
        bound: no plan that keeps the rules has a smaller sum of squared lags, square units.
        least: whether the plan is proven to have the least largest lag.
        least_under: proven limit of the sum among the plans with that largest lag, square units.
    """

    plan: Bools | None = field(repr=False)
    infeasible: bool
    bound: float
    least: bool
    least_under: float


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
    """Return the sum of squared lags in square units."""
    return float(
        sum(
            float(((lag / account.ticks) ** 2).sum())
            for lag, account in zip(lags(board, plan), board.accounts, strict=True)
        )
    )


def search(board: Board, watch: Watch, start: Bools | None = None, gap: float = 0.0) -> Outcome:
    """Search all slots at once, for rotas whose network of states fits (see ``optimise.py`` for larger ones).

    Args:
        board: the rota.
        watch: time and interruption.
        start: a plan that keeps the rules, to start from.
        gap: stop at this distance of bound and value, in square units.

    Returns:
        The outcome; deterministic unless the watch cuts it.
    """
    with watch.stage("bound for every plan"):
        bound, width = _for_every_plan(board, watch)
    if width is None and not watch.cut:
        return Outcome(None, infeasible=True, bound=0.0, least=False, least_under=0.0)
    with watch.stage("least squares"):
        first = _least(board, watch, width, start, gap)
    if first.plan is None:
        gone = first.proven and not watch.cut
        return Outcome(None if gone else start, gone, bound, least=False, least_under=0.0)
    bound = max(bound, first.bound if first.wide and board.favour is None else 0.0)
    if watch.stop() or board.favour is not None:
        return Outcome(first.plan, infeasible=False, bound=bound, least=False, least_under=bound)
    with watch.stage("least largest lag"):
        plan, under, least = _narrow(board, watch, first.plan, first.bound)
    return Outcome(plan, infeasible=False, bound=bound, least=least, least_under=under)


def near(value: float, bound: float) -> bool:
    """Whether value and bound meet, as far as floating point can tell."""
    return value - bound <= NEAR * (1.0 + abs(value))


@dataclass(frozen=True, eq=False)
class _First:
    """The least sum of squares: plan, whether proven, bound, and whether the bound holds for every plan."""

    plan: Bools | None = field(repr=False)
    proven: bool
    bound: float
    wide: bool


def _widths(board: Board) -> list[int | None]:
    """Return the largest lags to try, in ticks, ending with any."""
    unit = max((int(account.load.max(initial=1)) * account.ticks for account in board.accounts), default=1)
    return [5 * unit // 4, 5 * unit // 2, 5 * unit, None]


def _for_every_plan(board: Board, watch: Watch) -> tuple[float, int | None]:
    """Return a bound for every plan, and the first width whose relaxation has a solution; -1 for any width."""
    for width in _widths(board):
        found = stretch(board, watch, widest=width, whole=False)
        if watch.cut:
            return 0.0, -1
        if np.isfinite(found.bound):
            return priced_bound(board, found.duals), -1 if width is None else width
    return 0.0, None


def _least(board: Board, watch: Watch, width: int | None, start: Bools | None, gap: float) -> _First:
    """Find the least sum within the width; widen while no whole plan fits or, on small boards, while it might help."""
    widths = [wide for wide in _widths(board) if wide is None or (width is not None and 0 <= width <= wide)]
    best: _First | None = None
    for wide in widths:
        found = stretch(board, watch, widest=wide, start=start if best is None else best.plan, gap=gap)
        if found.plan is None and (best is not None or not found.proven):
            break
        if found.plan is None:
            continue
        best = _First(found.plan, found.proven, found.bound, wide is None)
        break
    return best or _First(None, not watch.cut, 0.0, wide=False)


def _values(board: Board, low: int, high: int) -> list[int]:
    """Return the values a largest lag from ``low`` to below ``high`` ticks can take, rising."""
    found = [np.array([low], dtype=np.int64)]
    for account in board.accounts:
        nearest = -(-(account.due - high) // account.ticks)
        reach = int(2 * high // account.ticks) + 2
        for step in range(reach):
            lag = np.abs(account.due - (nearest + step) * account.ticks)
            found.append(np.unique(lag[(lag >= low) & (lag < high)]))
    return np.unique(np.concatenate(found)).tolist() if low < high else []


def _floor(board: Board) -> int:
    """Return a lag that nobody's best rounding can avoid: the largest distance to a whole unit."""
    far = 0
    for account in board.accounts:
        rest = account.due % account.ticks
        near = np.minimum(rest, account.ticks - rest)
        far = max(far, int(near.max(initial=0)))
    return far


def _narrow(board: Board, watch: Watch, plan: Bools, under: float) -> tuple[Bools, float, bool]:
    """Lower the largest lag as far as rules allow; return plan, its sum's proven limit, and whether it is least."""
    values = _values(board, _floor(board), largest_lag(board, plan))
    for whole in (False, True):
        low, high = 0, len(values)  # values[high:] are known to do, values[:low] are known not to
        while low < high:
            middle = (low + high) // 2 if not whole else low
            found = stretch(board, watch, widest=values[middle], whole=whole)
            if watch.stop() or not found.proven:
                return plan, under, False
            if not np.isfinite(found.bound):
                low = middle + 1
                continue
            high = middle
            if found.plan is not None:
                plan, under = found.plan, found.bound
        values = values[low:]
    return plan, under, True
