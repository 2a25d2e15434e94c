"""What history and rare skills make due, as the judge adds it up, against sums made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.shares import TICKS
from evenhand.rota import RotaProblem
from evenhand.rota.judging.attendance import may_serve
from evenhand.rota.judging.due import before, due_of, level_shares

HISTORY = [{"date": "2026-01-01", "name": "A"}, {"date": "2026-01-02", "name": "A"}]


def rota(history: list[dict[str, str]]) -> RotaProblem:
    """Return two people, one week ahead of them, and what was served before."""
    people = [{"name": "A"}, {"name": "B"}]
    return RotaProblem.from_tables(people, eh.weekly("2026-01-05", 1), policy="ledger", history=history)


def test_who_takes_part_from_a_day_on_shares_that_day_and_no_earlier_one() -> None:
    """A serves two days and B takes part from the second: A is due one turn and a half, B half a turn."""
    problem = rota(HISTORY)
    second = int(problem.history_day.max())
    for since, halves in ((second - 1, [2, 2]), (second, [3, 1]), (second + 1, [4, 0])):
        late = replace(problem, since=np.array([0, since]))
        assert before(late).due.tolist() == [half * TICKS // 2 for half in halves]
        assert before(late).served.tolist() == [2, 0]


def test_turns_of_somebody_alone_on_a_day_are_all_due_to_them() -> None:
    """A serves one day twice while B does not take part yet: both turns are due to A."""
    problem = rota([HISTORY[0], HISTORY[0]])
    late = replace(problem, since=problem.history_day.max() + np.array([0, 1]))
    assert before(late).due.tolist() == [2 * TICKS, 0]


@pytest.mark.parametrize(("rare", "usual"), [("cook", "drive"), ("drive", "cook")])
def test_the_skill_that_fewest_present_people_have_is_due_first(rare: str, usual: str) -> None:
    """Three can cook and two can drive, but two cooks are away: A cooks, B drives, three share the rest."""
    skills = {"A": "cook; drive", "B": usual, "C": rare, "D": "", "E": rare, "F": "", "G": ""}
    problem = RotaProblem.from_tables(
        [{"name": name, "skills": own} for name, own in skills.items()],
        eh.weekly("2026-01-05", 1, seats=3, skills=["cook", "drive"]),
        policy="ledger",
        share="able",
        absences=[{"name": name, "from": "2026-01-05", "to": "2026-01-11"} for name in "CE"],
    )
    third = TICKS // 3
    assert due_of(problem, may_serve(problem)).total().tolist() == [TICKS, TICKS, 0, third, 0, third, third]


def test_who_may_serve_is_there_all_days_and_has_a_skill_that_a_seat_asks_for() -> None:
    """B cannot cook, C is away on one day of the first week; a fixed turn and a published fact stand."""
    people = [{"name": name, "skills": "" if name == "B" else "cook"} for name in "ABC"]
    away = [{"name": "C", "from": "2026-01-11", "to": "2026-01-11"}]

    def weeks(seats: int, **more: Any) -> RotaProblem:
        duties = eh.weekly("2026-01-05", 2, seats=seats, skills=["cook"])
        return RotaProblem.from_tables(people, duties, policy="ledger", absences=away, **more)

    one = weeks(1)
    assert may_serve(one).tolist() == [[True, False, False], [True, False, True]]
    assert may_serve(weeks(2)).tolist() == [[True, True, False], [True, True, True]]
    fixed = weeks(1, fixed=[("2026-01-05", "C")])
    assert may_serve(fixed).tolist() == [[True, False, True], [True, False, True]]
    facts = replace(one, published=np.array([2, 1]), frozen=int(one.slot_start[0]))
    assert may_serve(facts).tolist() == [[True, False, True], [True, False, True]]


def turns_due(problem: RotaProblem) -> list[list[float]]:
    """Return what each slot makes due, in turns."""
    share = due_of(problem, may_serve(problem)).table() / TICKS
    return [[round(float(cell), 6) for cell in row] for row in share]


def test_members_who_are_away_are_due_a_part_where_the_policy_says_so() -> None:
    """B is away in the second week: under ``ledger-member`` half of it is due to B, else nothing."""
    away = [{"name": "B", "from": "2026-01-12", "to": "2026-01-18"}]
    people = [{"name": "A"}, {"name": "B"}, {"name": "C", "left": "2026-01-18"}]
    third, half = round(1 / 3, 6), 0.5
    for policy, second in (("ledger", [half, 0, half]), ("ledger-member", [third, third, third])):
        problem = RotaProblem.from_tables(people, eh.weekly("2026-01-05", 3), policy=policy, absences=away)
        # C leaves after the second week, so that A and B share the third.
        assert turns_due(problem) == [[third, third, third], second, [half, half, 0]]


def test_members_who_leave_while_they_are_away_are_due_nothing_any_more() -> None:
    """B is away in both weeks and leaves after the first: a half of that one is due to B, the next to A."""
    people = [{"name": "A"}, {"name": "B", "left": "2026-01-11"}]
    problem = RotaProblem.from_tables(
        people, eh.weekly("2026-01-05", 2), policy="ledger-member",
        absences=[{"name": "B", "from": "2026-01-05", "to": "2026-01-18"}],
    )  # fmt: skip
    assert turns_due(problem) == [[0.5, 0.5], [1, 0]]


def test_each_slot_is_due_to_those_who_are_there_then() -> None:
    """A is away in the even weeks and B in the odd ones: every week the other owes the whole turn."""
    away = [{"name": "AB"[week % 2], "from": day, "to": day}
            for week, day in enumerate(["2026-01-05", "2026-01-12", "2026-01-19"])]  # fmt: skip
    problem = RotaProblem.from_tables(
        [{"name": "A"}, {"name": "B"}], eh.weekly("2026-01-05", 3), policy="ledger", absences=away
    )
    assert turns_due(problem) == [[0, 1], [1, 0], [0, 1]]


def test_seats_that_ask_for_other_skills_are_due_otherwise() -> None:
    """Two cooks, a driver: cook and driver are due a half, a half and one; cook and anybody two thirds."""
    problem = RotaProblem.from_tables(
        [{"name": "A", "skills": "cook"}, {"name": "B", "skills": "cook"}, {"name": "C", "skills": "drive"}],
        eh.weekly("2026-01-05", 2, seats=2, skills=["cook", "drive"]),
        policy="ledger",
    )
    changed = replace(problem, seat_skill=np.array([*problem.seat_skill[:3].tolist(), -1]))
    part = round(2 / 3, 6)
    assert turns_due(changed) == [[0.5, 0.5, 1], [part, part, part]]


def test_who_is_full_first_by_fractions_of_a_level() -> None:
    """Rooms of 40 and 30 for claims of 3 and 2 are full at 1 1/3 and 1 1/2: of 82 the first gets all 40."""
    share = level_shares(82, np.array([30, 20, 10]), np.array([40, 30, 1000]))
    assert share.tolist() == [40, 28, 14]
    # Nobody without room or claim gets anything.
    assert level_shares(9, np.array([1, 1, 0]), np.array([0, 5, 5])).tolist() == [0, 5, 0]
