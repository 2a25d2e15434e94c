"""The plan itself as blocks: a job's own way to look at it, or its table as it is."""

from __future__ import annotations

from typing import Any

from evenhand.core.solution import Columns, Solution
from evenhand.report.text import Block, Grid

__all__ = ["grid_of", "plan_blocks"]


def plan_blocks(solution: Solution, rows: int | None = None) -> list[Block]:
    """Return the plan as blocks, at most ``rows`` rows of it."""
    return [grid_of(solution.columns, rows)]


def grid_of(columns: Columns, rows: int | None = None, title: str = "") -> Grid:
    """Return a table as a grid; columns of numbers stand on the right; hidden rows are counted."""
    heads = tuple(columns)
    total = max((len(cells) for cells in columns.values()), default=0)
    kept = total if rows is None else min(rows, total)
    right = frozenset(at for at, head in enumerate(heads) if _figures(columns[head]))
    body = tuple(
        zip(*([_cell(value) for value in list(columns[head])[:kept]] for head in heads), strict=True)
    )
    hidden = total - kept
    note = f"... and {hidden:,} more rows: --rows {total} shows all, --out FILE writes all" if hidden else ""
    return Grid(heads, body, right, title, note)


def _figures(cells: Any) -> bool:
    return len(cells) > 0 and all(
        isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in cells
    )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.2f}" if isinstance(value, float) else str(value)
