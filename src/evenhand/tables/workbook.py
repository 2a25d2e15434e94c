"""Workbooks to columns. A stranger's file may ask for more memory than there is, so a child process reads it.

A workbook of 1.4 KB with one cell at XFD1048576 stands for 17,179,869,184 cells, and the reader would ask for
them all. So the child looks at the zip directory first, unpacks its parts once to count them, and reads under
the limits of ``guarded``, which costs a hundredth of a second.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from io import BytesIO
from itertools import chain, islice
from typing import IO, Any

from evenhand.core.errors import Findings, InputError
from evenhand.tables.decode import kind_of
from evenhand.tables.delimited import CHUNK, TITLE_ROWS, Grid, columns_of, header_among, stacked_among
from evenhand.tables.guarded import answered
from evenhand.tables.table import NO_RESULT
from evenhand.tables.texts import as_text, tidy

FILLED = 1_000_000
"""Cells that are filled from merged ones: as many as a sheet has rows, however often ranges overlap."""


def sheets_of(raw: bytes, name: str) -> list[str]:
    """Return the names of the sheets that are not hidden.

    Raises:
        InputError: as ``read_workbook``.
    """
    _refuse_others(raw, name)
    with answered("workbook", raw, {"sheet": "", "list": True}, name) as (head, _):
        if head.get("fault") != "sheet":
            raise _fault(head, name, "")
        return list(head["shown"])


def read_workbook(raw: bytes, name: str, sheet: str, noted: Findings, heads_in: int = 0) -> Grid:
    """Return the columns of a sheet; cells become text as ``as_text`` has it.

    Args:
        raw: the workbook.
        name: what findings call it.
        sheet: the sheet's name, in any case; "" for the first that is not hidden.
        noted: where ragged headers and error cells are noted, and which sheets were not read.
        heads_in: the row of the header where somebody says it; 0 to find it.

    Raises:
        InputError: it is no workbook, is damaged, has a password, no such sheet, or is too large.
    """
    _refuse_others(raw, name)
    with answered("workbook", raw, {"sheet": sheet}, name) as (head, lines):
        if "fault" in head:
            raise _fault(head, name, sheet)
        columns = _columns(lines)
    # The library gives an empty cell for an error and for a formula without a result; what stands there is
    # put in.
    for row, column, shown in head["cells"]:
        index = column - head["left"]
        if 0 <= index < len(columns) and row <= len(columns[index]) and not columns[index][row - 1]:
            columns[index][row - 1] = shown
    _fill_merged(head, columns, name, noted)
    grid = _grid(head, columns, name, noted, heads_in)
    if head["hidden"]:
        rows = (
            "1 hidden row, which was"
            if head["hidden"] == 1
            else f"{head['hidden']:,} hidden rows, which were"
        )
        noted.warning(f"has {rows} read too", "Delete rows that are not meant", table=name)
    lacking = [(row, column) for row, column, shown in head["cells"] if shown == NO_RESULT]
    if lacking:
        noted.warning(
            f"has {len(lacking):,} formula{'s' * (len(lacking) > 1)} without a result",
            "Open the workbook in your spreadsheet and save it, so that results are saved with it",
            table=name,
            row=lacking[0][0],
        )
    others = [other for other in head["shown"] if other != head["sheet"]]
    if others and not sheet:
        noted.warning(
            f"has {len(others) + 1} sheets; {head['sheet']} was read",
            f"Choose another with --sheet: {', '.join(others)}",
            table=name,
        )
    return grid


def _fill_merged(head: dict[str, Any], columns: list[list[str]], name: str, noted: Findings) -> None:
    """Give every row of cells merged down a column their value, as people see it; it is kept once."""
    if not head["merged"]:
        return
    filled = 0
    # A row that holds nothing of its own is the lower half of the row above it.
    own = [any(column[row] for column in columns) for row in range(len(columns[0]))] if columns else []
    for top, first, bottom, last in head["merged"]:
        column = first - head["left"] + 1
        if first != last or not 0 <= column < len(columns) or filled > FILLED:
            continue  # merged across: a title
        cells = columns[column]
        for row in range(top + 1, min(bottom + 1, len(cells))):
            if own[row] and not cells[row]:
                cells[row] = cells[top]
                filled += 1
    if filled:
        problem = f"has merged cells; {filled:,} more row{'s' * (filled != 1)} got their value"
        noted.warning(problem, "Unmerge and fill them if that is wrong", table=name)


def _refuse_others(raw: bytes, name: str) -> None:
    kind = kind_of(raw)
    # A workbook that was cut off in a download still begins like one.
    if raw.startswith(b"PK") and not zipfile.is_zipfile(BytesIO(raw)):
        raise _damaged(name)
    if kind and kind[0] != "an Excel workbook":
        raise InputError.one(f"is {kind[0]}, not an Excel workbook", kind[1], table=name)
    if not kind:
        mend = "Rename it so that it ends in .csv" if raw else "Save it from your spreadsheet again"
        raise InputError.one(f"is {'text' if raw else 'empty'}, not an Excel workbook", mend, table=name)


def _columns(lines: IO[bytes]) -> list[list[str]]:
    """Return rows of JSON as columns of text; a text that comes again is kept once."""
    columns: list[list[str]] = []
    known: dict[str, str] = {}
    while chunk := list(islice(lines, CHUNK)):
        rows = json.loads(b"[%s]" % b",".join(chunk))
        # All rows that come are equally wide, so the first says how many columns there are.
        columns = columns or [[] for _ in rows[0]]
        for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(known.setdefault(text, text) for text in map(as_text, cells))
    return [tidy(column) for column in columns]


def _fault(head: dict[str, Any], name: str, sheet: str) -> InputError:
    if head["fault"] == "refused":
        return InputError.one(head["problem"], head["mend"], table=name)
    if head["fault"] == "sheet":
        sheets = head["sheets"]
        if not sheets:
            return InputError.one("has no sheet with cells", "Give a workbook with a table in it", table=name)
        return InputError.one(
            "is not a sheet of the workbook", f"Choose one of {', '.join(sheets)}", came=sheet, table=name
        )
    if head["fault"] == "password":
        return InputError.one("has a password", "Open it, remove the password and save it again", table=name)
    return _damaged(name)


def _damaged(name: str) -> InputError:
    return InputError.one(
        "is a damaged workbook", "Open it in your spreadsheet and save it again", table=name
    )


def _grid(head: dict[str, Any], columns: list[list[str]], name: str, noted: Findings, heads_in: int) -> Grid:
    """Return the columns under the header, in the row ``heads_in`` or found; empty rows are left out."""
    height = len(columns[0]) if columns else 0
    # The first column alone is looked at first: few rows are empty there, and the rest is not gone through
    # for them.
    empty = [
        row for row in range(height) if not columns[0][row] and not any(column[row] for column in columns)
    ]
    if len(empty) == height:
        problem = f"has nothing in its sheet {head['sheet']}"
        others = [other for other in head["sheets"] if other != head["sheet"]]
        mend = (
            f"Choose another sheet: {', '.join(others)}"
            if others
            else "Write a header row and a row for each entry"
        )
        raise InputError.one(problem, mend, table=name)
    gone = set(empty)
    full = (row for row in range(height) if row not in gone)
    filled = ((row + 1, [column[row] for column in columns]) for row in full)
    first = list(islice(filled, TITLE_ROWS)) if not heads_in else []
    stacked = stacked_among(first, name, noted)
    top = (stacked[0] if stacked else header_among(chain(first, filled), name, noted, heads_in)) - 1
    kept = [row for row in range(top + 1, height) if row not in gone]
    # Without empty rows a column is cut once, which spares a step a cell.
    if empty:
        cells = [[column[row] for row in kept] for column in columns]
    else:
        cells = [column[top + 1 :] for column in columns]
    rows: Sequence[int] = [row + 1 for row in kept]
    heads = stacked[1] if stacked else [column[top] for column in columns]
    return Grid(
        columns_of(heads, cells, rows, name, noted, top + 1), rows, header_row=top + 1, sheet=head["sheet"]
    )
