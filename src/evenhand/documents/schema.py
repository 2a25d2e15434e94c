"""The JSON Schema of every kind of document, made from the types of the fields that are written.

Reference:
    JSON Schema, draft 2020-12, https://json-schema.org/draft/2020-12.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from typing import Any, Final, Literal, Union, get_args, get_origin

import numpy as np

from evenhand.documents.encode import ARRAYS, fields_of

Schema = dict[str, Any]

PLAIN: Final[dict[Any, Schema]] = {
    int: {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": r"^-?[1-9]\d{15,29}$"}]},
    float: {"anyOf": [{"type": "number"}, {"enum": ["inf", "-inf", "nan"]}]},
    str: {"type": "string"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    Fraction: {"type": "string", "pattern": r"^-?\d+/\d+$"},
    Any: {},
}


class Schemas:
    """Gathers the schema of each dataclass once, under its name."""

    def __init__(self) -> None:
        """Begin with none."""
        self.defined: dict[str, Schema] = {}

    def of(self, hint: Any) -> Schema:
        """Return the schema of a field's type; the same types as ``codec.decode`` reads.

        >>> Schemas().of(tuple[bool, ...])
        {'type': 'array', 'items': {'type': 'boolean'}}
        """
        if hint in PLAIN:
            return PLAIN[hint]
        if dataclasses.is_dataclass(hint) and isinstance(hint, type):
            return self._object(hint)
        if isinstance(hint, type) and issubclass(hint, Enum):
            return {"enum": [member.value for member in hint]}
        return self._generic(hint, get_origin(hint), get_args(hint))

    def _generic(self, hint: Any, origin: Any, inner: tuple[Any, ...]) -> Schema:
        """Return the schema of a type with parameters."""
        if origin is Literal:
            return {"enum": list(inner)}
        if origin in {Union, types.UnionType}:
            return {"anyOf": [self.of(part) for part in inner]}
        if origin in ARRAYS:
            return _array(inner[-1])
        if origin in {Mapping, dict}:
            return {"type": "object", "additionalProperties": self.of(inner[1])}
        if origin not in {tuple, list, Sequence}:
            raise TypeError(f"A document cannot hold a {hint}.")
        if origin is tuple and inner[-1] is not Ellipsis:
            return {"type": "array", "prefixItems": [self.of(part) for part in inner], "items": False}
        return {"type": "array", "items": self.of(inner[0])}

    def _object(self, cls: type) -> Schema:
        name = cls.__name__.lstrip("_")
        if name not in self.defined:
            self.defined[name] = {}
            fields = {field: self.of(hint) for field, hint in fields_of(cls)}
            self.defined[name] = {
                "type": "object",
                "properties": fields,
                "required": list(fields),
                "additionalProperties": False,
            }
        return {"$ref": f"#/$defs/{name}"}


def _array(dtype: Any) -> Schema:
    """Return the schema of an array: a list, or a shape and values where it has several dimensions."""
    kind = np.dtype(*(get_args(dtype) or (dtype,))).kind
    cell: Schema = {"b": {"enum": [0, 1]}, "f": PLAIN[float]}.get(kind, {"type": "integer"})
    flat = {"type": "array", "items": cell}
    shaped = {
        "type": "object",
        "properties": {"shape": {"type": "array", "items": {"type": "integer"}}, "values": flat},
        "required": ["shape", "values"],
        "additionalProperties": False,
    }
    return {"anyOf": [flat, shaped]}
