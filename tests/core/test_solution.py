"""A solution says what is proven, and lends its verbs from above."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evenhand.core.native import Native
from evenhand.core.solution import Columns, Solution, Status, Term, Verbs


def solution(**changes: Any) -> Solution:
    """Make a small solution with some fields changed."""
    fields: dict[str, Any] = {
        "job": "rota",
        "method": "ledger",
        "seed": 7,
        "version": "0",
        "status": Status.FEASIBLE,
        "objective": 1200,
        "bound": None,
        "terms": (Term("lag", 1200),),
        "awards": np.array([0, 1]),
        "columns": {"person": ["Ada", "Ben"]},
        "statement": None,
        "headline": "spread 1.0",
        "proof": {},
        "warnings": (),
        "cut": False,
        "problem": None,
    }
    return Solution(**(fields | changes))


@pytest.mark.parametrize(
    ("objective", "bound", "gap"), [(5, 5, 0), (5, 8, 3), (8, 5, 3), (None, 5, None), (5, None, None)]
)
def test_the_gap_is_a_distance(objective: int | None, bound: int | None, gap: int | None) -> None:
    """The gap is 0 where bound and value meet and unknown where one is missing."""
    assert solution(objective=objective, bound=bound).gap == gap


def test_a_solution_reads_from_the_top() -> None:
    """Status, value, terms and headline, and whether it was cut."""
    said = str(solution(bound=1000, cut=True))
    assert said.splitlines() == [
        "rota: feasible by ledger, seed 7",
        "value 1,200, bound 1,000, gap 200",
        "  lag                              1,200",
        "stopped early: this is the best found so far",
        "spread 1.0",
    ]
    assert str(solution(objective=None, terms=())).splitlines() == [
        "rota: feasible by ledger, seed 7",
        "spread 1.0",
    ]


def test_verbs_are_lent() -> None:
    """With verbs it saves and frames itself; without it says where they come from."""
    saved: list[str | Path] = []

    def frame(columns: Columns, library: str | None, _native: Native) -> Mapping[str, Any]:
        assert library in {None, "polars"}
        return dict(columns)

    lent = solution(verbs=Verbs(save=lambda _solution, path: saved.append(path), to_frame=frame))
    lent.save("week.csv")
    assert saved == ["week.csv"]
    assert lent.to_frame("polars") == lent.to_frame() == {"person": ["Ada", "Ben"]} == lent.to_columns()
    with pytest.raises(TypeError, match=r"evenhand\.solve"):
        solution().save("week.csv")
