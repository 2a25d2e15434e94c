"""``evenhand serve``: the pages, on this computer."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.options import example
from evenhand.cli.output import say
from evenhand.cli.signals import StoppedError

SHORT = "Plan in a browser: boards, accounts, personal links."
EPILOG = example("evenhand serve")

Where = Annotated[
    str | None,
    typer.Argument(metavar="DATABASE", help="A file or postgresql:// URL.  [default: in your data folder]"),
]
Host = Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Address to listen on.")]
Port = Annotated[
    int, typer.Option("--port", metavar="N", help="Port to listen on; 0 for a free one.", min=0, max=65535)
]
Names = Annotated[
    list[str] | None,
    typer.Option(
        "--name", metavar="HOST", help="A name this server is reached by, such as plans.example.org."
    ),
]
Open = Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")]
Workers = Annotated[int, typer.Option("--workers", metavar="N", help="Plans made at once.", min=1, max=64)]
Limit = Annotated[
    float, typer.Option("--time-limit", metavar="S", help="Seconds a plan may take.", min=1, max=86400)
]


def serve(
    database: Where = None,
    *,
    host: Host = "127.0.0.1",
    port: Port = 8321,
    name: Names = None,
    open_page: Open = True,
    workers: Workers = 2,
    time_limit: Limit = 60.0,
) -> None:
    """Serve pages for planning, on this computer only.

    Prints one address with a one-time token. Another address than 127.0.0.1 needs an owner account first.
    """
    from evenhand.core.errors import MethodError

    try:
        import uvicorn

        from evenhand.store import default_path, open_database
        from evenhand.web.serving import hall_of, listening
    except ImportError as error:
        raise MethodError(
            f"evenhand serve needs the web extra ({error.name}): pip install 'evenhand[web]'"
        ) from None
    place = database or os.environ.get("EVENHAND_DATABASE") or str(default_path())
    store = open_database(place)
    sock, chosen = listening(store, host, port)
    hall, app = hall_of(store, host, chosen, names=name or [], solvers=workers, limit=time_limit)
    shown = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{chosen}"  # noqa: S104 - only compared
    address = f"{shown}/open/{hall.keeper.token}" if hall.keeper.token else f"{shown}/login"
    # never the URL as it was given: it may hold a password, and terminals are logged
    say(f"Plans are kept in {store.place}")
    typer.echo(f"Open {address}")
    say("Stop with Ctrl-C.")
    if open_page and hall.keeper.local:
        import webbrowser

        if os.environ.get("DISPLAY") or os.name == "nt" or Path("/System/Library").exists():
            webbrowser.open(address)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=3
    )
    # uvicorn ends by itself on Ctrl-C and then hands the signal on: it has been heard
    with contextlib.suppress(StoppedError, KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[sock])


COMMAND = serve
