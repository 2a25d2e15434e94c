"""Small steps that every table of the fleet needs: which header is meant, whose office, which day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evenhand.tables import Table

__all__ = ["NO_DAY", "closed", "column", "in_office", "ordinals", "rows_of", "unique"]

NO_DAY = -1
"""The ordinal of a date that is not given."""


def column(table: Table, *names: str) -> str:
    """Return the first of the names that the table has, else the first: what messages call it."""
    return next((name for name in names if table.has(name)), names[0])


def ordinals(table: Table, name: str, *, optional: bool = False) -> NDArray[np.int64]:
    """Return a column of dates as proleptic ordinals, shape (n,); NO_DAY where empty or noted as wrong."""
    days = table.dates(name, optional=optional)
    return np.fromiter(
        (NO_DAY if day is None else day.toordinal() for day in days), dtype=np.int64, count=len(days)
    )


def in_office(table: Table, office: str) -> NDArray[np.bool_]:
    """Return which rows are the office's; a table or row without an office belongs to the one asked for."""
    name = column(table, "office")
    if not table.has(name):
        return np.ones(len(table), dtype=np.bool_)
    mine = {"", office.casefold()}
    return np.array([cell.casefold() in mine for cell in table.text(name)], dtype=np.bool_)


def rows_of(keep: NDArray[np.bool_]) -> list[int]:
    """Return the positions that are kept."""
    return [int(at) for at in np.flatnonzero(keep)]


def unique(
    table: Table, at_rows: Sequence[int], keys: Sequence[object], name: str, problem: str, mend: str
) -> None:
    """Note every row whose key stood in a row before; empty keys ("" or None) are not compared."""
    seen: dict[object, int] = {}
    for at in at_rows:
        key = keys[at]
        if key in {"", None}:
            continue
        if key in seen:
            table.wrong(at, name, f"{problem} (first in row {table.rows[seen[key]]})", mend)
        else:
            seen[key] = at


def closed(
    table: Table, start: NDArray[np.int64], end: NDArray[np.int64], at_rows: Sequence[int], name: str
) -> None:
    """Note every row that ends before it starts."""
    for at in at_rows:
        if start[at] != NO_DAY and end[at] != NO_DAY and end[at] < start[at]:
            table.wrong(at, name, "is before the start", "Swap the dates or mend the year")
