"""The rule "these people share a team"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.teams.problem import Rule, TeamsProblem
from evenhand.teams.rules.base import Keyword, Placements, ProgramRows, RuleKind, SearchTerms, group_rows
from evenhand.teams.rules.row import RuleRow, few_names


class Together(RuleKind):
    """All in one team, always kept: the search moves them as one.

    Example:
        >>> from evenhand.teams import TeamsProblem
        >>> rows = [{"name": name} for name in ("Ada", "Bo", "Cy", "Di")]
        >>> TeamsProblem.from_rows(rows, teams=2, together=[["Ada", "Di"]]).rules[0].said
        'Ada, Di together'
    """

    kind = "together"
    words = ("together",)
    looks_at = frozenset({"people", "column", "weight"})
    means = "all in one team; with a column: people of one family, say, or whoever a cell names"
    keywords: ClassVar[Mapping[str, Keyword]] = {
        "together": Keyword(
            lambda value: group_rows("together", value),
            'groups in one team, [["Ada", "Bo"]], or a column',
        )
    }

    def read(self, row: RuleRow, word: str) -> list[Rule]:
        """Read the people."""
        del word
        rules = []
        for people in row.groups():
            group = tuple(sorted(people))
            names = few_names([row.known.roster.people[person] for person in group])
            rules.append(Rule("together", group, said=f"{names} together"))
        return rules

    def search(self, rule: Rule) -> SearchTerms:
        """Move them as one."""
        return SearchTerms(one_unit=rule.people)

    def units(self, rule: Rule, many: Placements) -> Ints:
        """Count the teams beyond one."""
        places = np.sort(many.awards[:, list(rule.people)], axis=1)
        return np.asarray((np.diff(places, axis=1) > 0).sum(axis=1))

    def program(self, rule: Rule, rows: ProgramRows) -> None:
        """Nothing to add: people who stay together are one unknown."""

    def counted_out(self, rule: Rule, problem: TeamsProblem) -> list[str]:
        """Nothing to say here: groups that overlap are counted after they are joined (``conflict.py``)."""
        del rule, problem
        return []
