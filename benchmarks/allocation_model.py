"""The whole model of an allocation problem as one matrix, so that every peer is given the same one.

One binary a candidate; one column a step of a group's tariff, for what is beyond it; rows for items, days,
recipients, recipient and day, and groups. Minimised: costs are negative scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evenhand.allocation import NO_LIMIT, AllocationProblem

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Model:
    """Rows are all of the kind ``sum <= upper``; columns are >= 0; the first ``binaries`` are 0 or 1."""

    binaries: int
    cost: Ints
    upper: Ints
    row_of: Ints
    column_of: Ints
    value: Ints

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return len(self.cost)

    def by_column(self) -> tuple[Ints, Ints, Ints]:
        """Return starts, rows and values, column by column."""
        order = np.lexsort((self.row_of, self.column_of))
        starts = np.searchsorted(self.column_of[order], np.arange(self.columns + 1))
        return starts, self.row_of[order], self.value[order]

    def by_row(self) -> tuple[Ints, Ints, Ints]:
        """Return starts, columns and values, row by row."""
        order = np.lexsort((self.column_of, self.row_of))
        starts = np.searchsorted(self.row_of[order], np.arange(len(self.upper) + 1))
        return starts, self.column_of[order], self.value[order]

    def write_mps(self, path: Path) -> None:
        """Write the model in fixed MPS, the one format that every peer reads."""
        starts, rows, values = self.by_column()
        marker = "    MARKER                 'MARKER'                 '{}'"
        lines = [
            "NAME          WEEK",
            "ROWS",
            " N  COST",
            *(f" L  R{row:07d}" for row in range(len(self.upper))),
        ]
        lines += ["COLUMNS", marker.format("INTORG")]
        for column in range(self.columns):
            if column == self.binaries:
                lines.append(marker.format("INTEND"))
            lines.append(f"    X{column:07d}  COST      {self.cost[column]:>12}")
            for at in range(starts[column], starts[column + 1]):
                lines.append(f"    X{column:07d}  R{rows[at]:07d}  {values[at]:>12}")
        if self.columns == self.binaries:
            lines.append(marker.format("INTEND"))
        lines += [
            "RHS",
            *(f"    RHS       R{row:07d}  {upper:>12}" for row, upper in enumerate(self.upper.tolist())),
        ]
        lines += [
            "BOUNDS",
            *(f" UP BND       X{column:07d}  {1:>12}" for column in range(self.binaries)),
            "ENDATA",
        ]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


class _Rows:
    """Gathers rows and entries."""

    def __init__(self) -> None:
        """Start with none."""
        self.upper: list[Ints] = []
        self.row: list[Ints] = []
        self.column: list[Ints] = []
        self.value: list[Ints] = []
        self.count = 0

    def add(self, of: Ints, upper: Ints, weight: Ints | None = None) -> Ints:
        """Add one row a group that can be broken; ``of`` is -1 for none; returns their places."""
        members = np.flatnonzero(of >= 0)
        load = np.ones(len(members), dtype=np.int64) if weight is None else weight[members]
        total = np.bincount(of[members], weights=load, minlength=len(upper))
        kept = np.flatnonzero(total > upper)
        place = np.full(len(upper), -1, dtype=np.int64)
        place[kept] = self.count + np.arange(len(kept))
        inside = place[of[members]] >= 0
        self.entries(place[of[members]][inside], members[inside], load[inside])
        self.upper.append(upper[kept])
        self.count += len(kept)
        return place

    def entries(self, row: Ints, column: Ints, value: Ints) -> None:
        """Add entries."""
        self.row.append(row)
        self.column.append(column)
        self.value.append(value)


def model_of(problem: AllocationProblem) -> Model:
    """Write the problem down as it stands, one column a candidate."""
    rows, count = _Rows(), len(problem)
    cost = [-problem.score]
    columns = count
    rows.add(problem.item, np.ones(len(problem.items), dtype=np.int64))
    rows.add(problem.day, problem.slots)
    rows.add(problem.recipient, problem.recipient_limit)
    pair = problem.recipient * len(problem.days) + problem.day
    rows.add(pair, problem.recipient_day_limit.ravel())
    for group in problem.all_groups:
        if (group.limit < NO_LIMIT).any():
            rows.add(group.of, group.limit, group.weight)
        for step in range(group.allowance.shape[1]):
            if not group.slope[:, step].any():
                continue
            place = rows.add(group.of, group.allowance[:, step], group.weight)
            used = np.flatnonzero(place >= 0)
            rows.entries(place[used], columns + np.arange(len(used)), np.full(len(used), -1, dtype=np.int64))
            cost.append(group.slope[used, step])
            columns += len(used)
    return Model(
        count,
        np.concatenate(cost),
        np.concatenate(rows.upper),
        np.concatenate(rows.row),
        np.concatenate(rows.column),
        np.concatenate(rows.value),
    )
