"""Which column holds names, and which columns look like criteria."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.tables import Table, read
from evenhand.teams.reading.columns import folded

__all__ = ["guess_criteria", "name_columns", "people_of_table"]

Ints = NDArray[np.int64]

WHOLE_NAMES = (
    "displayname",
    "fullname",
    "name",
    "person",
    "participant",
    "student",
    "member",
    "email",
    "mail",
)
"""Headers that hold a name, folded (case, spaces, dots, dashes and underscores left out), best first."""
FIRST = ("firstname", "givenname", "forename", "first")
LAST = ("lastname", "surname", "familyname", "last")
NEVER = frozenset(
    {"id", "phone", "telephone", "mobile", "url", "photo", "notes", "comment", "comments", "team"}
)
"""Headers never guessed to be a criterion."""


def name_columns(headers: Sequence[str]) -> tuple[str, ...]:
    """Return the column (or the two columns) that hold people's names; () where none is known.

    displayName, fullName, then firstName + lastName, then name or email; case, spaces, dots, dashes and
    underscores do not matter.
    """
    seen = {folded(header): header for header in reversed(headers)}
    for known in WHOLE_NAMES[:2]:
        if known in seen:
            return (seen[known],)
    first = next((seen[known] for known in FIRST if known in seen), None)
    last = next((seen[known] for known in LAST if known in seen), None)
    if first and last:
        return (first, last)
    for known in WHOLE_NAMES[2:]:
        if known in seen:
            return (seen[known],)
    return (first,) if first else ()


def guess_criteria(source: Any) -> tuple[str, ...]:
    """Guess which columns are criteria: those with at least 2 and few distinct values, in table order.

    Few is at most 12, or a third of the rows where that is less, but at least 2; columns of names,
    identifiers and notes never count. A guess is for a person to confirm: the command line shows it.
    """
    table = read(source, "people")
    headers = list(table.columns)
    names = set(name_columns(headers))
    few = max(2, min(12, len(table) // 3))
    found = []
    for header in headers:
        if header in names or folded(header) in NEVER or folded(header) in {*WHOLE_NAMES, *FIRST, *LAST}:
            continue
        distinct = {cell.strip().casefold() for cell in table.columns[header]} - {""}
        if 1 < len(distinct) <= few:
            found.append(header)
    return tuple(found)


def people_of_table(table: Table, name: str | None) -> tuple[tuple[str, ...], Ints]:
    """Return the names sorted and the row of each; note rows without a name and names that come twice."""
    columns = (name,) if name else name_columns(list(table.columns))
    if not columns:
        if not table.columns:
            return (), np.zeros(0, dtype=np.int64)
        here = ", ".join(table.columns)
        table.findings.error(
            "no column holds names",
            f"Call one displayName, fullName, firstName + lastName, name or email; it has {here}",
            table=table.name,
        )
        return (), np.zeros(0, dtype=np.int64)
    if not table.need(*columns):
        return (), np.zeros(0, dtype=np.int64)
    if len(columns) == 1:
        raw = list(table.columns[columns[0]])
    else:
        raw = [
            f"{a} {b}".strip() for a, b in zip(*(table.columns[column] for column in columns), strict=True)
        ]
    whole = [cell if cell.isascii() else unicodedata.normalize("NFC", cell) for cell in raw]
    first: dict[str, int] = {}
    for at, person in enumerate(whole):
        if not person:
            table.wrong(at, columns[0], "is empty", "Write the person's name or delete the row")
            continue
        fold = person.casefold() if "  " not in person else " ".join(person.casefold().split())
        if first.setdefault(fold, at) != at:
            other = whole[first[fold]]
            table.findings.error(
                f"stands in row {table.rows[first[fold]]} already"
                + (f" as {other!r}" if other != person else ""),
                "Delete the row, or tell the two apart, for example by a middle name",
                table=table.name,
                row=table.rows[at],
                column=" + ".join(columns),
                came=person,
            )
    order = sorted(range(len(whole)), key=whole.__getitem__)
    return tuple(whole[at] for at in order), np.array(order, dtype=np.int64)
