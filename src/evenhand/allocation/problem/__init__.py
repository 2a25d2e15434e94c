"""What an allocation is made of: nouns, checked when made."""

from evenhand.allocation.problem.allocation_problem import FAIRNESS, AllocationProblem
from evenhand.allocation.problem.barriers import Barrier, barriers_of
from evenhand.allocation.problem.groups import NO_LIMIT, GroupSet

__all__ = ["FAIRNESS", "NO_LIMIT", "AllocationProblem", "Barrier", "GroupSet", "barriers_of"]
