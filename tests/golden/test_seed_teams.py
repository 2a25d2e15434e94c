"""The seed's score beside the exact one, where the seed misleads, recomputed from the counts."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from evenhand.teams import TeamsProblem, balance, seed_quality
from evenhand.teams.judging.quality import seed_score
from evenhand.teams.solving.model.marginals import classes_of
from evenhand.teams.solving.model.yardstick import yardstick

Table = list[list[int]]
Ints = NDArray[np.int64]


def dealt(table: Table) -> tuple[TeamsProblem, Ints]:
    """Make a problem of one criterion and the awards that give each team the counts of its row."""
    values, awards = [], []
    for team, row in enumerate(table):
        for value, count in enumerate(row):
            values += [f"v{value}"] * count
            awards += [team] * count
    width = len(str(len(values)))
    people = [f"p{at:0{width}d}" for at in range(len(values))]
    sizes = [sum(row) for row in table]
    return TeamsProblem.from_values(people, {"c": values}, sizes=sizes), np.array(awards, dtype=np.int64)


CASES: dict[str, tuple[Table, float, float]] = {
    "3 people {1,2} in 2 teams, the optimum": ([[1, 1], [0, 1]], 0.625, 1.0),
    "100 people 50/50 in 10 segregated teams": ([[10, 0]] * 5 + [[0, 10]] * 5, 0.444, 0.0),
    "100 people 90/10 in 10 segregated teams": ([[10, 0]] * 9 + [[0, 10]], 0.878, 0.0),
    "10 people {8,1,1} in 2 teams, the optimum": ([[4, 1, 0], [4, 0, 1]], 0.5, 1.0),
}


@pytest.mark.parametrize("name", list(CASES))
def test_the_seed_misleads_where_the_exact_score_does_not(name: str) -> None:
    """An optimum scores below 1 by the seed and 1 exactly; a segregated deal scores high and 0 exactly."""
    table, seed, exact = CASES[name]
    problem, awards = dealt(table)
    assert seed_quality(problem, awards).overall == pytest.approx(seed, abs=5e-4)
    assert float(balance(problem, awards).overall) == pytest.approx(exact, abs=5e-4)


def test_eleven_people_in_ten_teams_score_nothing_by_the_seed_at_their_optimum() -> None:
    """Eleven people, one value held by a pair and nine held once, in ten teams: the seed says 0.000."""
    table = pair_apart()
    assert table.sum() == 11
    assert max(0.0, seed_score(table, table.sum(axis=1))[0]) == pytest.approx(0.0, abs=5e-4)
    problem, awards = dealt(table.tolist())
    assert balance(problem, awards).overall == 1


def pair_apart() -> Ints:
    """Return the best table: the pair apart, one of them with another in the team of two."""
    table = np.zeros((10, 10), dtype=np.int64)
    table[0, 0] = 1
    table[0, 1] = 1
    table[1, 0] = 1
    for team in range(2, 10):
        table[team, team] = 1
    return table


def test_the_seed_goes_below_zero_unclamped() -> None:
    """Fifteen people in twelve teams with counts {2,2,2,1x9}: some deal scores -.875 before the clamp."""
    counts = [2, 2, 2, *[1] * 9]
    lowest = min(seed_score(table, table.sum(axis=1))[0] for table in fifteen(counts))
    assert lowest == pytest.approx(-0.875, abs=5e-4)
    problem, awards = dealt(fifteen(counts)[0].tolist())
    assert seed_quality(problem, awards).overall == 0.0


def fifteen(counts: list[int]) -> list[Ints]:
    """Return arrangements of the fifteen in three pairs and nine singles: like with like, and apart."""
    out = []
    for alike in range(4):
        table = np.zeros((12, 12), dtype=np.int64)
        left = list(counts)
        for team in range(alike):
            table[team, team] = 2
            left[team] = 0
        rest = [value for value, count in enumerate(left) for _ in range(count)]
        seats = [team for team in range(alike, 3) for _ in range(2)] + list(range(3, 12))
        order = sorted(rest, key=rest.count)
        for team, value in zip(seats, order, strict=True):
            table[team, value] += 1
        out.append(table)
    return out


def test_best_is_the_seeds_where_teams_are_equal() -> None:
    """With equal sizes the best cost of a value is 2 r (T - r) / (n T), the seed's bestMAD."""
    for people, teams, count in ((20, 4, 7), (100, 20, 13), (12, 3, 6), (30, 5, 1)):
        values = ["a"] * count + [""] * (people - count)
        problem = TeamsProblem.from_values(people, {"c": values}, teams=teams)
        classes = classes_of(problem.sizes)
        rest = count % teams
        share = Fraction(count, people)
        scale = teams * people * people * classes.common
        best = yardstick(problem.criteria[0], classes).best
        assert Fraction(best, scale) == share * Fraction(2 * rest * (teams - rest), people * teams)
