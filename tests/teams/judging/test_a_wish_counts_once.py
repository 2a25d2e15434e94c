"""Nobody gains by naming more friends, the same one twice or all of them: a person's wish counts once."""

from __future__ import annotations

import random
from itertools import permutations

import numpy as np
import pytest
from numpy.typing import NDArray

from evenhand.teams import TeamsProblem
from evenhand.teams.judging.judge import judge
from teams.small_rosters import arrangements

NAMES = ["p0", "p1", "p2", "p3", "p4", "p5"]


def values(lists: dict[str, list[str]]) -> NDArray[np.int64]:
    """Return what each arrangement of six people in two teams costs by their wishes alone."""
    columns = {f"Friend {at + 1}": [(lists[name] + [""] * 5)[at] for name in NAMES] for at in range(5)}
    table = {"name": NAMES, "all": ["same"] * 6, **columns}
    problem = TeamsProblem.from_table(table, teams=2, balance="all", wishes=list(columns))
    return np.array([judge(problem, np.array(plan)).objective for plan in arrangements([3, 3])])


@pytest.mark.parametrize("seed", range(4))
def test_no_list_makes_somebody_count_for_more_than_one(seed: int) -> None:
    """Whatever p0 writes: unserved, p0 costs what anybody does, and as many people are served as can be."""
    draw = random.Random(seed)
    lists = {name: draw.sample([other for other in NAMES if other != name], 2) for name in NAMES}
    nobody: dict[str, list[str]] = {name: [] for name in NAMES}
    others = NAMES[1:]
    tried = [list(some) for length in (1, 2, 3, 5) for some in permutations(others, length)]
    plans = [np.array(plan) for plan in arrangements([3, 3])]
    alone = values(nobody | {"p1": lists["p1"]}) - values(nobody)
    for written in [*draw.sample(tried, 20), ["p1", "p1", "p1"], ["p1; p2", "p1", "p2; p3"]]:
        with_p0 = values(lists | {"p0": written})
        mine = with_p0 - values(lists | {"p0": []})
        assert mine.min() >= 0
        assert mine.max() <= alone.max()
        named = {name for cell in written for name in cell.split("; ")}
        served = [
            sum(
                any(plan[NAMES.index(friend)] == plan[NAMES.index(name)] for friend in friends)
                for name, friends in (lists | {"p0": sorted(named)}).items()
            )
            for plan in plans
        ]
        assert served[int(with_p0.argmin())] == max(served)
