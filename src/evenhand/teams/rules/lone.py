"""The rule "nobody is the only one of a value in a team"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.teams.problem import NO_LIMIT, Rule, TeamsProblem
from evenhand.teams.rules.base import Keyword, Placements, ProgramRows, Row, RuleKind, SearchTerms
from evenhand.teams.rules.row import RuleRow


def _rows(value: Any) -> list[Row]:
    parts = [str(what).partition("=") for what in ([value] if isinstance(value, str) else value)]
    return [{"kind": "no lone", "column": column, "value": cell} for column, _, cell in parts]


class Lone(RuleKind):
    """Nobody of a value (or of any value of a column) alone in a team; a unit is a person who is.

    Example:
        >>> from evenhand.teams import TeamsProblem
        >>> rows = [{"name": name, "gender": "wwmm"[at]} for at, name in enumerate("abcd")]
        >>> TeamsProblem.from_rows(rows, teams=2, balance="gender", no_lone="gender=w").rules[0].said
        'nobody alone with gender=w in each team'
    """

    kind = "lone"
    words = ("no lone", "lone")
    looks_at = frozenset({"column", "value", "teams", "weight"})
    means = "nobody is the only one of the value (or of any value of the column) in a team"
    keywords: ClassVar[Mapping[str, Keyword]] = {
        "no_lone": Keyword(_rows, 'nobody the only one of a value in a team, ["gender=woman"] or ["gender"]')
    }

    def read(self, row: RuleRow, word: str) -> list[Rule]:
        """Read column and, where given, value."""
        del word
        criterion = row.column(tags=False)
        if criterion < 0:
            return []
        about = row.known.criteria[criterion]
        teams = tuple(row.teams(needed=False))
        value = row.value(about)
        if value is None:
            return []
        what = about.name if value < 0 else f"{about.name}={about.values[value]}"
        sentence = f"nobody alone with {what}{row.where()}"
        return [Rule("lone", (), teams, criterion, value, 0, NO_LIMIT, row.weight, sentence)]

    def search(self, rule: Rule) -> SearchTerms:
        """Add one where the count is one."""
        del rule
        return SearchTerms(by_count=lambda held: int(held == 1))

    def units(self, rule: Rule, many: Placements) -> Ints:
        """Count the people who are the only one of the value in their team."""
        alone = many.tables[rule.criterion][:, many.teams(rule)] == 1
        return np.asarray((alone if rule.value < 0 else alone[:, :, [rule.value]]).sum(axis=(1, 2)))

    def program(self, rule: Rule, rows: ProgramRows) -> None:
        """Switch a value of a team on or off: on means at least two, off none."""
        values = range(len(rows.problem.criteria[rule.criterion].values))
        for team in rule.teams or range(len(rows.problem.teams)):
            for value in [rule.value] if rule.value >= 0 else values:
                columns, shares = rows.held(rule.criterion, value, team)
                some = rows.switch()
                most = float(rows.problem.n)
                rows.keep(rule, [*columns, some], [*shares, -2.0], 0.0, most)
                rows.bind([*columns, some], [*shares, -most], -most, 0.0)

    def counted_out(self, rule: Rule, problem: TeamsProblem) -> list[str]:
        """Say where there is only one person of the value to begin with, who is alone wherever they are."""
        if rule.teams:
            return []
        criterion = problem.criteria[rule.criterion]
        values = range(len(criterion.values)) if rule.value < 0 else [rule.value]
        return [
            f"{rule.said}: there is only one person with {criterion.name}={criterion.values[value]}."
            for value in values
            if int(criterion.counts[value]) == 1
        ]
