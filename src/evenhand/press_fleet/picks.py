"""Pinned and forbidden loans, from tables that name vehicle, partner and day."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from evenhand.press_fleet.columns import NO_DAY, column, ordinals
from evenhand.press_fleet.feasible import Triples
from evenhand.press_fleet.roster import Roster
from evenhand.tables import Table

__all__ = ["forbidden_of", "pinned_of"]

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Why = Callable[[int, int, int], str]
"""(vehicle, partner, place of the start day) to the rule that dropped the loan."""


def pinned_of(table: Table | None, roster: Roster, days: Ints, triples: Triples, why: Why) -> Flags:
    """Return which candidates are pinned, shape (n,); a pin that a rule forbids is noted with it.

    Args:
        table: columns vin, partner_id, start_date, one row a loan that must be; or None.
        roster: whose names are used.
        days: ordinals of the start days, shape (D,).
        triples: the candidates.
        why: which rule dropped a loan.
    """
    pinned = np.zeros(len(triples.vehicle), dtype=np.bool_)
    if table is None:
        return pinned
    names = _headers(table)
    table.need(*names)
    codes = _codes(table, names, roster, days, required=True)
    for at, (vehicle, partner, day) in enumerate(zip(*(part.tolist() for part in codes), strict=True)):
        if min(vehicle, partner, day) < 0:
            continue
        found = (triples.vehicle == vehicle) & (triples.partner == partner) & (triples.day == day)
        if found.any():
            pinned |= found
        else:
            table.wrong(
                at,
                names[0],
                f"cannot be pinned: {why(vehicle, partner, day)}",
                "Remove the pin or mend the rule",
            )
    return pinned


def forbidden_of(table: Table | None, roster: Roster, days: Ints, triples: Triples) -> Flags:
    """Return which candidates are forbidden, shape (n,); an empty cell stands for all.

    Args:
        table: columns vin, partner_id, start_date, one row a loan (or a group of loans) not wanted; or None.
        roster: whose names are used.
        days: ordinals of the start days, shape (D,).
        triples: the candidates.
    """
    forbidden = np.zeros(len(triples.vehicle), dtype=np.bool_)
    if table is None:
        return forbidden
    names = _headers(table)
    if not any(table.has(name) for name in names):
        table.need(*names)
        return forbidden
    codes = _codes(table, names, roster, days, required=False)
    asked = [table.text(name) for name in names]
    for at, (vehicle, partner, day) in enumerate(zip(*(part.tolist() for part in codes), strict=True)):
        given = [bool(cells[at]) for cells in asked]
        if not any(given):
            table.wrong(at, names[0], "is empty, and so is the rest of the row", "Delete the row")
            continue
        mine = np.ones(len(forbidden), dtype=np.bool_)
        for flag, code, column_of in zip(
            given, (vehicle, partner, day), (triples.vehicle, triples.partner, triples.day), strict=True
        ):
            if flag:
                mine &= column_of == code
        forbidden |= mine
    return forbidden


def _headers(table: Table) -> tuple[str, str, str]:
    return (
        column(table, "vin", "vehicle_vin"),
        column(table, "partner_id", "person_id"),
        column(table, "start_date", "start_day", "day"),
    )


def _codes(
    table: Table, names: tuple[str, str, str], roster: Roster, days: Ints, *, required: bool
) -> tuple[Ints, Ints, Ints]:
    """Return vehicle, partner and place of the day a row; -1 for what is empty or noted as unknown."""
    vins, who = table.text(names[0], required=required), table.text(names[1], required=required)
    dates = ordinals(table, names[2], optional=not required)
    vehicle = _known(table, names[0], vins, roster.vehicles.vins, "is no vehicle of the office")
    partner = _known(table, names[1], who, roster.partners.ids, "is no partner of the office")
    day = np.full(len(table), -1, dtype=np.int64)
    place = {int(ordinal): at for at, ordinal in enumerate(days)}
    for at, ordinal in enumerate(dates.tolist()):
        day[at] = place.get(ordinal, -1)
        if ordinal != NO_DAY and day[at] < 0:
            table.wrong(
                at, names[2], "is no start day of the calendar", "Choose a start day of the week planned"
            )
    return vehicle, partner, day


def _known(table: Table, name: str, cells: list[str], names: tuple[str, ...], problem: str) -> Ints:
    index = {one: at for at, one in enumerate(names)}
    out = np.full(len(table), -1, dtype=np.int64)
    for at, cell in enumerate(cells):
        out[at] = index.get(cell, -1)
        if cell and out[at] < 0:
            table.wrong(at, name, problem, "Mend the id or remove the row")
    return out
