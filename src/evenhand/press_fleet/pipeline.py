"""Phases 7.1 to 7.8 in order: a press fleet's tables become an allocation problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from evenhand.allocation.problem import AllocationProblem
from evenhand.allocation.problem.penalties import Penalty, mode_b
from evenhand.core.errors import Findings
from evenhand.press_fleet import budgets, caps, feasible, limits, picks
from evenhand.press_fleet.calendar import Calendar, read_calendar, start_days, week_of
from evenhand.press_fleet.columns import NO_DAY
from evenhand.press_fleet.cooldown import free_from
from evenhand.press_fleet.history import History, read_history
from evenhand.press_fleet.roster import Roster, office_of, read_roster
from evenhand.press_fleet.rules import MakeRules, read_rules
from evenhand.press_fleet.scores import approval_scores
from evenhand.press_fleet.settings import FleetSettings
from evenhand.press_fleet.settings_table import read_settings
from evenhand.tables import Source, Table, read

__all__ = ["TABLES", "from_tables"]

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

TABLES = (
    "vehicles",
    "partners",
    "approvals",
    "availability",
    "activity",
    "loans",
    "capacity",
    "rules",
    "budgets",
    "pins",
    "forbids",
    "settings",
)
"""The tables of a press fleet; the first three are needed."""
NEEDED = TABLES[:3]


def from_tables(
    tables: Mapping[str, Source],
    *,
    office: str | None = None,
    week_start: str | date | None = None,
    penalty: Penalty | None = None,
    settings: FleetSettings | None = None,
) -> AllocationProblem:
    """Make the problem of one office and week.

    Args:
        tables: by name, see ``TABLES`` and docs/reference/fleet-tables.md; each a path, a data frame, columns
            or a list of rows. vehicles, partners and approvals are needed.
        office: the office to plan for; needed if the vehicles belong to several.
        week_start: a Monday; if not given, the one week that the capacity calendar holds.
        penalty: how fairness is priced; mode B if not given.
        settings: everything else that is a choice; if not given, what the table of settings says.

    Returns:
        The problem: vehicles are items, partners recipients, start days days. ``dropped`` counts what each
        rule ruled out, and names each vehicle with no candidate left, with the rule that took the last.

    Raises:
        InputError: everything wrong in any table or argument, at once.
    """
    findings = Findings()
    opened = _open(tables, findings)
    chosen = _settings(opened.get("settings"), settings, findings)
    if findings.errors and (chosen is None or any(name not in opened for name in NEEDED)):
        findings.raise_errors()
    return _Run(
        opened, office, week_start, penalty or mode_b(), chosen or FleetSettings(), findings
    ).problem()


def _settings(table: Table | None, given: FleetSettings | None, findings: Findings) -> FleetSettings | None:
    """Return the settings given, else the table's; None where they are unusable."""
    noted = len(findings.errors)
    if given is not None and table is not None:
        findings.warning("is not looked at, as settings were given", "", table=table.name)
    chosen = given if given is not None else read_settings(table)
    chosen.check(findings)
    return chosen if len(findings.errors) == noted else None


def _open(tables: Mapping[str, Source], findings: Findings) -> dict[str, Table]:
    opened = {}
    for name, source in tables.items():
        if name not in TABLES:
            findings.error("is no table of a press fleet", f"Choose among {', '.join(TABLES)}", came=name)
        elif source is not None:
            opened[name] = read(source, name, findings)
    for name in NEEDED:
        if name not in opened:
            findings.error("is missing", f"Give the tables {', '.join(NEEDED)}", table=name)
    return opened


