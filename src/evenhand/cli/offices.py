"""``evenhand allocate --offices``: many offices with what they share, from one folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenhand.cli.output import say

if TYPE_CHECKING:
    from evenhand.allocation import AllocationProblem
    from evenhand.cluster.manifest import Manifest
    from evenhand.cluster.many_offices import OfficesPlan

__all__ = ["Offices", "allocate_offices"]

Offices = Annotated[
    bool,
    typer.Option(
        "--offices",
        help="SOURCE holds one folder per office, and shared.csv for what they share; --out names a folder.",
    ),
]

SHARED = "shared"
"""Stem of the table of shared rules beside the offices' folders."""

HEADS = ("name", "by", "weight", "unit", "limit", "beyond", "points")


def allocate_offices(
    source: Path,
    problem_of: Callable[..., AllocationProblem],
    *,
    out: list[Path] | None,
    workers: int,
    seed: int,
    seconds: float | None,
) -> None:
    """Cut the offices into files, solve them together and write the plan.

    Args:
        source: a folder with one folder per office and, where they share anything, shared.csv.
        problem_of: an office's problem from its folder, with ``groups`` as shared rules.
        out: one folder for the run; next to the source if left out.
        workers: processes that work side by side.
        seed: decides among equals.
        seconds: hand back the best plan after this.

    Raises:
        InputError: the folder holds no office, or a table is wrong.
    """
    from evenhand.cli.signals import keeping_the_best
    from evenhand.cluster.manifest import cut
    from evenhand.cluster.many_offices import solve_offices
    from evenhand.core.job import Limits
    from evenhand.core.progress import Progress

    target = _target(source, out)
    # Read to the end here, so that a wrong rule is said before any office is cut.
    rules = list(_shared_rules(source))
    offices = _offices_in(source, target)

    def problems() -> Iterator[tuple[str, AllocationProblem]]:
        for folder in offices:
            yield folder.name, problem_of(folder, groups=rules)

    manifest = cut(problems(), target, shared=[rule.name for rule in rules], seed=seed)
    progress = Progress(seconds=seconds)
    with keeping_the_best(progress):
        plan = solve_offices(target, workers=workers, limits=Limits(seconds=seconds), progress=progress)
    _write(plan, manifest, target)
    _show(plan, manifest, target)


def _target(source: Path, out: list[Path] | None) -> Path:
    from evenhand.core.errors import Findings

    findings = Findings()
    if not source.is_dir():
        findings.error("is not a folder", "Give a folder with one folder per office", came=str(source))
    if out is not None and (len(out) > 1 or out[0].suffix):
        mend = "With --offices, --out names one folder for the run"
        findings.error("is not one folder", mend, table="--out", came=", ".join(map(str, out)))
    findings.raise_errors()
    return out[0] if out else source.with_name(source.name + "-plan")


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


def _shared_rules(source: Path) -> Iterator[Any]:
    """Yield the rules of shared.csv: name, by, and any of weight, limit, beyond, points, unit."""
    from evenhand.allocation import GroupRule
    from evenhand.allocation.problem.groups import MOST
    from evenhand.core.errors import Findings
    from evenhand.tables import read

    tables = sorted(source.glob(f"{SHARED}.*"))
    if not tables:
        return
    findings = Findings()
    table = read(tables[0], SHARED, findings)
    table.need("name", "by")
    findings.raise_errors()
    texts = {head: table.text(head) for head in HEADS}
    limits = table.integers("limit", default=0, low=0, high=MOST)
    beyond = table.integers("beyond", default=0, low=0, high=MOST)
    points = table.numbers("points", default=0.0, low=0.0)
    table.unknown(*HEADS)
    findings.raise_errors()
    for row in range(len(table)):
        # An empty cell is no step, where 0 points would be a step that costs nothing.
        steps = ((int(beyond[row]), float(points[row])),) if texts["points"][row] else ()
        yield GroupRule(
            texts["name"][row],
            [part.strip() for part in texts["by"][row].split(",")],
            texts["weight"][row],
            steps,
            int(limits[row]) if texts["limit"][row] else None,
            unit=texts["unit"][row] or "awards",
        )


def _write(plan: OfficesPlan, manifest: Manifest, target: Path) -> None:
    """Write the plan, the offices' values and the whole result."""
    from evenhand.core.units import json_figure
    from evenhand.tables.files import write_atomically
    from evenhand.tables.write import write_csv

    unit = (manifest.scale, "points")
    columns = dict(plan.columns)
    columns["points"] = [json_figure(value, unit) for value in columns.pop("units")]
    write_csv(columns, target / "plan.csv")
    result = {
        "kind": "evenhand/offices-plan",
        "edition": 1,
        "version": manifest.version,
        "status": str(plan.status),
        "objective": json_figure(plan.objective, unit),
        "bound": json_figure(plan.bound, unit),
        "gap": json_figure(plan.bound - plan.objective, unit),
        "cut": plan.cut,
        "awards": len(columns["office"]),
        "offices": {name: json_figure(value, unit) for name, value in plan.offices.items()},
        "shared": [{"set": name, "group": label, "used": used} for name, label, used in plan.used],
        "prices": [
            {"set": row.set, "group": row.label, "ticks": price}
            for row, price in zip(manifest.rows, plan.prices, strict=True)
        ],
        "ticks": plan.ticks,
        "rounds": plan.rounds,
    }
    text = json.dumps(result, ensure_ascii=False, indent=1)
    write_atomically(target / "result.json", text.encode())


def _show(plan: OfficesPlan, manifest: Manifest, target: Path) -> None:
    """Say how it went: the answer first, then what is shared."""
    from evenhand.core.units import value_text

    unit = (manifest.scale, "points")
    count = len(plan.columns.get("office", []))
    gap = plan.bound - plan.objective
    proven = "Proven best." if not gap else f"No plan can be more than {value_text(gap, unit)} better."
    stopped = " The search was stopped early." if plan.cut else ""
    worth = value_text(plan.objective, unit)
    typer.echo(f"{count:,} awards in {len(manifest.offices):,} offices, {worth}. {proven}{stopped}")
    limits = {(name, label): limit for name, label, _, _, limit in manifest.rules}
    for name, label, used in plan.used:
        limit = limits[name, label]
        # From 2^61 on it is the mark for "no limit" and would read as a strange number.
        of = f" of {limit:,}" if limit < 2**61 else ""
        typer.echo(f"{name}, {label}: {used:,}{of} used")
    for file in ("plan.csv", "result.json"):
        say(f"wrote {target / file}")
