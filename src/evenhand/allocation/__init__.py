"""Who gets what: scarce items to recipients on days, for the most score less what unevenness costs."""

from evenhand.allocation.explain import explain, subjects
from evenhand.allocation.judge import columns, judge, nearest
from evenhand.allocation.methods import METHODS, choose
from evenhand.allocation.own_groups import GroupRule
from evenhand.allocation.penalties import Penalty, mode_a, mode_b, no_penalty, own_steps, strong
from evenhand.allocation.problem import NO_LIMIT, AllocationProblem, GroupSet
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
