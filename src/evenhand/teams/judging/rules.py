"""How far an arrangement breaks each rule, read off team by team: the judge's side of every kind of rule.

The methods' side of a kind stands in ``evenhand.teams.rules``; the two share nothing but the rule itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.teams.problem import Rule, TeamsProblem

NAMED = 3
"""Teams or people a sentence names; the rest are in the number beside it."""


@dataclass(frozen=True, slots=True)
class Breach:
    """By how many units a rule is broken (0: kept), the rule in words, and what happened to it."""

    units: int
    rule: str
    outcome: str

    @property
    def sentence(self) -> str:
        """Rule and outcome in one sentence."""
        return f"{self.rule}: {self.outcome}."


@dataclass(slots=True)
class _Look:
    """An arrangement as the rules look at it; counts by team and value are made once a column."""

    problem: TeamsProblem
    awards: Ints
    counted: dict[int, list[list[int]]]

    def counts(self, column: int) -> list[list[int]]:
        """Return the people of each team and value of a column, [team][value]."""
        if column not in self.counted:
            criterion = self.problem.criteria[column]
            held = np.zeros((len(self.problem.teams), len(criterion.values)), dtype=np.int64)
            np.add.at(held, (self.awards[criterion.person], criterion.value), 1)
            self.counted[column] = held.tolist()
        return self.counted[column]

    def teams(self, rule: Rule) -> list[int]:
        """Return the teams a rule is about: those it names, or all."""
        return list(rule.teams) if rule.teams else list(range(len(self.problem.teams)))


def breaches(problem: TeamsProblem, awards: Ints, rules: Sequence[Rule] | None = None) -> Iterator[Breach]:
    """Yield the breach of every rule in order, or of some of them.

    Example:
        >>> import numpy as np
        >>> from evenhand.teams import TeamsProblem
        >>> rows = [{"name": name} for name in ("Ada", "Bo", "Cy", "Di")]
        >>> problem = TeamsProblem.from_rows(rows, teams=2, apart=[["Ada", "Bo"]])
        >>> [breach.sentence for breach in breaches(problem, np.array([0, 0, 1, 1]))]
        ['Ada, Bo apart: 1 pair stands together.']
    """
    look = _Look(problem, np.asarray(awards), {})
    for rule in problem.rules if rules is None else rules:
        units, outcome = KINDS[rule.kind](look, rule)
        yield Breach(units, rule.said or rule.kind, outcome)


def _count(look: _Look, rule: Rule) -> tuple[int, str]:
    units, wrong = 0, []
    for team in look.teams(rule):
        held = look.counts(rule.criterion)[team][rule.value]
        # Fewest and most stand in one rule, so both sides are looked at.
        missing = rule.low - held if held < rule.low else 0
        too_many = held - rule.high if held > rule.high else 0
        if missing or too_many:
            units += missing + too_many
            wrong.append(f"{look.problem.teams[team]} has {held}")
    return units, _listed(wrong)


def _lone(look: _Look, rule: Rule) -> tuple[int, str]:
    units, wrong = 0, []
    for team in look.teams(rule):
        row = look.counts(rule.criterion)[team]
        # A rule without a value is about every value of its column.
        alone = (row if rule.value < 0 else [row[rule.value]]).count(1)
        if alone:
            units += alone
            wrong.append(look.problem.teams[team])
    return units, f"alone in {', '.join(wrong[:NAMED])}" if wrong else "kept"


def _together(look: _Look, rule: Rule) -> tuple[int, str]:
    teams = len({int(look.awards[person]) for person in rule.people})
    return teams - 1, f"they stand in {teams} {'team' if teams == 1 else 'teams'}"


def _apart(look: _Look, rule: Rule) -> tuple[int, str]:
    homes = Counter(int(look.awards[person]) for person in rule.people)
    pairs = sum(here * (here - 1) // 2 for here in homes.values())
    return pairs, f"{pairs} {'pair stands' if pairs == 1 else 'pairs stand'} together"


def _met(look: _Look, rule: Rule) -> tuple[int, str]:
    again, _ = _apart(look, rule)
    return again, f"{again} {'pair meets' if again == 1 else 'pairs meet'} again"


def _role(look: _Look, rule: Rule) -> tuple[int, str]:
    # Those whose turn it is come first in the rule; two of them in one team are one turn that waits.
    next_ones = rule.people[: rule.low]
    homes = Counter(int(look.awards[person]) for person in next_ones)
    pairs = sum(here * (here - 1) // 2 for here in homes.values())
    return pairs, f"{len(homes)} of {len(next_ones)} have their turn"


def _wish(look: _Look, rule: Rule) -> tuple[int, str]:
    first, second = rule.people
    granted = int(look.awards[first]) == int(look.awards[second])
    return (0, "granted") if granted else (1, "not granted")


def _friends(look: _Look, rule: Rule) -> tuple[int, str]:
    home = int(look.awards[rule.people[0]])
    names = look.problem.people
    for place, friend in enumerate(rule.people[1:]):
        if int(look.awards[friend]) == home:
            # Squared, so that two people with their second choices go before one first and one third.
            return place * place, f"with {names[friend]}"
    return rule.low, "none of them"


def _allowed(look: _Look, rule: Rule) -> tuple[int, str]:
    wrong = [person for person in rule.people if int(look.awards[person]) not in rule.teams]
    names, teams = look.problem.people, look.problem.teams
    return len(wrong), _listed([f"{names[who]} is in {teams[int(look.awards[who])]}" for who in wrong])


def _stay(look: _Look, rule: Rule) -> tuple[int, str]:
    moved = [person for person in rule.people if int(look.awards[person]) != rule.teams[0]]
    names, teams = look.problem.people, look.problem.teams
    return len(moved), _listed([f"{names[who]} moves to {teams[int(look.awards[who])]}" for who in moved])


def _choice(look: _Look, rule: Rule) -> tuple[int, str]:
    team = int(look.awards[rule.people[0]])
    return int(team not in rule.teams), f"in {look.problem.teams[team]}"


def _free(look: _Look, rule: Rule) -> tuple[int, str]:
    units, wrong = 0, []
    for team in look.teams(rule):
        free = look.counts(rule.criterion)[team].count(0)
        if free < rule.low:
            units += rule.low - free
            wrong.append(f"{look.problem.teams[team]} has {free}")
    return units, _listed(wrong)


def _listed(wrong: list[str]) -> str:
    return ", ".join(wrong[:NAMED]) if wrong else "kept"


KINDS: dict[str, Callable[[_Look, Rule], tuple[int, str]]] = {
    "allowed": _allowed,
    "choice": _choice,
    "stay": _stay,
    "apart": _apart,
    "count": _count,
    "free": _free,
    "friends": _friends,
    "lone": _lone,
    "met": _met,
    "role": _role,
    "together": _together,
    "wish": _wish,
}
"""Kind to the function that returns (units of breach, outcome in words)."""
