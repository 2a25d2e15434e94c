"""Who is a member, away and able on which day, worked out by hand: the first and the last day count."""

from __future__ import annotations

from typing import Any

import numpy as np

from evenhand.rota import RotaProblem, daily
from evenhand.rota.judging.attendance import may_serve, members_on, present_on_days


def team() -> RotaProblem:
    """Return eight days: Ada is there from the third to the fifth, Ben away on the third and fourth."""
    people = [{"name": "Ada", "joined": "2026-01-07", "left": "2026-01-09"}, {"name": "Ben"}]
    away = [{"name": "Ben", "from": "2026-01-07", "to": "2026-01-08"}]
    return RotaProblem.from_tables(people, daily("2026-01-05", 8), absences=away, policy="ledger")


def names(problem: RotaProblem, there: Any) -> list[list[str]]:
    """Return who is there on each day, or in each slot."""
    return [[problem.people[who] for who in np.flatnonzero(row)] for row in there]


def test_first_and_last_days_count() -> None:
    """On the day somebody comes and on the day they leave they are members; away means both ends too."""
    problem = team()
    days = problem.slot_start
    only_ben, both = ["Ben"], ["Ada", "Ben"]
    membership = [only_ben, only_ben, both, both, both, only_ben, only_ben, only_ben]
    assert names(problem, [members_on(problem, int(day)) for day in days]) == membership
    there = [only_ben, only_ben, ["Ada"], ["Ada"], both, only_ben, only_ben, only_ben]
    assert names(problem, present_on_days(problem, days)) == there
    assert names(problem, may_serve(problem)) == there
    # days that fall on the ends alone
    assert names(problem, present_on_days(problem, days[[2, 4]])) == [["Ada"], both]
    assert names(problem, present_on_days(problem, days[[3]])) == [["Ada"]]


def test_a_skill_is_asked_for_by_its_own_slots_alone() -> None:
    """Only Ben cooks and only Ada has the key: each may take the slots that ask for it, and no others."""
    duties = [
        {"name": "door", "start": "2026-01-05", "every": "7 days", "count": 2, "skills": "key"},
        {"name": "kitchen", "start": "2026-01-06", "every": "7 days", "count": 2, "skills": "cook"},
    ]
    people = [{"name": "Ada", "skills": "key"}, {"name": "Ben", "skills": "cook"}]
    problem = RotaProblem.from_tables(people, duties, policy="ledger")
    assert names(problem, may_serve(problem)) == [["Ada"], ["Ben"], ["Ada"], ["Ben"]]


def test_an_absence_brings_nobody_in() -> None:
    """Ben joins on Thursday and is away on Friday: the week of Monday and the Monday stay Ada's."""
    duties = [
        {"name": "week", "start": "2026-01-05", "every": "7 days", "count": 2, "days": 7},
        {"name": "Monday", "start": "2026-01-05", "every": "7 days", "count": 2, "days": 1},
    ]
    people = [{"name": "Ada"}, {"name": "Ben", "joined": "2026-01-08"}]
    away = [{"name": "Ben", "from": "2026-01-09", "to": "2026-01-09"}]
    problem = RotaProblem.from_tables(people, duties, absences=away, policy="ledger")
    assert names(problem, may_serve(problem)) == [["Ada"], ["Ada"], ["Ada", "Ben"], ["Ada", "Ben"]]
