"""Who and what there is: vehicles, partners, and which partner may have which make."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evenhand.allocation.problem import NO_LIMIT
from evenhand.core.arrays import Bools, Floats, Ints
from evenhand.core.errors import Findings
from evenhand.press_fleet.cells import (
    NO_PARTNER,
    codes,
    in_office,
    labels,
    make_key,
    make_label,
    rank_key,
    strange,
    unique,
    unknown_makes,
    weekday_set,
)
from evenhand.press_fleet.settings import MOST
from evenhand.tables import Table

MOST_MONEY = 1e9
"""Dollars that a cost or budget may come to."""


@dataclass(frozen=True, eq=False)
class Vehicles:
    """The office's vehicles by VIN: model, codes of make, (make, model), fleet, and dollars a loan."""

    vins: tuple[str, ...]
    models: tuple[str, ...]
    make: Ints
    model: Ints
    fleet: Ints
    cost: Floats


@dataclass(frozen=True, eq=False)
class Partners:
    """The office's partners, by id: allowed weekdays (P, 7), closeness and publication rate, limit a week."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    weekdays: Bools
    closeness: Floats
    publication: Floats
    per_week: Ints
    weight: Ints


@dataclass(frozen=True, eq=False)
class Approvals:
    """Which partner may have which make, sorted by (partner, make); NaN where a figure is not given."""

    partner: Ints
    make: Ints
    rank: tuple[str, ...]
    publication: Floats
    history: Floats
    override: Bools


@dataclass(frozen=True, eq=False)
class Roster:
    """Vehicles, partners and approvals of one office, with the names behind the codes.

    Attributes:
        office: its name; "" where the tables name none.
        makes: key to spelling, sorted by key; the place is the code.
        models: key (make, model) to code; used to find a partner's earlier loans of a model.
        fleets: keys of fleets, sorted; the place is the code.
        fleet_labels: how each fleet is written in reports, by the same place.
    """

    office: str
    vehicles: Vehicles
    partners: Partners
    approvals: Approvals
    makes: dict[str, str]
    models: dict[tuple[str, str], int]
    fleets: tuple[str, ...]
    fleet_labels: tuple[str, ...]
    known_vins: dict[str, tuple[str, str]]
    known_partners: frozenset[str]

    @property
    def called(self) -> dict[str, str]:
        """What people call vehicles and partners: make and model, and the outlet."""
        herd = self.vehicles
        spelled = list(self.makes.values())
        known = {
            vin: f"{spelled[make]} {model}".strip()
            for vin, make, model in zip(herd.vins, herd.make.tolist(), herd.models, strict=True)
            if make >= 0
        }
        return known | {
            entry: name for entry, name in zip(self.partners.ids, self.partners.names, strict=True) if name
        }


def office_of(vehicles: Table, office: str | None, findings: Findings) -> str:
    """Return the office to plan for: the one asked for, or the only one that the vehicles name."""
    offices = sorted({cell for cell in vehicles.text("office") if cell})
    if office is None:
        if len(offices) > 1:
            findings.error(
                "is missing, and the vehicles belong to several",
                f"Choose one of {', '.join(offices[:12])}: office={offices[0]!r} (--office {offices[0]})",
                column="office",
            )
        return offices[0] if offices else ""
    match = next((known for known in offices if known.casefold() == office.strip().casefold()), None)
    if offices and match is None:
        findings.error(
            "has no vehicle",
            f"Choose one of {', '.join(offices[:12])}",
            table=vehicles.name,
            column="office",
            came=office,
        )
    return match or office.strip()


def read_roster(vehicles: Table, partners: Table, approvals: Table, office: str) -> Roster:
    """Return the office's roster; everything wrong with the three tables is noted, rows in any order.

    Args:
        vehicles: columns vin, make; model, office, fleet, cost.
        partners: columns partner_id; name, office, days, closeness, publication_rate, max_per_week, weight.
        approvals: columns partner_id, make; rank, publication_rate, history, override.
        office: whose rows count; rows without an office count too.
    """
    vehicles.need("vin", "make")
    vins, makes = vehicles.text("vin", required=True), vehicles.text("make", required=True)
    models = vehicles.text("model")
    unique(vehicles, range(len(vehicles)), vins, "vin", "stands twice", "Keep one row a vehicle")
    shown = {key: name for key, name in sorted(labels(makes).items()) if key}
    model_keys = sorted(
        {(make_key(make), model.casefold()) for make, model in zip(makes, models, strict=True)}
    )
    model_index = {key: row for row, key in enumerate(model_keys)}
    of_vin = {
        vin: (make_key(make), model.casefold())
        for vin, make, model in zip(vins, makes, models, strict=True)
        if vin
    }
    fleet_cells, fleet_labels = _fleets(vehicles, makes)
    cost = vehicles.numbers("cost", default=0.0, low=0.0, high=MOST_MONEY)
    kept = sorted(np.flatnonzero(in_office(vehicles, office)).tolist(), key=lambda row: vins[row])
    herd = Vehicles(
        tuple(vins[row] for row in kept),
        tuple(models[row] for row in kept),
        codes([make_key(makes[row]) for row in kept], shown),
        np.array([model_index[of_vin.get(vins[row], model_keys[0])] for row in kept], dtype=np.int64),
        codes([make_key(fleet_cells[row]) for row in kept], fleet_labels),
        cost[kept],
    )
    people, everyone = _partners(partners, office)
    return Roster(
        office,
        herd,
        people,
        _approvals(approvals, people, everyone, shown),
        shown,
        model_index,
        tuple(fleet_labels),
        tuple(fleet_labels.values()),
        of_vin,
        everyone,
    )


def _fleets(vehicles: Table, makes: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return each vehicle's fleet, its make where none is given; and key to label, sorted by key."""
    cells = [cell or make for cell, make in zip(vehicles.text("fleet"), makes, strict=True)]
    spellings: dict[str, list[str]] = {}
    for cell in cells:
        spellings.setdefault(make_key(cell), []).append(cell)
    return cells, {key: make_label(spellings[key]) for key in sorted(spellings)}


