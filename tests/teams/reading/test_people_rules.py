"""Wishes, choices and places from the roster's columns and from earlier plans."""

from __future__ import annotations

import random
from itertools import permutations
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.errors import InputError
from evenhand.teams import TeamsProblem, summary
from evenhand.teams.judging.judge import judge
from evenhand.teams.solving.model.floors import floors_of
from teams.small_rosters import arrangements

NAMES = ["Ada Lo", "Ben Ito", "Cy Roe", "Dee Fox", "Eli Oz", "Fay Kim", "Gus Ray", "Hal Poe"]


def rows(**columns: list[str]) -> list[dict[str, Any]]:
    """Return eight people with these columns."""
    return [
        {"name": name, "g": "wm"[at % 2], **{column: cells[at] for column, cells in columns.items()}}
        for at, name in enumerate(NAMES)
    ]


def told(plan: Any) -> dict[str, str]:
    """Return what the lines under the plan say, by their heads."""
    return {what: words for what, _, words in summary(plan.problem, plan.awards)}


def test_a_column_keeps_people_together_and_apart() -> None:
    """Equal cells share a team or never do; cells that name people are pairs; a mutual pair is one rule."""
    family = ["x", "", "y", "x", "", "y", "", ""]
    foes = ["", "Dee", "", "Ben Ito", "Nobody", "Ito, Ben", "", "Lo"]
    table = rows(family=family, foes=foes)
    problem = TeamsProblem.from_rows(table, teams=4, balance="g", together="family", apart=["foes"])
    assert sorted(rule.said for rule in problem.rules) == [
        "Ada Lo, Dee Fox together",
        "Ada Lo, Hal Poe apart",
        "Ben Ito, Dee Fox apart",
        "Ben Ito, Fay Kim apart",
        "Cy Roe, Fay Kim together",
    ]
    assert "'Nobody' names nobody of the roster" in " ".join(map(str, problem.warnings))
    plan = eh.solve(problem)
    assert {"Dee Fox"} <= mates(plan, "Ada Lo")
    assert not {"Dee Fox", "Fay Kim"} & mates(plan, "Ben Ito")
    # Family names that one person alone bears name nobody else: they are values.
    plan = eh.solve(
        TeamsProblem.from_rows(rows(clan=["Lo", "Lo", *"abcdef"]), teams=2, balance="g", apart="clan")
    )
    assert "Ben Ito" not in mates(plan, "Ada Lo")
    with pytest.raises(InputError, match=r"column Famly: is missing\. Did you mean family"):
        TeamsProblem.from_rows(table, teams=4, balance="g", together="Famly")


def mates(plan: Any, name: str) -> set[str]:
    """Return who is in the person's team."""
    people = plan.problem.people
    home = plan.awards[people.index(name)]
    return {other for other, team in zip(people, plan.awards, strict=True) if team == home} - {name}


def test_everybody_gets_a_friend_where_that_can_be() -> None:
    """Two columns of a form: each person is with one they named, by whole name or by first name."""
    first = ["Ben Ito", "ada", "Dee Fox", "Cy", "Fay Kim", "Eli Oz", "Hal Poe", "Gus Ray"]
    second = ["Cy Roe", "", "", "", "anyone", "", "", "Gus Ray"]
    problem = TeamsProblem.from_table(rows(f1=first, f2=second), teams=4, balance="g", wishes="f1,f2")
    plan = eh.solve(problem)
    assert plan.status == "optimal"
    assert mates(plan, "Ada Lo") == {"Ben Ito"}
    assert ("wishes", "", "8 of 8 people are with somebody they named (8 first).") in summary(
        problem, plan.awards
    )
    assert "'anyone' names nobody of the roster" in " ".join(map(str, problem.warnings))


def test_a_longer_list_counts_no_more() -> None:
    """One person with six wishes is one unserved person at most, as one with one wish is."""
    lists = ["Cy;Dee;Eli;Fay;Gus;Hal", "Cy", "", "", "", "", "", ""]
    problem = TeamsProblem.from_table(rows(f=lists), teams=4, balance="g", wishes="f")
    assert len({rule.low for rule in problem.rules}) == 1
    assert [len(rule.people) for rule in problem.rules] == [7, 2]


