"""Small rotas to report on: made by the real verbs from a few rows."""

from __future__ import annotations

from functools import cache
from typing import Any

from evenhand import solver
from evenhand.core.solution import Solution
from evenhand.rota import RotaProblem, weekly

__all__ = ["DUTIES", "PEOPLE", "garden", "office", "planned"]

PEOPLE = [
    {"name": name, "joined": joined, "left": left, "skills": skills}
    for name, joined, left, skills in (
        ("Åse Berg", "2025-01-01", "", "cook"),
        ("Bo", "2025-01-01", "", "cook"),
        ("Cem", "2025-01-01", "2026-08-30", ""),
        ("<b>Dea", "2026-03-02", "", ""),
        ("Eve/..", "2025-06-01", "", "cook"),
    )
]
DUTIES = [
    {"name": "on call", "start": "2026-01-05", "every": "week", "count": 52, "seats": 1,
     "skills": "", "timezone": "Europe/Oslo", "at": "09:00"},
    {"name": "kitchen", "start": "2026-01-05", "every": "week", "count": 52, "seats": 2,
     "skills": "cook", "timezone": "", "at": ""},
]  # fmt: skip


@cache
def office() -> Solution:
    """Return a year of two duties at once, with hours, skills, holidays, a leaver and a newcomer."""
    away = [{"name": "Bo", "from": "2026-07-01", "to": "2026-07-31"}]
    return solver.solve(
        RotaProblem.from_tables(PEOPLE, DUTIES, absences=away, policy="ledger", holidays="NO", holiday_load=2)
    )


def planned(policy: str = "ledger", method: str = "auto", weeks: int = 10, **settings: Any) -> Solution:
    """Return the weekly garden of four, two seats."""
    people = {"Hugs": "2025-01-01", "Jay": "2025-01-01", "Kompono": "2025-01-01", "Neu": "2025-11-18"}
    seats = settings.pop("seats", 2)
    duties = weekly("2026-01-27", weeks, seats=seats, name="watering")
    return solver.solve(RotaProblem.from_values(people, duties, policy=policy, **settings), method=method)


@cache
def garden() -> Solution:
    """Return ten weeks of it under the ledger."""
    return planned()
