"""Opening a database, a SQLite file or a PostgreSQL URL: checked, brought up to date.

Reading never locks: reads begin DEFERRED, writes BEGIN IMMEDIATE. A first version that locked on reads took
ten seconds a page with two workers and died of "database is locked".
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError

from evenhand.core.errors import EvenhandError

__all__ = ["Database", "StoreError", "default_path", "open_database"]

BUSY_MS: Final = 20_000
"""How long a write waits for another. Writes take milliseconds; at half of this a slow disk under a
backup would show "locked" to people, at twice it they would rather have had the sentence."""

NETWORK: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "sshfs", "fuse.sshfs", "9p", "afs"})
"""File systems over a network: SQLite's locks do not hold there, and two writers lose data."""


class StoreError(EvenhandError):
    """The database cannot be used: locked, full, newer, broken, or on a network drive. Old data is intact."""


@dataclass(frozen=True)
class Database:
    """An open database.

    Attributes:
        engine: SQLAlchemy's.
        url: where it is.
    """

    engine: Engine
    url: str

    @property
    def lite(self) -> bool:
        """Whether it is SQLite."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that only reads; it sees one moment of the database and locks nothing."""
        with _said(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection in a write transaction: committed when the block ends, else nothing happened."""
        writing = self.engine.execution_options(evenhand_write=True)
        with _said(), writing.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def backup(self, target: Path) -> None:
        """Copy the whole database to a file while others write; the copy is one moment of it.

        Raises:
            StoreError: it is no SQLite database (PostgreSQL has pg_dump), or the file cannot be written.
        """
        if not self.lite:
            raise StoreError("This is a PostgreSQL database. Back it up with pg_dump.")
        if target.exists():
            raise StoreError(f"{target} is there already. Give a new name; nothing is written over.")
        # written beside and renamed at the end: a backup that was cut never bears the name of a whole one
        part = target.with_name(target.name + ".part")
        with _said(), sqlite3.connect(part) as copy, self.engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            # a thousand pages a step: writers get their turn in between
            raw.backup(copy, pages=1000)
        copy.close()
        part.replace(target)


def default_path() -> Path:
    """Return where the database stands unless another is named: the user's data folder."""
    if sys.platform == "darwin":
        folder = Path.home() / "Library" / "Application Support"
    elif sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA", str(Path.home())))
    else:
        folder = Path(os.environ.get("XDG_DATA_HOME", str(Path.home() / ".local" / "share")))
    return folder / "evenhand" / "evenhand.db"


def open_database(where: str | Path, *, make: bool = True) -> Database:
    """Open a database and bring its tables up to date; a copy is kept beside it before they are changed.

    Args:
        where: a file, or a URL (``postgresql://...``).
        make: whether to make one that is not there.

    Raises:
        StoreError: it is not there, is no database of evenhand, is newer, locked, or on a network drive.
    """
    url = str(where)
    if "://" not in url:
        path = Path(url)
        _check_place(path, make=make)
        url = f"sqlite:///{path.absolute()}"
    elif url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    # a server may have dropped an idle connection, a file cannot: only PostgreSQL is asked first
    engine = create_engine(url, pool_pre_ping="sqlite" not in url, connect_args=_arguments(url))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune)
        event.listen(engine, "begin", _begin)
    database = Database(engine, url)
    with _said():
        _migrate(database)
    return database


def _arguments(url: str) -> dict[str, Any]:
    return {"timeout": BUSY_MS / 1000, "check_same_thread": False} if url.startswith("sqlite") else {}


def _check_place(path: Path, *, make: bool) -> None:
    if path.is_dir():
        raise StoreError(f"{path} is a folder. Give the name of a database file in it.")
    if not path.exists() and not make:
        raise StoreError(f"{path} is not there. Give an evenhand database, or make one with evenhand serve.")
    try:
        path.absolute().parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"The folder {path.parent} cannot be made: {error.strerror}.") from None
    system = _file_system(path.absolute().parent)
    if system in NETWORK:
        raise StoreError(
            f"{path} is on a network drive ({system}), where SQLite can lose data. "
            "Put it on a local disk, or use PostgreSQL."
        )
    if path.exists() and path.stat().st_size:
        with path.open("rb") as file:
            # an empty file passes: tools that make a temporary file first hand one over
            if file.read(16) != b"SQLite format 3\x00":
                raise StoreError(f"{path} is no database. Give an evenhand database, or a new name.")


def _file_system(folder: Path) -> str:
    """Return the type of the file system a folder is on; "" where the system does not say."""
    mounts = Path("/proc/self/mounts")
    if not mounts.exists():
        return ""
    best = ("", "")
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        _, place, kind, *_ = line.split(" ")
        place = place.replace("\\040", " ")
        inside = str(folder) == place or str(folder).startswith(place.rstrip("/") + "/")
        # the longest mount point is the nearest; of two on the same folder the later one hides the first
        if inside and len(place) >= len(best[0]):
            best = (place, kind)
    return best[1]


def _tune(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by _begin alone
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",  # a publication that was acknowledged survives a power cut
        "foreign_keys=ON",
        "recursive_triggers=ON",  # INSERT OR REPLACE counts as a DELETE, so facts stay facts
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("evenhand_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN DEFERRED")


def _migrate(database: Database) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    script = ScriptDirectory.from_config(config)
    newest = script.get_current_head()
    with database.read() as connection:
        there = MigrationContext.configure(connection).get_current_revision()
        tables = inspect(connection).get_table_names()
    if there == newest:
        return
    if there is None and tables:
        raise StoreError(f"{database.url} holds tables of another program. Give a database of its own.")
    known = {found.revision for found in script.walk_revisions()}
    if there is not None and there not in known:
        raise StoreError(
            f"This database was written by a newer evenhand (tables {there}, this version knows {newest}). "
            "Install the newer version. Nothing was changed."
        )
    # before the first change, so that an older evenhand can go on with the copy
    if there is not None and database.lite:
        database.backup(Path(database.url.removeprefix("sqlite:///") + f".before-{newest}"))
    # all editions in one transaction: one that fails leaves the tables as they were
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def _said() -> Iterator[None]:
    """Turn the database's own errors into a sentence a person can act on."""
    try:
        yield
    except (OperationalError, sqlite3.OperationalError) as error:
        # SQLite gives no finer class than OperationalError: its words tell which
        said = str(getattr(error, "orig", error))
        if "locked" in said or "busy" in said:
            raise StoreError(
                "Another program holds the database. Close it, or try again; nothing was changed."
            ) from None
        if "full" in said or "No space" in said:
            raise StoreError("The disk is full. Nothing was changed; make room and try again.") from None
        if "readonly" in said or "unable to open" in said:
            raise StoreError(f"The database cannot be opened for writing: {said}.") from None
        raise StoreError(f"The database cannot be used: {said}.") from None
    except sqlite3.DatabaseError as error:
        raise StoreError(f"The database is damaged: {error}. Take the last backup.") from None
    except DBAPIError as error:
        if "malformed" in str(error.orig) or "not a database" in str(error.orig):
            raise StoreError(f"The database is damaged: {error.orig}. Take the last backup.") from None
        raise


def edition_of(connection: Connection) -> str:
    """Return the edition of the tables, as Alembic noted it."""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
