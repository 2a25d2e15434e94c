"""A generated week as a folder of CSV files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from benchmarks.made_up_weeks.tables import WEEK, week_tables

__all__ = ["BUNDLED_SEED", "write_week"]

BUNDLED_SEED = 10
"""The seed of the week in ``src/evenhand/data/fleet``."""


def write_week(
    folder: str | Path,
    seed: int = BUNDLED_SEED,
    *,
    offices: Sequence[str] = ("LA",),
    size: float = 1.0,
    cost_per_vehicle: bool = False,
    tight: bool = False,
    week_start: date = WEEK,
) -> list[Path]:
    """Write a generated week, one CSV file a table, UTF-8 with plain line ends; returns the files.

    Args:
        folder: made if it is not there; files of the same names are replaced.
        seed: see ``week_tables``, also for the rest.
        offices: see ``week_tables``.
        size: see ``week_tables``.
        cost_per_vehicle: see ``week_tables``.
        tight: see ``week_tables``.
        week_start: see ``week_tables``.
    """
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    tables = week_tables(
        seed,
        offices=offices,
        size=size,
        cost_per_vehicle=cost_per_vehicle,
        tight=tight,
        week_start=week_start,
    )
    written = []
    for name, columns in tables.items():
        lines = [",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
        file = path / f"{name}.csv"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
        written.append(file)
    return written
