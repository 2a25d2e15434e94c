"""exchange against brute force, against the seed's greedy, against its own other world, and against rules."""

from __future__ import annotations

import os
import random
from dataclasses import replace

import numpy as np
import pytest

from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Status
from evenhand.teams import JOB, TeamsProblem, balance
from evenhand.teams.solving.exchange import exchange
from evenhand.teams.solving.exchange.program import arrange_exactly
from evenhand.teams.solving.model.objective import least_value, unit_costs, value_of
from teams.small_rosters import arrangements, roster, ruled, solved

SIZES = ((100, 20), (1000, 200), (1000, 40))
VALUES = (2, 3, 5, 8, 12)


def five_criteria(people: int, teams: int, seed: int = 0) -> TeamsProblem:
    """Return a roster of five criteria with 2, 3, 5, 8 and 12 values of uneven shares."""
    draw = np.random.default_rng(seed)
    columns = {}
    for values in VALUES:
        share = draw.random(values) + 0.2
        columns[f"v{values}"] = draw.choice(values, people, p=share / share.sum())
    return TeamsProblem.from_values(people, columns, teams=teams)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_optimal_is_what_brute_force_finds_on_small_rosters(part: int) -> None:
    """A claim of optimal equals brute force, a bound is never above it, and deal is never better."""
    draw = random.Random(4 + part)
    claimed = 0
    for seed in range(200):
        problem = roster(draw, most=7)
        answer, verdict = solved(problem, seed)
        assert verdict is not None
        assert not verdict.faults
        rules = unit_costs(problem)
        best = min(value_of(problem, rules, awards)[1] for awards in arrangements(problem.sizes.tolist()))
        assert answer.bound is not None
        assert answer.bound <= best <= verdict.objective
        if answer.status is Status.OPTIMAL:
            claimed += 1
            assert verdict.objective == best
        if not problem.listed:
            _, greedy = solved(problem, seed, "deal")
            assert greedy is not None
            assert verdict.objective <= greedy.objective
    assert claimed > 190


@pytest.mark.parametrize(("people", "teams"), SIZES)
def test_every_team_is_within_quota_and_proven(people: int, teams: int) -> None:
    """On the sizes the manual lists every team is within quota, the score is 1 and the status optimal."""
    problem = five_criteria(people, teams)
    answer, verdict = solved(problem, 7)
    assert answer.status is Status.OPTIMAL
    assert verdict is not None
    assert verdict.objective == 0
    assert answer.awards is not None
    scored = balance(problem, answer.awards)
    assert scored.overall == 1
    assert scored.off_quota == 0


def test_another_seed_gives_another_arrangement_as_good() -> None:
    """Seeds decide among equals and the same seed gives the same awards."""
    problem = five_criteria(100, 20)
    one, two, again = (solved(problem, seed)[0].awards for seed in (1, 2, 1))
    assert one is not None
    assert two is not None
    assert again is not None
    assert np.array_equal(one, again)
    assert not np.array_equal(one, two)
    assert balance(problem, one).overall == balance(problem, two).overall == 1


def test_unequal_sizes_keep_quota_first() -> None:
    """With unequal sizes every team is within quota, and the value is at least the bound."""
    problem = TeamsProblem.from_values(
        30, {"c": list("aab") * 10, "d": list("xyz") * 10}, sizes=[3, 5, 7, 15]
    )
    answer, verdict = solved(problem, 3)
    assert verdict is not None
    assert answer.awards is not None
    assert balance(problem, answer.awards).teams_off == 0
    assert least_value(problem, unit_costs(problem)) <= verdict.objective


@pytest.mark.parametrize("part", range(5) if os.environ.get("EVENHAND_SOAK") else [2])
def test_hard_rules_are_kept_where_a_program_says_they_can_be(part: int) -> None:
    """Each of 40 random rule sets (200 with EVENHAND_SOAK) is kept, or a program agrees that none can."""
    draw = random.Random(11 + part)
    kept = refused = 0
    for seed in range(40):
        problem = ruled(draw)
        answer, verdict = solved(problem, seed)
        hard = tuple(rule for rule in problem.rules if not rule.weight)
        if verdict is None:
            refused += 1
            assert answer.status is Status.INFEASIBLE
            assert answer.conflict
            assert arrange_exactly(problem, hard, Progress()).feasible is False
        else:
            kept += 1
            assert not verdict.faults
            assert verdict.objective == value_of(problem, unit_costs(problem), np.asarray(answer.awards))[1]
    assert kept > 10
    assert refused > 4


def test_the_numbers_of_an_impossible_rule_are_named() -> None:
    """Too few women for a minimum: the message gives what is needed and what there is."""
    rows = [{"name": f"p{at:02d}", "gender": "woman" if at < 17 else "man"} for at in range(40)]
    problem = TeamsProblem.from_table(rows, teams=10, balance="gender", minimum={"gender=woman": 2})
    answer, _ = solved(problem)
    assert answer.status is Status.INFEASIBLE
    assert answer.conflict == ("at least 2 gender=woman in each of 10 teams needs 20, there are 17.",)


def test_a_stopped_search_hands_out_what_it_has() -> None:
    """An interrupted search still gives a judged arrangement and says that it was cut."""
    problem = five_criteria(1000, 40)
    progress = Progress(interrupted=True)
    answer = exchange.run(problem, 0, Limits(), progress)
    assert answer.awards is not None
    assert not JOB.judge(problem, answer.awards).faults
    assert progress.cut
    assert answer.status is Status.FEASIBLE


@pytest.mark.parametrize("people", [0, 1, 5])
def test_tiny_rosters_have_one_answer(people: int) -> None:
    """Nobody, one person, and one team are fine."""
    problem = TeamsProblem.from_values(people, {"c": ["a"] * people}, teams=1)
    answer, verdict = solved(problem)
    assert verdict is not None
    assert (answer.status, verdict.objective) == (Status.OPTIMAL, 0)


def test_numbers_and_tags_are_balanced() -> None:
    """The means of a number differ far less between teams than in the seed's deal."""
    draw = np.random.default_rng(5)
    rows = [
        {
            "name": f"p{at:02d}",
            "g": "ab"[at % 2],
            "skill": f"{draw.normal():.2f}",
            "lang": "en;de" if at % 3 else "fr",
        }
        for at in range(48)
    ]
    problem = TeamsProblem.from_table(rows, teams=6, balance="g", numbers="skill", tags="lang")
    _, mine = solved(problem, 1)
    _, theirs = solved(replace(problem), 1, "deal")
    assert mine is not None
    assert theirs is not None
    mean = {term.name: term.value for term in mine.terms}["skill mean"]
    assert mean * 20 < {term.name: term.value for term in theirs.terms}["skill mean"]


def test_similar_people_stand_together() -> None:
    """A criterion to be kept similar puts like with like where sizes allow."""
    rows = [{"name": f"p{at:02d}", "level": "abc"[at % 3]} for at in range(12)]
    problem = TeamsProblem.from_table(rows, teams=3, similar="level")
    _, verdict = solved(problem)
    assert verdict is not None
    assert verdict.objective == 0
