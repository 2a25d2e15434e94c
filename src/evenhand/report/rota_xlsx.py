"""A rota as a workbook: plan, statement, accounts over time, standings at every slot, measures, about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from evenhand.core.solution import Columns, Solution
from evenhand.report.rota_parts import whys
from evenhand.report.sheets import sheets
from evenhand.rota.asking.explain import accounts
from evenhand.tables.write import xlsx_bytes

MOST_ROWS: Final = 100_000
"""Rows of accounts and of standings; a rota with more has whole slots left out at the end, and says so."""


def xlsx(solution: Solution) -> bytes:
    """Return the workbook."""
    return xlsx_bytes(workbook(solution))


def workbook(solution: Solution) -> dict[str, Columns]:
    """Return the sheets by name: plan, statement, accounts, standings, measures, about."""
    tables = sheets(solution)
    problem = solution.problem
    if solution.statement is None or not len(problem.slot_start):
        return tables
    kept = min(len(problem.slot_start), max(1, MOST_ROWS // len(problem.people)))
    about = {head: list(cells) for head, cells in tables.pop("about").items()}
    if kept < len(problem.slot_start):
        about["what"].append("accounts and standings")
        about["value"].append(f"of the first {kept:,} of {len(problem.slot_start):,} slots")
    own: dict[str, Columns] = {"accounts": _accounts(solution, kept), "standings": _standings(solution, kept)}
    first: dict[str, Columns] = {name: tables.pop(name) for name in ("plan", "statement")}
    return {**first, **own, **tables, "about": about}


def _table(heads: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> Columns:
    lines = list(rows)
    return {head: [line[row] for line in lines] for row, head in enumerate(heads)}


def _accounts(solution: Solution, kept: int) -> Columns:
    """A row a person and slot: due, served and lag after it, and whether it was theirs."""
    problem = solution.problem
    duties = [problem.duties[int(code)] for code in problem.slot_duty]
    rows = (
        (
            account.name,
            account.dates[slot],
            duties[slot],
            round(float(account.due[slot]), 4),
            int(account.served[slot]),
            round(float(account.lag[slot]), 4),
            "yes" if account.turns[slot] else "",
        )
        for account in accounts(problem, solution.awards, solution.seed)
        for slot in range(kept)
    )
    return _table(("name", "date", "duty", "due so far", "served so far", "lag", "turn"), rows)


def _standings(solution: Solution, kept: int) -> Columns:
    """A row a slot and member: where everybody stood when the slot was given out, next first."""
    problem = solution.problem
    rows: list[tuple[Any, ...]] = []
    for why in whys(problem, np.asarray(solution.awards), solution.seed):
        if why.slot >= kept:
            break
        label = problem.slot_label[why.slot]
        duty = problem.duties[int(problem.slot_duty[why.slot])]
        rows += [
            (
                label,
                duty,
                stand.rank or None,
                stand.name,
                round(stand.lag, 4),
                stand.wait,
                "yes" if stand.serves else "",
                stand.why_not,
            )
            for stand in why.stood
        ]
    return _table(("date", "duty", "order", "name", "lag", "days waited", "serves", "why not"), rows)
