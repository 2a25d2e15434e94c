"""A table as text columns, and the typed views of it. Nothing is guessed; every problem is noted by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import partial
from math import lcm
from shlex import quote
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.core.arrays import Bools, Floats, Ints
from evenhand.core.errors import Findings
from evenhand.core.native import Native
from evenhand.tables.calendar_days import days
from evenhand.tables.coded import Coded, first_seen, places_of, words_of
from evenhand.tables.numerals import PERCENT, Fault, decimals, fractions, wholes
from evenhand.tables.texts import fold, heads_named, near

Source = Any
"""What is read as a table: a path, a Table, a mapping of columns, a list of row mappings, a data frame."""

YES = frozenset(
    {"1", "1.0", "true", "yes", "y", "x", "t", "on", "✓", "✔", "☑"}
    | {"ja", "j", "wahr", "oui", "vrai", "sí", "si", "verdadero"}
)
NO = frozenset(
    {"0", "0.0", "false", "no", "n", "", "f", "off", "-", "–", "☐"}
    | {"nein", "falsch", "non", "faux", "falso"}
)
"""Yes and no in four languages, as people and spreadsheets write them; in any case."""

ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
"""What spreadsheets show where a formula failed; no name and no kind of person."""

NO_RESULT = "#FORMULA"
"""What stands for a formula whose result the workbook does not hold: some programs do not reckon."""
SPOILT = {
    **dict.fromkeys(ERRORS, ("is an error of the spreadsheet", "Mend its formula, or write the value")),
    NO_RESULT: (
        "is a formula without a result",
        "Open the workbook in your spreadsheet and save it, so that results are saved with it",
    ),
}
"""Cell to what is wrong with it and how to mend it, whatever the column holds."""

MOST_PARTS = 10**6
"""The largest weight in equal parts: products of weights, loads and ticks then stay inside 64 bits."""
NOTED = 100
"""Cells of a column noted one by one; the rest are counted, so that a wrong column stays readable."""


class Headed(Mapping[str, Sequence[str]]):
    """Columns that are found by any spelling of their header and listed as the user wrote them.

    ``Week Start``, ``week_start``, ``week-start`` and ``WeekStart`` are one header.
    """

    __slots__ = ("_cells", "_heads")

    def __init__(self, columns: Mapping[str, Sequence[str]]) -> None:
        """Take columns whose headers differ in more than case and separators."""
        self._cells = dict(columns)
        self._heads = {fold(head): head for head in reversed(self._cells)}

    def head(self, column: str) -> str:
        """Return the header as the user wrote it, or the name asked for where there is none."""
        return column if column in self._cells else self._heads.get(fold(column), column)

    def __getitem__(self, column: str) -> Sequence[str]:
        return self._cells[self.head(column)]

    def __contains__(self, column: object) -> bool:
        return isinstance(column, str) and self.head(column) in self._cells

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a table came from, as ``evenhand check`` tells it.

    Attributes:
        kind: "text", "a workbook", "Parquet", "a calendar", "a strict calendar" or "values".
        encoding: of text, such as "utf-8"; "" for anything else.
        delimiter: what stood between the cells of text.
        sheet: the sheet of a workbook.
        header_row: the row of the header, as a spreadsheet counts.
    """

    kind: str = "values"
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int = 1


