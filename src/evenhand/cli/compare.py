"""``evenhand compare``: what would another mode, method or policy give?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.options import example

__all__ = ["COMMAND", "EPILOG"]

EPILOG = example(
    "evenhand demo --tables demo-out",
    "evenhand compare demo-out/fleet",
)

Source = Annotated[Path, typer.Argument(metavar="SOURCE", help="What allocate, teams or rota takes.")]


def compare(source: Source) -> None:
    """Put outcomes side by side."""
    raise typer.Exit(2)


COMMAND = compare
