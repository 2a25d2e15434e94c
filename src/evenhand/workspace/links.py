"""Secret links and tokens: 192 drawn bits, kept as a hash, ending, revocable.

And sessions of coordinators.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from evenhand.core.recipe import sha_of
from evenhand.store.ids import now_text
from evenhand.store.schema import METADATA
from evenhand.workspace.audit import note
from evenhand.workspace.drafts import workspace_id

TOKEN = METADATA.tables["token"]

CALLED: Final = {
    "me": "personal",
    "feed": "calendar",
    "share": "read-only",
    "api": "program's",
    "login": "one-time",
}
"""Kinds of links, and what the log calls them."""

BYTES: Final = 24
"""192 bits: nobody guesses one of a million links in the age of the universe, and it is 32 letters long."""


def new_secret() -> str:
    """Return a new secret of 192 bits, safe in a URL."""
    return secrets.token_urlsafe(BYTES)


def make(
    connection: Connection,
    kind: str,
    *,
    series: str = "",
    claimant: str = "",
    scope: str = "",
    days: int | None = None,
    who: str = "",
) -> str:
    """Make a link and return its secret; only its hash is kept, so it is shown once.

    Args:
        connection: in a write transaction.
        kind: "me" (a person's page), "feed" (their calendar), "share" (read a series), "api", "login".
        series: what it opens.
        claimant: whose it is.
        scope: for an API token read, plan or publish.
        days: after which it ends; never if None.
        who: by whom.
    """
    secret = new_secret()
    ends = "" if days is None else (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="seconds")
    connection.execute(
        insert(TOKEN).values(
            hash=sha_of(secret.encode()),
            workspace=workspace_id(connection),
            kind=kind,
            scope=scope,
            series=series,
            claimant=claimant,
            made=now_text(),
            ends=ends,
        )
    )
    note(connection, who, f"{CALLED[kind]} link made", claimant or series)
    return secret


def find(connection: Connection, secret: str, kind: str) -> Any:
    """Return the link of a secret, or None where it is unknown, of another kind, revoked or over."""
    row = connection.execute(
        select(TOKEN).where(
            # looked up by hash: no comparison of secrets whose time could be measured
            TOKEN.c.hash == sha_of(secret.encode()),
            TOKEN.c.kind == kind,
            TOKEN.c.revoked == 0,
        )
    ).first()
    # both are UTC in one form, so that text compares as time does; "" never ends
    over = row is not None and row.ends and row.ends < datetime.now(UTC).isoformat(timespec="seconds")
    return None if over else row


def revoke(connection: Connection, hashed: str, *, who: str = "") -> None:
    """End a link by its hash."""
    connection.execute(update(TOKEN).where(TOKEN.c.hash == hashed).values(revoked=1))
    note(connection, who, "link ended", hashed[:12])


def rotate(connection: Connection, secret: str, kind: str, *, who: str = "") -> str | None:
    """End a link and make another of the same kind for the same person; None where it is unknown."""
    row = find(connection, secret, kind)
    if row is None:
        return None
    revoke(connection, row.hash, who=who)
    return make(connection, kind, series=row.series, claimant=row.claimant, scope=row.scope, who=who)


def links_of(connection: Connection, series: str) -> list[Any]:
    """Return the links of a series that hold."""
    return list(
        connection.execute(
            select(TOKEN).where(TOKEN.c.series == series, TOKEN.c.revoked == 0).order_by(TOKEN.c.claimant)
        ).all()
    )