@dataclass(frozen=True, eq=False)
class Table:
    """Text columns of equal length, with the place each row came from.

    Attributes:
        name: what errors call it: a file's name, a sheet's, or an argument's.
        columns: header to cell texts, stripped; a missing cell is "". Looked up by any spelling of the header
            (see ``Headed``); listed as the user wrote them, and so errors show them.
        rows: 1-based row numbers as the user's editor shows them (the header is row 1), shape (n,).
        findings: where the typed views note what is wrong; shared by all tables of one problem.
        semicolons: whether it came from a file with semicolons between cells, where 1.234 may mean 1234.
        broken: positions (from 0) of rows that are known to be wrong as a whole; no cell of theirs is noted.
        origin: what kind of source it came from.
        called: column to what errors call it, where that is not its header: "Partner (recipient)".
        native: what the cells were, by the caller's own heads, where they did not come from a file.

    Example:
        >>> table = Table("people", {"name": ["Ada", "Bo"], "age": ["8", "x"]}, [2, 3])
        >>> table.integers("age", default=0).tolist(), [str(error) for error in table.findings.errors]
        ([8, 0], ["people, row 3, column age: 'x' is not a whole number. Write a whole number."])
    """

    name: str
    columns: Mapping[str, Sequence[str]]
    rows: Sequence[int]
    findings: Findings = field(default_factory=Findings, compare=False)
    semicolons: bool = False
    broken: frozenset[int] = frozenset()
    called: Mapping[str, str] = field(default_factory=dict)
    origin: Origin = Origin()
    native: Native = field(default_factory=Native, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.columns, Headed):
            object.__setattr__(self, "columns", Headed(self.columns))

    def __len__(self) -> int:
        return len(self.rows)

    def has(self, column: str) -> bool:
        """Whether the column is there, under any spelling of its header."""
        return column in self.columns

    def head(self, column: str) -> str:
        """Return what errors call a column: its header as the user wrote it, with our name if it differs."""
        head = self.columns.head(column) if isinstance(self.columns, Headed) else column
        return self.called.get(head, head)

    def native_of(self, columns: Mapping[str, str]) -> Native:
        """Return what the cells of some columns were: any name to the column that is meant."""
        return self.native.under({name: self.own_head(column) for name, column in columns.items()})

    def own_head(self, column: str) -> str:
        """Return a column's header as it stood in the file: "Nachname" of a column now called last_name."""
        return self.head(column).removesuffix(f" ({column})")

    def need(self, *columns: str, guess: Mapping[str, str] | None = None) -> bool:
        """Note every column that is missing, with a near miss where there is one; whether all are there.

        A source without any rows and columns (an empty list) lacks nothing. ``guess`` are heads that may be
        missing columns by what stands below them.
        """
        if not self.columns and not self.rows:
            return True
        missing = [column for column in columns if column not in self.columns]
        spare = [head for head in self.columns if fold(head) not in {fold(column) for column in columns}]
        for column in missing:
            meant = near(column, spare)
            mend = (
                f"Did you mean {meant}? Then rename it, or say --map {quote(f'{meant}={column}')}"
                if meant
                else ""
            )
            if not meant and guess and column in guess:
                mend = f"If {guess[column]} is it, say so: --map {quote(f'{guess[column]}={column}')}"
            mend = mend or f"Add the column {column}"
            self._missing(column, mend)
        return not missing

    def asked(self, *columns: str) -> bool:
        """Note every column that a person asked for by name and that is not there; whether all are there."""
        missing = [column for column in columns if column not in self.columns]
        for column in missing:
            meant = near(column, list(self.columns))
            self._missing(column, f"Did you mean {self.head(meant)}?" if meant else "Name one of its columns")
        return not missing

    def _missing(self, column: str, mend: str) -> None:
        here = heads_named(list(map(self.head, self.columns)))
        if any(map(str.isnumeric, self.columns)):
            mend += (
                f"{'' if mend.endswith('?') else '.'} The first row must be the header, with no numbers in it"
            )
        mend += f"{' ' if mend.endswith('?') else '. '}The table has {here}"
        self.findings.error("is missing", mend, table=self.name, column=column)

    def unknown(self, *allowed: str) -> tuple[str, ...]:
        """Return the headers that are none of those, and warn of each that is nearly one of them."""
        known = {fold(column) for column in allowed}
        strange = tuple(head for head in self.columns if fold(head) not in known)
        self.nearly([column for column in allowed if column not in self.columns], strange)
        return strange

    def nearly(self, columns: Sequence[str], heads: Sequence[str]) -> None:
        """Warn of each head that is nearly one of the columns, and so was probably meant to be it."""
        for head in heads:
            meant = near(head, columns)
            if meant:
                mend = f"Did you mean {meant}?"
                self.findings.warning("is not known and was left alone", mend, table=self.name, column=head)

    def wrong(self, index: int, column: str, problem: str, mend: str) -> None:
        """Note an error of one cell; ``index`` counts from 0."""
        # A row of the wrong width has its cells in the wrong columns: one fault says it, not one a cell.
        if index not in self.broken:
            came = self.columns[column][index] if column in self.columns else None
            head = self.head(column)
            self.findings.error(problem, mend, table=self.name, row=self.rows[index], column=head, came=came)

    def odd(self, index: int, column: str, problem: str, mend: str) -> None:
        """Note a warning of one cell; ``index`` counts from 0."""
        came = self.columns[column][index] if column in self.columns else None
        head = self.head(column)
        self.findings.warning(problem, mend, table=self.name, row=self.rows[index], column=head, came=came)

    def text(self, column: str, *, default: str | None = None, required: bool = False) -> list[str]:
        """Return the cells as they stand; ``required`` notes the empty ones, ``default`` fills them.

        Cells in which a spreadsheet shows an error (#N/A and its like) are noted.
        """
        if column not in self.columns:
            return [default or ""] * len(self)
        cells = self.looked_at(column, required=required)
        return [cell or default for cell in cells] if default else list(cells)

    def coded(self, column: str, *, required: bool = False) -> Coded:
        """Return the cells as codes into their sorted texts; what ``text`` notes is noted."""
        if column not in self.columns:
            return Coded.of([""] * len(self))
        return Coded.of(self.looked_at(column, required=required))

    def looked_at(self, column: str, *, required: bool = False) -> Sequence[str]:
        """Return a column once its errors of a spreadsheet, and its empty cells, are noted."""
        cells = self.columns[column]
        # By the column's different texts, so that a plain column of millions costs nothing.
        spoilt = SPOILT.keys() & set(words_of(cells))
        if spoilt:
            self._note(column, [(row, *SPOILT[word]) for word in spoilt for row in places_of(word, cells)])
        if required:
            self._note(column, self._empty(cells, "Fill the cell or delete the row"))
        return cells

    def integers(
        self,
        column: str,
        *,
        default: int | None = None,
        low: int | None = None,
        high: int | None = None,
    ) -> Ints:
        """Return whole numbers, shape (n,), as ``numerals.wholes`` reads them.

        Empty cells take ``default`` or are noted; those below ``low`` or above ``high`` are noted. A cell
        that is noted, or a column that is missing without a default, holds 0.
        """
        mend = f"Write a whole number{_limits(low, high)}"
        if column not in self.columns:
            return np.full(len(self), default or 0, np.int64)
        values, faults = self._read(column, wholes)
        return self._limited(column, values, faults, default, low, high, mend)

    def numbers(
        self,
        column: str,
        *,
        default: float | None = None,
        low: float | None = None,
        high: float | None = None,
    ) -> Floats:
        """Return finite numbers, shape (n,), as ``numerals.decimals`` reads them; else as ``integers``."""
        limits = _limits(low, high)
        mend = f"Write a number such as 12.5{',' if limits else ''}{limits}"
        if column not in self.columns:
            return np.full(len(self), default or 0.0, np.float64)
        values, faults = self._read(column, partial(decimals, semicolons=self.semicolons))
        filled = [cell for cell in words_of(self.columns[column]) if cell] if faults else []
        if filled and all(map(PERCENT.fullmatch, filled)):
            return self._percentages(column, default, low, high, mend)
        return self._limited(column, values, faults, default, low, high, mend)

    def _percentages(
        self, column: str, default: float | None, low: float | None, high: float | None, mend: str
    ) -> Floats:
        """Return a column that holds nothing but percentages: 80% as 80, as 0.8 where 1 is the most."""
        cells = self.columns[column]
        plain = [cell.rstrip("%").strip() or "0" for cell in cells]
        values, faults = decimals(plain, semicolons=self.semicolons)
        values = values / (100 if high == 1 else 1)
        row = next(row for row, cell in enumerate(cells) if cell)
        problem = f"holds percentages: {cells[row]} was read as {values[row]:g}"
        self.findings.warning(problem, "", table=self.name, column=self.head(column))
        return self._limited(column, values, faults, default, low, high, mend)

    def weights(self, column: str, *, zero: bool = False) -> tuple[Ints, int]:
        """Return weights as whole numbers of equal parts, shape (n,), and how many parts make 1.

        0.5 and 1 come back as 1 and 2, with 2 parts to 1: only how weights compare matters, so nothing is
        rounded. Empty cells are 1. A cell that is noted, or a column that is missing, holds 1.

        Args:
            column: the column.
            zero: whether 0 is a weight.
        """
        if column not in self.columns:
            return np.ones(len(self), np.int64), 1
        cells = [cell or "1" for cell in self.columns[column]]
        plain, odd = wholes(cells)
        # Nearly all weights are whole, and a table of them may be long.
        if not odd and len(plain) and int(plain.min()) >= (not zero) and int(plain.max()) <= MOST_PARTS:
            return plain, 1
        values, faults = fractions(cells, semicolons=self.semicolons)
        known = {index for index, *_ in faults}
        mend = f"Write a weight {'of 0 or more' if zero else 'above 0'}, such as 1, 0.5 or 1/3"
        low = [row for row, value in enumerate(values) if value < 0 or (value == 0 and not zero)]
        faults = [(row, problem, own if own.startswith("Write -") or "whichever" in own else mend)
                  for row, problem, own in faults]  # fmt: skip
        faults += [(row, "is too small", mend) for row in low if row not in known]
        high = [row for row, value in enumerate(values) if value > MOST_PARTS]
        faults += [(row, "is too large", f"Write a weight up to {MOST_PARTS:,}") for row in high]
        self._note(column, faults)
        wrong = {row for row, *_ in faults}
        fine = [Fraction(1) if row in wrong else value for row, value in enumerate(values)]
        parts = lcm(*{value.denominator for value in fine}) if fine else 1
        if parts * max(fine, default=Fraction(1)) > MOST_PARTS:
            problem = f"has fractions that need more than {MOST_PARTS:,} equal parts"
            self.findings.error(problem, "Write simpler weights, such as 0.33", table=self.name,
                                column=self.head(column))  # fmt: skip
            return np.ones(len(self), np.int64), 1
        if parts > 1:
            problem = f"has fractions, which are counted exactly: {parts:,} equal parts make 1"
            self.findings.warning(problem, "", table=self.name, column=self.head(column))
        return np.array([int(value * parts) for value in fine], dtype=np.int64), parts

    def dates(self, column: str, *, optional: bool = False) -> list[date | None]:
        """Return dates, as ``calendar_days.days`` reads them; None for a cell that is empty or noted.

        Empty cells are noted unless ``optional``; so is a column that is missing from a table with rows.
        """
        cells: Sequence[str] = self.columns.get(column, [""] * len(self))
        known, faulty, whole = days([word for word in first_seen(cells) if word])
        faults = [(row, *fault) for word, fault in faulty.items() for row in places_of(word, cells)]
        if whole is not None:
            faults.append((cells.index(whole[0]), *whole[1:]))
        if "" in cells and not optional:
            faults += self._empty(cells, "Write a date such as 2026-01-31")
        self._note(column, faults)
        return [known.get(cell) for cell in cells]

    def flags(self, column: str, *, default: bool = False) -> Bools:
        """Return yes/no cells (yes, no, true, false, 1, 0, x or empty), shape (n,)."""
        if column not in self.columns:
            return np.full(len(self), default)
        cells = self.columns[column]
        meaning: dict[str, bool | None] = {}
        for cell in words_of(cells):
            word = cell.casefold()
            meaning[cell] = True if word in YES else (default if not word else False) if word in NO else None
        strange = {cell for cell, value in meaning.items() if value is None}
        if strange:
            fault = ("is neither yes nor no", "Write yes or no")
            self._note(column, [(row, *fault) for word in strange for row in places_of(word, cells)])
        return np.fromiter((bool(meaning[cell]) for cell in cells), np.bool_, len(cells))

    def _read(
        self, column: str, read: Callable[[Sequence[str]], tuple[NDArray[Any], list[Fault]]]
    ) -> tuple[NDArray[Any], list[Fault]]:
        """Return a column as numbers and its faults, an empty cell as 0; of codes each word is read once."""

        def filled(cells: Sequence[str]) -> tuple[NDArray[Any], list[Fault]]:
            return read([cell or "0" for cell in cells] if "" in cells else cells)

        cells = self.columns[column]
        return cells.each(filled) if isinstance(cells, Coded) else filled(cells)

    def _limited(
        self,
        column: str,
        values: NDArray[Any],
        faults: list[Fault],
        default: float | None,
        low: float | None,
        high: float | None,
        mend: str,
    ) -> NDArray[Any]:
        """Note empty cells and those out of limits; what is noted becomes 0, what is empty the default."""
        cells = self.columns[column]
        known = {index for index, _, _ in faults}
        empty = self._empty(cells, mend) if "" in cells else []
        known.update(index for index, _, _ in empty)
        for limit, side, outside in ((low, "small", np.less), (high, "large", np.greater)):
            # A cell that is noted already holds 0, which may be out of limits and is no second fault.
            if limit is not None:
                out = [
                    index for index in np.flatnonzero(outside(values, limit)).tolist() if index not in known
                ]
                faults = [*faults, *((index, f"is too {side}", mend) for index in out)]
                values[out] = 0
        if default is not None:
            values[[index for index, _, _ in empty]] = default
        self._note(column, faults if default is not None else [*faults, *empty])
        return values

    def _empty(self, cells: Sequence[str], mend: str) -> list[Fault]:
        return [(row, "is empty", mend) for row in places_of("", cells)]

    def _note(self, column: str, faults: list[Fault]) -> None:
        """Note the faults of a column by row; where they are very many, the rest as a number."""
        # By row, whatever order they were found in: people mend a file from top to bottom.
        faults = sorted(fault for fault in faults if fault[0] not in self.broken)
        cells: Sequence[str] = self.columns.get(column, ())
        if faults and not SPOILT.keys().isdisjoint(words_of(cells)):
            spoilt = {row: SPOILT.get(cells[row]) for row, _, _ in faults}
            faults = [(row, *(spoilt[row] or (problem, mend))) for row, problem, mend in faults]
        for row, problem, mend in faults[:NOTED]:
            self.wrong(row, column, problem, mend)
        rest = len(faults) - NOTED
        if rest > 0:
            self.findings.error(
                f"has {rest:,} more cells like these from here on", "Look at the column as a whole",
                table=self.name, row=self.rows[faults[NOTED][0]], column=self.head(column),
            )  # fmt: skip


def _limits(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f" from {_plain(low)} to {_plain(high)}"
    return (
        f" of {_plain(low)} or more"
        if low is not None
        else ""
        if high is None
        else f" of {_plain(high)} or less"
    )


def _plain(limit: float) -> str:
    """Write a limit as people do: 1,000,000 rather than 1e+06."""
    return f"{int(limit):,}" if limit == int(limit) else f"{limit:,}"
