"""The judge: faults, terms, statement, nearest and the table; and what a change by hand does."""

from __future__ import annotations

import random

import numpy as np
import pytest

from evenhand.core.errors import InputError
from evenhand.core.shares import TICKS
from evenhand.teams import TeamsProblem, arrange, balance, change, renamed, seed_quality
from evenhand.teams.judging.judge import columns, judge, nearest
from evenhand.teams.solving.deal import deal, shuffled
from teams.small_rosters import arrangements, roster

PEOPLE = ["Ada", "Bo", "Cy", "Di", "Ed", "Fy"]
ROWS = [
    {"name": name, "g": "wm"[at % 2], "skill": str(at), "busy": "mon" if at < 2 else "tue"}
    for at, name in enumerate(PEOPLE)
]
GOOD = np.array([0, 0, 0, 1, 1, 1])


def test_what_is_no_arrangement_is_a_fault() -> None:
    """Too few places, an unknown team, wrong sizes free or listed are told in words."""
    problem = TeamsProblem.from_table(ROWS, teams=2, balance="g")
    assert "5 places" in judge(problem, GOOD[:5]).faults[0]
    assert "no team" in judge(problem, GOOD + 5).faults[0]
    assert "1 to 5 members" in judge(problem, np.array([0, 0, 0, 0, 0, 1])).faults[0]
    listed = TeamsProblem.from_table(ROWS, sizes=[2, 4], balance="g")
    assert "Team 1 has 3 members instead of 2." in judge(listed, GOOD).faults


def test_terms_sum_to_the_objective_and_rules_are_told() -> None:
    """Hard breaches are faults with their names, soft ones are terms, and all terms add up."""
    problem = TeamsProblem.from_table(
        ROWS, teams=2, balance="g", numbers="skill", together=[["Ada", "Fy"]], apart=[["Ada", "Bo"]],
        wishes={"Ada": ["Ed"], "Bo": ["Cy"]}, locked={"Cy": "Team 2"}, minimum={"g=w": 2}, no_lone=["g=m"],
        free={"busy": 2}, met=[("Di", "Ed")],
    )  # fmt: skip
    verdict = judge(problem, GOOD)
    assert verdict.objective == sum(term.value for term in verdict.terms)
    told = " ".join(verdict.faults)
    for words in (
        "they stand in 2 teams",
        "1 pair stands",
        "Cy is in Team 1",
        "Team 2 has 1",
        "alone in Team 1",
    ):
        assert words in told, words
    sentences = " ".join(term.sentence for term in verdict.terms)
    assert "not granted" in sentences
    assert "Bo wishes to be with Cy: granted" in sentences


def test_statement_balances_and_nearest_is_within_one() -> None:
    """What is due sums to what is there; the nearest whole outcome is the own one where within quota."""
    problem = TeamsProblem.from_table(ROWS, teams=2, balance="g")
    even = np.array([0, 1, 1, 0, 0, 1])
    verdict = judge(problem, even)
    assert int(verdict.statement.entitlement.sum()) == 6 * TICKS
    assert np.array_equal(nearest(problem, even), verdict.statement.received)
    apart = np.array([0, 1, 0, 1, 0, 1])
    near = nearest(problem, apart)
    assert sorted(near.tolist()) == [1, 1, 2, 2]
    assert "0 of 2" not in judge(problem, apart).headline
    assert "outside quota" in judge(problem, apart).headline


def test_without_criteria_people_are_what_is_shared() -> None:
    """Nothing to balance is fine, and nobody is."""
    plain = TeamsProblem.from_values(4, {}, teams=2)
    verdict = judge(plain, np.array([0, 1, 0, 1]))
    assert verdict.statement.things == ("people",)
    assert verdict.headline == "2 teams of 2."
    none = TeamsProblem.from_values(0, {}, teams=3)
    assert judge(none, np.zeros(0, dtype=np.int64)).headline == "No people, no teams."


