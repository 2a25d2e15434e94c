"""How names of makes, fleets and ranks are compared: trimmed, upper-cased, known short forms spelled out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["SHORT_FORMS", "codes", "labels", "make_key", "rank_key", "weekday", "weekday_set"]

SHORT_FORMS = {
    "VW": "VOLKSWAGEN",
    "CHEVY": "CHEVROLET",
    "MERCEDES": "MERCEDES BENZ",
    "MB": "MERCEDES BENZ",
    "LANDROVER": "LAND ROVER",
    "RANGE ROVER": "LAND ROVER",
    "ALFA": "ALFA ROMEO",
    "ROLLS": "ROLLS ROYCE",
    "INFINITY": "INFINITI",
}
"""What people write, and the make they mean."""

MIN_LETTERS = 3
RANGE = 2
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_BREAKS = re.compile(r"[\s,;/|+]+")
_SPACES = re.compile(r"[\s_\-]+")


def make_key(name: str) -> str:
    """Return the key under which a make or fleet is compared: " vw " and "Volkswagen" are one.

    >>> make_key("Mercedes-Benz"), make_key("land rover"), make_key("VW")
    ('MERCEDES BENZ', 'LAND ROVER', 'VOLKSWAGEN')
    """
    key = _SPACES.sub(" ", name).strip().upper()
    return SHORT_FORMS.get(key, key)


def rank_key(rank: str) -> str:
    """Return a rank trimmed and upper-cased: " a+ " is "A+"."""
    return "".join(rank.split()).upper()


def labels(names: Iterable[str]) -> dict[str, str]:
    """Return key to the spelling shown: the first in sorted order, so that row order does not matter."""
    shown: dict[str, str] = {}
    for name in sorted(set(names)):
        shown.setdefault(make_key(name), " ".join(name.split()))
    return shown


def codes(names: Sequence[str], index: dict[str, int]) -> NDArray[np.int64]:
    """Return the code of each name, -1 where the index does not know it."""
    return np.fromiter((index.get(name, -1) for name in names), dtype=np.int64, count=len(names))


def weekday(word: str) -> int | None:
    """Return 0 for Monday to 6 for Sunday, from a name or its first letters (three or more); else None."""
    start = word.strip().casefold()
    if len(start) < MIN_LETTERS:
        return None
    return next((at for at, name in enumerate(_DAYS) if name.startswith(start)), None)


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
        for step in range((last - first) % 7 + 1):
            allowed[(first + step) % 7] = True
    return tuple(allowed)
