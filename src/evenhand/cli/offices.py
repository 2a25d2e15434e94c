"""``evenhand allocate --offices``: many offices with what they share, from one folder."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenhand.cli.many import folder_of_results
from evenhand.cli.output import say
from evenhand.cli.session import refuse_early
from evenhand.cli.sources import refuse_unused
from evenhand.core.version import VERSION

if TYPE_CHECKING:
    from evenhand.allocation import AllocationProblem, GroupRule
    from evenhand.cluster.manifest import Manifest
    from evenhand.cluster.many_offices import OfficesPlan

Offices = Annotated[
    bool,
    typer.Option(
        "--offices",
        help="SOURCE holds one folder per office, and shared.csv for what they share; --out names a folder.",
    ),
]

Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="With --offices: work on this Ray cluster (HOST:PORT, auto or local).",
    ),
]

RESULTS = "offices.csv"
"""The table of all offices: planned or what is wrong."""

SHOWN = 10
"""Offices without a plan that are named on the screen, and notes on tables; ``RESULTS`` has all of them."""

SHARED = "shared"
"""Stem of the table of shared rules beside the offices' folders."""

HEADS = ("name", "by", "weight", "unit", "limit", "beyond", "points", "offices")


def allocate_offices(
    source: Path,
    problem_of: Callable[..., AllocationProblem],
    *,
    settings: tuple[Any, ...],
    out: list[Path] | None,
    engine: tuple[int | None, str | None],
    seed: int,
    seconds: float | None,
) -> None:
    """Cut the offices into files, solve them together and write the plan.

    A second start with the same folder of results goes on where the first was stopped: offices that are cut
    are not read again, calls that were answered stand in the journal, and a run that is done is only told.

    Args:
        source: a folder with one folder per office and, where they share anything, shared.csv.
        problem_of: an office's problem from its folder, with ``groups`` as shared rules.
        settings: what else the offices' problems depend on.
        out: one folder for the run; next to the source if left out.
        engine: processes that work side by side, and the address of a Ray cluster if they work there.
        seed: decides among equals.
        seconds: hand back the best plan after this.

    Raises:
        InputError: the folder holds no office, or a table is wrong.
    """
    from evenhand.cluster.journal import alone_in

    if seconds is not None:
        refuse_early("allocation", None, seconds=seconds)
    target = folder_of_results(source, out, "-plan")
    # Read to the end here, so that a wrong rule is said before any office is cut.
    offices = _offices_in(source, target)
    rules = _shared_rules(source, [folder.name for folder in offices])
    with alone_in(target):
        manifest, told = _cut(offices, target, problem_of, settings, rules, seed)
        _solved(target, manifest, told, engine, seconds)


@dataclass
class _Told:
    """What is said of offices, by their names: why one is refused, and what was odd in its tables."""

    refused: dict[str, str] = field(default_factory=dict)
    noted: dict[str, tuple[str, ...]] = field(default_factory=dict)


def _cut(
    offices: list[Path],
    target: Path,
    problem_of: Callable[..., AllocationProblem],
    settings: tuple[Any, ...],
    rules: list[tuple[GroupRule, list[str]]],
    seed: int,
) -> tuple[Manifest, _Told]:
    """Write each office's file, unless an earlier start has written it from the same tables."""
    from evenhand.cluster.manifest import cut
    from evenhand.core.errors import InputError

    def problem_in(folder: Path) -> AllocationProblem:
        if not any(path.is_file() and not path.name.startswith(".") for path in folder.iterdir()):
            raise InputError.one("is empty", "Put the office's candidates.csv in it", came=str(folder))
        read.add(folder.name)
        return problem_of(folder, groups=[rule for rule, only in rules if not only or folder.name in only])

    read: set[str] = set()
    told = _Told()
    manifest = cut(
        ((folder.name, partial(problem_in, folder)) for folder in offices),
        target,
        shared=sorted({rule.name for rule, _ in rules}),
        seed=seed,
        keys={folder.name: _key(folder, settings, rules) for folder in offices},
        refused=told.refused,
        noted=told.noted,
    )
    # Where an earlier start has read some offices, a head may stand in theirs alone.
    if len(read) == len(offices) and not told.refused:
        refuse_unused()
    return manifest, told


