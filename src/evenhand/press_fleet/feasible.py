"""Phase 7.1: which vehicle may go to which partner from which day, and what ruled out the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evenhand.core.errors import Findings
from evenhand.press_fleet.columns import NO_DAY, closed, column, ordinals
from evenhand.press_fleet.history import History
from evenhand.press_fleet.names import codes
from evenhand.press_fleet.roster import Approvals, Roster
from evenhand.tables import Table

__all__ = ["Triples", "free_starts", "pairs_of", "triples_of"]

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(eq=False)
class Triples:
    """Candidates under the rules so far, sorted by (vehicle, partner, day), and what each rule dropped.

    Attributes:
        vehicle: code a candidate, shape (n,).
        partner: code a candidate, shape (n,).
        day: place among the start days a candidate, shape (n,).
        pair: place among the approved pairs a candidate, shape (n,).
        vehicles: how many vehicles there are.
        left: candidates each vehicle has left, shape (vehicles,).
        dropped: rule to count, in the order in which the rules were applied.
        emptied: vehicle to (rule that dropped its last candidates, how many it dropped).
    """

    vehicle: Ints
    partner: Ints
    day: Ints
    pair: Ints
    vehicles: int
    left: Ints
    dropped: dict[str, int] = field(default_factory=dict)
    emptied: dict[int, tuple[str, int]] = field(default_factory=dict)

    def count(self, rule: str, left: Ints) -> None:
        """Note that a rule left each vehicle so many candidates."""
        self.dropped[rule] = self.dropped.get(rule, 0) + int((self.left - left).sum())
        for at in np.flatnonzero((left == 0) & (self.left > 0)).tolist():
            self.emptied[at] = (rule, int(self.left[at]))
        self.left = left

    def keep(self, rule: str, fine: Flags) -> None:
        """Apply a rule: keep the candidates where ``fine``; count the others under its name."""
        for name in ("vehicle", "partner", "day", "pair"):
            setattr(self, name, getattr(self, name)[fine])
        self.count(rule, np.bincount(self.vehicle, minlength=self.vehicles))


def free_starts(
    availability: Table | None,
    history: History,
    roster: Roster,
    days: Ints,
    loan_days: int,
    findings: Findings,
) -> Flags:
    """Return whether each vehicle is free on every day of a loan from each start day, shape (vehicles, D).

    A day without an availability row is not free; a row that says no wins over one that says yes; live loans
    take their days. Without the table every vehicle is free outside its live loans, and a warning says so.

    Args:
        availability: columns vin, date (or start_date and end_date); available (yes if not given).
        history: whose live loans take days.
        roster: whose vehicles are asked.
        days: ordinals of the start days, shape (D,).
        loan_days: days of a loan, the first included.
        findings: where what is wrong is noted.
    """
    count = len(roster.vehicles.vins)
    if not len(days):
        return np.zeros((count, 0), dtype=np.bool_)
    first, span = int(days[0]), int(days[-1] - days[0]) + loan_days
    if availability is None:
        free = np.ones((count, span), dtype=np.bool_)
        findings.warning(
            "is not given: every vehicle counts as free outside its running and booked loans",
            "Give a table with vin and date (or start_date and end_date) of the days each vehicle is free",
            table="availability",
        )
    else:
        free = _rows(availability, roster, first, span)
    mine = history.live & (history.vehicle >= 0)
    free &= ~_covered(count, first, span, history.vehicle[mine], history.start[mine], history.until[mine])
    summed = np.concatenate([np.zeros((count, 1), dtype=np.int64), np.cumsum(free, axis=1)], axis=1)
    at = days - first
    return np.asarray(summed[:, at + loan_days] - summed[:, at] == loan_days)


def _rows(table: Table, roster: Roster, first: int, span: int) -> Flags:
    """Return whether each vehicle is free each day, (vehicles, span): some row says yes and none says no."""
    vin_in, flag_in = column(table, "vin", "vehicle_vin"), column(table, "available")
    start_in, end_in = column(table, "date", "start_date"), column(table, "end_date")
    table.need(vin_in, start_in)
    vins = table.text(vin_in, required=True)
    start, end = ordinals(table, start_in), ordinals(table, end_in, optional=True)
    closed(table, start, end, range(len(table)), end_in)
    end = np.where(end == NO_DAY, start, end)
    yes = table.flags(flag_in, default=True) if table.has(flag_in) else np.ones(len(table), dtype=np.bool_)
    for at, vin in enumerate(vins):
        if vin and vin not in roster.known_vins:
            table.wrong(at, vin_in, "is no vehicle", "Add the vehicle to the vehicles table, or mend the VIN")
    vehicle = codes(vins, {vin: at for at, vin in enumerate(roster.vehicles.vins)})
    known = (vehicle >= 0) & (start != NO_DAY)
    said = [
        _covered(len(roster.vehicles.vins), first, span, vehicle[kept], start[kept], end[kept])
        for kept in (known & yes, known & ~yes)
    ]
    return np.asarray(said[0] & ~said[1])


def _covered(count: int, first: int, span: int, vehicle: Ints, start: Ints, end: Ints) -> Flags:
    """Return whether any range of days, both ends included, covers a vehicle's day; shape (count, span)."""
    low, high = np.clip(start - first, 0, span), np.clip(end - first + 1, 0, span)
    kept = low < high
    edges = np.zeros((count, span + 1), dtype=np.int64)
    np.add.at(edges, (vehicle[kept], low[kept]), 1)
    np.add.at(edges, (vehicle[kept], high[kept]), -1)
    return np.asarray(np.cumsum(edges[:, :span], axis=1) > 0)


