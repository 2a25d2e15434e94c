"""Questions about an answer: why, who else, at what price, what becomes fact.

Each is computed once and kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

from evenhand.core.errors import InfeasibleError, InputError
from evenhand.core.progress import Progress
from evenhand.core.recipe import Recipe
from evenhand.core.shares import TICKS
from evenhand.core.solution import Solution
from evenhand.solver import explain
from evenhand.workspace.guide import priced_plans, procedure
from evenhand.workspace.views.words import msg

__all__ = ["KINDS", "asked"]

FIRST: Final = 8
"""Alternatives priced at once: as many as a panel shows. Each is a solve of 50 ms at Los Angeles size."""

FACTS: Final = 5
"""Sentences of a why: what a panel shows without scrolling. The command explain shows them all."""


def asked(
    solution: Solution, recipe: Recipe, kind: str, subject: str, progress: Progress, lags: Mapping[str, float]
) -> Any:
    """Return the answer to a question, as JSON.

    Raises:
        InputError: the question is unknown, or its subject is.
    """
    del lags
    if kind not in KINDS:
        raise InputError.one("is no question", f"Ask one of {', '.join(KINDS)}", came=kind)
    return KINDS[kind](solution, recipe, subject, progress)


def _why(solution: Solution, recipe: Recipe, subject: str, progress: Progress) -> Any:
    del recipe, progress
    told = explain(solution, subject)
    called = getattr(solution.problem, "called", {})
    return {
        "lines": [
            _named(line, called) for line in (told.headline, *(fact.sentence for fact in told.facts[:FACTS]))
        ]
    }


def _named(sentence: str, called: Mapping[str, str]) -> str:
    """Return a sentence with names in place of ids; an id is a word of its own."""
    words = [(word, word.strip(".,:;()")) for word in sentence.split(" ")]
    return " ".join(word.replace(bare, called[bare]) if bare in called else word for word, bare in words)


def _alternatives(solution: Solution, recipe: Recipe, subject: str, progress: Progress) -> Any:
    if solution.job == "allocation":
        return _other_takers(solution, subject, progress)
    if solution.job == "teams":
        return _other_teams(solution, subject)
    del recipe
    return _other_people(solution, subject)


def _other_takers(solution: Solution, subject: str, progress: Progress) -> Any:
    """Return everybody who could have an item on its day, the cheapest priced exactly, and who could not."""
    from evenhand.allocation.asking.what_if import what_if

    item, _, rest = subject.partition("|")
    most = FIRST if rest != "all" else 10**6
    problem = solution.problem
    if item not in problem.items:
        raise InputError.one("is not in this plan", "Choose a card of the board", came=item)
    code = problem.items.index(item)
    mine = [a for a in solution.awards.tolist() if problem.item[a] == code]
    if not mine:
        return {"rows": [], "not": [], "more": 0}
    # the day stays: another day is another question, and would change what others get
    day, holder = int(problem.day[mine[0]]), int(problem.recipient[mine[0]])
    rows = np.flatnonzero((problem.item == code) & (problem.day == day) & ~problem.forbidden)
    got = np.bincount(problem.recipient[solution.awards], minlength=len(problem.recipients))
    # the nearest in score first: what an exchange costs is bounded by it, so the cheap ones come early
    order = sorted(rows.tolist(), key=lambda a: (got[problem.recipient[a]], -int(problem.score[a])))
    ranked = [a for a in order if int(problem.recipient[a]) != holder]
    spread = _mixed(ranked, problem, got)
    told = []
    for at in spread[:most]:
        if progress.stop():
            break
        told.append(_priced(solution, at, what_if, got))
    told.sort(key=lambda row: (row["change"] is None, -(row["change"] or 0), row["called"]))
    can = {int(problem.recipient[a]) for a in rows.tolist()}
    asked_day = problem.days[day]
    nots = [
        {
            "who": name,
            "called": problem.called.get(name, name),
            "why": _barred(problem, item, name, asked_day),
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


def _barred(problem: Any, item: str, name: str, day: str) -> str:
    """Return the rule that keeps an item from a recipient on a day, with its end where that is known."""
    from evenhand.allocation.problem.barriers import barriers_of

    for barrier, _ in barriers_of(problem.barriers, item, name, (day,)):
        return str(barrier.clause)
    return "the table has no row for them on this day"


def _mixed(ranked: list[int], problem: Any, got: Any) -> list[int]:
    """Return candidates so that the best of those without any and of those with some both come early."""
    # 200 points an award, the usual first step: it decides only what is priced first, never a price
    score = {at: int(problem.score[at]) - 200 * int(got[problem.recipient[at]]) for at in ranked}
    return sorted(ranked, key=lambda at: (-score[at], at))


def _called(problem: Any, who: int) -> str:
    name = problem.recipients[who]
    return str(problem.called.get(name, name))


def _priced(solution: Solution, at: int, what_if: Any, got: Any) -> dict[str, Any]:
    problem = solution.problem
    who = int(problem.recipient[at])
    pick = (problem.items[problem.item[at]], problem.recipients[who], problem.days[problem.day[at]])
    found = what_if(solution, pin=[pick if len(problem.days) > 1 else pick[:2]])
    moved = []
    served = None
    if found.after is not None:
        before = {int(problem.item[a]): a for a in solution.awards.tolist()}
        after = {int(problem.item[a]): a for a in found.after.awards.tolist()}
        # by item, not by award: a car that changes only its day has moved too
        moved = [problem.items[i] for i, a in before.items() if after.get(i) != a]
        served = len(set(problem.recipient[found.after.awards].tolist()))
    return {
        "who": pick[1],
        "called": _called(problem, who),
        "nth": int(got[who]) + 1,
        "change": found.change,
        "exact": found.exact,
        "moved": moved,
        "served": served,
        "names": list(pick),
    }


def _other_teams(solution: Solution, subject: str) -> Any:
    from evenhand.teams.asking.best_swaps import swaps_of

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


def _other_people(solution: Solution, subject: str) -> Any:
    """Return who else could take a turn, in order, and who could not and why."""
    from evenhand.rota.asking.explain import standings

    problem = solution.problem
    label, _, person = subject.partition("|")
    if label not in problem.slot_label:
        raise InputError.one("is no turn of this plan", "Choose a cell of the board", came=label)
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


def _check(solution: Solution, recipe: Recipe, subject: str, progress: Progress) -> Any:
    """Return what becomes fact if the answer is published: facts and entries, from a plan judged just now."""
    del subject, progress
    return {
        "facts": _FACTS[solution.job](solution, recipe),
        "entries": _ENTRIES[solution.job](solution),
        "opening": _opening(solution),
        "status": str(solution.status),
        "days": _span(solution),
    }


def _allocation_facts(solution: Solution, recipe: Recipe) -> list[dict[str, Any]]:
    from evenhand.press_fleet import FleetSettings

    problem = solution.problem
    days = FleetSettings().loan_days if recipe.form == "fleet" else 1
    facts = []
    for award in solution.awards.tolist():
        item, who = problem.items[problem.item[award]], problem.recipients[problem.recipient[award]]
        start = problem.days[problem.day[award]]
        facts.append(
            {
                "claimant": who,
                "thing": item,
                "starts": start,
                "ends": _later(start, days - 1),
                "units": 1,
                "called": problem.called.get(who, who),
                "called_thing": problem.called.get(item, item),
            }
        )
    return facts


def _later(day: str, days: int) -> str:
    try:
        return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    except ValueError:
        return day


def _teams_facts(solution: Solution, recipe: Recipe) -> list[dict[str, Any]]:
    del recipe
    problem = solution.problem
    return [
        {
            "claimant": name,
            "thing": problem.teams[int(solution.awards[at])],
            "starts": "",
            "ends": "",
            "units": 1,
        }
        for at, name in enumerate(problem.people)
    ]


def _rota_facts(solution: Solution, recipe: Recipe) -> list[dict[str, Any]]:
    del recipe
    problem = solution.problem
    facts = []
    for seat, who in enumerate(solution.awards.tolist()):
        # an empty seat is nobody's fact; the plan's own page shows it
        if who < 0:
            continue
        slot = int(problem.seat_slot[seat])
        facts.append(
            {
                "claimant": problem.people[who],
                "thing": problem.duties[int(problem.slot_duty[slot])],
                "starts": date.fromordinal(int(problem.slot_start[slot])).isoformat(),
                "ends": date.fromordinal(int(problem.slot_end[slot])).isoformat(),
                "units": int(problem.load[slot]),
            }
        )
    return facts


def _statement_entries(solution: Solution) -> list[dict[str, Any]]:
    statement = solution.statement
    if statement is None:
        return []
    at = solution.problem.days[0] if len(solution.problem.days) else ""
    # a plan reckons in its own ticks; the ledger in one for all, a multiple of each
    scale = TICKS // statement.ticks
    return [
        {
            "at": at,
            "claimant": name,
            "due": int(statement.entitlement[k]) * scale,
            "received": int(statement.received[k]) * TICKS,
        }
        for k, name in enumerate(statement.claimants)
    ]


def _rota_entries(solution: Solution) -> list[dict[str, Any]]:
    from evenhand.workspace.views.rota import ledger_lines

    return ledger_lines(solution)


def _opening(solution: Solution) -> list[dict[str, Any]]:
    """Return what a rota's history left before its first plan: brought forward into the first publication."""
    if solution.job != "rota":
        return []
    from evenhand.workspace.views.rota import lag_path

    lags = lag_path(solution)[0]
    return [
        {"claimant": name, "due": int(lags[who]), "received": 0}
        for who, name in enumerate(solution.problem.people)
    ]


