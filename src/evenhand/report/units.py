"""An objective's integer units as figures people read."""

from __future__ import annotations

from typing import Any

from evenhand.core.solution import Solution
from evenhand.jobs import job_named

__all__ = ["in_points", "shown", "unit_of"]


def unit_of(job: str, problem: Any) -> tuple[int, str]:
    """Return how many integer units of the objective make one, and what one is called."""
    return job_named(job).unit(problem)


def in_points(solution: Solution, value: int) -> int | float:
    """Return a value of the objective in the unit people read: whole where it is whole."""
    return _scaled(value, unit_of(solution.job, solution.problem)[0])


def _scaled(value: int, scale: int) -> int | float:
    whole, rest = divmod(value, scale)
    return whole if not rest else round(value / scale, 4)


def shown(job: str, problem: Any, value: int) -> str:
    """Write a value of the objective: ``82,573 points``, ``12.5 turns squared``."""
    scale, word = unit_of(job, problem)
    figure = _scaled(value, scale)
    text = f"{figure:,}" if isinstance(figure, int) else f"{figure:,.2f}"
    return f"{text} {word}".rstrip()
