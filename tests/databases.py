"""The two databases evenhand runs on, each real: a SQLite file, and a PostgreSQL server of the tests' own."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from evenhand.store import open_database

ENGINES: Final = ("sqlite", "postgres")

MISSING: Final = "These tests need PostgreSQL's server: make postgres installs it, or install postgresql."


def program(name: str) -> str:
    """Return where one of the server's programs is; Debian keeps them out of the path."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    found = shutil.which(name) or (str(places[0]) if places else "")
    assert found, MISSING
    return found


@dataclass
class Postgres:
    """A running server that listens on a socket in its own folder and nowhere else.

    Attributes:
        folder: its data and its socket.
        user: who it runs as; PostgreSQL refuses to run as root.
        process: the server.
        laid_out: whether it has a database that others are copied from.
    """

    folder: Path
    user: str
    process: subprocess.Popen[bytes] = field(init=False)
    laid_out: bool = False

    def url(self, database: str) -> str:
        """Return the URL of one of its databases."""
        return f"postgresql://{self.user}@/{database}?host={self.folder}"

    def run(self, name: str, *arguments: str, given: bytes = b"") -> bytes:
        """Run one of PostgreSQL's programs against the server."""
        command = [program(name), "-h", str(self.folder), "-U", self.user, *arguments]
        done = subprocess.run(command, input=given, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def make(self, database: str) -> str:
        """Make an empty database and return its URL."""
        self.run("psql", "-q", "-d", "postgres", "-c", f'CREATE DATABASE "{database}"')
        return self.url(database)

    def copy(self, database: str) -> str:
        """Make a database with evenhand's empty tables, copied: a quarter of the work of making them."""
        if not self.laid_out:
            open_database(self.make("laid out")).close()
            self.laid_out = True
        self.run("psql", "-q", "-d", "postgres", "-c", f'CREATE DATABASE "{database}" TEMPLATE "laid out"')
        return self.url(database)

    def start(self) -> None:
        """Start the server, also after a crash, and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            command = [program("postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder)]
            # a group of its own, so that a crash takes all of its processes at once, as a power cut does
            self.process = subprocess.Popen(
                [*command, "-c", "listen_addresses="],
                stdout=log,
                stderr=log,
                start_new_session=True,
                **_as_user(),
            )
        ready = [program("pg_isready"), "-q", "-h", str(self.folder), "-t", "1"]
        for _ in range(600):
            if subprocess.run(ready, check=False).returncode == 0:
                return
            time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text(encoding="utf-8"))

    def crash(self) -> None:
        """Kill the server with all its processes; what it had not written to the disk by then is lost."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        # its processes belong to nobody now; their shared memory must be gone before it starts again
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        """End the server at once, and with it the connections that killed programs left."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(60)


def _as_user() -> dict[str, Any]:
    """Return how to start one of the server's programs: as root it has to be another user."""
    language = {**os.environ, "LC_ALL": "C.UTF-8"}
    return {"env": language, "cwd": "/", **({"user": "postgres"} if os.getuid() == 0 else {})}


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    """Give a server of its own, with nothing in it, that ends with the block."""
    # /tmp and not pytest's folder: the path of a socket may have 107 letters, and root's folders are closed
    folder = Path(tempfile.mkdtemp(prefix="evenhand-pg-", dir="/tmp"))
    user = "postgres"
    if os.getuid() == 0:
        shutil.chown(folder, user)
    make = [
        program("initdb"),
        "-D",
        str(folder / "data"),
        "-U",
        user,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    # ICU's root order puts "a" before "B", as a server in most countries does
    make += ["--encoding=UTF8", "--locale-provider=icu", "--icu-locale=und", "--locale=C.UTF-8"]
    done = subprocess.run(make, capture_output=True, check=False, **_as_user())
    assert done.returncode == 0, done.stderr.decode()
    server = Postgres(folder, user)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
