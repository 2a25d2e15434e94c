"""``--many``: one command line for a folder of rotas or rosters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenhand.cli.output import say
from evenhand.cli.sources import refuse_unused_in
from evenhand.core.errors import Findings

if TYPE_CHECKING:
    from evenhand.cluster.batch import Batch

Many = Annotated[
    bool,
    typer.Option(
        "--many",
        help="Plan every file or folder inside the one given, each on its own; --out names a folder.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", metavar="N", min=1, help="Processes that work side by side.  [default: 1]"),
]

SHOWN = 10
"""Groups without a plan that are named on the screen; the table of results names all."""

WRITTEN = ("offices", "teams", "counts", "parts")
"""Folders that runs write inside their own."""

BEGUN = ("cut.jsonl", "done.jsonl", "run.lock")
"""Files of which one stands in the folder of every run that was begun."""

FILES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".parquet"})


@dataclass(frozen=True)
class Run:
    """How the problems of a batch are solved: --workers, --method, --seed, and --time-limit and --effort."""

    workers: int = 1
    method: str = "auto"
    seed: int = 0
    seconds: float | None = None
    effort: str = "normal"


def solve_many(
    job: str,
    source: Path,
    tables_of: Callable[[Path], Mapping[str, Any]],
    settings: Mapping[str, Any],
    out: list[Path] | None,
    run: Run,
) -> None:
    """Solve every roster inside a folder, write all plans as one table, and say how it went.

    Args:
        job: "teams" or "rota".
        source: a folder; each folder or table inside it is one problem, named after it.
        tables_of: the problem's tables from such a folder or table.
        settings: the problem's other arguments.
        out: one folder, for the journal and the results; next to the source if left out.
        run: how they are solved.

    Raises:
        InputError: the source is not a folder, or holds nothing to plan.
    """
    from evenhand.cluster.batch import Task, run_batch
    from evenhand.core.errors import EvenhandError
    from evenhand.core.job import Limits
    from evenhand.tables.write import write_csv

    target = folder_of_results(source, out)
    limits = Limits(seconds=run.seconds, effort=run.effort)
    entries = tables_inside(source, target)
    tasks, refused = [], []
    for entry in entries:
        name = entry.name if entry.is_dir() else entry.stem
        try:
            tables = tables_of(entry)
        # One table that cannot be read must not keep the other groups from their plans.
        except EvenhandError as error:
            refused.append((name, "error", str(error), ""))
            continue
        tasks.append(Task(name, job, tables, settings, run.method, run.seed, limits))
    refuse_unused_in(table for task in tasks for table in task.tables.values())
    batch = run_batch(tasks, target, workers=run.workers)
    planned = [(o.name, o.status, o.headline, "; ".join(o.notes)) for o in batch.outcomes]
    results = sorted([*planned, *refused])
    write_csv(_plans(batch), target / "plans.csv")
    heads = ("group", "status", "result", "notes")
    write_csv(
        {head: [row[place] for row in results] for place, head in enumerate(heads)}, target / "results.csv"
    )
    failed = sorted(
        [*((o.name, o.headline) for o in batch.failed), *((n, text) for n, _, text, _ in refused)]
    )
    _tell(batch.known, failed, len(entries), sum(1 for o in batch.outcomes if o.notes), target)


def folder_of_results(source: Path, out: list[Path] | None, ending: str = "-plans") -> Path:
    """Return the folder for the journal and the results.

    Raises:
        InputError: the source is no folder, or ``--out`` names none, or one of those that are read.
    """
    findings = Findings()
    if not source.is_dir():
        mend = "Give a folder that holds one table or one folder per group"
        findings.error("is not a folder", mend, came=str(source))
    if out is not None and len(out) > 1:
        findings.error("is given twice", "Give one folder for the results", table="--out")
    target = out[0] if out else source.with_name(source.name + ending)
    if target.is_file() or (out is not None and target.suffix and not target.is_dir()):
        mend = "Here --out names a folder for the results"
        findings.error("is a file", mend, table="--out", came=str(target))
    problem = _in_the_way(source.resolve(), target.resolve())
    if problem:
        mend = f"Name a folder of its own, such as {source.with_name(source.name + ending)}"
        findings.error(problem, mend, table="--out", came=str(target))
    findings.raise_errors()
    return target


def _in_the_way(source: Path, target: Path) -> str:
    """Return why results may not stand there: they would be read as tables, or take the place of some."""
    if target == source or source in target.parent.parents:
        return "holds tables that are planned"
    if any(target / name in (source, *source.parents) for name in WRITTEN):
        return "holds tables where the results would stand"
    begun = (
        not target.is_dir() or not any(target.iterdir()) or any((target / name).exists() for name in BEGUN)
    )
    return "" if begun or target.parent != source else "holds tables that are planned"


def tables_inside(source: Path, target: Path) -> list[Path]:
    """Return what is planned: the folders and tables in a folder, hidden ones and the results aside."""
    entries = sorted(
        entry
        for entry in source.iterdir()
        if not entry.name.startswith(".")
        and (entry.is_dir() or entry.suffix.lower() in FILES)
        # The results may stand in the same folder and would else be planned as a group.
        and entry.resolve() != target.resolve()
    )
    findings = Findings()
    if not entries:
        findings.error("holds nothing to plan", "Put one table or folder per group in it", came=str(source))
    names = Counter(entry.name if entry.is_dir() else entry.stem for entry in entries)
    for name, count in names.items():
        if count > 1:
            mend = "Give each group a name of its own"
            findings.error(f"is the name of {count} groups", mend, table=str(source), came=name)
    findings.raise_errors()
    return entries


def _plans(batch: Batch) -> dict[str, list[str]]:
    """Return all plans as one table, the group's name first; a head that a group lacks is empty there."""
    heads = list(dict.fromkeys(head for outcome in batch.outcomes for head in outcome.columns))
    plans: dict[str, list[str]] = {"group": [], **{head: [] for head in heads}}
    for outcome in batch.outcomes:
        length = max((len(column) for column in outcome.columns.values()), default=0)
        plans["group"] += [outcome.name] * length
        for head in heads:
            plans[head] += outcome.columns.get(head, [""] * length)
    return plans


def _tell(known: int, failed: list[tuple[str, str]], count: int, noted: int, target: Path) -> None:
    """Say how many groups are planned, which are not and why; exit with 1 where none is."""
    done = f"{count - len(failed)} of {count} groups are planned."
    typer.echo(f"{done} {known} of them were done before." if known else done)
    for name, text in failed[:SHOWN]:
        say(f"{name}: {text.splitlines()[0]}")
    if len(failed) > SHOWN:
        say(f"and {len(failed) - SHOWN} more; see {target / 'results.csv'}")
    if noted:
        say(f"{noted:,} of them have notes; see {target / 'results.csv'}")
    for file in ("plans.csv", "results.csv"):
        say(f"wrote {target / file}")
    # Some plans are a success with notes; none at all is a failure that scripts should see.
    if len(failed) == count:
        raise typer.Exit(1)
