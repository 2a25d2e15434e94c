"""JSON lists to NumPy arrays, each cell checked."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from evenhand.documents.encode import ARRAY
from evenhand.documents.faults import WRONG, Faults

KINDS = (
    "bool",
    *(f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)),
    "float32",
    "float64",
)
"""Arrays that may stand inside a value of any type."""


LONGEST = 2**31
"""No dimension is longer; NumPy refuses more even where another one is 0."""

DEEPEST = 4
"""No array has more dimensions."""


def number(value: Any) -> float | None:
    """Return a JSON number as a float, the three words for those JSON lacks included; None for others."""
    if type(value) in (int, float):
        return float(value) if abs(value) <= sys.float_info.max else None
    return float(value) if value in ("inf", "-inf", "nan") else None


def listed(value: Any, path: str, faults: Faults) -> bool:
    """Whether the value is a list; a fault if not."""
    if not isinstance(value, list):
        faults.add(path, value, "is not a list", "Give a list in square brackets")
    return isinstance(value, list)


def filled(dtype: np.dtype[Any], value: Any, path: str, faults: Faults) -> Any:
    """Return the array of a list, or of ``{"shape", "values"}``; WRONG where a cell or the shape is off."""
    shape: Any = None
    if isinstance(value, dict) and value.keys() == {"shape", "values"}:
        shape, value = value["shape"], value["values"]
    if isinstance(value, np.ndarray) and value.dtype.kind in "iu" and value.ndim == 1:
        return _cast(dtype, value, shape, path, faults)
    if not listed(value, path, faults):
        return WRONG
    fits, wrong, mend = _CELLS[dtype.kind]
    # Before NumPy sees it: it would take "7" for a number and 1.5 for a whole one without a word.
    bad = next((index for index, cell in enumerate(value) if not fits(cell)), None)
    if bad is not None:
        return faults.add(f"{path}[{bad}]", value[bad], wrong, mend)
    try:
        array = np.array([float(cell) for cell in value] if dtype.kind == "f" else value, dtype=dtype)
    except OverflowError:
        return faults.add(path, None, f"holds a number too large for {dtype.name}", "Give smaller numbers")
    return _shaped(array, shape, path, faults)


def _cast(dtype: np.dtype[Any], value: np.ndarray[Any, Any], shape: Any, path: str, faults: Faults) -> Any:
    """Return a column of integers as an array of that type and shape; WRONG where it is of another kind."""
    # A narrower type would take a number that does not fit and make another one of it.
    low, high = int(value.min(initial=0)), int(value.max(initial=0))
    # Floats are written as text: no integer lies from 0 to -1.
    least, most = (0, 1) if dtype.kind == "b" else (0, -1)
    if dtype.kind in "iu":
        least, most = np.iinfo(dtype).min, np.iinfo(dtype).max
    if low < least or high > most:
        return faults.add(
            path, None, f"holds numbers that are no {dtype.name}", "Save it again from evenhand"
        )
    return _shaped(value.astype(dtype), shape, path, faults)


def _shaped(array: np.ndarray[Any, Any], shape: Any, path: str, faults: Faults) -> Any:
    if shape is not None and not _fits(shape, len(array)):
        return faults.add(path, shape, "is not a shape of these values", "Give a size for each dimension")
    return array if shape is None else array.reshape(shape)


def _fits(shape: Any, count: int) -> bool:
    sizes = (
        isinstance(shape, list)
        and len(shape) <= DEEPEST
        and all(type(size) is int and 0 <= size <= LONGEST for size in shape)
    )
    return sizes and math.prod(shape) == count


_CELLS: dict[str, tuple[Callable[[Any], bool], str, str]] = {
    "b": (lambda cell: type(cell) in (int, bool) and cell in (0, 1), "is neither 0 nor 1", "Give 0 or 1"),
    "i": (lambda cell: type(cell) is int, "is not a whole number", "Give a whole number"),
    "u": (
        lambda cell: type(cell) is int and cell >= 0,
        "is not a whole number of 0 or more",
        "Give 0 or more",
    ),
    "f": (lambda cell: number(cell) is not None, "is not a number", "Give a number"),
}
"""Whether a cell fits an array of that kind, what is wrong if not, and how to mend it."""


def opened(value: Any, path: str, faults: Faults) -> Any:
    """Read a value of any type: JSON values, with marked arrays among them."""
    if isinstance(value, dict) and ARRAY in value:
        if value[ARRAY] not in KINDS or value.keys() != {ARRAY, "shape", "values"}:
            return faults.add(
                path, value[ARRAY], "is not an array evenhand writes", "Save it again from evenhand"
            )
        cells = {"shape": value["shape"], "values": value["values"]}
        return filled(np.dtype(value[ARRAY]), cells, path, faults)
    if isinstance(value, dict):
        inner = {name: opened(cell, f"{path}.{name}", faults) for name, cell in value.items()}
        return WRONG if any(cell is WRONG for cell in inner.values()) else inner
    if isinstance(value, list):
        cells_read = [opened(cell, f"{path}[{index}]", faults) for index, cell in enumerate(value)]
        return WRONG if any(cell is WRONG for cell in cells_read) else cells_read
    return value
