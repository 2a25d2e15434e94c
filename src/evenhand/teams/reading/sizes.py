"""How many teams, how large, and what they are called."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evenhand.core.errors import Findings

__all__ = ["even_sizes", "team_names", "team_sizes"]

Ints = NDArray[np.int64]


def even_sizes(people: int, teams: int) -> Ints:
    """Return sizes that differ by at most one, the larger first, shape (teams,)."""
    if not teams:
        return np.zeros(0, dtype=np.int64)
    floor, more = divmod(people, teams)
    return floor + (np.arange(teams) < more).astype(np.int64)


def team_sizes(
    people: int, *, teams: int | None, size: int | None, sizes: Sequence[int] | None, findings: Findings
) -> Ints:
    """Return the sizes asked for, noting what cannot be.

    Exactly one of the three is taken: a number of teams (no more than people, and said), a size
    (ceil(people / size) teams), or a list of sizes that adds up.
    """
    given = [
        label for label, what in (("teams", teams), ("size", size), ("sizes", sizes)) if what is not None
    ]
    if len(given) != 1:
        findings.error(
            "neither teams, size nor sizes is given"
            if not given
            else f"{' and '.join(given)} are both given",
            "Give one of the three: the number of teams, the size of a team, or a list of sizes",
            column="teams",
        )
        return even_sizes(people, min(1, people))
    if sizes is not None:
        return _listed(people, sizes, findings)
    asked = teams if teams is not None else size
    label = "teams" if teams is not None else "size"
    if asked is None or not _positive(asked):
        findings.error(
            "is not a whole number of 1 or more", "Write a number such as 4", column=label, came=str(asked)
        )
        return even_sizes(people, min(1, people))
    if size is not None:
        return even_sizes(people, -(-people // int(size)))
    if int(asked) > people:
        findings.warning(
            f"teams were asked for and there are {people} people",
            f"{people} teams of one are made; ask for fewer",
            column="teams",
            came=str(asked),
        )
    return even_sizes(people, min(int(asked), people))


def _positive(what: object) -> bool:
    return isinstance(what, (int, np.integer)) and not isinstance(what, bool) and int(what) > 0


def _listed(people: int, sizes: Sequence[int], findings: Findings) -> Ints:
    bad = [one for one in sizes if not _positive(one)]
    for one in bad:
        findings.error(
            "is not a size of 1 or more", "Write sizes such as 5,5,6", column="sizes", came=str(one)
        )
    if bad:
        return even_sizes(people, min(1, people))
    total = sum(int(one) for one in sizes)
    if total != people:
        apart = f"{people - total} too few" if total < people else f"{total - people} too many"
        findings.error(
            f"make {total} places for {people} people",
            f"Change the sizes so that they add up to {people}: there are {apart} places",
            column="sizes",
            came=",".join(str(int(one)) for one in sizes),
        )
        return even_sizes(people, min(len(sizes), people))
    return np.array([int(one) for one in sizes], dtype=np.int64)


def team_names(names: Sequence[str] | None, teams: int, findings: Findings) -> tuple[str, ...]:
    """Return the teams' names: those given, the rest as "Team 7"; note doubles and too many."""
    own = [] if names is None else [str(name).strip() for name in names]
    if len(own) > teams:
        findings.error(
            f"{len(own)} names for {teams} teams",
            "Give at most as many names as there are teams",
            column="names",
        )
    labels = [name or f"Team {at}" for at, name in enumerate(own[:teams], 1)]
    labels += [f"Team {at}" for at in range(len(labels) + 1, teams + 1)]
    for at, label in enumerate(labels):
        if label in labels[:at] if own else False:
            findings.error(
                "is the name of two teams", "Give every team its own name", column="names", came=label
            )
    return tuple(labels)
