"""Time zones as people write them: Europe/Berlin, Berlin, UTC+5:30, GMT-3, (GMT+01:00) Amsterdam."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from datetime import timezone as fixed_zone
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

Zone = fixed_zone | ZoneInfo

OFFSET: Final = re.compile(r"^(?:utc|gmt|z)?\s*([+\-−]\s*\d{1,2})(?::?(\d{2})|[.,](\d))?$", re.IGNORECASE)
IN_FRONT: Final = re.compile(r"^\(\s*((?:utc|gmt)[^)]*)\)\s*(.*)$", re.IGNORECASE)

WIDEST: Final = 14
"""Hours: no clock on Earth is further from UTC than +14:00."""

TWO_MEANINGS: Final = frozenset({"ist", "cst", "bst", "ast", "pst", "sst", "est", "mst", "hst", "gst"})
"""Letters that stand for several zones, or for a clock that never changes where people mean one that does."""


@cache
def zone_of(text: str) -> Zone | None:
    """Return the zone that a text means, or None.

    Args:
        text: a name of the time zone database, its city, or an offset from UTC. Letters with two meanings,
            such as IST, are refused.

    >>> zone_of("utc+5:30").utcoffset(None), zone_of("berlin"), zone_of("IST")
    (datetime.timedelta(seconds=19800), zoneinfo.ZoneInfo(key='Europe/Berlin'), None)
    """
    plain = " ".join(text.split()).casefold()
    front = IN_FRONT.match(plain)
    if front:
        # A city says when clocks change, which an offset does not.
        cities = (zone_of(city) for city in re.split(r"[,/]", front.group(2)) if city.strip())
        return next((zone for zone in cities if zone is not None), None) or zone_of(front.group(1))
    if plain in {"utc", "gmt", "z"}:
        return UTC
    offset = OFFSET.match(plain)
    if offset:
        return _of_offset(*offset.groups())
    if plain in TWO_MEANINGS:
        return None
    key = _keys().get(plain.replace(" ", "_"))
    try:
        return ZoneInfo(key) if key else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _of_offset(hours: str, minutes: str | None, tenths: str | None) -> Zone | None:
    signed = hours.replace("−", "-").replace(" ", "")
    more = int(minutes) if minutes else 6 * int(tenths) if tenths else 0
    if abs(int(signed)) > WIDEST or more > 59:  # noqa: PLR2004 - minutes of an hour
        return None
    sign = -1 if signed.startswith("-") else 1
    return fixed_zone(sign * timedelta(hours=abs(int(signed)), minutes=more))


@cache
def _keys() -> dict[str, str]:
    """Return folded names of the zone database, and of cities that one zone alone bears, to their keys."""
    keys = available_timezones()
    cities: dict[str, set[str]] = {}
    for key in keys:
        area, _, city = key.rpartition("/")
        if area and area not in {"Etc", "posix", "right", "SystemV"}:
            cities.setdefault(city.casefold(), set()).add(key)
    known = {city: next(iter(named)) for city, named in cities.items() if len(named) == 1}
    return known | {key.casefold(): key for key in keys}
