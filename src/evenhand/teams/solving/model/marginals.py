"""How many of each value each class of equal teams should get, exactly, by cancelling cheapest cycles.

Teams of one size form a class. A class that holds ``a`` people of a value, split evenly, costs f(a): convex
and piecewise linear, with kinks at multiples of the number of its teams only, so whole stretches move.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.shares import largest_remainder


@dataclass(frozen=True, slots=True)
class Classes:
    """Teams of equal size taken together.

    Attributes:
        size: size of each class, ascending; teams: how many teams it has.
        of: class of each team, shape (T,).
        people: n; common: least common multiple of the sizes.
    """

    size: tuple[int, ...]
    teams: tuple[int, ...]
    of: Ints
    people: int
    common: int


def classes_of(sizes: Ints) -> Classes:
    """Group teams by size; O(T log T)."""
    size, of, teams = np.unique(sizes, return_inverse=True, return_counts=True)
    values = tuple(int(number) for number in size)
    return Classes(
        values, tuple(int(number) for number in teams), of.astype(np.int64), int(sizes.sum()), lcm(*values, 1)
    )


def class_totals(
    counts: Sequence[int], priced: Sequence[bool], classes: Classes, off: int = 0
) -> list[list[int]]:
    """Return the cheapest people a value and class, [value][class].

    Args:
        counts: people of each value, summing to n (the missing being a value of their own).
        priced: whether a value costs anything; the missing do not.
        classes: the classes.
        off: extra cost of each person outside quota; 0 for none.

    Returns:
        Totals whose rows sum to the counts and whose columns to the classes' places, of least cost.

    Promise:
        Exact: no other totals cost less (no cycle of moves between classes has a negative cost).
    """
    left = [int(count) for count in counts]
    totals = [[0] * len(classes.size) for _ in left]
    # Near the shares to begin with, so that few cycles are left to cancel.
    for team, (size, teams) in enumerate(zip(classes.size, classes.teams, strict=True)):
        for value, units in enumerate(largest_remainder(size * teams, left).tolist()):
            totals[value][team] = units
            left[value] -= units
    while True:
        cycle = _cheapest_cycle(totals, counts, priced, classes, off)
        if not cycle:
            return totals
        # As far as the slopes hold and no further: the cycle saves the same per person until one of them
        # bends.
        stretch = min(
            min(_room(totals[value][start], classes, start, -1), _room(totals[value][end], classes, end, 1))
            for value, start, end in cycle
        )
        for value, start, end in cycle:
            totals[value][start] -= stretch
            totals[value][end] += stretch


def class_cost(total: int, count: int, classes: Classes, team: int) -> int:
    """Return the cost of a class's people of one value, split evenly among its teams."""
    held, more = divmod(total, classes.teams[team])
    due = count * classes.size[team]
    upper, lower = abs(classes.people * (held + 1) - due), abs(classes.people * held - due)
    return (
        count * (classes.common // classes.size[team]) * (more * upper + (classes.teams[team] - more) * lower)
    )


def _room(total: int, classes: Classes, team: int, way: int) -> int:
    """Return how far a total can move before its slope may change."""
    teams = classes.teams[team]
    return teams - total % teams if way > 0 else (total - 1) % teams + 1


def _slope(total: int, count: int, classes: Classes, team: int, off: int) -> int:
    """Return the cost of one more person of a value in a class that has ``total``."""
    held = total // classes.teams[team]
    size, people = classes.size[team], classes.people
    due = count * size
    price = count * (classes.common // size)
    change = price * (abs(people * (held + 1) - due) - abs(people * held - due))
    if off:
        floor, ceiling = due // people, -(-due // people)
        change += off if held + 1 > ceiling else -off if held < floor else 0
    return change


def _cheapest_cycle(
    totals: list[list[int]], counts: Sequence[int], priced: Sequence[bool], classes: Classes, off: int
) -> list[tuple[int, int, int]]:
    """Return a cycle of moves (value, from class, to class) of negative cost; [] where there is none."""
    wide = len(classes.size)
    edges: dict[tuple[int, int], tuple[int, int]] = {}
    for value, row in enumerate(totals):
        ups = [
            _slope(row[index], counts[value], classes, index, off) if priced[value] else 0
            for index in range(wide)
        ]
        downs = [
            -_slope(row[index] - 1, counts[value], classes, index, off) if priced[value] and row[index] else 0
            for index in range(wide)
        ]
        for start in range(wide):
            if not row[start]:
                continue
            for end in range(wide):
                if end != start and row[end] < classes.size[end] * classes.teams[end]:
                    cost = downs[start] + ups[end]
                    if (start, end) not in edges or cost < edges[start, end][0]:
                        edges[start, end] = (cost, value)
    cycle = _negative_cycle({edge: cost for edge, (cost, _) in edges.items()}, wide)
    return [(edges[edge][1], *edge) for edge in cycle]


def _negative_cycle(cost: dict[tuple[int, int], int], nodes: int) -> list[tuple[int, int]]:
    """Find a cycle of negative cost by Bellman and Ford; [] where there is none."""
    reach = [0] * nodes
    before = [-1] * nodes
    touched = -1
    for _ in range(nodes):
        touched = -1
        for (start, end), price in cost.items():
            if reach[start] + price < reach[end]:
                reach[end] = reach[start] + price
                before[end] = start
                touched = end
        if touched < 0:
            return []
    for _ in range(nodes):
        touched = before[touched]
    cycle, index = [], touched
    while True:
        cycle.append((before[index], index))
        index = before[index]
        if index == touched:
            return cycle[::-1]
