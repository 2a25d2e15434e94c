"""Options that several commands share, so that one word means one thing everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Out = Annotated[
    list[Path] | None,
    typer.Option(
        "--out",
        "-o",
        metavar="FILE",
        help="Write the result as its ending says: .html, .xlsx, .csv, .json. May be repeated.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the JSON document and nothing else.")]
Seed = Annotated[
    int,
    typer.Option(
        "--seed",
        metavar="N",
        help="Seed for tie-breaking; the same seed gives the same plan.",
        show_default=True,
    ),
]
Seconds = Annotated[
    float | None,
    typer.Option("--time-limit", metavar="S", help="Hand back the best plan found after S seconds."),
]
MethodName = Annotated[
    str, typer.Option("--method", metavar="NAME", help="How to solve it.", show_default=True)
]
Explain = Annotated[
    list[str] | None,
    typer.Option("--explain", metavar="WHO", help="Explain who or what you name; may be repeated."),
]
Rows = Annotated[
    int | None,
    typer.Option("--rows", metavar="N", help="Rows of the plan to show (a terminal: 40; a pipe: all)."),
]


def listed(text: str | None) -> list[str] | None:
    """Return the parts of a text parted by commas, without blanks; None for None."""
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]


def example(*lines: str) -> str:
    """Return the end of a command's help: commands that work as pasted, kept on lines of their own."""
    # the sign \b tells the help's formatter to leave the lines as they are
    return "Example:\n\n\b\n" + "\n".join(f"  {line}" for line in lines)
