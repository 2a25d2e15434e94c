"""Two arrangements crossed: whole teams of each in turn, and a place for whoever is left over."""

from __future__ import annotations

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.teams.solving.exchange.atoms import Atoms


def crossed(
    mother: Ints, father: Ints, atoms: Atoms, sizes: Ints, draw: np.random.Generator, *, named: bool
) -> Ints | None:
    """Return a child of two seatings, of the same sizes; None where those left over fit nowhere.

    Each team of the child takes what is left of one parent's team, the parents in turn: the team of its size
    with most people not yet seated, or, where rules name teams, the one of the same name.

    Args:
        mother: team of each atom.
        father: the same of the other parent.
        atoms: what moves as one and where each may stand.
        sizes: members of each team, in both parents.
        draw: decides the order of the teams and ties.
        named: whether teams differ by more than their sizes.

    Example:
        >>> from evenhand.core.seeded import stream
        >>> four = Atoms(np.arange(4), np.ones(4, dtype=np.int64), np.zeros((0, 2), dtype=bool))
        >>> child = crossed(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), four, np.array([2, 2]),
        ...                 stream(0, "example"), named=False)
        >>> np.bincount(child).tolist()
        [2, 2]
    """
    teams = len(sizes)
    child = np.full(len(mother), -1, dtype=np.int64)
    parents = (mother, father)
    used = np.zeros((2, teams), dtype=bool)
    turn = int(draw.integers(2))
    for slot in draw.permutation(teams).tolist():
        parent = parents[turn]
        left = child < 0
        if named:
            source = slot
        else:
            # The draw is less than one whole person, so it decides among equals only.
            unseated = 0.9 * draw.random(teams)
            unseated += np.bincount(parent[left], weights=atoms.weight[left], minlength=teams)
            unseated[used[turn] | (sizes != sizes[slot])] = -1.0
            source = int(unseated.argmax())
        used[turn, source] = True
        child[left & (parent == source)] = slot
        turn = 1 - turn
    return child if _filled(child, atoms, sizes, draw) else None


def _filled(child: Ints, atoms: Atoms, sizes: Ints, draw: np.random.Generator) -> bool:
    """Seat those left over where there is room, in place; say whether all were."""
    held = child >= 0
    room = sizes - np.bincount(child[held], weights=atoms.weight[held], minlength=len(sizes)).astype(np.int64)
    rest = draw.permutation(np.flatnonzero(~held))
    if not len(atoms.closed) and int(atoms.weight.max(initial=1)) == 1:
        child[rest] = np.repeat(np.arange(len(sizes)), room)
        return True
    # The heaviest first, as they fit in fewest places; and before others of their weight those with fewest
    # teams open to them.
    barred = atoms.closed.sum(axis=1) if len(atoms.closed) else np.zeros(len(atoms), dtype=np.int64)
    for atom in sorted(rest.tolist(), key=lambda number: (-atoms.weight[number], -barred[number])):
        fits = room >= atoms.weight[atom]
        if len(atoms.closed):
            fits &= ~atoms.closed[atom]
        where = np.flatnonzero(fits)
        if not len(where):
            return False
        team = int(where[draw.integers(len(where))])
        child[atom] = team
        room[team] -= atoms.weight[atom]
    return True
