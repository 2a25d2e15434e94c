"""What to say of options that cannot be read: which one, what came, how to write it."""

from __future__ import annotations

import re
from typing import Any

import typer

UsageError: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
"""Everything that the command line's parser raises about what was typed."""

KINDS = {"int": ("whole number", "10"), "float": ("number", "2.5")}
"""What a number is called, and one to copy, by the parser's name of its kind."""
NO_NUMBER = re.compile(r"(?P<came>.*) is not a valid (?P<kind>int|float)\w*\.?", re.DOTALL)
"""What the parser says of a number that is none."""


def usage_said(error: Any) -> str:
    """Return the sentence for a number that is none, "" for all else: the parser says that well itself.

    Args:
        error: what the parser raised.
    """
    names = getattr(getattr(error, "param", None), "opts", ())
    match = NO_NUMBER.fullmatch(str(getattr(error, "message", "")))
    if match is None or not names:
        return ""
    called, such = KINDS[match["kind"]]
    return f"{names[0]}: {match['came']} is not a {called}. Write one such as {such}."
