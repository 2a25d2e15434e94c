"""Questions about an answer: why, who else, at what price, what becomes fact.

Each is computed once and kept.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from evenhand.core.errors import InputError
from evenhand.core.progress import Progress
from evenhand.core.recipe import Recipe
from evenhand.core.solution import Solution
from evenhand.jobs import asking_named
from evenhand.solver import explain
from evenhand.workspace.guide import priced_plans, procedure
from evenhand.workspace.views.words import msg

FACTS: Final = 5
"""Sentences of a why: what a panel shows without scrolling. The command explain shows them all."""


BRACKETS: Final = re.compile(r" \(([^()]+)\)")


def asked(solution: Solution, recipe: Recipe, kind: str, subject: str, progress: Progress) -> Any:
    """Return the answer to a question, as JSON.

    Raises:
        InputError: the question is unknown, or its subject is.
    """
    if kind not in KINDS:
        raise InputError.one("is not a question", f"Ask one of {', '.join(KINDS)}", came=kind)
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
    # "BMW i4 (LABMW00125)" names it already: the id in brackets is small print that a panel has elsewhere
    sentence = BRACKETS.sub(lambda name: "" if name[1] in called else name[0], sentence)
    words = [(word, word.strip(".,:;()")) for word in sentence.split(" ")]
    return " ".join(word.replace(bare, called[bare]) if bare in called else word for word, bare in words)


def _alternatives(solution: Solution, recipe: Recipe, subject: str, progress: Progress) -> Any:
    del recipe
    return asking_named(solution.job).alternatives(solution, subject, progress)


def _whynot(solution: Solution, recipe: Recipe, subject: str, progress: Progress) -> Any:
    """Return why a thing does not go to somebody; the subject is "thing|claimant"."""
    del recipe, progress
    thing, _, claimant = subject.partition("|")
    told = asking_named(solution.job).whynot(solution, thing, claimant)
    return {"lines": [_named(told, getattr(solution.problem, "called", {}))]}


def booked(solution: Solution, lasts: int) -> dict[str, Any]:
    """Return what becomes fact if a plan is published, which was judged just now.

    Args:
        solution: the plan.
        lasts: days that one award lasts.
    """
    booking = asking_named(solution.job).facts(solution, lasts)
    return {
        "facts": booking.facts,
        "entries": booking.entries,
        "opening": booking.opening,
        "accounts": booking.accounts,
        "status": str(solution.status),
        "days": list(booking.days),
    }


def _effect(solution: Solution, recipe: Recipe, subject: str, progress: Progress) -> Any:
    """Return what a step by hand would do: a sentence, and the items that would move. Nothing is kept."""
    del recipe, progress
    kind, *names = json.loads(subject)
    return EFFECTS[solution.job](solution, kind, names)


def _effect_of_turn(solution: Solution, kind: str, names: list[str]) -> Any:
    del kind
    stood = asking_named(solution.job).alternatives(solution, f"{names[0]}|{names[1]}", Progress())
    # those with a rank could serve; of the others the rule is known
    row = next((row for row in stood["rows"] if row["name"] == names[1]), None)
    if row is None:
        why = next((row["why"] for row in stood["not"] if row["name"] == names[1]), "")
        return {"said": msg("{name} cannot: {why}.", name=names[1], why=why), "moved": []}
    sentence = msg(
        "{name} would take it: number {n} in line, owed {lag}.", name=names[1], n=row["rank"], lag=row["lag"]
    )
    if row["lag"] < 0:
        sentence = msg(
            "{name} would take it: number {n} in line, {lag} ahead.",
            name=names[1],
            n=row["rank"],
            lag=-row["lag"],
        )
    return {"said": sentence, "moved": []}


def _effect_of_pin(solution: Solution, kind: str, names: list[str]) -> Any:
    from evenhand.allocation.asking.series import barred, priced

    del kind
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
        why = barred(problem, item, who, day[0] if day else problem.days[0])
        return {"said": msg("{taker} cannot have it: {why}", taker=who, why=why), "moved": []}
    got = np.bincount(problem.recipient[solution.awards], minlength=len(problem.recipients))
    priced_pick = priced(solution, int(rows[0]), got)
    if priced_pick["change"] is None:
        return {"said": msg("No plan fits these rules."), "moved": []}
    sentence = msg(
        "{thing} to {taker}: {change} points, {n} would move (marked).",
        thing=item,
        taker=who,
        change=f"{priced_pick['change']:+,}".replace("-", "\N{MINUS SIGN}"),
        n=len(priced_pick["moved"]),
    )
    return {"said": sentence, "moved": priced_pick["moved"]}


def _effect_of_swap(solution: Solution, kind: str, names: list[str]) -> Any:
    from evenhand.teams.asking.swaps import arrange, change

    if kind != "swap":
        return {"said": "", "moved": []}
    person, to, other, back = names
    after = arrange(solution.problem, {person: to, other: back}, solution.awards)
    effects = change(solution.problem, solution.awards, after)
    if effects.verdict.faults:
        return {
            "said": msg(
                "{a} for {b}: this breaks {n} rules.", a=person, b=other, n=len(effects.verdict.faults)
            ),
            "moved": [],
        }
    if effects.value > 0:
        worse = ", ".join(name for name, (old, new) in effects.scores.items() if new < old)
        return {
            "said": msg("{a} for {b}: less even in {columns}.", a=person, b=other, columns=worse),
            "moved": [],
        }
    return {
        "said": msg("{a} for {b}: just as even.", a=person, b=other)
        if not effects.value
        else msg("{a} for {b}: more even.", a=person, b=other),
        "moved": [],
    }


def _takers(solution: Solution, recipe: Recipe, subject: str, progress: Progress) -> Any:
    """Return what speaks against others taking a turn; the subject is [day, duty, who gives it]."""
    del recipe, progress
    against = asking_named(solution.job).against
    starts, duty, giver = json.loads(subject)
    return {} if against is None else against(solution, duty, starts, giver)


def _measures(solution: Solution, recipe: Recipe, subject: str, progress: Progress) -> Any:
    """Return the measures of a plan by name, for two plans side by side."""
    del recipe, subject, progress
    from evenhand.measures.panel import shown
    from evenhand.solver import measure

    return {
        "rows": [
            {
                "name": row.measure.name,
                "title": row.measure.title,
                "shown": shown(row.value, row.measure.form),
                # an endless value has no place in JSON; it is shown in words and not compared
                "value": float(row.value) if math.isfinite(row.value) else None,
                "better": row.measure.better,
                "form": row.measure.form,
            }
            for row in measure(solution).rows
        ]
    }


EFFECTS: Final = {"allocation": _effect_of_pin, "teams": _effect_of_swap, "rota": _effect_of_turn}

KINDS: Final = {
    "why": _why,
    "alternatives": _alternatives,
    "whynot": _whynot,
    "frontier": priced_plans,
    "measures": _measures,
    "takers": _takers,
    "guide": procedure,
    "effect": _effect,
}
"""Every question there is."""
