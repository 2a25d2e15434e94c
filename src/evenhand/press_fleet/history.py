"""What partners had and have: the activity (loans that are history) and the loans running or booked."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.core.arrays import Bools, Ints
from evenhand.press_fleet.cells import (
    NO_DAY,
    NO_PARTNER,
    NO_VEHICLE,
    closed,
    codes,
    in_office,
    make_key,
    ordinals,
    strange,
)
from evenhand.press_fleet.roster import Roster
from evenhand.tables import Table


@dataclass(frozen=True, eq=False)
class History:
    """Loans as columns, one a loan; a loan that stands in both tables counts once.

    Attributes:
        partner: code, -1 for one who is not a partner of the office any more.
        vehicle: code, -1 for one that is not of the office any more.
        make: code of the make, -1 for one that no vehicle has any more.
        model: code of (make, model), -1 where not given or not known any more.
        start: ordinal of the first day.
        end: ordinal of the last day; the start where none is given.
        until: ordinal of the last day on which the loan runs; like ``end``, but a live loan without an end
            runs its usual days.
        live: whether it comes from the table of running and booked loans.
        office: whether its start takes one of the office's slots.
    """

    partner: Ints
    vehicle: Ints
    make: Ints
    model: Ints
    start: Ints
    end: Ints
    until: Ints
    live: Bools
    office: Bools


def read_history(activity: Table | None, loans: Table | None, roster: Roster, loan_days: int) -> History:
    """Return both tables as one history.

    Args:
        activity: columns partner_id, start_date; end_date, vin, make, model.
            Partners and vehicles may have gone.
        loans: columns partner_id, vin, start_date; end_date, make, model, office. Both must be known.
        roster: whose codes are used.
        loan_days: how long a live loan without an end date runs.
    """
    parts = [
        _read(table, roster, loan_days, live=live)
        for table, live in ((activity, False), (loans, True))
        if table is not None
    ]
    if not parts:
        none, no = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.bool_)
        return History(none, none, none, none, none, none, none, no, no)
    whole = [np.concatenate(columns) for columns in zip(*parts, strict=True)]
    return _once_each(History(*whole))


def _read(table: Table, roster: Roster, loan_days: int, *, live: bool) -> list[NDArray[Any]]:
    """Return the columns of ``History``, in its order, of the rows that have a start."""
    table.need("partner_id", "start_date", *(["vin"] if live else []))
    if not live and not table.has("vin"):
        table.need("make")
    who = table.text("partner_id", required=live)
    vins = table.text("vin", required=live)
    _note_strangers(table, who, roster, live=live)
    keys = _models(table, vins, roster)
    start, end = ordinals(table, "start_date"), ordinals(table, "end_date", optional=True)
    closed(table, start, end, range(len(table)), "end_date")
    until = np.where(end == NO_DAY, start + (loan_days - 1 if live else 0), end)
    end = np.where(end == NO_DAY, start, end)
    vehicle = codes(vins, roster.vehicles.vins)
    own = in_office(table, roster.office) if table.has("office") else vehicle >= 0
    model = np.array([roster.models.get(key, -1) if key[1] else -1 for key in keys], dtype=np.int64)
    whole = (
        codes(who, roster.partners.ids), vehicle, codes([make for make, _ in keys], roster.makes), model,
        start, end, until, np.full(len(table), live), own & live,
    )  # fmt: skip
    return [part[start != NO_DAY] for part in whole]


def _models(table: Table, vins: list[str], roster: Roster) -> list[tuple[str, str]]:
    """Return the key (make, model) of every row: as written, else the vehicle's."""
    makes, models = table.text("make"), table.text("model")
    keys = []
    for row, vin in enumerate(vins):
        of_vehicle = roster.known_vins.get(vin, ("", ""))
        make = make_key(makes[row]) or of_vehicle[0]
        model = models[row].casefold() or (of_vehicle[1] if make == of_vehicle[0] else "")
        keys.append((make, model))
    return keys


def _note_strangers(table: Table, who: list[str], roster: Roster, *, live: bool) -> None:
    """Note who is not known: an error of a loan that runs, while past ones may be of people who have gone."""
    if live:
        strange(table, "partner_id", roster.known_partners, *NO_PARTNER)
        strange(table, "vin", roster.known_vins, *NO_VEHICLE)
        return
    gone = len(set(who) - roster.known_partners - {""})
    if gone:
        table.findings.warning(
            f"holds loans of {gone} partner(s) who are not in the partners table",
            "They are left out; check the ids if that is a surprise",
            table=table.name,
            column=table.head("partner_id"),
        )


def _once_each(history: History) -> History:
    """Leave out a past row that a live row repeats (same partner, vehicle and start)."""
    if not history.live.any() or history.live.all():
        return history
    rows = np.stack([history.partner, history.vehicle, history.start], axis=1)
    live = {tuple(row) for row in rows[history.live].tolist()}
    known = (history.partner >= 0) & (history.vehicle >= 0) & ~history.live
    again = np.array(
        [bool(flag) and tuple(row) in live for flag, row in zip(known, rows.tolist(), strict=True)]
    )
    return History(*(getattr(history, column.name)[~again] for column in fields(History)))
