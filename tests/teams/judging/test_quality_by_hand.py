"""The simple score and the variety of teams, and the lines under an arrangement, worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from evenhand.teams import TeamsProblem
from evenhand.teams.judging.quality import diversity, seed_quality, seed_score
from evenhand.teams.judging.score import balance
from evenhand.teams.judging.summary import summary

ROWS = [
    {"name": f"p{number}", "g": "ab"[number % 2], "town": "RSTUVW"[number], "skill": number % 2 * 2}
    for number in range(6)
]


def six(**settings: Any) -> TeamsProblem:
    """Return six people in two teams of three."""
    return TeamsProblem.from_rows(ROWS, **{"teams": 2, "balance": "g,town", **settings})


def numbers_alone() -> TeamsProblem:
    """Return six people of whom only a number is balanced, and no column."""
    return six(balance=[], numbers="skill")


@pytest.mark.parametrize(
    ("table", "sizes", "score", "limited"),
    [
        # Two values in two teams: shares a half; 2 and 1 in each team is as near as whole people come.
        ([[2, 1], [1, 2]], [3, 3], 1.0, False),
        # All of one kind in one team: a half away everywhere, which is the worst of two teams.
        ([[3, 0], [0, 3]], [3, 3], 0.0, False),
        # One person of a kind: some team has none, and no plan is better or worse.
        ([[1, 2], [0, 3]], [3, 3], 1.0, True),
        # Four teams of two for six of one kind and two of the other: two teams must have both.
        ([[2, 0], [1, 1], [1, 1], [2, 0]], [2, 2, 2, 2], 1.0, True),
        # More values than teams: kinds held of all kinds, from one to as many as fit.
        ([[1, 1, 1], [0, 1, 2]], [3, 3], (5 / 6 - 1 / 3) / (1 - 1 / 3), False),
        ([[1, 1, 0], [0, 1, 1]], [2, 2], 1.0, True),
        ([[2, 0, 0], [0, 1, 1]], [2, 2], 0.5, True),
        ([[2]], [2], 1.0, False),
        # One value, or nobody.
        ([[2], [2]], [2, 2], 1.0, False),
        ([], [], 1.0, False),
        ([[], []], [2, 2], 1.0, False),
        # Teams of one hold one kind whatever one does.
        ([[1, 0, 0], [0, 1, 0]], [1, 1], 1.0, True),
    ],
)
def test_the_simple_score(table: Any, sizes: list[int], score: float, *, limited: bool) -> None:
    """Mix where there are few values, variety where there are more than teams."""
    counts = np.array(table, dtype=np.int64).reshape(len(sizes), -1 if table and table[0] else 0)
    value, short = seed_score(counts, np.array(sizes))
    assert value == pytest.approx(score)
    assert short == limited
    assert isinstance(value, float)
    assert isinstance(short, bool)


def test_the_simple_score_of_an_arrangement() -> None:
    """Both columns between 0 and 1, their limits, and their plain mean; 1 where nothing is balanced."""
    apart = seed_quality(six(), np.array([0, 1, 1, 0, 0, 1]))
    assert apart.scores == {"g": pytest.approx(1.0), "town": pytest.approx(1.0)}
    assert apart.limited == {"g": False, "town": True}
    assert apart.overall == pytest.approx(1.0)
    together = seed_quality(six(), np.array([0, 1, 0, 1, 0, 1]))
    assert together.scores == {"g": pytest.approx(0.0), "town": pytest.approx(1.0)}
    assert together.overall == pytest.approx(0.5)
    assert seed_quality(numbers_alone(), np.array([0, 1, 0, 1, 0, 1])).overall == 1.0


def test_variety_of_each_team() -> None:
    """Of two kinds of g a team holds two or one, of six towns three; the mean of both is its variety."""
    assert diversity(six(), np.array([0, 0, 0, 1, 1, 1])) == [
        ([(2, 1.0), (3, 0.5)], 0.75), ([(2, 1.0), (3, 0.5)], 0.75),
    ]  # fmt: skip
    assert diversity(six(), np.array([0, 1, 0, 1, 0, 1]))[0] == ([(1, 0.5), (3, 0.5)], 0.5)
    assert diversity(numbers_alone(), np.array([0, 1, 0, 1, 0, 1])) == []


def test_a_line_for_columns_numbers_and_rules() -> None:
    """Scores in three digits, means and spreads of a number, how many people got which wish or choice."""
    problem = six(numbers="skill", friends={"p0": ["p1", "p2"], "p3": ["p4"], "p5": ["p0"]})
    awards = np.array([0, 1, 0, 0, 1, 1])
    lines = summary(problem, awards)
    assert [what for what, _, _ in lines] == ["g", "town", "skill", "wishes"]
    assert lines == summary(problem, awards, balance(problem, awards))
    assert lines[0] == ("g", "1.000", "")
    # Skills 0, 0, 2 and 2, 0, 2: means 2/3 and 4/3, and both variances 8/9.
    assert lines[2] == ("skill", "", "means 0.67 to 1.33 (all 1), spreads 0.94 in every team (all 1)")
    # p0 is with p2, the second named; p3 and p5 with nobody whom they named.
    assert lines[3][2] == "1 of 3 people is with somebody they named (1 second)."
    first = summary(problem, np.array([0, 0, 1, 1, 1, 0]))[3][2]
    assert first == "3 of 3 people are with somebody they named (3 first)."
    nobody = summary(six(friends={"p0": ["p1"]}), np.array([0, 1, 0, 1, 0, 1]))[-1][2]
    assert nobody == "0 of 1 people are with somebody they named."


def test_moves_and_earlier_meetings_are_counted() -> None:
    """Of four who were in the first team two move; of the three pairs that met, one meets again."""
    stay = {"kind": "stay", "people": "p0;p1;p2;p3", "team": "Team 1", "weight": 500}
    problem = six(rules=[stay], met=[("p0", "p1", "p2")])
    lines = {what: words for what, _, words in summary(problem, np.array([0, 0, 1, 1, 0, 1]))}
    assert lines["moves"] == "2 of 4 people move."
    assert lines["met before"] == "1 of 3 earlier meetings is repeated."
    lines = {what: words for what, _, words in summary(problem, np.array([0, 0, 0, 1, 1, 1]))}
    assert lines["moves"] == "1 of 4 people moves."
    assert lines["met before"] == "3 of 3 earlier meetings are repeated."


def test_choices_are_told_by_their_place() -> None:
    """A first choice and a second one are got; who gets none of them is not counted as served."""

    def choices(person: str, *teams: str) -> list[dict[str, Any]]:
        """Return the rules of somebody's choices: the first alone, then the first two, and so on."""
        return [{"kind": "choice", "people": person, "team": ";".join(teams[: place + 1]), "weight": 9}
                for place in range(len(teams))]  # fmt: skip

    rules = choices("p0", "Team 2", "Team 1") + choices("p1", "Team 1") + choices("p2", "Team 2")
    line = summary(six(rules=rules), np.array([0, 0, 0, 1, 1, 1]))[-1]
    assert line == ("choices", "", "2 of 3 people get one of their choices (1 first, 1 second).")
    names = [f"Team {number}" for number in range(2, 9)]
    eight = [{"name": f"p{number}", "g": "ab"[number % 2]} for number in range(8)]
    last = TeamsProblem.from_rows(eight, teams=8, balance="g", rules=choices("p0", *names))
    moved = np.array([7, 0, 1, 2, 3, 4, 5, 6])
    assert summary(last, moved)[-1][2] == "1 of 1 people gets one of their choices (1 later)."


