"""Data frames at the edge, through narwhals and the Arrow C stream."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from evenhand.core.errors import MethodError
from evenhand.core.solution import Columns

__all__ = ["to_frame"]


def to_frame(columns: Columns) -> Any:
    """Return columns as a frame of the first library installed: polars, pandas, pyarrow.

    Raises:
        MethodError: none of the three is installed.
    """
    import narwhals as nw

    for backend in ("polars", "pandas", "pyarrow"):
        if find_spec(backend):
            data = {name: list(values) for name, values in columns.items()}
            return nw.from_dict(data, backend=backend).to_native()
    raise MethodError("No data frame library is installed. Install polars, pandas or pyarrow, or use to_columns().")
