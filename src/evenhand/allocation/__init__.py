"""Who gets what: scarce items to recipients on days, for the most score less what unevenness costs."""

from evenhand.allocation.asking.advice import Advice, advise
from evenhand.allocation.asking.amend import Amended, Changes, amended, changes
from evenhand.allocation.asking.conflict import Conflict, Relaxation, conflicts
from evenhand.allocation.asking.counterfactual import Absence, without_each
from evenhand.allocation.asking.explain import explain, subjects
from evenhand.allocation.asking.frontier import Frontier, Point, frontier, frontier_of
from evenhand.allocation.asking.weeks import published, with_ledger
from evenhand.allocation.asking.what_if import WhatIf, what_if
from evenhand.allocation.job import JOB
from evenhand.allocation.judging.certificate import recheck
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
    "Absence",
    "Advice",
    "AllocationProblem",
    "Amended",
    "Changes",
    "Conflict",
    "Frontier",
    "GroupRule",
    "GroupSet",
    "Penalty",
    "Point",
    "Relaxation",
    "WhatIf",
    "advise",
    "amended",
    "changes",
    "conflicts",
    "frontier",
    "frontier_of",
    "light",
    "mode_a",
    "mode_b",
    "named_penalty",
    "no_penalty",
    "own_steps",
    "published",
    "recheck",
    "strong",
    "what_if",
    "with_ledger",
    "without_each",
]

ASKING = Asking(explain=explain, subjects=subjects)