def test_most_are_served_and_the_limit_is_proven() -> None:
    """Against all arrangements of 10 random rosters: as many served as can be, and never above the limit."""
    draw = random.Random(7)
    for _ in range(10):
        wishes = [draw.choice([*NAMES, ""]) for _ in NAMES]
        problem = TeamsProblem.from_table(rows(f=wishes), teams=draw.choice([2, 4]), balance="g", wishes="f")
        asked = [(rule.people[0], rule.people[1:]) for rule in problem.rules]
        best = max(
            sum(any(places[friend] == places[who] for friend in friends) for who, friends in asked)
            for places in arrangements(problem.sizes.tolist())
        )
        plan = eh.solve(problem, limits=eh.Limits(effort="quick"))
        served = sum(any(plan.awards[f] == plan.awards[who] for f in friends) for who, friends in asked)
        assert served == best <= floors_of(problem).servable


def test_choices_of_projects_with_places() -> None:
    """Rooms have places; second choices are taken before none, and the line says how many got what."""
    problem = TeamsProblem.from_table(
        rows(c1=["Art"] * 6 + ["Box"] * 2, c2=["Box"] * 6 + ["Art"] * 2),
        rooms=[{"name": "Art", "capacity": "4"}, {"name": "Box", "capacity": "6"}], balance="g",
        choices="c1,c2",
    )  # fmt: skip
    plan = eh.solve(problem)
    assert problem.sizes.tolist() == [4, 4]
    assert told(plan)["choices"] == "8 of 8 people get one of their choices (6 first, 2 second)."
    assert "2 seats stay free" in str(problem.warnings[0])


def test_sizes_of_rooms_follow_choices() -> None:
    """Within least and capacity the sizes serve most, and are even where choices leave that open."""
    rooms = [
        {"name": "Art", "capacity": "6", "min": "1"},
        {"name": "Box", "capacity": "6", "min": "2"},
        {"name": "Car", "capacity": "6", "min": "0"},
    ]
    asked: dict[str, Any] = {"rooms": rooms, "balance": [], "choices": "c1,c2"}
    problem = TeamsProblem.from_table(rows(c1=["Art"] * 7 + ["Box"], c2=["Box"] * 7 + ["Art"]), **asked)
    assert dict(zip(problem.teams, problem.sizes.tolist(), strict=True)) == {"Art": 6, "Box": 2}
    assert "'Car' stays empty" in " ".join(map(str, problem.warnings))
    plan = eh.solve(problem)
    assert plan.status == "optimal"
    assert told(plan)["choices"] == "8 of 8 people get one of their choices (7 first, 1 second)."
    # Who chose nothing may be anywhere, so the sizes stay even.
    even = TeamsProblem.from_table(rows(c1=["Art"] + [""] * 7, c2=["Car"] + [""] * 7), **asked)
    assert even.sizes.tolist() == [3, 3, 2]
    # More rooms than people: a team of nobody is no team.
    few = TeamsProblem.from_table(rows()[:2], rooms=[room | {"min": "0"} for room in rooms], balance="g")
    assert few.sizes.tolist() == [1, 1]


def test_after_drop_outs_the_fewest_move() -> None:
    """Two leave one team and one joins: as few as can be move, and that is proven."""
    before = dict(zip(NAMES, ["Team 1"] * 4 + ["Team 2"] * 4, strict=True))
    people = [row for row in rows() if row["name"] not in {"Ada Lo", "Ben Ito"}]
    problem = TeamsProblem.from_table([*people, {"name": "Ida New", "g": "w"}], balance="g", published=before)
    plan = eh.solve(problem)
    moved = [
        n
        for n, t in zip(problem.people, plan.awards, strict=True)
        if before.get(n, problem.teams[t]) != problem.teams[t]
    ]
    assert sorted(problem.sizes.tolist()) == [3, 4]
    assert moved == []
    assert "0 people move (proven fewest)" in str(plan.proof["certificate"]) or plan.objective == 0
    assert "no longer on the roster" in str(problem.warnings[0])


