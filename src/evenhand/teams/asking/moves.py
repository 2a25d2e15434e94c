"""Who changes teams against the published plan."""

from __future__ import annotations

from evenhand.core.arrays import Ints
from evenhand.teams.problem import TeamsProblem


def moved_people(problem: TeamsProblem, awards: Ints) -> list[str]:
    """Return those who are in another team than the published plan says, in order of name.

    Args:
        problem: made with ``published``, so that its rules say where people were.
        awards: team codes, shape (n,).

    >>> import numpy as np
    >>> rows = [{"name": name} for name in ("Ada", "Bo", "Cy", "Di")]
    >>> before = {"Ada": "Team 1", "Bo": "Team 2", "Cy": "Team 1", "Di": "Team 2"}
    >>> problem = TeamsProblem.from_rows(rows, published=before)
    >>> moved_people(problem, np.array([0, 1, 1, 0]))
    ['Cy', 'Di']
    """
    rules = [rule for rule in problem.rules if rule.kind == "stay"]
    moved = {person for rule in rules for person in rule.people if int(awards[person]) not in rule.teams}
    return [problem.people[person] for person in sorted(moved)]
