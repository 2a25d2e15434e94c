"""An allocation as a board: days side by side, a card a loan, and what stays in the yard."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from evenhand.allocation.problem import NO_LIMIT
from evenhand.allocation.problem.penalties import Penalty
from evenhand.allocation.reading.rows import ONCE
from evenhand.core.solution import Solution
from evenhand.measures.chip import band, hover, written
from evenhand.measures.evenness import gini
from evenhand.measures.shared import Shared
from evenhand.report.text import name_key
from evenhand.workspace.views.words import counted, day_parts, msg, tag_of_status, things

COUNT_WORDS = {1: "one", 2: "one or two"}
"""How many each got, in words, while the words stay short."""

MODES = {"none": "None", "A": "A", "B": "B", "light": "Light", "strong": "Strong", "own": "Own"}

HIGH = 0.4
"""Gini above which the emergency procedures are shown: a few get nearly everything."""

YARD = 20_000
"""Things that stay, with their reasons, that a view keeps; all are counted. Each takes 80 bytes."""

DRAWN = 6
"""Caps or budgets of one kind that are drawn, those with the least left first; the others are counted."""


def view(solution: Solution, settings: dict[str, Any], lags: dict[str, float]) -> dict[str, Any]:
    """Return what the board of an allocation shows."""
    problem = solution.problem
    thing, taker = str(settings.get("thing", "item")), str(settings.get("taker", "recipient"))
    got = np.bincount(problem.recipient[solution.awards], minlength=len(problem.recipients))
    served, most = int((got > 0).sum()), int(got.max(initial=0))
    given = len(solution.awards)
    return {
        "job": "allocation",
        "nouns": [thing, taker],
        "title": _title(given, served, most, _entitled(solution), thing, taker),
        "chip": _chip(solution, got),
        "tags": tag_of_status(str(solution.status), cut=solution.cut),
        "tiles": _tiles(solution, got, thing, taker),
        "days": _days(solution),
        "count": given,
        "unit": thing,
        "yard": _yard(solution, thing),
        "rules": _rules(solution),
        "state": state_of(solution),
        "fair_unit": problem.fair_unit,
        "standing": _standing(solution, lags),
        # a question, which a page asks with a button for each answer
        "once": "daily" not in settings and any(note.problem == ONCE for note in solution.warnings),
        "notes": [str(note) for note in solution.warnings if note.problem != ONCE][:20],
        "objective": solution.objective,
        "scale": problem.scale,
        "score": (solution.objective or 0) - sum(t.value for t in solution.terms if t.name != "score"),
        "penalty": {
            "mode": problem.penalty.mode,
            "text": problem.penalty.text,
            "lam": problem.penalty.lam,
            "step": third_of(problem.penalty),
        },
    }


def third_of(penalty: Penalty) -> float:
    """Return the points that mode b has on top of a second award's from the third on; 0 in other modes."""
    return penalty.steps[1][1] if penalty.mode == "B" and len(penalty.steps) > 1 else 0


def state_of(solution: Solution) -> str:
    """Return whether a plan calls for the tuning guide.

    "high" where the Gini is above 0.4, "concentrated" where the chip says so, "equal" where everybody who
    gets something gets just one, "" where all is well.
    """
    got = np.bincount(solution.problem.recipient[solution.awards])
    got = got[got > 0]
    if len(got) < 2:  # noqa: PLR2004 - one receiver is neither equal nor unequal
        return ""
    if int(got.max()) == 1:
        return "equal"
    evenness = gini(Shared.of(got.tolist()))
    if evenness > HIGH:
        return "high"
    return "concentrated" if band(evenness).name == "Concentrated" else ""


def _rules(solution: Solution) -> list[dict[str, Any]]:
    """Return caps, budgets and other groups: what is used of what is free, the least left first."""
    from evenhand.report.allocation_parts import parts_of

    uses = parts_of(solution).uses
    out = []
    for rule in dict.fromkeys(use.rule for use in uses):
        uses_of_rule = [use for use in uses if use.rule == rule]
        over = [use for use in uses_of_rule if use.used > use.free]
        lost = sum(use.cost for use in uses_of_rule)
        out.append(
            {
                "name": f"{rule.capitalize()}s",
                "sentence": msg(
                    "{n} of {all} in use are beyond what is free, at a cost of {cost} points.",
                    n=len(over),
                    all=len(uses_of_rule),
                    cost=lost,
                )
                if over
                else msg("Nothing is beyond what is free in any of the {all} in use.", all=len(uses_of_rule)),
                "uses": [
                    {
                        "group": _group_name(use.group, solution.problem.called),
                        "used": use.used,
                        "free": use.free,
                        "cost": use.cost,
                        "money": use.unit == "dollars",
                    }
                    for use in uses_of_rule[:DRAWN]
                ],
                "more": max(0, len(uses_of_rule) - DRAWN),
            }
        )
    return out


