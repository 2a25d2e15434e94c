"""A rota that is planned again and again: what becomes fact, what is booked, and who else could serve."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from evenhand.core.errors import InputError
from evenhand.core.job import Asking, Booking, Books
from evenhand.core.progress import Progress
from evenhand.core.shares import TICKS
from evenhand.core.solution import Solution
from evenhand.rota.asking.explain import explain, standings, subjects
from evenhand.rota.asking.ledger import amended_in, label_of, published
from evenhand.rota.asking.swaps import breaks_added, why_not
from evenhand.rota.solving.model.entitlement import shares
from evenhand.rota.solving.model.presence import able
from evenhand.rota.solving.model.standing import Standing


def facts(solution: Solution, lasts: int) -> Booking:
    """Return what becomes fact: every turn served, what each slot books, and what history left before."""
    del lasts
    problem = solution.problem
    served = []
    for seat, who in enumerate(solution.awards.tolist()):
        # an empty seat is nobody's fact; the plan's own page shows it
        if who < 0:
            continue
        slot = int(problem.seat_slot[seat])
        served.append(
            {
                "claimant": problem.people[who],
                "thing": problem.duties[int(problem.slot_duty[slot])],
                "starts": date.fromordinal(int(problem.slot_start[slot])).isoformat(),
                "ends": date.fromordinal(int(problem.slot_end[slot])).isoformat(),
                "units": int(problem.load[slot]),
            }
        )
    lags = lag_path(solution)[0]
    opening = [
        {"claimant": name, "due": int(lags[who]), "received": 0} for who, name in enumerate(problem.people)
    ]
    days = ("", "")
    if len(problem.slot_start):
        ends = (int(problem.slot_start.min()), int(problem.slot_end.max()))
        days = (date.fromordinal(ends[0]).isoformat(), date.fromordinal(ends[1]).isoformat())
    return Booking(served, _entries(solution), opening, days)


def lag_path(solution: Solution) -> list[Any]:
    """Return everybody's lag in ticks before the plan and after each slot; each row sums to 0.

    The last row is the statement's own lag, so that accounts end where the headline says.
    """
    problem = solution.problem
    standing = Standing(problem, solution.seed)
    path: list[Any] = []
    for slot in range(len(problem.slot_start)):
        standing.open(slot)
        if not path:
            # some policies count the open slot's share already: what stood before is without it
            now = standing.lags()
            path.append(now - shares(problem, able(problem))[0] if now.sum() else now.copy())
        standing.serve_by(solution.awards)
        path.append(standing.lags().copy())
    if path and solution.statement is not None:
        path[-1] = solution.statement.lag * (TICKS // solution.statement.ticks)
    return path or [np.zeros(len(problem.people), dtype=np.int64)]


def _entries(solution: Solution) -> list[dict[str, Any]]:
    """Return what each slot books to each account: due and received in ticks; every slot sums to 0.

    What was due is how the lag moved plus what was served, so that a leaver's share or a policy's own accrual
    is booked where it fell.
    """
    problem = solution.problem
    path = lag_path(solution)
    lines = []
    for slot in range(len(problem.slot_start)):
        got = np.zeros(len(problem.people), dtype=np.int64)
        np.add.at(got, problem.crew(solution.awards, slot), int(problem.load[slot]) * TICKS)
        due = path[slot + 1] - path[slot] + got
        lines += [
            {
                "at": problem.slot_label[slot],
                "claimant": name,
                "due": int(due[who]),
                "received": int(got[who]),
            }
            for who, name in enumerate(problem.people)
            if due[who] or got[who]
        ]
    return lines


def alternatives(solution: Solution, subject: str, progress: Progress) -> dict[str, Any]:
    """Return who else could take a turn, in order, and who could not and why.

    Args:
        solution: the plan.
        subject: a slot and who serves it: "2026-02-17|Jay".
        progress: not asked: nothing is solved.

    Raises:
        InputError: there is no such slot.
    """
    del progress
    problem = solution.problem
    label, _, person = subject.partition("|")
    if label not in problem.slot_label:
        raise InputError.one("is not a turn of this plan", "Choose a cell of the board", came=label)
    slot = problem.slot_label.index(label)
    stood = standings(problem, solution.awards, slot, solution.seed)
    holder = next((s for s in stood if s.name == person), None)
    rows = [
        {
            "name": s.name,
            "lag": round(s.lag, 2),
            "rank": s.rank,
            "serves": s.serves,
            "apart": round(s.lag - holder.lag, 2) if holder else None,
        }
        for s in stood
        if s.rank
    ]
    nots = [{"name": s.name, "why": s.why_not} for s in stood if not s.rank]
    return {"slot": label, "holder": person, "rows": rows, "not": nots}


def whynot(solution: Solution, thing: str, claimant: str) -> str:
    """Return why somebody does not serve a slot: the rule, or who is owed more.

    Raises:
        InputError: there is no such slot or person.
    """
    problem = solution.problem
    if claimant not in problem.people:
        raise InputError.one("is not in this plan", "Choose a person of the board", came=claimant)
    told = alternatives(solution, f"{thing}|{claimant}", Progress())
    row = next((row for row in told["rows"] if row["name"] == claimant), None)
    if row is None:
        why = next((person["why"] for person in told["not"] if person["name"] == claimant), "")
        return f"{claimant} cannot serve {thing}: {why or 'they are not able to'}."
    if row["serves"]:
        return f"{claimant} serves {thing}."
    first = next((person["name"] for person in told["rows"] if person["serves"]), "")
    instead = f"; {first} serves" if first else ""
    return f"{claimant} is number {row['rank']} in order for {thing}, owed {row['lag']:g} turns{instead}."


def against(solution: Solution, thing: str, starts: str, giver: str) -> dict[str, Any]:
    """Return for everybody else the rules that speak against their taking a turn.

    Where the plan has no such turn nothing is known, as after an earlier swap of it.
    """
    problem, awards = solution.problem, solution.awards
    slots = problem.seat_slot
    seat = next(
        (
            seat
            for seat, who in enumerate(awards.tolist())
            if who >= 0
            and (problem.people[who], problem.slot_label[slots[seat]]) == (giver, starts)
            and problem.duties[int(problem.slot_duty[slots[seat]])] == thing
        ),
        None,
    )
    if seat is None:
        return {}
    return {
        name: {
            "not": list(why_not(problem, awards, {seat: who})),
            "breaks": list(breaks_added(problem, awards, {seat: who})),
        }
        for who, name in enumerate(problem.people)
        if name != giver
    }


ASKING = Asking(
    explain=explain,
    subjects=subjects,
    facts=facts,
    alternatives=alternatives,
    whynot=whynot,
    before=(("date", "starts"), ("duty", "thing"), ("name", "claimant")),
    books=Books(
        units=("turns",),
        usual=lambda _problem: "turns",
        publish=lambda book, plan, label, _unit: published(book, plan.problem, plan.awards, label),
        amend=lambda book, plan, label: amended_in(book, plan.problem, plan.awards, label),
        take_back=lambda book, plan, label: book.amend(
            label or label_of(book, plan.problem), None, [], note="taken back"
        ),
    ),
    absences="absences",
    against=against,
    days=lambda problem: problem.slot_label,
)
