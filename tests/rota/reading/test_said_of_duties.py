"""What is said of a table of duties that can be planned and is seldom meant so."""

from __future__ import annotations

from typing import Any

import pytest

import evenhand as eh
from evenhand.rota import RotaProblem

DAILY = {"name": "kitchen", "start": "2026-01-05", "every": "day", "count": 14}


def said(people: list[dict[str, Any]], *duties: dict[str, Any]) -> list[str]:
    """Return what reading two tables notes."""
    return [str(finding) for finding in RotaProblem.from_tables(people, list(duties)).warnings]


@pytest.mark.parametrize(("every", "days"), [("week", 7), ("2 weeks", 14)])
def test_turns_that_last_until_the_next_are_told_beside_shorter_ones(every: str, days: int) -> None:
    """A surgery every second Saturday takes a fortnight unless a length is given; alone that is as meant."""
    people = [{"name": name} for name in "ABC"]
    long = {"name": "surgery", "start": "2026-01-10", "every": every, "count": 4}
    assert f"means turns of {days} days, as no length is said" in said(people, DAILY, long)[0]
    assert said(people, DAILY, long | {"days": 1}) == []
    assert said(people, long) == []
    clocks = {"at": "09:00", "hours": 3}
    assert said(people, DAILY | clocks, long | clocks) == []


@pytest.mark.parametrize(("has", "mend"), [
    ("First-Aid", "Did you mean First-Aid?"), ("cook", "Write it into the column skills"),
])  # fmt: skip
def test_a_skill_that_nobody_has_is_told_before_seats_stay_open(has: str, mend: str) -> None:
    """Seats that ask for what nobody has stay open: the skill is named, and the one that may be meant."""
    people = [{"name": "A", "skills": has}, {"name": "B", "skills": ""}]
    (sentence,) = said(people, DAILY | {"skills": "first aid"})
    assert "'first aid' is a skill that duties ask for and nobody has" in sentence
    assert mend in sentence
    plan = eh.solve(RotaProblem.from_tables(people, [DAILY | {"skills": "first aid"}]))
    assert set(plan.columns["note"]) == {"nobody has the skill first aid"}


@pytest.mark.parametrize("head", ["Qualifications", "certificates", "Qualifikationen"])
def test_skills_are_read_under_the_heads_that_lists_have(head: str, tmp_path: Any) -> None:
    """A list of volunteers has its skills under Qualifications, and since when they serve under Since."""
    path = tmp_path / "people.csv"
    path.write_text(f"Volunteer,{head},Since\nOlsen,driver; leader,2024-01-01\nBerg,leader,2025-01-01\n")
    problem = RotaProblem.from_tables(str(path), [DAILY | {"skills": "leader"}])
    assert problem.skills == ("driver", "leader")
    assert (problem.period_start > 1).all()
