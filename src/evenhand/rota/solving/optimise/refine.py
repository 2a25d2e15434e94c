"""After the least squares: among plans as good, one that is even in every view, and then one people wish for.

The sum of squared lags comes first and stays what it was found to be. Plans that share it differ in who has
which weekend, which duty and which holiday, so views are evened next: everybody's turns in each view become
the floor or the ceiling of what was due, or as few whole turns beyond as can be. Wishes come next, and
change nobody's number of turns, in total or in a view: nobody gains by asking. Who serves with whom comes
last (``mixing.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from evenhand.core.arrays import Bools, Floats, Ints
from evenhand.core.progress import Progress
from evenhand.core.shares import TICKS
from evenhand.rota.solving.optimise.board import Board
from evenhand.rota.solving.optimise.mixing import evened, mixed
from evenhand.rota.solving.optimise.model import Extra, stretch
from evenhand.rota.solving.optimise.search import NEAR, largest_lag, squares
from evenhand.rota.solving.optimise.stretch_swaps import with_views_evened

CELLS: Final = 6000
"""Cells (slots times those able) up to which programs even the views and grant wishes: some ten seconds at
most. Above it exchanges between two people do (``mixing.py``), which prove nothing."""

PROGRAMS = 0.8
"""Part of the time that is left after which the programs stop: exchanges of two turns have the rest, a second
for a ward of two months. Half of it would leave more programs without a plan."""

# Each further turn costs another search and promises less.
WORST: Final = 4
"""Whole turns beyond floor and ceiling that are tried for a view."""


@dataclass(frozen=True, eq=False)
class Wanted:
    """What is wanted of a plan beside the least squares.

    Attributes:
        inside: which slots belong to each view, shape (S, views).
        due: ticks that became due in each view, shape (views, P).
        load: units of load of each slot, shape (S,).
        wish: what serving a cell is worth to its person, above 0 wished for, below 0 unwanted, shape (S, P).
        past: people who have served together before, slot by slot.
        total: ticks due over all ledgers together, shape (P,); None where there is one ledger.
    """

    inside: Bools = field(repr=False)
    due: Ints = field(repr=False)
    load: Ints = field(repr=False)
    wish: Floats = field(repr=False)
    past: tuple[Ints, ...] = field(default=(), repr=False)
    total: Ints | None = field(default=None, repr=False)


@dataclass(frozen=True, eq=False)
class Refined:
    """The plan, and what was proven of its views.

    Attributes:
        plan: shape (S, P).
        excess: whole turns beyond floor and ceiling in the worst view; None where it was not sought.
        proven: whether no plan as good has a smaller excess.
    """

    plan: Bools = field(repr=False)
    excess: int | None
    proven: bool = True


def refined(
    board: Board, plan: Bools, wanted: Wanted, progress: Progress, *, short: bool = False, proven: bool = True
) -> Refined:
    """Choose among plans with the same sum of squared lags; a cut search hands out what it has.

    Args:
        board: the rota.
        plan: a plan that keeps its rules, shape (S, P).
        wanted: views, wishes and who has served together.
        progress: time and interruption.
        short: whether the search before was cut, so that little time is left: exchanges of two turns come
            before the programs then, which may find nothing in time.
        proven: whether the sum of squared lags is proven least. If not, such exchanges may let it grow.
    """
    views = wanted.inside.shape[1]
    if board.favour is not None:
        return Refined(plan, None)
    if short and views:
        plan = with_views_evened(board, plan, wanted.inside, wanted.due, progress, proven=proven)
    if int(board.able.sum()) > CELLS:
        # What the exchanges look at takes longer to lay out than a short limit leaves.
        if not progress.stop():
            plan = evened(board, plan, wanted.inside, wanted.due, wanted.wish, progress)
        beyond = _excess(wanted, plan) if views else None
        return Refined(_mixed(board, plan, wanted, progress), beyond, proven=beyond == 0)
    with progress.part(PROGRAMS if views else 1.0):
        plan, excess = _by_programs(board, plan, wanted, progress)
    if views and excess is None and progress.cut and not short:
        # The limit ended the programs before they had found anything: their part of it, that is.
        progress.cut = False
        plan = with_views_evened(board, plan, wanted.inside, wanted.due, progress, proven=proven)
        progress.cut = True
    even = excess is not None or not views
    # No program found a plan: what the plan comes to is told all the same.
    excess = _excess(wanted, plan) if views and excess is None else excess
    if wanted.wish.any() and not progress.stop():
        most = squares(board, plan)
        limit = most + NEAR * (1.0 + most)
        better = _within(board, plan, _as_now(wanted, plan), wanted.wish, limit, progress)
        plan = plan if better is None else better
    return Refined(_mixed(board, plan, wanted, progress), excess, proven=even)


def _by_programs(board: Board, plan: Bools, wanted: Wanted, progress: Progress) -> tuple[Bools, int | None]:
    """Return the plan as good that is most even in the views, and its excess; None where none was found."""
    views = wanted.inside.shape[1]
    # Laying out a program takes a second or two on large rotas, which a limit that is over does not have.
    if progress.over:
        progress.stop()
        return plan, None
    most = squares(board, plan)
    limit = most + NEAR * (1.0 + most)
    for step in range(WORST + 1) if views or wanted.total is not None else ():
        low, high = wanted.due // TICKS - step, -(-wanted.due // TICKS) + step
        rows = _counts(wanted, low, high)
        better = _in_views(board, plan, wanted, rows, limit, progress)
        if better is not None:
            # Without views there is no excess to tell, whatever the total came to.
            return better, step if views else None
        # Without views a further step would ask for the same.
        if progress.stop() or not views:
            break
    return plan, None


def _in_views(
    board: Board, plan: Bools, wanted: Wanted, rows: list[Extra], limit: float, progress: Progress
) -> Bools | None:
    """Return a plan that keeps the rows of the views, with the total over all ledgers as near as can be."""
    for beyond in range(_beyond(wanted, plan) + 1 if wanted.total is not None else 0):
        better = _within(board, plan, rows + _in_total(wanted, beyond), None, limit, progress)
        if better is not None:
            return better
    # Views are told without the total: what no total allows is still proven of them.
    return _within(board, plan, rows, None, limit, progress) if wanted.inside.shape[1] else None


def _mixed(board: Board, plan: Bools, wanted: Wanted, progress: Progress) -> Bools:
    """Mix who serves with whom, with views and wishes as they are."""
    if progress.stop():
        return plan
    return mixed(board, plan, wanted.inside, wanted.wish, progress, wanted.past)


def _excess(wanted: Wanted, plan: Bools) -> int:
    """Return by how many whole turns somebody is beyond floor and ceiling in the worst view."""
    served = wanted.inside.T.astype(np.int64) @ (plan * wanted.load[:, None])
    low, high = wanted.due // TICKS, -(-wanted.due // TICKS)
    return int(np.maximum(low - served, served - high).max(initial=0))


def _counts(wanted: Wanted, low: Ints, high: Ints) -> list[Extra]:
    """Return rows that count each person's load in each view."""
    out = []
    for view in range(wanted.inside.shape[1]):
        slots = np.flatnonzero(wanted.inside[:, view])
        out += [
            Extra(slots, np.full(slots.size, who), wanted.load[slots].astype(float), float(low[view, who]),
                  float(high[view, who]))
            for who in range(low.shape[1])
        ]  # fmt: skip
    return out


