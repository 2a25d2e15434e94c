"""What earlier loans rule out or make dear: cooldowns, tier caps, limits on starts.

The rules table says how long a partner waits for a make and how many loans of it a year are free; everything
else follows from the history.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from evenhand.allocation.problem import NO_LIMIT, Barrier, GroupSet
from evenhand.core.arrays import Bools, Ints
from evenhand.core.codes import distinct
from evenhand.press_fleet.cells import iso, make_key, rank_key, unique, unknown_makes
from evenhand.press_fleet.history import History
from evenhand.press_fleet.roster import Approvals, Partners, Roster
from evenhand.press_fleet.settings import MOST, FleetSettings
from evenhand.tables import Table

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


def read_rules(table: Table | None, known: Mapping[str, str], settings: FleetSettings) -> MakeRules:
    """Return the rules; everything wrong is noted.

    Args:
        table: columns make; rank, cap, cooldown_days; or None. Empty cells leave the default.
        known: make key to the spelling shown; the place is the code.
        settings: the defaults.
    """
    make_index = {key: place for place, key in enumerate(known)}
    cooldown = np.full(len(make_index), settings.cooldown_days, dtype=np.int64)
    caps: dict[tuple[str, str], int] = {}
    if table is None:
        return MakeRules(caps, cooldown, settings)
    table.need("make")
    cells = table.text("make", required=True)
    makes = [make_key(cell) for cell in cells]
    ranks = [rank_key(cell) for cell in table.text("rank")]
    keys = list(zip(makes, ranks, strict=True))
    unique(table, range(len(table)), keys, "make", "has two rules for this rank", "Keep one row")
    limits = table.integers("cap", default=-1, low=0, high=MOST)
    days = table.integers("cooldown_days", default=-1, low=0, high=MOST)
    given: dict[str, int] = {}
    unknown = unknown_makes(cells, known)
    if unknown:
        problem = f"has rules for makes that no vehicle has: {unknown}"
        table.findings.warning(problem, "Check the spelling", table=table.name, column=table.head("make"))
    for row, (make, rank) in enumerate(keys):
        if limits[row] >= 0:
            caps[make, rank] = int(limits[row])
        if days[row] < 0 or make not in make_index:
            continue
        if given.setdefault(make, int(days[row])) != days[row]:
            problem = f"differs from {given[make]} in another row of this make"
            table.wrong(row, "cooldown_days", problem, "Give one figure a make")
        cooldown[make_index[make]] = days[row]
    return MakeRules(caps, cooldown, settings)


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


def waiting(
    roster: Roster, pairs: tuple[Ints, Ints, Ints], wait: Ints, days: Ints, cooldown: Ints
) -> Iterator[Barrier]:
    """Yield who waits for what until when: one barrier a partner, make and day on which the wait ends.

    Args:
        roster: names of vehicles, partners and makes.
        pairs: vehicle and partner of each approved pair.
        wait: first day on which each pair may start again, shape (pairs,); see ``free_from``.
        days: ordinals of the start days, ascending, shape (D,).
        cooldown: days, by make.
    """
    if not len(days):
        return
    held = np.flatnonzero(wait > int(days[0]))
    boxes: dict[tuple[int, int, int], list[int]] = {}
    for pair in held.tolist():
        vehicle, partner = int(pairs[0][pair]), int(pairs[1][pair])
        key = (partner, int(roster.vehicles.make[vehicle]), int(wait[pair]))
        boxes.setdefault(key, []).append(vehicle)
    spelled = list(roster.makes.values())
    for (partner, make, until), vehicles in boxes.items():
        clause = (
            f"the partner had one before and may have it again from {iso(until)} "
            f"(cooldown of {int(cooldown[make])} days for {spelled[make]})"
        )
        closed = tuple(iso(day) for day in days.tolist() if day < until)
        yield Barrier(
            "cooldown",
            clause,
            tuple(roster.vehicles.vins[vehicle] for vehicle in vehicles),
            (roster.partners.ids[partner],),
            closed,
        )


def running_until(history: History, partner: int, days: Ints) -> str:
    """Return the last day of the loans that a partner has running in the week; "" where none is known."""
    matching = history.live & (history.partner == partner)
    if len(days):
        matching &= (history.start <= int(days[-1])) & (history.until >= int(days[0]))
    return iso(int(history.until[matching].max())) if matching.any() else ""


def _latest(keys: Ints, values: Ints, asked: Ints) -> tuple[Ints, Bools]:
    """Return the largest value of each asked key, and whether the key is there at all."""
    if not len(keys):
        return np.full(len(asked), NEVER), np.zeros(len(asked), dtype=np.bool_)
    groups, inverse = np.unique(keys, return_inverse=True)
    best = np.full(len(groups), NEVER)
    np.maximum.at(best, inverse, values)
    row = np.minimum(np.searchsorted(groups, asked), len(groups) - 1)
    there = groups[row] == asked
    return np.where(there, best[row], NEVER), there


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
    for row, (make, rank) in enumerate(zip(approvals.make.tolist(), approvals.rank, strict=True)):
        if (make, rank) not in known:
            cap = rules.cap(makes[make], rank)
            known[make, rank] = NO_LIMIT if cap is None else cap
        out[row] = known[make, rank]
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
    capped = distinct(approval[caps[approval] < NO_LIMIT], len(caps))
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


def per_day(partners: Partners, history: History, days: Ints, settings: FleetSettings) -> Ints:
    """Return starts a partner can still take a day, >= 0, shape (partners, D); NO_LIMIT without the rule."""
    count = len(partners.ids)
    if settings.partner_per_day is None:
        return np.full((count, len(days)), NO_LIMIT, dtype=np.int64)
    left = np.full((count, len(days)), settings.partner_per_day, dtype=np.int64)
    own = history.live & (history.partner >= 0)
    running = (history.start[own, None] <= days) & (days <= history.until[own, None])
    np.subtract.at(left, history.partner[own], running.astype(np.int64))
    return np.maximum(0, left)


def per_week(partners: Partners, settings: FleetSettings) -> Ints:
    """Return starts a partner may take a week, its own limit or the office's, shape (partners,)."""
    office = NO_LIMIT if settings.partner_per_week is None else settings.partner_per_week
    return np.minimum(partners.per_week, office)