def test_the_table_names_team_person_and_values() -> None:
    """Rows stand team by team; a roster column of the same name is kept beside."""
    rows = [{**row, "team": "AB"[at % 2]} for at, row in enumerate(ROWS)]
    problem = TeamsProblem.from_table(rows, teams=2, balance="g,team")
    table = columns(problem, GOOD)
    assert list(table) == ["team", "person", "g", "team (given)"]
    assert list(table["person"][:3]) == ["Ada", "Bo", "Cy"]


def test_no_arrangement_scores_outside_the_unit_interval() -> None:
    """Over all arrangements of 60 rosters scores lie in [0, 1] and every criterion attains 1."""
    draw = random.Random(2)
    for _ in range(60):
        problem = roster(draw, most=6)
        tops = dict.fromkeys((criterion.name for criterion in problem.criteria), 0.0)
        for awards in arrangements(problem.sizes.tolist()):
            scores = balance(problem, awards).scores
            assert all(0 <= score <= 1 for score in scores.values())
            tops = {name: max(top, float(scores[name])) for name, top in tops.items()}
        assert set(tops.values()) <= {1.0}


def test_deal_follows_the_seeds_formula_person_by_person() -> None:
    """The quick deal equals a plain reading of the seed's steps."""
    draw = random.Random(8)
    for seed in range(40):
        problem = TeamsProblem.from_values(
            20,
            {f"c{at}": [draw.choice(["a", "b", "c", None]) for _ in range(20)] for at in range(3)},
            teams=6,
        )
        order = shuffled(problem, seed)
        assert np.array_equal(deal(problem, order), plain_deal(problem, order.tolist()))


def plain_deal(problem: TeamsProblem, order: list[int]) -> np.ndarray:
    """Deal by the definition, looking at every team."""
    teams, k = len(problem.teams), len(problem.criteria)
    values = [criterion.of(problem.n).tolist() for criterion in problem.criteria]
    share = [(criterion.counts / problem.n).tolist() for criterion in problem.criteria]
    count = [[[0] * len(criterion.values) for _ in range(teams)] for criterion in problem.criteria]
    size, awards = [0] * teams, np.zeros(problem.n, dtype=np.int64)
    for person in order:
        costs = []
        for team in range(teams):
            cost = float(size[team] * (k + 1))
            for at in range(k):
                value = values[at][person]
                if value >= 0:
                    cost += max(0.0, (count[at][team][value] + 1) / (size[team] + 1) - share[at][value])
            costs.append(cost)
        best = costs.index(min(costs))
        awards[person] = best
        size[best] += 1
        for at in range(k):
            if values[at][person] >= 0:
                count[at][best][values[at][person]] += 1
    return awards


def test_a_hand_made_change_is_judged_with_its_deltas() -> None:
    """A swap by name is scored beside what was; a move breaks the sizes and says so."""
    problem = renamed(TeamsProblem.from_table(ROWS, teams=2, balance="g"), {"Team 1": "Reds"})
    before = arrange(problem, {"Reds": ["Ada", "Cy", "Bo"], "Team 2": ["Di", "Ed", "Fy"]})
    after = arrange(problem, {"bo": "Team 2", "Ed": "Reds"}, before)
    done = change(problem, before, after)
    assert done.moved == ("Bo", "Ed")
    assert done.value > 0
    assert "g becomes less even: 100.0% to 0.0%" in str(done)
    moved = change(problem, before, arrange(problem, {"Ada": "Team 2"}, before))
    assert "2 to 4 members" in str(moved)
    assert "Nobody moved." in str(change(problem, before, before))


def test_wrong_names_in_an_arrangement_come_all_at_once() -> None:
    """Unknown people and teams, doubles and people left out are told together."""
    problem = TeamsProblem.from_table(ROWS, teams=2, balance="g")
    with pytest.raises(InputError, match=r"'Zed'.*\n.*'Team 7'.*\n.*'ada' is named twice"):
        arrange(problem, {"Zed": "Team 1", "Bo": "Team 7", "Ada": "Team 1", "ada": "Team 2"})
    with pytest.raises(InputError, match="'Bo' stands in no team"):
        arrange(problem, {"Ada": "Team 1"})


