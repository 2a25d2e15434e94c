"""People who stay together as one atom, where each may stand, and a first seating that keeps those rules."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.teams.problem import Rule, TeamsProblem
from evenhand.teams.rules import KIND_OF


@dataclass(frozen=True, eq=False)
class Atoms:
    """What moves as one.

    Attributes:
        of: atom of each person, shape (n,); weight: people in each atom.
        closed: whether an atom may not stand in a team, shape (atoms, T); empty (0, T) where all may.
    """

    of: Ints = field(repr=False)
    weight: Ints = field(repr=False)
    closed: Bools = field(repr=False)

    def __len__(self) -> int:
        return len(self.weight)


def atoms_of(problem: TeamsProblem, rules: tuple[Rule, ...] | None = None) -> Atoms:
    """Contract people who must stay together and gather where each atom may stand; O(n + rules x people)."""
    rules = problem.rules if rules is None else rules
    terms = [(rule, KIND_OF[rule.kind].search(rule)) for rule in rules if not rule.weight]
    of = _joined(problem.n, [term.one_unit for _, term in terms if term.one_unit])
    weight = np.bincount(of).astype(np.int64)
    places = [rule for rule, term in terms if term.places]
    closed = np.zeros((len(weight) if places else 0, len(problem.teams)), dtype=bool)
    for rule in places:
        barred = np.ones(len(problem.teams), dtype=bool)
        barred[list(rule.teams)] = False
        closed[of[list(rule.people)]] |= barred
    return Atoms(of, weight, closed)


def _joined(people: int, together: list[tuple[int, ...]]) -> Ints:
    """Return the atom of each person, numbered by their first members; union and find."""
    if not together:
        return np.arange(people, dtype=np.int64)
    root = list(range(people))

    def find(person: int) -> int:
        while root[person] != person:
            root[person] = root[root[person]]
            person = root[person]
        return person

    for group in together:
        for other in group[1:]:
            root[find(other)] = find(group[0])
    roots = np.array([find(person) for person in range(people)], dtype=np.int64)
    return np.unique(roots, return_inverse=True)[1].astype(np.int64)


def seated(problem: TeamsProblem, atoms: Atoms, wanted: Ints) -> Ints | None:
    """Return a team for each atom that keeps sizes and closed teams, near ``wanted``; None where greed fails.

    Args:
        problem: the problem.
        atoms: see ``atoms_of``.
        wanted: a team of each person, of the right sizes, that knows no rules.
    """
    teams = len(problem.teams)
    room = problem.sizes.astype(np.int64).copy()
    count = len(atoms)
    votes = np.zeros(count, dtype=np.int64)
    # Written back to front so that the first member's wish stands: of several writes to a place the last one
    # stays.
    votes[atoms.of[::-1]] = wanted[::-1]
    options = np.full(count, teams) if not len(atoms.closed) else teams - atoms.closed.sum(axis=1)
    place = np.full(count, -1, dtype=np.int64)
    bound = np.flatnonzero((atoms.weight > 1) | (options < teams))
    # Fewest open teams first, then the heaviest: what is hardest to place must not find its teams full.
    for atom in sorted(bound.tolist(), key=lambda number: (options[number], -atoms.weight[number], number)):
        fits = room >= atoms.weight[atom]
        if len(atoms.closed):
            fits &= ~atoms.closed[atom]
        if not fits.any():
            return None
        best = int(votes[atom]) if fits[votes[atom]] else int(np.where(fits, room, -1).argmax())
        place[atom] = best
        room[best] -= atoms.weight[atom]
    # Single people without bounds fit anywhere, so they fill what is left, in their wanted team where it has
    # room.
    late = []
    for atom in np.flatnonzero(place < 0).tolist():
        team = int(votes[atom])
        if room[team] > 0:
            place[atom] = team
            room[team] -= 1
        else:
            late.append(atom)
    place[late] = np.repeat(np.arange(teams), room)
    return place
