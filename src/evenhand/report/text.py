"""Blocks of a text report, and how they look as plain aligned text. Pure: no terminal is asked anything."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

GAP = "  "
BAR = 24


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that begins a part."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. ``tone`` is "", "strong", "note" (less important) or "warn"; never meaning alone."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of text.

    Attributes:
        heads: a head a column.
        rows: cells, a text a column.
        right: columns of figures, which stand on the right.
        title: what stands above it; note: what stands below.
        turns: whether it may be turned (each row a column) where it is wider than the screen.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()
    title: str = ""
    note: str = ""
    turns: bool = False

    @property
    def width(self) -> int:
        """Columns of the screen that it takes unbroken, with three between two columns."""
        table = [self.heads, *self.rows]
        return sum(max(width_of(row[index]) for row in table) + 3 for index in range(len(self.heads)))

    def turned(self) -> Grid:
        """Return the same table with rows and columns exchanged, all but the first on the right."""
        table = list(zip(self.heads, *self.rows, strict=True))
        right = frozenset(range(1, len(self.rows) + 1))
        return Grid(table[0], tuple(table[1:]), right, self.title, self.note)


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars: (label, value >= 0, what is written behind it) each, to one scale.

    Attributes:
        rows: the bars.
        title: what stands above them.
        full: the value whose bar is the longest; the largest value is, where that is greater.
    """

    rows: tuple[tuple[str, float, str], ...]
    title: str = ""
    full: float = 0.0

    @property
    def largest(self) -> float:
        """The value whose bar is the longest."""
        return max(self.full, max((value for _, value, _ in self.rows), default=0.0))


Block = Heading | Text | Grid | Bars


DIGITS = re.compile(r"([0-9]+)")
STROKED = str.maketrans("łøđı", "lodi")
"""Letters with a stroke, or without their dot, which Unicode does not part into a letter and a mark."""


def name_key(name: str) -> tuple[tuple[str | tuple[int, str], ...], str]:
    """Return the key by which people look names up: numbers by size, letters without case and marks.

    Example:
        >>> sorted(["Person 10", "Özil", "person 2", "Zoe", "Łukasz"], key=name_key)
        ['Łukasz', 'Özil', 'person 2', 'Person 10', 'Zoe']
    """
    plain_name = name.casefold()
    # Marks stand beyond ASCII, and a roster may hold a million names.
    if not name.isascii():
        parts = unicodedata.normalize("NFKD", plain_name).translate(STROKED)
        plain_name = "".join(sign for sign in parts if not unicodedata.combining(sign))
    # texts and digits take turns, so that a number is only ever compared with a number; by its length first,
    # as a number of a million digits would take seconds to read
    pieces = tuple(
        (len(piece.lstrip("0")), piece.lstrip("0")) if place % 2 else piece
        for place, piece in enumerate(DIGITS.split(plain_name))
    )
    return pieces, name


def width_of(text: str) -> int:
    """Return the columns a text takes on a terminal: wide characters and emoji take two, accents none."""
    if text.isascii():
        return len(text)
    # Chinese, Japanese and Korean signs take two columns of a terminal; joiners and accents take none.
    wide = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
    return wide - sum(1 for sign in text if unicodedata.combining(sign) or sign in "\u200d\ufe0f")


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Return a text filled with spaces to a width, on the left if ``right``."""
    fill = " " * max(0, width - width_of(text))
    return fill + text if right else text + fill


def fitted(text: str, width: int) -> str:
    """Return a text cut to a width, with an ellipsis where something was cut."""
    if width_of(text) <= width:
        return text
    # A column is kept for the dots; wide signs may ask for one more to go.
    kept = text[: max(0, width - 1)]
    while kept and width_of(kept) > width - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def bar(value: float, largest: float, width: int = BAR) -> str:
    """Return a bar of at most ``width`` signs; anything above 0 shows at least one."""
    if value <= 0 or largest <= 0:
        return ""
    # Whatever is above 0 is seen: a bar of no length would say none.
    return "█" * max(1, round(width * value / largest))


def plain(blocks: Iterable[Block], width: int | None = None) -> str:
    """Return blocks as aligned text, a blank line between them; ends in a line feed unless empty.

    Args:
        blocks: what to write.
        width: where to break paragraphs and cut the last column of tables; None to break nothing.
    """
    parts = [part for part in (_plain(block, width) for block in blocks) if part]
    return "\n\n".join(parts) + "\n" if parts else ""


def _plain(block: Block, width: int | None) -> str:
    if isinstance(block, Heading):
        return f"{block.text}\n{'=' * width_of(block.text)}"
    if isinstance(block, Text):
        return _wrapped(block.text, width)
    if isinstance(block, Bars):
        return _bars(block)
    lines = [block.title] if block.title else []
    if block.rows or block.heads:
        lines += _grid(block, width)
    if block.note:
        lines.append(_wrapped(block.note, width))
    return "\n".join(lines)


def _wrapped(text: str, width: int | None) -> str:
    if width is None:
        return text
    return "\n".join(_hanging(line, width) for line in text.split("\n"))


def _hanging(line: str, width: int) -> str:
    """Break one line; what follows a list mark stands under its text."""
    body = line.lstrip(" ")
    # Further lines of a list's entry begin below its text, not below its dash.
    indent = len(line) - len(body) + (2 if body.startswith("- ") else 0)
    return textwrap.fill(
        line,
        max(width, indent + 10),
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )


def _grid(grid: Grid, width: int | None) -> list[str]:
    table: list[Sequence[str]] = [grid.heads, *grid.rows] if any(grid.heads) else list(grid.rows)
    widths = [max(width_of(row[index]) for row in table) for index in range(len(grid.heads))]
    lines = []
    for number, row in enumerate(table):
        cells = [padded(cell, widths[index], right=index in grid.right) for index, cell in enumerate(row)]
        line = GAP.join(cells).rstrip()
        lines.append(line if width is None else fitted(line, width))
        if number == 0 and any(grid.heads):
            rule = GAP.join("-" * wide for wide in widths)
            lines.append(rule if width is None else rule[:width])
    return lines


def _bars(bars: Bars) -> str:
    largest = bars.largest
    label = max((width_of(name) for name, _, _ in bars.rows), default=0)
    figure = max((width_of(written) for _, _, written in bars.rows), default=0)
    lines = [bars.title] if bars.title else []
    lines += [
        f"{padded(name, label)}{GAP}{padded(written, figure, right=True)}{GAP}{bar(value, largest)}".rstrip()
        for name, value, written in bars.rows
    ]
    return "\n".join(lines)
