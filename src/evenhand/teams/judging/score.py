"""The exact score of each balanced column: 1 where no arrangement is more even, 0 at the uneven extreme.

The judge's own coding, from the definition; it shares nothing with the methods, so that a slip on either
side shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, permutations
from math import gcd, lcm

import numpy as np

from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Ints
from evenhand.teams.problem import Criterion, TeamsProblem

LISTED_REASONS = 3
"""Reasons for ``limited`` that are spelt out; more would hide the scores beside them."""

EXACT_WORST = 2
"""Different sizes up to which the worst arrangement is found exactly; beyond, a straight line limits it."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """The teams' sizes: each different size once, ascending, and how many teams have it.

    Attributes:
        size: the different sizes; teams: teams of each.
        people: all of them together.
        common: least common multiple of the sizes, so that shares of a team become whole numbers.
    """

    size: tuple[int, ...]
    teams: tuple[int, ...]
    people: int
    common: int


@dataclass(frozen=True, slots=True)
class Scale:
    """The two ends of a column's score.

    Attributes:
        best: least cost of the column taken alone; worst: a cost that no arrangement exceeds.
        step: divides every cost of the column.
    """

    best: int
    worst: int
    step: int

    def score(self, cost: int, *, similar: bool) -> Fraction:
        """Return where a cost stands: 1 at the best, 0 at the worst; the other way round for similar."""
        if self.best >= self.worst:
            return Fraction(1)
        from_best = Fraction(cost - self.best, self.worst - self.best)
        return from_best if similar else 1 - from_best


@dataclass(frozen=True, slots=True)
class Balance:
    """The exact scores of an arrangement.

    Attributes:
        scores: column to its score in [0, 1], as fractions.
        overall: their mean by weight, 1 where nothing is balanced.
        off_quota: people too many or too few in a team: outside floor and ceiling of the fair share.
        teams_off: teams with such a count.
        limited: column to why no arrangement mirrors it perfectly, in words; "" where one could.
    """

    scores: dict[str, Fraction]
    overall: Fraction
    off_quota: int
    teams_off: int
    limited: dict[str, str]


@said_in_words
def balance(problem: TeamsProblem, awards: Ints) -> Balance:
    """Score an arrangement exactly, by column and as a whole.

    The cost of a column is ``C = (1/T) sum over values v of R_v x sum over teams i of |x_iv / s_i - R_v|``,
    where R_v is the value's share of all people, x_iv its people in team i and s_i that team's size; the
    score is 1 - (C - best) / (worst - best), or 1 where best = worst. Cost O(n k + T V).

    Args:
        problem: the people, teams and columns.
        awards: team codes, shape (n,).

    Returns:
        The scores as exact fractions in [0, 1]; 1 exactly where the column is at its best.

    Example:
        >>> import numpy as np
        >>> from evenhand.teams import TeamsProblem, balance
        >>> problem = TeamsProblem.from_values(4, {"office": ["Oslo", "Oslo", "Rome", "Rome"]}, teams=2)
        >>> balance(problem, np.array([0, 1, 0, 1])).scores["office"]
        Fraction(1, 1)
        >>> balance(problem, np.array([0, 0, 1, 1])).scores["office"]
        Fraction(0, 1)
    """
    sizes = np.bincount(awards, minlength=len(problem.teams)).astype(np.int64)
    kinds = sizes_of(sizes)
    scores: dict[str, Fraction] = {}
    reasons: dict[str, str] = {}
    people_off = 0
    wrong = np.zeros(len(sizes), dtype=bool)
    for criterion in problem.criteria:
        held = criterion.table(awards, len(sizes))
        cost = cost_in_ticks(held, criterion.counts, sizes, kinds)
        scores[criterion.name] = scale_of(criterion, kinds).score(cost, similar=criterion.similar)
        reasons[criterion.name] = limited(criterion, sizes)
        # Similar people are gathered on purpose, so quota says nothing about their column.
        if criterion.weight and not criterion.similar:
            too = outside(held, criterion.counts, sizes)
            people_off += int(too.sum())
            wrong |= too.any(axis=1)
    weight = sum(criterion.weight for criterion in problem.criteria)
    total = sum((scores[criterion.name] * criterion.weight for criterion in problem.criteria), Fraction(0))
    # Fractions to the end: with floats a perfect arrangement could score 0.9999999 and lose its proof.
    overall = total / weight if weight else Fraction(1)
    return Balance(scores, overall, people_off, int(wrong.sum()), reasons)


def sizes_of(sizes: Ints) -> Sizes:
    """Count the teams of each size."""
    counted = sorted({int(size): int((sizes == size).sum()) for size in np.unique(sizes)}.items())
    different = tuple(size for size, _ in counted)
    return Sizes(different, tuple(teams for _, teams in counted), int(sizes.sum()), lcm(*different, 1))


def outside(held: Ints, counts: Ints, sizes: Ints) -> Ints:
    """Return by how many people each count (T, V) lies below the floor or above the ceiling of its share."""
    people = max(1, int(sizes.sum()))
    share = sizes[:, None] * counts[None, :]
    floor, ceiling = share // people, -(-share // people)
    return np.where(held < floor, floor - held, np.where(held > ceiling, held - ceiling, 0)).astype(np.int64)


def cost_in_ticks(held: Ints, counts: Ints, sizes: Ints, kinds: Sizes) -> int:
    """Return C of a table (T, V) in whole ticks, T n^2 lcm(sizes) to 1."""
    total = 0
    for size in kinds.size:
        # Python's integers from here: n^2 x lcm(sizes) leaves 63 bits from some 10,000 people in mixed sizes.
        away = np.abs(kinds.people * held[sizes == size] - size * counts).sum(axis=0).tolist()
        total += (kinds.common // size) * sum(
            count * ticks for count, ticks in zip(counts.tolist(), away, strict=True)
        )
    return total


def scale_of(criterion: Criterion, kinds: Sizes) -> Scale:
    """Return the ends of a column's score for given sizes."""
    counts = criterion.counts.tolist()
    if criterion.single:
        # Those without a value are one more value that costs nothing: they fill the places left over.
        best = _least_cost([*counts, kinds.people - sum(counts)], kinds)
    else:
        # A tag binds nobody else's place, so each one is a column of its own: has it, has it not.
        best = sum(_least_cost([count, kinds.people - count], kinds) for count in counts)
    worst = sum((_greatest_cost(count, kinds) for count in counts), Fraction(0))
    step = 0
    for count in counts:
        for size in kinds.size:
            step = gcd(step, count * (kinds.common // size) * gcd(kinds.people, count * size))
    return Scale(best, -(-worst.numerator // worst.denominator), max(1, step))


def _ticks(units: int, count: int, size: int, teams: int, kinds: Sizes) -> int:
    """Return the cost of ``units`` people of a value spread evenly over the teams of one size."""
    each, more = divmod(units, teams)
    low, high = abs(kinds.people * each - count * size), abs(kinds.people * (each + 1) - count * size)
    return count * (kinds.common // size) * ((teams - more) * low + more * high)


def _least_cost(counts: Sequence[int], kinds: Sizes) -> int:
    """Return the least cost of a column; the last value is that of people without one and costs nothing."""
    if not kinds.size:
        return 0
    if len(kinds.size) == 1:
        split = [[count] for count in counts]
    elif len(kinds.size) == EXACT_WORST:
        split = _two_sizes(counts, kinds)
    else:
        split = _many_sizes(counts, kinds)
    return sum(
        _ticks(units, count, size, teams, kinds)
        for count, row in zip(counts[:-1], split[:-1], strict=True)
        for units, size, teams in zip(row, kinds.size, kinds.teams, strict=True)
    )


def _two_sizes(counts: Sequence[int], kinds: Sizes) -> list[list[int]]:
    """Return the cheapest people of each value in small and large teams, [value][size].

    Each value's cost is convex in how many of its people stand in large teams, so places there go to
    whoever saves most per person, stretch by stretch: no exchange can then save more.
    """
    (small, large), (smalls, larges) = kinds.size, kinds.teams
    stretches: list[tuple[Fraction, int, int]] = []
    for value, count in enumerate(counts):
        priced = value < len(counts) - 1
        # The cost bends only where a class gets one more person in every team.
        bends = {
            0,
            count,
            *range(0, count + 1, larges),
            *(count - all_ for all_ in range(0, count + 1, smalls)),
        }
        for start, end in pairwise(sorted(bends)):
            rise = 0
            if priced:
                rise = _ticks(end, count, large, larges, kinds) - _ticks(start, count, large, larges, kinds)
                rise += _ticks(count - end, count, small, smalls, kinds)
                rise -= _ticks(count - start, count, small, smalls, kinds)
            stretches.append((Fraction(rise, end - start), value, end - start))
    room = large * larges
    inside = [0] * len(counts)
    for _, value, people in sorted(stretches):
        taken = min(room, people)
        inside[value] += taken
        room -= taken
    return [[count - taken, taken] for count, taken in zip(counts, inside, strict=True)]


def _many_sizes(counts: Sequence[int], kinds: Sizes) -> list[list[int]]:
    """Return the cheapest people of each value in the teams of each size, [value][size].

    Begin with any split that fills the teams, and swap people round a circle of sizes while that saves
    something. The problem is a transportation problem with convex costs, in which a split that no circle
    improves is the cheapest.
    """
    places = [size * teams for size, teams in zip(kinds.size, kinds.teams, strict=True)]
    split = _proportional(counts, places)
    while circle := _saving_circle(split, counts, kinds):
        # A circle saves the same per person until a cell reaches a bend; going there at once keeps the
        # number of turns independent of the number of people.
        people = min(
            min(_to_bend(split[value][source], kinds.teams[source], up=False),
                _to_bend(split[value][target], kinds.teams[target], up=True))
            for value, source, target in circle
        )  # fmt: skip
        for value, source, target in circle:
            split[value][source] -= people
            split[value][target] += people
    return split


def _proportional(counts: Sequence[int], places: Sequence[int]) -> list[list[int]]:
    """Return a split that is right in both sums and near the shares: floors, then the rest in turn."""
    people = max(1, sum(counts))
    split = [[count * room // people for room in places] for count in counts]
    need = [count - sum(row) for count, row in zip(counts, split, strict=True)]
    room = [full - sum(row[index] for row in split) for index, full in enumerate(places)]
    for value in range(len(counts)):
        for index in range(len(places)):
            more = min(need[value], room[index])
            split[value][index] += more
            need[value] -= more
            room[index] -= more
    return split


def _to_bend(units: int, teams: int, *, up: bool) -> int:
    """Return how many people until the teams of a size all have one more, or one fewer."""
    return teams - units % teams if up else (units % teams or teams)


def _saving_circle(split: list[list[int]], counts: Sequence[int], kinds: Sizes) -> list[tuple[int, int, int]]:
    """Return moves (value, from size, to size) round a circle that save something together; [] for none."""
    cheapest = _cheapest_moves(split, counts, kinds)
    # Bellman and Ford from everywhere at once: a size whose way still shortens after as many rounds as there
    # are sizes hangs on a circle of negative length.
    length, came = [0] * len(kinds.size), [-1] * len(kinds.size)
    last = -1
    for _ in range(len(kinds.size) + 1):
        last = -1
        for (source, target), (cost, _) in cheapest.items():
            if length[source] + cost < length[target]:
                length[target], came[target], last = length[source] + cost, source, target
    if last < 0:
        return []
    for _ in kinds.size:
        last = came[last]
    circle: list[tuple[int, int, int]] = []
    here = last
    while not circle or here != last:
        circle.append((cheapest[came[here], here][1], came[here], here))
        here = came[here]
    return circle


def _cheapest_moves(
    split: list[list[int]], counts: Sequence[int], kinds: Sizes
) -> dict[tuple[int, int], tuple[int, int]]:
    """Return (from size, to size) to the least change of cost of moving one person, and of which value."""
    cheapest: dict[tuple[int, int], tuple[int, int]] = {}
    for value, row in enumerate(split):
        one_more, one_less = [0] * len(row), [0] * len(row)
        # The last value is that of people without one: moving them costs nothing.
        for team in range(len(row)) if value < len(counts) - 1 else ():
            what = (counts[value], kinds.size[team], kinds.teams[team], kinds)
            now = _ticks(row[team], *what)
            one_more[team] = _ticks(row[team] + 1, *what) - now
            one_less[team] = _ticks(row[team] - 1, *what) - now if row[team] else 0
        for source, target in permutations(range(len(row)), 2):
            if row[source]:
                offer = (one_less[source] + one_more[target], value)
                cheapest[source, target] = min(cheapest.get((source, target), offer), offer)
    return cheapest


def _greatest_cost(count: int, kinds: Sizes) -> Fraction:
    """Return a cost no arrangement of one value exceeds: teams full of it and teams without, one in between.

    A convex cost is greatest at a corner of what is possible, and a corner has at most one team that is
    neither full nor empty. With more than two sizes the chord from empty to full limits it instead.
    """
    if not kinds.size:
        return Fraction(0)
    if len(kinds.size) > EXACT_WORST:
        return _chord_limit(count, kinds)
    worst = 0
    small, smalls = kinds.size[0], kinds.teams[0]
    large, larges = (kinds.size[1], kinds.teams[1]) if len(kinds.size) > 1 else (small, 0)
    # Every corner is one number of full large teams with the few numbers of full small ones that leave less
    # than a team over.
    for full_large in range(min(larges, count // large) + 1):
        rest = count - full_large * large
        least = max(0, -(-(rest - large + 1) // small)) if full_large < larges else rest // small
        for full_small in range(min(least, smalls), min(rest // small, smalls) + 1):
            part = rest - full_small * small
            for size, spare in ((small, smalls - full_small), (large, larges - full_large)):
                if part < size and (spare or not part):
                    worst = max(worst, _corner(count, full_small + full_large, part, size, kinds))
    return Fraction(worst)


def _corner(count: int, full: int, part: int, size: int, kinds: Sizes) -> int:
    """Return the cost of so many full teams, one of ``size`` with ``part`` of the value, the rest without."""
    empty = sum(kinds.teams) - full - (1 if part else 0)
    ticks = kinds.common * (full * (kinds.people - count) + empty * count)
    if part:
        ticks += (kinds.common // size) * abs(kinds.people * part - count * size)
    return count * ticks


def _chord_limit(count: int, kinds: Sizes) -> Fraction:
    """Return the cost if each team's rose in a straight line from empty to full, at the dearest filling."""
    gain = kinds.people - 2 * count
    by_size = sorted(zip(kinds.size, kinds.teams, strict=True), reverse=gain < 0)
    left, filled = count, Fraction(0)
    for size, teams in by_size:
        used = min(left, size * teams)
        filled += Fraction(used, size)
        left -= used
    return count * kinds.common * (sum(kinds.teams) * count + gain * filled)


def limited(criterion: Criterion, sizes: Ints) -> str:
    """Say why no arrangement mirrors a column perfectly in every team; "" where one could."""
    teams = len(sizes)
    reasons = []
    for value, count in zip(criterion.values, criterion.counts.tolist(), strict=True):
        if count < teams:
            none = teams - count
            reasons.append(
                f"{count} {'person' if count == 1 else 'people'} with {criterion.name}={value} "
                f"for {teams} teams: {none} {'team has' if none == 1 else 'teams have'} none"
            )
    smallest = int(sizes.min()) if teams else 0
    if criterion.single and smallest < len(criterion.values):
        reasons.append(
            f"{len(criterion.values)} values of {criterion.name}, a team of {smallest} cannot hold them all"
        )
    more = len(reasons) - LISTED_REASONS
    return "; ".join([*reasons[:LISTED_REASONS], *([f"and {more} more like these"] if more > 0 else [])])
