"""Data frames at the edge, through narwhals and the Arrow C stream."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import IO, Any, Final

import numpy as np

from evenhand.core.errors import InputError, MethodError
from evenhand.core.native import Native, as_they_were
from evenhand.core.solution import Columns
from evenhand.tables.coded import Coded
from evenhand.tables.guarded import BUDGET, answered
from evenhand.tables.texts import as_texts

BACKENDS = ("polars", "pandas", "pyarrow")
"""Libraries that may make and read frames, in the order in which they are asked."""

DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")

ACCEPTED = "Give a path, a mapping of columns, a list of row mappings, or a data frame"


def to_frame(columns: Columns, library: str | None = None, native: Native | None = None) -> Any:
    """Return columns as a data frame; texts that are all dates come back as dates.

    Args:
        columns: column name to values.
        library: "polars", "pandas" or "pyarrow". By default the one that the caller's own table came from,
            else the one that is imported already, else the first that is installed, in that order.
        native: what the caller's own cells were; columns of that name come back so, numbers as numbers.

    Raises:
        MethodError: the library is none of the three or not installed.

    >>> to_frame({"day": ["2026-01-27"], "turns": [2]}, "pyarrow").schema.field("day").type
    DataType(date32[day])
    """
    import narwhals as nw

    native = native or Native()
    own = native.library if native.library in BACKENDS and _is_there(native.library) else None
    backend: Any = _backend("Install polars, pandas or pyarrow, or use to_columns().", library or own)
    # Of pandas' own types only moments hold days, so these are what its users have, unless they gave dates.
    kinds = set(native.kinds.values())
    days = "moment" if "day" not in kinds and ("moment" in kinds or backend == "pandas") else "day"
    data = {
        name: as_they_were(values, native.kinds.get(name) or (days if _are_days(values) else ""))
        for name, values in columns.items()
    }
    return nw.from_dict(data, backend=backend).to_native()


def _are_days(cells: Sequence[Any]) -> bool:
    return bool(cells) and all(isinstance(cell, str) and DATE.fullmatch(cell) for cell in cells)


MANY: Final = 10_000
"""Columns up to which heads that come twice are looked for one by one."""


def columns_of_frame(frame: Any, name: str) -> dict[str, list[Any]]:
    """Return the columns of a data frame as lists of Python values; an index is left out.

    Any frame that narwhals knows (pandas, polars, pyarrow, DuckDB, lazy ones too, which are collected), or
    anything that gives an Arrow C stream, for which polars, pyarrow or pandas must be installed.

    Raises:
        InputError: it is no data frame, or has two columns of one name.
        MethodError: it gives an Arrow stream and nothing is installed that reads one.
    """
    import narwhals as nw

    if type(frame).__name__ == "Series":
        mend = "Give a data frame, such as series.to_frame()"
        raise InputError.one("is one column and no table", mend, table=name)
    # Other libraries hold no head twice, and a lazy frame would be worked out for its heads.
    heads = list(map(str, frame.columns)) if type(frame).__module__.startswith("pandas") else []
    twice = sorted({head for head in heads if heads.count(head) > 1}) if len(heads) < MANY else []
    if twice:
        mend = "Rename or delete one of the two columns"
        raise InputError.one("stands in the header twice", mend, table=name, column=twice[0])
    try:
        # Known frames first: an Arrow stream can be read once, and some frames have one too.
        known = nw.from_native(frame, pass_through=True)
        if not isinstance(known, (nw.DataFrame, nw.LazyFrame)) and hasattr(frame, "__arrow_c_stream__"):
            library: Any = _backend("Install polars, pyarrow or pandas to read this stream.")
            known = nw.from_arrow(frame, backend=library)
        eager = known.collect() if isinstance(known, nw.LazyFrame) else known
        if isinstance(eager, nw.DataFrame):
            return {str(head): eager.get_column(head).to_list() for head in eager.columns}
    except MethodError:
        raise
    except Exception as error:  # noqa: BLE001 - every library has errors of its own for a frame it cannot give
        sentence = str(error).split("\n", 1)[0][:200].rstrip(".:, ")
        problem = f"cannot be read as a data frame: {sentence}"
        raise InputError.one(problem, ACCEPTED, came=type(frame).__name__, table=name) from None
    raise InputError.one("is not a table", ACCEPTED, came=type(frame).__name__, table=name)


AREA: Final = 120_000_000
"""Cells of a Parquet file: ten million rows of twelve columns."""


def columns_of_parquet(raw: bytes, name: str) -> dict[str, Sequence[Any]]:
    """Return the columns of a Parquet file, read in the guarded child; by pyarrow as codes.

    Raises:
        InputError: the file is damaged, no Parquet, or holds more than a child may send back.
        MethodError: neither pyarrow nor polars is installed.
    """
    reader = next((library for library in ("pyarrow", "polars") if _is_there(library)), None)
    if reader == "pyarrow":
        table = arrow_of_parquet(raw, name)
        return {head: _coded(column) for head, column in zip(table.column_names, table.columns, strict=True)}
    _looked_at(raw, name, reader)
    with answered("parquet", raw, {"area": AREA, "reader": reader}, name, BUDGET) as (head, stream):
        _refuse(head, name)
        return _from_polars(stream)


def arrow_of_parquet(raw: bytes, name: str) -> Any:
    """Return a Parquet file as an Arrow table, read in the guarded child: texts as codes of their words.

    Raises:
        InputError: as ``columns_of_parquet``.
        MethodError: pyarrow is not installed.
    """
    _looked_at(raw, name, "pyarrow" if _is_there("pyarrow") else None)
    with answered("parquet", raw, {"area": AREA, "reader": "pyarrow"}, name, BUDGET) as (head, stream):
        _refuse(head, name)
        import pyarrow as pa

        return pa.ipc.open_stream(stream).read_all()


def _looked_at(raw: bytes, name: str, reader: str | None) -> None:
    if not raw.startswith(b"PAR1"):
        raise InputError.one("is not a Parquet file", "Write it again, or give CSV or XLSX", table=name)
    if reader is None:
        raise MethodError("Reading Parquet needs pyarrow or polars. Install one, or save the table as CSV.")


def _refuse(head: dict[str, Any], name: str) -> None:
    """Say why the child read nothing, if it did not."""
    if head.get("fault") == "refused":
        mend = "Save the columns and rows that are needed alone"
        raise InputError.one(f"holds more than {head['what']}", mend, table=name)
    if "fault" in head:
        sentence = str(head.get("said", "")).split("\n", 1)[0][:200].rstrip(".:, ")
        raise InputError.one(f"is a damaged Parquet file: {sentence}", "Write it again", table=name)


def _is_there(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ValueError:  # it was asked for and could not be imported
        return False


def _coded(column: Any) -> Sequence[Any]:
    """Return a column as codes of its texts; of lists and the like, which have no codes, its values."""
    import pyarrow as pa

    try:
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        whole = encoded.unify_dictionaries().combine_chunks()
    except (pa.ArrowException, NotImplementedError):
        return list(column.to_pylist())
    values = [*whole.dictionary.to_pylist(), None]
    # The last value stands for nothing: a cell that is null has no code.
    codes = whole.indices.fill_null(len(values) - 1) if whole.indices.null_count else whole.indices
    codes = codes.to_numpy(zero_copy_only=False)
    return Coded.joined(codes.astype(np.int32, copy=False), as_texts(values))


def _from_polars(stream: IO[bytes]) -> dict[str, Sequence[Any]]:
    import polars as pl

    frame = pl.read_ipc_stream(stream)
    return {head: frame.get_column(head).to_list() for head in frame.columns}


def _backend(mend: str, wanted: str | None = None) -> str:
    """Return the library to take: the one asked for, else one that is imported, else one that is there."""
    if wanted is not None:
        if wanted not in BACKENDS:
            raise MethodError(f"There are no frames of {wanted!r}. Choose one of {', '.join(BACKENDS)}.")
        if not _is_there(wanted):
            raise MethodError(f"{wanted} is not installed. Install it with: pip install {wanted}")
        return wanted
    # One that is imported already is what the user works with, and importing a second takes a second.
    for backend in (*(name for name in BACKENDS if name in sys.modules), *BACKENDS):
        if _is_there(backend):
            return backend
    raise MethodError(f"No data frame library is installed. {mend}")
