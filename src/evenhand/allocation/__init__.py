"""Who gets what: scarce items to recipients on days, for the most score less what unevenness costs."""

from evenhand.allocation.asking.explain import explain, subjects
from evenhand.allocation.job import JOB
from evenhand.allocation.problem import NO_LIMIT, AllocationProblem, GroupSet
from evenhand.allocation.problem.penalties import (
    Penalty,
    light,
    mode_a,
    mode_b,
    named_penalty,
    no_penalty,
    own_steps,
    strong,
)
from evenhand.allocation.reading.own_groups import GroupRule
from evenhand.core.job import Asking

__all__ = [
    "ASKING",
    "JOB",
    "NO_LIMIT",
    "AllocationProblem",
    "GroupRule",
    "GroupSet",
    "Penalty",
    "light",
    "mode_a",
    "mode_b",
    "named_penalty",
    "no_penalty",
    "own_steps",
    "strong",
]

ASKING = Asking(explain=explain, subjects=subjects)
