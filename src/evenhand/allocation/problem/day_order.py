"""The order of days in a plan: weekdays from Monday on, numbers by size, everything else by letters."""

from __future__ import annotations

import re
from collections.abc import Iterable

ANY_DAY = "any day"
"""The one day of a problem without days."""

WEEKDAYS: tuple[tuple[str, ...], ...] = (
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"),
    ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "sonnabend", "sonntag"),
    ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"),
)
"""A week in each language whose heads are understood. All days of a plan must be of one week: "Di" is Tuesday
in German, while "di" is Sunday in French."""


def in_day_order(names: Iterable[str]) -> tuple[str, ...]:
    """Return the different names of days in the order people expect.

    Weekdays count from Monday, also cut short ("Mo", "Tue.", "mié"), if every name is one; among all others
    numbers go by size, so that ``Slot 10`` follows ``Slot 9``. ISO dates come in the order of time.

    Args:
        names: any texts; twice the same is one day.

    >>> in_day_order(["Wed", "Mon", "Tue", "Mon"])
    ('Mon', 'Tue', 'Wed')
    >>> in_day_order(["Slot 10", "Slot 9"]), in_day_order(["2026-10-01", "2026-09-28"])
    (('Slot 9', 'Slot 10'), ('2026-09-28', '2026-10-01'))
    """
    different = set(names)
    for week in WEEKDAYS:
        place = {name: _place_in(week, name) for name in different}
        if None not in place.values():
            return tuple(sorted(different, key=lambda name: (place[name] or 0, name)))
    return tuple(sorted(different, key=lambda name: (_by_numbers(name), name)))


def _place_in(week: tuple[str, ...], name: str) -> int | None:
    """Return 0 for Monday to 6 for Sunday; None where a name is none of the week's days, or may be two."""
    short = name.strip().rstrip(".").casefold()
    places = [place for place, day in enumerate(week) if day.startswith(short)]
    return places[0] if short and len(places) == 1 else None


def _by_numbers(name: str) -> tuple[tuple[bool, int, str], ...]:
    # Twelve digits keep int() quick and hold any date or number that people write; longer runs stay text.
    parts = re.findall(r"[0-9]{1,12}|[^0-9]+", name)
    return tuple((False, int(part), "") if part[0] in "0123456789" else (True, 0, part) for part in parts)
