"""Single turns that must be somebody's, or must not: whether a policy can keep them as given.

A policy books a fixed turn when it comes to it and ranks the others with that turn booked. That works unless
the fixed turns contradict each other or the calendar; then the optimiser names the conflict.
"""

from __future__ import annotations

import numpy as np

from evenhand.rota.problem import RotaProblem
from evenhand.rota.solving.model.barriers import Barriers
from evenhand.rota.solving.model.presence import able, done, seat_able
from evenhand.rota.solving.model.seating import fillable


def contradiction(problem: RotaProblem) -> str:
    """Return why fixed turns cannot all be kept, "" where they can.

    >>> import evenhand as eh
    >>> weeks = eh.weekly("2026-01-05", 2)
    >>> both = [("2026-01-05", "Ada"), ("2026-01-05", "Bo")]
    >>> contradiction(eh.RotaProblem.from_values(["Ada", "Bo"], weeks, fixed=both))
    '2026-01-05 cannot seat all who are fixed for it'
    """
    if not len(problem.fixed):
        return ""
    barriers, facts = Barriers(problem), done(problem)
    everybody = np.ones(len(problem.people), dtype=bool)
    for slot, must in barriers.must.items():
        # What was served as published is a fact, and no rule speaks against a fact.
        if facts[slot]:
            continue
        label = problem.slot_label[slot]
        fits = seat_able(problem, slot, everybody)
        if len(must) > len(fits) or not fillable(fits, must):
            return f"{label} cannot seat all who are fixed for it"
        for who in must:
            if who in barriers.must_not.get(slot, ()):
                return f"{problem.people[who]} is both fixed for {label} and kept from it"
            if who in barriers.pledged.get(slot, ()):
                return f"{problem.people[who]} is fixed for {label} and for another slot at the same time"
    return ""


def leaves_open(problem: RotaProblem) -> bool:
    """Return whether turns that must not be leave a seat open which somebody able could have taken."""
    if not problem.pinned:
        return False
    barriers, facts, can = Barriers(problem), done(problem), able(problem)
    for slot in sorted({*barriers.must_not, *barriers.pledged}):
        free = can[slot].copy()
        free[list(barriers.closed(slot))] = False
        free[barriers.fixed(slot)] = True
        if not facts[slot] and fillable(seat_able(problem, slot, free)) < fillable(
            seat_able(problem, slot, can[slot])
        ):
            return True
    return False