def test_soft_rules_have_a_line_each_up_to_twelve() -> None:
    """Twelve rules are told one by one; thirteen as how many are kept, with a comma in thousands."""

    def pairs(count: int) -> list[dict[str, Any]]:
        return [
            {"kind": "apart", "people": "p0;p1" if number else "p0;p5", "weight": 5}
            for number in range(count)
        ]

    awards = np.array([0, 0, 0, 1, 1, 1])
    twelve = summary(six(rules=pairs(12)), awards)[2:]
    assert len(twelve) == 12
    assert twelve[0] == ("p0, p5 apart", "", "0 pairs stand together.")
    assert twelve[1] == ("p0, p1 apart", "", "1 pair stands together.")
    assert summary(six(rules=pairs(13)), awards)[2:] == [("apart, 13 rules", "", "1 kept in full.")]


def test_spreads_are_those_of_each_team() -> None:
    """Skills -3, 0, 3 and 0, 0, 0: spreads of the roots of 6 and 0, beside that of 3."""
    rows = [row | {"skill": skill} for row, skill in zip(ROWS, (-3, 0, 3, 0, 0, 0), strict=True)]
    problem = TeamsProblem.from_rows(rows, teams=2, balance="g", numbers="skill")
    told = summary(problem, np.array([0, 0, 0, 1, 1, 1]))[1][2]
    assert told.startswith("means 0 in every team (all 0), spreads 0 to 2.45")
    assert told.endswith("(all 1.73)")


