"""Small solutions to report on: made by the real verbs from a few rows."""

from __future__ import annotations

from functools import cache

from evenhand import solver
from evenhand.core.solution import Solution

__all__ = ["PEOPLE", "allocated", "rostered", "teamed"]

PEOPLE = [
    {"name": name, "gender": gender, "office": office}
    for name, gender, office in (
        ("Ada", "w", "Oslo"),
        ("Ben", "m", "Oslo"),
        ("Cem", "m", "Rome"),
        ("Dea", "w", "Rome"),
        ("=Eve", "w", "Oslo"),
        ("<b>Fin", "m", "Rome"),
    )
]


@cache
def allocated() -> Solution:
    """Return two days with one slot each for three items and two recipients."""
    from evenhand.allocation import AllocationProblem

    rows = [
        {"item": item, "recipient": recipient, "day": day, "score": score}
        for item, recipient, day, score in (
            ("i1", "Ann <&>", "mon", 900),
            ("i1", "Bo", "tue", 800),
            ("i2", "Ann <&>", "tue", 700),
            ("i3", "Bo", "tue", 300),
        )
    ]
    capacity = [{"day": "mon", "slots": 1}, {"day": "tue", "slots": 1}]
    return solver.solve(AllocationProblem.from_tables(candidates=rows, capacity=capacity), method="greedy")


@cache
def teamed() -> Solution:
    """Return six people in two teams by gender and office."""
    from evenhand.teams import TeamsProblem

    problem = TeamsProblem.from_table(PEOPLE, teams=2, balance=["gender", "office"])
    return solver.solve(problem, method="deal")


@cache
def rostered() -> Solution:
    """Return three weeks of two duties for three people; nobody has first aid in the last."""
    from evenhand.rota import RotaProblem

    people = [
        {"name": "Ann <&>", "joined": "2026-01-01", "left": "2026-01-18", "skills": "first aid"},
        {"name": "Bo", "joined": "2026-01-01", "left": "", "skills": ""},
        {"name": "Cy", "joined": "2026-01-01", "left": "", "skills": ""},
    ]
    weekly = {"start": "2026-01-05", "every": "week", "count": "3", "seats": "1"}
    duties = [{"name": "bar", "skills": "", **weekly}, {"name": "care", "skills": "first aid", **weekly}]
    return solver.solve(RotaProblem.from_tables(people=people, duties=duties, policy="ledger"))
