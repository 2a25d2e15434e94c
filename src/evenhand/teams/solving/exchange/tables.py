"""One cost for everything: what a team pays by its people of each line, as tables of whole numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evenhand.teams.problem import Z_UNIT, Rule, TeamsProblem
from evenhand.teams.solving.model.costs import Prices

__all__ = ["Costs", "costs"]

Ints = NDArray[np.int64]

SOFT = 2**38
"""Most that all soft costs together may come to in a search; scaled down where they would exceed it."""

HARD = 2**40
"""What one unit of a broken hard rule costs in a search: more than all soft costs together."""


@dataclass(eq=False)
class Costs:
    """Tables and ties for one search.

    Attributes:
        offset: first line of each criterion; lines: number of lines.
        table, begin: costs by count, and where those of each (team, line) begin.
        rise, fall: a team's number costs S x S x rise // fall, of each (team, measure).
        ties: (person, person, cost of standing together).
        slot: group of each line, -1 for none; need, short: of each (team, group).
        heat: what a typical swap costs.
    """

    offset: list[int]
    lines: int
    table: Ints = field(repr=False)
    begin: Ints = field(repr=False)
    rise: Ints = field(repr=False)
    fall: Ints = field(repr=False)
    ties: list[tuple[int, int, int]] = field(repr=False)
    slot: Ints = field(repr=False)
    need: Ints = field(repr=False)
    short: Ints = field(repr=False)
    heat: int


def costs(problem: TeamsProblem, rules: Prices, sizes: Ints, widest: int, *, hard: bool) -> Costs:
    """Build the tables of a search.

    Args:
        problem: the problem.
        rules: its prices.
        sizes: members of each team.
        widest: people in the largest atom: a team may hold so many too many for a moment.
        hard: whether hard rules alone count (a unit each 1000), to find a start that keeps them.
    """
    offset = np.concatenate([[0], np.cumsum([len(c.values) for c in problem.criteria])]).astype(int).tolist()
    soft = _soft_range(problem, rules)
    scale = 0.0 if hard else min(1.0, SOFT / max(1, soft))
    breach = 1000 if hard else HARD
    rows, begin = _rows(problem, rules, sizes, widest, offset, (scale, breach))
    slot, need, short = _slots(problem, rules, offset, (scale, breach))
    rise, fall = _measures(problem, rules, sizes, scale)
    typical = [rules.step[at] * c_steps for at, c_steps in enumerate(_swap_steps(problem, rules))]
    heat = max(2, int(scale * max([*typical, rules.point if problem.rules else 0, 0])) // 10)
    return Costs(
        offset[:-1],
        offset[-1],
        rows,
        begin,
        rise,
        fall,
        _ties(problem, rules, scale, breach),
        slot,
        need,
        short,
        600 if hard else heat,
    )


def _soft_range(problem: TeamsProblem, rules: Prices) -> int:
    total = sum(price * rule.steps for price, rule in zip(rules.step, rules.yardsticks, strict=True))
    total += 2 * sum(rules.number)
    total += rules.off * problem.n * max(1, len(problem.criteria)) // 4
    for rule in problem.rules:
        people = len(rule.people) ** 2 if rule.people else problem.n
        total += rule.weight * rules.point * people
    return total


def _swap_steps(problem: TeamsProblem, rules: Prices) -> list[int]:
    """Return roughly how many steps of each criterion's yardstick one person in a wrong team costs."""
    out = []
    for criterion, rule in zip(problem.criteria, rules.yardsticks, strict=True):
        largest = int(criterion.counts.max(initial=0))
        out.append(2 * largest * (rules.classes.common // rules.classes.size[0]) * problem.n // rule.step)
    return out


def _rows(
    problem: TeamsProblem,
    rules: Prices,
    sizes: Ints,
    widest: int,
    offset: list[int],
    price: tuple[float, int],
) -> tuple[Ints, Ints]:
    """Return the tables one after the other, equal ones once, and where each (team, line) begins."""
    scale, breach = price
    made: dict[tuple[object, ...], int] = {}
    parts: list[list[int]] = []
    length = 0
    begin = np.zeros((len(sizes), offset[-1]), dtype=np.int64)
    counted = [rule for rule in problem.rules if rule.kind in {"count", "lone"}]
    for team, size in enumerate(sizes.tolist()):
        mine = [rule for rule in counted if not rule.teams or team in rule.teams]
        for at, criterion in enumerate(problem.criteria):
            for value in range(len(criterion.values)):
                here = [rule for rule in mine if rule.criterion == at and rule.value in {value, -1}]
                key = (size, at, value, tuple(id(rule) for rule in here))
                if key not in made:
                    made[key] = length
                    row = _row(problem, rules, (at, value, size), here, size + widest + 2, scale, breach)
                    parts.append(row)
                    length += len(row)
                begin[team, offset[at] + value] = made[key]
    return np.array([cost for row in parts for cost in row], dtype=np.int64), begin.reshape(-1)


def _row(
    problem: TeamsProblem,
    rules: Prices,
    where: tuple[int, int, int],
    here: list[Rule],
    length: int,
    scale: float,
    breach: int,
) -> list[int]:
    at, value, size = where
    criterion = problem.criteria[at]
    count = int(criterion.counts[value])
    due, people = count * size, problem.n
    price = rules.step[at] * (-1 if criterion.similar else 1)
    each = count * (rules.classes.common // size)
    row = []
    for held in range(length):
        away = abs(people * held - due)
        cost = price * each * away // rules.yardsticks[at].step
        if rules.off and criterion.weight:
            cost += rules.off * (away // people)
        hard = 0
        for rule in here:
            units = (
                int(held == 1) if rule.kind == "lone" else max(0, rule.low - held) + max(0, held - rule.high)
            )
            if rule.weight:
                cost += rule.weight * rules.point * units
            else:
                hard += units
        row.append(round(scale * cost) + breach * hard)
    return row


def _slots(
    problem: TeamsProblem, rules: Prices, offset: list[int], price: tuple[float, int]
) -> tuple[Ints, Ints, Ints]:
    scale, breach = price
    slot = np.full(offset[-1], -1, dtype=np.int64)
    wanted = [rule for rule in problem.rules if rule.kind == "free"]
    groups = {criterion: at for at, criterion in enumerate(dict.fromkeys(rule.criterion for rule in wanted))}
    need = np.zeros((len(problem.teams), len(groups)), dtype=np.int64)
    short = np.zeros((len(problem.teams), len(groups)), dtype=np.int64)
    for rule in wanted:
        at = groups[rule.criterion]
        slot[offset[rule.criterion] : offset[rule.criterion + 1]] = at
        teams = list(rule.teams) or list(range(len(problem.teams)))
        need[teams, at] = np.maximum(need[teams, at], rule.low)
        cost = round(scale * rule.weight * rules.point) if rule.weight else breach
        short[teams, at] = np.maximum(short[teams, at], cost)
    return slot, need.reshape(-1), short.reshape(-1)


def _measures(problem: TeamsProblem, rules: Prices, sizes: Ints, scale: float) -> tuple[Ints, Ints]:
    """Return rise and fall so that S x S x rise // fall is near price x S^2 / (s n) and never overflows."""
    rise, fall = [], []
    for size in sizes.tolist():
        most = 2**61 // max(1, (8 * Z_UNIT * size) ** 2)
        for price in rules.number:
            for _ in range(2):
                whole = scale * price / (size * problem.n * Z_UNIT * Z_UNIT)
                up = max(1, min(most, 10**6))
                rise.append(up if whole > 0 else 0)
                fall.append(max(1, round(up / whole)) if whole > 0 else 1)
    return np.array(rise, dtype=np.int64), np.array(fall, dtype=np.int64)


def _ties(problem: TeamsProblem, rules: Prices, scale: float, breach: int) -> list[tuple[int, int, int]]:
    ties: list[tuple[int, int, int]] = []
    for rule in problem.rules:
        cost = round(scale * rule.weight * rules.point) if rule.weight else breach
        if rule.kind == "apart":
            people = rule.people
            ties += [(a, b, cost) for at, a in enumerate(people) for b in people[at + 1 :]]
        elif rule.kind == "wish":
            ties.append((rule.people[0], rule.people[1], -cost))
    return [tie for tie in ties if tie[2]]
