"""Rules of your own over any columns of the candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from evenhand.allocation.problem.groups import MOST, NO_LIMIT, GroupSet
from evenhand.core.arguments import is_number, said_when_made, whole_number
from evenhand.core.arrays import Ints
from evenhand.core.errors import Findings
from evenhand.tables import Source, Table, read
from evenhand.tables.coded import Coded


@said_when_made
@dataclass(frozen=True)
class GroupRule:
    """A rule over groups of candidates: what is free, what more costs, what may not be passed.

    Attributes:
        name: what it is called: "budget", "cap a school".
        by: columns of the candidates whose values together name a group; an empty cell is in none.
        weight: column of whole numbers >= 0 that add up, such as a cost; "" counts awards.
        steps: (beyond, points) for every group: points for each unit of weight beyond.
        limit: hard limit for every group; None for none.
        table: columns ``by``, and any of allowance (for the first step's ``beyond``) and limit.
        unit: what the weights count, for people.

    Example:
        >>> import evenhand as eh
        >>> rows = [{"item": item, "recipient": "Ada", "kind": "car", "score": 5} for item in ("red", "blue")]
        >>> rule = eh.allocation.GroupRule("cap a kind", by=["kind"], limit=1)
        >>> eh.solve(eh.AllocationProblem.from_rows(rows, groups=[rule], penalty="none")).objective
        5
    """

    name: str
    by: Sequence[str]
    weight: str = ""
    steps: Sequence[tuple[int, float]] = ()
    limit: int | None = None
    table: Source = None
    unit: str = "awards"

    def denominators(self) -> list[int]:
        """Return the least scale at which each step's points are whole."""
        # By the text of the number: 0.1 is a tenth here and not its nearest float.
        return [Fraction(str(step[1])).denominator for step in self.steps if _is_step(step)]


def _is_step(step: Any) -> bool:
    """Whether a step is a pair of units that are free and points of 0 or more."""
    pair = tuple(step) if isinstance(step, (tuple, list)) else ()
    return len(pair) == 2 and _is_free(pair[0]) and is_number(pair[1]) and 0 <= pair[1] <= MOST  # noqa: PLR2004 - a pair


def _is_free(value: object) -> bool:
    """Whether a value can be free or a limit: a whole number of 0 or more."""
    whole = whole_number(value)
    return whole is not None and 0 <= whole <= NO_LIMIT


def group_of(rule: GroupRule, candidates: Table, scale: int, findings: Findings) -> GroupSet | None:
    """Return the groups of a rule over the rows of the candidates; None where wrong, and noted."""
    by = [rule.by] if isinstance(rule.by, str) else list(rule.by)
    before, column = len(findings.errors), f"group {rule.name!r}"
    if not by:
        findings.error("has no columns to go by", 'Name them, as in by=["school"]', column=column)
    candidates.need(*by, *([rule.weight] if rule.weight else []))
    for step in rule.steps:
        if not _is_step(step) or (Fraction(str(step[1])) * scale).denominator > 1 or step[1] * scale > MOST:
            mend = "Give (units that are free, points of 0 or more that are whole at the problem's scale)"
            findings.error("is not a step", mend, column=column, came=str(step))
    if rule.limit is not None and not _is_free(rule.limit):
        mend = "Give a whole number of 0 or more, or None"
        findings.error("is not a limit", mend, column=column, came=str(rule.limit))
    weight = candidates.integers(rule.weight, low=0, high=MOST) if rule.weight else None
    if len(findings.errors) > before:
        return None
    labels, of = _labels([candidates.coded(column) for column in by])
    count = len(labels)
    steps, slopes = len(rule.steps), [int(Fraction(str(points)) * scale) for _, points in rule.steps]
    allowance = np.tile(np.array([step[0] for step in rule.steps], dtype=np.int64), (count, 1))
    limit = np.full(count, NO_LIMIT if rule.limit is None else rule.limit, dtype=np.int64)
    if rule.table is not None:
        _read_limits(rule, by, labels, (allowance, limit), findings)
    if len(findings.errors) > before:
        return None
    return GroupSet(
        rule.name,
        labels,
        of,
        np.broadcast_to(np.int64(1), of.shape) if weight is None else weight,
        allowance.reshape(count, steps),
        np.tile(np.array(slopes, dtype=np.int64), (count, 1)).reshape(count, steps),
        limit,
        rule.unit,
    )


def _labels(columns: Sequence[Coded]) -> tuple[tuple[str, ...], Ints]:
    """Return the sorted names of groups and the group of each row, -1 where a cell is empty."""
    place = np.zeros(len(columns[0]), dtype=np.int64)
    known: list[tuple[str, ...]] = [()]
    for column in columns:
        # Joined column by column and coded anew each time: a product of all could pass what an integer holds.
        codes, place = np.unique(place * len(column.words) + column.codes, return_inverse=True)
        pairs = [divmod(code, len(column.words)) for code in codes.tolist()]
        known = [(*known[before], column.words[word]) for before, word in pairs]
    names = [" / ".join(parts) if all(parts) else "" for parts in known]
    labels = tuple(sorted({name for name in names if name}))
    code = {name: index for index, name in enumerate(labels)}
    return labels, np.array([code.get(name, -1) for name in names], dtype=np.int64)[place]


def _read_limits(
    rule: GroupRule,
    by: list[str],
    labels: tuple[str, ...],
    into: tuple[np.ndarray, np.ndarray],
    findings: Findings,
) -> None:
    """Take allowance and limit of each group from its table; rows of other groups do no harm."""
    allowance, limit = into
    table = read(rule.table, rule.name, findings)
    if not table.need(*by):
        return
    # -1 stands for an empty cell: the rule's own figure stays.
    free = table.integers("allowance", default=-1)
    most = table.integers("limit", default=-1)
    place = {label: row for row, label in enumerate(labels)}
    seen: set[str] = set()
    for row, parts in enumerate(zip(*(table.text(column, required=True) for column in by), strict=True)):
        label = " / ".join(parts)
        if label in seen:
            table.wrong(row, by[0], "names a group twice", "Keep one row a group")
        seen.add(label)
        if label in place and free[row] >= 0 and allowance.shape[1]:
            allowance[place[label], 0] = free[row]
        if label in place and most[row] >= 0:
            limit[place[label]] = most[row]
        for column, value in (("allowance", free[row]), ("limit", most[row])):
            if table.has(column) and table.columns[column][row] and value < 0:
                table.wrong(row, column, "is below zero", "Give 0 or more")
