"""The rule "a captain in each team, whose turn it is first": any role that one person of a team fills."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.teams.problem import Rule
from evenhand.teams.rules.base import Keyword, Placements, ProgramRows, SearchTerms, SoftKind
from evenhand.teams.rules.row import RuleRow, few_names


class Role(SoftKind):
    """Those who may fill a role, in the order of their turns; a unit is a pair of next ones in one team.

    With T teams the first T have their turn, so each should be in a team of their own. In each team the first
    of its members fills the role. That each team has somebody who may is a rule of its own ("count").

    Example:
        >>> from evenhand.teams import TeamsProblem
        >>> rows = [{"name": name, "captain": "yes" * (name != "Di")} for name in ("Ada", "Bo", "Cy", "Di")]
        >>> TeamsProblem.from_rows(rows, teams=2, roles="captain").rules[1].kind
        'role'
    """

    kind = "role"
    words = ("role",)
    looks_at = frozenset({"column", "people", "weight"})
    means = (
        "those who may fill the column's role, whose turn it is first; the next ones go to different teams"
    )
    names_people = True
    keywords: ClassVar[Mapping[str, Keyword]] = {}

    def read(self, row: RuleRow, word: str) -> list[Rule]:
        """Read the column and the people in order."""
        del word
        people, criterion = tuple(dict.fromkeys(row.people())), row.column(tags=False)
        if not people or criterion < 0:
            return []
        roster = row.known.roster
        turns = min(len(roster.teams), len(people))
        next_ones = few_names([roster.people[person] for person in people[:turns]])
        # More than all columns can cost: whose turn it is comes before evenness, as with wishes and moves.
        weight = row.weight or row.known.all_columns + 1
        sentence = f"{row.known.criteria[criterion].name}: it is the turn of {next_ones}"
        return [Rule("role", people, criterion=criterion, low=turns, weight=weight, said=sentence)]

    def search(self, rule: Rule) -> SearchTerms:
        """Count the next ones in a team; every pair of them is one too many."""
        entries = tuple((person, 1) for person in rule.people[: rule.low])
        return SearchTerms(line=(entries, lambda _team, total: total * (total - 1) // 2))

    def units(self, rule: Rule, many: Placements) -> Ints:
        """Count the pairs of next ones in one team."""
        places = many.awards[:, list(rule.people[: rule.low])]
        pairs = np.zeros(len(places), dtype=np.int64)
        for team in range(len(many.problem.teams)):
            held = (places == team).sum(axis=1)
            pairs += held * (held - 1) // 2
        return pairs

    def program(self, rule: Rule, rows: ProgramRows) -> None:
        """Let a second of them in a team cost one pair, a third two more, and so on."""
        for team in range(len(rows.problem.teams)):
            columns, values = rows.places(rule.people[: rule.low], team)
            rows.keep(rule, columns, values, 0.0, 1.0, rising=True)
