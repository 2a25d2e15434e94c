"""How many starts a partner can still take: a day, less the loans running that day, and a week."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evenhand.allocation.problem import NO_LIMIT
from evenhand.press_fleet.history import History
from evenhand.press_fleet.roster import Partners
from evenhand.press_fleet.settings import FleetSettings

__all__ = ["per_day", "per_week"]

Ints = NDArray[np.int64]


def per_day(partners: Partners, history: History, days: Ints, settings: FleetSettings) -> Ints:
    """Return starts a partner can still take a day, >= 0, shape (partners, D); NO_LIMIT without the rule."""
    count = len(partners.ids)
    if settings.partner_per_day is None:
        return np.full((count, len(days)), NO_LIMIT, dtype=np.int64)
    left = np.full((count, len(days)), settings.partner_per_day, dtype=np.int64)
    mine = history.live & (history.partner >= 0)
    running = (history.start[mine, None] <= days) & (days <= history.until[mine, None])
    np.subtract.at(left, history.partner[mine], running.astype(np.int64))
    return np.maximum(0, left)


def per_week(partners: Partners, settings: FleetSettings) -> Ints:
    """Return starts a partner may take a week, its own limit or the office's, shape (partners,)."""
    office = NO_LIMIT if settings.partner_per_week is None else settings.partner_per_week
    return np.minimum(partners.per_week, office)