@dataclass
class _Run:
    """One pass over the tables. Everything is read, and everything wrong said, before any phase runs."""

    tables: Mapping[str, Table]
    office_asked: str | None
    week_asked: str | date | None
    penalty: Penalty
    settings: FleetSettings
    findings: Findings

    def problem(self) -> AllocationProblem:
        get, findings, settings = self.tables.get, self.findings, self.settings
        office = office_of(self.tables["vehicles"], self.office_asked, findings)
        week_start = week_of(self.week_asked, get("capacity"), office, findings)
        days = start_days(week_start, settings, findings)
        vehicles, partners, approvals = (self.tables[name] for name in NEEDED)
        roster = read_roster(vehicles, partners, approvals, office, findings)
        history = read_history(get("activity"), get("loans"), roster, settings.loan_days, findings)
        booked = history.start[history.live & history.office]
        calendar = read_calendar(get("capacity"), office, week_start, days, settings, booked)
        rules = read_rules(get("rules"), roster.make_index, settings, findings)
        money = budgets.read_budgets(get("budgets"), office)
        free = feasible.free_starts(get("availability"), history, roster, days, settings.loan_days, findings)
        if week_start == NO_DAY:
            findings.raise_errors()
        phases = _Phases(roster, history, calendar, rules, free, settings)
        phases.drop()
        pinned = picks.pinned_of(get("pins"), roster, days, phases.triples, phases.why)
        forbidden = picks.forbidden_of(get("forbids"), roster, days, phases.triples)
        cents = 1 if money.whole(roster.vehicles.cost) else budgets.CENTS
        scale = settings.scale or cents
        budgets.check_slope(settings, scale, cents, findings)
        findings.raise_errors()
        return self._assembled(phases, money, pinned, forbidden, scale, cents)

    def _assembled(
        self, phases: _Phases, money: budgets.Budgets, pinned: Flags, forbidden: Flags, scale: int, cents: int
    ) -> AllocationProblem:
        roster, triples, calendar, settings = phases.roster, phases.triples, phases.calendar, self.settings
        approval = phases.pairs[2][triples.pair]
        own_caps = tuple(
            group
            for group in (
                caps.tier_caps(roster, approval, phases.caps, phases.used, settings.cap_points, scale),
                budgets.budget_groups(
                    roster, money, triples.vehicle, calendar.days[triples.day], settings, scale, cents
                ),
            )
            if group.labels
        )
        for name, note in zip(calendar.names, calendar.notes, strict=True):
            if note:
                self.findings.warning(
                    f"is a special day: {note}", "", table="capacity", column="date", came=name
                )
        return AllocationProblem(
            items=roster.vehicles.vins,
            recipients=roster.partners.ids,
            days=calendar.names,
            item=triples.vehicle,
            recipient=triples.partner,
            day=triples.day,
            score=approval_scores(roster, phases.history, settings, scale)[approval],
            slots=calendar.slots,
            recipient_day_limit=phases.day_limit,
            recipient_limit=limits.per_week(roster.partners, settings),
            groups=own_caps,
            pinned=pinned,
            forbidden=forbidden,
            scale=scale,
            penalty=self.penalty,
            weight=roster.partners.weight,
            dropped=phases.dropped(),
            warnings=tuple(self.findings.warnings),
            called=roster.called,
        )


@dataclass
class _Phases:
    """The hard rules, applied to one another's leavings."""

    roster: Roster
    history: History
    calendar: Calendar
    rules: MakeRules
    free: Flags
    settings: FleetSettings

    def drop(self) -> None:
        """Apply the hard rules; afterwards ``triples`` holds what is left."""
        roster, calendar = self.roster, self.calendar
        approvals = roster.approvals
        self.pairs = feasible.pairs_of(roster, approvals)
        vehicle, partner, approval = self.pairs
        self.day_limit = limits.per_day(roster.partners, self.history, calendar.days, self.settings)
        self.weekdays = roster.partners.weekdays[:, (calendar.days - 1) % 7]
        self.wait = free_from(
            self.history,
            self.rules.cooldown,
            partner,
            roster.vehicles.make[vehicle],
            roster.vehicles.model[vehicle],
            len(roster.models),
        )
        self.triples = feasible.triples_of(
            roster,
            self.pairs,
            self.free,
            self.weekdays,
            self.day_limit > 0,
            lambda: calendar.days[None, :] >= self.wait[:, None],
        )
        self.caps = caps.caps_of(approvals, list(roster.makes), self.rules)
        self.used = caps.used_last_year(
            self.history, calendar.week_start, len(roster.partners.ids), len(roster.make_index)
        )
        if self.settings.cap_zero_blocks:
            self.blocked = (self.caps == 0) & ~approvals.override
        else:
            self.blocked = np.zeros(len(self.caps), dtype=np.bool_)
        self.triples.keep("tier cap of 0", ~self.blocked[approval[self.triples.pair]])

    def why(self, vehicle: int, partner: int, day: int) -> str:
        """Return the first rule that drops a loan."""
        pair = np.flatnonzero((self.pairs[0] == vehicle) & (self.pairs[1] == partner))
        rules = list(self.triples.dropped)
        if not len(pair):
            return rules[0]
        fine = (
            self.free[vehicle, day],
            self.weekdays[partner, day],
            self.day_limit[partner, day] > 0,
            self.calendar.days[day] >= self.wait[pair[0]],
            not self.blocked[self.pairs[2][pair[0]]],
        )
        return next(rule for rule, good in zip(rules[1:], fine, strict=True) if not good)

    def dropped(self) -> tuple[tuple[str, str, int], ...]:
        """Return ("", rule, count) for every rule, and (vin, rule, count) for each vehicle left without."""
        vins = self.roster.vehicles.vins
        whole = [("", rule, count) for rule, count in self.triples.dropped.items()]
        return (*whole, *((vins[at], *self.triples.emptied[at]) for at in sorted(self.triples.emptied)))
