"""What of a rota's proof can be proven anew when a document is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.core.job import Recheck
from evenhand.rota.judging.certificate import check
from evenhand.rota.judging.judge import judge
from evenhand.rota.problem import RotaProblem

__all__ = ["recheck"]

# A matter of time alone: the check grows with the cells, so twice as many take twice as long when a
# document opens.
QUICK = 5_000_000
"""Slots times people up to which shares are added up anew whenever a document is read: about a second. Beyond
it a document's claim stands as a claim; ``evenhand measure`` checks any size when asked."""


def recheck(problem: RotaProblem, awards: NDArray[np.int64], proof: Mapping[str, Any]) -> Recheck:
    """Look at a rota's proof anew.

    Args:
        problem: the rota.
        awards: person of each seat-turn, -1 for an open seat.
        proof: what the method handed out.

    Returns:
        The sum of squared lags as its own bound where the certificate's prices prove that none is smaller,
        else 0, which no sum of squares is below; and what is damaged. Cost: that of the certificate's check.
    """
    # The boolean is looked for as well, because True and False are whole numbers to Python.
    damage = [
        f"{name} is no {word}"
        for name, kind, word in (
            ("seed", int, "whole number"),
            ("says", str, "text"),
            ("certificate", Mapping, "object"),
        )
        if name in proof and (not isinstance(proof[name], kind) or isinstance(proof[name], bool))
    ]
    # Without a certificate nothing can be proven anew, and that is no damage: most methods hand none out.
    if damage or proof.get("certificate") is None:
        return Recheck(bound=0, damage=tuple(damage))
    quick = len(problem.seats) * len(problem.people) <= QUICK
    checked = check(problem, awards, proof, add_up=quick)
    if not checked.holds:
        return Recheck(bound=0, damage=("certificate does not hold: " + " ".join(checked.faults),))
    return Recheck(bound=judge(problem, awards).objective if checked.smoothest else 0)
