"""Tables that hold what a job needs in other columns: a column an item or a choice, names in two columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from evenhand.tables.descriptions import TableKind, kind_named
from evenhand.tables.numerals import decimals
from evenhand.tables.recognise import Match, match, word_key
from evenhand.tables.table import Headed, Table
from evenhand.tables.texts import listed

FEWEST: Final = 2
"""Columns from which a table is one of items or choices: one column of numbers is a score."""
NO_ITEMS: Final = frozenset(
    map(word_key, ("nr", "no", "id", "number", "age", "Alter", "année", "year", "Jahr", "zip", "PLZ"))
)
"""Heads of numbers that are no item that somebody could get."""
CHOICE: Final = re.compile(
    r"choice|wish|prefer|priorit|\brank|wunsch|wahl|vœu|voeu|choix|deseo|opción", re.IGNORECASE
)
NUMBER: Final = re.compile(
    r"\d+|first|second|third|fourth|fifth|erst|zweit|dritt|premier|deuxième|primer|segund|tercer"
)
TOLD: Final = 6
"""Columns that the note names."""


def unfolded(table: Table, fits: Match) -> Table:
    """Return a table of candidates with a row for each filled cell, if it has a column for each item.

    A table of scores has the recipients (or the items) in one column, and a column of numbers for each item
    (or recipient). A table of choices has a column for each of them, the first choice first; of three the
    first is worth 3 points, the next 2 and 1, and the note says so.

    Args:
        table: as read.
        fits: how its heads fit candidates.

    Returns:
        The same table where it is neither, or where a row is one candidate already.
    """
    lacking = {"item", "recipient", "score"} - set(fits.columns)
    spare = [head for head in fits.spare if any(table.columns[head])]
    if fits.kind.name == "candidates" and len(lacking) > FEWEST and (who := grid_of_scores(table, spare)):
        cells = {"recipient" if head == who else head: column for head, column in table.columns.items()}
        called = {**table.called, "recipient": f"{who} (recipient)"}
        table = replace(table, columns=Headed(cells), called=called)
        fits = replace(fits, columns={**fits.columns, "recipient": "recipient"})
        spare.remove(who)
        lacking -= {"recipient"}
    if fits.kind.name != "candidates" or not len(table) or "score" not in lacking or len(lacking) != FEWEST:
        return table
    (other,) = lacking - {"score"}
    choices = [head for head in spare if CHOICE.search(head) and NUMBER.search(head.casefold())]
    if other == "item" and len(choices) >= FEWEST:
        points = {head: str(len(choices) - place) for place, head in enumerate(choices)}
        what = f"choices, worth {listed(points.values())} points: {_named(choices)}"
        return _rows(table, fits, choices, ("item", "score"), what, points)
    numbers = [head for head in spare if word_key(head) not in NO_ITEMS and _are_numbers(table.columns[head])]
    if len(numbers) >= FEWEST:
        return _rows(
            table, fits, numbers, ("score", other), f"{other}s with their scores: {_named(numbers)}", {}
        )
    return table


def grid_of_scores(table: Table, heads: Sequence[str]) -> str:
    """Return the column of who rates, where each row rates all of two or more columns; else "".

    That is a column of different texts, beside which all columns hold numbers.
    """
    texts = [head for head in heads if not _are_numbers(table.columns[head])]
    numbers = [head for head in heads if head not in texts and word_key(head) not in NO_ITEMS]
    if len(texts) != 1 or len(numbers) < FEWEST:
        return ""
    cells = table.columns[texts[0]]
    return texts[0] if all(cells) and len(set(cells)) == len(cells) else ""


def with_whole_names(table: Table, kind: TableKind) -> Table:
    """Return a table of a rota with first and last names as one name, where they stand in two columns."""
    roster = kind_named("teams", "people")
    if kind.job != "rota" or "name" not in kind or roster is None or not len(table):
        return table
    names = match(roster, list(table.columns)).columns
    if "name" in names or not {"first_name", "last_name"} <= set(names):
        return table
    first, last = names["first_name"], names["last_name"]
    pairs = list(zip(table.columns[first], table.columns[last], strict=True))
    whole = [f"{given} {family}".strip() for given, family in pairs]
    # "Name" may hold the whole name already, beside a column that repeats its first part.
    if any(given and given in family for given, family in pairs):
        return table
    columns = {head: cells for head, cells in table.columns.items() if head not in {first, last}}
    table.findings.warning(f"{first} and {last} were read as one name", "", table=table.name)
    return replace(table, columns=Headed({"name": whole, **columns}))


def _named(heads: Sequence[str]) -> str:
    more = f" and {len(heads) - TOLD:,} more" if len(heads) > TOLD else ""
    return listed(heads[:TOLD]) + more


def _are_numbers(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and not decimals(filled)[1]


def _rows(
    table: Table, fits: Match, heads: list[str], into: tuple[str, str], what: str, points: dict[str, str]
) -> Table:
    """Return a row for each filled cell below some heads: the cell, and the head or what it is worth."""
    kept = [head for column, head in fits.columns.items() if column in {"item", "recipient", "day"}]
    pairs = [(row, head) for row in range(len(table)) for head in heads if table.columns[head][row]]
    columns: dict[str, Sequence[str]] = {
        head: [table.columns[head][row] for row, _ in pairs] for head in kept
    }
    columns[into[0]] = [table.columns[head][row] for row, head in pairs]
    columns[into[1]] = [points.get(head, head) for _, head in pairs]
    table.findings.warning(
        f"was read as a column for each of the {what}",
        "An empty cell is not a candidate; for anything else write a row each with item, recipient and score",
        table=table.name,
    )
    broken = frozenset(place for place, (row, _) in enumerate(pairs) if row in table.broken)
    return replace(table, columns=Headed(columns), rows=[table.rows[row] for row, _ in pairs], broken=broken)
