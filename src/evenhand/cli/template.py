"""``evenhand template``: empty tables to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenhand.cli.options import example
from evenhand.cli.output import print_json, say

if TYPE_CHECKING:
    from evenhand.tables.descriptions import TableKind

SHORT = "Write empty tables to fill in."
EPILOG = example(
    "evenhand template rota",
    "evenhand template rota --out rota-tables",
    "evenhand template fleet --out fleet.xlsx",
)

QUESTIONS = {
    "teams": """Ask these questions in your form tool, in these words, and save the answers as CSV or Excel:

  1. First name (short answer)
  2. Last name (short answer)
  3. Department (choose one)                      -> --balance Department
  4. Languages (choose all that apply)            -> --balance Languages, each answer by itself
  5. Friend 1, 2 and 3: whom would you like to be with? (short answer each)
                                                  -> --wishes "Friend 1,Friend 2,Friend 3"
  6. Project 1, 2 and 3: your choices, best first (choose one each)
                                                  -> --choices "Project 1,Project 2,Project 3"
  7. Captain: would you be captain? (yes or no)   -> --roles Captain
  8. Years of experience (a number)               -> --numbers "Years of experience"

Leave out what you do not need. Time stamps and e-mail addresses that the tool adds are left out by
themselves; evenhand check FILE says what each column is taken for."""
}
"""By job a form whose answers are understood as they are: tests plan from a table with these heads."""

What = Annotated[str, typer.Argument(metavar="[allocation|fleet|teams|rota]", help="What you want to plan.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", metavar="FOLDER", help="Write the tables there; or one workbook, FILE.xlsx."),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print the tables and columns as JSON and nothing else.")
]


def template(job: What, *, out: Out = None, as_json: AsJson = False) -> None:
    """Say which tables and columns a job reads, or write them, each with a row or two to replace."""
    from evenhand.core.errors import InputError
    from evenhand.tables import near
    from evenhand.tables.descriptions import JOBS, kinds_of

    wanted = {"allocate": "allocation", "team": "teams", "rounds": "teams"}.get(job, job)
    if wanted not in JOBS:
        meant = near(job, JOBS)
        mend = f"Did you mean {meant}?" if meant else f"Choose one of {', '.join(JOBS)}"
        raise InputError.one("is not a job", mend, came=job)
    kinds = kinds_of(wanted)
    if out is not None:
        for path in _write(wanted, out):
            say(f"wrote {path}")
    if as_json:
        print_json([_as_json(kind) for kind in kinds])
    elif out is None:
        _show(wanted)


def _as_json(kind: TableKind) -> dict[str, Any]:
    return {
        "table": kind.name,
        "needed": kind.needed,
        "meaning": kind.meaning,
        "either": [list(choice) for choice in kind.either],
        "columns": [
            {
                "name": column.name,
                "needed": column.needed,
                "type": column.type,
                "meaning": column.meaning,
                "example": column.example,
                "also": [*column.also, *column.words],
            }
            for column in kind.columns
        ],
    }


def _show(job: str) -> None:
    from evenhand.cli.screen import show
    from evenhand.report.text import Block, Grid, Heading, Text
    from evenhand.tables.descriptions import kinds_of

    blocks: list[Block] = []
    for kind in kinds_of(job):
        rows = tuple(
            (column.name, "needed" if column.needed else "", column.type, column.example, column.meaning)
            for column in kind.columns
        )
        blocks += [
            Heading(f"{kind.name}.csv{' (needed)' if kind.needed else ''}"),
            Text(f"{kind.meaning[:1].upper()}{kind.meaning[1:]}."),
            Grid(("column", "", "type", "example", "meaning"), rows),
        ]
        blocks += [Text(f"One of {' or '.join(choice)} is needed.", "note") for choice in kind.either]
    if job in QUESTIONS:
        blocks += [Heading("A form to ask people"), Text(QUESTIONS[job])]
    blocks.append(Text(f"Write them with: evenhand template {job} --out {job}-tables"))
    show(blocks)


def _write(job: str, out: Path) -> list[Path]:
    """Write the templates into a folder, or a sheet each into a workbook; nothing is written over.

    Raises:
        InputError: a file is there already.
    """
    from evenhand.core.errors import Findings
    from evenhand.tables import write_csv, write_xlsx
    from evenhand.tables.descriptions import kinds_of
    from evenhand.tables.files import folder_to_fill

    tables = {
        kind.name: {
            column.name: [row.get(column.name, column.example) for row in kind.rows]
            for column in kind.columns
        }
        for kind in kinds_of(job)
    }
    single = out.suffix.lower() == ".xlsx"
    goals = [out] if single else [out / f"{name}.csv" for name in tables]
    findings = Findings()
    for goal in goals:
        if goal.exists():
            mend = "Give another name; nothing is written over"
            findings.error("is there already", mend, table="--out", came=str(goal))
    if out.exists() and not single and not out.is_dir():
        findings.error(
            "is a file", "Give a folder, or a name that ends in .xlsx", table="--out", came=str(out)
        )
    # All files are looked at before the first is written, so that no half set is left.
    findings.raise_errors()
    if single:
        write_xlsx(tables, out)
        return goals
    with folder_to_fill(out, "--out"):
        for goal, columns in zip(goals, tables.values(), strict=True):
            write_csv(columns, goal)
    return goals


COMMAND = template
