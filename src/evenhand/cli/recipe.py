"""``evenhand run``: make a plan again from its recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.options import Explain, Json, Out, Rows, Seconds, example
from evenhand.cli.session import Session, refuse_early

__all__ = ["COMMAND", "EPILOG", "SHORT"]

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


def run(
    recipe: Source,
    *,
    time_limit: Seconds = None,
    out: Out = None,
    as_json: Json = False,
    explain: Explain = None,
    rows: Rows = None,
) -> None:
    """Make the plan that a recipe describes: its tables by content, its settings, what was picked, its seed.

    The same recipe makes the same plan, byte for byte, here and on a server.
    """
    from evenhand.workspace.building import base_problem, opened, picked_problem, solved
    from evenhand.workspace.recipe_files import read_recipe

    found, content, names = read_recipe(recipe)
    refuse_early(found.job, out, rows=rows, seconds=time_limit)
    session = Session(out, as_json, explain, rows)
    problem = session.read(lambda: picked_problem(base_problem(found, content, names), found))
    before = opened(content["before"], "before.csv") if "before" in content else None
    with session.stage("solve"):
        solution = solved(problem, found, before, seconds=time_limit)
    session.deliver(solution)


COMMAND = run
