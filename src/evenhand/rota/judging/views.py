"""Evenness in each view: what weekends, a duty or holidays made due, and who served them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evenhand.core.shares import TICKS
from evenhand.rota.judging.attendance import may_serve
from evenhand.rota.judging.due import Due, due_of
from evenhand.rota.problem import RotaProblem

__all__ = ["View", "views_of"]

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class View:
    """One view of a plan.

    Attributes:
        name: what is counted: "weekends", a duty, "holidays".
        due: ticks that its slots made due to each person, shape (P,).
        served: units of load served in it, shape (P,).
    """

    name: str
    due: Ints = field(repr=False)
    served: Ints = field(repr=False)

    @property
    def lag(self) -> Ints:
        """Ticks owed in this view; below 0 is ahead, shape (P,)."""
        return np.asarray(self.due - self.served * TICKS)

    @property
    def worst(self) -> float:
        """The largest lag of anybody, owed or ahead, in turns."""
        return float(np.abs(self.lag).max(initial=0)) / TICKS


def views_of(problem: RotaProblem, awards: Ints, due: Due | None = None) -> list[View]:
    """Return each view of a plan, in the problem's order; turns before the plan are not counted.

    Args:
        problem: the rota.
        awards: its plan, a person a seat, -1 for an open seat.
        due: what each slot makes due, where it is known already.
    """
    if not problem.views:
        return []
    due = due_of(problem, may_serve(problem), awards) if due is None else due
    taken = np.flatnonzero(awards >= 0)
    slot, who = problem.seat_slot[taken], awards[taken]
    out = []
    for code, name in enumerate(problem.views):
        inside = problem.slot_view[:, code] > 0
        # Slots that are alike share a row of dues, so counting rows adds up the whole view.
        count = np.bincount(due.row[inside], minlength=len(due.ticks))
        served = np.zeros(len(problem.people), dtype=np.int64)
        here = inside[slot]
        np.add.at(served, who[here], problem.load[slot[here]])
        out.append(View(name, (due.ticks * count[:, None]).sum(axis=0), served))
    return out
