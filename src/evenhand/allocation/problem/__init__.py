"""What an allocation is made of: nouns, checked when made."""

from evenhand.allocation.problem.allocation_problem import FAIRNESS, AllocationProblem
from evenhand.allocation.problem.barriers import Barrier, barriers_of
from evenhand.allocation.problem.groups import NO_LIMIT, GroupSet
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

__all__ = [
    "FAIRNESS",
    "NO_LIMIT",
    "AllocationProblem",
    "Barrier",
    "GroupSet",
    "Penalty",
    "barriers_of",
    "light",
    "mode_a",
    "mode_b",
    "named_penalty",
    "no_penalty",
    "own_steps",
    "strong",
]
