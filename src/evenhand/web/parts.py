"""Which part of a large board a page draws: a page of thousands of cards is slow to send and slow to show.

A board that fits is one part. A larger one is cut where people would cut it: teams after teams, days after
days and within a day by name, turns after turns. Every cell is in just one part, in the board's own order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from evenhand.web.language import Language

CARDS: Final = 360
"""Loans of a part: 200 kB of page, drawn within a tenth of a second. Half of it would cut the week of a large
city in two; twice of it takes a second to show on a phone."""

WEEK: Final = 7
"""Days side by side in a part."""

CELLS: Final = 800
"""Cells of a rota's part, of 270 bytes each: ten people over a year and a half, a hundred over eight."""

FEWEST: Final = 8
"""Turns that a rota's part has, however many people: below that nobody sees a pattern."""

MOST: Final = 60
"""Turns or days of a board that is one part: of more no column can be read."""

WEIGHT: Final = 1600
"""Lines of a part of teams: a person weighs six of them, a count one."""

PERSON: Final = 6
CARD: Final = 150
"""People of one card; a larger team goes on in the next."""

LISTED: Final = 120
"""Parts whose names stand in a menu; of more, people look for a name."""

NAMED: Final = 12
"""Changed cells on other parts that are named with a link: as many as fit two lines."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a board.

    Attributes:
        rows: cards, people or rows it shows, from and to.
        columns: teams, days or turns it shows, from and to.
        cards: of teams, each card as (team, first person, person after the last).
    """

    columns: tuple[int, int]
    rows: tuple[int, int]
    cards: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Parts:
    """What a page says of a large board's parts.

    Attributes:
        count: how many there are.
        number: the one that is shown, from 1; 0 if all are.
        label: what it shows.
        labels: what each shows; empty if there are very many.
        elsewhere: cells that the last step changed on other parts, at most twelve.
        further: how many more changed there.
    """

    count: int
    number: int
    label: str
    labels: tuple[str, ...]
    elsewhere: tuple[str, ...]
    further: int


def board_part(
    view: Mapping[str, Any], words: Language, *, chosen: str, part: str, changed: Collection[str]
) -> tuple[Parts | None, Mapping[str, Any]]:
    """Return what a page says of a board's parts, None if it has one, and the view with one part alone.

    Args:
        view: the plan.
        words: the language.
        chosen: the chosen cell, whose part is shown unless another is asked for.
        part: number of the part that is asked for, from 1, or "all"; anything else is none.
        changed: cells that the last step changed.
    """
    parts = parts_of(view)
    if len(parts) == 1:
        return None, view
    # eleven digits are no number of a part, and int() refuses a text of five thousand
    asked = int(part) if part.isascii() and part.isdigit() and len(part) < 10 else 0  # noqa: PLR2004
    number = min(asked, len(parts)) or _part_with(view, parts, chosen) + 1
    labels = tuple(_called(view, each, words) for each in parts) if len(parts) <= LISTED else ()
    if part == "all":
        return Parts(len(parts), 0, words("everything"), labels, (), 0), view
    shown = _shown(view, parts[number - 1])
    here = {cell for cell, _ in _keys(shown)}
    missing = [cell for cell in _in_order(view, changed) if cell not in here]
    label = labels[number - 1] if labels else _called(view, parts[number - 1], words)
    return (
        Parts(len(parts), number, label, labels, tuple(missing[:NAMED]), max(0, len(missing) - NAMED)),
        shown,
    )


def _keys(view: Mapping[str, Any]) -> list[tuple[str, tuple[int, int]]]:
    """Return the cells of a view with the column and the row of each."""
    if view["job"] == "rota":
        return [
            (f"{slot['key']}|{row['name']}", (column, place))
            for column, slot in enumerate(view["slots"])
            for place, row in enumerate(view["rows"])
        ]
    columns, cells, key = (
        (view["days"], "cards", "item") if view["job"] == "allocation" else (view["cards"], "people", "name")
    )
    return [
        (cell[key], (column, row))
        for column, held in enumerate(columns)
        for row, cell in enumerate(held[cells])
    ]


def _in_order(view: Mapping[str, Any], cells: Collection[str]) -> list[str]:
    wanted = set(cells)
    return [cell for cell, _ in _keys(view) if cell in wanted] if wanted else []


def _runs(count: int, size: int) -> list[tuple[int, int]]:
    """Cut a count into runs of a size; one empty run of nothing."""
    return [(first, min(first + size, count)) for first in range(0, count, size)] or [(0, 0)]


def parts_of(view: Mapping[str, Any]) -> list[Part]:
    """Return the parts of a view, in the board's order; one for a board that fits.

    Example:
        >>> days = [{"cards": [{}] * 500}, {"cards": [{}] * 20}]
        >>> [(part.columns, part.rows) for part in parts_of({"job": "allocation", "days": days})]
        [((0, 2), (0, 180)), ((0, 2), (180, 360)), ((0, 2), (360, 500))]
    """
    return {"allocation": _day_parts, "teams": _team_parts, "rota": _turn_parts}[view["job"]](view)


