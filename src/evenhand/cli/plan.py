"""``evenhand plan``: draft a plan in a database, without any server."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenhand.cli.beside import READING, Typed
from evenhand.cli.options import Seconds, example
from evenhand.cli.output import say

if TYPE_CHECKING:
    from evenhand.core.recipe import Recipe
    from evenhand.store import Database

SHORT = "Draft a plan in a database; evenhand serve shows the same."
EPILOG = example(
    "evenhand plan plans.db --sample garden",
    "evenhand plan plans.db --pin 2026-02-17,Hugs",
    "evenhand history plans.db",
)
WHO = "the command line"

Where = Annotated[str, typer.Argument(metavar="DATABASE", help="A file, or a postgresql:// URL.")]
Sample = Annotated[
    str | None, typer.Option("--sample", metavar="NAME", help="Start a series: fleet, teams or garden.")
]
FromRecipe = Annotated[
    Path | None, typer.Option("--recipe", metavar="FILE", help="Start a series from a recipe and its tables.")
]
Name = Annotated[str, typer.Option("--name", metavar="NAME", help="What the new series is called.")]
Pin = Annotated[
    list[str] | None,
    typer.Option("--pin", metavar="A,B[,C]", help="Pin: item,recipient,day; person,team; day,person."),
]
Forbid = Annotated[list[str] | None, typer.Option("--forbid", metavar="A,B[,C]", help="Forbid the same.")]
Set = Annotated[
    list[str] | None, typer.Option("--set", metavar="DIAL=VALUE", help="Set a dial, such as weeks=12.")
]
Next = Annotated[bool, typer.Option("--next", help="Open the next period of the series.")]
Save = Annotated[
    Path | None,
    typer.Option("--save-recipe", metavar="FOLDER", help="Write the recipe and its tables there."),
]
Plan = Annotated[str, typer.Option("--which", metavar="ID", help="Which plan.  [default: the last]")]


def plan(
    context: typer.Context,
    database: Where,
    *,
    sample: Sample = None,
    recipe: FromRecipe = None,
    name: Name = "",
    pin: Pin = None,
    forbid: Forbid = None,
    dials: Set = None,
    next_period: Next = False,
    save_recipe: Save = None,
    which: Plan = "",
    time_limit: Seconds = None,
) -> None:
    """Start a series, take steps on its draft, and plan it. Every step is kept and can be undone."""
    from evenhand.cli.sources import refuse_unused
    from evenhand.workspace.drafts import add_step, last_seq, plan_row
    from evenhand.workspace.periods import next_plan
    from evenhand.workspace.samples import make_sample

    _refuse_unheeded(context)
    store = opened_database(database, make=True)
    with store.write() as connection:
        if sample is not None:
            chosen = make_sample(connection, sample, who=WHO)
        elif recipe is not None:
            chosen = _from_recipe(connection, recipe, name)
        else:
            chosen = latest(connection, which)
            if next_period:
                chosen = next_plan(connection, plan_row(connection, chosen).series, who=WHO)
        refuse_unused()
        # Pins and forbids before dials, each a step of its own, so that each can be undone alone.
        steps: list[tuple[str, dict[str, Any]]] = [
            (kind, {"names": [part.strip() for part in text.split(",")]})
            for kind, texts in (("pin", pin), ("forbid", forbid))
            for text in texts or ()
        ]
        steps += [("dial", _dial(text)) for text in dials or ()]
        for kind, body in steps:
            add_step(connection, chosen, last_seq(connection, chosen), kind, body, WHO)
    key = planned(store, chosen, time_limit)
    if save_recipe is not None:
        _save_recipe(store, key, save_recipe)
    store.close()


def _refuse_unheeded(context: typer.Context) -> None:
    """Refuse options that say nothing of the plan that is meant.

    Raises:
        InputError: each such option is a finding.
    """
    typed = Typed(context)
    begins = next((name for name in ("sample", "recipe") if name in typed.given), "")
    if begins:
        others = {"sample", "recipe", "which", "next_period"} - {begins}
        typed.refuse_beside(f"--{begins}", others, "Leave it out: a new series begins")
    if "recipe" not in typed.given:
        mend = "Leave it out, or start a series from a recipe"
        typed.refuse_without("--recipe", ("name", *READING), mend)
    typed.findings.raise_errors()


def _save_recipe(store: Database, key: str, folder: Path) -> None:
    """Write a recipe and its tables into a folder."""
    from evenhand.store import get_blob
    from evenhand.tables.files import write_atomically
    from evenhand.workspace.drafts import recipe_at
    from evenhand.workspace.recipe_files import recipe_toml

    # Everything is read before anything is written, so an error in the store leaves no half folder.
    with store.read() as connection:
        recipe = recipe_at(connection, key)
        content = {table: get_blob(connection, sha) for table, sha in recipe.sources.items()}
    folder.mkdir(parents=True, exist_ok=True)
    for table, held in content.items():
        write_atomically(folder / f"{table}.csv", held)
    write_atomically(
        folder / "recipe.toml", recipe_toml(recipe, {table: f"{table}.csv" for table in content}).encode()
    )
    say(f"wrote {folder / 'recipe.toml'}")


def _dial(text: str) -> dict[str, Any]:
    from evenhand.core.errors import InputError

    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise InputError.one("is not a dial and value", "Write it as weeks=12", table="--set", came=text)
    parts = [part.strip() for part in value.split(",")]
    whole: Any = parts if name in ("balance", "numbers", "tags") else value.strip()
    return {name.strip(): int(whole) if isinstance(whole, str) and whole.isdigit() else whole or None}


def _from_recipe(connection: Any, path: Path, name: str) -> str:
    from evenhand.store import put_blob
    from evenhand.workspace.drafts import create_plan, create_series
    from evenhand.workspace.recipe_files import read_recipe

    recipe, content, names = read_recipe(path)
    recipe = _mapped(recipe, content, names)
    for table, held in content.items():
        put_blob(connection, held, f"source:{names[table]}")
    series = create_series(connection, name or path.stem, recipe, who=WHO)
    return create_plan(connection, series, "First plan", recipe, who=WHO)


def _mapped(recipe: Recipe, content: dict[str, bytes], names: dict[str, str]) -> Recipe:
    """Return the recipe with what --map says of its tables' heads, over what it says itself."""
    from dataclasses import replace

    from evenhand.cli.sources import given
    from evenhand.tables import Given, fold, read
    from evenhand.tables.absences_ics import is_calendar

    mapping = {table: dict(heads) for table, heads in recipe.mapping.items()}
    options = given(Path())
    wanted = {fold(head): column for head, column in options.mapping.items()}
    for table, held in content.items():
        if wanted and not is_calendar(held):
            for head in read(Given(held, names[table], options.sheet)).columns:
                if fold(head) in wanted and options.seen is not None:
                    mapping.setdefault(table, {})[head] = wanted[fold(head)]
                    options.seen.add(head)
    return replace(recipe, mapping=mapping)


