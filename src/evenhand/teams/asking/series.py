"""Teams that are made again and again: what becomes fact, and which other team somebody could be in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evenhand.core.errors import InputError
from evenhand.core.job import Asking, Booking, Books
from evenhand.core.ledger import Ledger, Line
from evenhand.core.progress import Progress
from evenhand.core.solution import Solution
from evenhand.teams.asking.best_swaps import swaps_of
from evenhand.teams.asking.explain import explain, subjects
from evenhand.teams.asking.ledger import (
    UNITS,
    amended_in,
    lines_of_plan,
    published,
    taken_back,
    units_of,
    with_ledger,
)


def facts(solution: Solution, lasts: int) -> Booking:
    """Return what becomes fact: who was in which team, and what wishes and roles book, an account each.

    The teams themselves book nothing: they hand out company, of which nobody is owed any.
    """
    del lasts
    problem = solution.problem
    return Booking(
        [
            {
                "claimant": name,
                "thing": problem.teams[int(solution.awards[person])],
                "starts": "",
                "ends": "",
                "units": 1,
            }
            for person, name in enumerate(problem.people)
        ],
        accounts=_accounts(solution),
    )


def _accounts(solution: Solution) -> dict[str, list[dict[str, Any]]]:
    """Return who was due and got a wish or a role; who met whom follows from the facts."""
    accounts: dict[str, list[dict[str, Any]]] = {}
    for unit in units_of(solution.problem):
        if unit == "meetings":
            continue
        for line in lines_of_plan(solution.problem, solution.awards, unit):
            name = f"{unit}:{line.account}" if line.account else unit
            entry = {"at": "", "claimant": line.claimant, "due": line.due, "received": line.received}
            accounts.setdefault(name, []).append(entry)
    return accounts


def owed(problem: Any, accounts: Mapping[str, Mapping[str, int]]) -> Any:
    """Return the problem so that those who got fewer wishes or roles before are preferred.

    Args:
        problem: what is to be planned next.
        accounts: name of an account, as ``facts`` gives it, to what each person is owed, in ticks.
    """
    for unit in units_of(problem):
        lines = [
            Line(name, max(lag, 0), max(-lag, 0), account=account.partition(":")[2])
            for account, lags in sorted(accounts.items())
            if account.partition(":")[0] == unit
            for name, lag in sorted(lags.items())
        ]
        if lines:
            problem = with_ledger(problem, Ledger(unit=unit).publish("before", lines))
    return problem


def alternatives(solution: Solution, subject: str, progress: Progress) -> dict[str, Any]:
    """Return the other teams a person could be in, each with the best swap and what it costs.

    Raises:
        InputError: there is no such person.
    """
    del progress
    problem = solution.problem
    if subject not in problem.people:
        raise InputError.one("is not on the roster", "Choose a person of the board", came=subject)
    person = problem.people.index(subject)
    rows = []
    for swap in swaps_of(problem, solution.awards, person):
        lost = {name: round(float(part), 4) for name, part in swap.lost.items() if part}
        rows.append(
            {
                "team": problem.teams[swap.team],
                "with": problem.people[swap.other],
                "value": swap.value,
                "lost": lost,
                "breaks": list(swap.breaks),
            }
        )
    return {"team": problem.teams[int(solution.awards[person])], "rows": rows}


def whynot(solution: Solution, thing: str, claimant: str) -> str:
    """Return why a person is not in a team: what the best swap would break or cost.

    Raises:
        InputError: there is no such person or team.
    """
    problem = solution.problem
    if thing not in problem.teams:
        raise InputError.one("is not a team of this plan", "Choose a team of the board", came=thing)
    told = alternatives(solution, claimant, Progress())
    if told["team"] == thing:
        return f"{claimant} is in {thing}."
    row = next((row for row in told["rows"] if row["team"] == thing), None)
    if row is None:
        return f"{claimant} could only join {thing} by more than one swap."
    swap = f"{claimant} to {thing} for {row['with']}"
    if row["breaks"]:
        return f"{swap} breaks a rule: {row['breaks'][0]}"
    if row["value"] > 0:
        worse = ", ".join(name for name, part in row["lost"].items() if part > 0)
        return f"{swap} would be less even{f' in {worse}' if worse else ''}."
    return f"{swap} would be {'just as even' if not row['value'] else 'more even'}."


ASKING = Asking(
    explain=explain,
    subjects=subjects,
    facts=facts,
    alternatives=alternatives,
    whynot=whynot,
    before=(("person", "claimant"), ("team", "thing")),
    books=Books(
        units=UNITS,
        usual=lambda problem: units_of(problem)[0],
        publish=lambda book, plan, label, unit: published(book, plan.problem, plan.awards, label, unit=unit),
        amend=lambda book, plan, label: amended_in(book, plan.problem, plan.awards, label),
        take_back=lambda book, _plan, label: taken_back(book, label),
    ),
    stays=True,
)
