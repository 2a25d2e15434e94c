"""One-click mends of an import: what a cell was meant to be, which names are one, columns as last time."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from evenhand.core.errors import Finding
from evenhand.core.recipe import sha_of
from evenhand.store.schema import METADATA
from evenhand.workspace.drafts import workspace_id
from evenhand.workspace.importing import Draft

MAPPING = METADATA.tables["mapping"]

COUNT_WORDS: Final = {
    word: str(number)
    for number, words in enumerate(
        (
            "null zero keine none nil",
            "eins ein eine one",
            "zwei two",
            "drei three",
            "vier four",
            "fünf five",
            "sechs six",
            "sieben seven",
            "acht eight",
            "neun nine",
            "zehn ten",
            "elf eleven",
            "zwölf twelve",
        )
    )
    for word in words.split()
}
"""Counts written out, in German and English: what people type into a form's field for a number."""

MEANT: Final = re.compile(r"Did you mean (.+?)\?")
FIGURE: Final = re.compile(r"[-+]?\d+(?:[.,]\d+)?")

NAMES: Final = frozenset(
    {"item", "recipient", "name", "person", "partner", "make", "model", "team", "office", "duty"}
)
"""Columns whose cells are names, so that two spellings may be one; notes and dates are none."""

MOST: Final = 400
"""Different names of a column that are compared with each other: 400 take a tenth of a second; a longer list
is compared by its spelling alone."""

CLOSE: Final = 0.88
"""Likeness (difflib's ratio) from which a rare name is taken for a slip of a common one: "Pacific Weels" has
0.96. At 0.8 "Anna" and "Hanna" would be asked about."""

ASKED: Final = 8
"""Pairs asked about at once; more would be a task, not a question."""


def better_cell(finding: Finding) -> str | None:
    """Return what a wrong cell was most likely meant to be; None where that is not plain.

    Example:
        >>> better_cell(Finding("plan.csv", 6, "Punkte", "12,5x", "is not a number", "Write it like 12.5"))
        '12,5'
        >>> better_cell(Finding("a.csv", 2, "Partner", "Weels", "is not known", "Did you mean Wheels?"))
        'Wheels'
    """
    came = str(finding.came or "").strip()
    meant = MEANT.search(finding.mend or "")
    if meant:
        return meant[1].strip("\u201c\u201d'\"")
    if "number" not in finding.problem or not came:
        return None
    if came.casefold() in COUNT_WORDS:
        return COUNT_WORDS[came.casefold()]
    figures = FIGURE.findall(came.replace("\u2212", "-").replace("\u00a0", ""))
    # two figures in one cell are two answers: that is for the person to say
    # with the mark it came with: it is the one that the rest of the column has
    return figures[0] if len(figures) == 1 else None


def alike(draft: Draft) -> list[dict[str, Any]]:
    """Return pairs of names that may be one: written in another way, or a letter apart and much rarer.

    Each is asked once: what was answered stands in ``draft.settled``.
    """
    out: list[dict[str, Any]] = []
    for brought in draft.tables:
        for head in brought.heads:
            column = brought.columns.get(head, "")
            if brought.table == "" or column.casefold().replace("_id", "") not in NAMES:
                continue
            counts = Counter(cell.strip() for cell in brought.cells[head] if cell.strip())
            for rare, common in _pairs(counts):
                key = (brought.name, head, rare, common)
                if key in draft.settled:
                    continue
                few, many = counts[rare], counts[common]
                out.append(
                    {
                        "table": brought.name,
                        "head": head,
                        "rare": rare,
                        "common": common,
                        "few": few,
                        "many": many,
                    }
                )
                if len(out) >= ASKED:
                    return out
    return out


def _fold(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _pairs(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return (rare, common) pairs of a column's names, in order of the rare one."""
    first: dict[str, str] = {}
    pairs: dict[str, str] = {}
    # the most common spelling of a name is the one to keep; of equals one not in capitals
    for name in sorted(counts, key=lambda pair: (-counts[pair], pair.isupper(), pair)):
        kept = first.setdefault(_fold(name), name)
        if kept != name:
            pairs[name] = kept
    if len(first) <= MOST:
        names = list(first.values())
        for name in names:
            if counts[name] > 1 or any(letter.isdigit() for letter in name):
                continue
            others = [other for other in names if other != name and counts[other] > 2 * counts[name]]
            close = difflib.get_close_matches(name, others, n=1, cutoff=CLOSE)
            if close:
                pairs.setdefault(name, close[0])
    return sorted(pairs.items())


def _heads(form: str, heads: tuple[str, ...]) -> str:
    # the order of the columns is not part of what a file is: exports change it
    return sha_of(json.dumps([form, sorted(heads)]).encode())


def remember(connection: Connection, draft: Draft) -> None:
    """Keep what the columns of an import are, for the next file with the same heads."""
    workspace = workspace_id(connection)
    for brought in draft.tables:
        if not brought.heads:
            continue
        heads = _heads(draft.form, brought.heads)
        body = {"table_name": brought.table, "body": json.dumps(brought.columns)}
        done = connection.execute(
            update(MAPPING).where(MAPPING.c.workspace == workspace, MAPPING.c.heads == heads).values(**body)
        )
        if not done.rowcount:
            connection.execute(insert(MAPPING).values(workspace=workspace, heads=heads, **body))


def remembered(connection: Connection, draft: Draft) -> None:
    """Read the columns of an import as a person confirmed them for the last file with the same heads."""
    for brought in draft.tables:
        row = connection.execute(
            select(MAPPING).where(MAPPING.c.heads == _heads(draft.form, brought.heads))
        ).first()
        if row is None or not brought.heads:
            continue
        columns = json.loads(row.body)
        if set(columns) == set(brought.heads):
            brought.columns, brought.guessed = columns, frozenset()
            brought.table = row.table_name
            draft.remembered = True
