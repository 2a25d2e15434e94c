"""Heads in several rows above a poll: months above days above times of day, as Doodle has them.

>>> rows = [["", "February 2026", ""], ["", "Mon 2", "Tue 3"], ["", "19:00", "20:00"], ["Ada", "OK", "(OK)"]]
>>> stacked_heads(rows)
(2, ['name', 'Mon 2 February 2026 19:00', 'Tue 3 February 2026 20:00'])
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from evenhand.tables.calendar_days import MONTH_OF, MOST_DAYS, PARTS, WEEKDAY_OF
from evenhand.tables.clock import clock_of
from evenhand.tables.polls import STRANGE, TO, WIDEST, answer_of, polled_times
from evenhand.tables.recognise import word_key

STACKED: Final = 3
"""Rows that heads take at most: month, day and time of day."""
YEAR_LETTERS: Final = 4


def stacked_heads(rows: Sequence[Sequence[str]]) -> tuple[int, list[str]] | None:
    """Return the last row of a poll's heads, from 0, and the heads in one row; None where nothing is joined.

    A row of heads has times or parts of them alone, but for its first cell; below the last one stands a name
    with answers. An empty corner is the column of names.

    Args:
        rows: the first rows of a table, none of them empty.
    """
    for top, row in enumerate(rows[:-1]):
        stack = 0
        while stack < STACKED and top + stack < len(rows) and _is_heads(rows[top + stack]):
            stack += 1
        if not stack or top + stack >= len(rows) or not _is_answered(rows[top + stack], row):
            continue
        held = [list(map(str.strip, line)) for line in rows[top : top + stack]]
        corner = next((line[0] for line in reversed(held) if line[0]), "")
        # With one row and a head above the names there is nothing to join.
        if stack == 1 and corner:
            return None
        heads = _joined(held)
        if len(polled_times(heads)) < len([head for head in heads if head]):
            return None
        return top + stack - 1, [corner or "name", *heads]
    return None


def _is_heads(row: Sequence[str]) -> bool:
    """Whether all filled cells but the first are times or parts of them."""
    if len(row) > WIDEST:
        return False
    filled = [cell.strip() for cell in row[1:] if cell.strip()]
    return bool(filled) and all(map(_is_part, filled))


def _is_part(cell: str) -> bool:
    if polled_times([cell]) or _is_month(cell):
        return True
    if all(clock_of(end) is not None for end in TO.split(cell, maxsplit=1)):
        return True
    words = [word for word in PARTS.split(cell.casefold()) if word]
    days = [word for word in words if word.isdecimal() and 1 <= int(word) <= MOST_DAYS]
    return len(days) == 1 and all(word in days or word_key(word) in WEEKDAY_OF for word in words)


def _is_month(cell: str) -> bool:
    words = [word_key(word) for word in PARTS.split(cell) if word and word.casefold() != "de"]
    years = [word for word in words if word.isdecimal() and len(word) == YEAR_LETTERS]
    months = [word for word in words if word in MONTH_OF]
    return len(months) == 1 and len(months) + len(years) == len(words)


def _is_answered(row: Sequence[str], heads: Sequence[str]) -> bool:
    """Whether a row is a name with answers below the heads."""
    cells = [cell for cell in row[1 : len(heads)] if cell.strip()]
    name = row[0].strip() if row else ""
    return (
        bool(name)
        and not _is_part(name)
        and bool(cells)
        and all(answer_of(cell) != STRANGE for cell in cells)
    )


def _joined(held: list[list[str]]) -> list[str]:
    """Return one head a column; an empty cell of an upper row is the one left of it, as cells are merged."""
    width = max(map(len, held))
    heads = [""] * (width - 1)
    for level, line in enumerate(held):
        last = ""
        for place in range(1, width):
            cell = line[place] if place < len(line) else ""
            last = cell or (last if level < len(held) - 1 else "")
            # "Mon 2" stands before "February 2026", a time of day behind both.
            before = heads[place - 1]
            heads[place - 1] = f"{last} {before}".strip() if _is_month(before) else f"{before} {last}".strip()
    return heads
