"""Any data frame is a table."""

from __future__ import annotations

import io
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import parquet

from evenhand.core.errors import InputError, MethodError
from evenhand.tables import read, to_frame

DATA: dict[str, list[Any]] = {
    "name": ["Ada", None],
    "n": [1, None],
    "x": [0.5, None],
    "day": [date(2026, 1, 31), None],
    "ok": [True, None],
}
TEXT = {"name": ["Ada", ""], "n": ["1", ""], "x": ["0.5", ""], "day": ["2026-01-31", ""], "ok": ["yes", ""]}


class Stream:
    """Something of no known library that gives an Arrow C stream."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the stream of a table."""
        return pa.table(DATA).__arrow_c_stream__(requested_schema)


def reader() -> pa.RecordBatchReader:
    """Return an Arrow reader, which gives its rows once."""
    return pa.table(DATA).to_reader()


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(DATA, index=[5, 7]),
        pd.DataFrame(DATA).convert_dtypes(),
        pl.DataFrame(DATA),
        pl.LazyFrame(DATA),
        pa.table(DATA),
        Stream(),
        reader(),
        DATA,
        [{key: DATA[key][at] for key in DATA} for at in range(2)],
        iter([{"name": "Ada", "n": 1, "x": 0.5, "day": date(2026, 1, 31), "ok": True}, {"name": None}]),
    ],
    ids=[
        "pandas",
        "pandas nullable",
        "polars",
        "lazy",
        "pyarrow",
        "stream",
        "reader",
        "dict",
        "rows",
        "iterator",
    ],
)
def test_every_frame_gives_the_same_text(frame: Any) -> None:
    """The same data through any library is the same table; a row that lacks a key has an empty cell."""
    found = read(frame)
    assert dict(found.columns) == TEXT
    assert list(found.rows) == [2, 3]


def test_frames_are_made_for_the_user() -> None:
    """Columns become a frame, and the frame is the same table again."""
    assert dict(read(to_frame({"a": [1, 2], "b": ["x", None]})).columns) == {"a": ["1", "2"], "b": ["x", ""]}


def test_parquet_is_read(tmp_path: Path) -> None:
    """A Parquet file is a frame in a file."""
    path = tmp_path / "t.parquet"
    parquet.write_table(pa.table(DATA), path)
    assert dict(read(path).columns) == TEXT
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(InputError, match=r"t.parquet: is a damaged Parquet file"):
        read(path)
    path.write_bytes(b"a,b\n")
    with pytest.raises(InputError, match="is not a Parquet file"):
        read(path)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (5, "'int' is not a table. Give a path, a mapping of columns"),
        (object(), "'object' is not a table"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "column a: stands in the header twice"),
        (pd.Series([1]), "is one column and no table"),
        ({"a": "xyz"}, "column a: 'xyz' is one value, not a column"),
        ({"a": 5}, "column a: '5' is one value, not a column"),
        ({"a": [1], "b": [1, 2]}, "column a: has 1 cell where another column has 2"),
        ({"a": [1], "A": [2]}, "row 1, column A: stands in the header twice, as a"),
        ([{"a": 1}, 5, None], "row 3: '5' is not a mapping of column to cell"),
        (io.BytesIO(b"x"), "row 2: \"b'x'\" is not a mapping"),
    ],
)
def test_what_is_no_table_is_said(source: Any, words: str) -> None:
    """Each other thing has its sentence, and no library's error comes through."""
    with pytest.raises(InputError) as caught:
        read(source)
    assert words in str(caught.value)


def test_what_is_not_installed_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parquet falls back from pyarrow to polars; with neither it is said what to install."""
    path = tmp_path / "t.parquet"
    parquet.write_table(pa.table({"a": [1]}), path)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert dict(read(path).columns) == {"a": ["1"]}
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(MethodError, match="Reading Parquet needs pyarrow or polars"):
        read(path)
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MethodError, match="No data frame library is installed"):
        to_frame({"a": [1]})
