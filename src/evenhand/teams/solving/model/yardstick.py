"""The exact score: how far an arrangement stands between the best and the worst that the counts allow."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.teams.problem import Criterion
from evenhand.teams.solving.model.marginals import Classes, class_cost, class_totals

TWO = 2
"""Sizes up to which the worst is found exactly: teams that differ by one at most have no more."""


@dataclass(frozen=True, slots=True)
class Yardstick:
    """Between what and what a criterion's cost lies, in exact integers: T n^2 lcm(sizes) to 1.

    Attributes:
        best: the least cost of the criterion taken by itself, attained.
        worst: the vertex maximum of every value, summed: never exceeded.
        step: a number that divides every cost.
    """

    best: int
    worst: int
    step: int

    @property
    def steps(self) -> int:
        """Steps from best to worst, rounded up."""
        return -(-(self.worst - self.best) // self.step)

    def score(self, cost: int, *, similar: bool = False) -> Fraction:
        """Turn a cost into the exact score, 1 the best and 0 the worst; the other way for ``similar``."""
        if self.worst <= self.best:
            return Fraction(1)
        share = Fraction(cost - self.best, self.worst - self.best)
        return share if similar else 1 - share


def quota(counts: Ints, sizes: Ints, people: int) -> tuple[Ints, Ints]:
    """Return floor and ceiling of the fair share s_i c_v / n, each of shape (T, V)."""
    due = sizes[:, None] * counts[None, :]
    floor = due // max(1, people)
    return floor, floor + (due % max(1, people) > 0)


def cost_of(table: Ints, counts: Ints, classes: Classes) -> int:
    """Return the exact cost of a table of people (T, V): sum of c_v (lcm / s_i) |n x_iv - c_v s_i|."""
    total = 0
    for index, size in enumerate(classes.size):
        apart = np.abs(classes.people * table[classes.of == index] - counts * size).sum(axis=0)
        part = sum(int(count) * int(away) for count, away in zip(counts, apart, strict=True))
        total += part * (classes.common // size)
    return total


def yardstick(criterion: Criterion, classes: Classes) -> Yardstick:
    """Return best, worst and step of a criterion for given sizes; O(V K^2) a step for K sizes."""
    counts = [int(count) for count in criterion.counts]
    totals = best_totals(criterion, classes)
    best = sum(
        class_cost(row[index], count, classes, index)
        for count, row in zip(counts, totals, strict=True)
        for index in range(len(classes.size))
    )
    worst = sum((_worst(count, classes) for count in counts), Fraction(0))
    step = 0
    for count in set(counts):
        for size in classes.size:
            step = gcd(step, count * (classes.common // size) * gcd(classes.people, count * size))
    return Yardstick(best, -(-worst.numerator // worst.denominator), max(1, step))


def best_totals(criterion: Criterion, classes: Classes, off: int = 0) -> list[list[int]]:
    """Return the cheapest people a value and class, [value][class]; tags are independent of each other."""
    counts = [int(count) for count in criterion.counts]
    if len(classes.size) <= 1:
        return [[count] * len(classes.size) for count in counts]
    if criterion.single:
        # People without a value fill the places left over and cost nothing, so they are a value of their own
        # here.
        missing = classes.people - sum(counts)
        return class_totals([*counts, missing], [True] * len(counts) + [False], classes, off)[: len(counts)]
    return [class_totals([count, classes.people - count], [True, False], classes, off)[0] for count in counts]


def _worst(count: int, classes: Classes) -> Fraction:
    """Return a value's vertex maximum: full teams, one partial, the rest empty; a chord beyond 2 sizes."""
    people = classes.people
    if not classes.size:
        return Fraction(0)
    # Beyond two sizes the vertices are too many to go through; the chord limits them all.
    if len(classes.size) > TWO:
        return _chord(count, classes)
    small, large = classes.size[0], classes.size[-1]
    smalls, larges = classes.teams[0], classes.teams[-1] if len(classes.size) == TWO else 0
    worst = 0
    for full in range(min(larges, count // large) + 1):
        rest = count - full * large
        # The team that is neither full nor empty may be a large one with room for several small teams, so
        # every number of full small teams that leaves less than a large team over is a vertex.
        most = min(smalls, rest // small)
        least = max(0, min(most, -(-(rest - large + 1) // small)))
        for fewer in range(least, most + 1):
            part = rest - fewer * small
            for size, left, use in ((small, smalls - fewer, fewer), (large, larges - full, fewer)):
                if part > size or (part and not left):
                    continue
                worst = max(worst, _vertex(count, people, classes, (use, full, part, size)))
    return Fraction(worst)


def _vertex(count: int, people: int, classes: Classes, what: tuple[int, int, int, int]) -> int:
    """Return the cost of full small teams, full large teams and one partial team of a size."""
    smalls, larges, part, size = what
    common = classes.common
    teams = sum(classes.teams)
    partial = 1 if part else 0
    full = (smalls + larges) * common * (people - count)
    empty = (teams - smalls - larges - partial) * common * count
    middle = partial * (common // size) * abs(people * part - count * size)
    return count * (full + empty + middle)


def _chord(count: int, classes: Classes) -> Fraction:
    """Return an upper limit of the vertex maximum for many sizes, by the straight line from empty to full."""
    sizes = sorted(
        ((size, teams) for size, teams in zip(classes.size, classes.teams, strict=True)),
        reverse=2 * count > classes.people,
    )
    left, filled = count, Fraction(0)
    for size, teams in sizes:
        used = min(left, size * teams)
        filled += Fraction(used, size)
        left -= used
    teams = sum(classes.teams)
    gain = classes.people - 2 * count
    return count * classes.common * (teams * count + gain * filled)
