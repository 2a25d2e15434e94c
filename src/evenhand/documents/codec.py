"""Plain JSON values to dataclasses, driven by the types of their fields.

Nothing is imported or called by name from a document: the reader is told the type it must find, and a
document can only fill in its fields. What a field may be: int, float, str, bool, None, dates, fractions,
enumerations, ``Literal``, tuples, sequences and mappings, unions, NumPy arrays, dataclasses of these, and
``Any`` for JSON values with arrays among them.
"""

from __future__ import annotations

import dataclasses
import re
import types
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from typing import Any, Literal, Union, get_args, get_origin

import numpy as np

from evenhand.core.errors import EvenhandError, InputError
from evenhand.documents.arrays import filled, listed, number, opened
from evenhand.documents.encode import ARRAYS, EXACT, fields_of
from evenhand.documents.faults import WRONG, Faults

LARGE = re.compile(r"-?[1-9]\d{15,29}")
"""A whole number beyond 2^53 as it is written: in quotes, so that no reader of JSON rounds it."""


def decode(hint: Any, value: Any, path: str, faults: Faults) -> Any:
    """Read a JSON value as the type ``hint``; what is wrong goes to ``faults`` and comes back as WRONG."""
    if hint is Any:
        return opened(value, path, faults)
    if hint in _PLAIN:
        return _plain(hint, value, path, faults)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _object(hint, value, path, faults)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _choice(hint, [member.value for member in hint], value, path, faults)
    origin = get_origin(hint)
    reader = _SHAPES.get(origin)
    if reader is None:
        raise TypeError(f"A document cannot hold a {hint}.")
    return reader(hint, value, path, faults)


def within(path: str, name: str) -> str:
    """Return the path of a part."""
    return f"{path}.{name}" if path else name


def _object(cls: type, value: Any, path: str, faults: Faults) -> Any:
    if not isinstance(value, dict):
        return faults.add(
            path, value, "is not an object", f"Give an object with the fields of {cls.__name__}"
        )
    hints = fields_of(cls)
    known = {name for name, _ in hints}
    # A field nobody reads would be lost in silence when the document is saved again.
    for name in sorted(value.keys() - known):
        faults.add(within(path, name), None, f"is not a field of {cls.__name__}", "Remove it")
    fields = {}
    for name, hint in hints:
        if name in value:
            fields[name] = decode(hint, value[name], within(path, name), faults)
        else:
            fields[name] = faults.add(within(path, name), None, "is missing", f"{cls.__name__} needs it")
    # Made only of whole parts: a class that is given half of them would complain of what is no fault of the
    # file.
    if any(part is WRONG for part in fields.values()) or value.keys() - known:
        return WRONG
    return built(lambda: cls(**fields), path, faults)


def built(make: Callable[[], Any], path: str, faults: Faults) -> Any:
    """Make an object; what its own checks say becomes faults at that path."""
    try:
        return make()
    except InputError as error:
        for finding in error.findings:
            place = within(path, finding.column) if finding.column else path
            faults.add(place, finding.came, finding.problem, finding.mend)
    except EvenhandError as error:
        faults.add(path, None, f"does not hold together: {error}", "Save it again from evenhand")
    # A class checks what it is made for, not every value a damaged file can hold.
    except (ArithmeticError, AttributeError, LookupError, MemoryError, TypeError, ValueError) as error:
        faults.add(path, None, f"does not hold together ({error})", "Save it again from evenhand")
    return WRONG


def _plain(hint: type, value: Any, path: str, faults: Faults) -> Any:
    if hint is float:
        read = number(value)
        if read is None:
            return faults.add(path, value, "is not a number", "Give a number")
        return value if type(value) is int else read  # 200 stays 200, so that the same bytes come out again
    if hint in _TEXTS:
        if isinstance(value, str):
            try:
                return _TEXTS[hint](value)
            except (ValueError, ZeroDivisionError):
                pass
        return faults.add(path, value, f"is not {_PLAIN[hint]}", f"Give it like {_LIKE[hint]}")
    large = hint is int and isinstance(value, str) and LARGE.fullmatch(value) and abs(int(value)) > EXACT
    if large or type(value) is hint:
        return hint(value) if large else value
    return faults.add(path, value, f"is not {_PLAIN[hint]}", f"Give {_LIKE[hint]}")


