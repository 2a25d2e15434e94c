"""Opening a database, a SQLite file or a PostgreSQL URL: checked, brought up to date.

Reading never locks. In SQLite reads begin DEFERRED and writes BEGIN IMMEDIATE: a first version that locked on
reads took ten seconds a page with two workers and died of "database is locked". In PostgreSQL a write first
takes one lock for the whole database, so that both engines write one transaction after another and everything
above is written for that alone; a transaction takes milliseconds, and a group of coordinators makes a few a
second.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from typing import Any, Final
from weakref import finalize

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, NoSuchModuleError, OperationalError

from evenhand.core.errors import EvenhandError

BUSY_MS: Final = 20_000
"""How long a write waits for another. Writes take milliseconds; at half of this a slow disk under a
backup would show "locked" to people, at twice it they would rather have had the sentence."""

WRITER: Final = 0x6576656E
"""The lock that a write to PostgreSQL takes first ("even" in ASCII); any fixed number does, as it is the
database's own and no other program has business in it."""

IDLE_MS: Final = 60_000
"""How long PostgreSQL lets a transaction stand still before it ends it. A coordinator's machine that goes to
sleep in the middle of a write would else hold the lock of all others until the network gives up."""

CONNECTIONS: Final = 50
"""Connections of a process at most. A server answers forty requests at once, each with one or two; at half of
this the last would wait for the first, at twice it two servers fill PostgreSQL's usual hundred."""

KEPT: Final = 5
"""Connections that stay open while nobody asks: SQLAlchemy's own pool size."""

MOUNTS: Final = Path("/proc/self/mounts")
"""Where Linux says which file system a folder is on. Other systems say it elsewhere and are not asked."""

NETWORK: Final = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "sshfs", "9p", "afs", "ceph", "lustre", "davfs"),
        *(f"fuse.{name}" for name in ("sshfs", "davfs2", "glusterfs", "rclone", "s3fs")),
    }
)
"""File systems over a network: SQLite's locks do not hold there, and two writers lose data."""


class StoreError(EvenhandError):
    """The database cannot be used: locked, full, newer, broken, or on a network drive. Old data is intact."""


class Turns:
    """Lets writers of one process in, one at a time, first come first served.

    SQLite's own waiting asks again after ever longer naps: of fifty who write at once some would be passed
    over until they give up. Between processes it still waits so, but there are few of these.
    """

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._lock = Lock()
        self._queue: deque[Event] = deque()

    @contextmanager
    def take(self, seconds: float) -> Iterator[None]:
        """Wait for the turn, and hand it on when the block ends.

        Raises:
            StoreError: it did not come in time.
        """
        turn = Event()
        with self._lock:
            self._queue.append(turn)
            if self._queue[0] is turn:
                turn.set()
        came = turn.wait(seconds)
        try:
            if not came:
                raise StoreError(
                    "Other programs kept writing to the database. Try again; nothing was changed."
                )
            yield
        finally:
            with self._lock:
                self._queue.remove(turn)
                # also where the wait was given up: the turn may have come just then
                if self._queue:
                    self._queue[0].set()


