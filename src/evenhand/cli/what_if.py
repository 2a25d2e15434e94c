"""``evenhand what-if``: what would this change be worth?"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenhand.cli.beside import Typed
from evenhand.cli.options import Out, Seconds, example
from evenhand.cli.output import print_json, say
from evenhand.cli.session import Session, refuse_early

if TYPE_CHECKING:
    from evenhand.core.solution import Solution

SHORT = "Price one change: an extra slot, an absence, two people together."
EPILOG = example(
    "evenhand demo --tables demo-out",
    "evenhand allocate demo-out/fleet --out week.json",
    "evenhand what-if week.json --slots 2026-09-28=+1",
)

Plan = Annotated[Path, typer.Argument(metavar="PLAN", help="An allocation saved as .json.")]
EitherPlan = Annotated[
    Path, typer.Argument(metavar="PLAN", help="A plan of allocate, teams or rota, saved as .json.")
]
Without = Annotated[
    list[str] | None,
    typer.Option("--without", metavar="NAME", help="Leave out this item, recipient or person."),
]
Slots = Annotated[
    list[str] | None, typer.Option("--slots", metavar="DAY=+N", help="Slots more (or fewer) on a day.")
]
Budget = Annotated[
    list[str] | None, typer.Option("--budget", metavar="GROUP=+N", help="More (or less) for a budget or cap.")
]
Pin = Annotated[
    list[str] | None,
    typer.Option(
        "--pin",
        metavar="ITEM,WHO[,DAY]",
        help="Decide this award; for teams PERSON,TEAM, for a rota PERSON,DAY.",
    ),
]
Forbid = Annotated[
    list[str] | None,
    typer.Option(
        "--forbid",
        metavar="ITEM,WHO[,DAY]",
        help="Rule this award out; for teams PERSON,TEAM, for a rota PERSON,DAY.",
    ),
]
Mode = Annotated[str | None, typer.Option("--mode", metavar="MODE", help="Another mode of fairness.")]
Lambda = Annotated[
    float | None, typer.Option("--lambda", metavar="P", help="Penalty for a second award, in points.")
]
Step = Annotated[
    float | None, typer.Option("--step", metavar="P", help="Extra penalty from the third award on.")
]
Target = Annotated[int | None, typer.Option("--target", metavar="N", help="Awards free of penalty (mode a).")]
Join = Annotated[
    list[str] | None,
    typer.Option(
        "--join", metavar="NAME[,COLUMN=X]", help="Teams, rota: a person who joins (teams: with values)."
    ),
]
Together = Annotated[
    list[str] | None, typer.Option("--together", metavar="A,B", help="Teams: people who must share a team.")
]
Apart = Annotated[
    list[str] | None,
    typer.Option("--apart", metavar="A,B", help="Teams: people who must be in different teams."),
]
Number = Annotated[int | None, typer.Option("--teams", metavar="T", help="Teams: another number of teams.")]
Weights = Annotated[
    str | None, typer.Option("--weights", metavar="A=3,B=1", help="Teams: how much each column counts.")
]
Away = Annotated[
    list[str] | None,
    typer.Option("--away", metavar="NAME,FROM[,TO]", help="Rota: somebody is away, both days included."),
]
Drop = Annotated[
    list[str] | None,
    typer.Option("--drop", metavar="RULE", help="Rota: plan without a kind of rule, such as rest."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the figures as JSON and nothing else.")]


def what_if(
    context: typer.Context,
    plan: EitherPlan,
    *,
    without: Without = None,
    slots: Slots = None,
    budget: Budget = None,
    pin: Pin = None,
    forbid: Forbid = None,
    mode: Mode = None,
    lam: Lambda = None,
    step: Step = None,
    target: Target = None,
    join: Join = None,
    together: Together = None,
    apart: Apart = None,
    teams: Number = None,
    weights: Weights = None,
    away: Away = None,
    drop: Drop = None,
    time_limit: Seconds = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Plan again with one change and show both plans side by side, with the exact difference.

    Without a change it lists what one more slot on each day would bring and what each item's absence would
    cost; for teams, what each wish that was not granted would cost. For a rota it says who serves how many
    turns more. --out writes the changed plan, or that list as .csv.
    """
    from evenhand.solver import load

    before = load(plan)
    part = _part_of(before.job, plan.name)
    given = {name: context.params[name] for name in part.OPTIONS}
    something = any(value not in (None, [], ()) for value in given.values())
    _refuse_unheeded(context, before.job, plan.name, something=something)
    session = Session(out, as_json)
    if something:
        refuse_early(before.job, out, seconds=time_limit)
        # No plan is an answer, and exit code 1 tells scripts so.
        if not _ask(session, part, before, given, time_limit):
            raise typer.Exit(1)
    else:
        _survey(session, part, before)


