"""What is said on stderr and printed for programs on stdout; nothing that a file holds steers a terminal."""

from __future__ import annotations

import codecs
import contextlib
import functools
import inspect
import io
import math
import os
import re
import sys
import unicodedata
from collections.abc import Callable
from typing import Annotated, Any, Final, get_type_hints

import typer

STEERING: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f]")
"""Control characters of both sets, and signs that turn the direction of writing."""
PICTURES: Final = 0x2400
"""Where Unicode keeps a picture for each of the first 32 control characters: ESC is shown as ␛."""
SPACE: Final = 0x20

NEAREST: Final = {
    "λ": "lambda",
    "█": "#",
    "•": "-",
    "·": "-",
    "–": "-",
    "—": "-",
    "−": "-",
    "…": "...",
    "’": "'",
}
"""What stands for a sign of ours on a terminal or in a file whose encoding lacks it, such as Windows' own."""


AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON and nothing else.")]


def seen(text: str, *, lines: bool = True) -> str:
    r"""Return a text as it may be shown: control characters as pictures, no signs that turn the direction.

    >>> seen("Ada\x1b[31m"), seen("two\nlines", lines=False)
    ('Ada␛[31m', 'two lines')
    """
    # Searched first, as nearly all texts have nothing to replace.
    shown = STEERING.sub(_picture, text) if STEERING.search(text) else text
    return shown if lines else " ".join(shown.split("\n"))


def _picture(picture: re.Match[str]) -> str:
    sign = ord(picture[0])
    # A tab only parts words; its picture would be noise.
    if sign == ord("\t"):
        return " "
    return chr(PICTURES + sign) if sign < SPACE else ""


def print_json(value: Any) -> None:
    """Write a value as JSON on stdout."""
    import json

    text = json.dumps(_finite(value), indent=1, ensure_ascii=False, allow_nan=False)
    # What the stream's encoding lacks is escaped: a program must get the name, not what stands for it.
    lacks = (
        text.encode(sys.stdout.encoding or "utf-8", "replace").decode(sys.stdout.encoding or "utf-8") != text
    )
    sys.stdout.write((json.dumps(json.loads(text), indent=1) if lacks else text) + "\n")


def _finite(value: Any) -> Any:
    """Return a value with "inf", "-inf" and "nan" for what JSON lacks, as documents write it."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {name: _finite(inner) for name, inner in value.items()}
    return [_finite(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def saying_json(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return a command with --json, which prints what it says on stdout as one JSON object.

    Lines are in ``said``, in order; notes stay on stderr, and errors are JSON as everywhere.
    """
    hints = get_type_hints(command, include_extras=True)
    plain = inspect.signature(command)
    parameters = [
        parameter.replace(annotation=hints[parameter.name]) for parameter in plain.parameters.values()
    ]
    kind = inspect.Parameter.KEYWORD_ONLY
    parameters.append(inspect.Parameter("as_json", kind, default=False, annotation=AsJson))

    @functools.wraps(command)
    def told(*args: Any, as_json: bool = False, **options: Any) -> Any:
        if not as_json:
            return command(*args, **options)
        with contextlib.redirect_stdout(io.StringIO()) as held:
            result = command(*args, **options)
        print_json({"said": [line for line in held.getvalue().splitlines() if line]})
        return result

    told.__signature__ = plain.replace(parameters=parameters)  # type: ignore[attr-defined]
    told.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return told


def say(text: str) -> None:
    """Write a line on stderr at once, after whatever stdout has so far; where stderr is gone, nowhere."""
    # Otherwise a note could appear before the lines it is about.
    sys.stdout.flush()
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"{seen(text)}\n")
        sys.stderr.flush()


def open_streams() -> None:
    """Make sure that both streams are there and can take any text; closed ones lead nowhere.

    A stream that was closed leaves its number free, and the next file to be opened would get it: then what
    is meant for the screen would go into a plan. So the null device takes the number first.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - kept open as long as the process runs
    for stream in (sys.stdout, sys.stderr):
        # Only real text streams can be told; a test's or a notebook's stand-in has no ``reconfigure``.
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a sign gets the nearest one instead of ending the command.
            stream.reconfigure(errors="evenhand.nearest")


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """Return what is written for signs that an encoding lacks: the letter without its accent, else "?"."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    written = ""
    for sign in error.object[error.start : error.end]:
        plain = NEAREST.get(sign) or unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode(
            "ascii"
        )
        # A picture stands before a word that says as much: a mark will do.
        written += plain or ("*" if unicodedata.category(sign) == "So" else "?")
    return written, error.end


codecs.register_error("evenhand.nearest", _nearest)


def close_quietly() -> None:
    """Let what is still to be written to stdout go nowhere, so that leaving does not fail over it."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
