"""Crossing two arrangements: sizes, closed teams and people who stay together are kept."""

from __future__ import annotations

import random

import numpy as np
import pytest

from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.seeded import stream
from evenhand.teams import JOB, TeamsProblem
from evenhand.teams.solving.exchange.atoms import Atoms
from evenhand.teams.solving.exchange.crossing import crossed
from evenhand.teams.solving.model.objective import unit_costs


def seated_at_random(draw: random.Random) -> tuple[Atoms, np.ndarray, np.ndarray, np.ndarray]:
    """Return atoms, two seatings of them with the same sizes, and the sizes."""
    teams = draw.randint(2, 6)
    weights, homes = [], []
    for team in range(teams):
        for _ in range(draw.randint(1, 5)):
            weights.append(draw.choice([1, 1, 1, 2]))
            homes.append(team)
    weight, mother = np.array(weights), np.array(homes)
    sizes = np.bincount(mother, weights=weight, minlength=teams).astype(np.int64)
    father = mother.copy()
    # Atoms of one weight change places at random, so that the sizes stay.
    for same in (1, 2):
        who = np.flatnonzero(weight == same)
        father[who] = father[draw.sample(who.tolist(), len(who))]
    closed = np.zeros((0, teams), dtype=bool)
    if draw.random() < 0.5:
        closed = np.array([[draw.random() < 0.2 for _ in range(teams)] for _ in weights])
        closed[np.arange(len(weights)), mother] = closed[np.arange(len(weights)), father] = False
    return Atoms(np.arange(len(weight)), weight, closed), mother, father, sizes


@pytest.mark.parametrize("named", [False, True])
def test_a_child_keeps_sizes_and_closed_teams(named: bool) -> None:  # noqa: FBT001 - both are tried
    """Of 200 pairs of parents each child has their team sizes, and with closed teams nobody stands in one."""
    draw = random.Random(4)
    children = 0
    for number in range(200):
        atoms, mother, father, sizes = seated_at_random(draw)
        named = named or bool(len(atoms.closed))
        child = crossed(mother, father, atoms, sizes, stream(number, "test"), named=named)
        if child is None:
            continue
        children += 1
        assert np.array_equal(np.bincount(child, weights=atoms.weight, minlength=len(sizes)), sizes)
        if len(atoms.closed):
            assert not atoms.closed[np.arange(len(child)), child].any()
    assert children > 100


def test_what_both_parents_agree_on_is_kept() -> None:
    """A child of the same arrangement twice is that arrangement, its teams perhaps called otherwise."""
    place = np.repeat(np.arange(5), 4)
    atoms = Atoms(np.arange(20), np.ones(20, dtype=np.int64), np.zeros((0, 5), dtype=bool))
    child = crossed(place, place, atoms, np.full(5, 4), stream(1, "test"), named=False)
    assert child is not None
    assert np.array_equal(place[:, None] == place, child[:, None] == child)
    named = crossed(place, place, atoms, np.full(5, 4), stream(1, "test"), named=True)
    assert named is not None
    assert np.array_equal(named, place)


@pytest.mark.parametrize("seed", [0, 1])
def test_seven_columns_of_sixty_people_come_to_their_best(seed: int) -> None:
    """60 people, 12 teams, seven columns: every team comes within quota, with either seed."""
    pytest.importorskip("numba")
    draw = np.random.default_rng(9)
    columns = {}
    for index, wide in enumerate((2, 3, 5, 8, 12, 4, 6)):
        share = draw.random(wide) ** 2 + 0.05
        columns[f"c{index}"] = draw.choice(wide, 60, p=share / share.sum())
    problem = TeamsProblem.from_values(60, columns, teams=12)
    answer = JOB.methods["exchange"].run(problem, seed, Limits(), Progress())
    assert answer.awards is not None
    assert JOB.judge(problem, answer.awards).objective == answer.bound == 0
    assert unit_costs(problem).off == 0
