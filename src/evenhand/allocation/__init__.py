"""Who gets what: scarce items to recipients on days, for the most score less what unevenness costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenhand.core.lazy import loaded_when_used

if TYPE_CHECKING:
    from evenhand.allocation.asking.advice import Advice, advise
    from evenhand.allocation.asking.amend import Amended, Changes, amended, changes
    from evenhand.allocation.asking.conflict import Conflict, Relaxation, conflicts
    from evenhand.allocation.asking.counterfactual import Absence, without_each
    from evenhand.allocation.asking.exact_frontier import ExactFrontier, ExactPoint, exact_frontier
    from evenhand.allocation.asking.frontier import Frontier, Point, frontier, frontier_of
    from evenhand.allocation.asking.series import ASKING
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
    "ExactFrontier",
    "ExactPoint",
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
    "exact_frontier",
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

_HOMES = {
    "asking.series": ("ASKING",),
    "asking.advice": ("Advice", "advise"),
    "asking.amend": ("Amended", "Changes", "amended", "changes"),
    "asking.conflict": ("Conflict", "Relaxation", "conflicts"),
    "asking.counterfactual": ("Absence", "without_each"),
    "asking.exact_frontier": ("ExactFrontier", "ExactPoint", "exact_frontier"),
    "asking.frontier": ("Frontier", "Point", "frontier", "frontier_of"),
    "asking.weeks": ("published", "with_ledger"),
    "asking.what_if": ("WhatIf", "what_if"),
    "job": ("JOB",),
    "judging.certificate": ("recheck",),
    "problem": ("NO_LIMIT", "AllocationProblem", "GroupSet"),
    "problem.penalties": (
        "Penalty",
        "light",
        "mode_a",
        "mode_b",
        "named_penalty",
        "no_penalty",
        "own_steps",
        "strong",
    ),
    "reading.own_groups": ("GroupRule",),
}

if not TYPE_CHECKING:  # a type checker reads the imports above, and so finds a name that is misspelt
    __getattr__ = loaded_when_used(__name__, _HOMES)


def __dir__() -> list[str]:
    return list(__all__)
