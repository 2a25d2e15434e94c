"""Rules that cannot hold are told by name and number, and methods say what they cannot take."""

from __future__ import annotations

from typing import Any

import pytest

from evenhand.core.errors import InputError
from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Status
from evenhand.teams import JOB, TeamsProblem
from evenhand.teams.solving.exchange.conflict import counted_out, smallest_conflict
from teams.small_rosters import solved

ROWS = [{"name": f"p{at:02d}", "g": "wm"[at % 2], "busy": "mon;tue" if at % 3 else "mon"} for at in range(12)]
NAMES = [row["name"] for row in ROWS]


def made(**rules: Any) -> TeamsProblem:
    """Make three teams of four with these rules."""
    return TeamsProblem.from_table(ROWS, balance="g", **{"teams": 3, **rules})


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"minimum": {"g=w": 3}}, "in each of 3 teams needs 9, there are 6."),
        ({"maximum": {"g=w": 1}}, "has room for 3, there are 6."),
        ({"minimum": {"g=w": 5}}, "needs a team of 5, it has 4 places."),
        ({"teams": None, "sizes": [2, 5, 5], "minimum": {"g=w": 3}}, "needs a team of 3, it has 2 places."),
        ({"apart": [NAMES[:4]]}, "4 people need as many teams, there are 3."),
        ({"free": {"busy": 3}}, "there are only 2 slots."),
        ({"together": [NAMES[:5]]}, "p00, p01, p02 and others together are 5; the largest team has 4."),
        ({"together": [NAMES[:2]], "apart": [NAMES[:2]]}, "but two of them must stay together."),
        (
            {"locked": {"p00": "Team 1"}, "forbidden": {"p00": ["Team 1"]}},
            "p00 may stand in no team: p00 in Team 1; p00 not in Team 1.",
        ),
        ({"locked": dict.fromkeys(NAMES[:5], "Team 2")}, "Team 2 has 4 places, 5 people have no other."),
    ],
)
def test_counting_names_the_rule_and_the_numbers(rules: dict[str, Any], words: str) -> None:
    """Each rule that counting refutes is told with what is needed and what there is."""
    problem = made(**rules)
    assert words in " ".join(counted_out(problem))
    answer, _ = solved(problem)
    assert answer.status is Status.INFEASIBLE


def test_a_conflict_that_counting_misses_is_cut_down_to_its_rules() -> None:
    """Of four rules only the two that cannot hold together are named, with the sizes."""
    problem = made(
        together=[NAMES[:3], NAMES[3:6], NAMES[6:9], NAMES[9:12]], wishes={"p00": ["p09"]}, no_lone=["g=w"]
    )
    found = smallest_conflict(problem, Progress())
    assert len(found) == 5
    assert found[-1] == "12 people stand in 3 teams of 4."
    answer, _ = solved(problem)
    assert answer.status is Status.INFEASIBLE


def test_one_team_can_break_a_rule_too() -> None:
    """With a single team a maximum that is too low is refused."""
    answer, _ = solved(made(teams=1, apart=[["p00", "p01"]]))
    assert answer.status is Status.INFEASIBLE
    answer, _ = solved(made(teams=1, free={"busy": 1}))
    assert answer.status is Status.INFEASIBLE
    assert "12 people stand in 1 team of 12." in answer.conflict


def test_a_stopped_search_with_rules_says_that_nothing_was_found() -> None:
    """Where hard rules were not yet kept when the search was stopped, nothing is handed out."""
    rows = [{"name": f"p{at:03d}", "g": "abcdefgh"[at % 8]} for at in range(800)]
    problem = TeamsProblem.from_table(
        rows, teams=80, balance="g", apart=[[f"p{at:03d}", f"p{at + 8:03d}"] for at in range(700)]
    )
    answer = JOB.methods["exchange"].run(problem, 0, Limits(), Progress(interrupted=True))
    assert answer.awards is None
    assert answer.status is Status.UNKNOWN


def test_deal_says_what_it_cannot_take() -> None:
    """Rules and listed sizes are for exchange."""
    fits = JOB.methods["deal"].fits
    assert "rules" in fits(made(apart=[NAMES[:2]]))
    assert "listed" in fits(TeamsProblem.from_table(ROWS, sizes=[4, 8], balance="g"))
    assert fits(made()) == ""


def test_a_roster_without_names_or_with_nothing_is_told_so() -> None:
    """No column of names is an error that lists the columns; a named column that is missing too."""
    with pytest.raises(InputError, match="no column holds names"):
        TeamsProblem.from_table([{"colour": "red"}], teams=1, balance="colour")
    with pytest.raises(InputError, match="nick"):
        TeamsProblem.from_table(ROWS, teams=1, balance="g", name="nick")