def test_the_seeds_score_stays_available() -> None:
    """seed_quality clamps to [0, 1] and says which criterion is limited."""
    problem = TeamsProblem.from_values(6, {"c": list("aaabbc"), "d": list("abcdef")}, teams=2)
    scored = seed_quality(problem, GOOD)
    assert set(scored.scores) == {"c", "d"}
    assert all(0 <= score <= 1 for score in scored.scores.values())
    assert scored.limited == {"c": False, "d": True}
    assert seed_quality(TeamsProblem.from_values(2, {}, teams=1), np.zeros(2, dtype=np.int64)).overall == 1


def test_at_most_is_broken_by_one_too_many_and_not_before() -> None:
    """Exactly the limit is fine, one more is one unit, and so at the lower end."""
    from evenhand.teams.judging.rules import breaches

    problem = TeamsProblem.from_table(ROWS, teams=2, balance="g", maximum={"g=w": 2}, minimum={"g=w": 1})
    kept, over = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 1, 0, 1, 0, 1])
    assert [breach.units for breach in breaches(problem, kept)] == [0, 0]
    assert [breach.units for breach in breaches(problem, over)] == [1, 1]
    assert any("at most 2 g=w" in fault and "Team 1 has 3" in fault for fault in judge(problem, over).faults)


def test_apart_counts_pairs() -> None:
    """Three of a group in one team are three pairs, two and one are one."""
    from evenhand.teams.judging.rules import breaches

    problem = TeamsProblem.from_table(ROWS, teams=2, balance="g", apart=[["Ada", "Bo", "Cy"]])
    places = {(0, 0, 0, 1, 1, 1): 3, (0, 0, 1, 0, 1, 1): 1}
    for awards, pairs in places.items():
        assert [breach.units for breach in breaches(problem, np.array(awards))] == [pairs]
    assert "3 pairs stand together" in judge(problem, GOOD).faults[0]


def test_nearest_rounds_each_kind_by_largest_remainder() -> None:
    """With teams of 4 and 2, three women are due 2 and 1, and three men likewise: one whole outcome."""
    problem = TeamsProblem.from_table(ROWS, sizes=[4, 2], balance="g")
    wrong = np.array([0, 0, 0, 1, 0, 1])
    statement = judge(problem, wrong).statement
    assert statement.received.tolist() == [1, 2, 3, 0]
    assert nearest(problem, wrong).tolist() == [2, 1, 2, 1]


def test_no_score_leaves_the_unit_interval_where_sizes_differ_much() -> None:
    """With sizes 2 and 7 the most uneven arrangement scores 0, not below."""
    problem = TeamsProblem.from_values(11, {"c": ["a"] * 6 + ["b"] * 5}, sizes=[2, 2, 7])
    lowest = min(float(balance(problem, awards).overall) for awards in arrangements([2, 2, 7]))
    assert lowest == 0.0


def test_rules_alone_count_though_every_column_is_trivial() -> None:
    """Where all are alike a wish still is worth its points, and is granted."""
    import evenhand as eh

    rows = [{"name": name, "g": "w"} for name in PEOPLE]
    plan = eh.solve(TeamsProblem.from_rows(rows, teams=3, balance="g", wishes={"Ada": ["Fy"], "Bo": ["Di"]}))
    assert (plan.status, plan.objective) == ("optimal", 0)
    assert all("not granted" not in term.sentence for term in plan.terms)
    crossed = TeamsProblem.from_rows(rows, teams=3, balance="g", wishes={"Ada": ["Bo", "Cy"]})
    best = eh.solve(crossed)
    assert best.objective is not None
    assert best.objective > 0
