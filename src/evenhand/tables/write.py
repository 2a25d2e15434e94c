"""Columns to files: text that no spreadsheet runs, workbooks of the same bytes every time, all or nothing."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from io import BytesIO, StringIO
from itertools import islice
from pathlib import Path
from typing import Any

from evenhand.core.errors import InputError
from evenhand.core.solution import Columns
from evenhand.tables.files import write_atomically
from evenhand.tables.texts import as_text, shield

MARK = b"\xef\xbb\xbf"
CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook's property has no time zone
"""When every workbook says it was made, so that the same columns are the same bytes."""

SHEET_ROWS = 1 << 20
SHEET_COLUMNS = 1 << 14
CELL_CHARACTERS = 32_767
SHEET_CHARACTERS = 31
EXACT = 1 << 53
"""Whole numbers beyond this are written as text: a spreadsheet would round them."""

ILLEGAL = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
FIRST_DAY = "1900-03-01"
"""Spreadsheets count days from 1900 and think that year had a 29 February; before March they are wrong."""
A4 = 9
UPRIGHT = 6
"""Columns that fit an upright page; more lie across."""
GROUPED = 10_000
"""Whole numbers from here on have a mark between thousands."""
FINE = 0.01
"""Fractions below it are shown whole: three decimals would show nothing of them."""
HEADER_CHARACTERS = 200
"""A header of Excel holds 255 with its codes."""
WIDEST = 60
LOOKED_AT = 1000


def csv_bytes(columns: Columns, *, delimiter: str = ",", mark: bool | None = None) -> bytes:
    """Return columns as delimited text in UTF-8, a line feed after each row.

    A text that a spreadsheet could run as a formula gets a ' before it (see ``texts.shield``); ``read`` takes
    it away again. Numbers are never touched.

    Args:
        columns: header to cells, of one length.
        delimiter: what stands between cells.
        mark: whether to begin with a byte order mark. Excel on Windows takes UTF-8 without one for
            Windows-1252, so by default it is written where a character is not ASCII, and only there.

    Example:
        >>> import evenhand as eh
        >>> eh.tables.csv_bytes({"name": ["Ada"], "turns": [2]}).split()
        [b'name,turns', b'Ada,2']
    """
    out = StringIO(newline="")
    rows = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    heads = [shield(head) for head in columns]
    lone = len(heads) == 1
    rows.writerow(heads)
    cells = [list(map(_plain, column)) for column in columns.values()]
    if lone:
        # a blank line would be no row: the writer quotes a lone empty cell by itself
        rows.writerows([cell] for cell in cells[0])
    else:
        rows.writerows(zip(*cells, strict=True))
    text = out.getvalue()
    marked = not text.isascii() if mark is None else mark
    return (MARK if marked else b"") + text.encode("utf-8", "replace")


def _plain(value: Any) -> str:
    return shield(value) if isinstance(value, str) else as_text(value)


def write_csv(columns: Columns, path: str | Path, *, delimiter: str = ",", mark: bool | None = None) -> None:
    """Write columns as delimited text, all or nothing; see ``csv_bytes`` and ``files.write_atomically``.

    Example:
        >>> import evenhand as eh
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     eh.tables.write_csv({"name": ["Ada"]}, Path(folder) / "plan.csv")
        ...     (Path(folder) / "plan.csv").read_text().split()
        ['name', 'Ada']
    """
    write_atomically(path, csv_bytes(columns, delimiter=delimiter, mark=mark))


def xlsx_bytes(sheets: Mapping[str, Columns]) -> bytes:
    """Return a workbook: a sheet for each name, its header bold, frozen and with filters, ready to print.

    A column of dates, times of day, or yes and no is typed cells, also where these came as text; numbers have
    a format. All other texts stay texts, also those that look like formulas or links; whole numbers beyond
    2**53 are texts, as a spreadsheet would round them. Printed, a sheet is as wide as the page, with the head
    on every page, its name above and page numbers below. Names that are no sheet
    names are made so by ``sheet_names``. The same columns give the same bytes.

    Raises:
        InputError: a table is larger than a sheet, or a text longer than a cell can be.

    Example:
        >>> import evenhand as eh
        >>> eh.tables.xlsx_bytes({"plan": {"name": ["Ada"]}})[:2]
        b'PK'
    """
    import xlsxwriter

    out = BytesIO()
    settings = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, settings) as book:
        book.set_properties({"created": CREATED})
        forms = {
            "head": book.add_format({"bold": True, "bottom": 1}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            "clock": book.add_format({"num_format": "hh:mm"}),
            "whole": book.add_format({"num_format": "#,##0"}),
            "number": book.add_format({"num_format": "#,##0.###"}),
            "plain": None,
            "year": book.add_format({"num_format": "0"}),
        }
        for name, (title, columns) in zip(
            sheet_names(sheets or {"Sheet": {}}), (sheets or {"Sheet": {}}).items(), strict=True
        ):
            _fits(title, columns)
            sheet = book.add_worksheet(name)
            _lay_out(sheet, title, columns)
            for index, (head, cells) in enumerate(columns.items()):
                sheet.write_string(0, index, head, forms["head"])
                sheet.set_column(index, index, _width(head, cells))
                for row, value in enumerate(_typed(cells), start=1):
                    _write(sheet, row, index, value, forms)
    return out.getvalue()


def _lay_out(sheet: Any, title: str, columns: Columns) -> None:
    """Set how a sheet scrolls, filters and prints."""
    rows = max(map(len, columns.values()), default=0)
    sheet.freeze_panes(1, 0)
    if columns:
        sheet.autofilter(0, 0, rows, len(columns) - 1)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    sheet.set_paper(A4)
    if len(columns) > UPRIGHT:
        sheet.set_landscape()
    # an & begins a code in headers and footers
    sheet.set_header(f"&L&B{title.replace('&', '&&')[:HEADER_CHARACTERS]}")
    sheet.set_footer("&R&P / &N")


def _typed(cells: Sequence[Any]) -> Sequence[Any]:
    """Return a column of texts as dates, times or booleans where every cell that is filled is one.

    What is read back is the same text: ``as_text`` has one way to write each of them.
    """
    filled = {cell for cell in cells if isinstance(cell, str) and cell}
    if not filled or not all(isinstance(cell, str) or cell is None for cell in cells):
        return cells
    for kind in (_as_flag, _as_day, _as_clock):
        known = {cell: kind(cell) for cell in filled}
        if None not in known.values():
            return [known.get(cell, "") for cell in cells]
    return cells


def _as_flag(cell: str) -> bool | None:
    return {"yes": True, "no": False}.get(cell)


def _as_day(cell: str) -> date | None:
    if not ISO.fullmatch(cell) or cell < FIRST_DAY:
        return None
    try:
        return date.fromisoformat(cell)
    except ValueError:
        return None


def _as_clock(cell: str) -> time | None:
    return time(int(cell[:2]), int(cell[3:])) if CLOCK.fullmatch(cell) else None


def write_xlsx(sheets: Mapping[str, Columns], path: str | Path) -> None:
    """Write a workbook, all or nothing; see ``xlsx_bytes`` and ``files.write_atomically``.

    Example:
        >>> import evenhand as eh
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     eh.tables.write_xlsx({"plan": {"name": ["Ada"]}}, Path(folder) / "plan.xlsx")
        ...     eh.tables.read(Path(folder) / "plan.xlsx").columns["name"]
        ['Ada']
    """
    write_atomically(path, xlsx_bytes(sheets))


def sheet_names(titles: Sequence[str] | Mapping[str, Any]) -> list[str]:
    r"""Return a legal sheet name for each title: at most 31 characters, none of ``[]:*?/\``, no two alike.

    Example:
        >>> import evenhand as eh
        >>> eh.tables.sheet_names(["Week 1", "Week 1", "a/b"])
        ['Week 1', 'Week 1 2', 'a b']
    """
    names: list[str] = []
    taken = {"", "history"}  # Excel keeps "History" for itself
    for title in titles:
        clean = ILLEGAL.sub(" ", title).strip().strip("'").strip() or "Sheet"
        name, number = clean[:SHEET_CHARACTERS].rstrip().rstrip("'"), 1
        while name.casefold() in taken:
            number += 1
            tail = f" {number}"
            name = clean[: SHEET_CHARACTERS - len(tail)].rstrip() + tail
        taken.add(name.casefold())
        names.append(name)
    return names


def _fits(title: str, columns: Columns) -> None:
    rows = max(map(len, columns.values()), default=0) + 1
    if rows > SHEET_ROWS or len(columns) > SHEET_COLUMNS:
        size = f"has {rows:,} rows and {len(columns):,} columns, more than a sheet can hold"
        raise InputError.one(size, "Write it as .csv", table=title)


def _width(head: str, cells: Sequence[Any]) -> int:
    longest = max((len(as_text(cell)) for cell in islice(cells, LOOKED_AT)), default=0)
    return min(max(len(head), longest) + 2, WIDEST)


def _form(value: float) -> str:
    """Return the format of a number; four digits may be a year or an id, and stay plain."""
    if float(value).is_integer():
        return "whole" if abs(value) >= GROUPED else "year"
    return "number" if abs(value) >= FINE else "plain"


def _write(sheet: Any, row: int, index: int, value: Any, forms: Mapping[str, Any]) -> None:
    """Write a cell by its type; what is nothing is left out."""
    if hasattr(value, "item") and type(value).__module__ == "numpy":
        value = value.item()
    text = as_text(value)
    if not text:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, index, value)
    elif isinstance(value, (int, float)) and abs(value) <= EXACT:
        sheet.write_number(row, index, value, forms[_form(value)])
    elif isinstance(value, time):
        sheet.write_datetime(row, index, value, forms["clock"])
    elif isinstance(value, date) and value.year >= 1900 and getattr(value, "tzinfo", None) is None:  # noqa: PLR2004 - the first year of spreadsheets
        whole = text == text[:10]
        sheet.write_datetime(row, index, value, forms["date" if whole else "time"])
    elif len(text) > CELL_CHARACTERS:
        size = f"has {len(text):,} characters; a cell of a workbook holds {CELL_CHARACTERS:,}"
        raise InputError.one(size, "Write it as .csv", came=text)
    else:
        sheet.write_string(row, index, text)