COMMAND = what_if


def _part_of(job: str, plan: str) -> Any:
    """Return the module that answers for plans of a job: each stands beside this one under the job's name.

    Raises:
        InputError: there is none, as plans of the job have no what-if.
    """
    from evenhand.core.errors import InputError

    module = f"evenhand.cli.what_if_{job}"
    if find_spec(module) is None:
        raise InputError.one(f"is a plan of {job}", "Plans of this job have no what-if", table=plan)
    return import_module(module)


def _refuse_unheeded(context: typer.Context, job: str, plan: str, *, something: bool) -> None:
    """Refuse options that are for another job's plan, and a time limit where nothing is searched.

    Raises:
        InputError: all of them at once.
    """
    from evenhand.core.sentences import joined
    from evenhand.jobs import JOBS, job_named

    typed = Typed(context)
    own = {name: _part_of(name, plan).OPTIONS for name in JOBS}
    for name, (flag, came) in typed.given.items():
        owners = [job_named(owner).called for owner in JOBS if name in own[owner]]
        if owners and name not in own[job]:
            mend = f"Leave it out: {plan} is a plan of {job_named(job).called}"
            typed.findings.error(f"is for plans of {joined(owners)}", mend, table=flag, came=came)
    if not something:
        typed.refuse_without("a change", ("time_limit",), "Ask for a change, or leave it out")
    typed.findings.raise_errors()


def _ask(session: Session, part: Any, before: Solution, given: dict[str, Any], seconds: float | None) -> bool:
    """Solve the changed problem, show both plans, and return whether there is a plan."""
    from evenhand.cli.screen import show
    from evenhand.core.errors import InfeasibleError
    from evenhand.report.text import Heading, Text
    from evenhand.report.views import weekdays_in
    from evenhand.solver import save

    problem, words = part.problem_asked(before, given)
    try:
        # With the seed of the plan, so that only the change makes the difference and no other draw among
        # equals.
        after = session.solve(problem, method="auto", seed=before.seed, seconds=seconds)
        answer, handed_out = part.answered(session, words, before, after, seconds)
        for path in session.out or ():
            save(handed_out, path)
    except InfeasibleError as error:
        answer = part.WhatIf(words, before, None, conflict=error.conflict)
    if session.as_json:
        headline = None if answer.after is None else answer.after.headline
        told = {"asked": list(answer.asked), "change": answer.change, **part.figures(answer)}
        told |= {"before": before.headline, "after": headline, "conflict": list(answer.conflict)}
        print_json(told)
    else:
        show([Heading("What if"), Text(weekdays_in(str(answer)))])
    for path in (session.out or ()) if answer.after is not None else ():
        say(f"wrote {path}{getattr(part, 'WRITTEN', '')}")
    return answer.after is not None


def _survey(session: Session, part: Any, before: Solution) -> None:
    """List what is worth asking about this plan, and write the list where asked.

    Raises:
        InputError: a plan of this job has no such list, or the list cannot be written to a path.
    """
    from evenhand.cli.screen import show
    from evenhand.core.errors import Findings, InputError
    from evenhand.report.formats import refuse_path
    from evenhand.tables import write_csv, write_xlsx

    if not hasattr(part, "survey"):
        options = ", ".join(f"--{name}" for name in part.OPTIONS)
        raise InputError.one("no change is asked for", f"Ask for one of {options}", table="what-if")
    findings = Findings()
    for path in session.out or ():
        refuse_path(path, (".csv", ".xlsx"), f"a list of {part.LISTED}", findings)
    findings.raise_errors()
    columns, blocks = part.survey(before, as_json=session.as_json)
    for path in session.out or ():
        if path.suffix.lower() == ".csv":
            write_csv(columns, path)
        else:
            write_xlsx({part.LISTED: columns}, path)
    if blocks:
        show(blocks)
    for path in session.out or ():
        say(f"wrote {path}")
