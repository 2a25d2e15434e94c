"""Values to plain JSON: dataclasses become objects, arrays become lists, in an order that never changes."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any, Final, get_args, get_origin, get_type_hints

import numpy as np

from evenhand.core.arrays import Ints

ARRAY: Final = "$array"
"""Key that marks an array inside a value of any type."""

EXACT: Final = 2**53
"""Up to here every reader of JSON keeps a whole number; many hold larger ones as floats, and round them."""

ARRAYS: Final = (np.ndarray, get_origin(Ints))
"""What stands behind the type of an array: ``NDArray`` is an alias of its own from NumPy 2.5 on."""


@cache
def fields_of(cls: type) -> tuple[tuple[str, Any], ...]:
    """Return (name, type) of every field that makes an object of the dataclass and belongs into documents."""
    hints = get_type_hints(cls)
    kept = [field for field in dataclasses.fields(cls) if field.init and field.metadata.get("document", True)]
    return tuple((field.name, hints[field.name]) for field in kept)


def encode(value: Any) -> Any:
    """Turn a value into plain JSON values; the same value gives the same result on every machine.

    Arrays of one dimension become lists (of 0 and 1 for booleans), others ``{"shape", "values"}``. Numbers
    that JSON cannot hold become "inf", "-inf" and "nan"; whole numbers beyond 2^53 become texts.

    Raises:
        TypeError: the value is of a kind that no document holds.
    """
    for kinds, form in _FORMS:
        if isinstance(value, kinds):
            return form(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: encoded_field(hint, getattr(value, name)) for name, hint in fields_of(type(value))}
    raise TypeError(f"A document cannot hold a {type(value).__name__}.")


def _number(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)


def _whole(value: int) -> int | str:
    return value if abs(value) <= EXACT else str(value)


def _cells(value: np.ndarray[Any, Any]) -> list[Any]:
    flat = value.ravel()
    if flat.dtype.kind == "f":
        return [_number(cell) for cell in flat.tolist()]
    # 0 and 1 for booleans: fewer bytes than false and true, and long columns compress better.
    return list((flat.astype(np.int64) if flat.dtype.kind == "b" else flat).tolist())


def _array(value: np.ndarray[Any, Any]) -> Any:
    return _cells(value) if value.ndim == 1 else {"shape": list(value.shape), "values": _cells(value)}


_FORMS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (Enum, lambda value: value.value),
    ((str, bool, type(None)), lambda value: value),
    (int, _whole),
    (np.generic, lambda value: encode(value.item())),
    (float, _number),
    (np.ndarray, _array),
    (Mapping, lambda value: {str(encode(key)): encode(inner) for key, inner in value.items()}),
    ((list, tuple), lambda value: [encode(inner) for inner in value]),
    (date, lambda value: value.isoformat()),
    (Fraction, lambda value: f"{value.numerator}/{value.denominator}"),
)
"""How each kind is written; the first that fits. NumPy's float64 is a float too, so its own line is first."""


def encoded_field(hint: Any, value: Any) -> Any:
    """Encode a field; where its type is open, arrays are marked so that they come back as arrays."""
    return _marked(value) if _open(hint) else encode(value)


def _open(hint: Any) -> bool:
    return hint is Any or (get_origin(hint) not in ARRAYS and any(_open(inner) for inner in get_args(hint)))


def _marked(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return {ARRAY: value.dtype.name, "shape": list(value.shape), "values": _cells(value)}
    if isinstance(value, Mapping):
        return {str(encode(key)): _marked(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_marked(inner) for inner in value]
    # As text it would come back as text, where no type says that it was a number.
    return value if isinstance(value, int) and not isinstance(value, Enum) else encode(value)
