"""``evenhand explain``: why?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.measure import Plan
from evenhand.cli.options import example
from evenhand.cli.output import print_json

if TYPE_CHECKING:
    from evenhand.core.solution import Solution

SHORT = "Why did somebody get what they got?"
EPILOG = example(
    "evenhand demo --tables demo-out",
    "cd demo-out/roster",
    "evenhand teams people.csv --teams 8 --balance gender,office --out teams.json",
    "evenhand explain teams.json",
)

Subject = Annotated[
    str | None, typer.Argument(metavar="WHO", help="Who or what to explain. Leave out to list the choices.")
]
Other = Annotated[
    str | None,
    typer.Argument(metavar="WHAT", help="A second name: why did WHO not get it? (allocations, teams)"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the explanation as JSON and nothing else.")]
SHOWN = 60


def explain(plan: Plan, subject: Subject = None, other: Other = None, *, as_json: AsJson = False) -> None:
    """Explain why somebody got what they got in a plan."""
    from evenhand.cli.screen import show
    from evenhand.core.errors import InputError
    from evenhand.jobs import asking_named
    from evenhand.report.text import Grid, Heading, Text
    from evenhand.report.views import weekdays_in
    from evenhand.solver import explain as explained
    from evenhand.solver import load

    solution = load(plan)
    if subject is None:
        known = asking_named(solution.job).subjects(solution.problem, solution.awards)
        if as_json:
            print_json({"subjects": known})
            return
        more = f"... and {len(known) - SHOWN:,} more" if len(known) > SHOWN else ""
        show([Grid(("you can ask about", "in this plan"), tuple(known.items())[:SHOWN], note=more)])
        return
    subject = _day_meant(solution, subject)
    try:
        answer = explained(solution, subject if other is None else f"{subject} to {other}")
    except InputError as error:
        # The name that nobody knows, and not the two of them together.
        for name in (subject, other) if other is not None else ():
            explained(solution, name)
        if other is not None and error.findings[0].came == f"{subject} to {other}":
            together = f"{subject} and {other} cannot be asked about together in this plan"
            raise InputError.one(together, "Ask about one of them alone") from None
        raise
    if as_json:
        from dataclasses import asdict

        print_json(asdict(answer))
        return
    show([Heading(f"Why: {weekdays_in(answer.subject)}"), Text(weekdays_in(str(answer)))])


def _day_meant(solution: Solution, subject: str) -> str:
    """Return the plan's day that is written as plans show it (Tue 29 Sep), or as a date; else the text."""
    from evenhand.jobs import asking_named
    from evenhand.report.views import short_day
    from evenhand.tables.calendar_days import days as dates_of

    written, wanted = str(dates_of([subject])[0].get(subject)), subject.strip().casefold()
    days = asking_named(solution.job).days(solution.problem)
    meant = {day for day in days if day == written or short_day(day).casefold() == wanted}
    return meant.pop() if len(meant) == 1 else subject


COMMAND = explain
