"""How cells of a fleet's tables are read: which header, make, rank, weekday, office and day is meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.tables import Table, near

SHORT_FORMS = {
    "VW": "VOLKSWAGEN",
    "CHEVY": "CHEVROLET",
    "MERCEDES": "MERCEDES BENZ",
    "MB": "MERCEDES BENZ",
    "MERCEDESBENZ": "MERCEDES BENZ",
    "LANDROVER": "LAND ROVER",
    "RANGEROVER": "LAND ROVER",
    "ALFA": "ALFA ROMEO",
    "ALFAROMEO": "ALFA ROMEO",
    "ASTON": "ASTON MARTIN",
    "ASTONMARTIN": "ASTON MARTIN",
    "ROLLS": "ROLLS ROYCE",
    "ROLLSROYCE": "ROLLS ROYCE",
    "INFINITY": "INFINITI",
}
"""What people write, without spaces and hyphens, and how the make they mean is spelled in reports."""

MIN_LETTERS = 3
RANGE = 2
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_BREAKS = re.compile(r"[\s,;/|+]+")
_SPACES = re.compile(r"[\s_\-]+")


def make_key(name: str) -> str:
    """Return the key under which a make or fleet is compared: its letters and digits alone.

    Known short forms are spelled out. Spaces, hyphens, dots, accents and case do not tell two makes apart.

    >>> make_key("Mercedes-Benz") == make_key("MERCEDESBENZ") == make_key(" mercedes ")
    True
    >>> make_key("Citroën"), make_key("VW"), make_key("land  rover")
    ('CITROEN', 'VOLKSWAGEN', 'LANDROVER')
    """
    key = _squeezed(name)
    return _squeezed(SHORT_FORMS[key]) if key in SHORT_FORMS else key


def make_label(spellings: Iterable[str]) -> str:
    """Return how the make behind one or more spellings is written in reports: upper case, words apart.

    >>> make_label(["AlfaRomeo"]), make_label(["Great-Wall", "GreatWall"])
    ('ALFA ROMEO', 'GREAT WALL')
    """
    plain = sorted(_SPACES.sub(" ", name).strip().upper() for name in spellings)
    return next((SHORT_FORMS[key] for key in map(_squeezed, plain) if key in SHORT_FORMS), plain[0])


@lru_cache(maxsize=65_536)
def _squeezed(name: str) -> str:
    # Kept: a week's 10,000 cells hold some fifty makes. The bound keeps unlike names from filling memory.
    # Accents come apart under NFKD, and are no letters then; a name of signs alone stays as it is.
    parts = unicodedata.normalize("NFKD", name.upper())
    return "".join(sign for sign in parts if sign.isalnum()) or name.strip().upper()


def unknown_makes(cells: Iterable[str], known: Mapping[str, str]) -> str:
    """Return the makes among cells that nobody has, with what each may mean; "" where all are known.

    Args:
        cells: makes or fleets as written.
        known: key to the spelling shown.

    >>> unknown_makes(["Toyota", "Toyoto"], {"TOYOTA": "Toyota"})
    'Toyoto (did you mean Toyota?)'
    """
    strange = sorted({" ".join(cell.split()) for cell in cells if cell and make_key(cell) not in known})
    told = []
    for name in strange[:5]:
        # Compared by key, so that a near miss is one of letters, not of spaces.
        meant = near(make_key(name), list(known))
        told.append(f"{name} (did you mean {known[meant]}?)" if meant else name)
    more = [f"and {len(strange) - 5} more"] if len(strange) > 5 else []  # noqa: PLR2004 - five are enough to see the pattern
    return ", ".join([*told, *more])


def rank_key(rank: str) -> str:
    """Return a rank trimmed and upper-cased: " a+ " is "A+"."""
    return "".join(rank.split()).upper()


def labels(names: Iterable[str]) -> dict[str, str]:
    """Return key to the spelling shown: the first in sorted order, so that row order does not matter."""
    shown: dict[str, str] = {}
    for name in sorted(set(names)):
        shown.setdefault(make_key(name), " ".join(name.split()))
    return shown


def codes(names: Sequence[str], known: Iterable[str]) -> Ints:
    """Return the code of each name: its place among the known ones, -1 for any other."""
    index = {name: place for place, name in enumerate(known)}
    return np.fromiter((index.get(name, -1) for name in names), dtype=np.int64, count=len(names))


def weekday(word: str) -> int | None:
    """Return 0 for Monday to 6 for Sunday, from a name or its first letters (three or more); else None."""
    start = word.strip().casefold()
    # One or two letters are more likely a slip than a day; "T" and "S" could be two days each.
    if len(start) < MIN_LETTERS:
        return None
    return next((row for row, name in enumerate(_DAYS) if name.startswith(start)), None)


def weekday_set(text: str) -> tuple[bool, ...] | None:
    """Return which weekdays a cell allows, Monday first; empty for all; None where a word is no weekday.

    >>> weekday_set("Tue, thu-fri")
    (False, True, False, True, True, False, False)
    """
    allowed = [not text.strip()] * 7
    for word in _BREAKS.split(text.strip()):
        ends = [weekday(end) for end in word.split("-")] if word else []
        first, last = (ends[0], ends[-1]) if 1 <= len(ends) <= RANGE else (0, None)
        if not word:
            continue
        if first is None or last is None:
            return None
        # Fri-Mon runs over the weekend.
        for step in range((last - first) % 7 + 1):
            allowed[(first + step) % 7] = True
    return tuple(allowed)


NO_DAY = -1
"""The ordinal of a date that is not given."""


def ordinals(table: Table, name: str, *, optional: bool = False) -> Ints:
    """Return a column of dates as proleptic ordinals, shape (n,); NO_DAY where empty or noted as wrong."""
    days = table.dates(name, optional=optional)
    return np.fromiter(
        (NO_DAY if day is None else day.toordinal() for day in days), dtype=np.int64, count=len(days)
    )


def iso(ordinal: int) -> str:
    """Return an ordinal as an ISO date; what is past the calendar's end (year 9999) is its last day.

    >>> iso(739_642), iso(10**9)
    ('2026-01-26', '9999-12-31')
    """
    # A loan that ends after the year 9999 is shown as its last day.
    return date.fromordinal(min(ordinal, date.max.toordinal())).isoformat()


def in_office(table: Table, office: str) -> Bools:
    """Return which rows are the office's; a table or row without an office belongs to the one asked for."""
    # A row without an office holds for every office, and a column that is not there is empty.
    own = {"", office.casefold()}
    return np.array([cell.casefold() in own for cell in table.text("office")], dtype=np.bool_)