@dataclass(frozen=True)
class Database:
    """An open database.

    Attributes:
        engine: SQLAlchemy's.
        url: where it is, with the password if there is one; ``place`` is for people.
        turns: writers of this process; in PostgreSQL the server lets them in by turns.
        file: which file it is, to tell when another or none bears its name; None for a server.
    """

    engine: Engine
    url: str
    turns: Turns = field(default_factory=Turns, repr=False)
    file: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        # A command that ends in an error closes nothing itself, and Python 3.13 warns of files left open.
        finalize(self, self.engine.dispose)

    @property
    def place(self) -> str:
        """Where it is, as a person may read it: no password."""
        shown = self.engine.url.render_as_string(hide_password=True)
        return self.engine.url.database or "" if self.lite else shown.replace("+psycopg", "")

    @property
    def lite(self) -> bool:
        """Whether it is SQLite."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that only reads; it sees one moment of the database and locks nothing."""
        reading = self.engine
        if not self.lite:
            # PostgreSQL's own default shows each statement a newer moment, so that a page's sums could differ
            reading = reading.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with _said(), reading.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection in a write transaction: committed when the block ends, else nothing happened."""
        if self.lite and self.file is not None and _file_id(self.place) != self.file:
            # the system goes on writing into a file that nobody can find any more
            raise StoreError(
                f"{self.place} was moved or deleted while evenhand was running. "
                "Stop it, put the file back and start again. Nothing was changed."
            )
        writing = self.engine.execution_options(evenhand_write=True)
        turn = self.turns.take(BUSY_MS / 1000) if self.lite else nullcontext()
        with turn, _said(), writing.begin() as connection:
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
    elif url.startswith(("postgresql://", "postgres://")):
        url = f"postgresql+psycopg://{url.partition('://')[2]}"
    engine = _engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune)
        event.listen(engine, "begin", _begin)
    else:
        event.listen(engine, "begin", _take_turn)
    database = Database(engine, url)
    try:
        with _said():
            _migrate(database)
    except BaseException:
        # a server keeps a connection that nobody closes, and people try a wrong password again and again
        engine.dispose()
        raise
    if database.lite:
        # known from here on alone: a new file is there when its tables are
        object.__setattr__(database, "file", _file_id(database.place))
    return database


def _file_id(place: str) -> tuple[int, int] | None:
    """Return what tells a file from every other, whatever it is called; None where there is none."""
    try:
        facts = Path(place).stat()
    except OSError:
        return None
    return facts.st_dev, facts.st_ino


def _engine(url: str) -> Engine:
    if url.startswith("sqlite"):
        return create_engine(
            url,
            max_overflow=CONNECTIONS - KEPT,
            # errors are logged with the statement alone: what it was given holds names and hashes of secrets
            hide_parameters=True,
            connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False},
        )
    try:
        name = make_url(url).get_backend_name()
        if name != "postgresql":
            raise StoreError(f"{name} is not a database for evenhand. Give a file, or a postgresql:// URL.")
        settings = f"-c lock_timeout={BUSY_MS} -c idle_in_transaction_session_timeout={IDLE_MS}"
        return create_engine(
            url,
            max_overflow=CONNECTIONS - KEPT,
            hide_parameters=True,
            # a server may have dropped an idle connection, a file cannot: only PostgreSQL is asked first
            pool_pre_ping=True,
            # seconds until a machine that does not answer is given up; pages wait for it
            connect_args={"options": settings, "connect_timeout": 10},
        )
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise StoreError(
            "This is no URL of a database. Write it as postgresql://name:password@host/database."
        ) from None
    except ImportError:
        raise StoreError(
            "PostgreSQL needs the postgres extra: pip install 'evenhand[web,postgres]'. Nothing was changed."
        ) from None


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
                raise StoreError(f"{path} is not a database. Give an evenhand database, or a new name.")


def _file_system(folder: Path) -> str:
    """Return the type of the file system a folder is on; "" where the system does not say."""
    if not MOUNTS.exists():
        return ""
    best = ("", "")
    for line in MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines():
        _, place, kind, *_ = line.split(" ")
        # spaces and other signs stand as their octal number, as in \\040
        place = place.encode().decode("unicode_escape").encode("latin-1").decode("utf-8", "replace")
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


def _take_turn(connection: Connection) -> None:
    if connection.get_execution_options().get("evenhand_write"):
        # of the transaction, not of the session: it goes with the commit, and with a client that was killed
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER})")


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
        raise StoreError(f"{database.place} holds tables of another program. Give a database of its own.")
    known = {revision.revision for revision in script.walk_revisions()}
    if there is not None and there not in known:
        raise StoreError(
            f"This database was written by a newer evenhand (tables {there}, this version knows {newest}). "
            "Install the newer version. Nothing was changed."
        )
    # before the first change, so that an older evenhand can go on with the copy. PostgreSQL's copies are its
    # owner's business, and it changes tables in one transaction: what fails leaves them as they were
    if there is not None and database.lite:
        copy = Path(f"{database.place}.before-{newest}")
        # a copy that is there is of an upgrade that failed, and of the same tables
        if not copy.exists():
            database.backup(copy)
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
        # both engines give one class for all of these: their words tell which
        sentence = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise StoreError(_sentence(sentence)) from None
    except sqlite3.DatabaseError as error:
        raise StoreError(f"The database is damaged: {error}. Take the last backup.") from None
    except DataError:
        # what SQLite keeps and PostgreSQL does not; the tables' readers refuse it, other clients may send it
        raise StoreError(
            "The database cannot keep a text with a NUL character. Nothing was changed."
        ) from None
    except DBAPIError as error:
        if "malformed" in str(error.orig) or "not a database" in str(error.orig):
            raise StoreError(f"The database is damaged: {error.orig}. Take the last backup.") from None
        raise


def _sentence(sentence: str) -> str:
    """Return what a person can do about an error of a database."""
    if "locked" in sentence or "busy" in sentence or "lock timeout" in sentence:
        return "Another program holds the database. Close it, or try again; nothing was changed."
    if "full" in sentence or "No space" in sentence:
        return "The disk is full. Nothing was changed; make room and try again."
    if "disk I/O" in sentence:
        return (
            "The disk refuses to be written, as it is full or failing. Nothing was changed; make room first."
        )
    if "readonly" in sentence or "unable to open" in sentence:
        return f"The database cannot be opened for writing: {sentence}."
    if "connection" in sentence or "terminat" in sentence:
        return f"The database server does not answer: {sentence}. Nothing was changed; try again."
    return f"The database cannot be used: {sentence}."
