"""What a person would cost in each other team: the best swap with each, counted exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from evenhand.teams.problem import TeamsProblem
from evenhand.teams.solving.model.balance import cost_of
from evenhand.teams.solving.model.breaches import breaches
from evenhand.teams.solving.model.costs import Prices, number_cost, prices
from evenhand.teams.solving.model.marginals import Classes, classes_of

__all__ = ["Swap", "swaps_of"]

Ints = NDArray[np.int64]

TEAMS = 60
"""Other teams looked at, the next in order."""

MEMBERS = 80
"""Members of each that are tried."""


@dataclass(frozen=True, slots=True)
class Swap:
    """The best swap with one team.

    Attributes:
        team: the other team; other: the person who would come in exchange.
        value: what the objective would rise by.
        lost: criterion to the exact score it would lose (below 0: gain).
        breaks: hard rules the swap would break, in the user's words.
    """

    team: int
    other: int
    value: int
    lost: Mapping[str, Fraction]
    breaks: tuple[str, ...]


def swaps_of(problem: TeamsProblem, awards: Ints, person: int) -> list[Swap]:
    """Return the best swap of a person with each other team, cheapest first; unbroken rules before cheapness.

    Cost O(teams x members x k), with the rules O(n) more each; at most 60 teams and 80 members of each.
    """
    rules = prices(problem)
    teams = len(problem.teams)
    home = int(awards[person])
    sizes = np.bincount(awards, minlength=teams).astype(np.int64)
    board = _Board(problem, awards, rules, classes_of(sizes), sizes)
    found = []
    for step in range(1, min(teams, TEAMS + 1)):
        team = (home + step) % teams
        tried = [board.swap(person, other) for other in np.flatnonzero(awards == team)[:MEMBERS].tolist()]
        if tried:
            found.append(min(tried, key=lambda swap: (len(swap.breaks), swap.value, swap.other)))
    return sorted(found, key=lambda swap: (len(swap.breaks), swap.value, swap.team))


class _Board:
    """Counts of an arrangement, ready to price swaps."""

    def __init__(
        self, problem: TeamsProblem, awards: Ints, rules: Prices, classes: Classes, sizes: Ints
    ) -> None:
        self.problem, self.awards, self.rules, self.sizes = problem, awards, rules, sizes
        self.common = classes.common
        self.tables = [criterion.table(awards, len(sizes)) for criterion in problem.criteria]
        self.cost = [
            cost_of(table, c.counts, classes) for table, c in zip(self.tables, problem.criteria, strict=True)
        ]
        self.broken = [amount for amount, _ in breaches(problem, awards)]

    def swap(self, person: int, other: int) -> Swap:
        """Price one swap."""
        lost: dict[str, Fraction] = {}
        value = 0
        for at, criterion in enumerate(self.problem.criteria):
            change, away = self._criterion(at, person, other)
            similar = criterion.similar
            rule = self.rules.yardsticks[at]
            lost[criterion.name] = rule.score(self.cost[at], similar=similar) - rule.score(
                self.cost[at] + change, similar=similar
            )
            new = self.rules.of_cost(at, self.cost[at] + change, similar=similar)
            value += new - self.rules.of_cost(at, self.cost[at], similar=similar)
            value += self.rules.off * away if criterion.weight else 0
        value += self._numbers(person, other)
        more, breaks = self._rules(person, other)
        return Swap(int(self.awards[other]), other, value + more, lost, breaks)

    def _criterion(self, at: int, person: int, other: int) -> tuple[int, int]:
        criterion, table = self.problem.criteria[at], self.tables[at]
        mine = set(criterion.value[criterion.person == person].tolist())
        theirs = set(criterion.value[criterion.person == other].tolist())
        home, there = int(self.awards[person]), int(self.awards[other])
        change = away = 0
        for value in mine ^ theirs:
            step = -1 if value in mine else 1
            for team, way in ((home, step), (there, -step)):
                held = int(table[team, value])
                cost, off = self._cell(criterion.counts[value], team, held)
                more, farther = self._cell(criterion.counts[value], team, held + way)
                change += more - cost
                away += farther - off
        return change, away

    def _cell(self, count: int, team: int, held: int) -> tuple[int, int]:
        size, people = int(self.sizes[team]), self.problem.n
        apart = abs(people * held - int(count) * size)
        return int(count) * (self.common // size) * apart, apart // people

    def _numbers(self, person: int, other: int) -> int:
        change = 0
        for at, number in enumerate(self.problem.numbers):
            for scaled in (number.level, number.spread):
                step = int(scaled[other] - scaled[person])
                for team, way in ((int(self.awards[person]), step), (int(self.awards[other]), -step)):
                    total, size = int(scaled[self.awards == team].sum()), int(self.sizes[team])
                    price = self.rules.number[at]
                    change += number_cost(price, total + way, size, self.problem.n)
                    change -= number_cost(price, total, size, self.problem.n)
        return change

    def _rules(self, person: int, other: int) -> tuple[int, tuple[str, ...]]:
        if not self.problem.rules:
            return 0, ()
        after = self.awards.copy()
        after[[person, other]] = after[[other, person]]
        value, broken = 0, []
        for rule, old, (new, _) in zip(
            self.problem.rules, self.broken, breaches(self.problem, after), strict=True
        ):
            value += rule.weight * self.rules.point * (new - old)
            if not rule.weight and new > old:
                broken.append(rule.said)
        return value, tuple(broken)