def _solved(
    target: Path,
    manifest: Manifest,
    told: _Told,
    engine: tuple[int | None, str | None],
    seconds: float | None,
) -> None:
    """Solve what is cut, unless an earlier start has, and write and tell the plan."""
    from evenhand.cli.signals import keeping_the_best
    from evenhand.cluster.checking import result_of
    from evenhand.cluster.engine import open_engine
    from evenhand.cluster.many_offices import run_key, solve_offices
    from evenhand.core.job import Limits
    from evenhand.core.progress import Progress

    limits = Limits(seconds=seconds)
    key = run_key(target, limits, repr(told))
    done = result_of(target, key, seconds)
    if done is not None:
        say("note: this plan was made by an earlier start; nothing has changed since")
        _show(done, manifest, told, target)
        return
    progress = Progress(seconds=seconds)
    workers, cluster = engine
    # Of a cluster all processors work unless fewer are asked for; here, one process.
    opened = open_engine(workers or (0 if cluster else 1), cluster or "")
    with keeping_the_best(progress), opened as shards:
        plan = solve_offices(target, limits=limits, progress=progress, engine=shards, resume=True)
    done = _result(plan, manifest, told)
    done |= {"key": key, "seconds": seconds, "interrupted": progress.interrupted}
    _write(plan, manifest, done, target)
    for note in shards.notes:
        say(f"note: {note}")
    if plan.resumed:
        say(f"note: an earlier start was gone on with; {plan.resumed} of its answers stood in the journal")
    _show(done, manifest, told, target)
    for file in ("plan.csv", RESULTS, "result.json"):
        say(f"wrote {target / file}")


def _offices_in(source: Path, target: Path) -> list[Path]:
    from evenhand.core.errors import InputError

    offices = sorted(
        entry
        for entry in source.iterdir()
        if entry.is_dir() and not entry.name.startswith(".") and entry.resolve() != target.resolve()
    )
    if not offices:
        raise InputError.one("holds no office", "Put one folder per office in it", came=str(source))
    others = sorted(
        entry.name for entry in source.iterdir() if entry.is_file() and entry.stem.lower() != SHARED
    )
    # A table put beside the folders by mistake would otherwise go missing in silence.
    for name in others:
        say(f"note: {source / name} is not read: with --offices every table stands in its office's folder")
    return offices


def _shared_rules(source: Path, offices: list[str]) -> list[tuple[GroupRule, list[str]]]:
    """Return the rules of shared.csv, each with the offices it is for, none for all of them.

    Raises:
        InputError: all that is wrong with the table.
    """
    from evenhand.allocation import GroupRule
    from evenhand.allocation.problem.groups import MOST
    from evenhand.core.errors import Findings, InputError
    from evenhand.tables import read

    tables = sorted(path for path in source.glob(f"{SHARED}.*") if path.is_file())
    if not tables:
        return []
    if len(tables) > 1:
        names = " and ".join(path.name for path in tables)
        raise InputError.one(f"is there more than once ({names})", "Keep one of the files", table=SHARED)
    findings = Findings()
    table = read(tables[0], SHARED, findings)
    table.need("name", "by")
    findings.raise_errors()
    texts = {head: table.text(head, required=head in {"name", "by"}) for head in HEADS}
    limits = table.integers("limit", default=0, low=0, high=MOST)
    beyond = table.integers("beyond", default=0, low=0, high=MOST)
    points = table.numbers("points", default=0.0, low=0.0, high=MOST)
    table.unknown(*HEADS)
    out = []
    for row, name in enumerate(texts["name"]):
        if not (texts["limit"][row] or texts["points"][row]):
            table.wrong(
                row, "name", "has neither a limit nor points, so it asks for nothing", "Give one of them"
            )
        if name in texts["name"][:row]:
            table.wrong(row, "name", "stands twice", "Give every rule a name of its own")
        if round(points[row], 3) != points[row]:
            table.wrong(row, "points", "has more than three decimals", "Round it")
        # An empty cell is not a step, where 0 points would be a step that costs nothing.
        steps = ((int(beyond[row]), float(points[row])),) if texts["points"][row] else ()
        by = [part.strip() for part in texts["by"][row].split(",")]
        limit = int(limits[row]) if texts["limit"][row] else None
        only = [office for part in re.split("[,;]", texts["offices"][row]) if (office := part.strip())]
        for office in only:
            if office not in offices:
                near = get_close_matches(office, offices, n=1, cutoff=0.6)
                mend = f"Did you mean {near[0]}?" if near else f"The offices are {', '.join(offices[:10])}"
                problem = (
                    "is not an office" if len(only) == 1 else f"names {office!r}, which is not an office"
                )
                table.wrong(row, "offices", problem, mend)
        unit = texts["unit"][row] or "awards"
        out.append((GroupRule(name, by, texts["weight"][row], steps, limit, unit=unit), only))
    findings.raise_errors()
    for note in findings.warnings:
        say(f"note: {note}")
    return out