def _span(solution: Solution) -> list[str]:
    problem = solution.problem
    if solution.job == "rota" and len(problem.slot_start):
        ends = (int(problem.slot_start.min()), int(problem.slot_end.max()))
        return [date.fromordinal(day).isoformat() for day in ends]
    if solution.job == "allocation" and len(problem.days):
        return [problem.days[0], problem.days[-1]]
    return ["", ""]


_FACTS: Final = {"allocation": _allocation_facts, "teams": _teams_facts, "rota": _rota_facts}
_ENTRIES: Final = {
    "allocation": _statement_entries,
    "teams": lambda _solution: [],
    "rota": _rota_entries,
}


def _effect(solution: Solution, recipe: Recipe, subject: str, progress: Progress) -> Any:
    """Return what a step by hand would do: a sentence, and the items that would move. Nothing is kept."""
    del recipe, progress
    kind, *names = json.loads(subject)
    if solution.job == "allocation":
        return _effect_of_pin(solution, names)
    if solution.job == "teams":
        return _effect_of_swap(solution, names) if kind == "swap" else {"said": "", "moved": []}
    stood = _other_people(solution, f"{names[0]}|{names[1]}")
    row = next((row for row in stood["rows"] if row["name"] == names[1]), None)
    if row is None:
        why = next((row["why"] for row in stood["not"] if row["name"] == names[1]), "")
        return {"said": msg("{name} cannot: {why}.", name=names[1], why=why), "moved": []}
    said = msg(
        "{name} would take it: number {n} in line, owed {lag}.", name=names[1], n=row["rank"], lag=row["lag"]
    )
    if row["lag"] < 0:
        said = msg(
            "{name} would take it: number {n} in line, {lag} ahead.",
            name=names[1],
            n=row["rank"],
            lag=-row["lag"],
        )
    return {"said": said, "moved": []}


