"""Read any source into a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evenhand.core.errors import Findings, InputError
from evenhand.tables.decode import decode, kind_of
from evenhand.tables.delimited import columns_of, parse
from evenhand.tables.files import bytes_of
from evenhand.tables.frames import ACCEPTED, columns_of_frame, columns_of_parquet
from evenhand.tables.table import Source, Table
from evenhand.tables.texts import as_text, as_texts, tidy

__all__ = ["read"]

WORKBOOKS = frozenset({".xlsx", ".xlsm"})
OTHER_WORKBOOKS = frozenset({".xls", ".xlsb", ".ods", ".numbers"})


def read(source: Source, name: str = "", findings: Findings | None = None, sheet: str | None = None) -> Table:
    """Read a path, mapping of columns, list of row mappings or data frame as text columns.

    A file is read by its ending: .xlsx and .xlsm, .parquet, and everything else as delimited text. Rows that
    do not fit their header are noted by row; with ``findings`` given the reading goes on, so that all that is
    wrong is said at once when ``findings.raise_errors()`` is called; without, it is raised here.

    Args:
        source: see ``Source``.
        name: what errors call it; a file is called by its own name.
        findings: where to note what is wrong; a new collection if none is given.
        sheet: the sheet of a workbook; the first that is not hidden by default.

    Raises:
        InputError: the source cannot be opened or is no table at all (with whatever was noted before), or,
            without ``findings``, any row or header is wrong.
        MethodError: the file needs a package that is not installed.

    Cost: linear in the source.
    """
    noted = findings if findings is not None else Findings()
    try:
        table = _table(source, name, noted, sheet)
    except InputError as error:
        raise InputError([*noted.errors, *error.findings]) from None
    if findings is None:
        noted.raise_errors()
    return table


def _table(source: Source, name: str, noted: Findings, sheet: str | None) -> Table:
    if isinstance(source, Table):
        return Table(source.name, source.columns, source.rows, noted, source.semicolons, source.broken)
    if isinstance(source, (str, Path)):
        return _file(Path(source), noted, sheet)
    called = name or "table"
    if isinstance(source, Mapping):
        return _columns(
            {str(head): _listed(cells, str(head), called) for head, cells in source.items()}, called, noted
        )
    if isinstance(source, (list, tuple, Iterator)) and not hasattr(source, "__arrow_c_stream__"):
        return _rows(list(source), called, noted)
    return _columns(columns_of_frame(source, called), called, noted)


def _file(path: Path, noted: Findings, sheet: str | None) -> Table:
    raw, ending, name = bytes_of(path), path.suffix.lower(), path.name
    if ending in WORKBOOKS:
        from evenhand.tables.workbook import read_workbook

        grid = read_workbook(path, raw, sheet or "", noted)
        return Table(name, grid.columns, grid.rows, noted)
    if ending == ".parquet":
        return _columns(columns_of_parquet(raw, name), name, noted)
    found = kind_of(raw)
    if found or ending in OTHER_WORKBOOKS:
        what, mend = found or ("text", "Rename it so that it ends in .csv")
        instead = f"{ending} file" if ending in OTHER_WORKBOOKS else "CSV"
        raise InputError.one(f"is {what}, not {'a ' if instead != 'CSV' else ''}{instead}", mend, table=name)
    if not raw.strip():
        raise InputError.one("is empty", "Write a header row and a row for each entry", table=name)
    if sheet:
        raise InputError.one(
            "has no sheets", "Leave the sheet out, or give a workbook", came=sheet, table=name
        )
    text, encoding = decode(raw, name)
    if encoding == "cp1252":
        noted.warning(
            "is not UTF-8 and was read as Windows-1252",
            "Save it as CSV UTF-8 if names look wrong",
            table=name,
        )
    grid = parse(text, name, noted)
    return Table(name, grid.columns, grid.rows, noted, grid.delimiter == ";", grid.broken)


def _listed(cells: Any, head: str, name: str) -> Sequence[Any]:
    if isinstance(cells, (str, bytes)) or not isinstance(cells, Iterable):
        raise InputError.one(
            "is one value, not a column", "Give a list of cells", came=as_text(cells), table=name, column=head
        )
    return list(cells)


def _rows(rows: list[Any], name: str, noted: Findings) -> Table:
    """Return rows as columns; a key that a row lacks is an empty cell."""
    wrong = [at for at, row in enumerate(rows) if not isinstance(row, Mapping)]
    for at in wrong:
        noted.error("is no mapping of column to cell", ACCEPTED, table=name, row=at + 2, came=repr(rows[at]))
    kept = [row if isinstance(row, Mapping) else {} for row in rows]
    heads = dict.fromkeys(head for row in kept for head in row)
    columns = {str(head): [row.get(head) for row in kept] for head in heads}
    return _columns(columns, name, noted, frozenset(wrong), len(rows))


def _columns(
    columns: Mapping[str, Sequence[Any]],
    name: str,
    noted: Findings,
    broken: frozenset[int] = frozenset(),
    count: int = 0,
) -> Table:
    """Return columns of values as a table; rows are counted as if the header stood in row 1."""
    lengths = {head: len(cells) for head, cells in columns.items()}
    count = max(lengths.values(), default=count)
    for head, length in lengths.items():
        if length < count:
            noted.error(
                f"has {length} cells where another column has {count}",
                "Give columns of one length",
                table=name,
                column=head,
            )
    rows = range(2, count + 2)
    cells = [tidy(as_texts(column) + [""] * (count - len(column))) for column in columns.values()]
    return Table(name, columns_of(tidy(columns), cells, rows, name, noted), rows, noted, broken=broken)