def strange(table: Table, name: str, known: Container[str], problem: str, mend: str) -> None:
    """Note every cell of a column that is neither empty nor known."""
    for row, cell in enumerate(table.text(name)):
        if cell and cell not in known:
            table.wrong(row, name, problem, mend)


NO_VEHICLE = ("is not a vehicle", "Add the vehicle to the vehicles table, or mend the VIN")
NO_PARTNER = ("is not a partner", "Add the partner to the partners table, or mend the id")


def unique(
    table: Table, at_rows: Sequence[int], keys: Sequence[object], name: str, problem: str, mend: str
) -> None:
    """Note every row whose key stood in a row before; empty keys ("" or None) are not compared."""
    seen: dict[object, int] = {}
    for row in at_rows:
        key = keys[row]
        if key in {"", None}:
            continue
        # The first row stands, and each later one is told with the place of the first.
        if key in seen:
            table.wrong(row, name, f"{problem} (first in row {table.rows[seen[key]]})", mend)
        else:
            seen[key] = row


def closed(table: Table, start: Ints, end: Ints, at_rows: Sequence[int], name: str) -> None:
    """Note every row that ends before it starts."""
    for row in at_rows:
        if start[row] != NO_DAY and end[row] != NO_DAY and end[row] < start[row]:
            table.wrong(row, name, "is before the start", "Swap the dates or mend the year")
