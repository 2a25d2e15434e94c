"""What a report asks of the job a solution belongs to."""

from __future__ import annotations

from evenhand.core import desk
from evenhand.core.solution import Solution
from evenhand.jobs import job_named
from evenhand.measures import Panel


def measured(solution: Solution) -> Panel | None:
    """Return the panel of a solution, or None where there are no awards."""
    if solution.statement is None:
        return None
    panel: Panel = desk.measure(job_named(solution.job), solution)
    return panel
