"""Options read without pydantic, which typer would load for every command: 0.13 s of a start of 0.4 s."""

from __future__ import annotations

import re
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")
"""Numbers that every reader reads alike. Other spellings, and what is not a number, are left to typer, which
then says what is wrong with them as it always did."""

LEFT = object()
"""What ``_read`` returns for a word that is left to typer."""


def reading_plainly(parameter: Any) -> Any:
    """Return an option that reads its text itself, as typer would, wherever that needs no more than Python.

    Whatever is not plain (limits that are passed, choices, odd spellings of numbers) goes to typer's own
    reading, and so do all parameters of a typer that keeps its types elsewhere.
    """
    typers_own = parameter.process_value
    described = getattr(parameter, "type_descriptor", None)
    kind = _kind(getattr(described, "annotation", None))
    information = getattr(described, "parameter_info", None)
    if kind is None or getattr(information, "parser", None) or "process_value" in vars(parameter):
        return parameter  # one of many kinds, or one that was here before
    low, high = getattr(information, "min", None), getattr(information, "max", None)
    several = parameter.multiple or parameter.nargs == -1

    def process_value(ctx: Any, value: Any) -> Any:
        if value is None:
            read: Any = () if several else None
        elif several:
            words = [_read(kind, word) for word in value] if isinstance(value, (list, tuple)) else [LEFT]
            read = LEFT if LEFT in words else words
        else:
            read = _read(kind, value)
        plain = read is not LEFT and not (parameter.required and parameter.value_is_missing(read))
        if plain and kind in (int, float) and not several and read is not None:
            plain = (low is None or read >= low) and (high is None or read <= high)
        if not plain:
            return typers_own(ctx, value)
        return read if parameter.callback is None else parameter.callback(ctx, parameter, read)

    parameter.process_value = process_value
    return parameter


def _kind(annotation: Any) -> type | None:
    """Return the one plain type behind ``X``, ``X | None`` or ``list[X]``; None where there is another."""
    if get_origin(annotation) in (Union, UnionType):
        inside = [part for part in get_args(annotation) if part is not type(None)]
        annotation = inside[0] if len(inside) == 1 else None
    if get_origin(annotation) is list:
        annotation = get_args(annotation)[0]
    return annotation if annotation in (str, int, float, bool, Path) else None


def _read(kind: type, word: Any) -> Any:
    """Return a word as its type, ``LEFT`` where that is not plain."""
    if kind in (int, float):
        if type(word) is kind:  # a default
            return word
        pattern = WHOLE if kind is int else NUMBER
        return kind(word) if isinstance(word, str) and pattern.fullmatch(word) else LEFT
    if kind is bool:
        return word if isinstance(word, bool) else LEFT
    return kind(word) if isinstance(word, (str, kind)) else LEFT
