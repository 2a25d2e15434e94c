"""The rules table: tier caps and cooldown days that a make has for itself."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evenhand.core.errors import Findings
from evenhand.press_fleet.columns import column, unique
from evenhand.press_fleet.names import make_key, rank_key
from evenhand.press_fleet.settings import MOST, FleetSettings
from evenhand.tables import Table

__all__ = ["MakeRules", "read_rules"]

Ints = NDArray[np.int64]
UNKNOWN_RANK = "C"
"""What a missing rank counts as, where caps are concerned."""


@dataclass(frozen=True, eq=False)
class MakeRules:
    """What the rules table says.

    Attributes:
        caps: (make key, rank) to loans a year; the rank "" is for all ranks of that make.
        cooldown: days by make code, shape (makes,).
        settings: the defaults.
    """

    caps: dict[tuple[str, str], int] = field(default_factory=dict)
    cooldown: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    settings: FleetSettings = field(default_factory=FleetSettings)

    def cap(self, make: str, rank: str) -> int | None:
        """Return the loans a year for a make (key) and rank (key); None for no cap.

        A rule for (make, rank) wins, then one for the make, then the default of the rank; a missing rank
        counts as C, and so does one without a default.
        """
        tier = rank or UNKNOWN_RANK
        for key in ((make, tier), (make, "")):
            if key in self.caps:
                return self.caps[key]
        defaults = self.settings.caps
        return defaults[tier] if tier in defaults else defaults.get(UNKNOWN_RANK)


def read_rules(
    table: Table | None, make_index: dict[str, int], settings: FleetSettings, findings: Findings
) -> MakeRules:
    """Return the rules; everything wrong is noted.

    Args:
        table: columns make; rank, cap, cooldown_days; or None. Empty cells leave the default.
        make_index: code by make key.
        settings: the defaults.
        findings: where what is wrong is noted.
    """
    cooldown = np.full(len(make_index), settings.cooldown_days, dtype=np.int64)
    caps: dict[tuple[str, str], int] = {}
    if table is None:
        return MakeRules(caps, cooldown, settings)
    make_in, rank_in = column(table, "make"), column(table, "rank")
    cap_in = column(table, "cap", "loan_cap_per_year")
    days_in = column(table, "cooldown_days", "cooldown_period")
    table.need(make_in)
    makes = [make_key(cell) for cell in table.text(make_in, required=True)]
    ranks = [rank_key(cell) for cell in table.text(rank_in)]
    keys = list(zip(makes, ranks, strict=True))
    unique(table, range(len(table)), keys, make_in, "has two rules for this rank", "Keep one row")
    limits = table.integers(cap_in, default=-1, low=0, high=MOST)
    days = table.integers(days_in, default=-1, low=0, high=MOST)
    given: dict[str, int] = {}
    unknown = sorted({make for make in makes if make and make not in make_index})
    if unknown:
        findings.warning(
            f"has rules for {len(unknown)} make(s) that no vehicle has: {', '.join(unknown[:5])}",
            "Check the spelling",
            table=table.name,
            column=make_in,
        )
    for at, (make, rank) in enumerate(keys):
        if limits[at] >= 0:
            caps[make, rank] = int(limits[at])
        if days[at] < 0 or make not in make_index:
            continue
        if given.setdefault(make, int(days[at])) != days[at]:
            table.wrong(
                at,
                days_in,
                f"differs from {given[make]} in another row of this make",
                "Give one figure a make",
            )
        cooldown[make_index[make]] = days[at]
    return MakeRules(caps, cooldown, settings)
