"""Allocations planned again and again: what becomes fact, who else could have it, what is picked by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

from evenhand.allocation.asking.amend import amended, nearest
from evenhand.allocation.asking.explain import explain, subjects
from evenhand.allocation.asking.weeks import amended_in, label_of, published
from evenhand.allocation.asking.what_if import changed, what_if
from evenhand.allocation.judging.judge import judge
from evenhand.allocation.problem.barriers import barriers_of
from evenhand.core.errors import InputError
from evenhand.core.job import Asking, Booking, Books, Limits
from evenhand.core.progress import Progress
from evenhand.core.shares import TICKS
from evenhand.core.solution import Solution

FIRST: Final = 8
"""Alternatives priced at once: as many as a panel shows. Each is a solve of 50 ms at Los Angeles size."""


def pinned(problem: Any, picks: Mapping[str, Sequence[tuple[str, ...]]]) -> Any:
    """Return a problem with what was decided by hand, without reading its tables again.

    Args:
        problem: an ``AllocationProblem``.
        picks: "pin" and "forbid" to (item, recipient, day), "away" to (recipient,).

    Raises:
        InputError: a pick names what is not there, or no candidate; all of them at once.
    """
    one_day = len(problem.days) == 1
    awards: dict[str, Any] = {
        kind: [names[:2] if one_day else names for names in picks.get(kind, ())] for kind in ("pin", "forbid")
    }
    pinned_problem, _ = changed(problem, without=[names[0] for names in picks.get("away", ())], **awards)
    return pinned_problem


def amend(
    problem: Any, before: Any, change: Any, frozen: str, seed: int, limits: Limits, progress: Progress
) -> Solution | None:
    """Return a plan near a published one, or None where the best plan is wanted however far it is.

    Args:
        problem: what is asked now.
        before: a table of what is published: item, recipient, day.
        change: "few" changes as little as can be, a number is what a change must bring in points, "best"
            takes the best plan.
        frozen: the day up to which everything stays; "" for none.
        seed: seed for tie-breaking.
        limits: how long the search may go on.
        progress: hears of progress and may interrupt.

    Raises:
        InfeasibleError: the hard rules cannot all hold.
    """
    if change == "best" and not frozen:
        return None
    triples = _triples(problem, before)
    price = None if change in ("few", "best") else _price(change)
    done = amended(problem, triples, price, frozen=frozen, seed=seed, limits=limits, progress=progress)
    return done.solution


def near(solution: Solution, before: Any, progress: Progress) -> Solution:
    """Return the plan worth as much that keeps most of a table of awards: item, recipient, day."""
    return nearest(solution, _triples(solution.problem, before), progress=progress)


def _triples(problem: Any, before: Any) -> list[tuple[str, str, str]]:
    triples = zip(*(before.columns[head] for head in ("item", "recipient", "day")), strict=True)
    one_day = len(problem.days) == 1
    return [(item, who, "" if one_day else day) for item, who, day in triples]


def _price(change: Any) -> float:
    try:
        price = float(change)
    except (TypeError, ValueError):
        price = -1.0
    # not "price < 0": a price that is not a number is below nothing and above nothing
    if not 0 <= price < float("inf"):
        mend = "Write best, few, or points a change must bring, such as 50"
        raise InputError.one("is not a price of a change", mend, column="change", came=str(change))
    return price


def facts(solution: Solution, lasts: int) -> Booking:
    """Return what becomes fact: every award with its days, and what everybody was due and received."""
    problem = solution.problem
    given = []
    for award in solution.awards.tolist():
        item, who = problem.items[problem.item[award]], problem.recipients[problem.recipient[award]]
        start = problem.days[problem.day[award]]
        given.append(
            {
                "claimant": who,
                "thing": item,
                "starts": start,
                "ends": _later(start, lasts - 1),
                "units": 1,
                "called": problem.called.get(who, who),
                "called_thing": problem.called.get(item, item),
            }
        )
    days = (problem.days[0], problem.days[-1]) if len(problem.days) else ("", "")
    return Booking(given, _entries(solution), days=days)


def _entries(solution: Solution) -> list[dict[str, Any]]:
    statement = solution.statement
    if statement is None:
        return []
    index = solution.problem.days[0] if len(solution.problem.days) else ""
    # a plan reckons in its own ticks; the ledger in one for all, a multiple of each
    scale = TICKS // statement.ticks
    return [
        {
            "at": index,
            "claimant": name,
            "due": int(statement.entitlement[k]) * scale,
            "received": int(statement.received[k]) * TICKS,
        }
        for k, name in enumerate(statement.claimants)
    ]


def _later(day: str, days: int) -> str:
    try:
        return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    except ValueError:
        return day


def alternatives(solution: Solution, subject: str, progress: Progress) -> dict[str, Any]:
    """Return everybody who could have an item on its day, the cheapest priced exactly, and who could not.

    Args:
        solution: the plan.
        subject: an item; "item|all" prices everybody, who would else be the eight that look cheapest.
        progress: may interrupt; what is priced by then is told.

    Raises:
        InputError: there is no such item.
    """
    item, _, rest = subject.partition("|")
    most = FIRST if rest != "all" else 10**6
    problem = solution.problem
    if item not in problem.items:
        raise InputError.one("is not in this plan", "Choose a card of the board", came=item)
    code = problem.items.index(item)
    awarded = [a for a in solution.awards.tolist() if problem.item[a] == code]
    if not awarded:
        return {"rows": [], "not": [], "more": 0}
    # the day stays: another day is another question, and would change what others get
    day, holder = int(problem.day[awarded[0]]), int(problem.recipient[awarded[0]])
    rows = np.flatnonzero((problem.item == code) & (problem.day == day) & ~problem.forbidden)
    got = np.bincount(problem.recipient[solution.awards], minlength=len(problem.recipients))
    # What a first award is worth beside a second: it decides only what is priced first, never a price.
    step = round(problem.fair_unit * problem.scale)
    rank = {row: int(problem.score[row]) - step * int(got[problem.recipient[row]]) for row in rows.tolist()}
    others = [row for row in rank if int(problem.recipient[row]) != holder]
    spread = sorted(others, key=lambda row: (-rank[row], row))
    told = []
    for index in spread[:most]:
        if progress.stop():
            break
        told.append(priced(solution, index, got))
    told.sort(key=lambda row: (row["change"] is None, -(row["change"] or 0), row["called"]))
    can = {int(problem.recipient[a]) for a in rows.tolist()}
    asked_day = problem.days[day]
    nots = [
        {
            "who": name,
            "called": problem.called.get(name, name),
            "why": barred(problem, item, name, asked_day),
        }
        for who, name in enumerate(problem.recipients)
        if who not in can
    ]
    return {
        "holder": {
            "who": problem.recipients[holder],
            "called": _called(problem, holder),
            "nth": int(got[holder]),
        },
        "rows": told,
        "more": max(0, len(spread) - most),
        "not": sorted(nots, key=lambda row: row["called"]),
        "day": problem.days[day],
    }


def barred(problem: Any, item: str, name: str, day: str) -> str:
    """Return the rule that keeps an item from a recipient on a day, with its end where that is known."""
    for barrier, _ in barriers_of(problem.barriers, item, name, (day,)):
        return str(barrier.clause)
    return "the table has no row for them on this day"


def _called(problem: Any, who: int) -> str:
    name = problem.recipients[who]
    return str(problem.called.get(name, name))


def priced(solution: Solution, row: int, got: Any) -> dict[str, Any]:
    """Return what giving a candidate its item would change: solved, so the figure is exact.

    Args:
        solution: the plan.
        row: the candidate.
        got: awards of each recipient in the plan.
    """
    problem = solution.problem
    who = int(problem.recipient[row])
    pick = (problem.items[problem.item[row]], problem.recipients[who], problem.days[problem.day[row]])
    asked_of = solution
    own = problem.pinned & (problem.item == problem.item[row])
    if own.any():
        # A step that gives a pinned item to somebody takes its pin away, so its price is that of doing both.
        asked_of = replace(solution, problem=replace(problem, pinned=problem.pinned & ~own))
    priced_pick = what_if(asked_of, pin=[pick if len(problem.days) > 1 else pick[:2]])
    moved = []
    served = None
    if priced_pick.after is not None:
        # among plans worth as much the one that a step takes: what is marked is what would move
        plan = nearest(priced_pick.after, solution)
        before = {int(problem.item[a]): a for a in solution.awards.tolist()}
        after = {int(problem.item[a]): a for a in plan.awards.tolist()}
        # by item, not by award: a car that changes only its day has moved too
        moved = [problem.items[i] for i, a in before.items() if after.get(i) != a]
        served = len(set(problem.recipient[plan.awards].tolist()))
    return {
        "who": pick[1],
        "called": _called(problem, who),
        "nth": int(got[who]) + 1,
        "change": priced_pick.change,
        "exact": priced_pick.exact,
        "moved": moved,
        "served": served,
        "names": list(pick),
    }


def whynot(solution: Solution, thing: str, claimant: str) -> str:
    """Return why an item does not go to a recipient: the rules and until when, or what it would cost.

    Raises:
        InputError: there is no such item or recipient.
    """
    asked = f"{thing} to {claimant}"
    return explain(solution.problem, solution.awards, solution.proof, asked).headline


def against(solution: Solution, thing: str, starts: str, giver: str) -> dict[str, Any]:
    """Return for everybody else the rules that keep them from taking what somebody gives back.

    Where the plan has no such award nothing is known, as after an earlier swap of it.
    """
    problem, awards = solution.problem, [int(award) for award in solution.awards]
    cells = {
        award: (
            problem.items[problem.item[award]],
            problem.days[problem.day[award]],
            problem.recipients[problem.recipient[award]],
        )
        for award in awards
    }
    given = [award for award, cell in cells.items() if cell == (thing, starts, giver)]
    if not given:
        return {}
    rest = [award for award in awards if award != given[0]]
    same = (problem.item == problem.item[given[0]]) & (problem.day == problem.day[given[0]])
    rows = {int(problem.recipient[row]): int(row) for row in np.flatnonzero(same & ~problem.forbidden)}
    # what is broken without it, such as a pin of the giver's, is no fault of the taker's
    known = set(judge(problem, np.array(rest, dtype=np.int64)).faults)
    out = {}
    for who, name in enumerate(problem.recipients):
        if who in rows:
            verdict = judge(problem, np.array([*rest, rows[who]], dtype=np.int64))
            reasons = [fault for fault in verdict.faults if fault not in known]
        else:
            reasons = [barred(problem, thing, name, starts)]
        if name != giver:
            out[name] = {"not": reasons, "breaks": []}
    return out


ASKING = Asking(
    explain=explain,
    subjects=subjects,
    facts=facts,
    alternatives=alternatives,
    whynot=whynot,
    before=(("item", "thing"), ("recipient", "claimant"), ("day", "starts")),
    books=Books(
        units=("awards",),
        usual=lambda _problem: "awards",
        publish=lambda book, plan, label, _unit: published(book, plan, label),
        amend=amended_in,
        take_back=lambda book, plan, label: book.amend(label_of(plan, label), None, [], note="taken back"),
    ),
    pinned=pinned,
    amend=amend,
    nearest=near,
    priced=True,
    against=against,
    days=lambda problem: problem.days,
)
