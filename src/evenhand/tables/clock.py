"""Times of day as people write them: 09:00, 9 am, 9h30, 17 Uhr, noon."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

DAY: Final = 24 * 60
"""Minutes of a day; 24:00 is its end."""
HALF: Final = 12
CLOCK: Final = re.compile(
    r"(\d{1,2})(?:(?::|\.|\s?h\s?|\s?uhr\s?)(\d{2}))?(?::00(?:\.0+)?)?\s*(h|uhr|o'clock|heures?|horas?)?\s*(am|pm|a\.m\.|p\.m\.)?",
    re.IGNORECASE,
)
JOINED: Final = re.compile(r"([01]\d|2[0-4])([0-5]\d)")
"""0900, as services write it."""
SHAPED: Final = re.compile(r"\d{1,2}([:.h]\d{2})*( ?uhr| ?h)?|0[.,]\d+", re.IGNORECASE)
"""What was meant for a time, if others of its column are times: 25:00, 9, or a spreadsheet's 0.375."""
YEAR: Final = re.compile(r"(19|20|21)\d\d")
NAMED: Final = {
    "noon": 720, "midday": 720, "mittag": 720, "mittags": 720, "midi": 720, "mediodía": 720, "midnight": 0,
    "mitternacht": 0, "minuit": 0, "medianoche": 0,
}  # fmt: skip


def clock_of(text: str) -> int | None:
    """Return the minutes of a time of day, 1440 for 24:00; None for what is not a time of day.

    A bare 9 is a number and no time: 9:00, 9h, 9 am, 9 Uhr and 0900 are times.

    >>> [clock_of(text) for text in ("09:00", "9 am", "12:30 AM", "17h", "9.30 Uhr", "0900")]
    [540, 540, 30, 1020, 570, 540]
    >>> [clock_of(text) for text in ("24:00", "9", "9:75")]
    [1440, None, None]
    """
    plain = " ".join(text.casefold().split())
    if plain in NAMED:
        return NAMED[plain]
    if joined := JOINED.fullmatch(plain):
        hours, minutes, half = int(joined[1]), int(joined[2]), None
    elif parts := CLOCK.fullmatch(plain):
        if not (parts[2] or parts[3] or parts[4] or "h" in plain):
            return None
        hours, minutes, half = int(parts[1]), int(parts[2] or 0), parts[4]
    else:
        return None
    if half is not None:
        if not 1 <= hours <= HALF:
            return None
        # 12 am is midnight and 12 pm noon.
        hours = hours % HALF + (HALF if half.startswith("p") else 0)
    of_day = hours * 60 + minutes
    return of_day if minutes < 60 and of_day <= DAY else None  # noqa: PLR2004 - an hour has sixty


def are_clocks(cells: Iterable[str]) -> bool:
    """Whether a column is one of times of day: some cell is one, and all others are or look meant for one.

    >>> are_clocks(["9:00", "", "25:00"]), are_clocks(["9", "17"]), are_clocks(["2026"])
    (True, False, False)
    """
    filled = [cell for cell in cells if cell]
    # Four digits are a time of a service, or a year.
    times = [clock_of(cell) is not None and not YEAR.fullmatch(cell) for cell in filled]
    return any(time or ":" in cell for time, cell in zip(times, filled, strict=True)) and all(
        time or clock_of(cell) is not None or bool(SHAPED.fullmatch(cell))
        for time, cell in zip(times, filled, strict=True)
    )
