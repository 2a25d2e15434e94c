"""Workbooks are read cell by cell in a process with limits; a hostile one is refused in a second."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from evenhand.core.errors import Findings, InputError
from evenhand.tables import read, write_xlsx, xlsx_bytes

SHEET = "xl/worksheets/sheet1.xml"


def remade(content: bytes, **parts: bytes) -> bytes:
    """Return a workbook with some parts replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in dict.fromkeys([*old.namelist(), *parts]):
            new.writestr(name, parts[name] if name in parts else old.read(name))
    return out.getvalue()


def with_cells(cells: bytes) -> bytes:
    """Return a workbook whose one sheet holds these rows of XML."""
    main = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return remade(xlsx_bytes({"T": {"a": [1]}}), **{SHEET: main + cells + b"</sheetData></worksheet>"})


def refused(path: Path, content: bytes, sheet: str | None = None) -> str:
    """Return what is said of a workbook that cannot be read."""
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read(path, sheet=sheet)
    return str(caught.value)


def test_a_table_below_notes_keeps_its_row_numbers(tmp_path: Path) -> None:
    """Empty rows and columns around a table are left out, and rows are numbered as the sheet shows them."""
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        sheet.write_row(2, 1, ["Name", "Office", "Since"])
        sheet.write_row(3, 1, ["Ada", "Oslo"])
        sheet.write_datetime(3, 3, date(2026, 1, 31), book.add_format({"num_format": "dd.mm.yy"}))
        sheet.merge_range(5, 1, 6, 1, "Bob")
        sheet.write_row(5, 2, [5.0, True])
        sheet.write_blank(40, 9, None, bold)
        sheet.write_string(7, 1, "   ")
    found = read(path)
    assert dict(found.columns) == {
        "Name": ["Ada", "Bob"],
        "Office": ["Oslo", "5"],
        "Since": ["2026-01-31", "yes"],
    }
    assert list(found.rows) == [4, 6]


def test_the_sheet_is_chosen_by_name_or_the_first_that_is_seen(tmp_path: Path) -> None:
    """A hidden sheet is no first sheet; a name is found in any case; an unknown one lists the sheets."""
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as book:
        notes, people, other = (book.add_worksheet(name) for name in ("Notes", "People", "Other"))
        people.activate()
        people.set_first_sheet()
        notes.hide()
        notes.write_row(0, 0, ["note"])
        people.write_row(0, 0, ["name"])
        assert other
    assert list(read(path).columns) == ["name"]
    assert list(read(path, sheet=" NOTES ").columns) == ["note"]
    content = path.read_bytes()
    assert refused(path, content, "Peple") == (
        "t.xlsx: 'Peple' is not a sheet of the workbook. Choose one of Notes, People, Other."
    )
    assert refused(path, content, "Other") == (
        "t.xlsx: has nothing in its sheet Other. Choose another sheet: Notes, People."
    )


def test_an_error_cell_is_noted_not_lost(tmp_path: Path) -> None:
    """A cell that shows #N/A is an error by row and column, though the reader gives it as empty."""
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("Other", "A & B"):
            sheet = book.add_worksheet(name)
            sheet.write_row(1, 1, ["name", "score"])
            sheet.write_row(2, 1, ["Ada", 1])
        sheet.write_formula(2, 2, "=VLOOKUP(1,A1:B1,2)", None, "#N/A")
    assert read(path).columns["score"] == ["1"]
    found = read(path, sheet="A & B")
    found.text("score")
    assert [str(error) for error in found.findings.errors] == [
        (
            "t.xlsx, row 3, column score: '#N/A' is an error of the spreadsheet. "
            "Mend its formula, or write the value."
        )
    ]


@pytest.mark.parametrize("cell", [b"XFD1048576", b"A1048577", b"xfd1048576", b"ZZ1000000"])
def test_a_cell_far_away_is_refused_by_name(tmp_path: Path, cell: bytes) -> None:
    """A tiny file that stands for billions of cells is refused before anything reads it."""
    content = with_cells(
        b'<row r="1"><c r="A1"><v>1</v></c></row><row><c r="' + cell + b'"><v>2</v></c></row>'
    )
    assert len(content) < 10_000
    said = refused(tmp_path / "t.xlsx", content)
    assert f"t.xlsx: has a cell at {cell.decode().upper()}, far away from the table. Delete the rows" in said


