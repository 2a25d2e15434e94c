"""What the desk needs of teams: their methods, judge and measures."""

from __future__ import annotations

from evenhand.core.job import Job
from evenhand.measures import panel
from evenhand.teams.judging.certificate import recheck, said
from evenhand.teams.judging.judge import columns, judge, nearest
from evenhand.teams.problem import TeamsProblem
from evenhand.teams.solving import METHODS

JOB = Job(
    name="teams",
    called="teams",
    command="teams",
    question="who goes with whom?",
    problem=TeamsProblem,
    maximise=False,
    methods=METHODS,
    choose=lambda _problem: "exchange",
    judge=judge,
    columns=columns,
    ids=lambda problem, _awards: list(problem.people),
    nearest=nearest,
    recheck=recheck,
    said=said,
    # The targets are the press fleet's: they mean little for kinds of people in teams.
    measure=lambda problem, awards, statement: panel(statement, nearest(problem, awards), targets=False),
)