def _in_total(wanted: Wanted, beyond: int) -> list[Extra]:
    """Return rows that keep everybody's load over all ledgers near floor and ceiling of what is due."""
    assert wanted.total is not None  # noqa: S101 - the caller looked
    total = wanted.total[None]
    return _counts(_everything(wanted), total // TICKS - beyond, -(-total // TICKS) + beyond)


def _beyond(wanted: Wanted, plan: Bools) -> int:
    """Return by how many whole turns somebody is beyond floor and ceiling over all ledgers together."""
    assert wanted.total is not None  # noqa: S101 - the caller looked
    return _excess(replace(_everything(wanted), due=wanted.total[None]), plan)


def _everything(wanted: Wanted) -> Wanted:
    """Return the wish for one view that holds every slot."""
    return replace(wanted, inside=np.ones((len(wanted.load), 1), dtype=bool))


def _as_now(wanted: Wanted, plan: Bools) -> list[Extra]:
    """Return rows that keep everybody's load, in total and in each view, as the plan has it."""
    everything = np.ones((len(plan), 1), dtype=bool)
    every = replace(wanted, inside=np.concatenate([everything, wanted.inside], axis=1))
    served = every.inside.T.astype(np.int64) @ (plan * wanted.load[:, None])
    return _counts(every, served, served)


def _within(
    board: Board, plan: Bools, extra: list[Extra], wish: Floats | None, limit: float, progress: Progress
) -> Bools | None:
    """Return a plan that keeps the rows and the sum, None where there is none or none was found."""
    was_cut = progress.cut
    widest = largest_lag(board, plan) + TICKS
    solved = stretch(board, progress, widest=widest, start=plan, extra=extra, wish=wish, most=limit)
    progress.cut = was_cut or progress.stop()
    if solved.plan is None or squares(board, solved.plan) > limit:
        return None
    return solved.plan


def drawn_order(board: Board, order: Ints) -> Board:
    """Return the board with people in another order, so that ties go by the draw and not by the alphabet."""
    place = np.argsort(order)
    return replace(
        board,
        able=board.able[:, order],
        accounts=tuple(replace(account, due=account.due[:, order]) for account in board.accounts),
        rules=tuple(replace(rule, person=place[rule.person]) for rule in board.rules),
        soft=tuple(replace(rule, person=place[rule.person]) for rule in board.soft),
        earliest=board.earliest[order],
        favour=None if board.favour is None else board.favour[:, order],
    )


def in_order(plan: Bools, order: Ints) -> Bools:
    """Return a plan of ``drawn_order`` with people in their own order."""
    out = np.zeros_like(plan)
    out[:, order] = plan
    return out