def opened_database(where: str, *, make: bool = False) -> Database:
    """Open a database for a command.

    Raises:
        MethodError: the packages that databases need are not installed.
        StoreError: it cannot be opened.
    """
    from evenhand.core.errors import MethodError

    try:
        from evenhand.store import open_database
    except ImportError as error:
        raise MethodError(
            f"Databases need the web extra ({error.name}): pip install 'evenhand[web]'"
        ) from None
    return open_database(where, make=make)


def latest(connection: Any, which: str = "") -> str:
    """Return the plan asked for, or the last one made.

    Raises:
        InputError: there is none.
    """
    from sqlalchemy import select

    from evenhand.core.errors import InputError
    from evenhand.store.schema import METADATA
    from evenhand.workspace.drafts import plan_row

    if which:
        return str(plan_row(connection, which).id)
    table = METADATA.tables["plan"]
    newest = connection.execute(
        # The id decides between plans made in the same instant.
        select(table.c.id).order_by(table.c.made.desc(), table.c.id.desc()).limit(1)
    ).scalar()
    if newest is None:
        raise InputError.one(
            "holds no plan yet", "Start one with --sample garden, or --recipe FILE", came="the database"
        )
    return str(newest)


def planned(store: Database, chosen: str, seconds: float | None = None) -> str:
    """Plan a draft as it stands and say what came of it; return the answer's key.

    Raises:
        EvenhandError: there is no plan, or the tables are wrong.
    """
    from evenhand.store import get_json
    from evenhand.web.language import Language
    from evenhand.work import perform, submit, take
    from evenhand.workspace.drafts import plan_row, step_row
    from evenhand.workspace.tasks import Desk, answer_row

    with store.write() as connection:
        row = plan_row(connection, chosen)
        key = step_row(connection, chosen, row.tip).state
        there = answer_row(connection, key)
        # An answer that a time limit cut short is asked for again; a finished one is shown as it is.
        wanted = there is None or bool(there.cut)
        if wanted:
            submit(connection, key, "solve", {}, plan=chosen, limit=seconds or 86_400.0)
    while wanted:
        # A server on the same database may have been faster; then its plan is waited for.
        run = take(store, WHO, key=key)
        if run is None:
            time.sleep(0.05)
            wanted = _waits(store, key)
            continue
        wrong = perform(store, Desk(store), run, child=False)
        if wrong is not None:
            raise wrong
        wanted = False
    words = Language("en")
    with store.read() as connection:
        answer = answer_row(connection, key)
        if answer is not None:
            view = get_json(connection, answer.view)
            typer.echo(words.say(view["title"]))
            for tag in view["tags"]:
                typer.echo(words.say(tag["text"]) + ".")
            if view.get("instead"):
                typer.echo(view["instead"])
    say(f"plan {chosen}, step {row.tip}")
    return key


def _waits(store: Database, key: str) -> bool:
    """Return whether a run of a recipe is not over yet."""
    from sqlalchemy import select

    from evenhand.store.schema import METADATA

    table = METADATA.tables["run"]
    query = select(table.c.id).where(table.c.key == key, table.c.status.in_(("queued", "running")))
    with store.read() as connection:
        return connection.execute(query).first() is not None


COMMAND = plan
