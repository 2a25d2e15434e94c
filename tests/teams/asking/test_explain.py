"""Explanations rest on figures that the judge confirms; rounds repeat no pair."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evenhand.core.errors import InputError
from evenhand.core.progress import Progress
from evenhand.teams import TeamsProblem, balance, met_before, plan_rounds
from evenhand.teams.asking.best_swaps import swaps_of
from evenhand.teams.asking.explain import explain, subjects
from evenhand.teams.asking.rounds import repeats
from evenhand.teams.judging.judge import judge
from teams.small_rosters import solved

ROWS = [
    {
        "name": f"p{at:02d}",
        "g": "wm"[at % 2],
        "o": "abc"[at * at % 3],
        "skill": str(at % 7),
        "rare": "x" if at < 2 else "y",
    }
    for at in range(23)
]


@pytest.fixture(scope="module")
def made() -> tuple[TeamsProblem, np.ndarray]:
    """A solved roster with a number, a wish and a rule."""
    problem = TeamsProblem.from_table(
        ROWS, teams=4, balance="g,o,rare", numbers="skill", wishes={"p00": ["p05"]}, apart=[["p01", "p02"]]
    )
    return problem, np.asarray(solved(problem, 1)[0].awards)


def test_every_swap_told_is_what_the_judge_says(made: tuple[TeamsProblem, np.ndarray]) -> None:
    """The value of each best swap equals the judge's difference, and scores lost are exact."""
    problem, awards = made
    value = judge(problem, awards).objective
    for person in range(problem.n):
        for swap in swaps_of(problem, awards, person):
            after = awards.copy()
            after[[person, swap.other]] = after[[swap.other, person]]
            verdict = judge(problem, after)
            assert verdict.objective - value == swap.value
            assert bool(verdict.faults) == bool(swap.breaks)


def test_people_teams_and_criteria_are_explained(made: tuple[TeamsProblem, np.ndarray]) -> None:
    """Each subject has a headline and facts; limited is told in words."""
    problem, awards = made
    assert set(subjects(problem, awards)) >= {"p00", "Team 1", "g"}
    person = explain(problem, awards, {}, "P00")
    assert person.headline.startswith("p00 is in Team")
    assert {fact.name for fact in person.facts} >= {"holds", "next_best", "elsewhere", "wish"}
    assert len(person.values("elsewhere")) == 3
    team = explain(problem, awards, {}, "team 1")
    assert team.headline.startswith("Team 1 has 6 members")
    rare = explain(problem, awards, {"certificate": "Proven."}, "rare")
    assert "2 people with rare=x for 4 teams: 2 teams have none" in str(rare)
    assert "Proven." in str(rare)


def test_why_a_score_is_below_one_names_the_teams() -> None:
    """In a segregated arrangement each team outside quota is named with its count."""
    problem = TeamsProblem.from_values(40, {"g": ["w"] * 20 + ["m"] * 20}, teams=20)
    awards = np.repeat(np.arange(20), 2)
    told = explain(problem, awards, {}, "g")
    assert "scores 0.0000" in told.headline
    assert "Team 1 has 0 with g=m, within quota is 1." in str(told)
    assert "And 20 more like these." in str(told)
    assert "outside quota" in explain(problem, awards, {}, "Team 3").headline
    mover = explain(problem, awards, {}, problem.people[0])
    assert "would be better" in mover.headline


def test_an_unknown_subject_is_told_its_near_misses(made: tuple[TeamsProblem, np.ndarray]) -> None:
    """A misspelt name is answered with names that are near."""
    with pytest.raises(InputError, match="Did you mean"):
        explain(*made, {}, "p0O")
    with pytest.raises(InputError, match="Name a person"):
        explain(*made, {}, "?????????")


def test_one_team_has_nobody_to_swap_with() -> None:
    """A person in the only team is told so."""
    problem = TeamsProblem.from_values(3, {"c": ["a", "b", "a"]}, teams=1)
    told = explain(problem, np.zeros(3, dtype=np.int64), {}, problem.people[0])
    assert "nobody to swap with" in told.headline


def test_fifteen_rounds_of_a_hundred_people_repeat_no_pair() -> None:
    """100 people in 20 teams of 5 meet nobody twice in 15 rounds."""
    problem = TeamsProblem.from_values(100, {}, teams=20)
    plan = plan_rounds(problem, 15)
    assert plan.repeats == 0
    assert plan.pairs == 15 * 20 * 10
    assert (np.array([np.bincount(row) for row in plan.awards]) == 5).all()
    assert np.array_equal(plan.awards, plan_rounds(problem, 15).awards)