def _group_name(label: str, called: dict[str, str]) -> str:
    """Return a group's label with names in place of ids: "Harbor Garage, Nissan" for "P001 / Nissan"."""
    return ", ".join(called.get(part, part) for part in label.split(" / "))


def _title(given: int, served: int, most: int, everybody: int, thing: str, taker: str) -> list[Any]:
    many = msg(COUNT_WORDS[most]) if most in COUNT_WORDS else msg("up to {n}", n=most)
    return msg(
        "{given} handed out. {served} of {takers} got {many}.",
        given=counted(given, thing),
        served=served,
        takers=counted(everybody, taker),
        many=many,
    )


def _entitled(solution: Solution) -> int:
    """Return how many were due something: those whom no rule keeps from everything."""
    statement = solution.statement
    return 0 if statement is None else int((statement.entitlement > 0).sum())


def _chip(solution: Solution, got: Any) -> dict[str, Any]:
    """Return the chip: word, bars, the text to the letter, and the seven lines of its card."""
    penalty = solution.problem.penalty
    shared = Shared.of(got.tolist())
    evenness = gini(shared)
    band_of_gini = band(evenness)
    lines = hover(f"Mode {MODES[penalty.mode]}", got.tolist()).split("\n")[1:]
    low, high = written(band_of_gini.low, 2), written(band_of_gini.high, 2)
    return {
        "word": band_of_gini.name,
        "bars": {"Excellent": 4, "Good": 3, "Fair": 2, "Concentrated": 1}[band_of_gini.name],
        "text": f"Fairness: {solution.headline.split('Fairness: ')[-1]}",
        "mode": MODES[penalty.mode],
        "rows": [line.split(": ", 1) for line in lines],
        "sentence": msg(
            "{word} is a Gini of {low} to {high} among those who got something. 0 is even.",
            word=msg(band_of_gini.name),
            low=low,
            high=high,
        ),
    }


def _tiles(solution: Solution, got: Any, thing: str, taker: str) -> list[dict[str, Any]]:
    problem = solution.problem
    given = len(solution.awards)
    # a day has no more than the things that are free on it, and a plan no more than there are
    live = np.unique(np.stack([problem.day, problem.item])[:, ~problem.forbidden], axis=1)
    things_there = len(np.unique(live[1]))
    slots = min(int(np.minimum(problem.slots, NO_LIMIT).sum()), things_there)
    served, everybody, most = int((got > 0).sum()), _entitled(solution), int(got.max(initial=0))
    free = slots - given
    scored = sum(term.value for term in solution.terms if term.name == "score")
    less = scored - (solution.objective or 0)
    counts = sorted(Counter(got[got > 0].tolist()).items())
    if not free:
        all_used = msg("Everything is handed out.") if slots == things_there else msg("Every slot is used.")
    elif slots == things_there:
        all_used = msg("{n} stay." if free > 1 else "{n} stays.", n=counted(free, thing))
    else:
        all_used = msg("{n} stay free.", n=counted(free, "slot"))
    return [
        {
            "label": msg("Handed out"),
            "figure": given,
            "of": slots,
            "parts": [["accent", given / slots if slots else 0]],
            "foot": all_used,
        },
        {
            "label": msg("{takers} served", takers=things(taker)),
            "figure": served,
            "of": everybody,
            "parts": [["accent", served / everybody if everybody else 0]],
            "foot": msg("{n} could have got one and did not.", n=everybody - served)
            if everybody > served
            else msg("Everybody who could got one."),
        },
        {
            "label": msg("Most for one {taker}", taker=things(taker, 1)),
            "figure": most,
            "unit": things(thing, most),
            "parts": [
                ["accent" if n == counts[0][0] else "grey", people / max(1, served)] for n, people in counts
            ],
            "key": [msg("{people} got {n}", people=people, n=n) for n, people in counts[:4]],
        },
        {
            "label": msg("Proven best") if solution.status == "optimal" else msg("Best found"),
            "figure": _points(problem, solution.objective or 0),
            "unit": msg("points"),
            "parts": [["accent", (solution.objective or 0) / scored], ["grey", less / scored]]
            if scored > 0 and less >= 0
            else [],
            "foot": msg(
                "{score} from scores, less {less} for fairness and other rules.",
                score=_points(problem, scored),
                less=_points(problem, less),
            ),
        },
    ]


