"""``evenhand run``: make a plan again from its recipe; and ``--recipe``, with which commands write one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from evenhand.cli.options import Explain, Json, Out, Rows, Seconds, example
from evenhand.cli.output import say
from evenhand.cli.session import Session, refuse_early

SHORT = "Make a plan again from its recipe."
EPILOG = example(
    "evenhand plan plans.db --sample garden --save-recipe garden-recipe",
    "evenhand run garden-recipe",
    "evenhand run garden-recipe --json",
)

Source = Annotated[
    Path,
    typer.Argument(metavar="RECIPE", help="A recipe.toml, or a folder that holds one beside its tables."),
]


Keep = Annotated[
    Path | None,
    typer.Option("--recipe", metavar="FOLDER", help="Write recipe and tables there, for evenhand run."),
]


ONE_PLAN = "Leave one of the two out: a recipe is one plan made from tables"
"""What is said of options that a recipe does not hold."""


def run(
    context: typer.Context,
    recipe: Source,
    *,
    time_limit: Seconds = None,
    out: Out = None,
    as_json: Json = False,
    explain: Explain = None,
    rows: Rows = None,
) -> None:
    """Make the plan that a recipe describes. A recipe names the tables, the settings and the seed.

    The same recipe makes the same plan, byte for byte, here and on a server.
    """
    from evenhand.cli.beside import Typed
    from evenhand.workspace.building import base_problem, opened, picked_problem, solved
    from evenhand.workspace.recipe_files import read_recipe

    typed = Typed(context)
    typed.refuse_unshown()
    typed.findings.raise_errors()
    recipe_read, content, names = read_recipe(recipe)
    refuse_early(recipe_read.job, out, rows=rows, seconds=time_limit)
    session = Session(out, as_json, explain, rows)
    problem = session.read(lambda: picked_problem(base_problem(recipe_read, content, names), recipe_read))
    before = opened(content["before"], "before.csv") if "before" in content else None
    with session.searching(problem, time_limit) as progress:
        solution = solved(problem, recipe_read, before, progress=progress)
    session.deliver(solution)


def keep_recipe(
    folder: Path, form: str, tables: Mapping[str, Any], settings: Mapping[str, Any], seed: int, problem: Any
) -> None:
    """Write the recipe of a problem, with its tables, into a folder.

    The problem is made again from what is to be written, and nothing is written where another comes of it:
    a recipe that is there makes the same plan.

    Args:
        folder: made if it is not there; nothing in it is written over but the recipe.
        form: how the tables are laid out.
        tables: table's name to its source, as ``given`` returns it.
        settings: the command's options by the names that recipes know; those not given are left out.
        seed: random seed.
        problem: what the command made of the same.

    Raises:
        InputError: an option is one that recipes do not hold, or a file of another content is in the way.
        MethodError: the method is unknown, or does not fit the problem.
    """
    from evenhand.core.desk import method_of
    from evenhand.core.errors import Findings, InputError
    from evenhand.core.recipe import FORMS, Recipe, sha_of
    from evenhand.documents.encode import encode
    from evenhand.jobs import job_of
    from evenhand.tables.files import bytes_of, folder_to_fill, write_atomically
    from evenhand.workspace.building import base_problem
    from evenhand.workspace.recipe_files import recipe_toml

    # A recipe by a method that is none, or that cannot solve this, would be there and make no plan.
    method_of(job_of(problem), problem, settings.get("method") or "auto")

    content, names, mapping = {}, {}, {}
    for table, source in tables.items():
        content[table], names[table], heads = _as_file(table, source)
        if heads:
            mapping[table] = heads
    asked = {name: value for name, value in settings.items() if value not in (None, "", [], (), {}, False)}
    hashes = {table: sha_of(held) for table, held in content.items()}
    recipe = Recipe(FORMS[form], form, hashes, mapping, asked, seed=seed)
    again = base_problem(recipe, content, names)
    if _without_notes(encode(again)) != _without_notes(encode(problem)):
        mend = "Leave out options that a recipe does not hold, or draft the plan with evenhand plan"
        raise InputError.one("cannot hold all that was asked for", mend, table="--recipe", came=str(folder))
    findings = Findings()
    for table, name in names.items():
        target = folder / name
        if target.exists() and bytes_of(target) != content[table]:
            mend = "Give another folder; nothing is written over"
            findings.error("is there already and holds something else", mend, table=str(target))
    findings.raise_errors()
    with folder_to_fill(folder, "--recipe"):
        for table, name in names.items():
            write_atomically(folder / name, content[table])
        write_atomically(folder / "recipe.toml", recipe_toml(recipe, names).encode())
    say(f"wrote {folder / 'recipe.toml'}")


def _without_notes(encoded: Any) -> Any:
    """Return a problem's document without its notes, which name the user's own folders."""
    return {name: value for name, value in encoded.items() if name != "warnings"}


def _as_file(table: str, source: Any) -> tuple[bytes, str, dict[str, str]]:
    """Return a table's bytes, its file's name, and its heads that are read as another column.

    A text or a calendar stays as it is; a sheet of a workbook and what came in an archive become CSV.
    """
    from evenhand.tables import read
    from evenhand.tables.files import bytes_of
    from evenhand.tables.texts import fold
    from evenhand.workspace.building import csv_bytes

    path = source.source if isinstance(source.source, Path) else None
    as_it_is = path is not None and path.suffix.lower() in (".csv", ".tsv", ".txt", ".ics")
    if as_it_is and path is not None and path.suffix.lower() == ".ics":
        return bytes_of(path), path.name, {}
    # read without --map: the file keeps the user's own heads, and the recipe says what they mean
    table_read = read(replace(source, mapping={}, seen=None))
    renames = {fold(head): column for head, column in source.mapping.items()}
    mapping = {head: renames[fold(head)] for head in table_read.columns if fold(head) in renames}
    if as_it_is and path is not None:
        return bytes_of(path), path.name, mapping
    rows = zip(*(table_read.columns[head] for head in table_read.columns), strict=True)
    return csv_bytes(list(table_read.columns), list(rows)), f"{table}.csv", mapping


COMMAND = run
