"""The rules "rather stay in the team of the published plan" and "this is one of my choices": soft places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from evenhand.teams.problem import Rule
from evenhand.teams.rules.allowed import Allowed
from evenhand.teams.rules.base import Keyword, SoftKind
from evenhand.teams.rules.row import RuleRow, few_names


class Stay(SoftKind, Allowed):
    """People who rather stay in a team than move; a unit is a person who moves.

    Example:
        >>> from evenhand.teams import TeamsProblem
        >>> rows = [{"name": name} for name in ("Ada", "Bo", "Cy", "Di")]
        >>> before = {"Ada": "Team 1", "Bo": "Team 2", "Cy": "Team 1", "Di": "Team 2"}
        >>> TeamsProblem.from_rows(rows, published=before).rules[0].said
        'Ada, Cy stay in Team 1'
    """

    kind = "stay"
    words = ("stay",)
    looks_at = frozenset({"people", "teams", "weight"})
    means = "rather in that team than elsewhere; each person who moves costs the weight"
    keywords: ClassVar[Mapping[str, Keyword]] = {}

    def read(self, row: RuleRow, word: str) -> list[Rule]:
        """Read the people and their team."""
        del word
        people, teams = row.people(), row.teams(needed=True)
        if not people or not teams:
            return []
        who = few_names([row.known.roster.people[person] for person in people])
        sentence = f"{who} {'stays' if len(people) == 1 else 'stay'} in {row.known.roster.teams[teams[0]]}"
        return [
            Rule("stay", tuple(sorted(set(people))), (teams[0],), weight=max(1, row.weight), said=sentence)
        ]


class Choice(SoftKind, Allowed):
    """One person's first choices of teams; a unit is being in none of them.

    Three choices are three rules: outside the first, outside the first two, outside all three. So each worse
    choice costs more, and none of them most.
    """

    kind = "choice"
    words = ("choice",)
    looks_at = frozenset({"people", "teams", "weight"})
    means = "the person rather in one of these teams; a rule for the first choice, one for the first two, ..."
    keywords: ClassVar[Mapping[str, Keyword]] = {}

    def read(self, row: RuleRow, word: str) -> list[Rule]:
        """Read the person and the teams chosen so far."""
        del word
        people, teams = row.people(), row.teams(needed=True)
        if not people or not teams:
            return []
        names = [row.known.roster.teams[team] for team in teams]
        sentence = f"{row.known.roster.people[people[0]]} chose {' or '.join(names)}"
        return [
            Rule("choice", (people[0],), tuple(sorted(set(teams))), weight=max(1, row.weight), said=sentence)
        ]
