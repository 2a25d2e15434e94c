"""Numbers, names and times as they stand in a sentence."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, singular: str, many: str = "") -> str:
    """Return a number and its noun.

    >>> counted(1, "slot"), counted(1200, "person", "people")
    ('1 slot', '1,200 people')
    """
    return f"{number:,} {singular if number == 1 else many or singular + 's'}"


def joined(names: Sequence[str], last: str = "and") -> str:
    """Return names as a list in a sentence.

    >>> joined(["Ann", "Bo", "Cy"]), joined(["Ann"])
    ('Ann, Bo and Cy', 'Ann')
    """
    *others, end = names or [""]
    return f"{', '.join(others)} {last} {end}" if others else end


def clock(minute: int) -> str:
    """Return the time of day of a minute of the day; "" below 0, which stands for whole days.

    >>> clock(545), clock(-1)
    ('09:05', '')
    """
    return "" if minute < 0 else f"{minute // 60:02}:{minute % 60:02}"