_PLAIN: dict[Any, str] = {
    int: "a whole number",
    float: "a number",
    str: "text",
    bool: "true or false",
    type(None): "null",
    date: "a date",
    datetime: "a time",
    Fraction: "a fraction",
}
_TEXTS: dict[Any, Callable[[str], Any]] = {
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    Fraction: Fraction,
}
_LIKE: dict[Any, str] = {
    int: "a whole number",
    str: "text in quotes",
    bool: "true or false",
    type(None): "null",
    date: "2026-01-27",
    datetime: "2026-01-27T09:00:00",
    Fraction: "3/4",
}


def _choice(make: Callable[[Any], Any], known: Sequence[Any], value: Any, path: str, faults: Faults) -> Any:
    if isinstance(value, (str, int)) and value in known:
        return make(value)
    return faults.add(path, value, "is none of the choices", f"Choose one of {', '.join(map(str, known))}")


def _literal(hint: Any, value: Any, path: str, faults: Faults) -> Any:
    return _choice(lambda chosen: chosen, get_args(hint), value, path, faults)


def _union(hint: Any, value: Any, path: str, faults: Faults) -> Any:
    """Take the first member that reads the value without a fault; else say what the likeliest one found."""
    tries = []
    for member in get_args(hint):
        tried = Faults()
        read = decode(member, value, path, tried)
        if read is not WRONG:
            return read
        tries.append(tried)
    # "Is no null" helps nobody: told are the faults of the other kinds, of the nearest where there are
    # several.
    real = [tried for member, tried in zip(get_args(hint), tries, strict=True) if member is not type(None)]
    faults.take(min(real, key=len) if len(real) == 1 or isinstance(value, dict) else real[0])
    return WRONG


def _tuple(hint: Any, value: Any, path: str, faults: Faults) -> Any:
    kinds = get_args(hint)
    if not listed(value, path, faults):
        return WRONG
    if kinds[-1] is Ellipsis or get_origin(hint) is not tuple:
        if kinds[0] in (str, int, bool) and all(type(cell) is kinds[0] for cell in value):
            return tuple(value)  # the long columns of names, without a call a cell
        cells = tuple(decode(kinds[0], cell, f"{path}[{index}]", faults) for index, cell in enumerate(value))
    elif len(kinds) != len(value):
        return faults.add(path, None, f"has {len(value)} values, not {len(kinds)}", "Give them all")
    else:
        pairs = enumerate(zip(kinds, value, strict=True))
        cells = tuple(decode(kind, cell, f"{path}[{index}]", faults) for index, (kind, cell) in pairs)
    return WRONG if any(part is WRONG for part in cells) else cells


def _list(hint: Any, value: Any, path: str, faults: Faults) -> Any:
    cells = _tuple(hint, value, path, faults)
    return cells if cells is WRONG else list(cells)


def _mapping(hint: Any, value: Any, path: str, faults: Faults) -> Any:
    kind, inner = get_args(hint)
    if not isinstance(value, dict):
        return faults.add(path, value, "is not an object", "Give an object in curly brackets")
    mapping = {}
    for name, cell in value.items():
        key: Any = name
        if kind is int:
            key = int(name) if name.removeprefix("-").isdecimal() else WRONG
        if key is WRONG:
            faults.add(within(path, name), name, "is not a whole number", "Give a whole number as the key")
        mapping[key] = decode(inner, cell, within(path, name), faults)
    return WRONG if any(part is WRONG for pair in mapping.items() for part in pair) else mapping


def _array(hint: Any, value: Any, path: str, faults: Faults) -> Any:
    inner = get_args(hint)[-1]  # dtype[int64], or int64 alone from NumPy 2.5 on
    return filled(np.dtype(*(get_args(inner) or (inner,))), value, path, faults)


_SHAPES: dict[Any, Callable[[Any, Any, str, Faults], Any]] = {
    tuple: _tuple,
    Sequence: _tuple,
    list: _list,
    Mapping: _mapping,
    dict: _mapping,
    Literal: _literal,
    Union: _union,
    types.UnionType: _union,
    **dict.fromkeys(ARRAYS, _array),
}
