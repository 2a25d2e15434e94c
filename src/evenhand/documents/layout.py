"""Plain JSON values to bytes and back: indented for people, long lists and small objects on one line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from evenhand.documents.faults import Faults

DEEPEST = 64
"""Levels of lists and objects that are read; evenhand writes fewer than ten, and readers go down by one."""

LARGEST = 10**40
"""Whole numbers are read up to it: values in square ticks need 30 digits, and more can only be a mistake."""

WIDTH = 110
"""An object of plain values and short lists stands on one line up to this many characters."""

_PLAIN = (str, int, float, bool, type(None))


def to_bytes(value: Any) -> bytes:
    """Write UTF-8 JSON, ending with a line break; the same value gives the same bytes."""
    return ("".join(_pieces(value, "")) + "\n").encode()


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _short(cell: Any) -> bool:
    """Whether a value may stand on one line with others: it is plain, or a short list of plain ones."""
    if isinstance(cell, list):
        return len(cell) < WIDTH and all(isinstance(inner, _PLAIN) for inner in cell)
    return isinstance(cell, _PLAIN)


def _pieces(value: Any, indent: str) -> Iterator[str]:
    deeper = indent + "  "
    if isinstance(value, dict) and value:
        # Looked at before it is written: a problem of megabytes is not made into a line to see that it is too
        # long.
        flat = _line(value) if all(_short(cell) for cell in value.values()) else ""
        if flat and len(indent) + len(flat) <= WIDTH:
            yield flat
            return
        yield "{\n"
        for index, (key, cell) in enumerate(value.items()):
            yield f"{'' if not index else f',{chr(10)}'}{deeper}{_line(key)}: "
            yield from _pieces(cell, deeper)
        yield f"\n{indent}}}"
    elif isinstance(value, list) and not all(isinstance(cell, _PLAIN) for cell in value):
        yield "[\n"
        for index, cell in enumerate(value):
            yield f"{'' if not index else f',{chr(10)}'}{deeper}"
            yield from _pieces(cell, deeper)
        yield f"\n{indent}]"
    else:
        yield _line(value)


def from_bytes(content: bytes, name: str) -> dict[str, Any]:
    """Read JSON strictly: UTF-8, no key twice, an object at the top.

    Raises:
        InputError: it is no such JSON; the message says where.
    """
    faults = Faults()
    mend = "Give a document that evenhand saved; this one may have been cut off or changed"
    read: Any = None
    try:
        # Editors put a byte order mark before a file they saved; what follows is the same.
        read = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_refused)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, character {error.colno}"
        faults.add(place, None, f"is not JSON ({error.msg})", mend)
    except UnicodeDecodeError:
        faults.add("", None, "is not UTF-8 text", mend)
    except (ValueError, RecursionError) as error:
        faults.add("", None, f"is not JSON that can be read ({error})", mend)
    for wrong in () if faults else _unreadable(read, escaped=b"\\u" in content):
        faults.add("", None, wrong, mend)
    if not faults and not isinstance(read, dict):
        faults.add("", None, "is not a JSON object", mend)
    faults.raise_errors(name)
    return dict(read)


def _unreadable(value: Any, *, escaped: bool) -> Iterator[str]:
    """Say what JSON allows and nobody here can use: endless nesting, numbers without end, half characters."""
    # Level by level and not by recursion: a file of a million brackets must not end this process.
    level = [value]
    for _ in range(DEEPEST):
        inner: list[Any] = []
        for cell in level:
            if isinstance(cell, dict):
                inner += cell.values()
            elif isinstance(cell, list):
                inner += cell
            elif type(cell) is int and abs(cell) > LARGEST:
                yield f"holds a number of {len(str(abs(cell)))} digits"
                return
            elif escaped and isinstance(cell, str) and not cell.isascii() and _half(cell):
                yield "holds half a character (a lone surrogate)"
                return
        if not inner:
            return
        level = inner
    yield f"nests lists and objects more than {DEEPEST} deep"


def _half(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    once = dict(pairs)
    if len(once) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return once


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is not a JSON number")
