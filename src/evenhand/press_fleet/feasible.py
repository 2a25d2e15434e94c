"""Which vehicle may go to which partner from which day, what ruled out the rest, and the pins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from evenhand.allocation.problem import Barrier
from evenhand.core.arrays import Bools, Ints
from evenhand.core.errors import Findings
from evenhand.press_fleet.cells import NO_DAY, NO_VEHICLE, closed, codes, iso, ordinals, strange
from evenhand.press_fleet.history import History
from evenhand.press_fleet.roster import Approvals, Roster
from evenhand.tables import Table


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
        # The rule that took a vehicle's last candidate is the one its explanation names.
        for row in np.flatnonzero((left == 0) & (self.left > 0)).tolist():
            self.emptied[row] = (rule, int(self.left[row]))
        self.left = left

    def keep(self, rule: str, fine: Bools) -> None:
        """Apply a rule: keep the candidates where ``fine``; count the others under its name."""
        for name in ("vehicle", "partner", "day", "pair"):
            setattr(self, name, getattr(self, name)[fine])
        self.count(rule, np.bincount(self.vehicle, minlength=self.vehicles))


def busy_days(
    availability: Table | None,
    history: History,
    roster: Roster,
    days: Ints,
    loan_days: int,
    findings: Findings,
) -> Bools:
    """Return whether each vehicle is taken on each day from the first start to the last day of the last loan.

    A day without an availability row is not free; a row that says no wins over one that says yes; live loans
    take their days. Without the table every vehicle is free outside its live loans, and a warning says so.
    Shape (vehicles, days).

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
    # A loan that starts on the last day runs on beyond it, so its days are looked at too.
    first, span = int(days[0]), int(days[-1] - days[0]) + loan_days
    if availability is None:
        # Without a calendar nothing speaks against a day but loans that are known.
        free = np.ones((count, span), dtype=np.bool_)
        findings.warning(
            "is not given: every vehicle counts as free outside its running and booked loans",
            "Give a table with vin and date (or start_date and end_date) of the days each vehicle is free",
            table="availability",
        )
    else:
        free = _rows(availability, roster, first, span)
    # Loans of vehicles that are not listed here occupy nothing of this office.
    own = history.live & (history.vehicle >= 0)
    free &= ~_covered(count, first, span, history.vehicle[own], history.start[own], history.until[own])
    return ~free


def free_starts(busy: Bools, days: Ints, loan_days: int) -> Bools:
    """Return whether each vehicle is free on every day of a loan from each start day, shape (vehicles, D).

    Args:
        busy: see ``busy_days``.
        days: ordinals of the start days, ascending, shape (D,).
        loan_days: days of a loan, the first included.
    """
    count = len(busy)
    if not len(days):
        return np.zeros((count, 0), dtype=np.bool_)
    first, free = int(days[0]), ~busy
    # With running sums a vehicle is free for a whole loan where as many days are free as the loan has.
    summed = np.concatenate([np.zeros((count, 1), dtype=np.int64), np.cumsum(free, axis=1)], axis=1)
    row = days - first
    return np.asarray(summed[:, row + loan_days] - summed[:, row] == loan_days)


def _rows(table: Table, roster: Roster, first: int, span: int) -> Bools:
    """Return whether each vehicle is free each day, (vehicles, span): some row says yes and none says no."""
    table.need("vin", "date")
    vins = table.text("vin", required=True)
    start, end = ordinals(table, "date"), ordinals(table, "end_date", optional=True)
    closed(table, start, end, range(len(table)), "end_date")
    # A row with one date is that day alone.
    end = np.where(end == NO_DAY, start, end)
    yes = table.flags("available", default=True)
    strange(table, "vin", roster.known_vins, *NO_VEHICLE)
    vehicle = codes(vins, roster.vehicles.vins)
    known = (vehicle >= 0) & (start != NO_DAY)
    answers = [
        _covered(len(roster.vehicles.vins), first, span, vehicle[kept], start[kept], end[kept])
        for kept in (known & yes, known & ~yes)
    ]
    # Days said to be taken win over days said to be free: two lists of one vehicle may overlap.
    return np.asarray(answers[0] & ~answers[1])


def _covered(count: int, first: int, span: int, vehicle: Ints, start: Ints, end: Ints) -> Bools:
    """Return whether any range of days, both ends included, covers a vehicle's day; shape (count, span)."""
    low, high = np.clip(start - first, 0, span), np.clip(end - first + 1, 0, span)
    kept = low < high
    # Each loan is noted at its first day and after its last; sums along the days tell how many run.
    edges = np.zeros((count, span + 1), dtype=np.int64)
    np.add.at(edges, (vehicle[kept], low[kept]), 1)
    np.add.at(edges, (vehicle[kept], high[kept]), -1)
    return np.asarray(np.cumsum(edges[:, :span], axis=1) > 0)


def not_free(roster: Roster, free: Bools, busy: Bools, days: Ints) -> Iterator[Barrier]:
    """Yield for each vehicle the start days on which it is not free for a whole loan, and what takes it."""
    for vehicle in np.flatnonzero(~free.all(axis=1)).tolist():
        closed = tuple(iso(int(day)) for day, fine in zip(days, free[vehicle], strict=True) if not fine)
        taken = np.flatnonzero(busy[vehicle]) + int(days[0])
        clause = f"the vehicle is not free on {_ranges(taken)}"
        yield Barrier(
            "vehicle not free on every day of the loan", clause, (roster.vehicles.vins[vehicle],), (), closed
        )


