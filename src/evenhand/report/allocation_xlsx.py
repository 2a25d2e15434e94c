"""An allocation as a workbook: the common sheets, partners, caps and budgets, what is left or ruled out."""

from __future__ import annotations

from collections.abc import Mapping

from evenhand.core.solution import Columns, Solution
from evenhand.report.allocation_parts import parts_of
from evenhand.report.sheets import sheets
from evenhand.tables.write import xlsx_bytes


def xlsx(solution: Solution) -> bytes:
    """Return the workbook."""
    return xlsx_bytes(workbook(solution))


def workbook(solution: Solution) -> Mapping[str, Columns]:
    """Return the sheets by name; empty ones are left out."""
    parts = parts_of(solution)
    words = parts.words
    common = sheets(solution)
    own: dict[str, Columns] = {
        "days": _columns(("day", f"{words.award}s given", f"{words.start}s", "note"), parts.days),
        f"{words.recipient}s": _columns(
            (words.recipient, f"{words.award}s", "points", "its penalty", "the next would cost"),
            parts.receivers,
        ),
        "caps and budgets": _columns(
            ("rule", "group", "used", "free", "hard limit", "points lost", "unit"),
            [
                (use.rule, use.group, use.used, use.free, "yes" if use.hard else "no", use.cost, use.unit)
                for use in parts.uses
            ],
        ),
        f"{words.item}s left": _columns(
            (words.item, "why", "best candidate"),
            [(item.item, item.reason, item.detail) for item in parts.left],
        ),
        "ruled out": _columns(("rule", "candidates"), parts.dropped),
    }
    ordered = {
        "plan": common.pop("plan"),
        **{name: cells for name, cells in own.items() if any(cells.values())},
    }
    return {**ordered, **common}


def _columns(heads: tuple[str, ...], rows: object) -> Columns:
    lines = list(rows)  # type: ignore[call-overload]
    return {head: [row[index] for row in lines] for index, head in enumerate(heads)}
