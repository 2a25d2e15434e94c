"""``evenhand allocate``: who gets what?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from evenhand.cli.amend import deliver_amended, telling_what_helps
from evenhand.cli.beside import Typed
from evenhand.cli.fairness import dials_of, penalty_of
from evenhand.cli.many import Workers
from evenhand.cli.offices import Cluster, Offices, allocate_offices
from evenhand.cli.options import Explain, Json, MethodName, Out, Rows, Seconds, Seed, example
from evenhand.cli.recipe import ONE_PLAN, Keep, keep_recipe
from evenhand.cli.session import Session, refuse_early
from evenhand.cli.sources import read_as

EXTRA = ("capacity", "pins", "forbids")
"""Tables beside the candidates: each an option of its own, or a file of the folder."""

OF_OFFICES = frozenset(
    {"mode", "lam", "step", "target", "week_start", "daily", "per_day", "per_recipient", "seed", "time_limit"}
    | {"out", "offices", "workers", "cluster"}
)
"""What ``--offices`` heeds; all else speaks of one plan."""

SHORT = "Who gets what?"
EPILOG = example("evenhand demo --tables demo-out", "evenhand allocate demo-out/fleet --out week.xlsx")

Source = Annotated[
    Path, typer.Argument(metavar="SOURCE", help="A folder of fleet tables, or a table of candidates.")
]
Mode = Annotated[
    str | None,
    typer.Option(
        "--mode",
        metavar="MODE",
        help="How much fairness: light lets some get several, strong nearly all one.  [default: standard]",
    ),
]
Lambda = Annotated[
    float | None, typer.Option("--lambda", metavar="P", help="Penalty for a second award, in points.")
]
Step = Annotated[
    float | None, typer.Option("--step", metavar="P", help="Extra penalty from the third award on (mode b).")
]
Target = Annotated[int | None, typer.Option("--target", metavar="N", help="Awards free of penalty (mode a).")]
Office = Annotated[str | None, typer.Option("--office", metavar="NAME", help="The office to plan for.")]
Week = Annotated[str | None, typer.Option("--week-start", metavar="DATE", help="The Monday of the week.")]
Capacity = Annotated[
    Path | None,
    typer.Option("--capacity", metavar="FILE", help="How many items can be handed out on each day."),
]
Daily = Annotated[bool, typer.Option("--daily", help="Items are free again every day, as rooms are.")]
PerDay = Annotated[
    int | None, typer.Option("--per-day", metavar="N", min=0, help="The most each recipient gets a day.")
]
PerRecipient = Annotated[
    int | None,
    typer.Option("--per-recipient", metavar="N", min=0, help="The most each recipient gets in all."),
]
Pins = Annotated[Path | None, typer.Option("--pins", metavar="FILE", help="Awards that are already decided.")]
Forbids = Annotated[Path | None, typer.Option("--forbids", metavar="FILE", help="Awards that are ruled out.")]

Ledger = Annotated[
    Path | None,
    typer.Option("--ledger", metavar="FILE", help="Be fair over the weeks booked in this ledger."),
]

Published = Annotated[
    Path | None,
    typer.Option("--published", metavar="FILE", help="Plan again with few changes from this plan."),
]
ChangePrice = Annotated[
    float | None,
    typer.Option(
        "--change-price",
        metavar="P",
        help="Change only where it brings this many points.  [default: as few changes as possible]",
    ),
]
Frozen = Annotated[
    str, typer.Option("--frozen", metavar="DAY", help="Up to this day everything stays as published.")
]


def allocate(
    context: typer.Context,
    source: Source,
    *,
    mode: Mode = None,
    lam: Lambda = None,
    step: Step = None,
    target: Target = None,
    office: Office = None,
    week_start: Week = None,
    capacity: Capacity = None,
    daily: Daily = False,
    per_day: PerDay = None,
    per_recipient: PerRecipient = None,
    pins: Pins = None,
    forbids: Forbids = None,
    ledger: Ledger = None,
    published: Published = None,
    change_price: ChangePrice = None,
    frozen: Frozen = "",
    method: MethodName = "auto",
    seed: Seed = 0,
    time_limit: Seconds = None,
    out: Out = None,
    as_json: Json = False,
    explain: Explain = None,
    rows: Rows = None,
    recipe: Keep = None,
    offices: Offices = False,
    workers: Workers = None,
    cluster: Cluster = None,
) -> None:
    """Decide who gets what: the highest score, less a penalty for each further award to the same one."""
    _refuse_unheeded(context)
    limits = {"daily": daily or None, "per_day": per_day, "per_recipient": per_recipient}
    penalty = penalty_of(mode, lam, step, target)
    if offices:
        extra = dict.fromkeys(EXTRA)
        problem_of = partial(
            problem_from, penalty=penalty, office=None, week_start=week_start, extra=extra, limits=limits
        )
        terms = (penalty, week_start, limits, read_as())
        engine = (workers, cluster)
        allocate_offices(
            source, problem_of, settings=terms, out=out, engine=engine, seed=seed, seconds=time_limit
        )
        return
    refuse_early("allocation", out, rows=rows, seconds=time_limit)
    session = Session(out, as_json, explain, rows)
    given = dict(zip(EXTRA, (capacity, pins, forbids), strict=True))
    where: dict[str, Any] = {"office": office, "week_start": week_start}
    problem = session.read(lambda: problem_from(source, penalty, **where, extra=given, limits=limits))
    if recipe is not None:
        form, tables = tables_from(source, given)
        dials = {"mode": mode, "lam": lam, "step": step, "target": target, **where}
        if isinstance(penalty, dict):
            # The mode is that of the folder's settings, which a recipe has to say as well.
            dials |= dials_of(problem.penalty)
        dials |= limits | {"method": None if method == "auto" else method}
        keep_recipe(recipe, form, tables, dials, seed, problem)
    if ledger is not None:
        problem = session.read(lambda: _over_weeks(problem, ledger))
    with telling_what_helps(problem):
        if published is None:
            session.deliver(session.solve(problem, method=method, seed=seed, seconds=time_limit))
        else:
            amending = (change_price, frozen)
            deliver_amended(session, problem, published, amending, seed=seed, seconds=time_limit)


def _refuse_unheeded(context: typer.Context) -> None:
    """Refuse options that the way of working cannot heed.

    Raises:
        InputError: each such option is a finding.
    """
    typed, asked = Typed(context), context.params
    if asked["recipe"]:
        typed.refuse_beside("--recipe", ("ledger", "published", "offices"), ONE_PLAN)
    if asked["offices"]:
        in_folders = {name: f"Put {name}.csv into the folder of each office" for name in EXTRA}
        typed.refuse_others("--offices", OF_OFFICES, mends=in_folders)
    else:
        typed.refuse_without("--offices", ("workers", "cluster"), "Leave it out: one process makes one plan")
    if asked["published"]:
        typed.refuse_beside("--published", ("method",), "Leave it out: amending has one method")
    else:
        typed.refuse_without("--published", ("change_price", "frozen"), "Give the plan with --published")
    typed.refuse_unshown()
    typed.findings.raise_errors()


def _over_weeks(problem: Any, ledger: Path) -> Any:
    from evenhand.allocation.asking.weeks import with_ledger
    from evenhand.cli.publish import ledger_from

    return with_ledger(problem, ledger_from(ledger))


def tables_from(source: Path, extra: dict[str, Path | None]) -> tuple[str, dict[str, Any]]:
    """Return the form and the tables of what was planned: of a fleet, or of candidates."""
    from evenhand.cli.sources import container, given
    from evenhand.core.errors import Findings
    from evenhand.workspace.building import tables_needed

    held = container(source, "allocation", "fleet")
    fleet = held is not None and not held.has("candidates")
    form, job = ("fleet", "fleet") if fleet else ("candidates", "allocation")
    names = [name for part in tables_needed(form) for name in part]
    tables = {"candidates": given(source)} if held is None else dict(held.tables(job, names, Findings()))
    return form, tables | {name: given(path) for name, path in extra.items() if path is not None}


def problem_from(
    source: Path,
    penalty: Any,
    *,
    office: str | None,
    week_start: str | None,
    extra: dict[str, Path | None],
    groups: Sequence[Any] = (),
    limits: Mapping[str, Any] | None = None,
) -> Any:
    """Make the problem of a folder of fleet tables, of a folder with candidates, or of a table of candidates.

    Raises:
        InputError: anything wrong with the tables, or options that do not go together.
    """
    from evenhand.cli.sources import container, given, telling_other_jobs
    from evenhand.core.errors import Findings

    findings = Findings()
    held = container(source, "allocation", "fleet")
    # A folder with candidates is taken as those, even beside tables of a fleet.
    fleet = held is not None and not held.has("candidates")
    in_tables = "A fleet has its limits in its tables: max_per_week of partners, slots of capacity"
    wrong = (
        [(f"--{name}", value, "Put the table into the folder") for name, value in extra.items()]
        + [(f"--{name.replace('_', '-')}", value, in_tables) for name, value in (limits or {}).items()]
        if fleet
        else [
            (name, value, "Leave it out: candidates bring their own days")
            for name, value in (("--office", office), ("--week-start", week_start))
        ]
    )
    for name, value, mend in wrong:
        if value is not None:
            findings.error(
                "does not go with this source", mend, table=name, came="" if value is True else str(value)
            )
    if held is not None and fleet and groups and not (held.has("vehicles") or held.has("partners")):
        held.missing("candidates", findings)
    elif fleet and groups:
        mend = "Shared rules need offices with tables of candidates"
        findings.error("is a folder of fleet tables", mend, came=str(source))
    findings.raise_errors()
    if fleet:
        from evenhand.press_fleet import from_folder

        _refuse_neither(source, held, findings)
        return from_folder(held or source, office=office, week_start=week_start, penalty=penalty)
    from evenhand.allocation import AllocationProblem, mode_b
    from evenhand.allocation.problem.penalties import tuned

    # Points alone are those of mode b: candidates bring no settings of their own.
    penalty = tuned(mode_b(), **penalty) if isinstance(penalty, dict) else penalty
    tables: dict[str, Any] = {name: given(path) for name, path in extra.items() if path is not None}
    tables |= {name: value for name, value in (limits or {}).items() if value is not None}
    if held is not None:
        inside = held.tables("allocation", ("candidates", "recipients", *extra), findings)
        findings.raise_errors()
        # Options win over what the folder holds: they were said last.
        tables = {**inside, **tables}
    else:
        tables["candidates"] = given(source)
    with telling_other_jobs(source, "allocation", "fleet"):
        return AllocationProblem.from_tables(penalty=penalty, groups=groups, **tables)


def _refuse_neither(source: Path, held: Any, findings: Any) -> None:
    """Refuse a folder with neither candidates nor any table that a press fleet cannot do without.

    Raises:
        InputError: it is one, with the job that it would fit.
    """
    from evenhand.cli.sources import HINTS, other_jobs
    from evenhand.tables.descriptions import kinds_of

    if any(held.has(kind.name) for kind in kinds_of("fleet") if kind.needed):
        return
    for job, table in other_jobs(source, ("allocation", "fleet"))[:1]:
        findings.error(f"holds {table}", HINTS[job], table=str(source))
    if not findings.errors:
        held.missing("candidates", findings)
    findings.raise_errors()


def tried(source: Path, _command: str, _asked: dict[str, Any]) -> Any:
    """Make the problem of what ``evenhand check`` looks at."""
    return problem_from(source, None, office=None, week_start=None, extra=dict.fromkeys(EXTRA))


COMMAND = allocate
