"""A large problem beside its plan: its long columns as Parquet, everything else as JSON inside the same file.

As text, six million candidates are 250 MB of JSON that take a quarter of a minute to write; as columns of
small integers they are some 20 MB. A plan names its problem by the SHA-256 of what the problem holds, not of
the file's bytes: two versions of a Parquet library write the same columns in different bytes.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evenhand.documents.encode import encode, encoded_field, fields_of
from evenhand.documents.faults import Faults
from evenhand.tables.files import write_atomically

HEAVY: Final = 2_000_000
"""Cells of a problem from which on it stands beside its plan: about 10 MB as text, where a file stops
mailing well. A week of one office has some 600,000."""

LONG: Final = 1000
"""Cells from which on an array or a list of names is a column; shorter ones stand in the JSON."""

PART: Final = 20
"""And it has to have this part of the longest one's cells: all columns of a file are equally long, and what
is filled up with nothing takes no room there, but does when it is read."""

COLUMN: Final = "$column"
"""Key that marks a place in the JSON whose cells stand in a column."""

ABOUT: Final = b"evenhand"
"""Key of the file's metadata under which the JSON stands."""

WIDTHS: Final = (np.int8, np.int16, np.int32)

Columns = dict[str, Any]


def can_write() -> bool:
    """Whether pyarrow, which writes the columns, is installed."""
    return find_spec("pyarrow") is not None


def cells(value: Any) -> int:
    """Return how many cells the arrays and lists of a problem hold; it looks at lengths alone."""
    if isinstance(value, np.ndarray):
        return int(value.size)
    if isinstance(value, (tuple, list)):
        return len(value) + sum(map(cells, value if len(value) < LONG else value[:1]))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return sum(cells(getattr(value, name)) for name, _ in fields_of(type(value)))
    return 0


def _longest(value: Any) -> int:
    """Return how many cells the longest array or list of a problem has."""
    if isinstance(value, (np.ndarray, tuple, list)):
        inner = value if isinstance(value, (tuple, list)) and len(value) < LONG else ()
        return max(
            [int(np.size(value)) if isinstance(value, np.ndarray) else len(value), *map(_longest, inner)]
        )
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return max((_longest(getattr(value, field.name)) for field in dataclasses.fields(value)), default=0)
    return 0