def _ranges(ordinals_taken: Ints) -> str:
    """Write days as ranges: 2026-09-28 to 2026-09-30, 2026-10-02."""
    # Days that follow each other are told as one span.
    breaks = np.flatnonzero(np.diff(ordinals_taken) > 1)
    starts = ordinals_taken[np.concatenate([[0], breaks + 1])] if len(ordinals_taken) else ordinals_taken
    ends = (
        ordinals_taken[np.concatenate([breaks, [len(ordinals_taken) - 1]])]
        if len(ordinals_taken)
        else ordinals_taken
    )
    return ", ".join(
        iso(start) if start == end else f"{iso(start)} to {iso(end)}"
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    )


def pairs_of(roster: Roster, approvals: Approvals) -> tuple[Ints, Ints, Ints]:
    """Return the approved pairs, sorted: vehicle, partner and the place of the approval."""
    shape = (len(roster.makes), len(roster.partners.ids))
    approval = np.full(shape, -1, dtype=np.int64)
    approval[approvals.make, approvals.partner] = np.arange(len(approvals.make))
    if not len(approval):  # no vehicle has a make that can be read: every make is noted as missing
        none = np.empty(0, dtype=np.int64)
        return none, none, none
    of_vehicle = approval[roster.vehicles.make]
    vehicle, partner = np.nonzero(of_vehicle >= 0)
    return vehicle, partner, of_vehicle[vehicle, partner]


def triples_of(
    roster: Roster,
    pairs: tuple[Ints, Ints, Ints],
    free: Bools,
    weekdays: Bools,
    idle: Bools,
    again: Callable[[], Bools],
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
    # Rules are counted from all there could be, so that their figures add up to what is left.
    every = np.full(count, len(roster.partners.ids) * starts, dtype=np.int64)
    none = np.empty(0, dtype=np.int64)
    triples = Triples(none, none, none, none, count, every)

    def note(rule: str, mask: Bools) -> None:
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
    # A function and no table: that of all pairs and days is large, and made only once the others are counted.
    mask &= again()
    note("cooldown", mask)
    triples.pair, triples.day = np.nonzero(mask)
    triples.vehicle, triples.partner = vehicle[triples.pair], partner[triples.pair]
    return triples


Why = Callable[[int, int, int], str]
"""(vehicle, partner, place of the start day) to the rule that dropped the loan."""


def pinned_of(table: Table | None, roster: Roster, days: Ints, triples: Triples, why: Why) -> Bools:
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
    table.need(*PICK)
    picked = _codes(table, roster, days, required=True)
    for row, (vehicle, partner, day) in enumerate(zip(*(part.tolist() for part in picked), strict=True)):
        if min(vehicle, partner, day) < 0:
            continue
        matching = (triples.vehicle == vehicle) & (triples.partner == partner) & (triples.day == day)
        if matching.any():
            pinned |= matching
        else:
            problem = f"cannot be pinned: {why(vehicle, partner, day)}"
            table.wrong(row, "vin", problem, "Remove the pin or mend the rule")
    return pinned


def forbidden_of(table: Table | None, roster: Roster, days: Ints, triples: Triples) -> Bools:
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
    if not any(map(table.has, PICK)):
        table.need(*PICK)
        return forbidden
    picked = _codes(table, roster, days, required=False)
    asked = [table.text(name) for name in PICK]
    for row, (vehicle, partner, day) in enumerate(zip(*(part.tolist() for part in picked), strict=True)):
        given = [bool(cells[row]) for cells in asked]
        if not any(given):
            table.wrong(row, "vin", "is empty, and so is the rest of the row", "Delete the row")
            continue
        # An empty cell stands for all: a row with a partner alone forbids whatever they could get.
        own = np.ones(len(forbidden), dtype=np.bool_)
        for flag, code, column_of in zip(
            given, (vehicle, partner, day), (triples.vehicle, triples.partner, triples.day), strict=True
        ):
            if flag:
                own &= column_of == code
        forbidden |= own
    return forbidden


PICK = ("vin", "partner_id", "start_date")
"""Columns of pins and forbids."""


def _codes(table: Table, roster: Roster, days: Ints, *, required: bool) -> tuple[Ints, Ints, Ints]:
    """Return vehicle, partner and place of the day a row; -1 for what is empty or noted as unknown."""
    vins, who = (table.text(name, required=required) for name in PICK[:2])
    dates = ordinals(table, "start_date", optional=not required)
    mend = "Mend the id or remove the row"
    strange(table, "vin", set(roster.vehicles.vins), "is not a vehicle of the office", mend)
    strange(table, "partner_id", set(roster.partners.ids), "is not a partner of the office", mend)
    place = {int(ordinal): row for row, ordinal in enumerate(days)}
    day = np.array([place.get(ordinal, -1) for ordinal in dates.tolist()], dtype=np.int64)
    for row in np.flatnonzero((dates != NO_DAY) & (day < 0)).tolist():
        problem, mend = "is not a start day of the calendar", "Choose a start day of the week planned"
        table.wrong(row, "start_date", problem, mend)
    return codes(vins, roster.vehicles.vins), codes(who, roster.partners.ids), day
