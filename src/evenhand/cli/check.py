"""``evenhand check``: what was read, before anything is planned, and whether it can be planned with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenhand.cli.beside import READING, Typed
from evenhand.cli.options import example
from evenhand.cli.output import print_json, say
from evenhand.cli.sources import STDIN, container, given, refuse_unused

if TYPE_CHECKING:
    from evenhand.report.text import Block
    from evenhand.tables.overview import Overview

SHORT = "What is in my file or folder, and what is it taken for?"
EPILOG = example(
    "evenhand demo --tables demo-out",
    "evenhand check demo-out/roster/people.csv",
    "evenhand check demo-out/fleet",
)

Source = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="A table, a folder, a zip archive, - for standard input; "
        "or a plan, ledger, recipe, mapping or database.",
    ),
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
    context: typer.Context,
    source: Source,
    *,
    job: Job = "",
    save_mapping: SaveMapping = None,
    as_json: AsJson = False,
) -> None:
    """Say what was read and what is wrong with it: encoding, columns, dates, totals, and which job it fits.

    Plans are judged again and ledgers are checked for changes. For a folder that --offices, --many or
    --as-one wrote it says what is done and what is left. Nothing is planned or changed.
    Exit code 2 where something has to be mended, or no job fits.
    """
    from evenhand.cli.app import COMMANDS
    from evenhand.cli.check_documents import document_said, is_database
    from evenhand.core.errors import InputError
    from evenhand.tables.descriptions import JOBS
    from evenhand.tables.overview import overview

    if job and job not in JOBS:
        raise InputError.one("is not a job", f"Choose one of {', '.join(JOBS)}", table="--job", came=job)
    _refuse_other_than_mapping(save_mapping)
    if is_database(source):
        from evenhand.cli.history import check_database

        _refuse_unread(context)
        check_database(str(source), as_json=as_json)
        return
    document = None if source == STDIN else document_said(source)
    if document is not None:
        _refuse_unread(context)
        _show_document(document, as_json=as_json)
        return
    if (source / "done.jsonl").exists() or (source / "cut.jsonl").exists():
        _refuse_unread(context)
        _check_run(source, as_json=as_json)
        return
    held = container(source, *((job,) if job else JOBS))
    whole = overview(held if held is not None else given(source), job=job, shown=str(source))
    refuse_unused()
    if save_mapping is not None:
        _save(whole, save_mapping)
    if whole.command:
        # The command that would plan it knows what its columns are for, and makes the problem.
        room = import_module(f"evenhand.cli.{COMMANDS[whole.command.split()[1]]}")
        asked: dict[str, Any] = {}
        if hasattr(room, "described") and not whole.errors:
            whole, asked = room.described(whole, source)
        _tried(whole, lambda: room.tried(source, whole.command, asked))
    if as_json:
        print_json(asdict(whole))
    else:
        _show(whole)
    # After all is shown and saved: what is wrong is the answer here and no failure of the command.
    if whole.errors or not whole.command:
        raise typer.Exit(2)


def _refuse_unread(context: typer.Context) -> None:
    """Refuse options that say how a table is read, where none is.

    Raises:
        InputError: each such option is a finding.
    """
    typed = Typed(context)
    mend = "Leave it out: this is read as evenhand wrote it"
    typed.refuse_without("a table", ("job", "save_mapping", *READING), mend)
    typed.findings.raise_errors()


def _show_document(document: dict[str, Any], *, as_json: bool) -> None:
    from evenhand.cli.screen import show
    from evenhand.report.text import Heading, Text

    if as_json:
        print_json(document)
        return
    blocks: list[Block] = [Text(document["said"])]
    if document["notes"]:
        blocks += [
            Heading("Worth a look"),
            Text("\n".join(f"- {note}" for note in document["notes"][:SHOWN])),
        ]
    if document["command"]:
        blocks.append(Text(f"Next:\n  {document['command']}"))
    show(blocks)


def _tried(whole: Overview, make: Callable[[], Any]) -> None:
    """Make the problem as the command would, without solving it, and add what that says.

    Cells by themselves do not show a name that stands twice or a pin of an item that is not there.
    """
    from evenhand.core.errors import EvenhandError, InputError

    try:
        problem = make()
    except InputError as error:
        sentences = [str(finding) for finding in error.findings]
        whole.errors += [line for line in sentences if line not in whole.errors]
    except EvenhandError as error:
        whole.errors.append(str(error))
    else:
        files = {file.name for file in whole.files}
        sentences = [str(note) for note in problem.warnings if note.table in files]
        whole.warnings += [line for line in sentences if line not in whole.warnings]
    if whole.errors:
        count = len(whole.errors)
        whole.answer = whole.answer.replace("ready to plan", f"{count} thing{'s' * (count != 1)} to mend")
        whole.command = ""


def _check_run(folder: Path, *, as_json: bool) -> None:
    """Say what stands in the folder of a run over offices or groups: done, left, and whether it agrees."""
    from evenhand.cli.screen import show
    from evenhand.cluster.checking import check_run
    from evenhand.report.text import Heading, Text

    checked = check_run(folder)
    refuse_unused()
    if as_json:
        print_json(asdict(checked))
    else:
        blocks: list[Block] = [Text(checked.answer, "strong"), *(Text(line) for line in checked.lines)]
        if checked.errors:
            blocks += [Heading("To mend"), _listed(checked.errors)]
        show(blocks)
    if checked.errors:
        raise typer.Exit(2)


def _refuse_other_than_mapping(path: Path | None) -> None:
    """Refuse to keep a mapping where --map would not read it, or in the place of another file."""
    from evenhand.cli.sources import saved_mapping
    from evenhand.core.errors import InputError

    if path is None:
        return
    if path.suffix.lower() != ".toml":
        mend = "Give a name that ends in .toml, as --map reads it"
        raise InputError.one("is not a name for a mapping", mend, table="--save-mapping", came=str(path))
    if path.exists():
        try:
            saved_mapping(path)
        except InputError:
            problem = "is there already and holds something else"
            mend = "Give another name; nothing is written over"
            raise InputError.one(problem, mend, table="--save-mapping", came=str(path)) from None


def _save(whole: Overview, path: Path) -> None:
    """Write the mapping as TOML: heads that are no column of ours stay out."""
    import json

    from evenhand.tables import write_atomically

    lines = [
        "# Which head of your files is which column of evenhand. Use it with --map " + path.name,
        "[columns]",
    ]
    pairs = {column.head: column.taken_for for file in whole.files for column in file.columns if column.sure}
    # JSON's quoting of texts is TOML's as well, so any head comes back as it was.
    lines += [
        f"{json.dumps(head, ensure_ascii=False)} = {json.dumps(column)}" for head, column in pairs.items()
    ]
    write_atomically(path, ("\n".join(lines) + "\n").encode("utf-8"))
    say(f"wrote {path}")


def _show(whole: Overview) -> None:
    from evenhand.cli.screen import show
    from evenhand.report.text import Grid, Heading, Text

    blocks: list[Block] = [Text(whole.answer, "strong")]
    for file in whole.files:
        blocks += [
            Heading(file.name),
            Text(file.said),
            Grid(
                ("column", "taken for", "holds", "such as"),
                tuple(
                    (column.head, column.taken_for or "-", column.holds, column.example)
                    for column in file.columns[:COLUMNS]
                ),
            ),
        ]
        if len(file.columns) > COLUMNS:
            blocks.append(
                Text(f"... and {len(file.columns) - COLUMNS:,} more columns; --json lists them all.")
            )
    for title, findings in (("To mend", whole.errors), ("Worth a look", whole.warnings)):
        if findings:
            blocks += [Heading(title), _listed(findings)]
    if whole.command:
        blocks += [Text(f"Next:\n  {whole.command}")]
    show(blocks)


SHOWN = 30
"""Findings listed; the rest are counted."""
COLUMNS = 60
"""Columns of a file listed; the widest forms have about forty."""


def _listed(findings: list[Any]) -> Block:
    from evenhand.report.text import Text

    lines = [f"- {finding}" for finding in findings[:SHOWN]]
    if len(findings) > SHOWN:
        lines.append(f"... and {len(findings) - SHOWN} more.")
    return Text("\n".join(lines))


COMMAND = check
