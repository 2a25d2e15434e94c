"""Generated weeks as tables: what a press office would export."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from benchmarks.made_up_weeks.draws import Office, draw_office
from benchmarks.made_up_weeks.words import MAKES, SPELLINGS

__all__ = ["WEEK", "week_tables"]

WEEK = date(2026, 9, 28)
"""The generated week; it spans two quarters."""

Columns = dict[str, list[Any]]

_EVERY = 12
_HABITS = {3: "Tue Thu", 7: "Mon Wed Fri", 11: "Mon-Wed"}
"""One partner in twelve takes starts on these days only."""


def week_tables(
    seed: int,
    *,
    offices: Sequence[str] = ("LA",),
    size: float = 1.0,
    cost_per_vehicle: bool = False,
    tight: bool = False,
    week_start: date = WEEK,
) -> dict[str, Columns]:
    """Make the tables of a week, all but pins and forbids.

    Args:
        seed: same seed, same bytes.
        offices: their names; each is drawn on its own, so one more changes nothing for the others.
        size: candidates an office, as a multiple of about 60,000.
        cost_per_vehicle: whether every vehicle has its own cost a loan, rather than every make.
        tight: whether budgets are small.
        week_start: a Monday.

    Returns:
        Table name to columns.
    """
    out: dict[str, Columns] = {}
    for name in offices:
        drawn = draw_office(seed, name, size, cost_per_vehicle=cost_per_vehicle, tight=tight)
        for table, columns in _office_tables(drawn, week_start, lone=len(offices) == 1).items():
            whole = out.setdefault(table, {head: [] for head in columns})
            for head, cells in columns.items():
                whole[head].extend(cells)
    out["rules"] = _rules()
    return out


def _office_tables(office: Office, monday: date, *, lone: bool) -> dict[str, Columns]:
    names = [MAKES[code][0] for code in office.vehicle_make.tolist()]
    models = [
        MAKES[code][1][at]
        for code, at in zip(office.vehicle_make.tolist(), office.vehicle_model.tolist(), strict=True)
    ]
    vins = [f"{office.name}{name[:3].upper()}{at + 1:05d}" for at, name in enumerate(names)]
    people = [
        f"P{at + 1:03d}" if lone else f"{office.name}-P{at + 1:03d}" for at in range(len(office.closeness))
    ]
    return {
        "vehicles": {
            "vin": vins,
            "make": names,
            "model": models,
            "office": [office.name] * len(vins),
            "cost": office.vehicle_cost.tolist(),
        },
        "partners": {
            "partner_id": people,
            "name": list(office.outlets),
            "office": [office.name] * len(people),
            "days": [_HABITS.get(at % _EVERY, "") for at in range(len(people))],
            "closeness": office.closeness.tolist(),
            "publication_rate": office.publication.tolist(),
        },
        "approvals": {
            "partner_id": [people[at] for at in office.approved_partner.tolist()],
            "make": [MAKES[at][0] for at in office.approved_make.tolist()],
            "rank": list(office.approved_rank),
        },
        "availability": _availability(office, vins, monday),
        "activity": _loans(office.past, vins, people, monday),
        "loans": _loans(office.running, vins, people, monday),
        "capacity": {
            "office": [office.name] * len(office.slots),
            "date": [_day(monday, at) for at in range(len(office.slots))],
            "slots": list(office.slots),
            "note": list(office.notes),
        },
        "budgets": _budgets(office, monday),
    }


def _day(monday: date, offset: int) -> str:
    return (monday + timedelta(days=offset)).isoformat()


def _availability(office: Office, vins: list[str], monday: date) -> Columns:
    """One row a vehicle for the fortnight, and one that says no for each busy spell."""
    vehicle, first, last = (column.tolist() for column in office.busy)
    count = len(vins)
    return {
        "vin": vins + [vins[at] for at in vehicle],
        "start_date": [_day(monday, 0)] * count + [_day(monday, at) for at in first],
        "end_date": [_day(monday, 13)] * count + [_day(monday, at) for at in last],
        "available": ["yes"] * count + ["no"] * len(vehicle),
    }


def _loans(rows: tuple[Any, ...], vins: list[str], people: list[str], monday: date) -> Columns:
    order = np.lexsort((rows[0], rows[1], rows[2]))
    partner, vehicle, start, length = (column[order].tolist() for column in rows)
    return {
        "partner_id": [people[at] for at in partner],
        "vin": [vins[at] for at in vehicle],
        "start_date": [_day(monday, at) for at in start],
        "end_date": [_day(monday, at + days - 1) for at, days in zip(start, length, strict=True)],
    }


def _rules() -> Columns:
    """Caps a year and cooldowns that some makes have for themselves."""
    rows: list[tuple[Any, ...]] = [
        (make, rank, cap, "")
        for place, (make, _, _) in enumerate(MAKES)
        if place % 3 == 0
        for rank, cap in (("A+", 12), ("A", 6), ("B", 4), ("C", 2))
    ]
    rows += [("Porsche", "C", 0, ""), ("Porsche", "", "", 60), ("Alfa Romeo", "", "", 0)]
    return {
        head: [row[at] for row in rows] for at, head in enumerate(("make", "rank", "cap", "cooldown_days"))
    }


def _budgets(office: Office, monday: date) -> Columns:
    """A budget a make and quarter; what is left pays for a few loans of this week."""
    columns: Columns = {head: [] for head in ("office", "fleet", "year", "quarter", "budget", "used")}
    quarters = sorted(
        {
            ((monday + timedelta(days=at)).year, ((monday + timedelta(days=at)).month + 2) // 3)
            for at in range(5)
        }
    )
    for code, (make, _, _) in enumerate(MAKES):
        costs = office.vehicle_cost[office.vehicle_make == code]
        if not len(costs):
            continue
        left = int(office.room[code] * costs.mean())
        for turn, (year, quarter) in enumerate(quarters):
            used = 9000 - turn * 9000
            budget = used + left + turn * 6000
            row = (office.name, SPELLINGS.get(make, make), year, quarter, budget, used)
            for head, cell in zip(columns, row, strict=True):
                columns[head].append(cell)
    return columns
