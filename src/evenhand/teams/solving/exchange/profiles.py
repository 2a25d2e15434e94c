"""A first arrangement for ``exchange``: people sorted by profile and dealt round, and each team's targets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.seeded import stream
from evenhand.teams.problem import Criterion, TeamsProblem
from evenhand.teams.solving.model.marginals import Classes
from evenhand.teams.solving.model.objective import UnitCosts
from evenhand.teams.solving.model.yardstick import best_totals


@dataclass(frozen=True, eq=False)
class Board:
    """People collapsed to profiles and seated.

    Attributes:
        line: lines of all profiles; first: where each profile's begin; lines: how many lines there are.
        rank: people in order of profile, the same profile in an order drawn by the seed, shape (n,).
        profile: profile of each rank, ascending, shape (n,).
        at: profile in each seat; start: first seat of each team.
        low, high: targets of each (class, line).
    """

    line: Ints = field(repr=False)
    first: Ints = field(repr=False)
    lines: int
    rank: Ints = field(repr=False)
    profile: Ints = field(repr=False)
    at: Ints = field(repr=False)
    start: Ints = field(repr=False)
    low: Ints = field(repr=False)
    high: Ints = field(repr=False)

    def aimed(self, low: Ints, high: Ints) -> Board:
        """Return the same board with other targets of each (class, line)."""
        return replace(self, low=low, high=high)


def targets(
    criteria: list[Criterion], classes: Classes, off: int
) -> tuple[Ints, Ints, list[list[list[int]]]]:
    """Return the least and most people of each (class, line) at which every criterion is at its best.

    Args:
        criteria: those that count.
        classes: teams by size.
        off: extra cost of a person outside quota, more than anything else; see ``class_totals``.

    Returns:
        low and high of shape (K, L), and the totals they come from, [criterion][value][class].
    """
    totals = [best_totals(criterion, classes, off) for criterion in criteria]
    rows = [row for criterion in totals for row in criterion]
    held = np.array(rows, dtype=np.int64).reshape(len(rows), len(classes.size)).T
    teams = np.array(classes.teams, dtype=np.int64)[:, None]
    low = held // teams
    return low, low + (held % teams > 0), totals


def board(problem: TeamsProblem, criteria: list[Criterion], costs: UnitCosts, seed: int) -> Board:
    """Sort people by profile and deal them round the teams; O(n log n)."""
    off = 4 * problem.n * problem.n * costs.classes.common * max(1, len(problem.teams))
    low, high, _ = targets(criteria, costs.classes, off)
    key, sets = _keys(problem, criteria)
    # People of one profile stand in an order drawn by the seed: which of them goes where is chance, not the
    # alphabet.
    draw = stream(seed, "exchange").permutation(problem.n)
    rank = draw[np.argsort(key[draw], kind="stable")].astype(np.int64)
    ordered = key[rank]
    new = np.ones(problem.n, dtype=bool)
    new[1:] = ordered[1:] != ordered[:-1]
    profile = np.cumsum(new) - 1
    first, line = _lines(problem.n, rank[new], sets)
    start = np.concatenate([[0], np.cumsum(problem.sizes)]).astype(np.int64)
    index = np.empty(problem.n, dtype=np.int64)
    index[_seats(problem.sizes, start)] = profile
    return Board(line, first, int(low.shape[1]), rank, profile, index, start, low, high)


def people_of(profiles: Board, places: Ints, sizes: Ints) -> Ints:
    """Return the team of each person from the profile in each seat; likes fill like seats in turn."""
    seats = np.argsort(places, kind="stable")
    team = np.repeat(np.arange(len(sizes)), sizes)
    awards = np.empty(len(places), dtype=np.int64)
    awards[profiles.rank] = team[seats]
    return awards


def _keys(problem: TeamsProblem, criteria: list[Criterion]) -> tuple[Ints, list[tuple[Criterion, int]]]:
    """Return a number a person, equal for equal profiles and near for near ones, and the lines' offsets.

    Values run to and fro (as in a Gray code), so that neighbours differ little; fewer values come first.
    """
    offset, sets = 0, []
    for criterion in criteria:
        sets.append((criterion, offset))
        offset += len(criterion.values)
    key = np.zeros(problem.n, dtype=np.int64)
    for criterion, _ in sorted(sets, key=lambda pair: len(pair[0].values)):
        if criterion.single:
            columns = [(criterion.of(problem.n) + 1, len(criterion.values) + 1)]
        else:
            columns = [
                (np.bincount(criterion.person[criterion.value == value], minlength=problem.n), 2)
                for value in range(len(criterion.values))
            ]
        for code, wide in columns:
            # Numbered anew before the product of all value counts can leave 63 bits; the order of the keys
            # stays.
            if int(key.max(initial=0)) > 2**60 // wide:
                key = np.unique(key, return_inverse=True)[1].astype(np.int64)
            key = key * wide + np.where(key % 2 == 0, code, wide - 1 - code)
    return key, sets


def _lines(count: int, person: Ints, sets: list[tuple[Criterion, int]]) -> tuple[Ints, Ints]:
    """Return where each profile's lines begin, and the lines, reading them off one person of each profile."""
    where: dict[int, int] = {}
    people, lines = [], []
    for criterion, offset in sets:
        if criterion.single:
            of = criterion.of(count)[person]
            there = np.flatnonzero(of >= 0)
            people.append(there)
            lines.append(of[there] + offset)
        else:
            where = where or dict(zip(person.tolist(), range(len(person)), strict=True))
            held = [
                (where[code], value)
                for code, value in zip(criterion.person.tolist(), criterion.value.tolist(), strict=True)
                if code in where
            ]
            people.append(np.array([code for code, _ in held], dtype=np.int64))
            lines.append(np.array([value for _, value in held], dtype=np.int64) + offset)
    profile = np.concatenate(people) if people else np.zeros(0, dtype=np.int64)
    line = np.concatenate(lines) if lines else np.zeros(0, dtype=np.int64)
    order = np.argsort(profile, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(profile, minlength=len(person)))])
    return first.astype(np.int64), line[order].astype(np.int64)


def _seats(sizes: Ints, start: Ints) -> Ints:
    """Return the seats in the order they are dealt: every team a systematic sample of the ranks."""
    teams = len(sizes)
    people = int(sizes.sum())
    if int(sizes.max()) - int(sizes.min()) <= 1 and (np.diff(sizes) <= 0).all():
        rank = np.arange(people)
        return np.asarray(start[rank % teams] + rank // teams)
    team = np.repeat(np.arange(teams), sizes)
    seat = np.arange(people) - start[team]
    # A team of s gets its seats at the middles of s equal parts of the ranks, so teams of all sizes draw
    # evenly.
    return np.lexsort((team, (2 * seat + 1) / sizes[team])).astype(np.int64)
