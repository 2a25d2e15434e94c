"""What soft rules cost at least, whatever one does: counted, so it is proven."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.assignment import FULL, assigned, least
from evenhand.teams.problem import TeamsProblem
from evenhand.teams.rules.allowed import PLACES, place_costs

LARGEST = 5_000
"""People with wishes up to whom the matching is made; it looks at each wish of each person a few times."""

ASSIGNED = 400_000
"""People times teams up to which the cheapest places are found: a fifth of a second. Beyond, only the people
who must leave an overfull published team are counted. Twice or half moves the size up to which choices are
proven, and the time."""


@dataclass(frozen=True, slots=True)
class Floors:
    """Least costs in points, and what they come from.

    Attributes:
        points: least points of all soft rules that were looked at.
        servable: most people who can be with somebody they named.
        home: a team of each person at which rules about places cost least, shape (n,); None where that was
            not looked for, or hard rules leave somebody no place.
        beyond: points that a team costs a person beyond the least, shape (n, T): with sizes fixed those of an
            arrangement add up to what it costs beyond ``points``.
    """

    points: int
    servable: int
    home: Ints | None = None
    beyond: Ints | None = None


def floors_of(problem: TeamsProblem) -> Floors:
    """Return what no arrangement can do better than.

    Where people would rather be is an assignment of people to seats, whose least cost is proven by a price of
    each team. Whoever is served is in the team of a friend, who has at most (largest team - 1) others around:
    a matching of people to friends with so many places each that serves most people is a limit for every
    arrangement.
    """
    points, home, beyond = _placed(problem)
    wishes = [rule for rule in problem.rules if rule.kind == "friends"]
    servable = len(wishes)
    if wishes and len(wishes) <= LARGEST:
        places = int(problem.sizes.max()) - 1
        servable = _matched([rule.people[1:] for rule in wishes], places)
        # Weights may differ, so each person left out counts as the cheapest could.
        points += (len(wishes) - servable) * min(rule.low * rule.weight for rule in wishes)
    return Floors(points, servable, home, beyond)


def _placed(problem: TeamsProblem) -> tuple[int, Ints | None, Ints | None]:
    """Return the least points of rules about places, where people are at them, and what else costs more."""
    if problem.n * len(problem.teams) > ASSIGNED:
        points = 0
        for rule in problem.rules:
            if rule.kind == "stay":
                room = int(problem.sizes[rule.teams[0]]) if problem.listed else int(problem.sizes.max())
                points += max(0, len(rule.people) - room) * rule.weight
        return points, None, None
    if not any(rule.weight and rule.kind in PLACES for rule in problem.rules):
        return 0, None, None
    cost, barred = place_costs(problem.n, len(problem.teams), problem.rules)
    sizes, most = problem.sizes, int(problem.sizes.max())
    seats = np.where(np.arange(most) < sizes[:, None], 0, FULL)
    taken = 0
    if not problem.listed and not problem.even:
        # Any team may be a larger one, and none has fewer than the smaller size: those seats must be taken.
        taken = 1 + problem.n * int(cost.max())
        seats = np.where(np.arange(most) < int(sizes.min()), -taken, 0)[None, :].repeat(len(sizes), axis=0)
    best = assigned(cost, barred, seats)
    # A seat that must be taken stays empty where nobody may take it: a program then says why.
    if best is None or int(np.bincount(best.place, minlength=len(sizes)).min()) < int(sizes.min()):
        return 0, None, None
    sure = least(cost, seats, best.prices, barred) + taken * int(sizes.min()) * len(sizes) * (taken > 0)
    paid = cost + best.prices
    # By open teams alone: what is closed to somebody must not make the rest look dear.
    cheapest = paid.min(axis=1, initial=2**62, where=True if barred is None else ~barred)
    return sure, best.place, paid - cheapest[:, None]


def _matched(friends: list[tuple[int, ...]], places: int) -> int:
    """Return how many people can be given a friend, each one ``places`` times at most; augmenting paths."""
    if places <= 0:
        return 0
    taken: dict[int, list[int]] = {}
    count = 0
    for start in range(len(friends)):
        # Breadth first from the person to a friend with a free place; who held a full one looks elsewhere.
        came: dict[int, int] = {}
        queue = [start]
        free = -1
        while queue and free < 0:
            who = queue.pop(0)
            for friend in friends[who]:
                if friend in came:
                    continue
                came[friend] = who
                holders = taken.setdefault(friend, [])
                if len(holders) < places:
                    free = friend
                    break
                queue += holders
        if free < 0:
            continue
        count += 1
        while True:
            who = came[free]
            held = next((friend for friend, holders in taken.items() if who in holders), -1)
            taken[free].append(who)
            if who == start:
                break
            taken[held].remove(who)
            free = held
    return count
