"""Phase 7.3: a partner who had a model (or, if never that model, the make) waits before the next."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evenhand.press_fleet.history import History

__all__ = ["free_from"]

Ints = NDArray[np.int64]
NEVER = -(2**40)
"""Earlier than any day: nothing to wait for."""


def free_from(
    history: History, cooldown: Ints, pair_partner: Ints, pair_make: Ints, pair_model: Ints, models: int
) -> Ints:
    """Return the first day on which each pair may start again, shape (pairs,).

    Blocked iff start < last end + cooldown, so exactly ``cooldown`` days after the end is allowed; a loan
    still running blocks whatever the end date says. A cooldown of 0 switches the rule off for that make.

    Args:
        history: past and live loans.
        cooldown: days, by make, >= 0, shape (makes,).
        pair_partner: partner's code of each (vehicle, partner) pair, shape (pairs,).
        pair_make: the vehicle's make, shape (pairs,).
        pair_model: the vehicle's (make, model), shape (pairs,).
        models: how many (make, model) codes there are.

    Returns:
        Ordinals; far in the past where there is nothing to wait for. Cost O((loans + pairs) log loans).
    """
    known = (history.partner >= 0) & (history.make >= 0)
    days = cooldown[history.make[known]] if len(cooldown) else np.zeros(int(known.sum()), dtype=np.int64)
    again = np.maximum(history.end[known] + days, history.until[known] + 1)
    again = np.where(days > 0, again, NEVER)
    who, make, model = history.partner[known], history.make[known], history.model[known]
    makes = len(cooldown)
    by_make, _ = _latest(who * makes + make, again, pair_partner * makes + pair_make)
    named = model >= 0
    by_model, had = _latest(
        who[named] * models + model[named], again[named], pair_partner * models + pair_model
    )
    return np.where(had, by_model, by_make)


def _latest(keys: Ints, values: Ints, asked: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Return the largest value of each asked key, and whether the key is there at all."""
    if not len(keys):
        return np.full(len(asked), NEVER), np.zeros(len(asked), dtype=np.bool_)
    groups, inverse = np.unique(keys, return_inverse=True)
    best = np.full(len(groups), NEVER)
    np.maximum.at(best, inverse, values)
    at = np.minimum(np.searchsorted(groups, asked), len(groups) - 1)
    there = groups[at] == asked
    return np.where(there, best[at], NEVER), there
