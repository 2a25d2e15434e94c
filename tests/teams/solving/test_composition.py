"""Teams of unequal sizes: the bound holds for every arrangement, and plans that meet it are found."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from benchmarks.teams_cases import search_case

from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Status
from evenhand.teams import TeamsProblem
from evenhand.teams.job import JOB
from evenhand.teams.solving.exchange.composition import cells_of, composition, seated_by_size
from evenhand.teams.solving.exchange.few_teams import RareTeams
from evenhand.teams.solving.exchange.profiles import board, people_of
from evenhand.teams.solving.model.objective import least_value, unit_costs, value_of
from teams.small_rosters import arrangements


def uneven(seed: int, *, listed: bool) -> TeamsProblem:
    """Return up to 9 people with two or three columns, in teams of two or three sizes."""
    draw = random.Random(seed)
    sizes = [draw.randint(1, 3) for _ in range(draw.randint(2, 3))] if listed else []
    people = sum(sizes) or draw.choice([5, 7])
    columns = {
        f"c{at}": [
            None if draw.random() < 0.1 else draw.choice("abcd"[: draw.randint(2, 4)]) for _ in range(people)
        ]
        for at in range(draw.randint(2, 3))
    }
    if listed:
        return TeamsProblem.from_values(people, columns, sizes=sizes)
    return TeamsProblem.from_values(people, columns, teams=3)


@pytest.mark.parametrize("listed", [True, False])
def test_the_bounds_hold_for_every_arrangement(*, listed: bool) -> None:
    """On 25 small rosters no arrangement is below the composition's bound."""
    proven = 0
    for seed in range(25):
        problem = uneven(seed, listed=listed)
        costs = unit_costs(problem)
        counted = [index for index, one in enumerate(problem.criteria) if one.weight]
        made = board(problem, [problem.criteria[index] for index in counted], costs, 0)
        best = min(value_of(problem, costs, plan)[1] for plan in arrangements(problem.sizes.tolist()))
        sizes = composition(problem, costs, made, counted, Progress())
        if sizes is not None and len(costs.classes.size) > 1:
            assert least_value(problem, costs) <= max(sizes.bound, least_value(problem, costs)) <= best
            proven += sizes.bound == best
    assert proven >= 8


def test_who_is_on_the_face_costs_as_little_as_any() -> None:
    """On 25 small rosters every plan within quota on the face costs as little as the bound says."""
    met = 0
    for seed in range(25):
        problem = uneven(seed, listed=False)
        costs = unit_costs(problem)
        counted = list(range(len(problem.criteria)))
        roster = board(problem, list(problem.criteria), costs, 0)
        sizes = composition(problem, costs, roster, counted, Progress())
        if sizes is None or sizes.face is None or sizes.held is None:
            continue
        cells, least = cells_of(problem, costs, roster, counted)
        profile = np.empty(problem.n, dtype=np.int64)
        profile[roster.rank] = roster.profile
        for plan in arrangements(problem.sizes.tolist()):
            held = np.zeros_like(sizes.held)
            np.add.at(held, (profile, costs.classes.of[plan]), 1)
            if any(cell.beyond(held) for cell in cells):
                continue
            people = np.array([held[cell.who, cell.kind].sum() for cell in cells])
            on_face = bool(
                ((sizes.face.low <= people) & (people <= sizes.face.high)).all()
                and not held[sizes.face.barred > 0].any()
            )
            value = sum(cell.value(held) for cell in cells) - least
            # Where the best whole numbers cost more than the relaxed program, nobody is on the face.
            assert not on_face or value == sizes.bound
            met += on_face
    assert met > 20


def test_the_few_teams_are_filled_within_quota() -> None:
    """Each team of the rarer sizes gets as many people as it has places, within quota, in both loops."""
    draw = np.random.default_rng(4)
    columns = {f"c{at}": draw.integers(0, wide, 44) for at, wide in enumerate((2, 4, 3))}
    problem = TeamsProblem.from_values(44, columns, teams=10)
    costs = unit_costs(problem)
    roster = board(problem, list(problem.criteria), costs, 0)
    least = composition(problem, costs, roster, [0, 1, 2], Progress())
    assert least is not None
    assert least.face is not None
    rare = RareTeams(problem, costs, roster, [0, 1, 2], least.face)
    for compiled in (False, True):
        shared: dict[str, Any] = {
            "effort": "normal", "seed": 3, "compiled": compiled, "progress": Progress()
        }  # fmt: skip
        near, exact = list(rare.near(**shared)), list(rare.on_face(**shared))
        assert near
        assert exact
        for few in near + exact:
            assert few.held.sum(axis=0).tolist() == [costs.classes.size[kind] for kind in few.kinds]
            assert (few.held.sum(axis=1) <= np.bincount(roster.profile)).all()
            for line in range(roster.lines):
                has = np.add.reduceat((roster.line == line).astype(int), roster.first[:-1]) > 0
                counts = few.held[has].sum(axis=0)
                due = (
                    has[roster.profile].sum()
                    * np.array([costs.classes.size[kind] for kind in few.kinds])
                    / problem.n
                )
                assert (np.floor(due) <= counts).all()
                assert (counts <= np.ceil(due)).all()


def test_a_hundred_and_thirty_pupils_are_proven_at_once() -> None:
    """130 people in 31 teams with seven columns, of whom the search by prices stops beside the best."""
    problem = search_case("pupils/130/31").problem()
    answer = JOB.methods["exchange"].run(problem, 0, Limits(), Progress())
    assert answer.status is Status.OPTIMAL


def test_large_sizes_and_small_ones_are_dealt_to_the_best() -> None:
    """Of 70 people in 16 teams with five columns the plan is proven best, from each of two seeds."""
    draw = np.random.default_rng(2)
    columns = {
        f"c{at}": draw.choice(wide, 70, p=np.arange(1, wide + 1) / sum(range(wide + 1)))
        for at, wide in enumerate((2, 4, 2, 3, 5))
    }
    problem = TeamsProblem.from_values(70, columns, teams=16)
    answers = [JOB.methods["exchange"].run(problem, seed, Limits(), Progress()) for seed in range(2)]
    assert [answer.status for answer in answers] == [Status.OPTIMAL] * 2
    assert len({answer.bound for answer in answers}) == 1


def test_seats_are_those_the_program_names() -> None:
    """Everybody gets a seat once, and each size holds the people that the program gave it."""
    problem = uneven(4, listed=False)
    costs = unit_costs(problem)
    counted = list(range(len(problem.criteria)))
    made = board(problem, list(problem.criteria), costs, 0)
    best = composition(problem, costs, made, counted, Progress())
    assert best is not None
    assert best.held is not None
    index, within = seated_by_size(
        problem, costs, made, best, turns=4, seed=0, compiled=False, progress=Progress()
    )
    assert sorted(index.tolist()) == sorted(made.profile.tolist())
    awards = people_of(made, index, problem.sizes)
    assert np.bincount(awards).tolist() == problem.sizes.tolist()
    if within:
        assert value_of(problem, costs, awards)[1] == best.bound
