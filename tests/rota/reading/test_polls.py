"""A poll read as a rota: its times are the turns, its answers say who can take them."""

from __future__ import annotations

import pytest

import evenhand as eh
from evenhand.core.errors import InputError
from evenhand.rota import polled
from evenhand.rota.solving import METHODS

ASKED = {
    "name": ["Ann", "Ben", "Cem"],
    "Mon 2 Feb 2026": ["yes", "no", ""],
    "Mon 9 Feb 2026": ["if need be", "yes", "no"],
    "Mon 16 Feb 2026": ["no", "no", "yes"],
}


def test_nobody_serves_on_a_day_they_said_no_to() -> None:
    """A no and an empty cell keep somebody out; "if need be" serves only where nobody said yes."""
    problem = eh.RotaProblem.from_tables(ASKED, polled(ASKED), policy="ledger")
    solution = eh.solve(problem)
    assert [problem.people[who] for who in solution.awards] == ["Ann", "Ben", "Cem"]
    assert "was read as a poll of 3 times" in " ".join(map(str, problem.warnings))


def test_somebody_who_can_if_need_be_serves_where_nobody_else_can() -> None:
    """The turn is filled, and the rule that was broken for it is told."""
    asked = {"name": ["Ann", "Ben"], "2026-02-02": ["(yes)", "no"], "2026-02-03": ["no", "yes"]}
    solution = eh.solve(eh.RotaProblem.from_tables(asked, polled(asked)))
    assert [solution.problem.people[who] for who in solution.awards] == ["Ann", "Ben"]
    assert "rule: Ann serves 2026-02-02 only if need be" in str(solution)


def test_times_of_one_day_are_turns_of_their_own() -> None:
    """A no to ten o'clock leaves six o'clock open; only a no to both is a day off."""
    asked = {
        "name": ["Ann", "Ben", "Cem"],
        "2026-02-02 10:00": ["no", "yes", "no"],
        "2026-02-02 18:00-20:00": ["yes", "no", "no"],
    }
    rows = polled(asked)
    assert rows is not None
    assert [(row["at"], row["hours"]) for row in rows] == [("10:00", 1.0), ("18:00", 2.0)]
    problem = eh.RotaProblem.from_tables(asked, rows)
    assert problem.absent_person.tolist() == [2]
    assert problem.forbidden.tolist() == [[0, 0], [1, 1]]
    assert "online" in METHODS
    assert [problem.people[who] for who in eh.solve(problem).awards] == ["Ben", "Ann"]


def test_answers_hold_for_duties_of_ones_own() -> None:
    """With duties given, a day's answers are about the turns that start on it; others are told."""
    problem = eh.RotaProblem.from_tables(ASKED, eh.weekly("2026-02-02", 2, seats=1), policy="ledger")
    assert problem.absent_from.size == 3
    assert "asks for Mon 2026-02-16, when there is no turn" in " ".join(map(str, problem.warnings))


@pytest.mark.parametrize(
    ("head", "start", "said"),
    [
        ("Mon 2.2.", "", "has no year"),
        ("Mon 2.2.", "2025-01-01", "is a Sunday in 2025"),
        ("30.2.", "2026-01-01", "is not a day of the calendar"),
    ],
)
def test_a_head_without_its_year_is_asked(head: str, start: str, said: str) -> None:
    """Without a year the start decides it; a weekday that is another day's is told with the head."""
    with pytest.raises(InputError, match=said):
        polled({"name": ["Ann"], head: ["x"], "3.2.": ["x"]}, start=start)


def test_people_without_a_poll_have_no_turns_in_it() -> None:
    """A plain table of people holds no poll; weekdays alone are answers, and no turns."""
    assert polled(["Ann", "Ben"]) is None
    week = {"name": ["Ann", "Ben"], "Monday": ["yes", "no"], "Tuesday": ["no", "yes"]}
    assert polled(week) is None
    problem = eh.RotaProblem.from_tables(week, eh.rota.daily("2026-02-02", 2))
    assert [problem.people[who] for who in eh.solve(problem).awards] == ["Ann", "Ben"]
