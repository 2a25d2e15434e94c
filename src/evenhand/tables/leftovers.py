"""Rows that are no entries: the header once more, a ruler below it, remarks below the table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from evenhand.core.errors import Findings
from evenhand.tables.coded import Coded, places_of
from evenhand.tables.delimited import Grid, remarks_below

RULER: Final = re.compile(r":?-{2,}:?|={2,}|_{2,}")
"""What stands below the heads of a table in Markdown or in a terminal."""


def cells_of(column: Sequence[str], rows: Sequence[int]) -> Sequence[str]:
    """Return a column of these rows alone; one of codes stays one."""
    return column.taken(rows) if isinstance(column, Coded) else [column[row] for row in rows]


def without_leftovers(grid: Grid, name: str, noted: Findings) -> Grid:
    """Return the columns without repeated headers, a ruler and remarks; each that is left out is noted.

    Cost: one search for the first head in its column.
    """
    if not grid.columns or not len(grid.rows):
        return grid
    heads = list(grid.columns)
    columns = list(grid.columns.values())
    again = [
        row
        for row in places_of(heads[0], columns[0])
        if all(column[row] == head for head, column in zip(heads, columns, strict=True))
    ]
    for row in again:
        noted.warning("repeats the header and was left out", "Delete the row", table=name, row=grid.rows[row])
    ruler = all(RULER.fullmatch(column[0]) for column in columns)
    if ruler:
        problem = "is a line of dashes and was left out"
        noted.warning(problem, "Delete the row", table=name, row=grid.rows[0])
    remarks = remarks_below(columns, grid.rows)
    for row in remarks:
        sentence = next(column[row] for column in columns if column[row])
        problem = "stands below the table and was left out"
        mend = "If it belongs to the table, fill the other cells of its row"
        noted.warning(problem, mend, table=name, row=grid.rows[row], came=sentence)
    gone = {*again, *([0] if ruler else []), *remarks}
    if not gone:
        return grid
    kept = [row for row in range(len(grid.rows)) if row not in gone]
    place = {row: new for new, row in enumerate(kept)}
    return replace(
        grid,
        columns={head: cells_of(column, kept) for head, column in grid.columns.items()},
        rows=[grid.rows[row] for row in kept],
        broken=frozenset(place[row] for row in grid.broken if row in place),
    )