def _partners(table: Table, office: str) -> tuple[Partners, frozenset[str]]:
    table.need("partner_id")
    ids = table.text("partner_id", required=True)
    unique(table, range(len(table)), ids, "partner_id", "stands twice", "Keep one row a partner")
    weekdays = np.ones((len(table), 7), dtype=np.bool_)
    for row, cell in enumerate(table.text("days")):
        allowed = weekday_set(cell)
        if allowed is None:
            table.wrong(
                row, "days", "names no weekdays", "Write weekdays such as Mon Tue Wed, or leave it empty"
            )
        else:
            weekdays[row] = allowed
    closeness = _share(table, "closeness", 0.0)
    publication = _share(table, "publication_rate", 0.0)
    per_week = table.integers("max_per_week", default=-1, low=0, high=MOST)
    per_week = np.where(per_week < 0, NO_LIMIT, per_week)
    weight, _ = table.weights("weight", zero=True)
    kept = sorted(np.flatnonzero(in_office(table, office)).tolist(), key=lambda row: ids[row])
    names = table.text("name")
    people = Partners(
        tuple(ids[row] for row in kept),
        tuple(names[row] or ids[row] for row in kept),
        weekdays[kept],
        closeness[kept],
        publication[kept],
        per_week[kept],
        weight[kept],
    )
    return people, frozenset(ids)


def _share(table: Table, name: str, default: float) -> Floats:
    """Return figures from 0 to 1; ``default`` where empty."""
    figures = table.numbers(name, default=default)
    for row in np.flatnonzero((figures < 0) | (figures > 1)):
        table.wrong(int(row), name, "is not between 0 and 1", "Write a share such as 0.35")
    return figures


def _approvals(table: Table, people: Partners, everyone: frozenset[str], makes: dict[str, str]) -> Approvals:
    table.need("partner_id", "make")
    who, what = table.text("partner_id", required=True), table.text("make", required=True)
    keys = [(name, make_key(make)) if name and make else None for name, make in zip(who, what, strict=True)]
    unique(table, range(len(table)), keys, "make", "is approved twice for this partner", "Keep one row")
    strange(table, "partner_id", everyone, *NO_PARTNER)
    unknown = unknown_makes(what, makes)
    if unknown:
        table.findings.warning(
            f"approves makes that no vehicle has: {unknown}",
            "Check the spelling if a vehicle of that make should be lent",
            table=table.name,
            column=table.head("make"),
        )
    rank = [rank_key(cell) for cell in table.text("rank")]
    publication = _share(table, "publication_rate", np.nan)
    history = _share(table, "history", np.nan)
    override = table.flags("override")
    person, make = codes(who, people.ids), codes([make_key(cell) for cell in what], makes)
    kept = np.flatnonzero((person >= 0) & (make >= 0))
    kept = kept[np.lexsort((make[kept], person[kept]))]
    return Approvals(
        person[kept],
        make[kept],
        tuple(rank[row] for row in kept),
        publication[kept],
        history[kept],
        override[kept],
    )
