"""The rules that say in which teams people may be: locked, allowed, forbidden, and whole teams locked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.teams.problem import Rule, TeamsProblem
from evenhand.teams.rules.base import (
    Keyword,
    Placements,
    ProgramRows,
    Row,
    RuleKind,
    SearchTerms,
    joined_names,
    pairs_of,
)
from evenhand.teams.rules.row import RuleRow, few_names

SAID = {"lock": "in", "lock team": "are", "allow": "only in", "forbid": "not in"}
"""How each word is told: people, this, teams."""


def _rows(word: str) -> Callable[[Any], list[Row]]:
    return lambda value: [
        {"kind": word, "people": joined_names(who), "teams": joined_names(where)}
        for who, where in pairs_of(value)
    ]


def _whole_teams(value: Any) -> list[Row]:
    return [
        {"kind": "lock team", "people": joined_names(who), "teams": str(team)}
        for team, who in pairs_of(value)
    ]


PLACES = frozenset({"choice", "stay", "allowed"})
"""Kinds of rules that say something of where a person is, whoever else is there."""


def place_costs(people: int, teams: int, rules: Sequence[Rule]) -> tuple[Ints, Bools | None]:
    """Return what each team costs each person in points by soft rules, and which are closed by hard ones.

    Both have the shape (people, teams); None where all are open.
    """
    cost = np.zeros((people, teams), dtype=np.int64)
    barred: Bools | None = None
    for rule in rules:
        if rule.kind not in PLACES:
            continue
        elsewhere = np.ones(teams, dtype=bool)
        elsewhere[list(rule.teams)] = False
        if rule.weight:
            np.add.at(cost, list(rule.people), elsewhere * rule.weight)
        else:
            barred = np.zeros(cost.shape, dtype=bool) if barred is None else barred
            barred[list(rule.people)] |= elsewhere
    return cost, barred


class Allowed(RuleKind):
    """People only in these teams, or with a weight rather there than elsewhere; a unit is a person elsewhere.

    Example:
        >>> from evenhand.teams import TeamsProblem
        >>> rows = [{"name": name} for name in ("Ada", "Bo", "Cy", "Di")]
        >>> TeamsProblem.from_rows(rows, teams=2, locked={"Ada": "Team 2"}).rules[0].said
        'Ada in Team 2'
    """

    kind = "allowed"
    words: ClassVar[tuple[str, ...]] = ("lock", "allow", "forbid", "lock team", "locked", "allowed")
    looks_at = frozenset({"people", "teams", "weight"})
    means = "lock: in that team; allow: only in those; forbid: anywhere else; lock team: exactly these people"
    keywords: ClassVar[Mapping[str, Keyword]] = {
        "locked": Keyword(_rows("lock"), 'person to team, {"Ada": "Team 1"}'),
        "locked_teams": Keyword(_whole_teams, 'team to exactly its people, {"Team 2": ["Bo", "Cy"]}'),
        "allowed": Keyword(_rows("allow"), 'person to the teams open to them, {"Ada": ["Team 1", "Team 2"]}'),
        "forbidden": Keyword(_rows("forbid"), 'person to the teams closed to them, {"Ada": ["Team 3"]}'),
    }

    def read(self, row: RuleRow, word: str) -> list[Rule]:
        """Read people and teams; "lock" takes one team, "forbid" all but those named."""
        word = {"locked": "lock", "allowed": "allow"}.get(word, word)
        people, teams = row.people(), row.teams(needed=True)
        if not people or not teams:
            return []
        if word in {"lock", "lock team"} and len(set(teams)) > 1:
            row.wrong("teams", "names more than one team", "Name one team")
            return []
        names = row.known.roster.teams
        named = sorted(set(teams))
        if word == "lock team":
            row.known.locked[named[0]] = tuple(sorted(set(people)))
        place = [team for team in range(len(names)) if team not in named] if word == "forbid" else named
        who = few_names([row.known.roster.people[person] for person in people])
        where = few_names([names[team] for team in named])
        sentence = f"{who} {'rather ' if row.weight else ''}{SAID[word]} {where}"
        return [Rule("allowed", tuple(sorted(set(people))), tuple(place), weight=row.weight, said=sentence)]

    def search(self, rule: Rule) -> SearchTerms:
        """Close all other teams to them; where that is only preferred, count those who are there."""
        if not rule.weight:
            return SearchTerms(places=True)
        # What everybody's being elsewhere would cost is the same for all arrangements and left out.
        return SearchTerms(
            line=(tuple((who, 1) for who in rule.people), lambda team, total: -total * (team in rule.teams))
        )

    def units(self, rule: Rule, many: Placements) -> Ints:
        """Count the people elsewhere."""
        return np.asarray((~np.isin(many.awards[:, list(rule.people)], list(rule.teams))).sum(axis=1))

    def program(self, rule: Rule, rows: ProgramRows) -> None:
        """Nothing to add for a hard rule: unknowns of closed teams are 0; else reward who is there."""
        for team in rule.teams if rule.weight else ():
            columns, _ = rows.places(rule.people, team)
            for column in columns:
                rows.reward(rule, column)

    def counted_out(self, rule: Rule, problem: TeamsProblem) -> list[str]:
        """Nothing to say here: places are counted over all rules together (``conflict.py``)."""
        del rule, problem
        return []
