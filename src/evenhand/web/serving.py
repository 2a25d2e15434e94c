"""A server's parts put together, from a database and an address."""

from __future__ import annotations

import socket
from collections.abc import Sequence

from fastapi import FastAPI

from evenhand.store import Database, StoreError
from evenhand.web.app import create_app
from evenhand.web.hall import Hall
from evenhand.web.security import Doorkeeper
from evenhand.work import Pool
from evenhand.workspace.accounts import any_owner
from evenhand.workspace.links import new_secret
from evenhand.workspace.tasks import Desk

LOCAL = ("127.0.0.1", "::1", "localhost")


def listening(database: Database, host: str, port: int) -> tuple[socket.socket, int]:
    """Open the socket, and return it with its port.

    Raises:
        StoreError: the address is reached from elsewhere and there is no owner account, or it is taken.
    """
    if host not in LOCAL:
        with database.read() as connection:
            owned = any_owner(connection)
        if not owned:
            raise StoreError(
                f"{host} can be reached from other computers, and there is no owner account yet. "
                "Start evenhand serve without --host, make one under Setup, then try again."
            )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    # else a restart within a minute finds its own port taken
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        # from here a browser that is faster than the server waits instead of being refused
        sock.listen(128)
    except OSError as error:
        sock.close()
        raise StoreError(
            f"Port {port} on {host} cannot be used ({error.strerror}). Choose another with --port."
        ) from None
    return sock, int(sock.getsockname()[1])


def hall_of(
    database: Database,
    host: str,
    port: int,
    *,
    names: Sequence[str] = (),
    solvers: int = 2,
    limit: float = 60.0,
) -> tuple[Hall, FastAPI]:
    """Return the hall and the application of a server at an address."""
    local = host in LOCAL
    hosts = (
        {f"{local_name}:{port}" for local_name in (*LOCAL[:1], "localhost", "[::1]")}
        if local
        else {f"{host}:{port}"}
    )
    hosts |= {name.casefold() for name in names} | {f"{name.casefold()}:{port}" for name in names}
    url = database.url.removeprefix("sqlite:///")
    # no printed address on a network: whoever reads the terminal's log would be an owner
    keeper = Doorkeeper(database, frozenset(hosts), token=new_secret() if local else "", local=local)
    hall = Hall(database, Pool(url, Desk, solvers=solvers), keeper, limit=limit)
    return hall, create_app(hall)