def _day_parts(view: Mapping[str, Any]) -> list[Part]:
    lengths = [len(day["cards"]) for day in view["days"]]
    if sum(lengths) <= CARDS and len(lengths) <= MOST:
        return [Part((0, len(lengths)), (0, max(lengths, default=0)))]
    return [
        Part(columns, rows)
        for columns in _runs(len(lengths), WEEK)
        for rows in _runs(max(lengths[slice(*columns)], default=0), CARDS // (columns[1] - columns[0] or 1))
    ]


def _turn_parts(view: Mapping[str, Any]) -> list[Part]:
    turns, people = len(view["slots"]), len(view["rows"])
    if (turns + len(view["past"])) * people <= CELLS and turns <= MOST:
        return [Part((0, turns), (0, people))]
    rows = _runs(people, CELLS // FEWEST)
    wide = min(MOST // 2, max(FEWEST, CELLS // max(1, rows[0][1])))
    return [Part(columns, some) for columns in _runs(turns, wide) for some in rows]


def _team_parts(view: Mapping[str, Any]) -> list[Part]:
    parts: list[Part] = []
    cards: list[tuple[int, int, int]] = []
    weight = 0
    for team, card in enumerate(view["cards"]):
        counts = sum(len(row["values"]) for row in card["counts"])
        for first, last in _runs(len(card["people"]), CARD):
            more = PERSON * (last - first) + counts
            if cards and weight + more > WEIGHT:
                parts.append(_of_cards(cards))
                cards, weight = [], 0
            cards.append((team, first, last))
            weight += more
    return [*parts, _of_cards(cards)]


def _of_cards(cards: Sequence[tuple[int, int, int]]) -> Part:
    teams = [team for team, _, _ in cards] or [0]
    return Part((teams[0], teams[-1] + 1), (0, 0), tuple(cards))


def _part_with(view: Mapping[str, Any], parts: Sequence[Part], chosen: str) -> int:
    """Return the part that holds a cell; without one, the first, or of a rota that of today."""
    place = next((place for cell, place in _keys(view) if cell == chosen), None) if chosen else None
    if place is None and view["job"] == "rota":
        # whoever opens a rota of years looks for this week
        today = datetime.now(UTC).date().isoformat()
        place = (next((k for k, slot in enumerate(view["slots"]) if slot["ends"] >= today), 0), 0)
    if place is None:
        return 0
    column, row = place
    return next((k for k, part in enumerate(parts) if _holds(part, column, row)), 0)


def _holds(part: Part, column: int, row: int) -> bool:
    if part.cards:
        return any(team == column and first <= row < last for team, first, last in part.cards)
    return part.columns[0] <= column < part.columns[1] and part.rows[0] <= row < part.rows[1]


def _shown(view: Mapping[str, Any], part: Part) -> dict[str, Any]:
    """Return a view with the part alone on its board; all else of it stays."""
    (left, right), (top, bottom) = part.columns, part.rows
    if view["job"] == "allocation":
        days = [{**day, "cards": day["cards"][top:bottom]} for day in view["days"][left:right]]
        return {**view, "days": days}
    if view["job"] == "rota":
        rows = [{**row, "cells": row["cells"][left:right]} for row in view["rows"][top:bottom]]
        return {
            **view,
            "rows": rows,
            "slots": view["slots"][left:right],
            "turns": view["turns"][left:right],
            # what was served before the plan stands beside its first turns alone
            "past": view["past"] if left == 0 else [],
        }
    cards = [
        {**view["cards"][team], "people": view["cards"][team]["people"][first:last]}
        for team, first, last in part.cards
    ]
    return {**view, "cards": cards}


def _called(view: Mapping[str, Any], part: Part, words: Language) -> str:
    """Return what a part shows, in words."""
    (left, right), (top, bottom) = part.columns, part.rows
    if view["job"] == "teams":
        return _called_teams(view, part, words)
    if view["job"] == "rota":
        first, last = view["slots"][left]["iso"], view["slots"][right - 1]["ends"]
        label = words("{a} to {b}", a=words.day(first, year=True), b=words.day(last, year=True))
        names = [row["name"] for row in view["rows"][top:bottom]]
        whole = len(names) == len(view["rows"])
        return label if whole else f"{label}, {words('{a} to {b}', a=names[0], b=names[-1])}"
    days = [words.day(day["iso"]) if "iso" in day else day["label"] for day in view["days"][left:right]]
    label = days[0] if len(days) == 1 else words("{a} to {b}", a=days[0], b=days[-1])
    if bottom - top >= max(len(day["cards"]) for day in view["days"][left:right]):
        return label
    return words("{days}, {a} to {b} of each day", days=label, a=top + 1, b=bottom)


def _called_teams(view: Mapping[str, Any], part: Part, words: Language) -> str:
    names = [view["cards"][team]["name"] for team, _, _ in part.cards]
    label = names[0] if names[0] == names[-1] else words("{a} to {b}", a=names[0], b=names[-1])
    team, first, last = part.cards[0]
    if len(part.cards) == 1 and last - first < len(view["cards"][team]["people"]):
        return words("{team}, people {a} to {b}", team=label, a=first + 1, b=last)
    return label
