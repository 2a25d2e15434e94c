"""``evenhand frontier``: what does each bit of evenness cost?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenhand.cli.allocate import Capacity, Office, Week, problem_from
from evenhand.cli.beside import READING, Typed
from evenhand.cli.fairness import penalty_for, penalty_of
from evenhand.cli.options import Json, Out, Seconds, Seed, example, listed
from evenhand.cli.output import print_json, say
from evenhand.cli.session import Session

if TYPE_CHECKING:
    from evenhand.allocation.asking.frontier import Frontier

SHORT = "What does each bit of evenness cost in score?"
EPILOG = example("evenhand demo --tables demo-out", "evenhand frontier demo-out/fleet --out frontier.html")
ENDINGS = (".csv", ".html", ".xlsx")
TABLES = (".csv", ".xlsx")
MEASURED = ("most", "receivers")
HEADS = {"most": "At most, each", "receivers": "Receivers"}

Source = Annotated[
    Path, typer.Argument(metavar="SOURCE", help="What allocate takes, or an allocation saved as .json.")
]
Lambdas = Annotated[
    str | None,
    typer.Option("--lambdas", metavar="P,P", help="Penalties to try for a second award: 0,100,200."),
]
Mode = Annotated[
    str | None, typer.Option("--mode", metavar="MODE", help="Shape of the steps: a or b.  [default: b]")
]
Exact = Annotated[
    str | None,
    typer.Option(
        "--exact",
        metavar="MEASURE",
        help="Prove the best score for each value of most, or of receivers, instead.",
    ),
]


def frontier(
    context: typer.Context,
    source: Source,
    *,
    exact: Exact = None,
    lambdas: Lambdas = None,
    mode: Mode = None,
    office: Office = None,
    week_start: Week = None,
    capacity: Capacity = None,
    seed: Seed = 0,
    time_limit: Seconds = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Plan with many fairness settings, and show the plans that no other beats in score and evenness."""
    from evenhand.allocation.asking.frontier import frontier_of, settings

    chosen = _numbers(lambdas)
    _refuse(context, source, out, exact)
    session = Session(out, as_json)
    given: dict[str, Any] = {"office": office, "week_start": week_start, "capacity": capacity}
    problem = session.read(lambda: _problem(source, mode, given))
    if exact:
        _exact(session, problem, exact, seed, time_limit)
        return
    plans = []
    for penalty in settings(problem, chosen):
        plans.append(
            session.solve(replace(problem, penalty=penalty), method="auto", seed=seed, seconds=time_limit)
        )
        # The points found so far are a sweep as well, only a shorter one.
        if session.interrupted:
            break
    frontier_found = frontier_of(plans)
    for path in out or ():
        _write(frontier_found, path)
    _show(frontier_found, as_json=as_json)
    for path in out or ():
        say(f"wrote {path}")


COMMAND = frontier


def _problem(source: Path, mode: str | None, given: dict[str, Any]) -> Any:
    if _is_plan(source):
        from evenhand.cli.sources import plan_of

        problem = plan_of(source, "allocation").problem
        return problem if mode is None else replace(problem, penalty=penalty_for(problem, mode))
    capacity = given.pop("capacity")
    return problem_from(source, penalty_of(mode, None, None, None), extra={"capacity": capacity}, **given)


def _numbers(text: str | None) -> list[float] | None:
    from evenhand.core.errors import Findings

    parts = listed(text)
    if parts is None:
        return None
    findings, out = Findings(), []
    for part in parts:
        try:
            out.append(float(part))
        except ValueError:
            findings.error("is not a number", "Give points, such as 0,100,200", table="--lambdas", came=part)
    findings.raise_errors()
    return out


def _is_plan(source: Path) -> bool:
    return source.suffix.lower() == ".json" and not source.is_dir()


def _refuse(context: typer.Context, source: Path, out: list[Path] | None, exact: str | None) -> None:
    from evenhand.report.formats import refuse_path

    typed = Typed(context)
    findings = typed.findings
    if _is_plan(source):
        own = ("office", "week_start", "capacity", *READING)
        typed.refuse_beside("a plan", own, "Leave it out: the plan brings its problem")
    if exact:
        mend = "Leave it out: every score is before fairness, and nothing is swept"
        typed.refuse_beside("--exact", ("lambdas", "mode"), mend)
    for path in out or ():
        refuse_path(path, TABLES if exact else ENDINGS, "a frontier", findings)
    if exact and exact not in MEASURED:
        findings.error(
            "has no exact frontier", f"Choose one of {', '.join(MEASURED)}", table="--exact", came=exact
        )
    findings.raise_errors()


def _exact(session: Session, problem: Any, against: str, seed: int, seconds: float | None) -> None:
    """Solve and show the exact frontier."""
    from evenhand.allocation.asking.exact_frontier import exact_frontier
    from evenhand.cli.screen import show
    from evenhand.report.text import Grid, Heading
    from evenhand.tables import write_csv, write_xlsx

    with session.searching(problem, seconds) as progress:
        frontier_found = exact_frontier(problem, against, seed=seed, progress=progress)
    columns = frontier_found.to_columns()
    for path in session.out or ():
        if path.suffix.lower() == ".csv":
            write_csv(columns, path)
        else:
            write_xlsx({"frontier": columns}, path)
    rows = list(zip(*columns.values(), strict=True))
    if session.as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        heads = (HEADS[against], "Score", "The step costs", "Awards", "Proven")
        lines = tuple(
            (f"{v:,}", f"{s:,}", f"{c:,}" if c else "", f"{a:,}", "yes" if p else "no")
            for v, s, c, a, p in rows
        )
        note = f"{frontier_found.headline} Score is before fairness."
        show([Heading("What evenness costs, exactly"), Grid(heads, lines, frozenset(range(4)), note=note)])
    for path in session.out or ():
        say(f"wrote {path}")


def _write(compared: Frontier, path: Path) -> None:
    from evenhand.report.frontier_page import html
    from evenhand.tables import write_atomically, write_csv, write_xlsx

    ending = path.suffix.lower()
    if ending == ".csv":
        write_csv(compared.to_columns(), path)
    elif ending == ".xlsx":
        write_xlsx({"frontier": compared.to_columns()}, path)
    else:
        write_atomically(path, html(compared))


def _show(compared: Frontier, *, as_json: bool) -> None:
    from evenhand.cli.screen import show
    from evenhand.report.frontier_page import rows
    from evenhand.report.text import Bars, Grid, Heading

    if as_json:
        columns = compared.to_columns()
        print_json([dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)])
        return
    heads, lines = rows(compared)
    note = f"{compared.unbeaten}. Score is before fairness; " + (
        "each is a proven optimum of its setting." if compared.proven else "not all are proven optima."
    )
    grid = Grid(tuple(heads), tuple(map(tuple, lines)), frozenset(range(len(heads) - 1)), note=note)
    drawn = tuple(
        (line[0], point.values["receivers"], f"{line[1]} points")
        for line, point in zip(lines, compared.points, strict=True)
    )
    show([Heading("What evenness costs"), grid, Bars(drawn, "Receivers, and the score that is left")])