def test_a_far_cell_that_is_hidden_from_the_look_dies_in_the_child(tmp_path: Path) -> None:
    """Where the first look misses the reference, the limits of the child hold."""
    content = with_cells(b'<row r="1"><c r="A1"><v>1</v></c></row><row><c r="XFD1048576"><v>2</v></c></row>')
    moved = remade(content, **{
        "xl/hidden.xml": zipfile.ZipFile(io.BytesIO(content)).read(SHEET),
        "xl/_rels/workbook.xml.rels": zipfile.ZipFile(io.BytesIO(content)).read("xl/_rels/workbook.xml.rels")
        .replace(b"worksheets/sheet1.xml", b"hidden.xml"),
        SHEET: b"<worksheet/>",
    })  # fmt: skip
    assert "needs more than 3 GB of memory or 120 seconds to read" in refused(tmp_path / "t.xlsx", moved)


def test_a_part_that_unpacks_to_very_much_is_refused(tmp_path: Path) -> None:
    """A part of more than a gigabyte is refused, whatever the directory says of its size."""
    content = remade(xlsx_bytes({"T": {"a": [1]}}), **{"xl/media/zeros.bin": bytes(1 << 26)})
    path = tmp_path / "t.xlsx"
    path.write_bytes(content)
    assert dict(read(path).columns) == {"a": ["1"]}
    many = {f"xl/media/{at}.bin": bytes(1 << 26) for at in range(17)}
    assert "unpacks to more than 1,024 MB" in refused(path, remade(content, **many))


def test_very_many_parts_are_refused(tmp_path: Path) -> None:
    """An archive of ten thousand parts is no workbook of ours."""
    many = {f"xl/{at}.xml": b"" for at in range(10_001)}
    assert "parts, some maybe twice" in refused(tmp_path / "t.xlsx", remade(xlsx_bytes({}), **many))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty, not an Excel workbook"),
        (b"a,b\n1,2\n", "is text, not an Excel workbook. Rename it so that it ends in .csv"),
        (b"%PDF-1.7", "is a PDF document, not an Excel workbook"),
        (b"PK\x03\x04 cut off", "is a damaged workbook"),
        (xlsx_bytes({"T": {"a": [1]}})[:2000], "is a damaged workbook"),
        (with_cells(b"<row><c r='A1'>"), "is a damaged workbook"),
        (xlsx_bytes({}), "has nothing in its sheet Sheet. Write a header row"),
        (
            b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
            "is a workbook with a password, not an Excel workbook. Open it, remove the password",
        ),
    ],
)
def test_what_is_no_workbook_is_said(tmp_path: Path, content: bytes, words: str) -> None:
    """Each thing that may stand behind .xlsx has its sentence."""
    assert words in refused(tmp_path / "t.xlsx", content)


def test_a_duplicate_header_in_a_sheet_is_noted_at_its_row(tmp_path: Path) -> None:
    """The header's own row is named."""
    path = tmp_path / "t.xlsx"
    write_xlsx({"T": {"": [], "name": ["Ada"], "Name ": ["Bob"]}}, path)
    noted = Findings()
    read(path, findings=noted)
    assert [str(error) for error in noted.errors] == [
        (
            "t.xlsx, row 1, column Name: stands in the header twice, as name. "
            "Rename or delete one of the two columns."
        )
    ]


def test_a_workbook_of_charts_alone_has_no_table(tmp_path: Path) -> None:
    """A sheet that is a chart is not a sheet of cells."""
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as book:
        data = book.add_worksheet("Data")
        data.write_column(0, 0, [1, 2])
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=Data!$A$1:$A$2"})
        book.add_chartsheet("Picture").set_chart(chart)
    assert refused(path, path.read_bytes(), "Picture") == (
        "t.xlsx: 'Picture' is not a sheet of the workbook. Choose one of Data."
    )


def test_a_part_with_a_password_is_said(tmp_path: Path) -> None:
    """An archive that is encrypted part by part asks for its password to be removed."""
    content = bytearray(xlsx_bytes({"T": {"a": [1]}}))
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        start = content.find(mark)
        while start >= 0:
            content[start + at] |= 1
            start = content.find(mark, start + 4)
    assert "has a password. Remove the password" in refused(tmp_path / "t.xlsx", bytes(content))
