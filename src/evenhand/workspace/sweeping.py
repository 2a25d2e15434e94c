"""What nothing refers to any more, taken out a month after it was kept: contents, runs, sessions, keys."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, select, union

from evenhand.store import get_blob
from evenhand.store.schema import METADATA

BLOB, STEP, ANSWER, ASK, RUN, SESSION, IDEMPOTENCY = (
    METADATA.tables[name] for name in ("blob", "step", "answer", "ask", "run", "session", "idempotency")
)

DAYS: Final = 30
"""Days that something stays without being referred to: who was interrupted by a holiday finds it again."""

CHUNK: Final = 500
"""Rows a DELETE at a time: SQLite takes 32,766 names in a statement, and one of 500 is read as fast."""


def sweep(connection: Connection) -> int:
    """Take out what has been referred to by nothing for a month; return how many contents that were.

    Steps, facts, entries and the log refer to what they need for ever, so that no plan that was ever drafted
    is touched: contents become free when a plan that was cut gives way to a finished one.

    Args:
        connection: in a write transaction.
    """
    before = (datetime.now(UTC) - timedelta(days=DAYS)).isoformat(timespec="milliseconds")
    old = before.replace("+00:00", "Z")
    connection.execute(delete(SESSION).where(SESSION.c.ends != "", SESSION.c.ends < before))
    connection.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.made < old))
    connection.execute(delete(RUN).where(RUN.c.over != "", RUN.c.over < old))
    aged = set(connection.execute(select(BLOB.c.sha).where(BLOB.c.made < old)).scalars())
    # on most days nothing is old and free: the recipes are read only where something may be
    free = aged - _named(connection) if aged else aged
    free -= _sources(connection) if free else free
    names = sorted(free)
    for first in range(0, len(names), CHUNK):
        connection.execute(delete(BLOB).where(BLOB.c.sha.in_(names[first : first + CHUNK])))
    return len(names)


def _named(connection: Connection) -> set[str]:
    """Return the contents that a row names: recipes of steps, answers and open runs, answers, views, asks."""
    named = union(
        select(STEP.c.state),
        select(ANSWER.c.key),
        select(ANSWER.c.solution),
        select(ANSWER.c.view),
        select(ASK.c.result),
        select(RUN.c.key),
    )
    return set(connection.execute(named).scalars())


def _sources(connection: Connection) -> set[str]:
    """Return the tables that the recipes in use are made from."""
    used = set(
        connection.execute(union(select(STEP.c.state), select(ANSWER.c.key), select(RUN.c.key))).scalars()
    )
    recipes = connection.execute(select(BLOB.c.sha).where(BLOB.c.kind == "recipe")).scalars().all()
    sources: set[str] = set()
    for sha in recipes:
        if sha in used:
            sources |= set(json.loads(get_blob(connection, sha))["sources"].values())
    return sources
