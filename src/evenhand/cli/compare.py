"""``evenhand compare``: what would another mode, method or policy give?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenhand.cli.allocate import Capacity, Office, Week, problem_from
from evenhand.cli.beside import Typed
from evenhand.cli.fairness import penalty_for, penalty_of
from evenhand.cli.options import Json, Out, Seconds, Seed, example, listed
from evenhand.cli.rota import Absences, Duties, History, Start, Weeks, rota_problem
from evenhand.cli.session import Session
from evenhand.cli.sources import container, other_jobs, roster
from evenhand.cli.teams import Balance, Name, Size, Sizes, Teams, whole_numbers
from evenhand.core.errors import InputError

if TYPE_CHECKING:
    from evenhand.allocation import AllocationProblem
    from evenhand.core.solution import Solution
    from evenhand.report.text import Block
    from evenhand.rota import RotaProblem

SHORT = "What would another mode, method or policy give?"
EPILOG = example("evenhand demo --tables demo-out", "evenhand compare demo-out/fleet")
ENDINGS = (".csv", ".html", ".xlsx")

Source = Annotated[Path, typer.Argument(metavar="SOURCE", help="What allocate, teams or rota takes.")]
Modes = Annotated[str, typer.Option("--modes", metavar="A,B", help="Modes of an allocation.")]
Methods = Annotated[str, typer.Option("--methods", metavar="A,B", help="Methods, of any job.")]
Policies = Annotated[
    str | None, typer.Option("--policies", metavar="A,B", help="Policies of a rota.  [default: rate,ledger]")
]
Seats = Annotated[int, typer.Option("--seats", metavar="K", help="How many people each turn takes.")]


OF_JOB = {
    "allocations": ("modes", "office", "week_start", "capacity"),
    "teams": ("number", "size", "sizes", "balance", "name"),
    "rotas": ("policies", "weeks", "start", "seats", "duties", "absences", "history"),
}
"""Options that speak of one job only."""


def compare(
    context: typer.Context,
    source: Source,
    *,
    modes: Modes = "none,a,b,strong",
    methods: Methods = "auto",
    office: Office = None,
    week_start: Week = None,
    capacity: Capacity = None,
    number: Teams = None,
    size: Size = None,
    sizes: Sizes = None,
    balance: Balance = None,
    name: Name = None,
    policies: Policies = None,
    weeks: Weeks = None,
    start: Start = None,
    seats: Seats = 1,
    duties: Duties = None,
    absences: Absences = None,
    history: History = None,
    seed: Seed = 0,
    time_limit: Seconds = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Compare plans side by side: modes of an allocation, methods for teams, policies of a rota.

    With --teams, --size or --sizes SOURCE is a table of people for teams. With --weeks, --duties or
    --policies, or as a folder with people and duties, it is what rota takes. Else it is what allocate takes.
    """
    chosen = {
        "--modes": listed(modes),
        "--methods": listed(methods),
        "--policies": listed(policies or "rate,ledger"),
    }
    _refuse(out, chosen)
    session = Session(out, as_json)
    given = {"duties": duties, "absences": absences, "history": history}
    if (number, size, sizes) != (None, None, None):
        _refuse_others(context, "teams")
        settings: dict[str, Any] = {"teams": number, "size": size}
        settings["sizes"] = whole_numbers(sizes, "--sizes")
        problems = _teams(source, {**settings, "balance": listed(balance), "name": name})
    elif (weeks, duties, policies) != (None, None, None) or _is_rota(source):
        _refuse_others(context, "rotas")
        problems = _rotas(
            chosen["--policies"] or [], lambda: rota_problem(source, given, weeks, start, seats)
        )
    else:
        _refuse_others(context, "allocations")
        extra: dict[str, Path | None] = {"capacity": capacity}
        settings = {"office": office, "week_start": week_start, "extra": extra}
        problems = _allocations(chosen["--modes"] or [], source, settings)
    _deliver(session, list(_solved(session, problems, chosen["--methods"] or [], seed, time_limit)))


