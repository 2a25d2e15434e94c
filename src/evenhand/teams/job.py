"""What the desk needs of teams: their methods, judge and measures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evenhand.core.job import Job, Recheck
from evenhand.measures import panel
from evenhand.teams.judging.judge import columns, judge, nearest
from evenhand.teams.problem import TeamsProblem
from evenhand.teams.solving import METHODS

__all__ = ["JOB"]


def _recheck(_problem: TeamsProblem, _awards: Any, proof: Mapping[str, Any]) -> Recheck:
    """Prove what every arrangement's value is at least: no part of it costs less than nothing."""
    text = proof.get("certificate")
    return Recheck(0, () if text is None or isinstance(text, str) else ("certificate is no text",))


JOB = Job(
    name="teams",
    question="who goes with whom?",
    problem=TeamsProblem,
    maximise=False,
    methods=METHODS,
    choose=lambda _problem: "exchange",
    judge=judge,
    columns=columns,
    ids=lambda problem, _awards: list(problem.people),
    nearest=nearest,
    recheck=_recheck,
    # The targets are the press fleet's: they mean little for kinds of people in teams.
    measure=lambda problem, awards, statement: panel(statement, nearest(problem, awards), targets=False),
)
