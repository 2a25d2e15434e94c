"""The lines people read under an arrangement."""

from __future__ import annotations

from typing import Any

import numpy as np

from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.teams import JOB, TeamsProblem, summary

ROWS = [
    {"name": f"p{at}", "g": "ab"[at % 2], "skill": str(at), "busy": "Mon" if at else "Tue"} for at in range(6)
]


def made(**settings: Any) -> TeamsProblem:
    """Return six people in two teams."""
    return TeamsProblem.from_table(ROWS, teams=2, balance="g", **settings)


def test_numbers_are_told_as_means_and_spreads() -> None:
    """Teams of 0, 1, 2 and of 3, 4, 5 have the means 1 and 4 and one spread."""
    lines = summary(made(numbers="skill"), np.array([0, 0, 0, 1, 1, 1]))
    assert lines[0][:2] == ("g", "1.000")
    assert lines[1][0] == "skill"
    assert lines[1][2].startswith("means 1 to 4 (all 2.5), spreads 0.82")


def test_columns_that_only_rules_read_have_no_score() -> None:
    """A rule's column is no criterion; a soft rule says whether it is kept, a hard one is not listed."""
    problem = made(wishes={"p0": ["p1"]}, free={"busy": 1}, rules=[{"kind": "apart", "people": "p2;p3"}])
    lines = summary(problem, np.array([0, 0, 0, 1, 1, 1]))
    assert [what for what, _, _ in lines] == ["g", "p0 wishes to be with p1"]
    assert lines[1][2] == "granted."


def test_many_rules_of_a_kind_are_counted() -> None:
    """Beyond twelve of a kind one line says how many are kept."""
    pairs = [{"kind": "apart", "people": "p0;p1", "weight": "5"}] * 13
    lines = summary(made(rules=pairs), np.array([0, 0, 0, 1, 1, 1]))
    assert lines[-1] == ("apart, 13 rules", "", "0 kept in full.")


def test_earlier_meetings_and_roles_have_a_line_each() -> None:
    """One of two pairs that met meets again; both whose turn it is stand in one team, so one has it."""
    problem = made(met=[("p0", "p1"), ("p0", "p5")], roles="captain")
    (role,) = [rule for rule in problem.rules if rule.kind == "role"]
    first, second = role.people[:2]
    awards = np.array([1] * 6)
    awards[[first, second]] = 0
    awards[next(person for person in range(6) if person not in {first, second})] = 0
    lines = {what: words for what, _, words in summary(problem, awards)}
    again = sum(awards[one] == awards[other] for one, other in ((0, 1), (0, 5)))
    assert lines["met before"].startswith(f"{again} of 2 earlier meetings")
    assert lines["captain"].startswith("1 of 2 have their turn")


def test_every_free_slot_is_rewarded() -> None:
    """With a weight and no least number, people who are busy together share a team."""
    rows = [
        {"name": f"p{at}", "g": "ab"[at // 4], "busy": ["Mon", "Tue", "Wed", "Thu"][at % 4]}
        for at in range(8)
    ]
    problem = TeamsProblem.from_table(rows, teams=4, balance="g", free="busy")
    answer = JOB.methods["exchange"].run(problem, 1, Limits(), Progress())
    assert answer.awards is not None
    busy = problem.criteria[1].of(8)
    assert all(len(set(busy[answer.awards == team].tolist())) == 1 for team in range(4))


def test_every_line_reads_so() -> None:
    """Columns, numbers, earlier meetings and roles, word for word."""
    people = enumerate(["Ann", "Bo", "Cy", "Di", "Ed", "Flo"])
    rows = [{"name": name, "g": "ab"[index % 2], "skill": str(index)} for index, name in people]
    problem = TeamsProblem.from_table(
        rows,
        teams=2,
        balance="g",
        numbers="skill",
        met=[("Ann", "Bo"), ("Ann", "Flo")],
        roles="captain, scribe",
    )
    turns = [rule for rule in problem.rules if rule.kind == "role"]
    assert [rule.people[:2] for rule in turns] == [(4, 1), (3, 5)]
    # Ed and Bo stand apart, Di and Flo together; Ann meets Bo again, and not Flo.
    assert summary(problem, np.array([0, 0, 0, 1, 1, 1])) == [
        ("g", "1.000", ""),
        ("skill", "", "means 1 to 4 (all 2.5), spreads 0.82 in every team (all 1.71)"),
        ("met before", "", "1 of 2 earlier meetings is repeated."),
        ("captain", "", "2 of 2 have their turn (in turn: Ed, Bo)."),
        ("scribe", "", "1 of 2 have their turn (in turn: Di, Flo)."),
    ]


def test_means_are_rounded_to_what_a_reader_can_tell() -> None:
    """Numbers are rounded to a twentieth of how far people are apart, whatever their size."""
    for scale, said in (
        (1, "means 3.5 in every team (all 3.5), spreads 1.5 to 1.8 (all 1.71)"),
        (10_000, "means 35,000 in every team (all 35,000), spreads 15,000 to 18,000 (all 17,100)"),
    ):
        cells = [str(scale * number) for number in (1, 2, 3, 4, 5, 6)]
        problem = TeamsProblem.from_table(
            {"name": list("abcdef"), "skill": cells}, sizes=[2, 4], numbers=["skill"]
        )
        awards = np.array([1, 0, 1, 1, 0, 1])
        assert summary(problem, awards)[0][2] == said