def _refuse_others(context: typer.Context, compared: str) -> None:
    """Refuse options that speak of another job than the one that is compared.

    Raises:
        InputError: each such option is a finding.
    """
    typed = Typed(context)
    for job, names in OF_JOB.items():
        if job != compared:
            mend = f"Leave it out: here {compared} are compared"
            typed.refuse_beside(f"a comparison of {compared}", names, mend)
    typed.findings.raise_errors()


def _is_rota(source: Path) -> bool:
    """Whether a folder, archive or workbook holds a rota: people and duties."""
    held = container(source, "rota")
    return held is not None and held.has("people") and held.has("duties")


def _allocations(modes: list[str], source: Path, settings: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    from evenhand.report.comparison import mode_name

    for mode in modes:  # what cannot be meant is said before any file is read
        penalty_of(mode, None, None, None)
    asked = penalty_of(modes[0], None, None, None)
    try:
        first: AllocationProblem = problem_from(source, asked, **settings)
    except InputError:
        others = other_jobs(source, ("allocation", "fleet"))
        if not others:
            raise
        mend = "Say --teams 4 to compare teams of them, or --weeks 10 to compare their turns"
        raise InputError.one(f"looks like {others[0][1]}", mend, table=str(source)) from None
    for mode in modes:
        penalty = penalty_for(first, mode)
        yield mode_name(penalty), replace(first, penalty=penalty)


def _teams(source: Path, settings: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    from evenhand.teams import TeamsProblem

    yield "", TeamsProblem.from_table(**roster(source), **settings)


def _rotas(policies: list[str], make: Any) -> Iterator[tuple[str, Any]]:
    from evenhand.rota.problem.policies import policy_named

    # Names first: a wrong one is said before any table is read.
    chosen = [policy_named(policy) for policy in policies]
    first: RotaProblem = make()
    for policy in chosen:
        yield policy.name, replace(first, policy=policy)


def _solved(
    session: Session,
    problems: Iterator[tuple[str, Any]],
    methods: list[str],
    seed: int,
    seconds: float | None,
) -> Iterator[tuple[str, Solution]]:
    """Solve every problem by every method; after Ctrl-C no further one is begun."""
    for name, problem in problems:
        for method in methods:
            solution = session.solve(problem, method=method, seed=seed, seconds=seconds)
            called = [name] if name else []
            called += [solution.method] if len(methods) > 1 or not name else []
            yield " by ".join(called), solution
            if session.interrupted:
                return


def _refuse(out: list[Path] | None, chosen: dict[str, list[str] | None]) -> None:
    from evenhand.core.errors import Findings
    from evenhand.report.formats import refuse_path

    findings = Findings()
    for option, names in chosen.items():
        if not names:
            findings.error("names nothing to compare", "Name one or more, parted by commas", table=option)
    for path in out or ():
        refuse_path(path, ENDINGS, "a comparison", findings)
    findings.raise_errors()


def _deliver(session: Session, outcomes: list[tuple[str, Solution]]) -> None:
    from evenhand.cli.output import print_json, say
    from evenhand.cli.screen import show
    from evenhand.report.comparison import comparison_columns, comparison_grid
    from evenhand.report.comparison_page import answer_of, html
    from evenhand.report.text import Text
    from evenhand.tables.files import write_atomically
    from evenhand.tables.write import write_csv, write_xlsx

    columns = comparison_columns(outcomes)
    for path in session.out or ():
        if path.suffix.lower() == ".csv":
            write_csv(columns, path)
        elif path.suffix.lower() == ".html":
            write_atomically(path, html(outcomes))
        else:
            write_xlsx({"comparison": columns}, path)
    if session.as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)])
    else:
        # After Ctrl-C one line may stand alone, and nothing sets it apart from anything.
        first = [Text(answer_of(outcomes), "strong")] if len(outcomes) > 1 else []
        blocks: list[Block] = [*first, comparison_grid(outcomes)]
        if any(solution.cut for _, solution in outcomes):
            blocks.append(Text("Stopped early: some lines are the best found so far.", "warn"))
        show(blocks)
    for path in session.out or ():
        say(f"wrote {path}")


COMMAND = compare
