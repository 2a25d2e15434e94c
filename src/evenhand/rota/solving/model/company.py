"""Who served with whom before the plan, as far as history tells: those who served on one day."""

from __future__ import annotations

import numpy as np

from evenhand.rota.problem import RotaProblem

__all__ = ["past_crews"]


def past_crews(problem: RotaProblem) -> list[list[int]]:
    """Return the people of each day of history, each once and rising; days with one person are left out.

    History knows days and names, not duties: whoever served on one day is taken to have served together. Cost
    O(turns log turns).

    >>> from evenhand.rota import weekly
    >>> past = [{"date": "2025-12-29", "name": name} for name in ("Ben", "Ada")]
    >>> rota = RotaProblem.from_values(["Ada", "Ben"], weekly("2026-01-05", 2, seats=2), history=past)
    >>> past_crews(rota)
    [[0, 1]]
    """
    order = np.argsort(problem.history_day, kind="stable")
    days, people = problem.history_day[order], problem.history_person[order]
    parts = np.split(people, np.flatnonzero(np.diff(days)) + 1)
    crews = [np.unique(part).tolist() for part in parts]
    return [crew for crew in crews if len(crew) > 1]
