"""``evenhand teams swap``: two people change places in a plan; what it costs, and the new plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.options import Json, Out, example
from evenhand.cli.output import say
from evenhand.cli.session import Session, refuse_early
from evenhand.cli.sources import plan_of
from evenhand.core.errors import InfeasibleError, InputError

if TYPE_CHECKING:
    from evenhand.teams import TeamsProblem

SHORT = "Swap two people of a plan of teams: what it costs, and the new plan."
EPILOG = example(
    "evenhand demo --tables out",
    "evenhand teams out/roster/people.csv --teams 8 --balance gender -o t.json",
    'evenhand teams swap t.json "Amara Stein" "Greta Bauer"',
)

Plan = Annotated[Path, typer.Argument(metavar="PLAN", help="The plan of teams, saved as .json.")]
First = Annotated[str, typer.Argument(metavar="PERSON", help="Who changes places ...")]
Second = Annotated[str, typer.Argument(metavar="PERSON", help="... with whom.")]


def teams_swap(plan: Plan, first: First, second: Second, *, out: Out = None, as_json: Json = False) -> None:
    """Swap two people and show what that costs; with --out write the new plan.

    The new plan is judged like any other: a swap that breaks a hard rule is shown and not written.
    """
    from evenhand.cli.screen import show
    from evenhand.core.solution import Status
    from evenhand.report.text import Heading, Text
    from evenhand.solver import save
    from evenhand.teams import arrange, change
    from evenhand.teams.job import JOB

    refuse_early("teams", out)
    before = plan_of(plan, "teams")
    problem = before.problem
    both = _both(problem, first, second)
    home, other = (problem.teams[int(before.awards[who])] for who in both)
    if both[0] == both[1]:
        mend = "Name two people of different teams"
        raise InputError.one("is named twice", mend, came=problem.people[both[0]])
    if home == other:
        raise InputError.one(
            f"is in {home}, and so is {problem.people[both[1]]}", "Name two people of different teams",
            came=problem.people[both[0]],
        )  # fmt: skip
    names = [problem.people[who] for who in both]
    after = arrange(problem, {names[0]: other, names[1]: home}, before.awards)
    done = change(problem, before.awards, after)
    # Before anything is written: a plan that breaks a hard rule must not be saved.
    if done.verdict.faults:
        raise InfeasibleError(f"{names[0]} and {names[1]} cannot change places.", done.verdict.faults)
    hand = {"changed": names}
    swapped = replace(
        before,
        awards=after,
        objective=done.verdict.objective,
        terms=done.verdict.terms,
        # The old bound holds for every arrangement, so a swap that stays on it is proven best as well.
        status=Status.OPTIMAL if before.bound == done.verdict.objective else Status.FEASIBLE,
        columns=JOB.columns(problem, after),
        statement=done.verdict.statement,
        headline=done.verdict.headline,
        proof={**hand, **JOB.said(problem, after, done.verdict.objective, before.bound, hand)},
    )
    for path in out or ():
        save(swapped, path)
    if as_json:
        Session(None, as_json).deliver(swapped)
    else:
        show([
            Heading(f"{names[0]} goes to {other}, {names[1]} to {home}"),
            Text(_cost(done.value, done.effects)),
            Text(done.verdict.headline),
        ])  # fmt: skip
    for path in out or ():
        say(f"wrote {path}")


def _cost(value: int, effects: Sequence[str]) -> str:
    """Say whether the plan becomes better or worse, and what changes."""
    if not effects:
        return "The swap changes nothing that counts."
    head = "worse" if value > 0 else "better" if value < 0 else "neither better nor worse"
    return "\n".join([f"The plan becomes {head}:", *(f"  - {effect}" for effect in effects)])


def _both(problem: TeamsProblem, first: str, second: str) -> tuple[int, int]:
    """Return the two people's codes.

    Raises:
        InputError: somebody is in no team of the plan; with the name that may be meant.
    """
    from evenhand.core.errors import Findings
    from evenhand.teams.reading.who import Who

    findings = Findings()
    who = Who(problem.people)
    codes = []
    for text in (first, second):
        name = who.find(text)
        if name is not None:
            codes.append(problem.people.index(name))
            continue
        several, meant = who.bearers(text), who.meant(text)
        mend = f"Did you mean {meant}?" if meant else "Write the name as it stands there"
        wrong = "is not in the plan"
        if len(several) > 1:
            wrong, mend = f"may be {' or '.join(several[:4])}", "Write the whole name"
        findings.error(wrong, mend, came=text)
    findings.raise_errors()
    return codes[0], codes[1]


COMMAND = teams_swap
