"""An objective's integer units as figures people read."""

from __future__ import annotations

from typing import Any

from evenhand.core.solution import Solution
from evenhand.core.units import Unit, json_figure, value_text
from evenhand.jobs import job_named


def unit_of(job: str, problem: Any) -> Unit:
    """Return how many integer units of the objective make one, and what one is called."""
    return job_named(job).unit(problem)


def in_points(solution: Solution, value: int) -> int | float | str:
    """Return a value of the objective in the unit people read; as text where a float would lose digits."""
    return json_figure(value, solution.unit)


def shown(job: str, problem: Any, value: int) -> str:
    """Write a value of the objective: ``82,573 points``, ``12.50 turns squared``."""
    return value_text(value, unit_of(job, problem))
