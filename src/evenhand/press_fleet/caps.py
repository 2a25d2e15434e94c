"""Phase 7.4s: tier caps. How often a partner may have a make in twelve months; more costs points."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from evenhand.allocation.problem import NO_LIMIT, GroupSet
from evenhand.press_fleet.history import History
from evenhand.press_fleet.roster import Approvals, Roster
from evenhand.press_fleet.rules import MakeRules

__all__ = ["caps_of", "tier_caps", "used_last_year", "year_before"]

Ints = NDArray[np.int64]


def year_before(week_start: int) -> int:
    """Return the ordinal of the same day twelve months earlier; 29 February becomes the 28th."""
    day = date.fromordinal(week_start)
    try:
        return day.replace(year=day.year - 1).toordinal()
    except ValueError:
        return day.replace(year=day.year - 1, day=28).toordinal()


def used_last_year(history: History, week_start: int, partners: int, makes: int) -> Ints:
    """Count loans that ended in [week start - 12 months, week start), shape (partners, makes).

    A loan without an end date counts by its start.
    """
    counted = (history.end >= year_before(week_start)) & (history.end < week_start)
    counted &= (history.partner >= 0) & (history.make >= 0)
    keys = history.partner[counted] * makes + history.make[counted]
    return np.bincount(keys, minlength=partners * makes).astype(np.int64).reshape(partners, makes)


def caps_of(approvals: Approvals, makes: list[str], rules: MakeRules) -> Ints:
    """Return the cap of each approval, NO_LIMIT for none, shape (approvals,)."""
    known: dict[tuple[int, str], int] = {}
    out = np.empty(len(approvals.make), dtype=np.int64)
    for at, (make, rank) in enumerate(zip(approvals.make.tolist(), approvals.rank, strict=True)):
        if (make, rank) not in known:
            cap = rules.cap(makes[make], rank)
            known[make, rank] = NO_LIMIT if cap is None else cap
        out[at] = known[make, rank]
    return out


def tier_caps(roster: Roster, approval: Ints, caps: Ints, used: Ints, points: int, scale: int) -> GroupSet:
    """Return the groups (partner, make) and what each loan above the cap costs.

    The penalty is on *new* overage only: max(0, used + n - cap) - max(0, used - cap), which is
    max(0, n - slack) with slack = max(0, cap - used).

    Args:
        roster: names of partners and makes.
        approval: place of each candidate's approval, shape (n,).
        caps: cap of each approval, shape (approvals,).
        used: loans in the last twelve months, (partners, makes).
        points: points a loan above the cap costs.
        scale: integer units to a point.
    """
    approvals = roster.approvals
    capped = np.unique(approval[caps[approval] < NO_LIMIT])
    place = np.full(len(caps), -1, dtype=np.int64)
    place[capped] = np.arange(len(capped))
    slack = np.maximum(0, caps[capped] - used[approvals.partner[capped], approvals.make[capped]])
    spelling = list(roster.makes.values())
    names = tuple(
        f"{roster.partners.ids[who]} / {spelling[make]}"
        for who, make in zip(approvals.partner[capped].tolist(), approvals.make[capped].tolist(), strict=True)
    )
    return GroupSet(
        name="tier cap",
        labels=names,
        of=place[approval],
        weight=np.ones(len(approval), dtype=np.int64),
        allowance=slack.reshape(-1, 1),
        slope=np.full((len(capped), 1), points * scale, dtype=np.int64),
        limit=np.full(len(capped), NO_LIMIT, dtype=np.int64),
        unit="loans",
    )
