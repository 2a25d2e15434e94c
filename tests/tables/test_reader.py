"""Reading has one door: whatever stands behind it is a table or an error that says how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import evenhand as eh
from evenhand.core.errors import Findings, InputError
from evenhand.tables import Table, csv_bytes, read, xlsx_bytes


def test_a_file_is_called_by_its_name(tmp_path: Path) -> None:
    """Path or text, tabs or semicolons; the ending decides little."""
    path = tmp_path / "people.tsv"
    path.write_bytes(b"name\tn\nAda\t1\n")
    found = read(str(path), name="ignored")
    assert (found.name, dict(found.columns)) == ("people.tsv", {"name": ["Ada"], "n": ["1"]})


def test_a_table_is_read_again_with_other_findings() -> None:
    """A table stays as it is, its findings are the caller's."""
    noted = Findings()
    table = Table("t", {"a": ["x"]}, [2])
    again = read(table, findings=noted)
    assert (again.name, again.columns["a"], again.findings is noted) == ("t", ["x"], True)


def test_without_findings_errors_are_raised_with_them_noted(tmp_path: Path) -> None:
    """Two files that are wrong are said together where findings are shared."""
    (tmp_path / "a.csv").write_text("a,b\n1\n")
    (tmp_path / "b.csv").write_text("a,a\n1,2\n")
    with pytest.raises(InputError, match=r"a\.csv, row 2: has 1 cell"):
        read(tmp_path / "a.csv")
    noted = Findings()
    read(tmp_path / "a.csv", findings=noted)
    read(tmp_path / "b.csv", findings=noted)
    assert len(noted.errors) == 2
    with pytest.raises(InputError) as caught:
        read(tmp_path / "gone.csv", findings=noted)
    assert len(caught.value.findings) == 3


def test_windows_text_is_read_with_a_warning(tmp_path: Path) -> None:
    """A file that is no UTF-8 may have been read wrong, so it is said."""
    path = tmp_path / "a.csv"
    path.write_bytes("name\nZoë\n".encode("cp1252"))
    found = read(path)
    assert found.columns["name"] == ["Zoë"]
    assert "is not UTF-8 and was read as Windows-1252" in str(found.findings.warnings[0])


def test_every_form_of_a_file_is_the_same_table(tmp_path: Path) -> None:
    """Whatever a spreadsheet saves, in whatever encoding, gives the same columns and rows."""
    columns = {"Name": ["Zoë", "Jörg"], "Büro": ["Köln", "Bonn"], "seit": ["2026-01-31", ""], "n": ["5", "7"]}
    lines = [list(columns), *map(list, zip(*columns.values(), strict=True))]
    text = "\r\n".join(";".join(line) for line in lines) + "\r\n"
    forms = {
        "a.csv": text.encode("cp1252"),
        "b.csv": text.encode("utf-8-sig"),
        "c.txt": text.replace(";", "\t").encode("utf-16"),
        "d.csv": ("sep=;\r\n" + text).encode(),
        "e.tsv": text.replace(";", "\t").replace("\r\n", "\r").encode(),
        "f.csv": csv_bytes(columns),
        "g.xlsx": xlsx_bytes({"People": columns}),
        "h.xlsm": xlsx_bytes({"People": columns}),
    }
    for name, content in forms.items():
        (tmp_path / name).write_bytes(content)
        found = read(tmp_path / name)
        assert (dict(found.columns), list(found.rows)) == (columns, [2, 3]), name


