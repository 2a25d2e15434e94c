"""The tables that come with evenhand: a fleet's week, a roster, a class, a garden, a team's calendar."""

from __future__ import annotations

from pathlib import Path

FOLDERS = ("fleet", "roster", "class", "garden", "oncall")


def folder(name: str) -> Path:
    """Return the folder of a bundled set of tables."""
    return Path(__file__).resolve().parents[1] / "data" / name


def write_tables(target: Path) -> list[Path]:
    """Copy all bundled tables into a folder, one folder a set; the same files may be there already.

    Raises:
        InputError: the target is a file, may not be written, or holds other files of the same names.
    """
    from evenhand.core.errors import Findings
    from evenhand.tables.files import folder_to_fill, write_atomically

    findings = Findings()
    tables = [
        file for name in FOLDERS for file in sorted(folder(name).iterdir()) if file.suffix in {".csv", ".ics"}
    ]
    goals = {target / file.parent.name / file.name: file.read_bytes() for file in tables}
    if target.exists() and not target.is_dir():
        findings.error("is a file", "Give the name of a folder", table="--tables", came=str(target))
        findings.raise_errors()
    for goal, content in goals.items():
        if goal.exists() and goal.read_bytes() != content:
            mend = "Give another folder; nothing is written over"
            findings.error("is there already and differs", mend, table="--tables", came=str(goal))
    findings.raise_errors()
    for goal, content in goals.items():
        with folder_to_fill(goal.parent, "--tables"):
            if not goal.exists():
                write_atomically(goal, content)
    return list(goals)
