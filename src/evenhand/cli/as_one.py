"""``evenhand teams FOLDER --as-one``: all files of a folder are one roster, planned a part at a time."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from evenhand.cli.output import say
from evenhand.cli.sources import given
from evenhand.core.sentences import counted

AsOne = Annotated[
    bool,
    typer.Option("--as-one", help="Take the files of the folder as one large roster; --out names a folder."),
]

STAGES = {"count": "files counted", "solve": "parts planned", "write": "files written"}


def teams_as_one(
    source: Path, settings: Mapping[str, Any], *, files: Sequence[Path], target: Path, workers: int, seed: int
) -> None:
    """Plan a folder of files as one roster, and say what is proven.

    Args:
        source: the folder.
        settings: what ``evenhand teams`` was told; all but number, size, columns and name must be left out.
        files: the tables in the folder.
        target: the folder for the results.
        workers: processes.
        seed: for tie-breaking.

    Raises:
        InputError: options that do not go with it, or files that cannot be read.
    """
    from evenhand.cluster.super_teams import Asked, plan_as_one

    read_as = given(source)
    asked = Asked(
        tuple(settings["balance"]), settings["teams"], settings["size"], settings["name"], seed,
        mapping=tuple(sorted(read_as.mapping.items())), sheet=read_as.sheet,
    )  # fmt: skip

    def tell(stage: str, done: int, steps: int) -> None:
        if sys.stderr.isatty():
            say(f"{done:,} of {steps:,} {STAGES[stage]}")

    plan = plan_as_one(files, target, asked, workers=workers, tell=tell)
    sizes = f"{plan.smallest}" if plan.smallest == plan.largest else f"{plan.smallest} or {plan.largest}"
    head = f"{counted(plan.teams, 'team')} of {sizes} from {counted(plan.people, 'person', 'people')}"
    where = f"in {counted(plan.files, 'file')}, planned in {counted(plan.parts, 'part')}."
    if plan.proven:
        proof = "Every team is within quota. Proven: no other teams would be more even."
    elif not plan.outside:
        proof = "Every team is within quota. Teams of two sizes: which of them is most even is not proven."
    else:
        off = counted(plan.outside, "team is", "teams are")
        proof = f"{off} outside quota, so better teams may exist."
    typer.echo(f"{head} {where}\n{proof}")
    if plan.known:
        say(f"{plan.known:,} of {plan.steps:,} steps were done before")
    say(f"wrote {target / 'teams'}: a table of name and team for each file")
