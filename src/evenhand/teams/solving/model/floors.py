"""What soft rules cost at least, whatever one does: counted, so it is proven."""

from __future__ import annotations

from dataclasses import dataclass

from evenhand.teams.problem import TeamsProblem

LARGEST = 5_000
"""People with wishes up to whom the matching is made; it looks at each wish of each person a few times."""


@dataclass(frozen=True, slots=True)
class Floors:
    """Least costs in points, and what they come from.

    Attributes:
        points: least points of all soft rules that were looked at.
        movers: people who must leave their published team, as it has fewer places than they are.
        servable: most people who can be with somebody they named.
    """

    points: int
    movers: int
    servable: int


def floors_of(problem: TeamsProblem) -> Floors:
    """Return what no arrangement can do better than.

    Of the people who stay in a team, those beyond its size must move. And whoever is served is in the team of
    a friend, who has at most (largest team - 1) others around: a matching of people to friends with so many
    places each that serves most people is a limit for every arrangement.
    """
    movers = points = 0
    for rule in problem.rules:
        if rule.kind == "stay":
            room = int(problem.sizes[rule.teams[0]]) if problem.listed else int(problem.sizes.max())
            beyond = max(0, len(rule.people) - room)
            movers += beyond
            points += beyond * rule.weight
    wishes = [rule for rule in problem.rules if rule.kind == "friends"]
    servable = len(wishes)
    if wishes and len(wishes) <= LARGEST:
        places = int(problem.sizes.max()) - 1
        servable = _matched([rule.people[1:] for rule in wishes], places)
        # Weights may differ, so each person left out counts as the cheapest could.
        points += (len(wishes) - servable) * min(rule.low * rule.weight for rule in wishes)
    return Floors(points, movers, servable)


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
