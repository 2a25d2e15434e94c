"""What is odd about a table as a whole, said when it is read for a job: nothing of it may pass in silence.

A header with nothing below it, a row of totals at the end, a column that is empty from top to bottom, days
that no calendar has, and two names that may be one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from evenhand.tables.coded import first_seen, places_of, words_of
from evenhand.tables.descriptions import TableKind
from evenhand.tables.recognise import Match, word_key
from evenhand.tables.table import Headed, Table

__all__ = ["TOTALS", "is_total", "noted_oddities"]

TOTALS: Final = frozenset(
    map(
        word_key,
        (
            "total", "totals", "sum", "sums", "subtotal", "grand total", "average", "mean", "count",
            "Summe", "Gesamt", "Gesamtsumme", "Gesamtergebnis", "insgesamt", "Zwischensumme",
            "Durchschnitt", "Mittelwert", "Anzahl",
            "somme", "total général", "sous-total", "moyenne", "ensemble",
            "suma", "total general", "subtotal", "promedio", "media",
        ),
    )
)  # fmt: skip
"""What stands in the first cell of a row of totals, in four languages."""
LAST: Final = 3
"""Rows at the end that may be of totals: a sum, an average and a count."""
NAMES: Final = {
    ("allocation", "candidates"): ("recipient", "item"),
    ("rota", "people"): ("name",),
    ("teams", "people"): ("name",),
}
"""Columns in which a name spelt in two ways becomes two who are due something."""
COMPARED: Final = 20_000
"""Different names up to which spellings are compared: 20 ms; a million would take a second of the reading."""
ISO_LIKE: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")


def is_total(cell: str) -> bool:
    """Whether a cell names a row of totals: "Total", "Summe:", "Total général (EUR)".

    >>> is_total("Summe:"), is_total("Total 2026"), is_total("Tota Lee")
    (True, True, False)
    """
    words = re.split(r"[:=(\d]", cell, maxsplit=1)[0]
    return word_key(words) in TOTALS


def noted_oddities(table: Table, kind: TableKind, fits: Match) -> Table:
    """Note what is odd and return the table without rows of totals.

    Args:
        table: as read, under the person's own heads.
        kind: what it is.
        fits: which head is which column.
    """
    if not kind.columns or not table.columns:
        return table
    if not len(table) and kind.needed and table.origin.kind != "values":
        table.findings.error("has a header and nothing below it", f"Add {kind.meaning}", table=table.name)
        return table
    if (kind.job, kind.name) != ("teams", "people"):  # the roster's reader looks at its numbers too
        table = _without_totals(table, kind, fits)
    _empty_columns(table, kind, fits)
    _no_days(table, kind, fits)
    _nearly_alike(table, kind, fits)
    return table


def _without_totals(table: Table, kind: TableKind, fits: Match) -> Table:
    texts = [
        fits.columns[column.name]
        for column in kind.columns
        if column.type == "text" and column.name in fits.columns
    ]
    heads = texts or list(table.columns)[:1]
    gone = [
        at
        for at in range(max(0, len(table) - LAST), len(table))
        if is_total(next((table.columns[head][at] for head in heads if table.columns[head][at]), ""))
    ]
    if not gone or len(gone) == len(table):
        return table
    for at in gone:
        named = next(head for head in heads if table.columns[head][at])
        table.odd(at, named, "looks like a row of totals and was left out", "Delete it if it is one")
    kept = [at for at in range(len(table)) if at not in gone]
    columns = {head: [cells[at] for at in kept] for head, cells in table.columns.items()}
    place = {at: new for new, at in enumerate(kept)}
    broken = frozenset(place[at] for at in table.broken if at in place)
    rows = [table.rows[at] for at in kept]
    return replace(table, columns=Headed(columns), rows=rows, broken=broken)


def _empty_columns(table: Table, kind: TableKind, fits: Match) -> None:
    for name, head in fits.columns.items():
        if name in kind and not kind.column(name).needed and len(table) > 1 and not any(table.columns[head]):
            table.findings.warning(
                "is empty in every row",
                "Fill it, or delete it; formulas need their results saved with them",
                table=table.name,
                column=table.head(head),
            )


def _no_days(table: Table, kind: TableKind, fits: Match) -> None:
    """Note cells of days that look like a date and are none: a slip of the hand makes a new day."""
    head = fits.columns.get("day", "")
    if not head or "day" not in kind or kind.column("day").type != "text":
        return
    cells: Sequence[str] = table.columns[head]
    wrong = {cell for cell in words_of(cells) if ISO_LIKE.fullmatch(cell) and not _is_day(cell)}
    for row in sorted(row for word in wrong for row in places_of(word, cells)):
        table.wrong(row, head, "is no day of the calendar", "Write dates as 2026-01-31")


def _nearly_alike(table: Table, kind: TableKind, fits: Match) -> None:
    """Note names that differ by capitals, accents or the width of letters alone."""
    for column in NAMES.get((kind.job, kind.name), ()):
        head = fits.columns.get(column, "")
        if not head or len(words_of(table.columns[head])) > COMPARED:
            continue
        cells = table.columns[head]
        first: dict[str, str] = {}
        for word in filter(None, first_seen(cells)):
            other = first.setdefault(_bare(word), word)
            # A roster refuses names that differ by capitals, so that is said there.
            if other != word and not (kind.job == "teams" and other.casefold() == word.casefold()):
                row = places_of(word, cells)[0]
                table.odd(
                    row,
                    head,
                    f"is nearly {other}, and taken for another",
                    "If they are one, spell them alike",
                )


def _bare(name: str) -> str:
    """Return a name without capitals and accents.

    >>> _bare("José"), _bare("JOSE")
    ('jose', 'jose')
    """
    if name.isascii():
        return name.casefold()
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _is_day(cell: str) -> bool:
    year, month, day = map(int, cell.split("-"))
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False
