"""A name for every award that stays the same from plan to plan."""

from __future__ import annotations

from evenhand.allocation.problem.allocation_problem import AllocationProblem
from evenhand.core.arrays import Ints


def award_ids(problem: AllocationProblem, awards: Ints) -> list[str]:
    """Return an id an award: day/item/recipient, without the day where there is only one.

    The same award has the same id in every plan, whatever else is in it. A slash or a per cent sign within a
    name is written as ``%2F`` and ``%25``, so that no two awards share an id.

    Args:
        problem: whose candidates the awards are.
        awards: candidates, shape (k,).

    >>> import numpy as np
    >>> import evenhand as eh
    >>> problem = eh.AllocationProblem.from_values(["saw", "and/or"], ["Ann", "Bo"], [9, 7])
    >>> award_ids(problem, np.array([0, 1]))
    ['and%2For/Bo', 'saw/Ann']
    """
    columns = [(problem.items, problem.item), (problem.recipients, problem.recipient)]
    if len(problem.days) > 1:
        columns.insert(0, (problem.days, problem.day))
    parts = [[_plain(names[code]) for code in codes[awards].tolist()] for names, codes in columns]
    return ["/".join(names) for names in zip(*parts, strict=True)]


def _plain(name: str) -> str:
    return name.replace("%", "%25").replace("/", "%2F")
