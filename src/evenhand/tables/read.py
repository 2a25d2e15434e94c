"""Read any source into a table."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from evenhand.core.errors import Findings, InputError
from evenhand.tables.table import Source, Table

__all__ = ["read"]


def read(source: Source, name: str = "", findings: Findings | None = None) -> Table:
    """Read a path, mapping of columns, list of row mappings or data frame as text columns.

    Args:
        source: see ``Source``.
        name: what errors call it; a file is called by its own name.
        findings: where to note what is wrong; a new collection if none is given.

    Raises:
        InputError: the source cannot be opened or is no table at all.
    """
    noted = findings if findings is not None else Findings()
    if isinstance(source, Table):
        return Table(source.name, source.columns, source.rows, noted)
    if isinstance(source, (str, Path)):
        path = Path(source)
        if not path.is_file():
            raise InputError.one("is not there", "Check the path", came=str(path), table=path.name)
        with path.open(encoding="utf-8-sig", newline="") as lines:
            grid = list(csv.reader(lines))
        header, body = grid[0], grid[1:]
        columns = {head.strip(): [row[at].strip() for row in body] for at, head in enumerate(header)}
        return Table(path.name, columns, range(2, len(body) + 2), noted)
    if isinstance(source, Mapping):
        columns = {str(head): [_text(cell) for cell in cells] for head, cells in source.items()}
    else:
        heads = dict.fromkeys(head for row in source for head in row)
        columns = {str(head): [_text(row.get(head)) for row in source] for head in heads}
    count = len(next(iter(columns.values()), []))
    return Table(name or "table", columns, range(2, count + 2), noted)


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()
