"""Who fills which role in a plan: in each team the first of those who may, in the order of their turns."""

from __future__ import annotations

from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Ints
from evenhand.teams.problem import TeamsProblem


@said_in_words
def holders(problem: TeamsProblem, awards: Ints) -> dict[int, list[str]]:
    """Return person to roles, for those who fill one; at most one person a team and role. O(people of roles).

    >>> import numpy as np
    >>> rows = [{"name": name} for name in ("Ada", "Bo", "Cy", "Di")]
    >>> problem = TeamsProblem.from_rows(rows, teams=2, roles="captain")
    >>> len(holders(problem, np.array([0, 0, 1, 1])))
    2
    """
    filled: dict[int, list[str]] = {}
    for rule in problem.rules:
        if rule.kind != "role":
            continue
        name, with_one = problem.criteria[rule.criterion].name, set()
        for person in rule.people:
            team = int(awards[person])
            if team not in with_one:
                with_one.add(team)
                filled.setdefault(person, []).append(name)
    return filled
