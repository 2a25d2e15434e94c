"""By how many units an arrangement breaks each rule, as the methods count it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.teams.problem import TeamsProblem
from evenhand.teams.rules import KIND_OF, Placements


def units_broken(problem: TeamsProblem, awards: Ints) -> Iterator[int]:
    """Yield the units of breach of every rule in order; 0 where it is kept. Cost O(n) a column spoken of."""
    read = {rule.criterion for rule in problem.rules}
    none = np.zeros((1, 0, 0), dtype=np.int64)
    tables = [
        criterion.table(awards, len(problem.teams))[None] if code in read else none
        for code, criterion in enumerate(problem.criteria)
    ]
    placed = Placements(problem, awards[None, :], tables)
    for rule in problem.rules:
        yield int(KIND_OF[rule.kind].units(rule, placed)[0])