def test_uneven_teams_and_last_wishes_are_told_as_they_are() -> None:
    """Alone p0 has a mean of 0, the others one of 6/5; the sixth named is a wish too; rules come after."""
    alone = TeamsProblem.from_rows(ROWS, sizes=[1, 5], balance="g", numbers="skill")
    line = summary(alone, np.array([0, 1, 1, 1, 1, 1]))[1]
    assert line == ("skill", "", "means 0 to 1.2 (all 1), spreads 0 to 0.98 (all 1)")
    eight = [{"name": f"p{number}", "g": "ab"[number % 2]} for number in range(8)]
    apart = {"kind": "apart", "people": "p1;p2", "weight": 5}
    late = TeamsProblem.from_rows(
        eight, teams=4, balance="g", rules=[apart], friends={"p0": [f"p{number}" for number in range(1, 7)]}
    )
    lines = summary(late, np.array([0, 1, 1, 2, 2, 3, 0, 3]))
    assert lines[1:] == [
        ("wishes", "", "1 of 1 people is with somebody they named (1 sixth)."),
        ("p1, p2 apart", "", "1 pair stands together."),
    ]


def recount(table: list[list[int]], sizes: list[int]) -> tuple[float, bool]:
    """Return the simple score, cell by cell from its definition."""
    teams, values, people = len(sizes), len(table[0]), sum(sizes)
    if values > teams:
        held = sum(sum(cell > 0 for cell in row) / values for row in table) / teams
        best = sum(min(values, size) / values for size in sizes) / teams
        score = 1.0 if best == 1 / values else (held - 1 / values) / (best - 1 / values)
        return score, any(size < values for size in sizes)
    above = room = 0.0
    for value in range(values):
        whole = sum(row[value] for row in table)
        share, floor, extra = whole / people, *divmod(whole, teams)
        apart = sum(abs(row[value] / size - share) for row, size in zip(table, sizes, strict=True)) / teams
        # The best: one more person in some of the teams, all of a middling size.
        ends = [floor + 1] * extra + [floor] * (teams - extra)
        best = sum(abs(people_in * teams / people - share) for people_in in ends) / teams
        above += share * max(0.0, apart - best)
        room += share * (2 * share * (teams - 1) / teams - best)
    limited = any(sum(row[value] for row in table) < teams for value in range(values))
    return (1.0 if abs(room) < 1e-12 else 1 - above / room), limited


def test_simple_scores_are_those_of_a_recount() -> None:
    """Mix and variety of drawn tables of one to five teams and values, as floats come."""
    rng = np.random.default_rng(5)
    for _ in range(200):
        teams, values = rng.integers(1, 6, 2).tolist()
        table = rng.integers(0, 3, (teams, values))
        sizes = table.sum(axis=1) + rng.integers(1, 3, teams) * rng.integers(0, 2) + (table.sum(axis=1) == 0)
        found, limited = seed_score(table, sizes)
        score, short = recount(table.tolist(), sizes.tolist())
        assert (round(found, 9), limited) == (round(score, 9), short)
