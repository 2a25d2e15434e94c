"""The job a solution belongs to; ``jobs.py`` stands on this room's own step, so the room is asked itself."""

from __future__ import annotations

from importlib import import_module

from evenhand.core.explanation import Explanation
from evenhand.core.job import Job
from evenhand.core.solution import Solution
from evenhand.measures import Panel, panel

__all__ = ["explained", "job_of", "measured"]


def job_of(solution: Solution) -> Job:
    """Return the job that a solution answers."""
    job: Job = import_module(f"evenhand.{solution.job}").JOB
    return job


def measured(solution: Solution) -> Panel | None:
    """Return the panel of a solution, or None where there are no awards."""
    if solution.statement is None:
        return None
    return panel(solution.statement, job_of(solution).nearest(solution.problem, solution.awards))


def explained(solution: Solution, subject: str) -> Explanation:
    """Explain one subject of a solution."""
    return job_of(solution).explain(solution.problem, solution.awards, solution.proof, subject)
