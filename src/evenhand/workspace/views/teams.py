"""Teams as cards: who is in each, and how far its counts are from a small image of everybody."""

from __future__ import annotations

from typing import Any

import numpy as np

from evenhand.core.solution import Solution
from evenhand.report.teams_page import answer_of
from evenhand.report.text import name_key
from evenhand.report.views import Tile
from evenhand.teams import summary
from evenhand.teams.judging.roles import holders
from evenhand.workspace.views.words import msg

SHOWN = 3
"""Columns whose values stand beside each name: more do not fit a card of 250 px."""


def view(solution: Solution, settings: dict[str, Any], lags: dict[str, float]) -> dict[str, Any]:
    """Return what the board of teams shows."""
    # teams have no words of their own for what is shared, and owe nobody anything
    del settings, lags
    problem = solution.problem
    sizes = np.bincount(solution.awards, minlength=len(problem.teams))
    cards = _cards(solution, sizes)
    answer = answer_of(solution)
    return {
        "job": "teams",
        "nouns": ["person", "team"],
        "title": msg(answer.sentence),
        "tags": [{"kind": "proven" if tag.check else "plain", "text": msg(tag.text)} for tag in answer.tags],
        "sub": msg(answer.sub),
        "tiles": [_tile(tile) for tile in answer.tiles],
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


def _tile(tile: Tile) -> dict[str, Any]:
    return {
        "label": msg(tile.label),
        "figure": tile.figure,
        "unit": msg(tile.unit),
        "parts": [[part.tone, part.width / 100] for part in tile.parts],
        "foot": msg(tile.foot),
    }


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
            for candidate in sorted(
                np.flatnonzero(awards == team).tolist(), key=lambda person: name_key(problem.people[person])
            )
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
                        similar=criterion.similar,
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


def _value(value: str, held: int, total: int, size: int, everybody: int, *, similar: bool) -> dict[str, Any]:
    """Return a count and whether it is within one of its share, in whole numbers so ties are exact.

    Where alike people shall stand together no count is off.
    """
    apart = held * everybody - total * size
    state = "fits" if similar or abs(apart) < everybody else "many" if apart > 0 else "few"
    return {"value": value, "held": held, "share": round(total * size / max(1, everybody), 2), "state": state}
