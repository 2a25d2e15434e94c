"""Any job's solution as a table: CSV with the plan, a workbook with plan, statement, measures and about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evenhand.core.solution import Columns, Solution
from evenhand.report.rooms import measured
from evenhand.report.units import in_points
from evenhand.tables.write import csv_bytes, xlsx_bytes


def csv(solution: Solution) -> bytes:
    """Return the awards as CSV."""
    return csv_bytes(solution.columns)


def xlsx(solution: Solution) -> bytes:
    """Return a workbook with the sheets plan, statement, measures and about."""
    return xlsx_bytes(sheets(solution))


def sheets(solution: Solution) -> dict[str, Columns]:
    """Return the common sheets by name; a job's own workbook begins with these."""
    tables: dict[str, Columns] = {"plan": solution.columns}
    if solution.statement is not None:
        tables["statement"] = statement_columns(solution)
    evenness = measured(solution)
    if evenness is not None:
        tables["measures"] = evenness.to_columns()
    facts = about(solution)
    tables["about"] = {"what": list(facts), "value": list(facts.values())}
    return tables


def statement_columns(solution: Solution) -> Columns:
    """Return the statement as a table: claimant, thing, due, received, lag, in units."""
    statement = solution.statement
    if statement is None:
        return {}
    ticks = statement.ticks
    return {
        "claimant": [statement.claimants[code] for code in statement.claimant.tolist()],
        "thing": [statement.things[code] for code in statement.thing.tolist()],
        "due": [round(value / ticks, 4) for value in statement.entitlement.tolist()],
        "received": statement.received.tolist(),
        "lag": [round(value / ticks, 4) for value in statement.lag.tolist()],
    }


def about(solution: Solution) -> Mapping[str, Any]:
    """Say how the solution was found and what is proven: no date, as the same input gives the same bytes."""
    facts: dict[str, Any] = {
        "job": solution.job,
        "headline": solution.headline,
        "status": solution.standing,
        "method": solution.method,
        "seed": solution.seed,
        "evenhand": solution.version,
    }
    for name, value in (("value", solution.objective), ("bound", solution.bound), ("gap", solution.gap)):
        if value is not None:
            facts[name] = in_points(solution, value)
    for term in solution.terms:
        facts[term.name] = in_points(solution, term.value)
    if solution.cut and solution.gap != 0:
        facts["stopped early"] = "yes: the best found so far"
    return facts
