"""Teams as a workbook: all in one list, quality, a sheet a team, and the common sheets."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from evenhand.core.solution import Columns, Solution
from evenhand.report.sheets import sheets
from evenhand.tables.write import xlsx_bytes

MOST_SHEETS: Final = 250
"""Teams with a sheet of their own; a workbook with more is slow to open, and the plan holds them all."""

LONGEST: Final = 31
"""Characters a sheet's name can have."""

FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")


def xlsx(solution: Solution) -> bytes:
    """Return the workbook."""
    return xlsx_bytes(workbook(solution))


def workbook(solution: Solution) -> dict[str, Columns]:
    """Return the sheets by name: plan, quality, the common ones, then a sheet a team."""
    from evenhand.teams import balance, holders, summary

    problem, awards = solution.problem, np.asarray(solution.awards)
    common = sheets(solution)
    tables: dict[str, Columns] = {"plan": common.pop("plan")}
    scored = balance(problem, awards)
    lines = summary(problem, awards, scored)
    if lines:
        exact = {name: round(float(score), 6) for name, score in scored.scores.items()}
        tables["quality"] = {
            "balanced": [*(what for what, _, _ in lines), "all"],
            "score": [
                *(exact[what] if score else "" for what, score, _ in lines),
                round(float(scored.overall), 6),
            ],
            "in words": [*(sentence for _, _, sentence in lines), ""],
        }
    tables.update(common)
    taken = {name.casefold() for name in tables}
    roles = holders(problem, awards)
    order = np.argsort(awards, kind="stable")
    ends = np.cumsum(np.bincount(awards, minlength=len(problem.teams)))
    for team, name in list(enumerate(problem.teams))[:MOST_SHEETS]:
        people = order[(ends[team - 1] if team else 0) : ends[team]].tolist()
        cells: dict[str, list[str]] = {"person": [problem.people[person] for person in people]}
        if roles:
            cells["role"] = [", ".join(roles.get(person, ())) for person in people]
        for head, column in problem.columns.items():
            cells[head if head not in cells else f"{head} (given)"] = [column[person] for person in people]
        tables[_sheet(name, taken)] = cells
    return tables


def _sheet(name: str, taken: set[str]) -> str:
    """Return a name that a workbook takes and no other sheet has."""
    plain = FORBIDDEN.sub(" ", name).strip()[:LONGEST] or "Team"
    chosen, index = plain, 2
    while chosen.casefold() in taken or chosen.casefold() == "history":
        tail = f" {index}"
        chosen, index = plain[: LONGEST - len(tail)] + tail, index + 1
    taken.add(chosen.casefold())
    return chosen
