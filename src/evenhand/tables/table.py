"""A table as text columns, and the typed views of it. Nothing is guessed; every problem is noted by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.core.errors import Findings

__all__ = ["Source", "Table"]

Source = Any
"""What can be read as a table: a path, a Table, a mapping of columns, a list of row mappings, a data frame."""

YES = frozenset({"1", "true", "yes", "y", "x", "t", "on"})
NO = frozenset({"0", "false", "no", "n", "", "f", "off"})


@dataclass(frozen=True, eq=False)
class Table:
    """Text columns of equal length, with the place each row came from.

    Attributes:
        name: what errors call it: a file's name, a sheet's, or an argument's.
        columns: header to cell texts, stripped; a missing cell is "".
        rows: 1-based row numbers as the user's editor shows them (the header is row 1), shape (n,).
        findings: where the typed views note what is wrong; shared by all tables of one problem.
    """

    name: str
    columns: Mapping[str, Sequence[str]]
    rows: Sequence[int]
    findings: Findings = field(default_factory=Findings, compare=False)

    def __len__(self) -> int:
        return len(self.rows)

    def has(self, column: str) -> bool:
        """Whether the column is there."""
        return column in self.columns

    def need(self, *columns: str) -> bool:
        """Note every column that is missing; whether all are there."""
        missing = [column for column in columns if column not in self.columns]
        for column in missing:
            here = ", ".join(self.columns) or "no columns"
            self.findings.error(
                "is missing", f"Add the column {column}; the table has {here}", table=self.name, column=column
            )
        return not missing

    def wrong(self, at: int, column: str, problem: str, mend: str) -> None:
        """Note an error of one cell; ``at`` counts from 0."""
        came = self.columns[column][at] if column in self.columns else None
        self.findings.error(problem, mend, table=self.name, row=self.rows[at], column=column, came=came)

    def odd(self, at: int, column: str, problem: str, mend: str) -> None:
        """Note a warning of one cell; ``at`` counts from 0."""
        came = self.columns[column][at] if column in self.columns else None
        self.findings.warning(problem, mend, table=self.name, row=self.rows[at], column=column, came=came)

    def text(self, column: str, *, default: str | None = None, required: bool = False) -> list[str]:
        """Return the cells as they stand; ``required`` notes the empty ones, ``default`` fills them."""
        if column not in self.columns:
            return [default or ""] * len(self)
        cells = list(self.columns[column])
        if required:
            for at, cell in enumerate(cells):
                if not cell:
                    self.wrong(at, column, "is empty", "Fill the cell or delete the row")
        return [cell or default for cell in cells] if default else cells

    def integers(self, column: str, *, default: int | None = None, low: int | None = None) -> NDArray[np.int64]:
        """Return whole numbers, shape (n,); empty cells take ``default`` or are noted."""
        mend = "Write a whole number" + ("" if low is None else f" of {low} or more")
        return np.array(self._typed(column, int, "is not a whole number", mend, default, low, 0), dtype=np.int64)

    def numbers(self, column: str, *, default: float | None = None, low: float | None = None) -> NDArray[np.float64]:
        """Return finite numbers, shape (n,); empty cells take ``default`` or are noted."""
        mend = "Write a number such as 12.5" + ("" if low is None else f", {low:g} or more")
        return np.array(self._typed(column, _finite, "is not a number", mend, default, low, 0.0), dtype=np.float64)

    def dates(self, column: str, *, default: date | None = None, optional: bool = False) -> list[date | None]:
        """Return dates (ISO 8601, 2026-01-31); empty cells take ``default``, or None where ``optional``."""
        cells: list[date | None] = []
        source = self.columns.get(column)
        for at in range(len(self)):
            cell = source[at] if source is not None else ""
            if not cell:
                if default is None and not optional:
                    self.wrong(at, column, "is empty", "Write a date such as 2026-01-31")
                cells.append(default)
                continue
            try:
                cells.append(date.fromisoformat(cell[:10] if cell[10:] in {" 00:00:00", "T00:00:00"} else cell))
            except ValueError:
                self.wrong(at, column, "is not a date", "Write dates as 2026-01-31")
                cells.append(default)
        return cells

    def flags(self, column: str, *, default: bool = False) -> NDArray[np.bool_]:
        """Return yes/no cells (yes, no, true, false, 1, 0, x or empty), shape (n,)."""
        out = np.full(len(self), default)
        if column in self.columns:
            for at, cell in enumerate(self.columns[column]):
                word = cell.casefold()
                if word in YES:
                    out[at] = True
                elif word in NO:
                    out[at] = default if not word else False
                else:
                    self.wrong(at, column, "is neither yes nor no", "Write yes or no")
        return out

    def _typed(
        self,
        column: str,
        parse: Callable[[str], Any],
        problem: str,
        mend: str,
        default: Any,
        low: float | None,
        filler: Any,
    ) -> list[Any]:
        if column not in self.columns:
            return [filler if default is None else default] * len(self)
        out: list[Any] = []
        for at, cell in enumerate(self.columns[column]):
            value = filler
            if not cell and default is not None:
                value = default
            elif not cell:
                self.wrong(at, column, "is empty", mend)
            else:
                try:
                    value = parse(cell)
                except (ValueError, OverflowError):
                    self.wrong(at, column, problem, mend)
                else:
                    if low is not None and value < low:
                        self.wrong(at, column, "is too small", mend)
                        value = filler
            out.append(value)
        return out


def _finite(cell: str) -> float:
    value = float(cell)
    if not np.isfinite(value):
        raise ValueError(cell)
    return value
