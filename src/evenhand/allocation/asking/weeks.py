"""Fairness over weeks: what each recipient is owed by the ledger shifts this week's steps of the penalty.

A recipient is due its share of every week's awards, and the ledger keeps by how much it is behind or ahead.
Who is two ahead counts as having two already: the first award of this week is priced as a third. Who is owed
has more free. A newcomer stands at 0 and is neither: the steps are those of a week on its own, and nothing is
made up for weeks before.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evenhand.allocation.problem import AllocationProblem
from evenhand.core.errors import InputError
from evenhand.core.ledger import Ledger
from evenhand.core.solution import Solution

__all__ = ["MOST_OWED", "corrected", "published", "shifts", "with_ledger"]

Ints = NDArray[np.int64]

MOST_OWED: Final = 1
"""Awards more that are free of penalty in a week, at most, to whoever is owed: nobody is flooded."""


def shifts(problem: AllocationProblem, ledger: Ledger, most_owed: int = MOST_OWED) -> Ints:
    """Return the whole awards each recipient counts as ahead (below 0: owed), shape (recipients,).

    Args:
        problem: this week's; who is not in the ledger stands at 0.
        ledger: statements of earlier weeks.
        most_owed: awards that may count as owed at most, >= 0.

    Promise:
        The nearest whole award; a half more than that counts as ahead, a half less does not count as owed.
    """
    if most_owed < 0:
        raise InputError.one("is below 0", "Give 0 or more", came=str(most_owed), column="most_owed")
    ticks = ledger.ticks
    lags = [int(ledger.balances.get(name, 0)) for name in problem.recipients]
    whole = [(ticks - 2 * lag) // (2 * ticks) for lag in lags]
    return np.maximum(np.array(whole, dtype=np.int64), -most_owed)


def with_ledger(
    problem: AllocationProblem, ledger: Ledger, *, most_owed: int = MOST_OWED
) -> AllocationProblem:
    """Return the problem with its penalty's steps shifted by what the ledger says; see ``shifts``.

    Without a penalty there are no steps, and nothing changes. Scores and hard rules stay as they are.
    """
    return replace(problem, head_start=problem.head_start + shifts(problem, ledger, most_owed))


def published(ledger: Ledger, solution: Solution, at: str = "") -> Ledger:
    """Book a plan: its statement becomes fact, newcomers join at 0.

    Args:
        ledger: as it is; it is not changed.
        solution: the plan that was handed out.
        at: the period's name; the plan's first day if empty.

    Raises:
        InputError: a statement of that period is booked already.
    """
    label = _label(solution, at)
    if label in {entry.at for entry in ledger.entries if entry.kind == "statement"}:
        raise InputError.one(
            "is booked already", "Correct it, or give the period another name", came=label, column="at"
        )
    assert solution.statement is not None  # noqa: S101 - solutions of this job have one
    return ledger.post(label, solution.statement)


def corrected(ledger: Ledger, solution: Solution, at: str = "") -> Ledger:
    """Book what an amended plan changes for a period that is booked: units move from some to others.

    Entries are never changed: corrections are added. What was due stays as it was published.

    Raises:
        InputError: the period is not booked, or the amended plan hands out another number of awards.
    """
    label = _label(solution, at)
    booked: Counter[str] = Counter()
    periods = set()
    for entry in ledger.entries:
        if entry.at == label and entry.kind in {"statement", "correction"}:
            booked[entry.claimant] += entry.received // ledger.ticks
            periods.add(entry.kind)
    if "statement" not in periods:
        raise InputError.one("is not booked yet", "Publish it first", came=label, column="at")
    problem: AllocationProblem = solution.problem
    now = Counter(problem.recipients[code] for code in problem.recipient[solution.awards].tolist())
    more = {name: now[name] - booked[name] for name in sorted({*now, *booked}) if now[name] != booked[name]}
    if sum(more.values()):
        mend = (
            f"The amended plan hands out {sum(now.values())}, booked are {sum(booked.values())}: book it anew"
        )
        raise InputError.one("cannot be corrected by moving awards", mend, came=label, column="at")
    gains = [name for name, units in more.items() for _ in range(units)]
    losses = [name for name, units in more.items() for _ in range(-units)]
    ledger = ledger.join(label, [name for name in gains if name not in ledger.balances])
    for debit, credit in zip(gains, losses, strict=True):
        ledger = ledger.correct(label, debit, credit, 1, "amended plan")
    return ledger


def _label(solution: Solution, at: str) -> str:
    days = solution.problem.days
    return at or (days[0] if days else "")
