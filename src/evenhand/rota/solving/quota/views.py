"""Even in every view too: move turns inside their windows until weekends, duties and so on are even as well.

Within quota a turn may be served anywhere in its window. That leaves many plans, and the total says nothing
about who has the weekends in them. Here one is chosen whose number of turns in each view is the floor or the
ceiling of what was due in it, for everybody. Rows that count a person's turns in a view stand beside the
network of turns and slots; where views do not overlap they only part a person's arcs, so that the relaxation
is whole nearly always. Where no such plan exists the excess is raised by whole turns until one does: the
excess below it is then proven impossible.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evenhand.core.progress import Progress
from evenhand.linear.highs import Program
from evenhand.rota.solving.quota.arcs import Arcs, arcs
from evenhand.rota.solving.quota.windows import Windows

__all__ = ["Evened", "evened"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LARGE: Final = 60_000
"""Arcs (turns times the length of their windows) up to which views are looked at: some five seconds. Twice
as many take four times as long; above it the plan keeps its totals, and the proof says that views were not
sought."""

NODES: Final = 500
"""Branches of one search. The relaxation is whole nearly always; what needs more is left as it is."""

STOPS: Final = 8
"""Stretches of the plan after each of which views are to be even to a turn more, where that can be: without
them one person may have all weekends of the spring. Sixteen were twice as slow and no evener."""

WORST: Final = 6
"""Whole turns of excess up to which a plan is looked for. With the windows given it has been 0 or 1."""


@dataclass(frozen=True, eq=False)
class Evened:
    """Result of the search for a plan that is even in every view.

    Attributes:
        at: slot of each turn, -1 for those left out, shape (jobs,).
        excess: whole turns beyond floor and ceiling that somebody has in some view; None for no plan found.
        proven: whether a smaller excess is impossible for plans with these windows.
    """

    at: Ints = field(repr=False)
    excess: int | None
    proven: bool


def evened(
    win: Windows,
    at: Ints,
    inside: Bools,
    carried: Ints,
    progress: Progress,
    free: tuple[Bools, Bools] | None = None,
) -> Evened:
    """Choose among the plans within quota one that is even in every view.

    Args:
        win: the turns and their windows.
        at: a plan: slot of each turn, -1 for those left out.
        inside: which slots belong to each view, shape (slots, views).
        carried: ticks owed in each view before these slots, shape (views, people).
        progress: time and interruption; a cut search hands out ``at``.
        free: which arcs (of turns to slots, then of turns left out) may be used, and which must be; by
            default all may. With those of least cost alone, the sum of squared lags stays what it is.

    Returns:
        The plan. Cost: an integer program of one column an arc, for each excess tried.
    """
    # Left as it is: no turns; too many arcs to look at in time; or no view but the total with nothing
    # carried into it, which quota has evened already.
    options = arcs(win)
    if not win.person.size or options.job.size > LARGE or (inside.all() and not carried.any()):
        return Evened(at, None, proven=False)
    ends = [win.slots]
    on_the_way = [win.slots * part // STOPS for part in range(1, STOPS)]
    # The excess rises from 0, so the first plan found has the least one, and the infeasible tries before it
    # are the proof.
    for excess in range(WORST + 1):
        # First with limits on the way as well, which keep views even during the plan; if that is too much,
        # at the end alone.
        for stops in (on_the_way + ends, ends):
            # On the way one turn more is allowed than at the end.
            rows = [_limits(win, inside, carried, stop, excess + (stop < win.slots)) for stop in stops]
            found = _placed(win, options, rows, at, progress, free)
            if found is not None and found.size:
                return Evened(found, excess, proven=True)
        # None means that the solver was cut or out of branches. Nothing is known then, so no larger excess
        # is tried.
        if found is None:
            break
    return Evened(at, None, proven=False)


@dataclass(frozen=True, eq=False)
class _Limits:
    """How many turns each person may have in each view in the slots before ``stop``."""

    stop: int
    inside: Bools = field(repr=False)
    low: Ints = field(repr=False)
    high: Ints = field(repr=False)


def _limits(win: Windows, inside: Bools, carried: Ints, stop: int, excess: int) -> _Limits:
    """Return floor and ceiling of what is due in each view before a slot, ``excess`` turns wider."""
    share = np.diff(win.due[:stop], axis=0, prepend=0)
    due = np.stack([share[inside[:stop, view]].sum(axis=0) for view in range(inside.shape[1])]) + carried
    # Floor and ceiling in integers; -(-a // b) is the ceiling.
    return _Limits(stop, inside, due // win.ticks - excess, -(-due // win.ticks) + excess)


def _placed(
    win: Windows,
    options: Arcs,
    limits: list[_Limits],
    at: Ints,
    progress: Progress,
    free: tuple[Bools, Bools] | None,
) -> Ints | None:
    """Return a plan within the limits, an empty one where there is none, None where the search was cut."""
    jobs, slots, arc = win.person.size, win.slots, options.job.size
    meets = np.flatnonzero(options.shared >= 0)
    left = np.arange(options.optional.size)
    who = win.person[options.job]
    rows = [options.job, jobs + options.slot, jobs + slots + options.shared[meets], options.optional]
    columns = [np.arange(arc), np.arange(arc), meets, arc + left]
    first = jobs + slots + options.pairs
    for limit in limits:
        for view in range(limit.inside.shape[1]):
            counted = np.flatnonzero(limit.inside[options.slot, view] & (options.slot < limit.stop))
            rows.append(first + who[counted])
            columns.append(counted)
            first += win.people
    # Exact rows: every turn is served once (or left out, if optional), and every seat is filled.
    fixed = np.concatenate([np.ones(jobs), win.seats.astype(float)])
    low = np.concatenate([limit.low.ravel() for limit in limits]).astype(float)
    high = np.concatenate([limit.high.ravel() for limit in limits]).astype(float)
    row, column = np.concatenate(rows), np.concatenate(columns)
    # Staying where the first plan has a turn is worth a little, so that the search begins near it.
    cost = np.where(at[options.job] == options.slot, -1.0, 0.0)
    program = Program(gap=float(arc), nodes=NODES)  # any plan within the limits will do
    program.load(
        np.concatenate([cost, np.zeros(left.size)]),
        (row, column, np.ones(row.size)),
        np.concatenate([fixed, np.zeros(options.pairs), np.maximum(low, 0)]),
        np.concatenate([fixed, np.ones(options.pairs), np.maximum(high, 0)]),
        whole=True,
    )
    if free is not None:
        may, must = free
        program.set_limits(np.arange(arc + left.size), must.astype(float), may.astype(float))
    state = program.run(progress)
    if state == "infeasible":
        return np.zeros(0, dtype=np.int64)
    if not program.has_solution:
        return None
    served = np.flatnonzero(program.values()[:arc] > 0.5)  # noqa: PLR2004 - nearest whole number
    out = np.full(jobs, -1, dtype=np.int64)
    out[options.job[served]] = options.slot[served]
    return out
