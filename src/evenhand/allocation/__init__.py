"""Who gets what: scarce items to recipients on days, for the most score less what unevenness costs."""

from evenhand.allocation.asking.explain import explain, subjects
from evenhand.allocation.judging.judge import columns, judge, nearest
from evenhand.allocation.problem import NO_LIMIT, AllocationProblem, GroupSet
from evenhand.allocation.problem.own_groups import GroupRule
from evenhand.allocation.problem.penalties import Penalty, mode_a, mode_b, no_penalty, own_steps, strong
from evenhand.allocation.solving import METHODS, choose
from evenhand.core.job import Job

__all__ = [
    "JOB",
    "NO_LIMIT",
    "AllocationProblem",
    "GroupRule",
    "GroupSet",
    "Penalty",
    "mode_a",
    "mode_b",
    "no_penalty",
    "own_steps",
    "strong",
]

JOB = Job(
    name="allocation",
    question="who gets what?",
    problem=AllocationProblem,
    maximise=True,
    methods=METHODS,
    choose=choose,
    judge=judge,
    columns=columns,
    explain=explain,
    subjects=subjects,
    nearest=nearest,
    unit=lambda problem: (problem.scale, "points"),
)
