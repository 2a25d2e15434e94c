"""What partners had and have: the activity (loans that are history) and the loans running or booked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.core.errors import Findings
from evenhand.press_fleet.cells import NO_DAY, closed, codes, column, in_office, make_key, ordinals
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


def read_history(
    activity: Table | None, loans: Table | None, roster: Roster, loan_days: int, findings: Findings
) -> History:
    """Return both tables as one history.

    Args:
        activity: columns partner_id, start_date; end_date, vin, make, model.
            Partners and vehicles may have gone.
        loans: columns partner_id, vin, start_date; end_date, make, model, office. Both must be known.
        roster: whose codes are used.
        loan_days: how long a live loan without an end date runs.
        findings: where what is wrong is noted.
    """
    parts = [
        _read(table, roster, loan_days, findings, live=live)
        for table, live in ((activity, False), (loans, True))
        if table is not None
    ]
    if not parts:
        none, no = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.bool_)
        return History(none, none, none, none, none, none, none, no, no)
    whole = [np.concatenate(columns) for columns in zip(*parts, strict=True)]
    return _once_each(History(*whole))


def _read(
    table: Table, roster: Roster, loan_days: int, findings: Findings, *, live: bool
) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints, Ints, Bools, Bools]:
    who_in, vin_in = column(table, "partner_id", "person_id"), column(table, "vin", "vehicle_vin")
    start_in, end_in = column(table, "start_date", "start_day"), column(table, "end_date", "end_day")
    table.need(who_in, start_in, *([vin_in] if live else []))
    if not live and not table.has(vin_in):
        table.need(column(table, "make"))
    who = table.text(who_in, required=live)
    vins = table.text(vin_in, required=live)
    _ids_known(table, who_in, who, vin_in, vins, roster, findings, live=live)
    keys = _models(table, vins, roster)
    start, end = ordinals(table, start_in), ordinals(table, end_in, optional=True)
    closed(table, start, end, range(len(table)), end_in)
    until = np.where(end == NO_DAY, start + (loan_days - 1 if live else 0), end)
    end = np.where(end == NO_DAY, start, end)
    own = in_office(table, roster.office) if live else np.zeros(len(table), dtype=np.bool_)
    if live and not table.has(column(table, "office")):
        own = codes(vins, {vin: row for row, vin in enumerate(roster.vehicles.vins)}) >= 0
    given = start != NO_DAY
    whole = (
        codes(who, {name: row for row, name in enumerate(roster.partners.ids)}),
        codes(vins, {vin: row for row, vin in enumerate(roster.vehicles.vins)}),
        codes([make for make, _ in keys], roster.make_index),
        np.array([roster.models.get(key, -1) if key[1] else -1 for key in keys], dtype=np.int64).reshape(
            len(table)
        ),
        start,
        end,
        until,
    )
    kept = [part[given] for part in whole]
    live_flags = np.full(int(given.sum()), live)
    return (kept[0], kept[1], kept[2], kept[3], kept[4], kept[5], kept[6], live_flags, own[given])


def _models(table: Table, vins: list[str], roster: Roster) -> list[tuple[str, str]]:
    """Return the key (make, model) of every row: as written, else the vehicle's."""
    makes, models = table.text(column(table, "make")), table.text(column(table, "model"))
    keys = []
    for row, vin in enumerate(vins):
        of_vehicle = roster.known_vins.get(vin, ("", ""))
        make = make_key(makes[row]) or of_vehicle[0]
        model = models[row].casefold() or (of_vehicle[1] if make == of_vehicle[0] else "")
        keys.append((make, model))
    return keys


def _ids_known(
    table: Table,
    who_in: str,
    who: list[str],
    vin_in: str,
    vins: list[str],
    roster: Roster,
    findings: Findings,
    *,
    live: bool,
) -> None:
    if live:
        for row, (name, vin) in enumerate(zip(who, vins, strict=True)):
            if name and name not in roster.known_partners:
                table.wrong(
                    row, who_in, "is not a partner", "Add the partner to the partners table, or mend the id"
                )
            if vin and vin not in roster.known_vins:
                table.wrong(
                    row, vin_in, "is not a vehicle", "Add the vehicle to the vehicles table, or mend the VIN"
                )
        return
    gone = len({name for name in who if name and name not in roster.known_partners})
    if gone:
        findings.warning(
            f"holds loans of {gone} partner(s) who are not in the partners table",
            "They are left out; check the ids if that is a surprise",
            table=table.name,
            column=who_in,
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
    keep = ~again
    return History(
        history.partner[keep],
        history.vehicle[keep],
        history.make[keep],
        history.model[keep],
        history.start[keep],
        history.end[keep],
        history.until[keep],
        history.live[keep],
        history.office[keep],
    )
