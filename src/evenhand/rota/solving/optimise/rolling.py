"""Large rotas: a stretch of slots at a time, of which the first half is kept, and a bound from all prices.

Each stretch is solved to the end, given what was served before it. The plan is not proven best, but the
prices of the stretches' relaxations, put side by side, are prices for the whole rota, and those give a bound
that holds for every plan (``optimise_bound``).
"""

from __future__ import annotations

import numpy as np

from evenhand.core.arrays import Bools, Floats, Ints
from evenhand.core.progress import Progress
from evenhand.rota.solving.optimise.board import Board
from evenhand.rota.solving.optimise.bound import priced_bound
from evenhand.rota.solving.optimise.model import Found, stretch
from evenhand.rota.solving.optimise.search import Outcome, widths

# Longer stretches see further ahead and take longer to solve to the end; shorter ones run into rules that
# they could not see coming.
CELLS = 4000
"""Cells (slots times those able) of one stretch. On rotas of 8,000 cells half of it leaves a gap of 2.6% in
3.9 s, this 1.8% in 4.4 s, and twice as many 0.2% in 5.2 s, with the same plan
(``benchmarks/rota_optimise_constants.py``)."""


def rolling(board: Board, progress: Progress, start: Bools | None, cells: int = CELLS) -> Outcome:
    """Plan stretch by stretch.

    Args:
        board: the rota.
        progress: time and interruption; a cut search hands out ``start``.
        start: a plan that keeps the rules, for where a stretch finds none.
        cells: cells of one stretch.

    Returns:
        The outcome; nothing is proven least, and where a stretch has no plan nothing is claimed infeasible.
    """
    # At least 8 slots, so that each stretch looks ahead of the half that is kept.
    length = max(8, int(cells * board.slots / max(1, int(board.able.sum()))))
    plan = np.zeros(board.able.shape, dtype=bool)
    prices = [np.zeros(rule.lower.size) for rule in board.rules]
    drawn = [False] * len(prices)
    low = 0
    with progress.stage("stretches"):
        while low < board.slots:
            high = min(board.slots, low + length)
            relaxed, solved = _solved(board, progress, plan[:low], high)
            # An earlier stretch may have caused it, so nothing is claimed infeasible.
            if solved is None or solved.plan is None:
                return Outcome(start, infeasible=False, bound=0.0)
            # Only the first half is kept: the second was planned without knowing what follows it.
            middle = high if high == board.slots else (low + high) // 2
            plan[low:middle] = solved.plan[: middle - low]
            for index, dual in enumerate(relaxed.duals):
                drawn[index] = dual is None
                if dual is not None:
                    _keep(prices[index], dual, board.rules[index].row, board.rules[index].slot, low, middle)
            low = middle
            progress.report("stretches")
    with progress.stage("bound for every plan"):
        # Any prices give a valid bound for the whole rota; those of the stretches are near enough to be
        # useful.
        bound = priced_bound(
            board, [None if off else price for off, price in zip(drawn, prices, strict=True)]
        )
    return Outcome(plan, infeasible=False, bound=bound)


def _solved(board: Board, progress: Progress, before: Bools, high: int) -> tuple[Found, Found | None]:
    """Solve one stretch within the first width that has a plan; the relaxation first."""
    relaxed = Found(None, proven=False, bound=float("inf"))
    for width in widths(board):
        if progress.stop():
            break
        relaxed = stretch(board, progress, widest=width, before=before, high=high, whole=False)
        if not relaxed.proven or not np.isfinite(relaxed.bound):
            continue
        solved = stretch(board, progress, widest=width, before=before, high=high, net=relaxed.net)
        if solved.plan is not None:
            return relaxed, solved
    return relaxed, None


def _keep(price: Floats, dual: Floats, row: Ints, slot: Ints, low: int, middle: int) -> None:
    """Copy the prices of rows whose last slot is among those kept."""
    last = np.full(price.size, -1, dtype=np.int64)
    np.maximum.at(last, row, slot)
    # Each row gets its price from one stretch alone: the one that keeps the row's last slot.
    inside = (last >= low) & (last < middle)
    price[inside] = dual[inside]