def parted(problem: Any, columns: Columns) -> Any:
    """Return a problem as ``encode`` gives it, but with its long columns put into ``columns``."""
    return _parted(problem, "", columns, max(LONG, _longest(problem) // PART))


def _parted(value: Any, path: str, columns: Columns, long: int) -> Any:
    # Floats stay in the JSON: they are few, and their text is exact.
    if isinstance(value, np.ndarray) and value.size >= long and value.dtype.kind in "iub":
        columns[path] = _narrow(value.ravel())
        return {COLUMN: path} if value.ndim == 1 else {"shape": list(value.shape), "values": {COLUMN: path}}
    if isinstance(value, (tuple, list)) and len(value) >= long and all(type(cell) is str for cell in value):
        columns[path] = value
        return {COLUMN: path}
    # Groups and the like: a few objects, each with long columns of its own.
    if isinstance(value, tuple) and value and all(map(dataclasses.is_dataclass, value)) and len(value) < long:
        return [_parted(inner, f"{path}.{index}", columns, long) for index, inner in enumerate(value)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        whole = [(name, getattr(value, name)) for name, _ in fields_of(type(value))]
        apart = [name for name, inner in whole if cells(inner) >= long]
        if not apart:
            return encode(value)
        short = _encoded_without(value, apart)
        return {
            name: _parted(inner, f"{path}.{name}", columns, long) if name in apart else short[name]
            for name, inner in whole
        }
    return encode(value)


def _encoded_without(value: object, apart: list[str]) -> dict[str, Any]:
    """Return the fields of a dataclass as ``encode`` gives them but for some, which are too long."""
    kind: type = type(value)
    return {
        name: encoded_field(hint, getattr(value, name)) for name, hint in fields_of(kind) if name not in apart
    }


def _narrow(values: NDArray[Any]) -> NDArray[Any]:
    """Return integers in the narrowest type that holds them all, so that equal columns are equal bytes."""
    if values.dtype.kind == "b":
        return values.view(np.int8)
    # Codes are mostly small: an eighth of the bytes, in memory as in the file.
    low, high = int(values.min()), int(values.max())
    for kind in WIDTHS:
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return values.astype(kind)
    return values.astype(np.int64)


def _digest(tree: Any, columns: Columns) -> str:
    known = hashlib.sha256(json.dumps(tree, sort_keys=True, ensure_ascii=False).encode())
    # Sorted, so that the order of fields, which may change, is not a part of the number.
    for path in sorted(columns):
        column = columns[path]
        known.update(f"\n{path}\n{len(column)}\n".encode())
        if isinstance(column, np.ndarray):
            # Little end first on every machine.
            known.update(column.astype(column.dtype.newbyteorder("<"), copy=False).tobytes())
        else:
            known.update("\n".join(map(json.dumps, column)).encode())
    return known.hexdigest()


def digest(problem: Any) -> str:
    """Return the SHA-256 of what a problem holds, whatever file it may stand in."""
    # The same parts as in the file, so that writing and printing name a problem by the same number.
    columns: Columns = {}
    return _digest(parted(problem, columns), columns)


def write_sidecar(problem: Any, path: Path) -> str:
    """Write a problem as Parquet and return its ``digest``; a file is replaced when all is written.

    Raises:
        InputError: the file cannot be written.
    """
    import pyarrow as pa
    from pyarrow import parquet

    columns: Columns = {}
    tree = parted(problem, columns)
    rows = max(map(len, columns.values()), default=0)
    # Columns of one file are equally long: shorter ones are filled up with nothing, which takes no room.
    filled = [
        pa.chunked_array([pa.array(column), pa.nulls(rows - len(column), pa.array(column[:1]).type)])
        for column in columns.values()
    ]
    about = {"problem": tree, "lengths": {name: len(column) for name, column in columns.items()}}
    table = pa.Table.from_arrays(filled, list(columns))
    table = table.replace_schema_metadata({ABOUT: json.dumps(about, ensure_ascii=False).encode()})
    sink = pa.BufferOutputStream()
    parquet.write_table(table, sink)
    write_atomically(path, sink.getvalue().to_pybytes())
    return _digest(tree, columns)


def read_sidecar(raw: bytes, name: str, faults: Faults) -> tuple[Any, str]:
    """Return the problem of a Parquet file as ``decode`` takes it, arrays in their places, and its digest.

    Raises:
        InputError: the file is damaged, no Parquet, or too large.
        MethodError: pyarrow is not installed.
    """
    from evenhand.tables.frames import arrow_of_parquet

    mend = "Put the two files that were saved together into one folder"
    table = arrow_of_parquet(raw, name)
    try:
        about = json.loads((table.schema.metadata or {})[ABOUT])
        columns: Columns = {}
        for head, length in about["lengths"].items():
            # What was filled up is cut off again; nulls before that make a column that is refused below.
            column = table.column(head).slice(0, length)
            if str(column.type).startswith("dictionary"):
                words = column.cast("string").to_pylist()
                columns[head] = words
            else:
                columns[head] = column.to_numpy()
        problem_document = about["problem"]
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        faults.add("problem.file", name, "holds no problem that evenhand wrote", mend)
        return None, ""
    return _put_back(problem_document, columns), _digest(problem_document, columns)


def _put_back(tree: Any, columns: Mapping[str, Any]) -> Any:
    """Return a tree with its columns in the places that name them."""
    if isinstance(tree, dict):
        if tree.keys() == {COLUMN}:
            return columns.get(tree[COLUMN])
        return {name: _put_back(inner, columns) for name, inner in tree.items()}
    return [_put_back(inner, columns) for inner in tree] if isinstance(tree, list) else tree
