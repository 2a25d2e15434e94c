"""``evenhand demo``: all three jobs on bundled data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.options import example

__all__ = ["COMMAND", "EPILOG"]

EPILOG = example(
    "evenhand demo",
)

Tables = Annotated[
    Path | None, typer.Option("--tables", metavar="FOLDER", help="Write the bundled tables there, and stop.")
]


def demo(tables: Tables = None) -> None:
    """Run all three jobs on bundled data: a press fleet's week, a company's teams, a garden's rota."""


COMMAND = demo
