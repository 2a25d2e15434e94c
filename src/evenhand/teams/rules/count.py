"""The rule "so many people of a value in each team"."""

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


def _rows(value: Any, bound: str) -> list[Row]:
    rows = []
    for what, units in pairs_of(value):
        column, _, cell = str(what).partition("=")
        rows.append({"kind": "count", "column": column, "value": cell, bound: str(units)})
    return rows


class Count(RuleKind):
    """Between ``low`` and ``high`` people of a value in each team; a unit is a person too few or too many.

    Example:
        >>> from evenhand.teams import TeamsProblem
        >>> rows = [{"name": name, "gender": "wwmm"[at]} for at, name in enumerate("abcd")]
        >>> TeamsProblem.from_rows(rows, teams=2, balance="gender", minimum={"gender=w": 1}).rules[0].said
        'at least 1 gender=w in each team'
    """

    kind = "count"
    words = ("count", "min", "max", "minimum", "maximum", "at least", "at most")
    looks_at = frozenset({"column", "value", "teams", "min", "max", "weight"})
    means = "between min and max people of the value in each team"
    keywords: ClassVar[Mapping[str, Keyword]] = {
        "minimum": Keyword(
            lambda value: _rows(value, "min"), 'least people of a value in each team, {"gender=woman": 2}'
        ),
        "maximum": Keyword(
            lambda value: _rows(value, "max"), 'most people of a value in each team, {"office=Rome": 3}'
        ),
    }

    def read(self, row: RuleRow, word: str) -> list[Rule]:
        """Read column, value, min and max."""
        del word
        criterion = row.column(tags=False)
        if criterion < 0:
            return []
        about = row.known.criteria[criterion]
        teams = tuple(row.teams(needed=False))
        low, high = row.whole("min", 0), row.whole("max", NO_LIMIT)
        value = row.value(about)
        if value is None:
            return []
        if value < 0:
            row.wrong("value", "is empty", "Name the value to be counted")
            return []
        if low > high:
            row.wrong("min", f"is above the max, {high}", "Swap the two, or leave one empty")
            return []
        if low == 0 and high == NO_LIMIT:
            row.wrong("min", "is empty or 0, and so is max", "Give a min, a max or both")
            return []
        span = f"at least {low}" if high == NO_LIMIT else f"{low} to {high}" if low else f"at most {high}"
        sentence = f"{span} {about.name}={about.values[value]}{row.where()}"
        return [Rule("count", (), teams, criterion, value, low, high, row.weight, sentence)]

    def search(self, rule: Rule) -> SearchTerms:
        """Add the people short of low or beyond high."""
        return SearchTerms(by_count=lambda held: max(0, rule.low - held) + max(0, held - rule.high))

    def units(self, rule: Rule, many: Placements) -> Ints:
        """Sum what is short and what is over."""
        held = many.tables[rule.criterion][:, many.teams(rule), rule.value]
        short, over = np.maximum(rule.low - held, 0), np.maximum(held - rule.high, 0)
        return np.asarray((short + over).sum(axis=1))

    def program(self, rule: Rule, rows: ProgramRows) -> None:
        """Keep each team's count in its span."""
        # A count never passes the number of people, so that is as good as no limit and keeps the row small.
        high = float(min(rule.high, rows.problem.n))
        for team in rule.teams or range(len(rows.problem.teams)):
            rows.keep(rule, *rows.held(rule.criterion, rule.value, team), float(rule.low), high)

    def counted_out(self, rule: Rule, problem: TeamsProblem) -> list[str]:
        """Compare what the teams need or hold with what there is, and a minimum with the places."""
        criterion = problem.criteria[rule.criterion]
        what = f"{criterion.name}={criterion.values[rule.value]}"
        have = int(criterion.counts[rule.value])
        teams = list(rule.teams) or list(range(len(problem.teams)))
        reasons = []
        if rule.low * len(teams) > have:
            reasons.append(
                f"at least {rule.low} {what} in each of {len(teams)} teams needs {rule.low * len(teams)}, "
                f"there are {have}."
            )
        every = len(set(teams)) == len(problem.teams)
        if every and rule.high < NO_LIMIT and rule.high * len(teams) < have:
            reasons.append(
                f"at most {rule.high} {what} in each of {len(teams)} teams has room for "
                f"{rule.high * len(teams)}, there are {have}."
            )
        # Where sizes are not listed the largest may be given to any team.
        sizes = problem.sizes if problem.listed else np.full(len(problem.teams), problem.sizes.max())
        tight = [team for team in teams if rule.low > int(sizes[team])]
        if tight:
            places = int(sizes[tight[0]])
            reasons.append(
                f"at least {rule.low} {what} in {problem.teams[tight[0]]} needs a team of {rule.low}, "
                f"it has {places} places."
            )
        return reasons