def _effect_of_pin(solution: Solution, names: list[str]) -> Any:
    from evenhand.allocation.asking.what_if import what_if

    problem = solution.problem
    item, who, *day = names
    rows = np.flatnonzero(
        (problem.item == problem.items.index(item))
        & (problem.recipient == problem.recipients.index(who))
        & ~problem.forbidden
    )
    if len(problem.days) > 1 and day:
        rows = rows[problem.day[rows] == problem.days.index(day[0])]
    if not len(rows):
        why = _barred(problem, item, who, day[0] if day else problem.days[0])
        return {"said": msg("{taker} cannot have it: {why}", taker=who, why=why), "moved": []}
    got = np.bincount(problem.recipient[solution.awards], minlength=len(problem.recipients))
    found = _priced(solution, int(rows[0]), what_if, got)
    if found["change"] is None:
        return {"said": msg("No plan fits these rules."), "moved": []}
    said = msg(
        "{thing} to {taker}: {change} points, {n} would move (marked).",
        thing=item,
        taker=who,
        change=f"{found['change']:+,}".replace("-", "\N{MINUS SIGN}"),
        n=len(found["moved"]),
    )
    return {"said": said, "moved": found["moved"]}


def _effect_of_swap(solution: Solution, names: list[str]) -> Any:
    from evenhand.teams.asking.swaps import arrange, change

    one, to, other, back = names
    after = arrange(solution.problem, {one: to, other: back}, solution.awards)
    found = change(solution.problem, solution.awards, after)
    if found.verdict.faults:
        return {
            "said": msg("{a} for {b}: this breaks {n} rules.", a=one, b=other, n=len(found.verdict.faults)),
            "moved": [],
        }
    if found.value > 0:
        worse = ", ".join(name for name, (old, new) in found.scores.items() if new < old)
        return {
            "said": msg("{a} for {b}: less even in {columns}.", a=one, b=other, columns=worse),
            "moved": [],
        }
    return {
        "said": msg("{a} for {b}: just as even.", a=one, b=other)
        if not found.value
        else msg("{a} for {b}: more even.", a=one, b=other),
        "moved": [],
    }


def _measures(solution: Solution, recipe: Recipe, subject: str, progress: Progress) -> Any:
    """Return the measures of a plan by name, for two plans side by side."""
    del recipe, subject, progress
    from evenhand.solver import measure

    panel = measure(solution)
    rows = []
    for line in str(panel).splitlines()[1:]:
        parts = [part for part in line.split("  ") if part.strip()]
        rows.append([part.strip() for part in parts])
    return {"rows": rows}


def _advice(solution: Solution, recipe: Recipe, subject: str, progress: Progress) -> Any:
    """Return what loosening each rule would allow, for a plan that cannot be or is tight."""
    del recipe, subject, progress
    try:
        from evenhand.allocation.asking.conflict import told

        return {"lines": list(told(solution.problem))}
    except InfeasibleError as error:
        return {"lines": list(error.conflict)}


KINDS: Final = {
    "why": _why,
    "alternatives": _alternatives,
    "frontier": priced_plans,
    "check": _check,
    "measures": _measures,
    "advice": _advice,
    "guide": procedure,
    "effect": _effect,
}
"""Every question there is."""