def test_a_price_for_moving_trades_moves_for_evenness() -> None:
    """At a low price the segregated plan is mixed, with none set nobody moves."""
    before = {row["name"]: "Team 1" if row["g"] == "w" else "Team 2" for row in rows()}
    still = eh.solve(TeamsProblem.from_table(rows(), balance="g", published=before))
    cheap = eh.solve(TeamsProblem.from_table(rows(), balance="g", published=before, move_price=1))
    assert "balance 0.000" in still.headline
    assert "balance 1.000" in cheap.headline
    assert told(cheap)["moves"] == "4 of 8 people move."


def test_kept_teams_locked_people_and_earlier_meetings() -> None:
    """A kept team stays whole, a column locks, and who was together last time is mixed."""
    before = dict(
        zip(
            NAMES,
            ["Team 1", "Team 1", "Team 2", "Team 2", "Team 3", "Team 3", "Team 4", "Team 4"],
            strict=True,
        )
    )
    kept = eh.solve(
        TeamsProblem.from_table(rows(), balance="g", published=before, keep_teams="Team 2", move_price=0)
    )
    assert mates(kept, "Cy Roe") == {"Dee Fox"}
    locked = eh.solve(
        TeamsProblem.from_table(
            rows(team=["Team 4", "", "", "Team 4", "", "", "", ""]), teams=4, balance="g", lock="team"
        )
    )
    assert mates(locked, "Ada Lo") == {"Dee Fox"}
    mixed = eh.solve(TeamsProblem.from_table(rows(), teams=4, balance="g", met_before=[before]))
    assert mixed.objective == 0
    assert all(
        not mates(mixed, name) & {other for other in NAMES if before[other] == before[name]} for name in NAMES
    )


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"min_size": 5, "teams": 2}, "ask for --teams 1"),
        ({"max_size": 3, "teams": 2}, "ask for --teams 3"),
        ({"rooms": [{"name": "A", "capacity": "3"}]}, "Add rooms with 5 more seats"),
        ({"rooms": [{"name": "A", "capacity": "9", "min": "9"}]}, "needs 9 people"),
        ({"wishes": "frend", "teams": 2}, "frend: is missing"),
        ({"published": {"Ada Lo": "Reds"}, "keep_teams": "Red"}, "Did you mean Reds?"),
    ],
)
def test_what_cannot_be_is_said_with_its_mend(settings: dict[str, Any], words: str) -> None:
    """Sizes, rooms, wishes and teams that cannot be are errors that say what to ask for."""
    with pytest.raises(InputError) as told:
        TeamsProblem.from_table(rows(), balance="g", **settings)
    assert words in str(told.value)


def test_sizes_follow_from_least_and_most() -> None:
    """With a most and no number of teams there are as few teams as it allows; with a least as many."""
    assert TeamsProblem.from_table(rows(), balance="g", max_size=3).sizes.tolist() == [3, 3, 2]
    assert TeamsProblem.from_table(rows(), balance="g", min_size=3).sizes.tolist() == [4, 4]


def test_choices_that_must_be_kept() -> None:
    """Soft, somebody too many is outside all choices; hard, the plan keeps them or says that it cannot."""
    from evenhand.core.errors import InfeasibleError

    rows = [{"name": f"p{at}", "first": "Sea" if at < 4 else "Wood", "second": ""} for at in range(6)]
    asked: dict[str, Any] = {
        "sizes": [3, 3],
        "names": ["Sea", "Wood"],
        "balance": [],
        "choices": ["first", "second"],
    }
    soft = eh.solve(TeamsProblem.from_rows(rows, **asked))
    assert sum(team == 1 for team in soft.awards[:4]) == 1
    with pytest.raises(InfeasibleError):
        eh.solve(TeamsProblem.from_rows(rows, only_choices=True, **asked))
    rows[0]["second"] = "Wood"
    kept = eh.solve(TeamsProblem.from_rows(rows, only_choices=True, **asked))
    assert kept.awards.tolist() == [1, 0, 0, 0, 1, 1]


