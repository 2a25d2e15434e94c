"""Accounts of coordinators: argon2id, four roles.

Needed only where a server is reached from other machines.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, func, insert, select

from evenhand.core.errors import Findings
from evenhand.store import Database, new_id, now_text
from evenhand.store.schema import METADATA
from evenhand.workspace.audit import note
from evenhand.workspace.drafts import workspace_id

ACCOUNT, MEMBER = METADATA.tables["account"], METADATA.tables["member"]

LEAST: Final = 10
"""Letters of a password at least: with ten tries a minute and argon2id, shorter ones fall to a list."""

NOBODY: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)
"""Checked where there is no account, so that a wrong name takes as long as a wrong password."""


def create_account(
    connection: Connection, name: str, email: str, password: str, role: str, *, who: str = ""
) -> str:
    """Make an account and return it.

    Raises:
        InputError: name, email or password will not do, or the email is taken; all at once.
    """
    from argon2 import PasswordHasher

    findings = Findings()
    if not name.strip():
        findings.error("is missing", "Say what the history should call you", column="name")
    if "@" not in email or len(email) > 200:  # noqa: PLR2004 - longer than any address
        findings.error("is not an address", "Write one like ann@example.org", column="email", came=email)
    if len(password) < LEAST:
        findings.error("is too short", f"Take {LEAST} letters or more", column="password")
    # people write their address in both cases; two accounts for one person must not arise
    key = email.strip().casefold()
    if connection.execute(select(ACCOUNT.c.id).where(ACCOUNT.c.email == key)).first() is not None:
        findings.error("has an account already", "Sign in with it", column="email", came=email)
    findings.raise_errors()
    account = new_id()
    secret = PasswordHasher().hash(password)
    connection.execute(
        insert(ACCOUNT).values(id=account, name=name.strip(), email=key, secret=secret, made=now_text())
    )
    connection.execute(insert(MEMBER).values(workspace=workspace_id(connection), account=account, role=role))
    note(connection, who or name, f"{role} account made", key)
    return account


def any_owner(connection: Connection) -> bool:
    """Return whether there is an owner account."""
    return bool(connection.execute(select(func.count()).where(MEMBER.c.role == "owner")).scalar())


def signed_in(database: Database, email: str, password: str) -> Any:
    """Return the account of an email and password, or None; it takes as long either way."""
    from argon2 import PasswordHasher
    from argon2.exceptions import Argon2Error, InvalidHashError

    with database.read() as connection:
        row = connection.execute(
            select(ACCOUNT).where(ACCOUNT.c.email == email.strip().casefold(), ACCOUNT.c.disabled == 0)
        ).first()
    try:
        # always, also where no account was found: the time must not tell which addresses have one
        PasswordHasher().verify(row.secret if row is not None else NOBODY, password)
    except (Argon2Error, InvalidHashError):
        return None
    return row
