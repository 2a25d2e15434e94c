"""What is said to be proven of teams, worked out by hand for each kind of plan."""

from __future__ import annotations

import random
from itertools import product
from typing import Any

import numpy as np
import pytest

from evenhand.core.job import Recheck
from evenhand.teams import TeamsProblem, balance
from evenhand.teams.judging.certificate import most_served, recheck, said, why_off
from evenhand.teams.judging.judge import judge
from teams.small_rosters import arrangements

SIX = [
    {"name": f"p{number}", "g": "ab"[number % 2], "h": "xy"[number // 3], "skill": number}
    for number in range(6)
]
APART, TOGETHER = np.array([0, 1, 1, 0, 0, 1]), np.array([0, 1, 0, 1, 0, 1])
"""Two teams with two and one of each g; and all a in the first team, all b in the second."""
OFF = "Counts are off all the same: no arrangement brings every count to its fair share at once."
TRIED = "All arrangements were tried: none that keeps the rules has a lower value."
GAP = "(a column from worst to best is 100)."


def six(**settings: Any) -> TeamsProblem:
    """Return six people in two teams of three."""
    return TeamsProblem.from_rows(SIX, **{"teams": 2, "balance": "g", **settings})


def told(problem: TeamsProblem, awards: Any, *, bound: int | None = 0, how: Any = "") -> str:
    """Return the sentence of an arrangement, whose value the judge finds."""
    awards = np.array(awards)
    return said(problem, awards, judge(problem, awards).objective, bound, {"proven": how})["certificate"]


def test_methods_that_prove_nothing_say_nothing() -> None:
    """Without a word of the method there is no sentence; a sentence in a file is made anew."""
    assert said(six(), TOGETHER, 7, None, {}) == {}
    other = said(six(), APART, judge(six(), APART).objective, 0, {"certificate": "Proven twice."})
    assert other == {"certificate": "Proven: no other teams would be more even."}
    swapped = said(six(), APART, 0, 0, {"changed": ["p0", "p3"], "proven": "tried"})
    assert swapped == {"certificate": "Changed by hand: p0 and p3 swapped places."}


def test_the_best_teams_are_said_to_be_best_by_how_that_was_proven() -> None:
    """A value of nothing proves itself; a bound that is met, all tried, or a program prove another value."""
    assert told(six(), APART) == "Proven: no other teams would be more even."
    assert told(six(teams=1), np.zeros(6, dtype=int)) == "There is only one arrangement."
    value = judge(six(), TOGETHER).objective
    assert value > 0
    alone = "Nothing else is lost: no arrangement has a lower value."
    assert told(six(), TOGETHER, bound=value) == alone
    assert told(six(), TOGETHER, bound=value, how="tried") == TRIED
    program = "A mixed-integer program proves that no arrangement has a lower value."
    assert told(six(), TOGETHER, bound=value, how="program") == program
    # Teams of two sizes: quota comes first there.
    uneven = TeamsProblem.from_rows(SIX, sizes=[2, 4], balance="g,h")
    awards = np.array([0, 0, 1, 1, 1, 1])
    value = judge(uneven, awards).objective
    assert told(uneven, awards, bound=value) == alone
    # All within one person of every share, and still not the most even of those.
    uneven = TeamsProblem.from_rows(SIX[:5], sizes=[2, 3], balance="g,h")
    plans = [plan for plan in arrangements([2, 3]) if not balance(uneven, plan).teams_off]
    best = max(plans, key=lambda plan: judge(uneven, plan).objective)
    value = judge(uneven, best).objective
    assert value > 0
    assert told(uneven, best, bound=value) == (
        "Proven: no teams within one person of every fair share are more even."
    )
    assert told(uneven, best, bound=value, how="tried") == TRIED


def test_counts_are_said_to_be_off_only_where_no_arrangement_has_none() -> None:
    """Of 80 small rosters the best plan says that counts are off, and why, only if all plans have one."""
    spoken = 0
    for seed in range(80):
        draw = random.Random(seed)
        sizes = draw.choice([[2, 2], [2, 2, 2], [3, 3], [2, 3], [2, 4]])
        columns = {f"c{at}": [draw.choice("ab") for _ in range(sum(sizes))] for at in range(5)}
        problem = TeamsProblem.from_values(sum(sizes), columns, sizes=sizes)
        plans = [np.array(plan) for plan in arrangements(sizes)]
        best = min(plans, key=lambda plan: judge(problem, plan).objective)
        if why_off(problem, best):
            assert why_off(problem, best) == OFF
            assert all(balance(problem, plan).teams_off for plan in plans)
            spoken += 1
    assert spoken >= 3


def test_what_is_not_proven_says_by_how_much() -> None:
    """All of a kind in one team cost the column's whole 100 points; a bound between halves what is open."""
    value, better = judge(six(), TOGETHER).objective, "Not proven best: a better plan would be"
    point = value // 100
    assert (
        told(six(), TOGETHER) == f"Not proven best: a better plan would be at most 100.00 points better {GAP}"
    )
    assert told(six(), TOGETHER, bound=value - 50 * point) == (
        f"Not proven best: a better plan would be at most 50.00 points better {GAP}"
    )
    assert told(six(), TOGETHER, bound=None, how="tried").endswith(f"at most 100.00 points better {GAP}")
    assert told(six(), TOGETHER, bound=value - 1) == f"{better} at most 0.01 points better {GAP}"
    # With numbers a point is ten million units, so that less than a hundredth of one can be left.
    numbers = TeamsProblem.from_rows(SIX, teams=2, balance="g", numbers="skill")
    value = judge(numbers, TOGETHER).objective
    assert told(numbers, TOGETHER, bound=value - 1) == f"{better} less than 0.01 points better {GAP}"
    # Within quota in the column that counts; one that is only to be similar has no quota.
    similar = six(similar="h")
    assert told(similar, APART).startswith("Every team is within quota. Not proven best")
    assert told(six(balance=[], rules=[{"kind": "apart", "people": "p0;p3", "weight": 5}]), APART).startswith(
        "Not proven best"
    )


def test_moves_are_proven_fewest_where_teams_are_too_small() -> None:
    """Four were in Team 1, which has three places: one must move, and two who move are not proven fewest."""
    rows = [{"kind": "stay", "people": "p0;p1;p2;p3", "team": "Team 1", "weight": 500}]
    problem = six(rules=rows)
    one = np.array([0, 0, 0, 1, 1, 1])
    assert told(problem, one).startswith("1 person moves (proven fewest). ")
    two = np.array([0, 0, 1, 1, 0, 1])
    assert told(problem, two).startswith("2 people move (at least 1 must). ")
    # Where the plan is best and moving weighs more than every column, the moves are the fewest as well.
    value = judge(problem, two).objective
    assert told(problem, two, bound=value, how="tried") == f"2 people move (proven fewest). {TRIED}"
    light = six(rules=[rows[0] | {"weight": 5}])
    value = judge(light, two).objective
    assert told(light, two, bound=value, how="tried") == f"2 people move (at least 1 must). {TRIED}"
    few = six(rules=[rows[0] | {"people": "p0;p1"}], friends={"p4": ["p5"]})
    assert told(few, one, bound=-1).startswith(
        "0 people move (proven fewest). 1 of 1 people is with somebody they named (proven most). "
    )
    listed = TeamsProblem.from_rows(SIX, sizes=[2, 4], balance="g", rules=rows)
    assert told(listed, [0, 1, 0, 1, 1, 1]).startswith("2 people move (proven fewest). ")


def test_wishes_are_proven_most_where_no_friend_is_left() -> None:
    """Five name p0, who has two places beside: no plan serves more than two of them."""
    popular = six(friends={f"p{number}": ["p0"] for number in range(1, 6)})
    assert told(popular, [0, 0, 0, 1, 1, 1]) == (
        "2 of 5 people are with somebody they named (proven most). Every team is within quota. "
        "Not proven best."
    )
    assert told(popular, TOGETHER).startswith("2 of 5")
    pair = six(friends={"p0": ["p1"], "p2": ["p3"]})
    assert told(pair, [0, 1, 1, 0, 0, 1]).startswith(
        "0 of 2 people are with somebody they named (no plan serves more than 2). "
    )
    value = judge(pair, np.array([0, 1, 1, 0, 0, 1])).objective
    assert told(pair, [0, 1, 1, 0, 0, 1], bound=value, how="tried").startswith(
        "0 of 2 people are with somebody they named (proven most). "
    )


def test_what_a_file_may_not_write() -> None:
    """Only the ways of proving that there are, and two people who swapped; else it is damage."""
    problem = six()
    assert recheck(problem, APART, {"proven": "tried"}) == Recheck(0)
    assert recheck(problem, APART, {}) == Recheck(0)
    assert recheck(problem, APART, {"changed": ["p0", "p5"]}) == Recheck(0)
    for how in ("oath", 1, None, ["tried"]):
        damage = ("proven is none of the ways in which a plan is proven best",)
        assert recheck(problem, APART, {"proven": how}) == Recheck(0, damage)
    for names in (["p0"], ["p0", "Nobody"], "p0;p1", None, [0, 1]):
        assert recheck(problem, APART, {"changed": names}).damage == ("changed does not name two people",)


@pytest.mark.parametrize("seed", range(30))
def test_most_served_by_trying_everything(seed: int) -> None:
    """Of all ways to give each person a friend or nobody, none within the places serves more."""
    draw = np.random.default_rng(seed)
    count, places = int(draw.integers(1, 6)), int(draw.integers(0, 3))
    friends = [
        tuple(draw.choice(9, size=int(draw.integers(1, 4)), replace=False).tolist()) for _ in range(count)
    ]
    if seed % 2:
        friends = [tuple(friend % 3 for friend in named) for named in friends]
    most = 0
    for choice in product(*[[None, *named] for named in friends]):
        given = [friend for friend in choice if friend is not None]
        if all(given.count(friend) <= places for friend in given):
            most = max(most, len(given))
    assert most_served(friends, places) == most