def test_semicolons_are_remembered(tmp_path: Path) -> None:
    """In a file with semicolons 1.234 is asked about."""
    path = tmp_path / "a.csv"
    path.write_text("name;n\nAda;1.234\n")
    found = read(path)
    found.numbers("n")
    assert found.semicolons
    assert "may be thousands or a fraction" in str(found.findings.errors[0])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "a.csv: is empty. Write a header row and a row for each entry."),
        ("a.csv", b" \n\n", "a.csv: is empty."),
        ("a.csv", "\ufeff".encode(), "a.csv: is empty."),
        ("a.csv", xlsx_bytes({}), "is an Excel workbook, not CSV. Rename it so that it ends in .xlsx"),
        ("a.csv", b"\x89PNG\r\n\x1a\n", "is a PNG picture, not CSV. Give the table itself"),
        ("a.csv", b'{"a": 1}', "is JSON, not CSV. Give the table as CSV or XLSX"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"W\0o\0r\0k\0b\0o\0o\0k\0", "is an old .xls workbook. Save"),
        ("a.ods", b"a,b\n", "is text, not a .ods file. Rename it so that it ends in .csv"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_said(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    """Each file that is not a table has its sentence."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        read(tmp_path / name)
    assert words in str(caught.value)


def test_a_sheet_of_a_text_file_is_refused(tmp_path: Path) -> None:
    """Only workbooks have sheets."""
    (tmp_path / "a.csv").write_bytes(b"a\n1\n")
    with pytest.raises(InputError, match="'People' has no sheets"):
        read(tmp_path / "a.csv", sheet="People")


PIECES = st.lists(
    st.sampled_from([b"\xff\xfe", b"\xef\xbb\xbf", b'"', b'""', b",", b";", b"\t", b"\n", b"\r", b"\0", b"a",
                     b"sep=", b"\xe9", b"\xc3\xa9", b"\x81", b"PK\x03\x04", b" ", b"'", b"=1", b"1/2/2026"])
)  # fmt: skip


@settings(deadline=None, max_examples=400)
@given(
    st.one_of(st.binary(max_size=60), PIECES.map(b"".join)), st.sampled_from(["csv", "txt", "parquet", "xls"])
)
@example(b"\xff\xfe", "csv")
@example(b"sep=\n", "csv")
@example(b'sep="\na', "csv")
def test_only_input_errors_escape_from_any_bytes(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, ending: str
) -> None:
    """Whatever bytes a file holds, reading and viewing it gives a table or an InputError."""
    path = tmp_path_factory.getbasetemp() / f"fuzz.{ending}"
    path.write_bytes(content)
    view(path)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 5000), st.binary(min_size=1, max_size=4), st.booleans())
def test_only_input_errors_escape_from_a_damaged_workbook(
    tmp_path_factory: pytest.TempPathFactory,
    at: int,
    piece: bytes,
    cut: bool,  # noqa: FBT001 - drawn
) -> None:
    """A workbook with bytes changed or cut anywhere is read or refused, never a crash."""
    content = bytearray(xlsx_bytes({"T": {"name": ["Ada"], "n": [1]}}))
    at %= len(content)
    content[at : len(content) if cut else at + len(piece)] = piece
    path = tmp_path_factory.getbasetemp() / "fuzz.xlsx"
    path.write_bytes(bytes(content))
    view(path)


def view(path: Path) -> None:
    """Read a file and look at every column in every way; InputError is an answer."""
    try:
        table = read(path)
    except InputError:
        return
    for column in table.columns:
        table.text(column, required=True)
        table.integers(column)
        table.numbers(column)
        table.dates(column)
        table.flags(column)
    assert all(len(cells) == len(table) for cells in table.columns.values())


def test_a_table_that_was_read_brings_its_findings_along() -> None:
    """A ragged row of a table that is passed on is an error of the problem, not an item worth 0."""
    from evenhand.allocation import AllocationProblem

    noted = Findings()
    table = read(b"item,recipient,score\ncar,Ada,5\nvan,Bo\n", "candidates.csv", noted)
    assert len(noted.errors) == 1
    with pytest.raises(InputError, match=r"candidates\.csv, row 3: has 2 cells where the header has 3"):
        AllocationProblem.from_tables(candidates=table)


def test_bytes_are_read_by_what_they_begin_with(tmp_path: Path) -> None:
    """Text, a workbook and Parquet are told apart without any name."""
    import polars as pl

    cells = {"name": ["Ada", "Bo"], "n": ["1", "2"]}
    pl.DataFrame(cells).write_parquet(tmp_path / "t.parquet")
    for raw in (csv_bytes(cells), xlsx_bytes({"T": cells}), (tmp_path / "t.parquet").read_bytes()):
        assert dict(read(raw).columns) == cells


def test_plain_names_are_a_column_of_names() -> None:
    """A list of texts is read as names, for teams and rotas alike; lines of a file in a list are not."""
    assert read(["Ada", " Bo "]).columns == {"name": ["Ada", "Bo"]}
    assert eh.RotaProblem.from_tables(["Ada", "Bo"], eh.weekly("2026-01-05", 2)).people == ("Ada", "Bo")
    assert eh.TeamsProblem.from_table(("Ada", "Bo", "Cy"), teams=3).people == ("Ada", "Bo", "Cy")
    for lines in (["name,age", "Ada,3"], ["Ada", ""], ["Ada", 3]):
        with pytest.raises(InputError, match="is not a mapping of column to cell"):
            read(lines)
