"""What the desk needs of an allocation: its methods, its judge, its measures and its unit."""

from __future__ import annotations

from evenhand.allocation.judging.certificate import recheck
from evenhand.allocation.judging.judge import columns, judge, nearest
from evenhand.allocation.problem import AllocationProblem
from evenhand.allocation.problem.award_ids import award_ids
from evenhand.allocation.solving import METHODS, choose
from evenhand.core.job import Job
from evenhand.measures import panel

JOB = Job(
    name="allocation",
    called="an allocation",
    command="allocate",
    question="who gets what?",
    problem=AllocationProblem,
    maximise=True,
    methods=METHODS,
    choose=choose,
    judge=judge,
    columns=columns,
    ids=award_ids,
    nearest=nearest,
    measure=lambda problem, awards, statement: panel(statement, nearest(problem, awards)),
    recheck=recheck,
    unit=lambda problem: problem.unit,
)
