"""The rule "no two of these people share a team"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.teams.problem import Rule, TeamsProblem
from evenhand.teams.rules.base import (
    Keyword,
    Placements,
    ProgramRows,
    Row,
    RuleKind,
    SearchTerms,
    SoftKind,
    group_rows,
    joined_names,
)
from evenhand.teams.rules.row import RuleRow, few_names

MET = "100"
"""Points for a pair that met before, with the keyword ``met``: as much as a column's whole range, so that
people meet again only where keeping them apart would spoil a column."""


def _met(value: Any) -> list[Row]:
    return [{"kind": "met", "people": joined_names(pair), "weight": MET} for pair in value]


class Apart(RuleKind):
    """No two in one team; a unit is a pair that stands together.

    Example:
        >>> from evenhand.teams import TeamsProblem
        >>> rows = [{"name": name} for name in ("Ada", "Bo", "Cy", "Di")]
        >>> TeamsProblem.from_rows(rows, teams=2, apart=[["Ada", "Bo"]]).rules[0].said
        'Ada, Bo apart'
    """

    kind = "apart"
    words = ("apart",)
    looks_at = frozenset({"people", "column", "weight"})
    means = "no two of them in one team; with a column: no two of one family, say, or of whom a cell names"
    names_people = True
    keywords: ClassVar[Mapping[str, Keyword]] = {
        "apart": Keyword(
            lambda value: group_rows("apart", value),
            'groups no two of whom share a team, [["Ada", "Cy"]], or a column',
        )
    }

    def read(self, row: RuleRow, word: str) -> list[Rule]:
        """Read the people."""
        del word
        rules = []
        for people in row.groups():
            group = tuple(sorted(people))
            names = few_names([row.known.roster.people[person] for person in group])
            rules.append(Rule("apart", group, weight=row.weight, said=f"{names} apart"))
        return rules

    def search(self, rule: Rule) -> SearchTerms:
        """Add one for each pair."""
        who = rule.people
        return SearchTerms(pairs=tuple((a, b, 1) for person, a in enumerate(who) for b in who[person + 1 :]))

    def units(self, rule: Rule, many: Placements) -> Ints:
        """Count the pairs."""
        places = many.awards[:, list(rule.people)]
        ordered = (places[:, :, None] == places[:, None, :]).sum(axis=(1, 2)) - places.shape[1]
        return np.asarray(ordered // 2)

    def program(self, rule: Rule, rows: ProgramRows) -> None:
        """Let each team have one of them at most; a second costs one pair, a third two more, and so on."""
        for team in range(len(rows.problem.teams)):
            columns, values = rows.places(rule.people, team)
            rows.keep(rule, columns, values, 0.0, 1.0, rising=True)

    def counted_out(self, rule: Rule, problem: TeamsProblem) -> list[str]:
        """Compare the people with the teams."""
        teams = len(problem.teams)
        if len(rule.people) <= teams:
            return []
        return [f"{rule.said}: {len(rule.people)} people need as many teams, there are {teams}."]


class Met(SoftKind, Apart):
    """People who were in one team before and are better parted now; a unit is a pair that meets again.

    Pairs are counted as in ``Apart``; only the words and the weight differ.

    Example:
        >>> from evenhand.teams import TeamsProblem
        >>> rows = [{"name": name} for name in ("Ada", "Bo", "Cy", "Di")]
        >>> TeamsProblem.from_rows(rows, teams=2, met=[["Ada", "Bo"]]).rules[0].said
        'Ada, Bo met before'
    """

    kind = "met"
    words = ("met",)
    looks_at = frozenset({"people", "weight"})
    means = "were in one team before: better apart; each pair that meets again costs the weight"
    keywords: ClassVar[Mapping[str, Keyword]] = {
        "met": Keyword(_met, 'pairs better kept apart because they met before, [("Ada", "Bo")]')
    }

    def read(self, row: RuleRow, word: str) -> list[Rule]:
        """Read the people."""
        return [
            replace(
                rule,
                kind="met",
                weight=max(1, row.weight),
                said=f"{rule.said.removesuffix('apart')}met before",
            )
            for rule in super().read(row, word)
        ]
