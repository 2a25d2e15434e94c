"""The rule "at least so many slots at which nobody of a team is busy"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.teams.problem import NO_LIMIT, Rule, TeamsProblem
from evenhand.teams.rules.base import (
    Keyword,
    Placements,
    ProgramRows,
    Row,
    RuleKind,
    SearchTerms,
    pairs_of,
)
from evenhand.teams.rules.row import RuleRow


def _rows(value: Any) -> list[Row]:
    if isinstance(value, str):
        return [{"kind": "free", "column": value, "weight": "1"}]
    return [{"kind": "free", "column": str(column), "min": str(slots)} for column, slots in pairs_of(value)]


class Free(RuleKind):
    """At least ``low`` values of a tag column that nobody of a team has; a unit is a slot too few.

    Example:
        >>> from evenhand.teams import TeamsProblem
        >>> rows = [{"name": name, "busy": "Mon; Tue"} for name in "abcd"] + [{"name": "e", "busy": "Wed"}]
        >>> TeamsProblem.from_rows(rows, teams=2, free={"busy": 1}).rules[0].said
        'at least 1 slots of busy free for all in each team'
    """

    kind = "free"
    words = ("free",)
    looks_at = frozenset({"column", "teams", "min", "weight"})
    means = "at least min slots of the column at which nobody of a team is busy; with a weight each counts"
    keywords: ClassVar[Mapping[str, Keyword]] = {
        "free": Keyword(
            _rows, 'column of busy slots to the least common free ones, {"busy": 2}; "busy" rewards each'
        )
    }

    def read(self, row: RuleRow, word: str) -> list[Rule]:
        """Read the column of busy slots and the least number of free ones; none means all, softly."""
        del word
        criterion = row.column(tags=True)
        if criterion < 0:
            return []
        about = row.known.criteria[criterion]
        teams = tuple(row.teams(needed=False))
        every = not row.cell("min")
        low = row.whole("min", 0)
        if every and not row.weight:
            row.wrong("min", "is empty in a hard rule", "Give the least free slots, or a weight for each")
            return []
        low = len(about.values) if every else low
        what = "every slot" if every else f"at least {low} slots"
        sentence = f"{what} of {about.name} free for all{row.where()}"
        return [Rule("free", (), teams, criterion, -1, low, NO_LIMIT, row.weight, sentence)]

    def search(self, rule: Rule) -> SearchTerms:
        """Add the slots too few."""
        del rule
        return SearchTerms(free_slots=True)

    def units(self, rule: Rule, many: Placements) -> Ints:
        """Count the slots nobody has, and what they are short of."""
        free = (many.tables[rule.criterion][:, many.teams(rule)] == 0).sum(axis=2)
        return np.asarray(np.maximum(rule.low - free, 0).sum(axis=1))

    def program(self, rule: Rule, rows: ProgramRows) -> None:
        """Give each slot of a team a switch that is on only where nobody is busy."""
        most = float(rows.problem.n)
        for team in rule.teams or range(len(rows.problem.teams)):
            free = []
            for value in range(len(rows.problem.criteria[rule.criterion].values)):
                columns, shares = rows.held(rule.criterion, value, team)
                free.append(rows.switch())
                rows.bind([*columns, free[-1]], [*shares, most], 0.0, most)
            rows.keep(rule, free, [1.0] * len(free), float(rule.low), float(len(free)))

    def counted_out(self, rule: Rule, problem: TeamsProblem) -> list[str]:
        """Compare with the number of slots there are."""
        slots = len(problem.criteria[rule.criterion].values)
        return [f"{rule.said}: there are only {slots} slots."] if slots < rule.low else []
