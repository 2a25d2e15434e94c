"""What a report asks of the job a solution belongs to."""

from __future__ import annotations

from evenhand.core.solution import Solution
from evenhand.jobs import job_named
from evenhand.measures import Panel, panel

__all__ = ["measured"]


def measured(solution: Solution) -> Panel | None:
    """Return the panel of a solution, or None where there are no awards."""
    if solution.statement is None:
        return None
    nearest = job_named(solution.job).nearest(solution.problem, solution.awards)
    return panel(solution.statement, nearest, targets=solution.job == "allocation")
