"""A problem with its columns and values in an order of their own, so that no name and no order decides.

The search draws at random and breaks ties by order. With columns as the user happened to list them, another
order or another spelling would give other teams. Here columns are sorted by what they say of the people and
values are numbered by the first person who has them: what is left is the same however it was called.
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.teams.problem import Criterion, Number, TeamsProblem


def canonical(problem: TeamsProblem) -> TeamsProblem:
    """Return the problem with columns and values in their own order; awards mean the same. O(n k)."""
    numbered = [_numbered(criterion) for criterion in problem.criteria]
    order = sorted(range(len(numbered)), key=lambda old: _content(numbered[old][0]))
    where = {old: new for new, old in enumerate(order)}
    rules = tuple(
        replace(
            rule,
            criterion=where[rule.criterion],
            value=rule.value if rule.value < 0 else int(numbered[rule.criterion][1][rule.value]),
        )
        if rule.criterion >= 0
        else rule
        for rule in problem.rules
    )
    # A copy by hand: the people are the same, and checking a million names again costs more than the rest.
    out = copy(problem)
    object.__setattr__(out, "criteria", tuple(numbered[old][0] for old in order))
    object.__setattr__(out, "numbers", tuple(sorted(problem.numbers, key=_number_content)))
    object.__setattr__(out, "rules", rules)
    return out


def _numbered(criterion: Criterion) -> tuple[Criterion, Ints]:
    """Return the column with its values numbered by their first person, and the new code of each old one."""
    count = len(criterion.values)
    first = np.full(count, np.iinfo(np.int64).max, dtype=np.int64)
    # Of several writes to one cell the last one stays, so backwards that is the first person.
    first[criterion.value[::-1]] = np.arange(len(criterion.value))[::-1]
    old = np.argsort(first, kind="stable")
    code = np.empty(count, dtype=np.int64)
    code[old] = np.arange(count)
    value = code[criterion.value]
    person = criterion.person
    if not criterion.single:
        # A person's tags stood in the order of the old codes.
        order = np.lexsort((value, person))
        person, value = person[order], value[order]
    values = tuple(criterion.values[index] for index in old.tolist())
    return replace(criterion, values=values, person=person, value=value), code


def _content(criterion: Criterion) -> tuple[object, ...]:
    """Return what tells a column from others, its name aside: few values first, as profiles sort by them."""
    return (
        len(criterion.values),
        criterion.priority,
        criterion.weight,
        criterion.similar,
        criterion.single,
        criterion.person.tobytes(),
        criterion.value.tobytes(),
    )


def _number_content(number: Number) -> tuple[object, ...]:
    return (number.priority, number.weight, number.level.tobytes(), number.spread.tobytes())
