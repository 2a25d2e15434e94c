"""Teams as cards: who is in each, and how far its counts are from a small image of everybody."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from evenhand.core.solution import Solution
from evenhand.report.teams_page import proven_words
from evenhand.teams import summary
from evenhand.teams.judging.roles import holders
from evenhand.workspace.views.words import counted, msg, tag_of_status

SHOWN = 3
"""Columns whose values stand beside each name: more do not fit a card of 250 px."""


def view(solution: Solution, settings: dict[str, Any], lags: dict[str, float]) -> dict[str, Any]:
    """Return what the board of teams shows."""
    # teams have no words of their own for what is shared, and owe nobody anything
    del settings, lags
    problem = solution.problem
    sizes = np.bincount(solution.awards, minlength=len(problem.teams))
    cards = _cards(solution, sizes)
    off = sum(value["state"] != "fits" for card in cards for row in card["counts"] for value in row["values"])
    return {
        "job": "teams",
        "nouns": ["person", "team"],
        "title": _title(solution, sizes),
        "tags": tag_of_status(str(solution.status), cut=solution.cut, sentence=proven_words(problem)),
        "sub": _sub(problem, off),
        "tiles": _tiles(solution, sizes, off),
        "cards": cards,
        "count": problem.n,
        "unit": "person",
        "standing": [
            {"name": name, "score": score, "sentence": sentence}
            for name, score, sentence in summary(problem, solution.awards)
        ],
        "notes": [str(warning) for warning in solution.warnings[:20]],
        "criteria": [criterion.name for criterion in problem.criteria if criterion.weight],
        "objective": solution.objective,
    }


def _title(solution: Solution, sizes: Any) -> list[Any]:
    low, high = int(sizes.min(initial=10**9)), int(sizes.max(initial=0))
    many = msg("{n}", n=low) if low == high else msg("{low} or {high}", low=low, high=high)
    if high - low > 1:
        many = msg("{low} to {high}", low=low, high=high)
    return msg(
        "{teams} of {many}, each with the same mix as all {n}.",
        teams=counted(len(sizes), "team"),
        many=many,
        n=solution.problem.n,
    )


def _sub(problem: Any, off: int) -> list[Any]:
    names = ", ".join(criterion.name for criterion in problem.criteria if criterion.weight)
    if not off:
        return msg("{columns}: every count fits in every team.", columns=names)
    return msg("{columns}: {n} counts are further than one from their fair share.", columns=names, n=off)


def _tiles(solution: Solution, sizes: Any, off: int) -> list[dict[str, Any]]:
    problem = solution.problem
    cells = sum(len(c.values) for c in problem.criteria if c.weight) * len(sizes)
    lines = summary(problem, solution.awards)
    scores = [float(score) for _, score, _ in lines if score]
    least = min(scores, default=1.0)
    return [
        {
            "label": msg("People"),
            "figure": problem.n,
            "foot": msg("in {teams}", teams=counted(len(sizes), "team")),
        },
        {
            "label": msg("Counts that fit"),
            "figure": cells - off,
            "of": cells,
            "parts": [["accent", (cells - off) / cells if cells else 1]],
            "foot": msg("Within one of the fair share."),
        },
        {
            "label": msg("Columns balanced"),
            "figure": len(scores),
            "foot": msg("{columns}", columns=", ".join(name for name, score, _ in lines if score)),
        },
        {
            "label": msg("Least even column"),
            # cut, not rounded: 99.96 is not yet as even as can be
            "figure": msg("{n}%", n=math.floor(max(0.0, least) * 1000) / 10),
            "parts": [["accent", max(0.0, least)]],
            "foot": msg("100% is as even as whole people allow."),
        },
    ]


def _cards(solution: Solution, sizes: Any) -> list[dict[str, Any]]:
    problem, awards = solution.problem, solution.awards
    pinned = {
        person
        for rule in problem.rules
        if rule.kind == "allowed" and len(rule.teams) == 1
        for person in rule.people
    }
    roles, again = holders(problem, awards), _again(problem, awards)
    criteria = [criterion for criterion in problem.criteria if criterion.weight]
    of = [criterion.of(problem.n) for criterion in criteria[:SHOWN]]
    tables = [criterion.table(awards, len(sizes)) for criterion in criteria]
    cards = []
    for team, name in enumerate(problem.teams):
        people = [
            {
                "name": problem.people[candidate],
                "tags": ", ".join(
                    criterion.values[code[candidate]]
                    for criterion, code in zip(criteria, of, strict=False)
                    if code[candidate] >= 0
                ),
                "pinned": candidate in pinned,
                "role": ", ".join(roles.get(candidate, ())),
            }
            for candidate in np.flatnonzero(awards == team).tolist()
        ]
        counts = [
            {
                "column": criterion.name,
                "values": [
                    _value(
                        value,
                        int(table[team, code]),
                        int(criterion.counts[code]),
                        int(sizes[team]),
                        problem.n,
                    )
                    for code, value in enumerate(criterion.values)
                ],
            }
            for criterion, table in zip(criteria, tables, strict=True)
        ]
        card = {"name": name, "size": int(sizes[team]), "people": people, "counts": counts}
        cards.append({**card, "again": again.get(team, [])})
    return cards


def _again(problem: Any, awards: Any) -> dict[int, list[list[str]]]:
    """Return the pairs of each team that met in an earlier period, by the rule that would part them."""
    pairs: dict[int, list[list[str]]] = {}
    for rule in problem.rules:
        if rule.kind == "met":
            teams = {int(awards[person]) for person in rule.people}
            if len(rule.people) == 2 and len(teams) == 1:  # noqa: PLR2004 - a pair
                pairs.setdefault(teams.pop(), []).append([problem.people[person] for person in rule.people])
    return pairs


def _value(value: str, held: int, total: int, size: int, everybody: int) -> dict[str, Any]:
    """Return a count and whether it is within one of its share, in whole numbers so ties are exact."""
    apart = held * everybody - total * size
    state = "fits" if abs(apart) < everybody else "many" if apart > 0 else "few"
    return {"value": value, "held": held, "share": round(total * size / max(1, everybody), 2), "state": state}
