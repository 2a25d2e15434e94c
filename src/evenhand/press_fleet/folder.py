"""A press fleet from a folder with one file a table."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from evenhand.allocation.problem import AllocationProblem
from evenhand.allocation.problem.penalties import Penalty
from evenhand.core.errors import Findings, InputError
from evenhand.press_fleet.pipeline import NEEDED, TABLES, from_tables
from evenhand.press_fleet.settings import FleetSettings

__all__ = ["ENDINGS", "from_folder"]

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".parquet")
"""Endings under which a table is looked for."""


def from_folder(
    folder: str | Path,
    *,
    office: str | None = None,
    week_start: str | date | None = None,
    penalty: Penalty | None = None,
    settings: FleetSettings | None = None,
) -> AllocationProblem:
    """Make the problem from a folder: vehicles.csv, partners.csv, approvals.csv and whatever else there is.

    Args:
        folder: each table is a file of its name, ending in one of ``ENDINGS``; other files are left alone.
        office: see ``from_tables``.
        week_start: see ``from_tables``.
        penalty: see ``from_tables``.
        settings: see ``from_tables``.

    Raises:
        InputError: the folder or a needed table is missing, a table is there twice, or anything
            ``from_tables`` finds.
    """
    path = Path(folder)
    if not path.is_dir():
        raise InputError.one(
            "is no folder", "Give the folder with vehicles.csv and the other tables", came=str(path)
        )
    findings = Findings()
    found = {}
    for name in TABLES:
        files = [path / f"{name}{ending}" for ending in ENDINGS if (path / f"{name}{ending}").is_file()]
        if len(files) > 1:
            names = " and ".join(file.name for file in files)
            findings.error(f"is there more than once ({names})", "Keep one of the files", table=name)
        if files:
            found[name] = files[0]
        elif name in NEEDED:
            findings.error(
                f"is not in the folder {path}",
                f"Add {name}.csv with the office's {name}",
                table=f"{name}.csv",
            )
    findings.raise_errors()
    return from_tables(found, office=office, week_start=week_start, penalty=penalty, settings=settings)
