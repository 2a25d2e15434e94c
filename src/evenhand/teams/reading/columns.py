"""One column of text to a criterion: values compare trimmed, in Unicode's NFC and without regard to case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evenhand.core.arrays import Bools, Floats, Ints
from evenhand.tables import Table
from evenhand.tables.coded import coded_of
from evenhand.tables.texts import fold
from evenhand.teams.problem.teams_problem import Z_UNIT, Criterion, Number

FARTHEST = 1e15
"""Beyond it a float no longer holds every whole number, and squares of sums leave its range."""

TINY = 1e-9
"""Below it a spread is rounding error."""

_PARTS = re.compile(r"[;|,]")
_LOOSE = re.compile(r"[\s._\-]+")


def folded(header: str) -> str:
    """Fold a header: case, spaces, dots, dashes and underscores do not matter."""
    return _LOOSE.sub("", fold(unicodedata.normalize("NFKC", header)))


def fold_value(cell: str) -> str:
    """Fold a value: trimmed, NFC, case-insensitive."""
    return unicodedata.normalize("NFC", cell.strip()).casefold()


def split_tags(cell: str) -> list[str]:
    """Split a cell of tags at ; | or comma; empty parts fall out."""
    return [part.strip() for part in _PARTS.split(cell) if part.strip()]


def category(
    name: str, cells: Sequence[str], order: Ints, *, weight: int = 1, priority: int = 1, similar: bool = False
) -> Criterion:
    """Make a criterion of one value a person; ``order`` lists the row of each person. O(n)."""
    if len(order) < len(cells):
        # A row of totals, or an answer given twice, is nobody: what it holds is no kind of people.
        cells, order = [cells[row] for row in order.tolist()], np.arange(len(order), dtype=np.int64)
    column = coded_of(cells)
    raw = {cell: fold_value(cell) for cell in column.words}
    labels = _labels(raw)
    codes = {fold: index for index, fold in enumerate(labels)}
    code = np.array([codes.get(fold, -1) for fold in raw.values()], dtype=np.int64)
    of = code[column.codes[order]]
    person = np.flatnonzero(of >= 0).astype(np.int64)
    return Criterion(
        name, tuple(labels.values()), person, of[person], weight=weight, priority=priority, similar=similar
    )


def tag_column(
    name: str, cells: Sequence[str], order: Ints, *, weight: int = 1, priority: int = 1
) -> Criterion:
    """Make a criterion of any number of tags a person. O(n + tags)."""
    parts = [split_tags(cells[row]) for row in order.tolist()]
    labels = _labels({tag: fold_value(tag) for tags in parts for tag in tags})
    codes = {fold: row for row, fold in enumerate(labels)}
    pairs = [
        (row, code)
        for row, tags in enumerate(parts)
        for code in sorted({codes[fold_value(tag)] for tag in tags})
    ]
    held = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Criterion(
        name,
        tuple(labels.values()),
        held[:, 0].copy(),
        held[:, 1].copy(),
        False,
        weight=weight,
        priority=priority,
    )


def codes_of(name: str, cells: NDArray[np.integer], order: Ints) -> Criterion:
    """Make a criterion of an integer array: codes are the values, below 0 is none. O(n log n)."""
    of = np.asarray(cells, dtype=np.int64)[order]
    person = np.flatnonzero(of >= 0).astype(np.int64)
    values, value = np.unique(of[person], return_inverse=True)
    return Criterion(name, tuple(str(cell) for cell in values.tolist()), person, value.astype(np.int64))


def number_column(table: Table, name: str, order: Ints, *, weight: int = 1, priority: int = 1) -> Number:
    """Make fixed-point z-scores of a column of numbers; missing ones count as the mean. O(n)."""
    there = np.array([bool(cell) for cell in table.columns[name]])
    raw = table.numbers(name, default=0.0, low=-FARTHEST, high=FARTHEST)[order]
    return standardised(name, raw, there[order], weight=weight, priority=priority)


def standardised(name: str, raw: Floats, there: Bools, *, weight: int = 1, priority: int = 1) -> Number:
    """Make fixed-point z-scores, shape (n,); a number that is not ``there`` counts as the mean. O(n)."""
    known = raw[there]
    mean = float(known.mean()) if len(known) else 0.0
    sd = float(known.std()) if len(known) else 0.0
    z = np.where(there, (raw - mean) / sd, 0.0) if sd > 0 else np.zeros(len(raw))
    square = np.where(there, z * z - 1.0, 0.0)
    length = float(np.sqrt((square**2).mean())) if len(square) else 0.0
    spread = square / length if length > TINY else np.zeros(len(raw))
    return Number(
        name,
        np.rint(z * Z_UNIT).astype(np.int64),
        np.rint(spread * Z_UNIT).astype(np.int64),
        mean,
        sd,
        weight=weight,
        priority=priority,
    )


def _labels(raw: dict[str, str]) -> dict[str, str]:
    """Map each folded value to how it is printed, sorted; of several spellings the least."""
    shown: dict[str, str] = {}
    for cell, value in raw.items():
        if value:
            text = unicodedata.normalize("NFC", cell.strip())
            shown[value] = min(shown.get(value, text), text)
    return {value: shown[value] for value in sorted(shown)}
