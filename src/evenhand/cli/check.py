"""``evenhand check``: what was read, before anything is planned."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenhand.cli.options import example
from evenhand.cli.output import print_json, say
from evenhand.cli.sources import container, given, refuse_unused

if TYPE_CHECKING:
    from evenhand.report.text import Block
    from evenhand.tables.overview import Overview

__all__ = ["COMMAND", "EPILOG", "SHORT"]

SHORT = "What is in my file or folder, and what is it taken for?"
EPILOG = example(
    "evenhand demo --tables demo-out",
    "evenhand check demo-out/roster/people.csv",
    "evenhand check demo-out/fleet",
)

Source = Annotated[
    Path, typer.Argument(metavar="FILE", help="A table, a folder, a zip archive, or - for standard input.")
]
Job = Annotated[
    str,
    typer.Option(
        "--job", metavar="[allocation|fleet|teams|rota]", help="What it is for; guessed if left out."
    ),
]
SaveMapping = Annotated[
    Path | None,
    typer.Option(
        "--save-mapping", metavar="FILE.toml", help="Keep which head is which column, for --map FILE.toml."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print everything as JSON and nothing else.")]


def check(
    source: Source, *, job: Job = "", save_mapping: SaveMapping = None, as_json: AsJson = False
) -> None:
    """Say what was read and what is wrong with it: encoding, columns, dates, totals, and which job it fits.

    Nothing is planned and nothing is changed. Exit code 2 where something has to be mended.
    """
    from evenhand.core.errors import InputError
    from evenhand.tables.overview import overview

    if job and job not in ("allocation", "fleet", "teams", "rota"):
        raise InputError.one(
            "is no job", "Choose one of allocation, fleet, teams, rota", table="--job", came=job
        )
    if _is_database(source):
        from evenhand.cli.history import check_database

        check_database(str(source))
        return
    jobs = (job,) if job else ("allocation", "fleet", "teams", "rota")
    held = container(source, *jobs)
    found = overview(held if held is not None else given(source), job=job, shown=str(source))
    refuse_unused()
    if save_mapping is not None:
        _save(found, save_mapping)
    if found.job == "teams" and held is None:
        found = _as_form(found, source)
    if as_json:
        print_json(asdict(found))
    else:
        _show(found)
    # After all is shown and saved: what is wrong is the answer here and no failure of the command.
    if found.errors:
        raise typer.Exit(2)


def _as_form(found: Overview, source: Path) -> Overview:
    """Return what was found, with what other columns of a roster are for, such as answers of a form."""
    from evenhand.tables import read
    from evenhand.teams.reading.guess import guess

    table = read(given(source), "people", job="teams")
    guessed = guess(table)
    use = dict.fromkeys(guessed.criteria, "to balance")
    use |= dict.fromkeys(guessed.tags, "to balance, each answer")
    use |= dict.fromkeys(guessed.wishes, "wishes")
    use |= dict.fromkeys(guessed.choices, "choices")
    use |= {column: f"left out: {reason}" for column, reason in guessed.left_out.items()}
    for column, cells in table.columns.items():
        filled = [cell for cell in cells if cell]
        # More than half, as some people write a name where an address is asked for.
        if 2 * sum("@" in cell for cell in filled) > len(filled):
            use[column] = "left out: e-mail, --keep"
    numbers = {one.head for file in found.files for one in file.columns if one.holds.startswith("numbers")}
    for column in numbers & guessed.left_out.keys():
        if guessed.left_out[column] == "too many different values":
            use[column] = "left out: a number, --numbers"
    files = [
        replace(
            file,
            columns=tuple(
                column if column.taken_for else replace(column, taken_for=use.get(column.head, ""))
                for column in file.columns
            ),
        )
        for file in found.files
    ]
    parts = [
        f'{option} "{",".join(columns)}"'
        for option, columns in (("--balance", guessed.criteria), ("--wishes", guessed.wishes))
        if columns
    ]
    command = " ".join([found.command, *parts]) if found.command else ""
    if guessed.choices:
        named = sorted({cell for column in guessed.choices for cell in table.columns[column] if cell})
        command += (
            f'\n  {found.command.partition(" --teams")[0]} --teams {len(named)} --names "{",".join(named)}"'
        )
        command += f' --choices "{",".join(guessed.choices)}"'
    return replace(found, files=files, command=command)


def _is_database(path: Path) -> bool:
    """Whether a file is a database of plans: SQLite's own first bytes."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        # By content and not by ending: people call the file what they like.
        return file.read(16) == b"SQLite format 3\x00"


def _save(found: Overview, path: Path) -> None:
    """Write the mapping as TOML: heads that are no column of ours stay out."""
    import json

    from evenhand.tables import write_atomically

    lines = [
        "# Which head of your files is which column of evenhand. Use it with --map " + path.name,
        "[columns]",
    ]
    pairs = {
        column.head: column.taken_for for file in found.files for column in file.columns if column.taken_for
    }
    # JSON's quoting of texts is TOML's as well, so any head comes back as it was.
    lines += [
        f"{json.dumps(head, ensure_ascii=False)} = {json.dumps(column)}" for head, column in pairs.items()
    ]
    write_atomically(path, ("\n".join(lines) + "\n").encode("utf-8"))
    say(f"wrote {path}")


def _show(found: Overview) -> None:
    from evenhand.cli.screen import show
    from evenhand.report.text import Grid, Heading, Text

    blocks: list[Block] = [Text(found.answer, "strong")]
    for file in found.files:
        blocks += [
            Heading(file.name),
            Text(file.said),
            Grid(
                ("column", "taken for", "holds", "such as"),
                tuple((one.head, one.taken_for or "-", one.holds, one.example) for one in file.columns),
            ),
        ]
    for title, findings in (("To mend", found.errors), ("Worth a look", found.warnings)):
        if findings:
            blocks += [Heading(title), _listed(findings)]
    if found.command:
        blocks += [Text(f"Next:\n  {found.command}")]
    show(blocks)


SHOWN = 30


def _listed(findings: list[Any]) -> Block:
    from evenhand.report.text import Text

    lines = [f"- {one}" for one in findings[:SHOWN]]
    if len(findings) > SHOWN:
        lines.append(f"... and {len(findings) - SHOWN} more.")
    return Text("\n".join(lines))


COMMAND = check