def _points(problem: Any, units: int) -> float | int:
    scale = int(problem.scale)
    return units // scale if units % scale == 0 else round(units / scale, 2)


def _days(solution: Solution) -> list[dict[str, Any]]:
    problem = solution.problem
    notes = {w.came: w.problem for w in solution.warnings if w.column == "date" and w.came}
    by_day: dict[int, list[int]] = {day: [] for day in range(len(problem.days))}
    for award in solution.awards.tolist():
        by_day[int(problem.day[award])].append(award)
    nth: Counter[int] = Counter()
    days = []
    live = np.unique(np.stack([problem.day, problem.item])[:, ~problem.forbidden], axis=1)
    free_on = np.bincount(live[0], minlength=len(problem.days))
    for day in range(len(problem.days)):
        cards = []
        for award in by_day[day]:
            who = int(problem.recipient[award])
            nth[who] += 1
            item, name = problem.items[problem.item[award]], problem.recipients[who]
            cards.append(
                {
                    "item": item,
                    "who": name,
                    "day": problem.days[day],
                    "title": problem.called.get(name, name),
                    # what is free again on every day is called by its day too, which the column says
                    "thing": problem.called.get(item, item).removesuffix(f", {problem.days[day]}"),
                    "score": _points(problem, int(problem.score[award])),
                    "nth": nth[who],
                    "pinned": bool(problem.pinned[award]),
                }
            )
        cards.sort(key=lambda card: (name_key(card["title"]), card["item"]))
        note = notes.get(problem.days[day], "").partition(": ")[2]
        days.append(
            {
                **day_parts(problem.days[day]),
                "key": problem.days[day],
                "given": len(cards),
                "slots": min(int(problem.slots[day]), int(free_on[day])),
                "note": note.removesuffix("."),
                "cards": cards,
            }
        )
    return days


def _yard(solution: Solution, thing: str) -> dict[str, Any]:
    """Return what was not given, by reason; most common first."""
    problem = solution.problem
    gone = set(problem.item[solution.awards].tolist())
    rule = {item: why for item, why, _ in problem.dropped if item}
    full = np.bincount(problem.day[solution.awards], minlength=len(problem.days)) >= problem.slots
    # a free day left for any of its candidates means that points, not room, kept an item back
    room = np.zeros(len(problem.items), dtype=bool)
    live = ~problem.forbidden
    np.logical_or.at(room, problem.item[live], ~full[problem.day[live]])
    has = np.bincount(problem.item[live], minlength=len(problem.items)) > 0
    reasons: Counter[str] = Counter()
    rows = []
    for candidate, item in enumerate(problem.items):
        if candidate in gone:
            continue
        if not has[candidate]:
            why = rule.get(item, "nobody may have it")
        elif room[candidate]:
            why = "giving it would cost more fairness points than its score"
        else:
            why = "no slot was left on a day somebody wanted it"
        reasons[why] += 1
        rows.append([item, problem.called.get(item, item), why])
    emptied = [[item, item, why] for item, why, _ in problem.dropped if item and item not in problem.items]
    for _, _, why in emptied:
        reasons[why] += 1
    rows += emptied
    return {
        "count": len(rows),
        "title": msg("{n} stay in the yard" if thing == "car" else "{n} stay", n=counted(len(rows), thing)),
        "reasons": [[count, msg(why)] for why, count in reasons.most_common()],
        "rows": rows[:YARD],
    }


def _standing(solution: Solution, lags: dict[str, float]) -> list[dict[str, Any]]:
    """Return what everybody is owed (below 0: ahead), before and after; furthest from even first."""
    problem, statement = solution.problem, solution.statement
    if statement is None:
        return []
    moved = statement.lag / statement.ticks
    rows = [
        {
            "name": name,
            "called": problem.called.get(name, name),
            "before": round(lags.get(name, 0.0), 4),
            "after": round(lags.get(name, 0.0) + float(moved[person]), 4),
            "got": int(statement.received[person]),
        }
        for person, name in enumerate(statement.claimants)
    ]
    return sorted(rows, key=lambda row: (-abs(row["after"]), name_key(row["called"])))