def test_a_short_list_never_makes_a_choice_on_it_likelier() -> None:
    """Over all plans: who leaves lines empty gets a team they named only where the full list gets it too."""
    rng = random.Random(3)
    teams = ["Film", "Garden", "Robots"]
    gained = checked = 0
    every = [np.array(awards) for awards in sorted(set(permutations([0, 0, 1, 1, 2, 2])))]
    for _ in range(25):
        lists = [rng.sample(teams, 3) for _ in range(6)]
        values = {}
        for length in (1, 2, 3):
            first = [(*lists[0][:length], "", "")[:3], *lists[1:]]
            table = [
                {"name": NAMES[at], "g": "wm"[at % 2], "c1": one[0], "c2": one[1], "c3": one[2]}
                for at, one in enumerate(first)
            ]
            problem = TeamsProblem.from_rows(table, teams=3, names=teams, balance="g", choices="c1,c2,c3")
            worth = [(judge(problem, awards).objective, teams[int(awards[0])]) for awards in every]
            least = min(value for value, _ in worth)
            values[length] = {team for value, team in worth if value == least}
        for length in (1, 2):
            named = set(lists[0][:length])
            # Where every best plan of the short list has the named team, so has a best plan of the full one.
            checked += 1
            if values[length] <= named:
                gained += not values[3] & named
    assert checked == 50
    assert gained == 0


def test_short_lists_are_told() -> None:
    """Who named fewer choices than there are lines is a note, another one where choices must be kept."""
    table = [
        {"name": name, "g": "wm"[at % 2], "c1": "Film", "c2": "" if at < 2 else "Garden"}
        for at, name in enumerate(NAMES)
    ]
    asked: dict[str, Any] = {"teams": 2, "names": ["Film", "Garden"], "balance": "g", "choices": "c1,c2"}
    soft = " ".join(map(str, TeamsProblem.from_rows(table, **asked).warnings))
    assert "'Ada Lo, Ben Ito' name fewer than 2 choices. Any other team counts as the next choice" in soft
    hard = " ".join(map(str, TeamsProblem.from_rows(table, **asked, only_choices=True).warnings))
    assert "with --only-choices a short list makes sure of a place" in hard


def test_fewest_moves_come_before_wishes() -> None:
    """A wish that only a swap would grant moves nobody; with a price of a move it does."""
    table = [{"name": f"p{at}", "g": "wm"[at % 2], "f": "p4" if not at else ""} for at in range(8)]
    before = {f"p{at}": f"Team {1 + (at >= 4)}" for at in range(8)}
    asked: dict[str, Any] = {"balance": "g", "wishes": "f", "published": before}
    assert told(eh.solve(TeamsProblem.from_rows(table, **asked)))["moves"] == "0 of 8 people move."
    assert (
        told(eh.solve(TeamsProblem.from_rows(table, **asked, move_price=1)))["moves"] == "2 of 8 people move."
    )


def test_nobody_gets_the_same_workshop_again() -> None:
    """Earlier plans close each person's teams of that name, and a plan of other teams is told."""
    people = {"name": list("abcdef"), "wish": ["Robot", "Robot", "Map", "Map", "Radio", "Radio"]}
    asked: dict[str, Any] = {"names": ["Robot", "Map", "Radio"], "teams": 3, "choices": "wish"}
    plans: list[dict[str, str]] = []
    for _ in range(3):
        plan = eh.solve(TeamsProblem.from_table(people, **asked, not_again=plans))
        codes = plan.awards.tolist()
        plans.append({who: asked["names"][code] for who, code in zip(people["name"], codes, strict=True)})
    assert plans[0] == dict(zip(people["name"], people["wish"], strict=True))
    assert all(len({plan[person] for plan in plans}) == 3 for person in people["name"])
    other = TeamsProblem.from_table(
        people, teams=3, names=["x", "y", "z"], not_again=plans[:1], balance="wish"
    )
    assert any("no team of the plans" in str(finding) for finding in other.warnings)
