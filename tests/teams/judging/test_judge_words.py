"""Every word and figure of a verdict, worked out by hand: what a reader sees may not drift unnoticed."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.core.shares import TICKS
from evenhand.teams import TeamsProblem
from evenhand.teams.judging.judge import columns, judge, nearest, statement
from evenhand.teams.judging.roles import holders
from evenhand.teams.judging.rules import breaches
from evenhand.teams.problem import Rule

ROWS = [
    {"name": name, "g": g, "club": club, "skill": skill, "plain": "7"}
    for name, g, club, skill in zip(
        ("Ada", "Bo", "Cy", "Di", "Ed", "Fy"), "wwwmmx", "ccddcc", "024680", strict=True
    )
]


def test_every_term_has_its_name_sentence_and_whole_value() -> None:
    """Two columns, a similar one, a number, one of weight 0 and a wish: six terms and more, each as told."""
    problem = TeamsProblem.from_table(
        ROWS,
        teams=2,
        balance="g",
        similar="club",
        numbers="skill",
        weights={"skill": 1},
        wishes={"Ada": ["Di"]},
    )
    verdict = judge(problem, np.array([0, 0, 0, 1, 1, 1]))
    told = {term.name: term.sentence for term in verdict.terms}
    # g: three women in one team and two men and an x in the other is the worst there can be.
    assert told["g"] == "score 0.000 (1 person with g=x for 2 teams: 1 team has none)."
    assert told["club"].startswith("score ")
    # skill is 0, 2, 4 and 6, 8, 0: means 2 and 14/3, a fifth of the variance; z-scores are in thousandths.
    assert told["skill mean"] == "19.9809% of the variance lies between teams."
    assert told["skill spread"].endswith("% of the variance lies between teams.")
    assert told["Ada wishes to be with Di"] == "Ada wishes to be with Di: not granted."
    assert list(told) == ["g", "club", "skill mean", "skill spread", "Ada wishes to be with Di"]
    assert all(type(term.value) is int for term in verdict.terms)
    assert verdict.objective == sum(term.value for term in verdict.terms)


def test_a_similar_column_costs_where_people_are_spread() -> None:
    """Alike people together cost nothing, spread they cost something; with a plain column it is reversed."""
    rows = [{"name": name, "club": club} for name, club in zip("abcd", "ccdd", strict=True)]
    together, spread = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    alike = TeamsProblem.from_table(rows, teams=2, balance=[], similar="club")
    even = TeamsProblem.from_table(rows, teams=2, balance="club")
    assert judge(alike, together).objective == judge(even, spread).objective == 0
    assert judge(alike, spread).objective > 0
    assert judge(even, together).objective > 0


def test_a_number_of_weight_0_is_not_weighed() -> None:
    """It costs nothing, and says so."""
    problem = TeamsProblem.from_table(ROWS, teams=2, balance="g", numbers="skill", weights={"skill": 0})
    told = {term.name: term for term in judge(problem, np.array([0, 0, 0, 1, 1, 1])).terms}
    assert told["skill mean"].sentence == "nothing weighed lies between teams."
    assert told["skill mean"].value == 0


def test_people_outside_quota_are_counted_in_words() -> None:
    """Teams of three and two: three women in the larger are one too many, the men one too few."""
    problem = TeamsProblem.from_values(5, {"g": list("wwwmm")}, teams=2)
    verdict = judge(problem, np.array([0, 0, 0, 1, 1]))
    assert verdict.terms[0].name == "outside quota"
    assert verdict.terms[0].sentence == "4 people too many or too few in a team."
    assert verdict.terms[1].sentence == "score 0.000."
    assert verdict.headline == "2 teams of 2 or 3: balance 0.000 (g 0.000); 2 of 2 teams outside quota."


def test_a_headline_names_columns_and_sizes() -> None:
    """One size or a span, the columns in order, and whether every team is within quota."""
    problem = TeamsProblem.from_values(4, {"a": list("xyxy"), "b": list("uuvv")}, teams=2)
    verdict = judge(problem, np.array([0, 0, 1, 1]))
    assert verdict.headline == "2 teams of 2: balance 0.500 (a 1.000, b 0.000); 2 of 2 teams outside quota."
    best = judge(problem, np.array([0, 1, 1, 0]))
    assert best.headline == "2 teams of 2: balance 1.000 (a 1.000, b 1.000); every team within quota."
    alone = TeamsProblem.from_values(3, {}, teams=1)
    assert judge(alone, np.zeros(3, dtype=np.int64)).headline == "1 team of 3."


def test_what_is_no_arrangement_has_no_terms_and_an_empty_statement() -> None:
    """Too few places, or a team that is not there: a sentence, and nothing that could be added up."""
    problem = TeamsProblem.from_values(4, {"a": list("xyxy")}, sizes=[2, 2])
    for awards in ([0, 0, 1], [0, 0, 1, 2]):
        verdict = judge(problem, np.array(awards))
        assert (verdict.objective, verdict.terms) == (0, ())
        assert verdict.headline == "This is not an arrangement of these people."
        assert (verdict.statement.claimants, verdict.statement.things) == ((), ())
        assert verdict.statement.entitlement.dtype == np.int64
    assert judge(problem, np.array([0, 0, 0, 0])).faults == (
        "Team 1 has 4 members instead of 2.", "Team 2 has 0 members instead of 2.",
    )  # fmt: skip


def test_codes_may_come_as_any_numbers() -> None:
    """Codes read from a file as floats are judged as whole ones."""
    problem = TeamsProblem.from_values(4, {"a": list("xyxy")}, teams=2)
    assert judge(problem, np.array([0.0, 0.0, 1.0, 1.0])).objective == 0
    said = statement(problem, np.array([0, 0, 1, 1]))
    assert said.entitlement.dtype == said.received.dtype == np.int64
    assert said.entitlement.tolist() == [TICKS] * 4


PROBLEM = TeamsProblem.from_values(6, {"c": list("abacba")}, teams=3)
NAMES = PROBLEM.people


@pytest.mark.parametrize(
    ("rule", "awards", "said"),
    [
        (Rule("lone", criterion=0, value=0), [0, 0, 1, 1, 2, 2], "alone in Team 1, Team 2, Team 3"),
        (Rule("lone", criterion=0, value=0), [0, 1, 0, 1, 1, 0], "kept"),
        (Rule("met", people=(0, 1, 2)), [0, 0, 1, 1, 2, 2], "1 pair meets again"),
        (Rule("met", people=(0, 1, 2)), [0, 0, 0, 1, 2, 2], "3 pairs meet again"),
        (Rule("wish", people=(0, 2)), [0, 0, 1, 1, 2, 2], "not granted"),
        (Rule("wish", people=(0, 1)), [0, 0, 1, 1, 2, 2], "granted"),
        (Rule("friends", people=(0, 2), low=9), [0, 0, 1, 1, 2, 2], "none of them"),
        (Rule("friends", people=(0, 1), low=9), [0, 0, 1, 1, 2, 2], f"with {NAMES[1]}"),
        (Rule("stay", people=(0, 1), teams=(1,)), [0, 1, 1, 2, 2, 0], f"{NAMES[0]} moves to Team 1"),
        (Rule("free", criterion=0, low=3), [0, 0, 1, 1, 2, 2], "Team 1 has 1, Team 2 has 1, Team 3 has 1"),
        (Rule("role", people=(0, 1, 2, 3), criterion=0, low=3), [0, 0, 1, 1, 2, 2], "2 of 3 have their turn"),
    ],
)  # fmt: skip
def test_the_outcome_of_a_rule_in_words(rule: Rule, awards: list[int], said: str) -> None:
    """What became of a rule is told in so many words, and its units are a whole number."""
    (breach,) = breaches(PROBLEM, np.array(awards), [rule])
    assert breach.outcome == said
    assert type(breach.units) is int


def test_slots_too_few_add_up_over_teams() -> None:
    """Three teams that are two slots short each are six short."""
    (breach,) = breaches(PROBLEM, np.array([0, 0, 1, 1, 2, 2]), [Rule("free", criterion=0, low=3)])
    assert breach.units == 6


def test_roles_are_found_behind_other_rules_and_stand_in_the_plan() -> None:
    """In each team the first in line has the role; the column is there only where there is a role."""
    rows = [{"name": name, "captain": "yes" * (name != "c")} for name in "abcdef"]
    problem = TeamsProblem.from_table(rows, teams=2, balance=[], apart=[["a", "b"]], roles="captain")
    (role,) = [rule for rule in problem.rules if rule.kind == "role"]
    assert problem.rules[-1] is role
    awards = np.array([0, 1, 0, 1, 0, 1])
    first = [next(person for person in role.people if awards[person] == team) for team in (0, 1)]
    assert holders(problem, awards) == {person: ["captain"] for person in first}
    table = columns(problem, awards)
    assert table["person"] == list("acebdf")
    assert [who for who, has in zip(table["person"], table["role"], strict=True) if has == "captain"] == [
        problem.people[person] for person in first
    ]
    assert "role" not in columns(PROBLEM, np.array([0, 0, 1, 1, 2, 2]))


def test_a_plan_lists_each_team_by_name() -> None:
    """Forty people in two teams, with the cells of a kept column beside each."""
    rows = [{"name": f"p{at:02}", "g": "wm"[at % 2]} for at in range(40)]
    problem = TeamsProblem.from_table(rows, teams=2, balance="g")
    awards = np.array([at % 3 == 0 for at in range(40)], dtype=np.int64)
    table = columns(problem, awards)
    wanted = [f"p{at:02}" for at in sorted(range(40), key=lambda at: (awards[at], at))]
    assert table["person"] == wanted
    assert table["g"] == ["wm"[int(name[1:]) % 2] for name in wanted]
    assert table["team"] == ["Team 1"] * 26 + ["Team 2"] * 14


def test_the_nearest_outcome_of_many_equal_teams() -> None:
    """Of three values in twenty teams of two, each with a remainder, the first teams get one more."""
    values = ["a"] * 10 + ["b"] * 14 + ["c"] * 16
    problem = TeamsProblem.from_values(40, {"v": values}, teams=20)
    wrong = np.repeat(np.arange(20), 2)
    found = nearest(problem, wrong).reshape(3, 20)
    for row, count in zip(found.tolist(), (10, 14, 16), strict=True):
        assert row == [1] * count + [0] * (20 - count)
