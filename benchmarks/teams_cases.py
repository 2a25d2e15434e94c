"""Rosters on which a search can fall behind, made up and the same every time: what `teams.py` compares on.

A case is plain arrays, so that every rival gets the same: codes (people x columns), the number of teams,
columns in which nobody may be alone, wishes (who, whom) of a weight, and for each person a list of friends of
whom one is enough.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.teams import TeamsProblem

__all__ = ["SEARCH_CASES", "SearchCase", "search_case"]

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class SearchCase:
    """One roster as arrays.

    Attributes:
        name: what the table calls it.
        codes: a value a person and column, shape (n, k).
        teams: how many teams.
        lone: columns in which nobody may be the only one of a value in a team.
        wishes: (who, whom), shape (w, 2); points a wish not granted costs.
        friends: for each person that has any, who of the others one should be there.
    """

    name: str
    codes: Ints
    teams: int
    lone: tuple[int, ...] = ()
    wishes: tuple[tuple[int, int], ...] = ()
    points: int = 5
    friends: tuple[tuple[int, ...], ...] = ()

    def problem(self) -> TeamsProblem:
        """Return the case as evenhand's problem."""
        people = len(self.codes)
        names = [f"p{person:05d}" for person in range(people)]
        columns = {f"c{at}": [f"v{code}" for code in self.codes[:, at]] for at in range(self.codes.shape[1])}
        rules = [
            {"kind": "wish", "people": f"{names[who]};{names[whom]}", "weight": str(self.points)}
            for who, whom in self.wishes
        ]
        rules += [
            {"kind": "friends", "people": ";".join(names[person] for person in row), "weight": "1"}
            for row in self.friends
        ]
        extra: dict[str, Any] = {"rules": rules} if rules else {}
        if self.lone:
            extra["no_lone"] = [f"c{at}" for at in self.lone]
        return TeamsProblem.from_table(
            {"name": names, **columns}, teams=self.teams, balance=list(columns), **extra
        )


def _drawn(seed: int, people: int, values: tuple[int, ...], *, like: float = 0.0) -> Ints:
    """Draw columns of uneven shares; ``like`` of the people follow the column before, as in real rosters."""
    draw = np.random.default_rng(seed)
    out = np.zeros((people, len(values)), dtype=np.int64)
    for at, wide in enumerate(values):
        share = draw.random(wide) ** 2 + 0.05
        out[:, at] = draw.choice(wide, people, p=share / share.sum())
        if at and like:
            follow = draw.random(people) < like
            out[follow, at] = out[follow, at - 1] % wide
    return out


def _wishes(seed: int, people: int, each: int) -> tuple[tuple[int, int], ...]:
    draw = np.random.default_rng(seed)
    return tuple(
        (who, int(whom))
        for who in range(people)
        for whom in draw.choice([other for other in range(people) if other != who], each, replace=False)
    )


def _friends(seed: int, people: int, each: int) -> tuple[tuple[int, ...], ...]:
    draw = np.random.default_rng(seed)
    return tuple(
        (
            who,
            *(
                int(friend)
                for friend in draw.choice([p for p in range(people) if p != who], each, replace=False)
            ),
        )
        for who in range(people)
    )


CENSUS = (9, 16, 7, 15, 6, 5, 2)
"""Values of a census' columns: employer, schooling, marital state, occupation, relation, origin, gender."""

PUPILS = (2, 8, 2, 2, 5, 5, 5)
"""Values of a school's columns: gender, age, address, family, two parents' schooling, an occupation."""


def search_case(name: str) -> SearchCase:
    """Return a case by its name."""
    kind, people, teams, *more = name.split("/")
    n, t, extra = int(people), int(teams), int(more[0]) if more else 0
    cases: dict[str, Callable[[], SearchCase]] = {
        "census": lambda: SearchCase(name, _drawn(1, n, CENSUS, like=0.4), t),
        "pupils": lambda: SearchCase(name, _drawn(2, n, PUPILS, like=0.2), t),
        "lone": lambda: SearchCase(name, _drawn(extra, n, (2, 3, 4, 5)), t, lone=(0,)),
        "lone two": lambda: SearchCase(name, _drawn(extra, n, (2, 3, 4, 5)), t, lone=(0, 1)),
        "wishes": lambda: SearchCase(name, _drawn(5, n, (2, 3, 4)), t, wishes=_wishes(6, n, extra)),
        "friends": lambda: SearchCase(name, _drawn(7, n, (2, 3, 4)), t, friends=_friends(8, n, extra)),
        "columns": lambda: SearchCase(name, _drawn(9, n, (2, 3, 5, 8, 12, 4, 6)[:extra]), t),
    }
    return cases[kind]()


SEARCH_CASES = (
    "lone/30/6/1",
    "lone two/30/6/3",
    "lone/30/6/2",
    "wishes/36/6/8",
    "wishes/40/8/6",
    "wishes/40/8/4",
    "friends/36/6/3",
    "columns/31/7/4",
    "columns/60/12/7",
    "pupils/395/100",
    "census/32561/1000",
)
