"""Cells to numbers: all at once where they are plain, one by one only to say what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from unicodedata import numeric

import numpy as np

from evenhand.core.arrays import Floats, Ints

Fault = tuple[int, str, str]
"""Position of a cell from 0, what is wrong with it, how to mend it."""

INT64 = np.iinfo(np.int64)

WHOLE = re.compile(r"([+-]?\d+)(?:[.,]0{1,2})?")
POINT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
COMMA = re.compile(r"[+-]?\d*,\d+")
EITHER = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
"""1,234 or 1.234: a thousand to some, a little more than one to others."""
GROUPED = re.compile(r"[+-]?\d{1,3}(?:([ \u00a0\u2009\u202f'’.,])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")
MINUS = "\u2212"
"""The minus of word processors and some locales; float() and int() know the hyphen alone."""
MONEY = re.compile(
    r"(?:[€$£¥₹]|EUR|USD|GBP|CHF)\s*([-+]?[\d.,]+)|([-+]?[\d.,]+)\s*(?:[€$£¥₹]|EUR|USD|GBP|CHF)"
)
PERCENT = re.compile(r"[-+]?[\d.,]+\s*%")
RATIO = re.compile(r"(\d{1,6})\s*[/⁄]\s*(\d{1,6})")
LESS = re.compile(r"\(([\d.,]+)\)|([\d.,]+)-")
"""(5) and 5-: how ledgers write -5."""
UNIT = re.compile(r"([-+]?[\d.,]+)\s?(?:[^\W\d_]{1,4}\.?|°C|°F)")
"""170 cm, 12 h, 5 pts."""
NOTHING = frozenset({"null", "none", "nan", "n/a", "na", "nil", "-", "–", "—", "?", "tbd", "k.a.", "s.o."})
POWER = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+")


def wholes(cells: Sequence[str]) -> tuple[Ints, list[Fault]]:
    """Return whole numbers, shape (n,), with 0 where a cell is at fault, and the faults.

    5, +5, -5 and 5.0 are whole numbers. 1,000 and 1 000 are refused with the mend 1000; 1e3 is refused, as
    spreadsheets shorten long numbers so and lose their last digits.

    Cost: linear; about 0.1 microseconds a plain cell.
    """
    joined = "".join(cells)
    if MINUS in joined:
        cells = [cell.replace(MINUS, "-") for cell in cells]
    try:
        # Python reads 1_000 as a thousand; in a table it is a name or a slip.
        if "_" not in joined:
            return np.fromiter(map(int, cells), np.int64, len(cells)), []
    except (ValueError, OverflowError):
        pass
    out = np.zeros(len(cells), np.int64)
    faults: list[Fault] = []
    for row, cell in enumerate(cells):
        match = WHOLE.fullmatch(cell)
        value = int(match.group(1)) if match and len(cell) < 50 else 0  # noqa: PLR2004 - int64 has 19 digits
        if match and INT64.min <= value <= INT64.max and len(cell) < 50:  # noqa: PLR2004 - the same
            out[row] = value
        elif match:
            faults.append((row, "is too large", "Write a whole number of at most 18 digits"))
        elif GROUPED.fullmatch(cell):
            faults.append((row, "has a thousands separator", f"Write {_digits(cell)}"))
        elif POWER.fullmatch(cell):
            mend = "Show the column as a number without decimals in your spreadsheet and save again"
            faults.append((row, "is a shortened number", mend))
        else:
            faults.append((row, *(_odd(cell) or ("is not a whole number", "Write a whole number"))))
    return out, faults


def _odd(cell: str) -> tuple[str, str] | None:
    """Return what is wrong with a cell that people take for a number, and what to write instead."""
    if match := MONEY.fullmatch(cell):
        figure = match[1] or match[2]
        mend = f"Write {_digits(figure) if GROUPED.fullmatch(figure) else figure}"
        return "has a currency sign", _twice(figure) if EITHER.fullmatch(figure) else mend
    if PERCENT.fullmatch(cell):
        return "is a percentage", "Write plain numbers in the whole column, such as 50 or 0.5"
    if (match := UNIT.fullmatch(cell)) and not POWER.fullmatch(cell):
        return "has a unit", f"Write {match[1]}, with one unit for the whole column"
    if match := LESS.fullmatch(cell):
        return "is not a number", f"Write -{match[1] or match[2]}"
    if cell.casefold() in NOTHING:
        return "is not a number", "Write a number, or leave the cell empty or out"
    return None


def decimals(cells: Sequence[str], *, semicolons: bool = False) -> tuple[Floats, list[Fault]]:
    """Return finite numbers, shape (n,), with 0 where a cell is at fault, and the faults.

    12.5 and 1.25e3 are numbers; so is 12,5 in a column whose mark is the comma. A column has one mark.
    1,234 is read as 1.234 only where another cell of the column proves the comma to be the decimal mark; the
    same holds for 1.234 in files with semicolons, whose home countries group thousands by points.

    Args:
        cells: texts without space around them.
        semicolons: whether the cells come from a file with semicolons between them.

    Cost: linear; about 0.1 microseconds a plain cell.
    """
    joined = "".join(cells)
    if MINUS in joined:
        cells = [cell.replace(MINUS, "-") for cell in cells]
    try:
        # 1.234 from a file with semicolons may be a thousand: those are judged one by one.
        if "_" not in joined and not (semicolons and "." in joined):
            values = np.fromiter(map(float, cells), np.float64, len(cells))
            if np.isfinite(values).all():
                return values, []
    except ValueError:
        pass
    out = np.zeros(len(cells), np.float64)
    faults: list[Fault] = []
    # Known before any cell is judged: the last cell may say what the first one means.
    comma, point = _marks(cells)
    for row, (cell, fault) in enumerate(
        zip(cells, _judged(cells, comma=comma, point=point, semicolons=semicolons), strict=True)
    ):
        value = 0.0 if fault else float(cell.replace(",", "."))
        if not fault and not np.isfinite(value):
            fault = ("is too large", "Write a number such as 12.5")  # noqa: PLW2901 - one fault a cell
        if fault:
            faults.append((row, *fault))
        else:
            out[row] = value
    return out, faults


def fractions(cells: Sequence[str], *, semicolons: bool = False) -> tuple[list[Fraction], list[Fault]]:
    """Return exact fractions, 0 where a cell is at fault, and the faults.

    0.5 is one half and 0.1 one tenth, as no float is; 1/3, ½ and 50% are read too. Which of comma and
    point is the decimal mark is decided as in ``decimals``.

    >>> fractions(["0.5", "1/3", "50%", "2"])[0] == [Fraction(1, 2), Fraction(1, 3), Fraction(1, 2), 2]
    True
    """
    special = {row: value for row, cell in enumerate(cells) if (value := _as_fraction(cell)) is not None}
    plain = ["0" if row in special else cell for row, cell in enumerate(cells)]
    _, faults = decimals(plain, semicolons=semicolons)
    wrong = {row for row, *_ in faults}
    return [
        special.get(row)
        or (Fraction(0) if row in wrong else Fraction(cell.replace(",", ".").replace(MINUS, "-")))
        for row, cell in enumerate(plain)
    ], faults


def _as_fraction(cell: str) -> Fraction | None:
    """Return 1/3, ½ or 50% as a fraction; None for anything else."""
    if (match := RATIO.fullmatch(cell)) and int(match[2]):
        return Fraction(int(match[1]), int(match[2]))
    if len(cell) == 1 and not cell.isdecimal() and cell.isnumeric():
        return Fraction(numeric(cell)).limit_denominator(10)
    if PERCENT.fullmatch(cell) and POINT.fullmatch(bare := cell[:-1].strip().replace(",", ".")):
        return Fraction(bare) / 100
    return None


def _marks(cells: Sequence[str]) -> tuple[bool, bool]:
    """Return whether a cell proves the comma, and whether one proves the point, to be the decimal mark."""
    comma = point = False
    for cell in cells:
        # 1,234 could be either, so it proves nothing.
        if not EITHER.fullmatch(cell):
            comma = comma or ("," in cell and bool(COMMA.fullmatch(cell)))
            point = point or ("." in cell and bool(POINT.fullmatch(cell)))
    return comma, point


def _judged(
    cells: Sequence[str],
    *,
    comma: bool,
    point: bool,
    semicolons: bool,
) -> Iterator[tuple[str, str] | None]:
    for cell in cells:
        doubtful = EITHER.fullmatch(cell) is not None
        if POINT.fullmatch(cell):
            if "." in cell and comma:
                yield _mixed(cell, "a point", "a decimal comma")
            elif semicolons and doubtful and "." in cell and not point:
                yield _doubtful(cell)
            else:
                yield None
        elif COMMA.fullmatch(cell):
            if point:
                yield _mixed(cell, "a comma", "a decimal point")
            else:
                yield _doubtful(cell) if doubtful and not comma else None
        elif GROUPED.fullmatch(cell):
            yield "has a thousands separator", f"Write {_digits(cell)}"
        else:
            yield _odd(cell) or ("is not a number", "Write a number such as 12.5")


def _mixed(cell: str, here: str, there: str) -> tuple[str, str]:
    return f"has {here} where other cells of the column have {there}", _twice(cell)


def _doubtful(cell: str) -> tuple[str, str]:
    return "may be thousands or a fraction", _twice(cell)


def _twice(cell: str) -> str:
    if not EITHER.fullmatch(cell):
        return "Use the same decimal mark in the whole column"
    fraction = cell.replace(",", ".").rstrip("0")
    fraction += "0" if fraction.endswith(".") or EITHER.fullmatch(fraction) else ""
    return f"Write {_digits(cell)} or {fraction}, whichever is meant"


def _digits(cell: str) -> str:
    """Return a number with its thousands separators left out, as it should be written."""
    match = GROUPED.fullmatch(cell)
    separator = match.group(1) if match else ""
    return cell.replace(separator, "").replace(",", ".")
