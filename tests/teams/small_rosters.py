"""Small random rosters, and every arrangement of them, for tests that check against brute force."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.core.job import Answer, Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Verdict
from evenhand.teams import JOB, TeamsProblem

__all__ = ["arrangements", "roster", "ruled", "solved"]

Ints = NDArray[np.int64]


def roster(draw: random.Random, most: int = 8) -> TeamsProblem:
    """Return a roster of 1 to ``most`` people, 1 to 3 criteria with gaps, and even or listed sizes."""
    people = draw.randint(1, most)
    teams = draw.randint(1, min(4, people))
    columns: dict[str, list[Any]] = {}
    for at in range(draw.randint(1, 3)):
        values = "abcd"[: draw.randint(2, 4)]
        columns[f"c{at}"] = [None if draw.random() < 0.1 else draw.choice(values) for _ in range(people)]
    if draw.random() < 0.3:
        sizes = [1] * teams
        for _ in range(people - teams):
            sizes[draw.randrange(teams)] += 1
        return TeamsProblem.from_values(people, columns, sizes=sizes)
    return TeamsProblem.from_values(people, columns, teams=teams)


def arrangements(sizes: list[int]) -> Iterator[Ints]:
    """Yield every arrangement, teams of one size taken as alike."""
    left = list(sizes)
    chosen: list[int] = []

    def go() -> Iterator[Ints]:
        if len(chosen) == sum(sizes):
            yield np.array(chosen, dtype=np.int64)
            return
        fresh = set()
        for team, room in enumerate(left):
            if not room or (room == sizes[team] and sizes[team] in fresh):
                continue
            if room == sizes[team]:
                fresh.add(sizes[team])
            left[team] -= 1
            chosen.append(team)
            yield from go()
            chosen.pop()
            left[team] += 1

    yield from go()


def ruled(draw: random.Random) -> TeamsProblem:
    """Return a roster of 6 to 24 people with a random set of hard rules, which may or may not be kept."""
    people = draw.randint(6, 24)
    teams = draw.randint(2, max(2, people // 3))
    slots = ["s1", "s2", "s3", "s4"]
    rows = [
        {
            "name": f"p{at:02d}",
            "g": draw.choice("wm"),
            "o": draw.choice("abcd"),
            "busy": ";".join(draw.sample(slots, draw.randint(0, 2))),
        }
        for at in range(people)
    ]
    names = [row["name"] for row in rows]
    places = [f"Team {at}" for at in range(1, teams + 1)]
    rules: dict[str, Any] = {
        "minimum": {f"g={rows[0]['g']}": draw.randint(1, 2)},
        "maximum": {f"o={rows[1]['o']}": draw.randint(1, 3)},
        "no_lone": [f"g={rows[2]['g']}"],
        "together": [draw.sample(names, draw.randint(2, 3)) for _ in range(draw.randint(1, 2))],
        "apart": [draw.sample(names, draw.randint(2, 3)) for _ in range(draw.randint(1, 3))],
        "locked": {name: draw.choice(places) for name in draw.sample(names, 2)},
        "allowed": {name: draw.sample(places, draw.randint(1, teams)) for name in draw.sample(names, 3)},
        "free": {"busy": 1},
        "wishes": {names[3]: [names[4]]},
    }
    chosen = {kind: what for kind, what in rules.items() if draw.random() < 0.4}
    return TeamsProblem.from_table(rows, teams=teams, balance="g,o", **chosen)


def solved(problem: TeamsProblem, seed: int = 0, method: str = "exchange") -> tuple[Answer, Verdict | None]:
    """Run a method and have the judge look."""
    answer = JOB.methods[method].run(problem, seed, Limits(), Progress())
    return answer, None if answer.awards is None else JOB.judge(problem, answer.awards)