def pairs_of(roster: Roster, approvals: Approvals) -> tuple[Ints, Ints, Ints]:
    """Return the approved pairs, sorted: vehicle, partner and the place of the approval."""
    shape = (len(roster.make_index), len(roster.partners.ids))
    approval = np.full(shape, -1, dtype=np.int64)
    approval[approvals.make, approvals.partner] = np.arange(len(approvals.make))
    of_vehicle = approval[roster.vehicles.make]
    vehicle, partner = np.nonzero(of_vehicle >= 0)
    return vehicle, partner, of_vehicle[vehicle, partner]


def triples_of(
    roster: Roster,
    pairs: tuple[Ints, Ints, Ints],
    free: Flags,
    weekdays: Flags,
    idle: Flags,
    again: Callable[[], Flags],
) -> Triples:
    """Return the candidates that pass the hard rules, each rule's drops counted in this order.

    Args:
        roster: vehicles and partners.
        pairs: see ``pairs_of``.
        free: whether a vehicle is free for a loan from each start day, (vehicles, D).
        weekdays: whether a partner takes starts on each start day, (partners, D).
        idle: whether a partner can still take a start on each start day, (partners, D).
        again: asked last: whether the cooldown is over, (pairs, D).

    Returns:
        Candidates sorted by (vehicle, partner, day). Cost O(pairs x D).
    """
    vehicle, partner, _ = pairs
    count, starts = len(roster.vehicles.vins), free.shape[1]
    every = np.full(count, len(roster.partners.ids) * starts, dtype=np.int64)
    none = np.empty(0, dtype=np.int64)
    triples = Triples(none, none, none, none, count, every)

    def note(rule: str, mask: Flags) -> None:
        """Count what is left after a rule, by vehicle; pairs are sorted by vehicle."""
        by_pair = mask.sum(axis=1)
        triples.count(rule, np.bincount(vehicle, weights=by_pair, minlength=count).astype(np.int64))

    mask = np.ones((len(vehicle), starts), dtype=np.bool_)
    note("no approval for the make", mask)
    for rule, fine in (
        ("vehicle not free on every day of the loan", free[vehicle]),
        ("partner takes no starts that weekday", weekdays[partner]),
        ("partner has a loan running", idle[partner]),
    ):
        mask &= fine
        note(rule, mask)
    mask &= again()
    note("cooldown", mask)
    triples.pair, triples.day = np.nonzero(mask)
    triples.vehicle, triples.partner = vehicle[triples.pair], partner[triples.pair]
    return triples
