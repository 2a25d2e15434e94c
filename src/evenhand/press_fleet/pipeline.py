"""A press fleet's tables, or a folder of them, become an allocation problem, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from evenhand.allocation.problem import AllocationProblem, Barrier, barriers_of
from evenhand.allocation.problem.penalties import Penalty, named_penalty, tuned
from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Bools, Ints
from evenhand.core.errors import Findings, InputError
from evenhand.press_fleet import budgets, feasible, rules
from evenhand.press_fleet.calendar import Calendar, read_calendar, start_days, week_of
from evenhand.press_fleet.cells import NO_DAY
from evenhand.press_fleet.history import History, read_history
from evenhand.press_fleet.roster import Roster, office_of, read_roster
from evenhand.press_fleet.rules import MakeRules, free_from, read_rules
from evenhand.press_fleet.settings import FleetSettings, read_settings
from evenhand.tables import Source, Table, read
from evenhand.tables.containers import Container, container_of
from evenhand.tables.descriptions import kinds_of

TABLES = tuple(kind.name for kind in kinds_of("fleet"))
"""The tables of a press fleet; the first three are needed."""
NEEDED = TABLES[:3]


@said_in_words
def from_tables(
    tables: Mapping[str, Source],
    *,
    office: str | None = None,
    week_start: str | date | None = None,
    penalty: Penalty | str | Mapping[str, Any] | None = None,
    settings: FleetSettings | None = None,
) -> AllocationProblem:
    """Make the problem of one office and week.

    Args:
        tables: by name, see ``TABLES`` and docs/reference/fleet-tables.md; each a path, a data frame, columns
            or a list of rows. vehicles, partners and approvals are needed.
        office: the office to plan for; needed if the vehicles belong to several.
        week_start: a Monday; if not given, the one week that the capacity calendar holds.
        penalty: how fairness is priced: a ``Penalty`` or a mode's name; if not given, what the settings say,
            mode b with 200 + 400 by default. A mapping of lam, step or target changes these figures alone:
            ``{"lam": 500}`` keeps the settings' mode.
        settings: everything else that is a choice; if not given, what the table of settings says.

    Returns:
        The problem: vehicles are items, partners recipients, start days days. ``dropped`` counts what each
        rule ruled out, and names each vehicle with no candidate left, with the rule that took the last.

    Raises:
        InputError: everything wrong in any table or argument, at once.

    Cost: linear in the tables and in the candidates they make.
    """
    findings = Findings()
    if not hasattr(tables, "items"):
        mend = "Give tables by name: from_tables({'vehicles': ..., ...}); from_folder reads a folder"
        findings.error("is not a set of tables", mend, came=str(tables))
        findings.raise_errors()
    opened = _open(tables, findings)
    chosen = _settings(opened.get("settings"), settings, findings)
    # Without a needed table nothing more can be read; other faults wait, to be told all at once.
    if findings.errors and (chosen is None or any(name not in opened for name in NEEDED)):
        findings.raise_errors()
    known = chosen or FleetSettings()
    if not isinstance(penalty, Penalty):
        asked = penalty if isinstance(penalty, Mapping) else {}
        penalty = named_penalty(penalty) if isinstance(penalty, str) else tuned(known.penalty(), **asked)
    return _Run(opened, office, week_start, penalty, known, findings).problem()


def _settings(table: Table | None, given: FleetSettings | None, findings: Findings) -> FleetSettings | None:
    """Return the settings given, else the table's; None where they are unusable."""
    # Only faults of the settings themselves matter here, not those of tables read before.
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
            findings.error("is not a table of a press fleet", f"Choose among {', '.join(TABLES)}", came=name)
        elif source is not None:
            opened[name] = read(source, name, findings, job="fleet")
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
        roster = read_roster(vehicles, partners, approvals, office)
        history = read_history(get("activity"), get("loans"), roster, settings.loan_days)
        # Loans that were booked for these days before use up their slots.
        booked = history.start[history.live & history.office]
        calendar = read_calendar(get("capacity"), office, week_start, days, settings, booked)
        make_rules = read_rules(get("rules"), roster.makes, settings)
        money = budgets.read_budgets(get("budgets"), roster)
        busy = feasible.busy_days(get("availability"), history, roster, days, settings.loan_days, findings)
        free = feasible.free_starts(busy, days, settings.loan_days)
        # All tables are read by now, so their faults are told together with the missing week.
        if week_start == NO_DAY:
            findings.raise_errors()
        phases = _Phases(roster, history, calendar, make_rules, free, busy, settings)
        phases.drop()
        pinned = feasible.pinned_of(get("pins"), roster, days, phases.triples, phases.why)
        forbidden = feasible.forbidden_of(get("forbids"), roster, days, phases.triples)
        # Scores are whole numbers of points, or of cents of a point where a dollar's price asks for them.
        cents = 1 if money.whole(roster.vehicles.cost) else budgets.CENTS
        scale = settings.scale or cents
        budgets.check_slope(settings, scale, cents, findings)
        findings.raise_errors()
        return self._assembled(phases, money, pinned, forbidden, scale, cents)

    def _assembled(
        self, phases: _Phases, money: budgets.Budgets, pinned: Bools, forbidden: Bools, scale: int, cents: int
    ) -> AllocationProblem:
        roster, triples, calendar, settings = phases.roster, phases.triples, phases.calendar, self.settings
        approval = phases.pairs[2][triples.pair]
        own_caps = tuple(
            group
            for group in (
                rules.tier_caps(roster, approval, phases.caps, phases.used, settings.cap_points, scale),
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
            recipient_limit=rules.per_week(roster.partners, settings),
            groups=own_caps,
            pinned=pinned,
            forbidden=forbidden,
            scale=scale,
            penalty=self.penalty,
            weight=roster.partners.weight,
            dropped=phases.dropped(),
            warnings=tuple(self.findings.warnings),
            called=roster.called,
            barriers=tuple(phases.barriers()),
            # The plan has columns of its own, so only the library of the tables is kept.
            native=self.tables["vehicles"].native.under({}),
        )


@dataclass
class _Phases:
    """The hard rules in order, each applied to the candidates that those before it left."""

    roster: Roster
    history: History
    calendar: Calendar
    rules: MakeRules
    free: Bools
    busy: Bools
    settings: FleetSettings

    def drop(self) -> None:
        """Apply the hard rules; afterwards ``triples`` holds what is left."""
        roster, calendar = self.roster, self.calendar
        approvals = roster.approvals
        self.pairs = feasible.pairs_of(roster, approvals)
        vehicle, partner, approval = self.pairs
        self.day_limit = rules.per_day(roster.partners, self.history, calendar.days, self.settings)
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
        self.caps = rules.caps_of(approvals, list(roster.makes), self.rules)
        self.used = rules.used_last_year(
            self.history, calendar.week_start, len(roster.partners.ids), len(roster.makes)
        )
        if self.settings.cap_zero_blocks:
            self.blocked = (self.caps == 0) & ~approvals.override
        else:
            self.blocked = np.zeros(len(self.caps), dtype=np.bool_)
        self.triples.keep("tier cap of 0", ~self.blocked[approval[self.triples.pair]])

    def why(self, vehicle: int, partner: int, day: int) -> str:
        """Return what the rules that drop a loan say of it, with the day they end where that is known."""
        roster, name = self.roster, self.calendar.names[day]
        standing = barriers_of(
            list(self.barriers()), roster.vehicles.vins[vehicle], roster.partners.ids[partner], [name]
        )
        return "; ".join(barrier.clause for barrier, _ in standing)

    def barriers(self) -> Iterator[Barrier]:
        """Yield why pairs are no candidates, rule by rule, so that any pair can be explained later.

        Rules are kept as boxes (these vehicles x these partners x these days): 226 vehicles and 202 partners
        have 45,000 pairs, but some 1,000 boxes.
        """
        roster, days = self.roster, self.calendar.names
        yield from _unapproved(roster)
        yield from feasible.not_free(roster, self.free, self.busy, self.calendar.days)
        partners = roster.partners.ids
        for partner in np.flatnonzero(~self.weekdays.all(axis=1)).tolist():
            closed = tuple(
                day for day, open_day in zip(days, self.weekdays[partner], strict=True) if not open_day
            )
            clause = "the partner takes no starts that weekday"
            yield Barrier("partner takes no starts that weekday", clause, (), (partners[partner],), closed)
        for partner in np.flatnonzero((self.day_limit <= 0).any(axis=1)).tolist():
            closed = tuple(day for day, left in zip(days, self.day_limit[partner], strict=True) if left <= 0)
            last = rules.running_until(self.history, partner, self.calendar.days)
            clause = "the partner has a loan running" + (f" until {last}" if last else "")
            yield Barrier("partner has a loan running", clause, (), (partners[partner],), closed)
        yield from rules.waiting(roster, self.pairs, self.wait, self.calendar.days, self.rules.cooldown)
        vehicle, _, approval = self.pairs
        for place in np.flatnonzero(self.blocked).tolist():
            make = list(roster.makes.values())[int(roster.approvals.make[place])]
            rank = roster.approvals.rank[place] or "none"
            rows_of_place = vehicle[approval == place]
            yield Barrier(
                "tier cap of 0",
                f"the rules allow no {make} for rank {rank} (tier cap 0)",
                tuple(roster.vehicles.vins[code] for code in rows_of_place.tolist()),
                (partners[int(roster.approvals.partner[place])],),
            )

    def dropped(self) -> tuple[tuple[str, str, int], ...]:
        """Return ("", rule, count) for every rule, and (vin, rule, count) for each vehicle left without."""
        vins = self.roster.vehicles.vins
        whole = [("", rule, count) for rule, count in self.triples.dropped.items()]
        return (*whole, *((vins[row], *self.triples.emptied[row]) for row in sorted(self.triples.emptied)))


def _unapproved(roster: Roster) -> Iterator[Barrier]:
    """Yield for each make the partners who have no approval for it."""
    approved = np.zeros((len(roster.makes), len(roster.partners.ids)), dtype=np.bool_)
    approved[roster.approvals.make, roster.approvals.partner] = True
    for make, spelling in enumerate(roster.makes.values()):
        vins = [roster.vehicles.vins[code] for code in np.flatnonzero(roster.vehicles.make == make).tolist()]
        without = [roster.partners.ids[code] for code in np.flatnonzero(~approved[make]).tolist()]
        if vins and without:
            clause = f"the partner has no approval for {spelling}"
            yield Barrier("no approval for the make", clause, tuple(vins), tuple(without))


def approval_scores(roster: Roster, history: History, settings: FleetSettings, scale: int) -> Ints:
    """Return the score of every approval in integer units, shape (approvals,); all its candidates share it.

    w_rank x rank + w_geo x closeness + w_pub x publication rate + w_history x history, times ``scale``,
    rounded half to even. A publication rate of the approval wins over the partner's. History is the
    approval's figure if given, else 1 where the partner had this make before, else 0.
    """
    approvals, people = roster.approvals, roster.partners
    other = settings.other_rank_points
    rank = np.array([settings.rank_points.get(word, other) for word in approvals.rank], dtype=np.float64)
    publication = np.where(
        np.isnan(approvals.publication), people.publication[approvals.partner], approvals.publication
    )
    had = np.zeros((len(people.ids), len(roster.makes)), dtype=np.float64)
    known = (history.partner >= 0) & (history.make >= 0)
    had[history.partner[known], history.make[known]] = 1.0
    past = np.where(np.isnan(approvals.history), had[approvals.partner, approvals.make], approvals.history)
    points = (
        settings.w_rank * rank
        + settings.w_geo * people.closeness[approvals.partner]
        + settings.w_pub * publication
        + settings.w_history * past
    )
    return np.round(points * scale).astype(np.int64)


@said_in_words
def from_folder(
    folder: str | Path | Container,
    *,
    office: str | None = None,
    week_start: str | date | None = None,
    penalty: Penalty | str | Mapping[str, Any] | None = None,
    settings: FleetSettings | None = None,
) -> AllocationProblem:
    """Make the problem from a folder: vehicles.csv, partners.csv, approvals.csv and whatever else there is.

    Args:
        folder: each table is a file of its name, ending in one of ``ENDINGS``; a zip archive or a workbook
            with a sheet a table does as well. Tables that are not read are named in the warnings.
        office: see ``from_tables``.
        week_start: see ``from_tables``.
        penalty: see ``from_tables``.
        settings: see ``from_tables``.

    Raises:
        InputError: the folder or a needed table is missing, a table is there twice, or anything
            ``from_tables`` finds.

    Cost: linear in the tables and in the candidates they make.

    Example:
        >>> from importlib.resources import files
        >>> import evenhand as eh
        >>> week = eh.press_fleet.from_folder(files("evenhand") / "data" / "fleet")
        >>> len(week.items), len(week.recipients), len(week)
        (226, 202, 60361)
    """
    held = folder if isinstance(folder, Container) else container_of(folder, jobs=("fleet",))
    if held is None:
        raise InputError.one(
            "is not a folder", "Give the folder with vehicles.csv and the other tables", came=str(folder)
        )
    findings = Findings()
    files_found = held.tables("fleet", TABLES, findings)
    for name in NEEDED:
        if name not in files_found:
            held.missing(name, findings)
    findings.raise_errors()
    return from_tables(files_found, office=office, week_start=week_start, penalty=penalty, settings=settings)
