"""``evenhand what-if``: what would this change be worth?"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenhand.cli.fairness import penalty_of
from evenhand.cli.options import Out, Seconds, example
from evenhand.cli.output import print_json, say
from evenhand.cli.session import Session, refuse_early

if TYPE_CHECKING:
    from evenhand.allocation.asking.what_if import WhatIf
    from evenhand.core.solution import Solution
    from evenhand.report.text import Block

SHORT = "Price one change: an extra slot, an absence, two people together."
EPILOG = example(
    "evenhand demo --tables demo-out",
    "evenhand allocate demo-out/fleet --out week.json",
    "evenhand what-if week.json --slots 2026-09-28=+1",
)
MOST = 10**12
SHOWN = 10
"""Absences shown, the dearest; the file holds them all."""

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
    from evenhand.cli.what_if_rota import of_rota
    from evenhand.cli.what_if_teams import of_teams, refuse_others
    from evenhand.solver import load

    for_teams: dict[str, Any] = {"together": together, "apart": apart, "teams": teams, "weights": weights}
    for_rotas: dict[str, Any] = {"away": away, "drop": drop}
    for_allocations = {
        "slots": slots, "budget": budget, "mode": mode, "lambda": lam, "step": step, "target": target,
    }  # fmt: skip
    before = load(plan)
    if before.job == "allocation":
        for_teams["join"] = join
    refuse_others(before.job, plan.name, teams=for_teams, allocation=for_allocations, rota=for_rotas)
    shared: dict[str, Any] = {"without": without, "join": join, "pin": pin, "forbid": forbid}
    if before.job != "allocation":
        answer, options = (of_teams, for_teams) if before.job == "teams" else (of_rota, for_rotas)
        if not answer(before, shared | options, time_limit, out, as_json=as_json):
            raise typer.Exit(1)
        return
    asked: dict[str, Any] = {
        "without": without or [],
        "slots": {name: int(more) for name, more in _moves(slots, "--slots", whole=True).items()},
        "budgets": _moves(budget, "--budget"),
        "pin": _picks(pin),
        "forbid": _picks(forbid),
    }
    if (mode, lam, step, target) != (None, None, None, None):
        asked["penalty"] = penalty_of(mode, lam, step, target)
    something = any(asked.values())
    _refuse(out, something=something, seconds=time_limit)
    session = Session(out)
    if not something:
        _survey(session, before, as_json=as_json)
    # No plan is an answer, and exit code 1 tells scripts so.
    elif not _ask(session, before, asked, time_limit, as_json=as_json):
        raise typer.Exit(1)
    for path in out or ():
        say(f"wrote {path}")


COMMAND = what_if


def _refuse(out: list[Path] | None, *, something: bool, seconds: float | None) -> None:
    from evenhand.core.errors import Findings
    from evenhand.report.formats import refuse_path

    if something:
        refuse_early("allocation", out, seconds=seconds)
        return
    findings = Findings()
    for path in out or ():
        refuse_path(path, (".csv", ".xlsx"), "a list of absences", findings)
    findings.raise_errors()


def _moves(given: list[str] | None, option: str, *, whole: bool = False) -> dict[str, float]:
    """Return NAME=+N as a number by name."""
    from evenhand.core.errors import Findings

    findings, out = Findings(), {}
    for text in given or ():
        # At the last sign, as a group's name may hold "=" itself.
        name, sign, more = text.rpartition("=")
        try:
            out[name.strip()] = float(int(more)) if whole else float(more)
        except ValueError:
            sign = ""
        # "Not at most" and not "more than": so a NaN is refused too.
        if not sign or not name.strip() or not abs(out.get(name.strip(), 0)) <= MOST:
            kind = "whole number" if whole else "number"
            findings.error(f"is not a name and {kind}", "Write it as NAME=+1", table=option, came=text)
    findings.raise_errors()
    return out


def _picks(given: list[str] | None) -> list[tuple[str, ...]]:
    return [tuple(part.strip() for part in text.split(",")) for text in given or ()]


def _ask(
    session: Session, before: Solution, asked: dict[str, Any], seconds: float | None, *, as_json: bool
) -> bool:
    """Solve the changed problem, show both plans, and return whether there is a plan."""
    from evenhand.allocation.asking.what_if import WhatIf, changed, compared
    from evenhand.cli.screen import show
    from evenhand.core.errors import InfeasibleError
    from evenhand.report.text import Heading, Text
    from evenhand.report.views import weekdays_in
    from evenhand.solver import save

    problem, words = changed(before.problem, **asked)
    try:
        # With the seed of the plan, so that only the change makes the difference and no other draw among
        # equals.
        after = session.solve(problem, method="auto", seed=before.seed, seconds=seconds)
        answer = compared(words, before, after)
        for path in session.out or ():
            save(after, path)
    except InfeasibleError as error:
        answer = WhatIf(words, before, None, conflict=error.conflict)
    if as_json:
        print_json(_figures(answer))
    else:
        show([Heading("What if"), Text(weekdays_in(str(answer)))])
    return answer.after is not None


def _figures(answer: WhatIf) -> dict[str, Any]:
    return {
        "asked": list(answer.asked),
        "change": answer.change,
        "exact": answer.exact,
        "went": list(answer.went),
        "came": list(answer.came),
        "before": answer.before.headline,
        "after": None if answer.after is None else answer.after.headline,
        "conflict": list(answer.conflict),
    }


def _survey(session: Session, before: Solution, *, as_json: bool) -> None:
    """Say what one more slot brings on each day, and what each absence costs."""
    from evenhand.allocation.asking.counterfactual import without_each
    from evenhand.allocation.asking.explain import binding
    from evenhand.allocation.asking.what_if import what_if as asked
    from evenhand.allocation.problem.allocation_problem import title
    from evenhand.cli.screen import show
    from evenhand.report.text import Grid, Heading
    from evenhand.report.views import short_day
    from evenhand.tables import write_csv, write_xlsx

    called = before.problem.called
    slots = [(day, asked(before, slots={day: 1}).change) for day in before.problem.days]
    groups = binding(before)
    absences = without_each(before)
    columns = {
        name: [getattr(answer, name) for answer in absences]
        for name in ("item", "recipient", "day", "costs", "exact")
    }
    for path in session.out or ():
        if path.suffix.lower() == ".csv":
            write_csv(columns, path)
        else:
            write_xlsx({"absences": columns}, path)
    if as_json:
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        print_json({"slots": dict(slots), "groups": [asdict(answer) for answer in groups], "absences": rows})
        return
    blocks: list[Block] = [
        Heading("One slot more"),
        Grid(("Day", "Points"), tuple((short_day(day), _plus(more)) for day, more in slots), frozenset({1})),
        *_groups_shown(groups),
        Heading("One item less"),
        Grid(
            ("Item", "Recipient", "Day", "Points"),
            tuple(
                (
                    title(answer.item, called),
                    title(answer.recipient, called),
                    short_day(answer.day),
                    _minus(answer.costs),
                )
                for answer in absences[:SHOWN]
            ),
            frozenset({3}),
            note=_note(absences),
        ),
    ]
    show(blocks)


def _groups_shown(groups: list[Any]) -> list[Block]:
    """Say which budgets and caps bind, and what room for the lightest further award would bring."""
    from evenhand.report.text import Grid, Heading

    rows = tuple(
        (
            group.rule,
            group.label,
            f"{group.used:,g}",
            f"{group.free:,g}",
            f"{group.more:+,g} {group.unit}",
            _plus(group.brings),
        )
        for group in groups
    )
    heads = ("Rule", "Group", "Used", "Free", "Room for one more", "Points")
    if not rows:
        return []
    return [Heading("More of what binds"), Grid(heads, rows, frozenset({2, 3, 4, 5}))]


def _plus(more: float | None) -> str:
    return "no plan" if more is None else f"{more:+,g}" if more else "0"


def _minus(costs: float | None) -> str:
    return "pinned" if costs is None else f"{-costs:,g}" if costs else "0"


def _note(absences: list[Any]) -> str:
    nothing = sum(1 for absence in absences if absence.costs == 0)
    exact = (
        "Each is the difference of two proven optima."
        if all(absence.exact for absence in absences)
        else ("Not all are proven: the plan, or the one without the item, is only the best found.")
    )
    more = (
        f"{len(absences) - SHOWN:,} more are in the file that --out writes. " if len(absences) > SHOWN else ""
    )
    return f"{more}{nothing:,} of {len(absences):,} would not be missed: another is as good. {exact}"
