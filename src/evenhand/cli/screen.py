"""Where a report is shown: rich tables on a terminal, plain aligned text everywhere else."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from evenhand.cli.output import seen
from evenhand.report.text import Bars, Block, Grid, Heading, Text, bar, plain, width_of

if TYPE_CHECKING:
    from rich.console import Console

TONES = {"": "", "strong": "bold", "note": "dim", "warn": "yellow"}


def is_terminal() -> bool:
    """Whether stdout is a terminal that can place text."""
    return sys.stdout.isatty() and os.environ.get("TERM", "") != "dumb"


def show(blocks: Iterable[Block]) -> None:
    """Write blocks to stdout as suits it; NO_COLOR takes the colours away."""
    safe = list(map(_safe, blocks))
    # Into a file or a pipe goes plain text: the same bytes for any width of window.
    if not is_terminal():
        sys.stdout.write(plain(safe))
        return
    from rich.console import Console

    # Rich's own markup, emoji codes and highlighting are off: names from a table are text and no commands.
    draw(safe, Console(highlight=False, emoji=False, markup=False))


def _safe(block: Block) -> Block:
    """Return a block whose texts steer no terminal; a cell stays on its line."""
    if isinstance(block, Heading):
        return Heading(seen(block.text, lines=False))
    if isinstance(block, Text):
        return replace(block, text=seen(block.text))
    if isinstance(block, Bars):
        rows = tuple((seen(name, lines=False), value, seen(figure)) for name, value, figure in block.rows)
        return replace(block, rows=rows, title=seen(block.title))
    return replace(
        block,
        heads=tuple(seen(head, lines=False) for head in block.heads),
        rows=tuple(tuple(seen(cell, lines=False) for cell in row) for row in block.rows),
        title=seen(block.title),
        note=seen(block.note),
    )


def draw(blocks: Sequence[Block], console: Console) -> None:
    """Draw blocks on a rich console, a blank line between them."""
    for number, block in enumerate(blocks):
        if number:
            console.print()
        if isinstance(block, Heading):
            console.rule(_styled(block.text, "bold"), align="left", style="dim")
        elif isinstance(block, Text):
            console.print(_styled(block.text, TONES[block.tone]))
        elif isinstance(block, Bars):
            _draw_bars(block, console)
        else:
            _draw_grid(block, console)


def _styled(text: str, style: str) -> Any:
    from rich.text import Text as Rich

    return Rich(text, style=style)


def _draw_grid(grid: Grid, console: Console) -> None:
    from rich import box
    from rich.table import Table

    if grid.turns and grid.width > console.width:
        grid = grid.turned()
    table = Table(
        title=_styled(grid.title, "bold") if grid.title else None,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_header=any(grid.heads),
        pad_edge=False,
        show_edge=False,
        header_style="bold",
    )
    for index, head in enumerate(grid.heads):
        table.add_column(
            _styled(head, ""), justify="right" if index in grid.right else "left", overflow="fold"
        )
    for row in grid.rows:
        table.add_row(*(_styled(cell, "") for cell in row))
    console.print(table)
    if grid.note:
        console.print(_styled(grid.note, "dim"))


def _draw_bars(bars: Bars, console: Console) -> None:
    from rich.table import Table

    if bars.title:
        console.print(_styled(bars.title, "bold"))
    largest = bars.largest
    names = max((len(name) for name, _, _ in bars.rows), default=0)
    # Names beyond 30 signs fold, so they must not take the bars' room; 4 is the shortest bar that still shows
    # a difference.
    figures = max((width_of(text) for _, _, text in bars.rows), default=0)
    room = max(4, min(40, console.width - min(names, 30) - figures - 6))
    table = Table.grid(padding=(0, 2))
    for side in ("left", "right", "left"):
        table.add_column(justify=side)
    for name, value, figure in bars.rows:
        table.add_row(_styled(name, ""), _styled(figure, ""), _styled(bar(value, largest, room), "cyan"))
    console.print(table)
