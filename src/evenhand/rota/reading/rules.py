"""Side rules, from a table or from keywords, to the problem's columns and its ``rules``.

The table has the columns ``rule``, ``name``, ``with``, ``value``, ``days``, ``date``, ``duty``, ``weight``
and ``soft``, as needed. What each kind of rule needs and means stands in its own file in ``rota/rules/``. A
rule with a weight may be broken where the rules cannot all hold; ``soft`` with yes is a weight of 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from evenhand.rota.problem.side_rules import SideRule
from evenhand.rota.rules import IN_PROGRAM, KIND_OF, WORDS, Calendar, RuleRow
from evenhand.rota.rules.base import Keyword
from evenhand.rota.rules.row import NO_NUMBER
from evenhand.tables import Table, near

HEADS: Final = ("rule", "name", "with", "value", "days", "date", "duty")
"""Columns of the rows that keywords become."""

KEYWORDS: Final[dict[str, Keyword]] = {
    name: keyword for kind in IN_PROGRAM for name, keyword in kind.keywords.items()
}
"""Rules as keywords of ``RotaProblem.from_tables``."""

YES: Final = frozenset({"yes", "y", "true", "1", "x", "soft", "ja", "oui", "sí", "si"})
NO: Final = frozenset({"", "no", "n", "false", "0", "hard", "nein", "non"})

MOST_WEIGHT: Final = 10**6
"""Far more than anybody weighs one rule against another with; with it, sums of weights stay small numbers."""


def rules_as_rows(**given: Any) -> list[dict[str, str]]:
    """Return rules said as keywords as rows of the table, so that one reader checks both ways.

    >>> rules_as_rows(rest=2)[0]["rule"], rules_as_rows(rest=2)[0]["value"]
    ('rest', '2')
    """
    # In the table's order of kinds, so that the order of keywords never matters.
    rows = [row for name, keyword in KEYWORDS.items() if given.get(name) for row in keyword.rows(given[name])]
    return [{head: row.get(head, "") for head in HEADS} for row in rows]


def read_rules(
    tables: Sequence[Table], code: dict[str, int], columns: dict[str, Any], more: Sequence[SideRule] = ()
) -> dict[str, Any]:
    """Read rules, and take ``more`` beside them, into the problem's columns; what cannot be read is noted."""
    known = Calendar.of(code, columns)
    rules = set(more)
    for table in tables:
        if len(table) and table.need("rule"):
            rules.update(_read(table, known))
    # Sorted, so that the order of the table's rows never changes a plan.
    order = sorted(rules, key=lambda rule: (KIND_OF[rule.kind].program_place, _sizes(rule)))
    out: dict[str, Any] = {}
    for kind in IN_PROGRAM:
        plain = [rule for rule in order if KIND_OF[rule.kind] is kind and kind.plain(rule)]
        out |= kind.columns(plain)
    return out | {"rules": tuple(rule for rule in order if not KIND_OF[rule.kind].plain(rule))}


def _sizes(rule: SideRule) -> tuple[Any, ...]:
    return rule.people, rule.others, rule.slots, rule.count, rule.days, rule.duty, rule.weight, rule.said


def _read(table: Table, known: Calendar) -> list[SideRule]:
    """Return the rules of one table."""
    value, days = (_numbers(table, column) for column in ("value", "days"))
    weight = table.integers("weight", default=0, low=0, high=MOST_WEIGHT)
    dates = table.dates("date", optional=True) if table.has("date") else [None] * len(table)
    soft = table.text("soft")
    out: list[SideRule] = []
    for index, cell in enumerate(table.text("rule", required=True)):
        word = " ".join(cell.casefold().replace("_", " ").replace("-", " ").split())
        if not word:
            continue
        if word not in WORDS:
            meant = near(word, list(WORDS))
            choices = ", ".join(word for kind in IN_PROGRAM for word in kind.means)
            mend = f"Did you mean {meant}?" if meant else f"Write one of {choices}"
            table.wrong(index, "rule", "is not a rule", mend)
            continue
        day = dates[index]
        row = RuleRow(
            table, index, known, {"value": value[index], "days": days[index]},
            None if day is None else day.toordinal(), _weight(table, index, int(weight[index]), soft[index]),
        )  # fmt: skip
        out += WORDS[word].read(row, word)
    return out


def _numbers(table: Table, column: str) -> list[int]:
    """Return whole numbers, 0 for empty cells and ``NO_NUMBER`` for those that are noted."""
    read = table.integers(column, default=0, low=0, high=10**6).tolist()
    cells = table.text(column)
    # A cell that is noted is read as 0; one that says 0 is no fault of reading.
    return [
        NO_NUMBER if cell.strip("0.,+- ") and not number else number
        for cell, number in zip(cells, read, strict=True)
    ]


def _weight(table: Table, index: int, weight: int, soft: str) -> int:
    """Return what breaking a row's rule weighs, 0 where it may not be broken."""
    answer = soft.casefold()
    if answer not in YES | NO:
        table.wrong(index, "soft", "is neither yes nor no", "Write yes for a rule that may be broken")
    if weight and answer and answer in NO:
        table.wrong(index, "soft", "says no, and the row has a weight", "Leave one of the two empty")
    return weight or int(answer in YES)
