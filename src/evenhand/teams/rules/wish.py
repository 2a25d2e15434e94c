"""The wish to share a team with somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.teams.problem import Rule
from evenhand.teams.rules.base import (
    Keyword,
    Placements,
    ProgramRows,
    Row,
    SearchTerms,
    SoftKind,
    joined_names,
)
from evenhand.teams.rules.row import RuleRow, few_names


def _rows(value: Any) -> list[Row]:
    if isinstance(value, Mapping):
        return [{"kind": "wish", "people": f"{who};{joined_names(others)}"} for who, others in value.items()]
    return [{"kind": "wish", "people": joined_names(pair)} for pair in value]


class Wish(SoftKind):
    """The first wants to be with the second; a unit is a wish that is not granted. A hard wish is "together".

    Example:
        >>> from evenhand.teams import TeamsProblem
        >>> rows = [{"name": name} for name in ("Ada", "Bo", "Cy", "Di")]
        >>> TeamsProblem.from_rows(rows, teams=2, wishes={"Ada": ["Di"]}).rules[0].said
        'Ada wishes to be with Di'
    """

    kind = "wish"
    words = ("wish",)
    looks_at = frozenset({"people", "weight"})
    means = "the first wants to be with the others; granted where balance allows; weight 1 if none"
    names_people = True
    keywords: ClassVar[Mapping[str, Keyword]] = {
        "wishes": Keyword(_rows, 'who wants to be with whom, {"Ada": ["Bo", "Cy"]}')
    }

    def read(self, row: RuleRow, word: str) -> list[Rule]:
        """Read the person who wishes and those wished for: one rule each."""
        del word
        people = row.group()
        if not people:
            return []
        names = row.known.roster.people
        if not row.weight:
            group = tuple(sorted(people))
            return [Rule("together", group, said=f"{few_names([names[p] for p in group])} together")]
        first = people[0]
        return [
            Rule(
                "wish", (first, other), weight=row.weight,
                said=f"{names[first]} wishes to be with {names[other]}",
            )
            for other in dict.fromkeys(people[1:])
            if other != first
        ]  # fmt: skip

    def search(self, rule: Rule) -> SearchTerms:
        """Reward standing together."""
        return SearchTerms(pairs=((rule.people[0], rule.people[1], -1),), near=True)

    def units(self, rule: Rule, many: Placements) -> Ints:
        """Count one where they are apart."""
        first, second = rule.people
        return np.asarray(many.awards[:, first] != many.awards[:, second], dtype=np.int64)

    def program(self, rule: Rule, rows: ProgramRows) -> None:
        """Reward a switch for each team that is on only where both stand there."""
        for team in range(len(rows.problem.teams)):
            both = rows.switch()
            for person in rule.people:
                columns, values = rows.places((person,), team)
                rows.bind([*columns, both], [*values, -1.0], 0.0, 1.0)
            rows.reward(rule, both)
