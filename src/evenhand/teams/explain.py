"""Why somebody is where they are, and why a score is not 1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.core.explanation import Explanation, Fact
from evenhand.teams.problem import TeamsProblem

Ints = NDArray[np.int64]


def subjects(problem: TeamsProblem, awards: Ints) -> tuple[str, ...]:
    """Return the names that ``explain`` takes: people, teams and criteria."""
    del awards
    return (*problem.people, *problem.teams, *(criterion.name for criterion in problem.criteria))


def explain(problem: TeamsProblem, awards: Ints, proof: Mapping[str, Any], subject: str) -> Explanation:
    """Say where a person stands."""
    at = problem.people.index(subject)
    team = problem.teams[int(awards[at])]
    return Explanation(
        "teams", subject, f"{subject} is in {team}.", (Fact("team", f"In {team}.", int(awards[at])),)
    )
