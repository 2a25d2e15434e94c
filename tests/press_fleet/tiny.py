"""Tiny fleets for tests: one named world, and random ones."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from typing import Any

import numpy as np

from evenhand.allocation.problem import AllocationProblem
from evenhand.press_fleet import FleetSettings, from_tables

Rows = list[dict[str, Any]]
Tables = dict[str, Rows]
MONDAY = "2026-01-26"


def at(offset: int) -> str:
    """Return the ISO date so many days after the week's Monday."""
    return (date.fromisoformat(MONDAY) + timedelta(days=offset)).isoformat()


def world(**changes: Rows) -> Tables:
    """One vehicle, one partner who may have it any day of the week; tables given replace these."""
    tables: Tables = {
        "vehicles": [{"vin": "V1", "make": "Toyota", "model": "Camry", "cost": 100}],
        "partners": [{"partner_id": "P1", "name": "Weekly"}],
        "approvals": [{"partner_id": "P1", "make": "Toyota", "rank": "A"}],
        "availability": [{"vin": "V1", "start_date": at(0), "end_date": at(13), "available": "yes"}],
    }
    return {**deepcopy(tables), **changes}


def made(
    tables: Tables, week_start: str | None = MONDAY, office: str | None = None, **settings: Any
) -> AllocationProblem:
    """Run the pipeline."""
    return from_tables(tables, week_start=week_start, office=office, settings=FleetSettings(**settings))


def triples(problem: AllocationProblem) -> set[tuple[str, str, str]]:
    """Return the candidates by name."""
    return {
        (problem.items[item], problem.recipients[who], problem.days[day])
        for item, who, day in zip(problem.item, problem.recipient, problem.day, strict=True)
    }


def starts(problem: AllocationProblem) -> list[str]:
    """Return the days on which anything can start."""
    return sorted({day for _, _, day in triples(problem)})


def random_tables(seed: int) -> Tables:
    """A random fleet: two makes, four models, everything that a rule looks at drawn freely."""
    rng = np.random.default_rng(seed)

    def pick(*choices: Any) -> Any:
        return choices[int(rng.integers(len(choices)))]

    vehicles = [
        {
            "vin": f"V{n}",
            "make": (make := pick("Toyota", "Kia")),
            "model": pick(f"{make} 1", f"{make} 2"),
            "cost": 50,
        }
        for n in range(int(rng.integers(1, 7)))
    ]
    partners = [
        {
            "partner_id": f"P{n}",
            "days": pick("", "", "Mon Wed", "Fri"),
            "closeness": round(float(rng.random()), 2),
            "publication_rate": round(float(rng.random()), 2),
        }
        for n in range(int(rng.integers(1, 5)))
    ]
    approvals = [
        {"partner_id": one["partner_id"], "make": make, "rank": pick("A+", "A", "B", "C", "")}
        for one in partners
        for make in ("Toyota", "Kia")
        if rng.random() < 0.8
    ]
    availability = [
        {
            "vin": one["vin"],
            "start_date": at(first),
            "end_date": at(first + int(rng.integers(6, 16))),
            "available": "yes",
        }
        for one in vehicles
        for first in [int(rng.integers(-3, 3))]
    ] + [
        {"vin": one["vin"], "start_date": at(4), "end_date": at(5), "available": "no"}
        for one in vehicles
        if rng.random() < 0.2
    ]

    def loan(low: int, high: int) -> dict[str, Any]:
        start = int(rng.integers(low, high))
        end = pick("", at(start + int(rng.integers(0, 10))))
        return {
            "partner_id": pick(*partners)["partner_id"],
            "vin": pick(*vehicles)["vin"],
            "start_date": at(start),
            "end_date": end,
        }

    activity = [loan(-45, -5) for _ in range(int(rng.integers(0, 6)))]
    activity += [loan(-385, -355) for _ in range(int(rng.integers(0, 6)))]
    loans = [loan(-8, 6) for _ in range(int(rng.integers(0, 3)))]
    rules: Rows = []
    if rng.random() < 0.5:
        rules.append(
            {"make": "Kia", "rank": "", "cap": pick("", 0, 1, 2), "cooldown_days": pick("", 0, 3, 60)}
        )
        rules.append({"make": "Toyota", "rank": pick("A", "C"), "cap": pick(0, 1), "cooldown_days": ""})
    capacity = [{"date": at(day), "slots": int(rng.integers(0, 4))} for day in range(5) if rng.random() < 0.4]
    if loans and rng.random() < 0.3:
        activity.append(dict(loans[0]))
    tables = {
        "vehicles": vehicles,
        "partners": partners,
        "approvals": approvals or [{"partner_id": "P0", "make": "Kia", "rank": "A"}],
        "availability": availability,
    }
    more = {"activity": activity, "loans": loans, "rules": rules, "capacity": capacity}
    return tables | {name: rows for name, rows in more.items() if rows}
