"""Budgets by office, fleet and the quarter in which a loan starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from evenhand.allocation.problem import NO_LIMIT, GroupSet
from evenhand.core.arrays import Floats, Ints
from evenhand.core.codes import distinct
from evenhand.core.errors import Findings
from evenhand.press_fleet.cells import in_office, make_key, unique, unknown_makes
from evenhand.press_fleet.roster import MOST_MONEY, Roster
from evenhand.press_fleet.settings import FleetSettings
from evenhand.tables import Table

CENTS = 100
Bucket = tuple[str, int, int]
"""Fleet key, year, quarter."""


@dataclass(frozen=True)
class Budgets:
    """What is left by bucket, in dollars, >= 0."""

    left: dict[Bucket, float]

    def whole(self, costs: Floats) -> bool:
        """Whether all money is in whole dollars, so that no cents are needed."""
        figures = np.concatenate([costs, np.array(list(self.left.values()), dtype=np.float64)])
        return bool((figures == np.round(figures)).all())


def quarter_of(day: int) -> tuple[int, int]:
    """Return (year, quarter) of an ordinal day."""
    when = date.fromordinal(day)
    return when.year, (when.month + 2) // 3


def read_budgets(table: Table | None, roster: Roster) -> Budgets:
    """Return what is left of the office's budgets; one for a fleet that no vehicle has is noted.

    Args:
        table: columns fleet, year, quarter, budget; office, used; or None.
        roster: whose office's rows count, and whose fleets are known.
    """
    if table is None:
        return Budgets({})
    if not table.need("fleet", "year", "quarter", "budget"):
        return Budgets({})
    cells = table.text("fleet", required=True)
    fleets = [make_key(cell) for cell in cells]
    years = table.integers("year", low=1900, high=2999)
    quarters = [cell.upper().removeprefix("Q") for cell in table.text("quarter")]
    for row, cell in enumerate(quarters):
        if cell not in {"1", "2", "3", "4"}:
            table.wrong(row, "quarter", "is not a quarter", "Write 1, 2, 3 or 4 (Q1 to Q4)")
    amount = table.numbers("budget", low=0.0, high=MOST_MONEY)
    used = table.numbers("used", default=0.0, low=-MOST_MONEY, high=MOST_MONEY)
    at_rows = np.flatnonzero(in_office(table, roster.office)).tolist()
    keys = [
        (fleet, int(year), int(quarter)) if quarter in {"1", "2", "3", "4"} else None
        for fleet, year, quarter in zip(fleets, years, quarters, strict=True)
    ]
    unique(table, at_rows, keys, "fleet", "has two budgets for this quarter", "Keep one row")
    known = dict(zip(roster.fleets, roster.fleet_labels, strict=True))
    unknown = unknown_makes([cells[row] for row in at_rows], known)
    if unknown:
        table.findings.warning(
            f"has a budget for fleets that no vehicle belongs to: {unknown}",
            "Check the spelling: such a budget limits nothing",
            table=table.name,
            column=table.head("fleet"),
        )
    left = {}
    for row in at_rows:
        key = keys[row]
        if key is not None:
            left[key] = max(0.0, float(amount[row]) - float(used[row]))
    return Budgets(left)


def budget_groups(
    roster: Roster,
    budgets: Budgets,
    vehicle: Ints,
    starts: Ints,
    settings: FleetSettings,
    scale: int,
    money: int,
) -> GroupSet:
    """Return the groups (office, fleet, year, quarter) and what overspending costs.

    Args:
        roster: fleets and costs of vehicles.
        budgets: what is left.
        vehicle: code a candidate, shape (n,).
        starts: ordinal of the start day a candidate, shape (n,); a week may span two quarters.
        settings: soft or hard, points a dollar, what no row means.
        scale: integer units to a point.
        money: units of money to a dollar: 1, or 100 for cents.
    """
    herd = roster.vehicles
    days, day = np.unique(starts, return_inverse=True)
    quarters = [quarter_of(int(day)) for day in days.tolist()]
    known = sorted(set(quarters))
    of_day = np.array([known.index(quarter) for quarter in quarters], dtype=np.int64)
    cell = herd.fleet[vehicle] * max(1, len(known)) + of_day[day]
    present = distinct(cell, len(roster.fleets) * max(1, len(known))).tolist()
    buckets: dict[int, Bucket] = {}
    for code in present:
        fleet, when = divmod(code, max(1, len(known)))
        buckets[code] = (roster.fleets[fleet], *known[when])
    kept = [code for code in present if settings.without_budget == "zero" or buckets[code] in budgets.left]
    place = {code: row for row, code in enumerate(kept)}
    lookup = np.array([place.get(code, -1) for code in range(max(present, default=-1) + 1)], dtype=np.int64)
    left = np.array(
        [int(budgets.left.get(buckets[code], 0.0) * money + 1e-6) for code in kept], dtype=np.int64
    )
    shown = dict(zip(roster.fleets, roster.fleet_labels, strict=True))
    head = f"{roster.office} / " if roster.office else ""
    slope = round(settings.points_per_dollar * scale / money)
    return GroupSet(
        name="budget",
        labels=tuple(
            f"{head}{shown[fleet]} / {year} Q{quarter}"
            for fleet, year, quarter in map(buckets.__getitem__, kept)
        ),
        of=lookup[cell],
        weight=np.round(herd.cost[vehicle] * money).astype(np.int64),
        allowance=left.reshape(-1, 1),
        slope=np.full((len(kept), 1), 0 if settings.hard_budgets else slope, dtype=np.int64),
        limit=left if settings.hard_budgets else np.full(len(kept), NO_LIMIT, dtype=np.int64),
        unit="dollars" if money == 1 else "cents",
    )


def check_slope(settings: FleetSettings, scale: int, money: int, findings: Findings) -> None:
    """Note a price of money that is not a whole number of units."""
    exact = settings.points_per_dollar * scale / money
    if abs(exact - round(exact)) > 1e-9 * max(1.0, abs(exact)):
        findings.error(
            f"is not a whole number of score units ({scale} to a point) "
            f"a {'dollar' if money == 1 else 'cent'}",
            "Give a multiple, or a larger scale",
            column="points_per_dollar",
            came=str(settings.points_per_dollar),
        )
