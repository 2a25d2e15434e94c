"""Evenness in each view: what weekends, a duty or holidays made due, and who served them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.shares import TICKS, largest_remainder
from evenhand.rota.judging.attendance import may_serve
from evenhand.rota.judging.due import Due, due_of
from evenhand.rota.problem import RotaProblem


@dataclass(frozen=True, eq=False)
class View:
    """One view of a plan.

    Attributes:
        name: what is counted: "weekends", a duty, "holidays".
        due: ticks that its slots made due to each person, those a ledger knows among them, shape (P,).
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
    """Return each view of a plan, in the problem's order, with what a ledger booked in it before.

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
        past = problem.history_view[:, code] > 0
        np.add.at(served, problem.history_person[past], problem.history_load[past])
        # A ledger says what is owed; together with what was served that is what was due.
        before = problem.booked_view[code] + served * TICKS
        here = inside[slot]
        np.add.at(served, who[here], problem.load[slot[here]])
        out.append(View(name, before + (due.ticks * count[:, None]).sum(axis=0), served))
    return out


def uneven_view(view: View) -> float:
    """Return how unevenly a view is shared, beyond what whole turns force: a Gini from 0 (even) to 1.

    It is the Gini of turns served over turns due, everybody weighing what was due to them, less that of the
    nearest whole outcome: two holidays among seven people are uneven whoever has them.

    >>> def saturdays(*served):
    ...     return View("Saturdays", np.full(4, sum(served) * TICKS // 4), np.array(served))
    >>> uneven_view(saturdays(13, 13, 13, 13)), uneven_view(saturdays(52, 0, 0, 0))
    (0.0, 0.75)
    """
    total = int(view.served.sum())
    if not total or not view.due.sum():
        return 0.0
    due = np.maximum(view.due, 0)
    best = largest_remainder(total, due)
    # A Gini is one less the area below, so the one falls away in the difference.
    return max(0.0, _area(best, due) - _area(view.served, due))


def _area(served: Ints, due: Ints) -> float:
    """Return twice the area under the curve of served over due, people sorted by what they had of theirs."""
    # Whoever served without anything due comes last; one tick stands for nothing, as a ratio divides by it.
    claim = np.maximum(due, 1)
    order = np.argsort(served / claim, kind="stable")
    part = np.cumsum(claim[order]) / claim.sum()
    got = np.cumsum(served[order]) / served.sum()
    before = np.concatenate([[0.0], got[:-1]])
    return float(((got + before) * np.diff(part, prepend=0.0)).sum())
