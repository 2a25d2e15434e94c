"""The wish to share a team with at least one of several people, the first named rather than the last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.teams.problem import Rule
from evenhand.teams.rules.base import Keyword, Placements, ProgramRows, SearchTerms, SoftKind, joined_names
from evenhand.teams.rules.row import RuleRow

MOST_FRIENDS = 6
"""Friends of a person that count. The search keeps, in one number a team, which of them are there: with six
the person counts 64 times in it, and each more would double that."""


def said(person: str, friends: list[str]) -> str:
    """Return the wish in words."""
    return f"{person} wishes to be with {' or '.join(friends)}"


class Friends(SoftKind):
    """At least one of the friends in the first one's team.

    Units: ``low`` where none is there; else the square of the place of the best one: 0 for the first named, 1
    for the second, 4 for the third. So most people are served first, and then nobody is put off with a last
    choice where two second ones would do. It is one rule a person, however long the list: naming more people
    never counts more, it only makes a wish easier to grant.

    Example:
        >>> from evenhand.teams import TeamsProblem
        >>> rows = [{"name": name, "friend": "Di" * (name == "Ada")} for name in ("Ada", "Bo", "Cy", "Di")]
        >>> TeamsProblem.from_rows(rows, teams=2, wishes="friend").rules[0].said
        'Ada wishes to be with Di'
    """

    kind = "friends"
    words = ("friends", "one of")
    looks_at = frozenset({"people", "weight"})
    means = (
        "at least one of the others in the first one's team; most people served first, then better choices"
    )
    names_people = True
    keywords: ClassVar[Mapping[str, Keyword]] = {
        "friends": Keyword(
            lambda value: [
                {"kind": "friends", "people": f"{who};{joined_names(others)}"}
                for who, others in value.items()
            ],
            'who wants to be with at least one of whom, {"Ada": ["Bo", "Cy"]}',
        )
    }

    def read(self, row: RuleRow, word: str) -> list[Rule]:
        """Read the person who wishes and the friends, in order."""
        del word
        people = row.group()
        if not people:
            return []
        names = row.known.roster.people
        chosen = people[: MOST_FRIENDS + 1]
        if len(people) > len(chosen):
            row.table.odd(
                row.index, "people", f"names more than {MOST_FRIENDS} friends",
                f"The first {MOST_FRIENDS} count",
            )  # fmt: skip
        wish = said(names[chosen[0]], [names[person] for person in chosen[1:]])
        # Nobody unserved may be outweighed by better choices of all others together, nor by all columns.
        low = row.known.all_columns + len(names) * (MOST_FRIENDS - 1) ** 2 + 1
        return [Rule("friends", tuple(chosen), low=low, weight=max(1, row.weight), said=wish)]

    def search(self, rule: Rule) -> SearchTerms:
        """Keep which friends are there in a line of its own: the last counts 1, each before twice as much."""
        friends = rule.people[1:]
        here = 2 ** len(friends)
        entries = [(friend, here // 2 ** (place + 1)) for place, friend in enumerate(friends)]

        def units(team: int, total: int) -> int:
            del team
            if total < here:
                return 0  # the person who wishes is elsewhere
            there = min(total - here, here - 1)
            return rule.low if not there else (len(friends) - there.bit_length()) ** 2

        return SearchTerms(line=(((rule.people[0], here), *entries), units), near=True)

    def units(self, rule: Rule, many: Placements) -> Ints:
        """Look for the first friend in the same team."""
        home = many.awards[:, [rule.people[0]]]
        same = many.awards[:, list(rule.people[1:])] == home
        return np.where(same.any(axis=1), same.argmax(axis=1) ** 2, rule.low).astype(np.int64)

    def program(self, rule: Rule, rows: ProgramRows) -> None:
        """Reward a switch for each team that is on only where the person and a friend stand there."""
        for team in range(len(rows.problem.teams)):
            served = rows.switch()
            for people in (rule.people[:1], rule.people[1:]):
                columns, values = rows.places(people, team)
                rows.bind([*columns, served], [*values, -1.0], 0.0, float(len(people)))
            rows.reward(rule, served)
