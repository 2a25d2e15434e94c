"""Data frames at the edge, through narwhals and the Arrow C stream."""

from __future__ import annotations

from importlib.util import find_spec
from io import BytesIO
from typing import Any

from evenhand.core.errors import InputError, MethodError
from evenhand.core.solution import Columns

__all__ = ["columns_of_frame", "columns_of_parquet", "to_frame"]

BACKENDS = ("polars", "pandas", "pyarrow")
"""Libraries that may make and read frames, in the order in which they are asked."""

ACCEPTED = "Give a path, a mapping of columns, a list of row mappings, or a data frame"


def to_frame(columns: Columns) -> Any:
    """Return columns as a frame of the first library installed: polars, pandas, pyarrow.

    Raises:
        MethodError: none of the three is installed.
    """
    import narwhals as nw

    backend = _backend("Install polars, pandas or pyarrow, or use to_columns().")
    data = {name: list(values) for name, values in columns.items()}
    return nw.from_dict(data, backend=backend).to_native()


def columns_of_frame(frame: Any, name: str) -> dict[str, list[Any]]:
    """Return the columns of a data frame as lists of Python values; an index is left out.

    Any frame that narwhals knows (pandas, polars, pyarrow, DuckDB, lazy ones too, which are collected), or
    anything that gives an Arrow C stream, for which polars, pyarrow or pandas must be installed.

    Raises:
        InputError: it is no data frame, or has two columns of one name.
        MethodError: it gives an Arrow stream and nothing is installed that reads one.
    """
    import narwhals as nw

    try:
        known = nw.from_native(frame, pass_through=True)
        if not isinstance(known, (nw.DataFrame, nw.LazyFrame)) and hasattr(frame, "__arrow_c_stream__"):
            known = nw.from_arrow(
                frame, backend=_backend("Install polars, pyarrow or pandas to read this stream.")
            )
        eager = known.collect() if isinstance(known, nw.LazyFrame) else known
        if isinstance(eager, nw.DataFrame):
            return {str(head): eager.get_column(head).to_list() for head in eager.columns}
    except MethodError:
        raise
    except Exception as error:  # noqa: BLE001 - every library has errors of its own for a frame it cannot give
        said = str(error).split("\n", 1)[0][:200].rstrip(".:, ")
        problem = f"cannot be read as a data frame: {said}"
        raise InputError.one(problem, ACCEPTED, came=type(frame).__name__, table=name) from None
    raise InputError.one("is no table", ACCEPTED, came=type(frame).__name__, table=name)


def columns_of_parquet(raw: bytes, name: str) -> dict[str, list[Any]]:
    """Return the columns of a Parquet file.

    Raises:
        InputError: the file is damaged or no Parquet.
        MethodError: neither polars nor pyarrow is installed.
    """
    if not raw.startswith(b"PAR1"):
        raise InputError.one("is not a Parquet file", "Write it again, or give CSV or XLSX", table=name)
    if not any(map(find_spec, ("polars", "pyarrow"))):
        raise MethodError("Reading Parquet needs polars or pyarrow. Install one, or save the table as CSV.")
    try:
        return columns_of_frame(_parquet(raw), name)
    except Exception as error:  # noqa: BLE001 - the readers have errors of their own
        said = str(error).split("\n", 1)[0][:200].rstrip(".:, ")
        raise InputError.one(f"is a damaged Parquet file: {said}", "Write it again", table=name) from None


def _parquet(raw: bytes) -> Any:
    if find_spec("polars"):
        import polars as pl

        return pl.read_parquet(BytesIO(raw))
    from pyarrow import parquet

    return parquet.read_table(BytesIO(raw))


def _backend(mend: str) -> Any:
    for backend in BACKENDS:
        if find_spec(backend):
            return backend
    raise MethodError(f"No data frame library is installed. {mend}")
