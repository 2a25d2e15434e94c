"""What a person would cost in each other team: the best swap with each, priced as the judge prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Ints
from evenhand.teams.judging.objective import number_ticks, price_list
from evenhand.teams.judging.rules import breaches
from evenhand.teams.judging.score import cost_in_ticks
from evenhand.teams.problem import TeamsProblem

TEAMS = 60
"""Other teams looked at, the next in order; an answer lists 20, so the cheapest of these are enough."""

MEMBERS = 80
"""Members of each that are tried: all of any team people sit down with."""


@dataclass(frozen=True, slots=True)
class Swap:
    """A swap of two people.

    Attributes:
        team: the team a person goes to; other: the person who comes in exchange.
        value: what the objective rises by, exactly as the judge counts it.
        lost: column to the exact score it loses (below 0: gains).
        numbers: number to the share of its variance that comes to lie between teams (below 0: less).
        points: soft rule in words to the points it costs more (below 0: saves).
        outside: people who come to stand outside quota (below 0: fewer), where quota comes first.
        breaks: hard rules it breaks, in the user's words.
    """

    team: int
    other: int
    value: int
    lost: Mapping[str, Fraction]
    numbers: Mapping[str, float]
    points: Mapping[str, int]
    outside: int
    breaks: tuple[str, ...]


@said_in_words
def swaps_of(problem: TeamsProblem, awards: Ints, person: int) -> list[Swap]:
    """Return the best swap of a person with each other team, cheapest first; kept rules before cheapness.

    Cost O(teams x members x k), with rules about columns O(n) more each; at most 60 teams and 80 members.

    Example:
        >>> import evenhand as eh
        >>> people = {"name": ["Ada", "Ben", "Cy", "Di"], "house": ["N", "S", "N", "S"]}
        >>> problem = eh.TeamsProblem.from_table(people, teams=2, balance="house")
        >>> solution = eh.solve(problem)
        >>> [len(eh.teams.swaps_of(problem, solution.awards, person)) for person in range(4)]
        [1, 1, 1, 1]
    """
    teams = len(problem.teams)
    home = int(awards[person])
    prices = SwapPrices(problem, awards)
    best = []
    for step in range(1, min(teams, TEAMS + 1)):
        team = (home + step) % teams
        tried = [prices.swap(person, other) for other in np.flatnonzero(awards == team)[:MEMBERS].tolist()]
        if tried:
            best.append(min(tried, key=lambda swap: (len(swap.breaks), swap.value, swap.other)))
    return sorted(best, key=lambda swap: (len(swap.breaks), swap.value, swap.team))


class SwapPrices:
    """Counts of an arrangement, ready to price swaps."""

    def __init__(self, problem: TeamsProblem, awards: Ints) -> None:
        """Count the people of each team and value, and what each rule is broken by."""
        self.problem, self.awards = problem, awards
        self.prices = price_list(problem)
        self.sizes = np.bincount(awards, minlength=len(problem.teams)).astype(np.int64)
        self.tables = [criterion.table(awards, len(self.sizes)) for criterion in problem.criteria]
        self.cost = [
            cost_in_ticks(table, criterion.counts, self.sizes, self.prices.kinds)
            for table, criterion in zip(self.tables, problem.criteria, strict=True)
        ]
        self.broken = [breach.units for breach in breaches(problem, awards)]
        self.held: list[dict[int, set[int]]] = []
        for criterion in problem.criteria:
            values: dict[int, set[int]] = {}
            for who, value in zip(criterion.person.tolist(), criterion.value.tolist(), strict=True):
                values.setdefault(who, set()).add(value)
            self.held.append(values)
        self.about = _rules_by_person(problem)

    def swap(self, person: int, other: int) -> Swap:
        """Price one swap."""
        lost: dict[str, Fraction] = {}
        value = outside = 0
        columns = set()
        for index, criterion in enumerate(self.problem.criteria):
            change, farther, moved = self._column(index, person, other)
            if moved:
                columns.add(index)
            similar, scale = criterion.similar, self.prices.scales[index]
            before, after = self.cost[index], self.cost[index] + change
            # A column of weight 0 serves a rule alone; that it is less even is nobody's loss.
            if criterion.weight:
                was, now = scale.score(before, similar=similar), scale.score(after, similar=similar)
                lost[criterion.name] = was - now
            value += self.prices.of_column(index, after, similar=similar)
            value -= self.prices.of_column(index, before, similar=similar)
            outside += farther if criterion.weight and self.prices.off else 0
        numbers = {}
        for index, number in enumerate(self.problem.numbers):
            rise = self._number(index, person, other)
            numbers[number.name] = rise / max(1, self.prices.number[index])
            value += rise
        points, breaks = self._rules(person, other, columns)
        value += self.prices.point * sum(points.values()) + self.prices.off * outside
        return Swap(int(self.awards[other]), other, value, lost, numbers, points, outside, breaks)

    def _column(self, row: int, person: int, other: int) -> tuple[int, int, bool]:
        """Return the change of a column's cost and of its people outside quota, and whether counts move."""
        criterion, table = self.problem.criteria[row], self.tables[row]
        members_held = self.held[row].get(person, set())
        theirs = self.held[row].get(other, set())
        home, there = int(self.awards[person]), int(self.awards[other])
        change = farther = 0
        for value in members_held ^ theirs:
            step = -1 if value in members_held else 1
            for team, way in ((home, step), (there, -step)):
                held = int(table[team, value])
                cost, off = self._cell(int(criterion.counts[value]), team, held)
                more, beyond = self._cell(int(criterion.counts[value]), team, held + way)
                change += more - cost
                farther += beyond - off
        return change, farther, bool(members_held ^ theirs)

    def _cell(self, count: int, team: int, held: int) -> tuple[int, int]:
        size, people = int(self.sizes[team]), self.problem.n
        apart = abs(people * held - count * size)
        return count * (self.prices.kinds.common // size) * apart, apart // people

    def _number(self, index: int, person: int, other: int) -> int:
        number, change = self.problem.numbers[index], 0
        for scaled in (number.level, number.spread):
            step = int(scaled[other] - scaled[person])
            pair = [int(self.awards[person]), int(self.awards[other])]
            before = np.array([int(scaled[self.awards == team].sum()) for team in pair])
            after = before + np.array([step, -step])
            sizes = self.sizes[pair]
            price = self.prices.number[index]
            change += number_ticks(price, after, sizes, self.problem.n)
            change -= number_ticks(price, before, sizes, self.problem.n)
        return change

    def _rules(self, person: int, other: int, columns: set[int]) -> tuple[dict[str, int], tuple[str, ...]]:
        """Return soft rules with the points they cost more, and hard rules that come to be broken."""
        chosen = sorted(
            {*self.about.get(person, ()), *self.about.get(other, ())}
            | {index for index, rule in enumerate(self.problem.rules) if rule.criterion in columns}
        )
        if not chosen:
            return {}, ()
        after = self.awards.copy()
        after[[person, other]] = after[[other, person]]
        rules = [self.problem.rules[index] for index in chosen]
        points: dict[str, int] = {}
        broken = []
        for index, rule, breach in zip(chosen, rules, breaches(self.problem, after, rules), strict=True):
            rise = breach.units - self.broken[index]
            if rule.weight and rise:
                points[breach.rule] = points.get(breach.rule, 0) + rule.weight * rise
            elif rise > 0:
                broken.append(breach.rule)
        return points, tuple(broken)


def _rules_by_person(problem: TeamsProblem) -> dict[int, list[int]]:
    about: dict[int, list[int]] = {}
    for index, rule in enumerate(problem.rules):
        for who in rule.people:
            about.setdefault(who, []).append(index)
    return about
