"""Who did what: a chain in which every line holds the hash of the one before, so that none can go missing."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from evenhand.core.recipe import sha_of
from evenhand.store.ids import now_text
from evenhand.store.schema import METADATA

AUDIT = METADATA.tables["audit"]


def note(connection: Connection, who: str, what: str, about: str) -> None:
    """Add a line to the chain."""
    last = connection.execute(select(AUDIT.c.seq, AUDIT.c.hash).order_by(AUDIT.c.seq.desc()).limit(1)).first()
    seq, previous = (last.seq + 1, last.hash) if last else (1, "")
    index = now_text()
    linked = _hash(seq, index, who, what, about, previous)
    connection.execute(
        insert(AUDIT).values(
            seq=seq, at=index, who=who, what=what, about=about, previous=previous, hash=linked
        )
    )


def broken_links(connection: Connection) -> list[str]:
    """Return what is wrong with the chain, a sentence each; nothing where it holds."""
    wrong = []
    previous, expected = "", 1
    for row in connection.execute(select(AUDIT).order_by(AUDIT.c.seq)):
        if row.seq != expected or row.previous != previous:
            wrong.append(f"The log lacks a line before number {row.seq}.")
        if row.hash != _hash(row.seq, row.at, row.who, row.what, row.about, row.previous):
            wrong.append(f"Line {row.seq} of the log was changed.")
        previous, expected = row.hash, row.seq + 1
    return wrong


def _hash(seq: int, index: str, who: str, what: str, about: str, previous: str) -> str:
    # the separator stands in no field: names are refused with control characters
    return sha_of("\x1f".join((str(seq), index, who, what, about, previous)).encode())
