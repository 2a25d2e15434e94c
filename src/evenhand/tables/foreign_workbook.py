"""A workbook read in the guarded child: what is inside, one sheet row by row, cells without a value."""

from __future__ import annotations

import re
import zipfile
import zlib
from html import unescape
from io import BytesIO
from typing import IO, Any, Final

PARTS: Final = 10_000
UNPACKED: Final = 1 << 30
"""Bytes that all parts may unpack to; a sheet of a million rows by six columns has about a quarter."""
AREA: Final = 30_000_000
"""Cells between A1 and the farthest cell; a full sheet of 28 columns has as many."""
LAST_ROW: Final = 1 << 20
BLOCK: Final = 1 << 20
LETTERS: Final = 26
OVERLAP: Final = 64
"""Bytes of a block looked at again with the next: longer than any reference to a cell."""
WITHOUT_VALUE: Final = 10_000
"""Cells without a value that are told; a sheet of formulas only needs no more to be refused."""

FAR = re.compile(rb"""\br\s*=\s*["'](?:([A-Za-z]{2,3})(\d{1,7})|([A-Za-z])(\d{6,7}))["']""")
"""References that may be far away: two letters or more, or a row from 100,000 on."""
ERROR = re.compile(
    rb"""<c\s(?=[^>]*\br="([A-Z]{1,3})(\d{1,7})")[^>]*\bt="e"[^>]*>(?:<f[^<]*</f>|<f[^>]*/>)?<v>([^<]+)"""
)
"""A cell that shows an error such as #N/A: its column, its row and what it shows."""
UNCOUNTED = re.compile(
    rb"""<c\s(?=[^>]*\br="([A-Z]{1,3})(\d{1,7})")(?![^>]*\bt="str")[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)(?:<v/>|<v>\s*</v>)?</c>"""
)
"""A cell with a formula and no result: written by a program that does not reckon."""
NO_RESULT: Final = "#FORMULA"
HIDDEN_ROW = re.compile(rb'<row\s[^>]*\bhidden="(?:1|true)"')
"""A row that a filter or a person hides: its cells are there all the same."""
MERGED: Final = 10_000
"""Merged ranges that are told; a sheet with more is a drawing and no table."""
TAG = re.compile(rb"""<(?:\w+:)?(?:sheet|Relationship)\s[^>]*>""")
FIELD = re.compile(rb"""\b(name|r:id|Id|Target)\s*=\s*["']([^"']*)["']""")

MEND: Final = "Copy the table alone into a new workbook and save that"


class _Refused(Exception):  # noqa: N818 - it carries a finding, and is no error of ours
    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(problem)
        self.said = {"fault": "refused", "problem": problem, "mend": mend}


def read_foreign(source: IO[bytes], options: dict[str, Any], answer: Any) -> None:
    """Write what the workbook holds, then the rows of one sheet from its first row on.

    Args:
        source: the workbook.
        options: ``sheet``, "" for the first that is not hidden; ``list`` to write the sheets alone.
        answer: where to write; see ``guarded_child.Answer``.
    """
    import python_calamine

    raw = source.read()
    try:
        odd = _look_inside(raw)
        book = python_calamine.load_workbook(BytesIO(raw))
        names, shown, sheet = _sheet_of(book, options["sheet"])
        if sheet is None or options.get("list"):
            answer.say({"fault": "sheet", "sheets": names, "shown": shown})
            return
        # Rows come from the first filled column on; places of single cells count from column A.
        left = (sheet.start or (0, 0))[1] + 1
        # The sheet is unpacked once more for it, so only where some cell may lack a value.
        cells, hidden = _looked_at(raw, sheet.name) if odd else ([], 0)
        merged = [[*first, *last] for first, last in (sheet.merged_cell_ranges or [])[:MERGED]]
        head = {"sheet": sheet.name, "sheets": names, "shown": shown, "left": left, "cells": cells}
        answer.say({**head, "hidden": hidden, "merged": merged})
        for row in sheet.iter_rows():
            answer.row(row)
    except _Refused as refused:
        answer.say(refused.said)
    except python_calamine.PasswordError:
        answer.say({"fault": "password"})
    except (python_calamine.CalamineError, OSError, ValueError, zipfile.BadZipFile, KeyError) as error:
        answer.say({"fault": "damaged", "said": str(error)})


