"""Teams as a table for a learning system: a person a row, by e-mail address where there is one."""

from __future__ import annotations

from typing import Final

from evenhand.core.solution import Solution
from evenhand.tables.write import csv_bytes

ADDRESS: Final = 0.5
"""Share of a column's filled cells with an @ from which it is taken for addresses: some write a name."""


def groups_csv(solution: Solution) -> bytes:
    """Return name, email and group of each person, as Moodle, Canvas and others import groups.

    The address is the kept column whose cells hold an @ (``--keep "Email Address"``); empty where none is.
    No score and no other value is in it. Comma-separated UTF-8 without a mark, as importers want it.
    """
    problem = solution.problem
    address = next((cells for cells in problem.columns.values() if _addresses(cells)), None)
    groups = [problem.teams[team] for team in solution.awards.tolist()]
    order = sorted(
        range(problem.n), key=lambda person: (int(solution.awards[person]), problem.people[person])
    )
    columns = {
        "name": [problem.people[person] for person in order],
        "email": [address[person] if address else "" for person in order],
        "group": [groups[person] for person in order],
    }
    return csv_bytes(columns, mark=False)


def _addresses(cells: tuple[str, ...]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and sum("@" in cell for cell in filled) > ADDRESS * len(filled)
