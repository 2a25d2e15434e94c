"""What is written comes back, runs nowhere, and is the same bytes every time."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.core.errors import InputError
from evenhand.tables import csv_bytes, read, sheet_names, write_csv, write_xlsx, xlsx_bytes

MIXED: dict[str, list[Any]] = {
    "name": ["-Ada", "Zoë", "=1+1", "https://example.org", ""],
    "n": [1, -2, 3.5, 2**60, None],
    "day": [date(2026, 1, 31), datetime(2026, 1, 31, 9, 30), date(1066, 1, 1), None, None],  # noqa: DTZ001 - as in a sheet
    "ok": [True, False, np.True_, None, ""],
    "+more": [np.int64(7), np.float64(0.5), float("nan"), float("inf"), "x"],
}
AS_TEXT = {
    "name": ["-Ada", "Zoë", "=1+1", "https://example.org", ""],
    "n": ["1", "-2", "3.5", str(2**60), ""],
    "day": ["2026-01-31", "2026-01-31 09:30:00", "1066-01-01", "", ""],
    "ok": ["yes", "no", "yes", "", ""],
    "+more": ["7", "0.5", "", "inf", "x"],
}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_every_type_comes_back_as_its_text(tmp_path: Path, ending: str) -> None:
    """Texts, numbers, dates, booleans and nothing, through both forms."""
    path = tmp_path / f"t.{ending}"
    write_csv(MIXED, path) if ending == "csv" else write_xlsx({"T": MIXED}, path)
    assert dict(read(path).columns) == AS_TEXT


def test_no_text_in_csv_is_a_formula() -> None:
    """Texts and headers that a spreadsheet might run have a mark before them; numbers have none."""
    lines = csv_bytes(MIXED, mark=False).decode().splitlines()
    assert lines[0] == "name,n,day,ok,'+more"
    assert [line.split(",")[0] for line in lines[1:4]] == ["'-Ada", "Zoë", "'=1+1"]
    assert lines[2].split(",")[1] == "-2"


def test_the_mark_is_written_where_excel_needs_it() -> None:
    """A byte order mark stands before text that is not ASCII, or where asked."""
    assert csv_bytes({"a": ["x"]}) == b"a\nx\n"
    assert csv_bytes({"a": ["é"]}) == b"\xef\xbb\xbfa\n\xc3\xa9\n"
    assert csv_bytes({"a": ["é"]}, mark=False) == b"a\n\xc3\xa9\n"
    assert csv_bytes({"a": ["x"], "b": [1]}, delimiter=";", mark=True) == b"\xef\xbb\xbfa;b\nx;1\n"


def test_workbooks_are_the_same_bytes_every_time() -> None:
    """No clock, no random identity: two workbooks of the same columns are equal."""
    assert xlsx_bytes({"T": MIXED, "U": {}}) == xlsx_bytes({"T": MIXED, "U": {}})


def test_formulas_and_links_stay_text_in_a_workbook() -> None:
    """No cell holds a formula or a link, whatever its text looks like."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(xlsx_bytes({"T": MIXED}))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet
        assert b"hyperlink" not in sheet
        assert b'state="frozen"' in sheet
        assert {info.date_time[0] for info in archive.infolist()} == {1980}


def test_sheet_names_are_made_legal_and_unlike() -> None:
    """Forbidden characters go, long names are cut, equal names are numbered, in any case."""
    titles = ["Team 1/2", "team 1 2", "x" * 40, "X" * 40, "", "'", "History", "[a]:*?\\"]
    names = sheet_names(titles)
    assert names[:2] == ["Team 1 2", "team 1 2 2"]
    assert names[4:] == ["Sheet", "Sheet 2", "History 2", "a"]
    assert len({name.casefold() for name in names}) == len(titles)
    assert max(map(len, names)) == 31


def test_what_no_sheet_can_hold_is_refused() -> None:
    """Too long a text and too many columns are errors, not silent losses."""
    with pytest.raises(InputError, match="32,768 characters; a cell of a workbook holds 32,767"):
        xlsx_bytes({"T": {"a": ["x" * 32_768]}})
    with pytest.raises(InputError, match="16,385 columns, more than a sheet can hold"):
        xlsx_bytes({"T": {str(at): [] for at in range(16_385)}})


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    """Columns of two lengths are a fault of the caller; the file of before is untouched."""
    path = tmp_path / "t.csv"
    path.write_bytes(b"old")
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        write_csv({"a": [1, 2], "b": [1]}, path)
    assert path.read_bytes() == b"old"


NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zs", "Zl", "Zp", "Cn"]), min_size=1, max_size=6
)
TABLES = st.lists(NAMES, min_size=1, max_size=3, unique_by=lambda name: name.casefold()).flatmap(
    lambda heads: st.lists(st.lists(NAMES, min_size=len(heads), max_size=len(heads)), max_size=5).map(
        lambda rows: {f"{at}{head}": [row[at] for row in rows] for at, head in enumerate(heads)}
    )
)


@settings(deadline=None, max_examples=60)
@given(TABLES, st.sampled_from([",", ";", "\t"]))
def test_any_text_round_trips_through_csv(
    tmp_path_factory: pytest.TempPathFactory, columns: dict[str, list[str]], delimiter: str
) -> None:
    """Any table of visible text is read back as it was written, composed."""
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    content = csv_bytes(columns, delimiter=delimiter)
    path.write_bytes(f"sep={delimiter}\n".encode() + content.removeprefix(b"\xef\xbb\xbf"))
    back = read(path)
    assert composed(back.columns) == composed(columns)


@settings(deadline=None, max_examples=25)
@given(TABLES)
def test_any_text_round_trips_through_a_workbook(
    tmp_path_factory: pytest.TempPathFactory, columns: dict[str, list[str]]
) -> None:
    """Any table of visible text is read back from a workbook as it was written, composed."""
    path = tmp_path_factory.mktemp("xlsx") / "t.xlsx"
    write_xlsx({"T": columns}, path)
    assert composed(read(path).columns) == composed(columns)


def composed(columns: object) -> dict[str, list[str]]:
    """Return columns in Unicode's composed form, without signs that nobody sees."""
    from collections.abc import Mapping

    from evenhand.tables.texts import tidy

    assert isinstance(columns, Mapping)
    return {tidy([head])[0]: tidy(cells) for head, cells in columns.items()}


def test_a_workbook_has_typed_cells_filters_and_a_page(tmp_path: Path) -> None:
    """Texts that are dates, times or yes and no are typed, and come back as they were; sheets are set up."""
    import zipfile

    columns: dict[str, list[object]] = {
        "day": ["2026-01-31", "", "2026-02-01"],
        "at": ["09:00", "17:30", ""],
        "done": ["yes", "no", ""],
        "points": [91500, 0.5, 2026],
        "code": ["007", "2026-01-31", "yes"],
    }
    path = tmp_path / "t.xlsx"
    write_xlsx({"R & D": columns}, path)
    assert dict(read(path).columns) == {
        "day": ["2026-01-31", "", "2026-02-01"],
        "at": ["09:00", "17:30", ""],
        "done": ["yes", "no", ""],
        "points": ["91500", "0.5", "2026"],
        "code": ["007", "2026-01-31", "yes"],
    }
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    for part in ("<autoFilter ", 'fitToHeight="0"', "R &amp;&amp; D", "&amp;P / &amp;N", 't="b"'):
        assert part in sheet
    assert "yyyy" in styles
    assert "#,##0" in styles
