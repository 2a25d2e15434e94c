"""What to say of options that cannot be read: which one, what came, how to write it."""

from __future__ import annotations

from typing import Any

import typer

__all__ = ["UsageError", "usage_said"]

UsageError: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
"""Everything that the command line's parser raises about what was typed."""

KINDS = {"int": ("whole number", "10"), "float": ("number", "2.5")}
"""What a number is called, and one to copy, by the parser's name of its kind."""


def usage_said(error: Any) -> str:
    """Return the sentence for a number that is none, "" for all else: the parser says that well itself.

    Args:
        error: what the parser raised; its cause holds what came.
    """
    faults: list[Any] = getattr(error.__cause__, "errors", list)()
    names = getattr(getattr(error, "param", None), "opts", ())
    kind = KINDS.get(faults[0]["type"].split("_")[0]) if faults else None
    if kind is None or not names:
        return ""
    return f"{names[0]}: {faults[0]['input']!r} is no {kind[0]}. Write one such as {kind[1]}."
