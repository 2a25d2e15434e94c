"""What history and rare skills make due, as the judge adds it up, against sums made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import evenhand as eh
from evenhand.core.shares import TICKS
from evenhand.rota import RotaProblem
from evenhand.rota.judging.attendance import may_serve
from evenhand.rota.judging.due import before, due_of

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


def test_the_skill_that_fewest_present_people_have_is_due_first() -> None:
    """Three can cook and two can drive, but two cooks are away: A cooks and B drives."""
    skills = {"A": "cook; drive", "B": "drive", "C": "cook", "D": "", "E": "cook"}
    problem = RotaProblem.from_tables(
        [{"name": name, "skills": own} for name, own in skills.items()],
        eh.weekly("2026-01-05", 1, seats=2, skills=["cook", "drive"]),
        policy="ledger",
        absences=[{"name": name, "from": "2026-01-05", "to": "2026-01-11"} for name in "CE"],
    )
    assert due_of(problem, may_serve(problem)).total().tolist() == [TICKS, TICKS, 0, 0, 0]
