"""The judge's reading of each kind of rule, against a count person by person over every arrangement."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from evenhand.core.shares import TICKS
from evenhand.teams import TeamsProblem
from evenhand.teams.judging.judge import judge, nearest
from evenhand.teams.judging.objective import price_list
from evenhand.teams.judging.rules import breaches
from evenhand.teams.problem import Rule

VALUES = ["a", "b", "a", "c", "b", "a"]
PROBLEM = TeamsProblem.from_values(6, {"c": VALUES}, teams=3)


def units_by_hand(rule: Rule, team_of: tuple[int, ...]) -> int:
    """Return the units of breach of a rule, from its definition and nothing else."""
    home = [team_of[person] for person in rule.people]
    places = rule.teams or (0, 1, 2)
    inside = [[VALUES[who] for who in range(6) if team_of[who] == team] for team in places]
    match rule.kind:
        case "count":
            held = [values.count("abc"[rule.value]) for values in inside]
            units = sum(max(0, rule.low - count) + max(0, count - rule.high) for count in held)
        case "lone":
            wanted = "abc" if rule.value < 0 else "abc"[rule.value]
            units = sum(values.count(value) == 1 for values in inside for value in wanted)
        case "free":
            units = sum(max(0, rule.low - len(set("abc") - set(values))) for values in inside)
        case "together":
            units = len(set(home)) - 1
        case "role":
            units = sum(home[one] == home[other] for one in range(rule.low) for other in range(one))
        case "apart" | "met":
            units = sum(home[one] == home[other] for one in range(len(home)) for other in range(one))
        case "wish":
            units = int(home[0] != home[1])
        case "friends":
            met = [place for place, team in enumerate(home[1:]) if team == home[0]]
            units = met[0] ** 2 if met else rule.low
        case "choice":
            units = int(home[0] not in rule.teams)
        case _:  # allowed, and stay in one team
            units = sum(team not in rule.teams for team in home)
    return units


RULES = [
    Rule("count", criterion=0, value=0, low=1, high=2),
    Rule("count", criterion=0, value=0, high=1, teams=(1,)),
    Rule("count", criterion=0, value=1, low=2, high=2),
    Rule("lone", criterion=0, value=0),
    Rule("lone", criterion=0, value=1, teams=(0, 2)),
    Rule("lone", criterion=0),
    Rule("free", criterion=0, low=1),
    Rule("free", criterion=0, low=3, teams=(2,)),
    Rule("together", people=(0, 2, 4)),
    Rule("apart", people=(0, 1, 2, 3)),
    Rule("met", people=(0, 2, 5)),
    Rule("role", people=(4, 1, 0, 2), criterion=0, low=3),
    Rule("wish", people=(3, 1)),
    Rule("friends", people=(2, 0, 4, 5, 1), low=16),
    Rule("allowed", people=(1, 3, 5), teams=(0, 2)),
    Rule("stay", people=(4, 5), teams=(1,)),
    Rule("choice", people=(3, 1), teams=(0, 1)),
]


@pytest.mark.parametrize("rule", RULES, ids=[f"{at} {rule.kind}" for at, rule in enumerate(RULES)])
def test_the_judge_counts_every_kind_of_rule_as_defined(rule: Rule) -> None:
    """Over every way to put six people in three teams, breaches are what counting by hand gives."""
    for team_of in product(range(3), repeat=6):
        (breach,) = breaches(PROBLEM, np.array(team_of), [rule])
        assert breach.units == units_by_hand(rule, team_of), team_of


def test_the_sentence_of_a_breach_names_three_teams_at_most() -> None:
    """Of five teams that break a rule the first three are named, each with what it has."""
    problem = TeamsProblem.from_values(5, {"c": list("aaaaa")}, teams=5)
    (breach,) = breaches(problem, np.arange(5), [Rule("count", criterion=0, value=0, low=2, said="two a")])
    assert breach.units == 5
    assert breach.sentence == "two a: Team 1 has 1, Team 2 has 1, Team 3 has 1."


@pytest.mark.parametrize("kind", ["together", "apart"])
def test_one_is_told_in_the_singular(kind: str) -> None:
    """One team, one pair."""
    (breach,) = breaches(PROBLEM, np.array([0, 0, 1, 1, 2, 2]), [Rule(kind, people=(0, 1))])
    assert breach.outcome == {"together": "they stand in 1 team", "apart": "1 pair stands together"}[kind]


def test_the_nearest_outcome_gives_what_is_left_to_the_largest_remainder() -> None:
    """Teams of 5 and 2 are due 2.14 and 0.86 of three women, 2.86 and 1.14 of four men."""
    problem = TeamsProblem.from_values(7, {"g": list("wwwmmmm")}, sizes=[5, 2])
    wrong = np.array([0, 1, 1, 0, 0, 0, 0])
    assert judge(problem, wrong).statement.received.tolist() == [4, 0, 1, 2]
    assert nearest(problem, wrong).tolist() == [3, 1, 2, 1]


def test_what_teams_are_due_is_exact_where_ticks_do_not_divide() -> None:
    """Of 8 of 23 people each team is due its size's part, ticks left over by largest remainder."""
    problem = TeamsProblem.from_values(23, {"g": list("a" * 8 + "b" * 15)}, sizes=[7, 8, 8])
    due = judge(problem, np.repeat([0, 1, 2], [7, 8, 8])).statement.entitlement
    for count, own in ((8, due[:3]), (15, due[3:])):
        exact = [TICKS * count * size for size in (7, 8, 8)]
        assert sum(own.tolist()) == TICKS * count
        left = TICKS * count - sum(part // 23 for part in exact)
        order = sorted(range(3), key=lambda team: (-(exact[team] % 23), team))
        assert own.tolist() == [exact[team] // 23 + (team in order[:left]) for team in range(3)]


@pytest.mark.parametrize("code", [-1, 3])
def test_a_team_code_just_outside_is_a_fault(code: int) -> None:
    """With three teams the codes -1 and 3 are nobody's, and nothing else is valued."""
    verdict = judge(PROBLEM, np.array([0, 0, 1, 1, 2, code]))
    assert verdict.faults == ("A person stands in no team: team codes go from 0 to 2.",)
    assert verdict.objective == 0


def test_people_outside_quota_are_paid_for_one_by_one() -> None:
    """Four counts of women and men are one outside floor and ceiling; a lone team is told in the singular."""
    problem = TeamsProblem.from_values(7, {"g": list("wwwmmmm")}, sizes=[5, 2])
    verdict = judge(problem, np.array([0, 1, 1, 0, 0, 0, 0]))
    off = price_list(problem).off
    assert off > 0
    assert (verdict.terms[0].name, verdict.terms[0].value) == ("outside quota", 4 * off)
    alone = TeamsProblem.from_values(6, {}, teams=1)
    assert judge(alone, np.zeros(6, dtype=np.int64)).headline == "1 team of 6."


def test_a_kept_rule_names_no_team() -> None:
    """Every team has exactly the one free value asked for."""
    (breach,) = breaches(PROBLEM, np.array([0, 0, 1, 1, 2, 2]), [Rule("free", criterion=0, low=1)])
    assert (breach.units, breach.outcome) == (0, "kept")
