"""Who is asking, and whether the request may be what it says: sessions, hosts, origins, headers."""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, Final
from urllib.parse import urlsplit

from fastapi import HTTPException, Request, Response
from fastapi.responses import PlainTextResponse
from sqlalchemy import delete, insert, select

from evenhand.core.recipe import sha_of
from evenhand.store import Database, now_text
from evenhand.store.schema import METADATA
from evenhand.workspace.importing import MOST
from evenhand.workspace.links import find, new_secret

SESSION, ACCOUNT, MEMBER = (METADATA.tables[name] for name in ("session", "account", "member"))

COOKIE: Final = "evenhand_session"
DAYS: Final = 30

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # addresses of personal pages hold their secret: they go to no other site (with "no-referrer" a browser
    # would send the origin "null" with our own forms)
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

TRIES: Final = 10
WINDOW: Final = 60.0
"""Wrong passwords or tokens a minute before all are refused for the rest of it: 192 bits need no such help, a
password of ten letters does."""


LARGEST: Final = MOST + (4 << 20)
"""Bytes of a request: the largest import, and room for the fields and the marks between its files."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is asking: name for the history, role for the permissions; role "" is nobody."""

    name: str = ""
    role: str = ""
    session: str = ""
    scope: str = ""


@dataclass
class Doorkeeper:
    """Knows sessions, the one-time token, and the hosts this server answers to.

    Attributes:
        database: where sessions stand.
        hosts: names (with ports) a request may be for; DNS rebinding comes with another.
        token: the one-time token of the printed address; "" once used.
    """

    database: Database
    hosts: frozenset[str]
    token: str = ""
    local: bool = True
    _lock: Lock = field(default_factory=Lock)
    _wrong: list[float] = field(default_factory=list)

    def too_many(self) -> bool:
        """Whether too many wrong secrets came within the last minute."""
        now = time.monotonic()
        self._wrong = [moment for moment in self._wrong if now - moment < WINDOW]
        return len(self._wrong) >= TRIES

    def note_wrong(self) -> None:
        """Count a wrong secret."""
        self._wrong.append(time.monotonic())

    def enter(self, secret: str) -> str | None:
        """Take the one-time token (or a login link's secret) and return a session's secret; None if wrong."""
        with self._lock:
            # compared in constant time; an empty token would match an empty secret
            first = bool(self.token) and secrets.compare_digest(secret.encode(), self.token.encode())
            # used up under the lock: of two browsers that open the address at once one gets in
            if first:
                self.token = ""
        if first:
            return self.open_session(name="You")
        with self.database.write() as connection:
            row = find(connection, secret, "login")
            if row is None:
                self.note_wrong()
                return None
            from evenhand.workspace.links import revoke

            revoke(connection, row.hash, who=row.claimant)
        return self.open_session(name=row.claimant or "You")

    def open_session(self, *, name: str, account: str | None = None) -> str:
        """Open a session and return its secret; only its hash is kept."""
        secret = new_secret()
        ends = (datetime.now(UTC) + timedelta(days=DAYS)).isoformat(timespec="seconds")
        with self.database.write() as connection:
            connection.execute(
                insert(SESSION).values(
                    hash=sha_of(secret.encode()), account=account, name=name, made=now_text(), ends=ends
                )
            )
        return secret

    def close_session(self, hashed: str) -> None:
        """End a session."""
        with self.database.write() as connection:
            connection.execute(delete(SESSION).where(SESSION.c.hash == hashed))

    def visitor(self, request: Request) -> Visitor:
        """Return who is asking: by session cookie, or for the API by bearer token."""
        bearer = request.headers.get("authorization", "")
        with self.database.read() as connection:
            if bearer.lower().startswith("bearer "):
                row = find(connection, bearer[7:].strip(), "api")
                roles = {"read": "viewer", "plan": "coordinator", "publish": "coordinator"}
                return (
                    Visitor("API", roles.get(row.scope, ""), "", row.scope) if row is not None else Visitor()
                )
            secret = request.cookies.get(COOKIE, "")
            if not secret:
                return Visitor()
            hashed = sha_of(secret.encode())
            row = connection.execute(select(SESSION).where(SESSION.c.hash == hashed)).first()
            if row is None or row.ends < datetime.now(UTC).isoformat(timespec="seconds"):
                return Visitor()
            # sessions without an account come from the printed address: owners here, nobody on a network
            if row.account is None:
                return Visitor(row.name, "owner" if self.local else "", hashed)
            member = connection.execute(
                select(ACCOUNT.c.name, MEMBER.c.role)
                .join(MEMBER, MEMBER.c.account == ACCOUNT.c.id)
                .where(ACCOUNT.c.id == row.account, ACCOUNT.c.disabled == 0)
            ).first()
        return Visitor(member.name, member.role, hashed) if member else Visitor()


def guarded(
    keeper: Doorkeeper, told: Callable[[Request, HTTPException], Awaitable[Response]]
) -> Callable[[Request, Callable[[Request], Awaitable[Response]]], Any]:
    """Return the middleware that refuses foreign hosts and foreign origins, and sets the headers.

    Args:
        keeper: what is known of hosts.
        told: makes the page that says an error; other sites get a line of text.
    """

    async def middleware(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        refusal = _refused(request, keeper)
        too_large = _too_large(request) if refusal is None else None
        if too_large is not None:
            # a page of ours: a browser that swaps parts of a page would show nothing for a line of text
            refusal = await told(request, too_large)
        response = refusal if refusal is not None else await call_next(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not request.url.path.startswith(("/static/", "/assets/")):
            # plans name people: no proxy and no back button after signing out shows one
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def _too_large(request: Request) -> HTTPException | None:
    """Refuse a body by what it says of itself, before a byte of it is read: a body stands in memory whole."""
    if "transfer-encoding" in request.headers:
        return HTTPException(411, "This request does not say how long it is.")
    length = request.headers.get("content-length", "0")
    # digits first: nobody reads a number of a thousand of them
    if len(length) > len(str(LARGEST)) or int(length) > LARGEST:
        return HTTPException(413, f"This is too large. Bring {MOST >> 20} MB at most.")
    return None


def _refused(request: Request, keeper: Doorkeeper) -> Response | None:
    host = request.headers.get("host", "").casefold()
    if host not in keeper.hosts:
        return PlainTextResponse("This server does not answer to that name.", status_code=421)
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return None
    # a form on another site sends its own origin, and a browser says where a request began
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc.casefold() != host
    site = request.headers.get("sec-fetch-site")
    if foreign or site not in (None, "same-origin", "none"):
        return PlainTextResponse("This request came from another site and was refused.", status_code=403)
    silent = origin is None and site is None and not request.headers.get("authorization")
    if silent and request.cookies.get(COOKIE):
        # no browser that can hold our cookie leaves both out on a POST
        return PlainTextResponse("This request does not say where it came from.", status_code=403)
    return None
