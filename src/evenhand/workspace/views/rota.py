"""A rota as a grid: people down, turns across, what was served before to the left of a line."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np

from evenhand.core.shares import TICKS
from evenhand.core.solution import Solution
from evenhand.report.text import name_key
from evenhand.rota.asking.advice import nearer_policy
from evenhand.rota.asking.explain import all_standings
from evenhand.rota.asking.series import lag_path
from evenhand.rota.judging.side_rules import breaks_of
from evenhand.rota.solving.model.presence import able
from evenhand.workspace.views.words import counted, day_parts, msg, tag_of_status, things

PAST = 8
"""Turns before the plan that the grid shows: two months of weeks fit beside ten of the plan at 1280 px."""

BROKEN = 50
"""Breaks of soft rules that a page lists: a plan that breaks more needs other rules, not a longer list."""

YEAR = 365
"""Days of a plan above which its last day is said with the year."""

TIED = 0.005
"""Turns below which a standing is called even: a hundredth is the last digit shown."""


def view(solution: Solution, settings: dict[str, Any], lags: dict[str, float]) -> dict[str, Any]:
    """Return what the board of a rota shows; who is owed what it reckons itself, slot by slot."""
    del lags
    problem = solution.problem
    path = lag_path(solution)
    after, opening = path[-1], path[0]
    filled = int((solution.awards >= 0).sum())
    turns = len(solution.awards)
    slots = _slots(problem)
    nearer = nearer_policy(problem, solution.awards)
    return {
        "job": "rota",
        "nouns": ["turn", "person"],
        "title": _title(problem, filled, turns, str(settings.get("duty", ""))),
        "sub": _sub(problem, after),
        "tags": tag_of_status(str(solution.status), cut=solution.cut),
        "tiles": _tiles(solution, path, filled, turns),
        "slots": slots,
        "past": _past(problem),
        "rows": _rows(solution, slots),
        "absences": _absences(solution.problem),
        "turns": _why_each(solution),
        "count": turns,
        "unit": "turn",
        "standing": _standing(problem, opening, after),
        "kinds": _kinds(solution),
        "broken": [broken.sentence for broken in breaks_of(problem, solution.awards)][:BROKEN],
        "soft": bool(settings.get("soft")),
        "notes": [str(warning) for warning in solution.warnings[:20]],
        "instead": str(nearer) if nearer else "",
        "policy": problem.policy.name,
        "objective": solution.objective,
    }


def _title(problem: Any, filled: int, turns: int, duty: str) -> list[Any]:
    first, last = int(problem.slot_start.min(initial=1)), int(problem.slot_end.max(initial=1))
    # over more than a year a day without its year could be any
    day = {"day": date.fromordinal(last).isoformat(), "year": last - first > YEAR}
    if filled == turns:
        name = f"{duty} " if duty and duty != "duty" else ""
        return msg("Every {duty}turn is filled until {day}.", duty=name, day=day)
    if turns - filled == 1:
        return msg("1 of {turns} stays open until {day}.", turns=counted(turns, "turn"), day=day)
    return msg(
        "{open} of {turns} stay open until {day}.",
        open=turns - filled,
        turns=counted(turns, "turn"),
        day=day,
    )


def _sub(problem: Any, after: Any) -> list[Any]:
    owed = int(after.argmax()) if len(after) else 0
    if not len(after) or after[owed] / TICKS < TIED:
        return msg("Everybody is even after it.")
    name, lag = problem.people[owed], round(float(after[owed]) / TICKS, 2)
    if lag < 1:
        return msg("{name} is owed {lag} of a turn after it, the most of all.", name=name, lag=lag)
    turns = things("turn", 1 if lag == 1 else 2)
    return msg("{name} is owed {lag} {turns} after it, the most of all.", name=name, lag=lag, turns=turns)


def _tiles(solution: Solution, lags: list[Any], filled: int, turns: int) -> list[dict[str, Any]]:
    problem = solution.problem
    after = lags[-1] / TICKS
    low, high = int(after.argmin()), int(after.argmax())
    far = max(abs(float(after.min())), abs(float(after.max())))
    served = np.bincount(solution.awards[solution.awards >= 0], minlength=len(problem.people))
    fewest, most = int(served.min(initial=10**9)), int(served.max(initial=0))
    wait, who = _longest_wait(solution)
    span = float(after.max() - after.min()) or 1.0
    return [
        {
            "label": msg("Turns filled"),
            "figure": filled,
            "of": turns,
            "parts": [["accent", filled / turns if turns else 1]],
            "foot": msg("Nothing open.")
            if filled == turns
            else msg("{n} stay open.", n=counted(turns - filled, "turn")),
        },
        {
            "label": msg("Most for one person"),
            "figure": most,
            "unit": msg("turns" if most != 1 else "turn"),
            "foot": msg("{n} each.", n=most)
            if fewest >= most
            else msg("{low} to {high} each.", low=fewest, high=most),
        },
        {
            "label": msg("Furthest from even"),
            "figure": round(far, 2),
            "unit": msg("turns"),
            "parts": [
                ["owed", max(0.0, float(after.max())) / span],
                ["ahead", max(0.0, -float(after.min())) / span],
            ],
            "foot": msg(
                "{owed} is owed {a}, {ahead} is {b} ahead.",
                owed=problem.people[high],
                a=round(float(after[high]), 2),
                ahead=problem.people[low],
                b=round(-float(after[low]), 2),
            )
            if far >= TIED
            else msg("Everybody is even after it."),
        },
        {
            "label": msg("Longest wait"),
            "figure": round(wait / 7),
            "unit": msg("weeks"),
            "foot": msg("{name}, between two turns.", name=who)
            if who
            else msg("Between two turns of one person."),
        },
    ]


def _longest_wait(solution: Solution) -> tuple[int, str]:
    """Return the most days between two turns of one person, and who that is."""
    problem = solution.problem
    best = (0, "")
    for who, name in enumerate(problem.people):
        days = sorted(
            {int(problem.slot_start[s]) for s in problem.seat_slot[solution.awards == who].tolist()}
        )
        gaps = [b - a for a, b in pairwise(days)]
        best = max(best, (max(gaps, default=0), name), key=lambda pair: pair[0])
    return best


def _slots(problem: Any) -> list[dict[str, Any]]:
    out = []
    for slot, label in enumerate(problem.slot_label):
        first = date.fromordinal(int(problem.slot_start[slot])).isoformat()
        last = date.fromordinal(int(problem.slot_end[slot])).isoformat()
        duty = problem.duties[int(problem.slot_duty[slot])]
        out.append(
            {
                **day_parts(first),
                "key": label,
                "ends": last,
                "duty": duty,
                "letter": duty[:1].upper() or "T",
                "seats": int(problem.seats[slot]),
            }
        )
    return out


def _past(problem: Any) -> list[dict[str, Any]]:
    """Return the last days of the history and who served on each."""
    by_day: dict[int, Counter[int]] = {}
    for day, who in zip(problem.history_day.tolist(), problem.history_person.tolist(), strict=True):
        by_day.setdefault(day, Counter())[who] += 1
    first = int(problem.slot_start.min(initial=2**31))
    days = [day for day in sorted(by_day) if day < first][-PAST:]
    return [
        {**day_parts(date.fromordinal(day).isoformat()), "who": [problem.people[w] for w in by_day[day]]}
        for day in days
    ]


def _rows(solution: Solution, slots: list[dict[str, Any]]) -> list[dict[str, Any]]:
    problem = solution.problem
    can = able(problem)
    fixed = {(int(slot), int(who)) for slot, who in problem.fixed.tolist()}
    away = _away(problem)
    rows = []
    for who, name in enumerate(problem.people):
        slots_served = set(problem.seat_slot[solution.awards == who].tolist())
        cells = []
        for slot in range(len(slots)):
            state = (
                "turn"
                if slot in slots_served
                else "free"
                if can[slot, who]
                else "away"
                if away[slot, who]
                else "no"
            )
            cells.append({"state": state, "pinned": (slot, who) in fixed})
        rows.append({"name": name, "cells": cells, "turns": len(slots_served)})
    return sorted(rows, key=lambda row: name_key(str(row["name"])))


def _away(problem: Any) -> Any:
    out = np.zeros((len(problem.slot_start), len(problem.people)), dtype=bool)
    for who, first, last in zip(
        problem.absent_person.tolist(), problem.absent_from.tolist(), problem.absent_to.tolist(), strict=True
    ):
        out[(problem.slot_start <= last) & (problem.slot_end >= first), who] = True
    return out


def _absences(problem: Any) -> list[tuple[str, str, str]]:
    """Return who is away from which day to which, as far as the plan reaches."""
    if not len(problem.slot_start):
        return []
    first, last = int(problem.slot_start.min()), int(problem.slot_end.max())
    return [
        (
            problem.people[who],
            date.fromordinal(max(begins, first)).isoformat(),
            date.fromordinal(min(ends, last)).isoformat(),
        )
        for who, begins, ends in zip(
            problem.absent_person.tolist(),
            problem.absent_from.tolist(),
            problem.absent_to.tolist(),
            strict=True,
        )
        if begins <= last and ends >= first
    ]


def _why_each(solution: Solution) -> list[dict[str, Any]]:
    """Return who serves each slot, why in one sentence, and where everybody stood."""
    problem = solution.problem
    out = []
    for slot, stood in enumerate(all_standings(problem, solution.awards, solution.seed)):
        crew = [stand for stand in stood if stand.serves]
        others = [stand for stand in stood if stand.rank and not stand.serves]
        out.append(
            {
                "slot": problem.slot_label[slot],
                "who": [stand.name for stand in crew],
                "stood": [
                    {
                        "name": s.name,
                        "lag": round(s.lag, 2),
                        "rank": s.rank,
                        "wait": s.wait,
                        "serves": s.serves,
                        "why_not": s.why_not,
                    }
                    for s in stood
                ],
                "next": {"name": others[0].name, "lag": round(others[0].lag, 2)} if others else None,
                "open": int(problem.seats[slot]) - len(crew),
            }
        )
    return out


def _kinds(solution: Solution) -> list[dict[str, Any]]:
    """Return the views that a rota is even in beside the total: turns of each kind by person."""
    problem = solution.problem
    taken = solution.awards >= 0
    who, slots = solution.awards[taken], problem.seat_slot[taken]
    kinds = []
    for kind, name in enumerate(problem.views):
        counts = np.bincount(who[problem.slot_view[slots, kind].astype(bool)], minlength=len(problem.people))
        kinds.append({"name": name, "turns": dict(zip(problem.people, counts.tolist(), strict=True))})
    return kinds


def _standing(problem: Any, opening: Any, after: Any) -> list[dict[str, Any]]:
    rows = [
        {
            "name": name,
            "called": name,
            "before": round(float(opening[who]) / TICKS, 4),
            "after": round(float(after[who]) / TICKS, 4),
        }
        for who, name in enumerate(problem.people)
    ]
    return sorted(rows, key=lambda row: (-row["after"], name_key(row["called"])))