def test_rounds_that_must_repeat_are_counted() -> None:
    """Four people in two teams can meet in three ways: five rounds repeat four pairs; one round none."""
    problem = TeamsProblem.from_values(4, {}, teams=2)
    assert plan_rounds(problem, 5).repeats == 4
    assert plan_rounds(problem, 1).repeats == 0
    stopped = plan_rounds(problem, 5, progress=Progress(interrupted=True))
    assert stopped.repeats == repeats(stopped.awards) >= 4


def test_the_next_round_avoids_those_met_before() -> None:
    """With the pairs of earlier rounds as soft rules the next solve repeats none where it need not."""
    problem = TeamsProblem.from_values(16, {"c": list("ab") * 8}, teams=4)
    rounds = [np.asarray(solved(problem, 1)[0].awards)]
    for _ in range(2):
        answer, _ = solved(met_before(problem, np.array(rounds)), 1)
        rounds.append(np.asarray(answer.awards))
    assert repeats(np.array(rounds)) == 0


def test_a_refused_wish_names_the_swap_that_grants_it_and_its_cost() -> None:
    """Ada is with nobody she named: the swap told is judged, and Ada then is with a friend at that cost."""
    from evenhand.teams import arrange, change

    rows = [
        {"name": name, "f": "Cy" if name in {"Ada", "Di"} else ""}
        for name in ("Ada", "Bo", "Cy", "Di", "Ed", "Fy")
    ]
    problem = TeamsProblem.from_table(rows, teams=3, balance=[], wishes="f")
    awards = np.array([0, 0, 1, 1, 2, 2])
    told = next(
        fact.sentence for fact in explain(problem, awards, {}, "Ada").facts if "granted" in fact.sentence
    )
    assert told.startswith("Not granted: Ada wishes to be with Cy. Changing places with Di of Team 2")
    after = arrange(problem, {"Ada": "Team 2", "Di": "Team 1"}, awards)
    assert told.endswith("would grant it: Di loses a wish.")
    assert change(problem, awards, after).value == 0


def test_a_wish_and_a_number_are_counted_in_every_line() -> None:
    """Where only a rule or a number changes, the line says so, and never "nothing changes"."""
    rows = [{"name": name, "n": str(at * at), "f": ""} for at, name in enumerate(("Ada", "Bo", "Cy", "Di"))]
    problem = TeamsProblem.from_table(rows, teams=2, balance=[], numbers="n", wishes={"Ada": ["Bo"]})
    told = str(explain(problem, np.array([0, 0, 1, 1]), {}, "Ada"))
    assert "Ada loses a wish" in told
    assert "of its variance" in told
    assert "nothing changes" not in told


@pytest.mark.parametrize(("people", "teams", "rounds"), [(60, 12, 9), (100, 20, 15), (24, 6, 4), (30, 6, 6)])
def test_rounds_without_a_repeat(people: int, teams: int, rounds: int) -> None:
    """Nine rounds of 60 in teams of five, six of 30, and others: nobody meets twice, with two seeds."""
    problem = TeamsProblem.from_values(people, {}, teams=teams)
    for seed in range(2):
        plan = plan_rounds(problem, rounds, seed=seed)
        assert (plan.repeats, repeats(plan.awards)) == (0, 0)
        assert all((np.bincount(row) == people // teams).all() for row in plan.awards)


@pytest.mark.parametrize(("people", "size", "rounds"), [(60, 5, 9), (24, 4, 5), (36, 6, 3)])
def test_people_of_rounds_change_places_until_columns_are_even(people: int, size: int, rounds: int) -> None:
    """Who is who in a plan without repeats is chosen by the columns, and no pair meets again for it."""
    column = ["ab"[who * who % 5 % 2] for who in range(people)]
    problem = TeamsProblem.from_values(people, {"house": column}, teams=people // size)
    plain = plan_rounds(replace(problem, criteria=()), rounds)
    plan = plan_rounds(problem, rounds)
    assert plan.repeats == plain.repeats == repeats(plan.awards) == 0
    assert all(balance(problem, codes).teams_off == 0 for codes in plan.awards)
    assert any(balance(problem, codes).teams_off for codes in plain.awards)
