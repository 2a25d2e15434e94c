"""Setting up: what the history calls you, an owner account, tokens, another browser, backup, the log."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection, select, update

from evenhand.core.errors import InputError
from evenhand.store import now_text
from evenhand.store.schema import METADATA
from evenhand.web.forms import AnyForm, TheHall, Who
from evenhand.web.language import Language
from evenhand.workspace import links
from evenhand.workspace.accounts import create_account
from evenhand.workspace.audit import broken_links
from evenhand.workspace.publications import faults_of

router = APIRouter()
AUDIT, SESSION, ACCOUNT, TOKEN, PLAN, SERIES, SWAP = (
    METADATA.tables[name] for name in ("audit", "session", "account", "token", "plan", "series", "swap")
)


@router.get("/setup", name="setup")
def setup(request: Request, hall: TheHall) -> Response:
    """Show accounts, tokens, backup and the last lines of the log."""
    with hall.database.read() as connection:
        # the newest fifty; the whole log is in the database and its backup
        log = connection.execute(select(AUDIT).order_by(AUDIT.c.seq.desc()).limit(50)).all()
        accounts = connection.execute(select(ACCOUNT).order_by(ACCOUNT.c.name)).all()
        tokens = connection.execute(select(TOKEN).where(TOKEN.c.kind == "api", TOKEN.c.revoked == 0)).all()
        called = _called_in(connection, " ".join(line.about for line in log), hall.language(request))
        faults = [*broken_links(connection), *faults_of(connection)]
    return hall.page(
        request,
        "setup.html",
        log=[(line, ID.sub(lambda match: called.get(match[0], ""), line.about)) for line in log],
        accounts=accounts,
        tokens=tokens,
        faults=faults,
        fresh="",
        kind="",
        url=hall.database.place,
        lite=hall.database.lite,
    )


ID: Final = re.compile(r"\b(?:[0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{12})\b")
"""An id of a plan, a series or a swap; or the twelve first signs of a link that ended."""


def _called_in(connection: Connection, text: str, words: Language) -> dict[str, str]:
    """Return what people call the plans, series and swaps whose ids stand in a text."""
    ids = set(ID.findall(text))
    plans = connection.execute(
        select(PLAN.c.id, PLAN.c.period, SERIES.c.name)
        .join(SERIES, SERIES.c.id == PLAN.c.series)
        .where(PLAN.c.id.in_(ids))
    )
    series = connection.execute(select(SERIES.c.id, SERIES.c.name).where(SERIES.c.id.in_(ids)))
    offered = connection.execute(select(SWAP.c.id, SWAP.c.giver, SWAP.c.starts).where(SWAP.c.id.in_(ids)))
    return (
        {row.id: f"{row.name}, {words.period(row.period)}" for row in plans}
        | {row.id: row.name for row in series}
        | {row.id: f"{row.giver} {row.starts}" for row in offered}
    )


@router.post("/setup/name", name="setup_name")
def setup_name(request: Request, hall: TheHall, form: AnyForm) -> Response:
    """Say what the history should call this browser's coordinator."""
    name = " ".join(str(form.get("name", [""])[0]).split())[:60]
    if not name or not name.isprintable():
        raise InputError.one("is not a name", "Write what others call you", column="name", came=name)
    with hall.database.write() as connection:
        connection.execute(
            update(SESSION).where(SESSION.c.hash == request.state.visitor.session).values(name=name)
        )
    return hall.go("/setup")


@router.post("/setup/owner", name="setup_owner")
def setup_owner(hall: TheHall, who: Who, form: AnyForm) -> Response:
    """Make an account; the first is the owner's."""
    name, email, password, role = (
        str(form.get(key, [""])[0]) for key in ("name", "email", "password", "role")
    )
    if role not in ("owner", "coordinator", "member", "viewer"):
        raise InputError.one(
            "is not a role", "Choose owner, coordinator, member or viewer", column="role", came=role
        )
    with hall.database.write() as connection:
        create_account(connection, name, email, password, role, who=who)
    return hall.go("/setup")


@router.post("/setup/login", name="setup_login")
def setup_login(request: Request, hall: TheHall, who: Who, form: AnyForm) -> Response:
    """Make a one-time address for another browser."""
    name = " ".join(str(form.get("name", [""])[0]).split())[:60] or "You"
    with hall.database.write() as connection:
        secret = links.make(connection, "login", claimant=name, days=1, who=who)
    where = f"{request.base_url}open/{secret}"
    return hall.page(request, "link.html", series=None, where=where, called=name, kind="login", days=1)


@router.post("/setup/tokens", name="setup_token")
def setup_token(request: Request, hall: TheHall, who: Who, form: AnyForm) -> Response:
    """Make a token for programs; it is shown once."""
    scope = str(form.get("scope", ["read"])[0])
    if scope not in ("read", "plan", "publish"):
        raise InputError.one("is not a scope", "Choose read, plan or publish", column="scope", came=scope)
    with hall.database.write() as connection:
        # a token that was forgotten somewhere ends by itself within a quarter
        secret = links.make(connection, "api", scope=scope, days=90, who=who)
    return hall.page(request, "link.html", series=None, where=secret, called=scope, kind="api", days=90)


@router.get("/setup/backup", name="backup")
def backup(hall: TheHall) -> Response:
    """Hand out a copy of the database, one moment of it, while others write."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "backup.db"
        hall.database.backup(target)
        content = target.read_bytes()
    name = f"evenhand-{now_text()[:10]}.db"
    heads = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/vnd.sqlite3", headers=heads)
