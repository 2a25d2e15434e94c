"""Workbooks to columns. A stranger's file may ask for more memory than there is, so a child process reads it.

A workbook of 1.4 KB with one cell at XFD1048576 stands for 17,179,869,184 cells, and the reader would ask for
them all. So the zip directory is looked at first, its parts are unpacked once to count them, and the reading
is done by a child with limits on memory and processor time, which costs a hundredth of a second.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Sequence
from html import unescape
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

from evenhand.core.errors import Findings, InputError, MethodError
from evenhand.tables.decode import kind_of
from evenhand.tables.delimited import CHUNK, Grid, columns_of
from evenhand.tables.texts import as_text, tidy

__all__ = ["read_workbook"]

PARTS = 10_000
UNPACKED = 1 << 30
"""Bytes that all parts may unpack to; a sheet of a million rows by six columns has about a quarter."""
CELLS = 30_000_000
"""Cells between A1 and the farthest cell; a full sheet of 28 columns has as many."""
LAST_ROW = 1 << 20
MEMORY = 3 << 30
SECONDS = 300
BLOCK = 1 << 20

FAR = re.compile(rb"""\br\s*=\s*["'](?:([A-Za-z]{2,3})(\d{1,7})|([A-Za-z])(\d{6,7}))["']""")
"""References that may be far away: two letters or more, or a row from 100,000 on."""
ERROR = re.compile(
    rb"""<c\s(?=[^>]*\br="([A-Z]{1,3})(\d{1,7})")[^>]*\bt="e"[^>]*>(?:<f[^<]*</f>|<f[^>]*/>)?<v>([^<]+)"""
)
"""A cell that shows an error such as #N/A: its column, its row and what it shows."""
TAG = re.compile(rb"""<(?:\w+:)?(?:sheet|Relationship)\s[^>]*>""")
FIELD = re.compile(rb"""\b(name|r:id|Id|Target)\s*=\s*["']([^"']*)["']""")

MEND = "Copy the table alone into a new workbook and save that"
LETTERS = 26


def read_workbook(path: Path, raw: bytes, sheet: str, noted: Findings) -> Grid:
    """Return the columns of a sheet; cells become text as ``as_text`` has it.

    Args:
        path: the file, for the child to open.
        raw: its bytes.
        sheet: the sheet's name, in any case; "" for the first that is not hidden.
        noted: where ragged headers and error cells are noted.

    Raises:
        InputError: it is no workbook, is damaged, has a password, no such sheet, or is too large.
    """
    name = path.name
    found = kind_of(raw)
    if raw.startswith(b"PK") and not zipfile.is_zipfile(BytesIO(raw)):
        raise _damaged(name)
    if found and found[0] != "an Excel workbook":
        raise InputError.one(f"is {found[0]}, not an Excel workbook", found[1], table=name)
    if not found:
        mend = "Rename it so that it ends in .csv" if raw else "Save it from your spreadsheet again"
        raise InputError.one(f"is {'text' if raw else 'empty'}, not an Excel workbook", mend, table=name)
    failed = _look_inside(raw, name)
    answer, columns = _child(path, sheet)
    if "fault" in answer:
        raise _fault(answer, name, sheet)
    for row, column, shown in _error_cells(raw, answer["sheet"]) if failed else ():
        columns[column - answer["left"]][row - 1] = shown
    return _grid(answer, columns, name, noted)


def _look_inside(raw: bytes, name: str) -> bool:
    """Refuse what is too large or has a cell far away; return whether any cell shows an error."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            parts = archive.infolist()
            if len(parts) > PARTS or len({part.filename for part in parts}) < len(parts):
                raise InputError.one(f"has {len(parts):,} parts, some maybe twice", MEND, table=name)
            total, failed = 0, False
            for part in parts:
                part.file_size = UNPACKED + 1  # what the directory says is not believed: unpack and count
                if part.flag_bits & 1:
                    raise InputError.one(
                        "has a password", "Remove the password and save it again", table=name
                    )
                with archive.open(part) as stream:
                    total, here = _scan(stream, part.filename, total, name)
                    failed = failed or here
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError):
        raise _damaged(name) from None
    return failed


def _scan(stream: Any, part: str, total: int, name: str) -> tuple[int, bool]:
    """Return ``total`` with this part's bytes, and whether a cell shows an error; refuse a far cell."""
    sheet = part.startswith("xl/worksheets/")
    widest, lowest, tail, failed = LETTERS, 99_999, b"", False
    while block := stream.read(BLOCK):
        total += len(block)
        if total > UNPACKED:
            problem = f"unpacks to more than {UNPACKED >> 20:,} MB"
            raise InputError.one(problem, f"{MEND}, or save it as CSV UTF-8", table=name)
        for found in FAR.finditer(tail + block) if sheet else ():
            letters, digits = (found[1], found[2]) if found[1] else (found[3], found[4])
            widest, lowest = max(widest, _column(letters)), max(lowest, int(digits))
            if widest * lowest > CELLS or lowest > LAST_ROW:
                cell = (letters + digits).decode().upper()
                problem = f"has a cell at {cell}, far away from the table"
                raise InputError.one(
                    problem, f"Delete the rows and columns beyond the table, or: {MEND}", table=name
                )
        failed = failed or (sheet and b't="e"' in tail + block)
        tail = block[-64:]
    return total, failed


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * LETTERS + letter - 64
    return number


def _child(path: Path, sheet: str) -> tuple[dict[str, Any], list[list[str]]]:
    """Return what the child says of the sheet, and its columns as texts."""
    found = find_spec("python_calamine")
    if found is None or found.origin is None:
        raise MethodError(
            "Reading workbooks needs the package python-calamine. Install it, or save the sheet as CSV."
        )
    home = str(Path(found.origin).parents[1])
    script = str(Path(__file__).with_name("workbook_child.py"))
    command = [
        sys.executable,
        "-I",
        "-S",
        script,
        home,
        str(path.absolute()),
        sheet,
        str(MEMORY),
        str(SECONDS),
    ]
    try:
        done = subprocess.run(
            command, capture_output=True, check=False, timeout=2 * SECONDS, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        return {"fault": "limits"}, []
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        lost = done.returncode < 0 or b"MemoryError" in done.stderr or b"alloc" in done.stderr
        return {"fault": "limits" if lost else "damaged", "said": ""}, []
    answer: dict[str, Any] = json.loads(lines[0])
    if len(lines) > 1 and lines[-1].startswith(b"{"):
        return json.loads(lines[-1]), []
    columns: list[list[str]] = [[] for _ in (json.loads(lines[1]) if len(lines) > 1 else ())]
    for at in range(1, len(lines), CHUNK):
        rows = json.loads(b"[%s]" % b",".join(lines[at : at + CHUNK]))
        for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(map(as_text, cells))
    return answer, [tidy(column) for column in columns]


def _fault(answer: dict[str, Any], name: str, sheet: str) -> InputError:
    if answer["fault"] == "sheet":
        sheets = answer["sheets"]
        if not sheets:
            return InputError.one("has no sheet with cells", "Give a workbook with a table in it", table=name)
        return InputError.one(
            "is no sheet of the workbook", f"Choose one of {', '.join(sheets)}", came=sheet, table=name
        )
    if answer["fault"] == "password":
        return InputError.one("has a password", "Open it, remove the password and save it again", table=name)
    if answer["fault"] == "limits":
        problem = f"needs more than {MEMORY >> 30} GB of memory or {SECONDS} seconds to read"
        return InputError.one(problem, f"{MEND}, or save it as CSV UTF-8", table=name)
    return _damaged(name)


def _damaged(name: str) -> InputError:
    return InputError.one(
        "is a damaged workbook", "Open it in your spreadsheet and save it again", table=name
    )


def _error_cells(raw: bytes, sheet: str) -> list[tuple[int, int, str]]:
    """Return (row, column, text) of each cell of a sheet that shows an error; the reader has it empty."""
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        names = set(archive.namelist())
        where = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
        if not names.issuperset(where):
            return []
        sheets, parts = (
            [dict(FIELD.findall(tag)) for tag in TAG.findall(archive.read(part))] for part in where
        )
        targets = {part.get(b"Id"): part.get(b"Target", b"") for part in parts}
        for found in sheets:
            target = targets.get(found.get(b"r:id"), b"").decode("utf-8", "replace")
            part = target[1:] if target.startswith("/") else f"xl/{target}"
            if unescape(found.get(b"name", b"").decode("utf-8", "replace")) == sheet and part in names:
                cells = ERROR.findall(archive.read(part))
                return [
                    (int(row), _column(letters), shown.decode("utf-8", "replace"))
                    for letters, row, shown in cells
                ]
    return []


def _grid(answer: dict[str, Any], columns: list[list[str]], name: str, noted: Findings) -> Grid:
    """Return the columns under the first row that is not empty; empty rows are left out."""
    height = len(columns[0]) if columns else 0
    empty = [at for at in range(height) if not columns[0][at] and not any(column[at] for column in columns)]
    if len(empty) == height:
        problem = f"has nothing in its sheet {answer['sheet']}"
        others = [other for other in answer["sheets"] if other != answer["sheet"]]
        mend = (
            f"Choose another sheet: {', '.join(others)}"
            if others
            else "Write a header row and a row for each entry"
        )
        raise InputError.one(problem, mend, table=name)
    gone = set(empty)
    head = next(at for at in range(height) if at not in gone)
    kept = [at for at in range(head + 1, height) if at not in gone]
    if empty:
        cells = [[column[at] for at in kept] for column in columns]
    else:
        cells = [column[head + 1 :] for column in columns]
    rows: Sequence[int] = [at + 1 for at in kept]
    return Grid(columns_of([column[head] for column in columns], cells, rows, name, noted, head + 1), rows)