def _sheet_of(book: Any, wanted: str) -> tuple[list[str], list[str], Any]:
    """Return the names of all sheets, of those seen, and the one wanted: its name in any case, or None."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    names = [sheet.name for sheet in sheets]
    seen = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible] or names
    # People write a sheet's name as they remember it; one spelt exactly so comes first.
    like = [name for name in names if name.strip().casefold() == wanted.strip().casefold()]
    chosen = wanted if wanted in names else like[0] if like else seen[0] if seen and not wanted else None
    return names, seen, None if chosen is None else book.get_sheet_by_name(chosen)


def _look_inside(raw: bytes) -> bool:
    """Refuse what is too large or has a cell far away; return whether it is looked at again.

    Again for cells that may lack a value, and for rows that may be hidden.
    """
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            parts = archive.infolist()
            # A part that is there twice may be one file to us and another to the library that reads it.
            if len(parts) > PARTS or len({part.filename for part in parts}) < len(parts):
                raise _Refused(f"has {len(parts):,} parts, some maybe twice", MEND)
            total, odd = 0, False
            for part in parts:
                part.file_size = UNPACKED + 1  # what the directory says is not believed: unpack and count
                if part.flag_bits & 1:
                    raise _Refused("has a password", "Remove the password and save it again")
                with archive.open(part) as stream:
                    total, here = _scan(stream, part.filename, total)
                    odd = odd or here
    except (zlib.error, EOFError, NotImplementedError) as error:
        raise ValueError(str(error)) from None
    return odd


def _scan(stream: Any, part: str, total: int) -> tuple[int, bool]:
    """Return ``total`` with this part's bytes, and whether a cell may lack a value; refuse a far cell."""
    sheet = part.startswith("xl/worksheets/")
    # The least that FAR finds; below it no cell can be far away.
    widest, lowest, tail, odd = LETTERS, 99_999, b"", False
    while block := stream.read(BLOCK):
        total += len(block)
        if total > UNPACKED:
            problem = f"unpacks to more than {UNPACKED >> 20:,} MB"
            raise _Refused(problem, f"{MEND}, or save it as CSV UTF-8")
        # A reference may be cut by the end of a block: the end of the last one is looked at again.
        for match in FAR.finditer(tail + block) if sheet else ():
            letters, digits = (match[1], match[2]) if match[1] else (match[3], match[4])
            widest, lowest = max(widest, _column(letters)), max(lowest, int(digits))
            # The library makes room for every cell between the first and the last, filled or not.
            if widest * lowest > AREA or lowest > LAST_ROW:
                cell = (letters + digits).decode().upper()
                mend = f"Delete the rows and columns beyond the table, or: {MEND}"
                raise _Refused(f"has a cell at {cell}, far away from the table", mend)
        odd = odd or (sheet and any(mark in tail + block for mark in (b't="e"', b"<f", b'hidden="')))
        tail = block[-OVERLAP:]
    return total, odd


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * LETTERS + letter - 64
    return number


def _looked_at(raw: bytes, sheet: str) -> tuple[list[tuple[int, int, str]], int]:
    """Return (row, column, what to show) of cells without a value, and how many rows are hidden.

    Without a value are cells that show an error and formulas without a result.
    """
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        names = set(archive.namelist())
        where = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
        if not names.issuperset(where):
            return [], 0
        sheets, parts = (
            [dict(FIELD.findall(tag)) for tag in TAG.findall(archive.read(part))] for part in where
        )
        targets = {part.get(b"Id"): part.get(b"Target", b"") for part in parts}
        for table_sheet in sheets:
            target = targets.get(table_sheet.get(b"r:id"), b"").decode("utf-8", "replace")
            part = target[1:] if target.startswith("/") else f"xl/{target}"
            if unescape(table_sheet.get(b"name", b"").decode("utf-8", "replace")) == sheet and part in names:
                text = archive.read(part)
                cells = [
                    (int(row), _column(letters), shown.decode("utf-8", "replace")[:OVERLAP])
                    for letters, row, shown in ERROR.findall(text)
                ]
                cells += [(int(row), _column(index), NO_RESULT) for index, row in UNCOUNTED.findall(text)]
                # Sheet names are unique, so no other part is looked at.
                return cells[:WITHOUT_VALUE], len(HIDDEN_ROW.findall(text))
    return [], 0
