"""Which column a head may be by what stands below it, where the heads themselves tell nothing.

A roster whose people stand under "Spieler" or "Volunteer of the month" has one column of texts that are all
different: its names. A table of wishes has a number, two columns of names and perhaps a day, of which nobody
can know which name receives: that one is asked, with the line to run.

>>> from evenhand.tables import read
>>> named_column(read({"Spieler": ["Ann", "Ben", "Cem", "Dia"]}), ["Spieler"])
'Spieler'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from shlex import quote
from typing import Final

from evenhand.tables.calendar_days import MONTH_OF, PARTS, WEEKDAY_OF, days
from evenhand.tables.coded import words_of
from evenhand.tables.numerals import decimals
from evenhand.tables.table import Table

LOOKED_AT: Final = 1_000
"""Rows that are looked at: enough to tell names from kinds, and a million rows cost nothing more."""

FEWEST: Final = 4
"""Rows from which a column without two alike is taken for names: among three
people even kinds such as offices are often all different."""

NUMERIC: Final = 0.8
"""Share of a column's cells that are numbers from which it holds numbers: a few "n/a" are faults in it, to be
said by row. At half a column of notes with some numbers would be one; at one a single slip would hide it."""


WORDS: Final = frozenset({"set", "out", "sex", "tor", "mag", "gen", "seg", "ma", "pon", "sie", "lip", "lis"})
"""Short months and weekdays that begin other texts too: "Set A" is an item and no day of September."""
LONGEST_NAME: Final = 60
"""Characters of a name at most; longer texts are answers and remarks."""


def named_column(table: Table, heads: Sequence[str]) -> str:
    """Return the first of some heads below which nobody's name comes twice; "" where there is none.

    Args:
        table: as read.
        heads: those that stand for nothing yet, in their order.
    """
    for head in heads:
        cells = list(table.columns[head][:LOOKED_AT])
        if len(cells) >= FEWEST and len(set(cells)) == len(cells) and all(map(_is_name, cells)):
            return head
    return ""


def _is_name(cell: str) -> bool:
    letters = sum(sign.isalpha() for sign in cell)
    return 2 * letters > len(cell) and len(cell) <= LONGEST_NAME and not any(map(str.isdigit, cell))


def _is_day(cell: str) -> bool:
    """Whether a cell is a date, or names a weekday or a month ("Mon 5 Jan"), and is no mere number."""
    if cell.isdigit():
        return len(cell) == len("20260131") and bool(days([cell])[0])
    words = PARTS.split(cell.casefold())
    return any((word in MONTH_OF or word in WEEKDAY_OF) and word not in WORDS for word in words) or bool(
        days([cell])[0]
    )


def candidate_columns(table: Table, known: Mapping[str, str]) -> dict[str, str]:
    """Return which heads may be item, recipient, score and day, by what stands below them; {} if they do not.

    The score is the last column of numbers, the day a column of dates, the item the first of two columns of
    texts and the recipient the second: a guess to be said, never to be planned with.

    Args:
        table: as read.
        known: those of the four that heads have told already, with their heads.
    """
    numbers, dates, texts = [], [], []
    for head in table.columns:
        if head in known.values():
            continue
        cells = [cell for cell in words_of(table.columns[head][:LOOKED_AT]) if cell]
        if not cells:
            continue
        if all(map(_is_day, cells)):
            dates.append(head)
        elif len(decimals(cells)[1]) <= (1 - NUMERIC) * len(cells):
            numbers.append(head)
        elif not days(cells)[1]:
            # of 1/12/2026 alone nobody knows which is the day; beside 23/11/2026 it is plain
            dates.append(head)
        elif any(map(str.isalpha, "".join(cells))):
            texts.append(head)
    names = [column for column in ("item", "recipient") if column not in known]
    guess = dict(zip(names, texts, strict=False))
    for column, heads in (("day", dates[:1]), ("score", numbers[-1:])):
        if column not in known and heads:
            guess[column] = heads[0]
    return guess if {"item", "recipient", "score"} <= {*known, *guess} else {}


def mapped(guess: Mapping[str, str]) -> str:
    """Return the options that say which head is which column, to be pasted into a shell.

    >>> mapped({"score": "How good?", "item": "Room"})
    "--map 'How good?=score' --map Room=item"
    """
    return " ".join(f"--map {quote(f'{head}={column}')}" for column, head in guess.items())