def _key(folder: Path, settings: tuple[Any, ...], rules: list[Any]) -> str:
    """Return the hash of all that an office's problem is made from."""
    total = hashlib.sha256(repr((VERSION, settings, rules)).encode())
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            total.update(f"\n{path.relative_to(folder)}\n".encode())
            with path.open("rb") as file:
                total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()


def _result(plan: OfficesPlan, manifest: Manifest, told: _Told) -> dict[str, Any]:
    """Return what result.json holds."""
    from evenhand.core.units import json_figure

    unit = (manifest.scale, "points")
    return {
        "kind": "evenhand/offices-plan",
        "edition": 2,
        "version": manifest.version,
        "status": str(plan.status),
        "objective": json_figure(plan.objective, unit),
        "bound": json_figure(plan.bound, unit),
        "gap": json_figure(plan.bound - plan.objective, unit),
        "cut": plan.cut,
        "awards": len(plan.columns.get("office", [])),
        "offices": {name: json_figure(value, unit) for name, value in plan.offices.items()},
        "refused": told.refused,
        "notes": told.noted,
        "shared": [{"set": name, "group": label, "used": used} for name, label, used in plan.used],
        "prices": [
            {"set": row.set, "group": row.label, "ticks": price}
            for row, price in zip(manifest.rows, plan.prices, strict=True)
        ],
        "ticks": plan.ticks,
        "rounds": plan.rounds,
    }


def _write(plan: OfficesPlan, manifest: Manifest, result: dict[str, Any], target: Path) -> None:
    """Write the plan, a line for each office, and, last of all, the whole result."""
    from evenhand.core.units import json_figure
    from evenhand.tables.files import write_atomically
    from evenhand.tables.write import write_csv

    unit = (manifest.scale, "points")
    columns = dict(plan.columns)
    columns["points"] = [json_figure(value, unit) for value in columns.pop("units")]
    write_csv(columns, target / "plan.csv")
    notes = {name: "; ".join(said_of) for name, said_of in result["notes"].items()}
    rows = [(name, "planned", str(value), notes.get(name, "")) for name, value in result["offices"].items()]
    rows += [(name, "error", text, "") for name, text in result["refused"].items()]
    heads = ("office", "status", "result", "notes")
    write_csv(
        {head: [row[index] for row in sorted(rows)] for index, head in enumerate(heads)}, target / RESULTS
    )
    result["plan"] = hashlib.sha256((target / "plan.csv").read_bytes()).hexdigest()
    write_atomically(target / "result.json", json.dumps(result, ensure_ascii=False, indent=1).encode())


def _show(result: dict[str, Any], manifest: Manifest, told: _Told, target: Path) -> None:
    """Say how it went: the answer first, then what is shared, then the offices without a plan."""
    from evenhand.core.sentences import counted

    gap = result["gap"]
    proven = f"No plan can be more than {counted(gap, 'point')} better." if gap else "Proven best."
    stopped = " The search was stopped early." if result["cut"] else ""
    awards = f"{counted(result['awards'], 'award')} in {counted(len(manifest.offices), 'office')}"
    typer.echo(f"{awards}, {counted(result['objective'], 'point')}. {proven}{stopped}")
    limits = {(name, label): limit for name, label, _, _, limit in manifest.rules}
    for row in result["shared"]:
        limit = limits[row["set"], row["group"]]
        # From 2^61 on it is the mark for "no limit" and would read as a strange number.
        of = f" of {limit:,}" if limit < 2**61 else ""
        typer.echo(f"{row['set']}, {row['group']}: {row['used']:,}{of} used")
    refused = told.refused
    for name, text in list(refused.items())[:SHOWN]:
        say(f"{name} is not planned: {text.splitlines()[0]}")
    if len(refused) > SHOWN:
        say(f"and {len(refused) - SHOWN} more; see {target / RESULTS}")
    if refused and manifest.rows:
        say("note: what these offices would have used of shared rules is left to the others")
    notes = Counter(note for said_of in told.noted.values() for note in said_of)
    for note, count in notes.most_common(SHOWN):
        say(f"note, {counted(count, 'office')}: {note}")
