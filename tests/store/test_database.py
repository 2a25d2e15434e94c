"""The database: what it refuses, what it keeps whatever happens, and what it says when it cannot be used."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from databases import Postgres
from evenhand.store import StoreError, get_blob, get_json, new_id, open_database, put_blob, put_json
from evenhand.store import database as database_module
from evenhand.store.migrations.versions.edition_0001 import APPEND_ONLY
from evenhand.store.schema import METADATA
from evenhand.workspace.audit import broken_links, note
from evenhand.workspace.drafts import plan_row
from evenhand.workspace.publications import balances
from evenhand.workspace.samples import make_sample


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_facts_are_never_changed_and_never_deleted(place: str, table: str) -> None:
    """The database itself refuses to change or delete a row of steps, facts, entries and the log."""
    store = open_database(place)
    with store.write() as connection:
        plan = make_sample(connection, "teams")
        series = connection.execute(text("SELECT series FROM plan")).scalar_one()
        connection.execute(
            METADATA.tables["publication"]
            .insert()
            .values(
                id="p", plan=plan, series=series, rev=1, answer="a", at="", who="", reason="", kind="publish"
            )
        )
        connection.execute(
            METADATA.tables["fact"].insert().values(publication="p", line=0, claimant="Ada", units=1)
        )
        connection.execute(
            METADATA.tables["entry"].insert().values(ledger="l", seq=1, kind="statement", claimant="Ada")
        )
    found = METADATA.tables[table]
    column = next(column for column in found.columns if column.name in ("who", "claimant"))
    for change in (update(found).values({column: "Eve"}), delete(found)):
        with pytest.raises(DBAPIError, match="never changed"), store.write() as connection:
            connection.execute(change)
    with store.read() as connection:
        assert "Eve" not in connection.execute(select(column)).scalars().all()
    store.close()


def test_bytes_come_back_as_they_were_or_not_at_all(place: str) -> None:
    """Content changed in the database by hand is refused with a sentence; the same content is kept once."""
    store = open_database(place)
    with store.write() as connection:
        sha = put_blob(connection, b"item,score\n", "source:a.csv")
        assert put_blob(connection, b"item,score\n", "source:b.csv") == sha
        assert get_blob(connection, sha) == b"item,score\n"
        assert get_json(connection, put_json(connection, {"ä": [1, 2]}, "view")) == {"ä": [1, 2]}
        connection.execute(
            update(METADATA.tables["blob"]).where(METADATA.tables["blob"].c.sha == sha).values(body=b"x")
        )
    with store.read() as connection, pytest.raises(StoreError, match="changed by hand"):
        get_blob(connection, sha)
    store.close()


def test_what_cannot_be_a_database_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder, another program's file, a newer edition and a network drive are refused in a sentence."""
    with pytest.raises(StoreError, match="is a folder"):
        open_database(tmp_path)
    (tmp_path / "text.db").write_text("not a database at all, but text", encoding="utf-8")
    with pytest.raises(StoreError, match="not a database"):
        open_database(tmp_path / "text.db")
    with pytest.raises(StoreError, match="not there"):
        open_database(tmp_path / "none.db", make=False)
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    with pytest.raises(StoreError, match="another program"):
        open_database(tmp_path / "other.db")
    store = open_database(tmp_path / "newer.db")
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    before = (tmp_path / "newer.db").read_bytes()
    with pytest.raises(StoreError, match="newer evenhand"):
        open_database(tmp_path / "newer.db")
    assert (tmp_path / "newer.db").read_bytes() == before
    monkeypatch.setattr(database_module, "_file_system", lambda _folder: "nfs4")
    with pytest.raises(StoreError, match="network drive"):
        open_database(tmp_path / "far.db")


def test_a_writer_that_holds_the_database_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another program writes, reading goes on, and writing ends in a sentence with old data intact."""
    monkeypatch.setattr(database_module, "BUSY_MS", 50)
    store = open_database(tmp_path / "a.db")
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with store.read() as connection:
        assert connection.execute(select(METADATA.tables["series"])).all() == []
    with pytest.raises(StoreError, match="Another program"), store.write() as connection:
        note(connection, "Ann", "tried", "")
    other.rollback()
    other.close()
    with store.write() as connection:
        note(connection, "Ann", "wrote", "")
    store.close()


def test_a_backup_is_one_moment_and_can_be_opened(tmp_path: Path) -> None:
    """A copy made while somebody writes opens as a database, and nothing is written over."""
    store = open_database(tmp_path / "a.db")
    with store.write() as connection:
        make_sample(connection, "garden", who="Ann")
    store.backup(tmp_path / "copy.db")
    with pytest.raises(StoreError, match="nothing is written over"):
        store.backup(tmp_path / "copy.db")
    copy = open_database(tmp_path / "copy.db", make=False)
    with copy.read() as connection:
        assert connection.execute(select(METADATA.tables["series"].c.name)).scalars().all() == [
            "Garden watering"
        ]
    copy.close()
    store.close()


def test_the_log_tells_a_missing_or_changed_line(tmp_path: Path) -> None:
    """Whoever takes a line out of the log, or changes one behind the triggers' back, breaks the chain."""
    store = open_database(tmp_path / "a.db")
    with store.write() as connection:
        for what in ("one", "two", "three"):
            note(connection, "Ann", what, "x")
        assert broken_links(connection) == []
    store.close()
    raw = sqlite3.connect(tmp_path / "a.db")
    raw.execute("DROP TRIGGER audit_no_update")
    raw.execute("UPDATE audit SET who = 'Eve' WHERE seq = 2")
    raw.commit()
    raw.close()
    store = open_database(tmp_path / "a.db")
    with store.read() as connection:
        assert broken_links(connection) == ["Line 2 of the log was changed."]
    store.close()


def test_the_migrations_make_what_the_code_expects(place: str) -> None:
    """A database made by the migrations has every table and column that the code knows, and no more."""
    from sqlalchemy import inspect

    store = open_database(place)
    with store.read() as connection:
        seen = inspect(connection)
        made = {name: {c["name"] for c in seen.get_columns(name)} for name in seen.get_table_names()}
    made.pop("alembic_version")
    assert made == {name: set(table.columns.keys()) for name, table in METADATA.tables.items()}
    store.close()


def test_ids_sort_by_time() -> None:
    """Ids made later never sort before those of an earlier millisecond, and none comes twice."""
    ids = [new_id() for _ in range(2000)]
    assert len(set(ids)) == len(ids)
    assert [one[:10] for one in ids] == sorted(one[:10] for one in ids)


def test_names_sort_alike_on_every_server(place: str) -> None:
    """Names come in the same order from both databases, whatever language a server sorts in.

    Tables made of what was read are parts of recipes, and the same recipe must be the same bytes.
    """
    store = open_database(place)
    names = ["Émile", "ada", "Bo", "Zoë", "bo", "Ada", "a b", "ab", "A-B"]
    with store.write() as connection:
        table = METADATA.tables["balance"]
        for name in names:
            connection.execute(table.insert().values(ledger="l", claimant=name))
        assert list(balances(connection, "l")) == sorted(names)
    store.close()


def test_what_cannot_be_a_server_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """URLs that are none, other databases, servers that are away, and a driver that is not installed."""
    cases = {
        "mysql://ann@localhost/plans": "mysql is not a database for evenhand",
        "nonsense://x": "nonsense is not a database for evenhand",
        "postgresql://ann:secret@localhost:port/plans": "no URL of a database",
        "postgresql://ann:secret@127.0.0.1:1/plans": "does not answer",
        "postgresql://ann@/plans?host=/nowhere": "does not answer",
    }
    for url, said in cases.items():
        with pytest.raises(StoreError, match=said) as caught:
            open_database(url)
        assert "secret" not in str(caught.value)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"pip install 'evenhand\[web,postgres\]'"):
        open_database("postgresql://ann@localhost/plans")


def test_passwords_of_servers_are_not_shown(postgres_server: Postgres) -> None:
    """What people read as the place of a database holds no password."""
    url = postgres_server.make("shown").replace("postgres@", "postgres:secret@")
    store = open_database(url)
    assert store.place.startswith("postgresql://postgres:***@")
    assert "secret" not in store.place
    store.close()


def test_a_writer_that_stands_still_is_waited_for_and_then_said(
    postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL too a write waits for another, reading goes on, and too long a wait is said."""
    monkeypatch.setattr(database_module, "BUSY_MS", 100)
    url = postgres_server.make("still")
    store, other = open_database(url), open_database(url)
    with other.write() as holding:
        note(holding, "Ben", "writes", "")
        with store.read() as connection:
            assert connection.execute(select(METADATA.tables["audit"])).all() == []
        with pytest.raises(StoreError, match="Another program"), store.write() as connection:
            note(connection, "Ann", "tried", "")
    with store.write() as connection:
        note(connection, "Ann", "wrote", "")
        assert broken_links(connection) == []
    for opened in (store, other):
        opened.close()


def test_facts_survive_a_truncate(postgres_server: Postgres) -> None:
    """PostgreSQL can empty a table without touching a row of it; that is refused as well."""
    store = open_database(postgres_server.make("truncated"))
    for table in APPEND_ONLY:
        with pytest.raises(DBAPIError, match="never changed"), store.write() as connection:
            connection.execute(text(f"TRUNCATE {table} CASCADE"))
    store.close()


def test_reading_sees_one_moment(place: str) -> None:
    """What is read in one block agrees, whatever is written meanwhile."""
    store = open_database(place)
    audit = METADATA.tables["audit"]
    with store.read() as connection:
        before = connection.execute(select(audit.c.seq)).all()
        with store.write() as writing:
            note(writing, "Ann", "writes", "")
        assert connection.execute(select(audit.c.seq)).all() == before
    with store.read() as connection:
        assert len(connection.execute(select(audit.c.seq)).all()) == len(before) + 1
    store.close()


def test_a_text_that_no_database_keeps_is_said(place: str) -> None:
    """A NUL character comes back as it was, or is refused in a sentence; never as a fault of the server."""
    store = open_database(place)
    try:
        with store.write() as connection:
            note(connection, "Ann\x00", "wrote", "")
    except StoreError as error:
        assert "NUL" in str(error)  # noqa: PT017 - only one of the two databases refuses it
    with store.read() as connection:
        assert broken_links(connection) == []
    store.close()


def test_a_full_disk_is_said_and_old_data_is_intact(tmp_path: Path) -> None:
    """Where there is no room for more, what was kept stays as it was, can be read, and grows again later."""
    store = open_database(tmp_path / "a.db")
    with store.write() as connection:
        plan = make_sample(connection, "garden")
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 1}")
    with pytest.raises(StoreError, match="disk is full"), store.write() as connection:
        put_blob(connection, os.urandom(500_000), "view")
    with store.read() as connection:
        assert plan_row(connection, plan).id == plan
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.execute(select(METADATA.tables["blob"]).where(text("kind = 'view'"))).all() == []
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    with store.write() as connection:
        put_blob(connection, os.urandom(50_000), "view")
    store.close()


LIMITED = """
import resource, signal, sys
from evenhand.store import StoreError, open_database, put_blob
from evenhand.workspace.audit import note
store = open_database(sys.argv[1])
with store.write() as connection:
    note(connection, "Ann", "wrote", "")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, resource.RLIM_INFINITY))
for number in range(400):
    try:
        with store.write() as connection:
            put_blob(connection, bytes(range(256)) * 100 + __import__("os").urandom(9000), "view")
            note(connection, "Ann", "wrote", str(number))
    except StoreError as error:
        print(error)
        break
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
with store.write() as connection:
    note(connection, "Ann", "wrote again", "")
store.close()
"""


def test_a_disk_that_refuses_is_said_and_old_data_is_intact(tmp_path: Path) -> None:
    """A system that lets the file grow no more ends a write in a sentence; the next one works, all agrees."""
    run = [sys.executable, "-c", LIMITED, str(tmp_path / "a.db")]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert "Nothing was changed" in done.stdout
    assert done.stderr == ""
    store = open_database(tmp_path / "a.db")
    with store.read() as connection:
        assert broken_links(connection) == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        lines = connection.execute(text("SELECT what FROM audit ORDER BY seq")).scalars().all()
    assert lines[-1] == "wrote again"
    assert len(lines) > 10
    store.close()


@pytest.mark.parametrize(
    ("kind", "place", "refused"),
    [
        ("nfs4", "{folder}/far", True),
        ("cifs", "{folder}", True),
        ("fuse.sshfs", "{folder}/far\\040side", True),
        ("ext4", "{folder}/far", False),
        ("nfs4", "{folder}/fa", False),
    ],
)
def test_network_drives_are_told_by_the_nearest_mount(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, place: str, *, refused: bool
) -> None:
    """The mount nearest to the file says whether it is on a network drive; names with spaces too."""
    mount = place.format(folder=tmp_path)
    (tmp_path / "mounts").write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {mount} {kind} rw 0 0\n", "utf-8")
    monkeypatch.setattr(database_module, "MOUNTS", tmp_path / "mounts")
    target = tmp_path / ("far side" if "040" in place else "far") / "a.db"
    if refused:
        with pytest.raises(StoreError, match=f"network drive .{kind}."):
            open_database(target)
        assert not target.exists()
        return
    open_database(target).close()
    assert target.exists()


def test_a_disk_that_may_only_be_read_is_said(tmp_path: Path) -> None:
    """A database that may not be written to is refused in a sentence, and is as it was."""
    for name in ("a.db", "b.db"):
        open_database(tmp_path / name).close()
    # root may write anywhere, so that it becomes nobody, with all imported by then
    code = (
        "import os, sys\n"
        "from evenhand.store import StoreError, open_database\n"
        "from evenhand.workspace.audit import note\n"
        "open_database(sys.argv[2]).close()\n"
        "if os.getuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "try:\n"
        "    store = open_database(sys.argv[1])\n"
        "    with store.write() as connection: note(connection, 'Eve', 'wrote', '')\n"
        "except StoreError as error: print(error)\n"
    )
    folder = tmp_path
    while folder != folder.parent and str(folder).startswith(str(tmp_path.parents[2])):
        folder.chmod(0o555 if folder == tmp_path else 0o755)
        folder = folder.parent
    (tmp_path / "a.db").chmod(0o444)
    before = (tmp_path / "a.db").read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.db"), str(tmp_path / "b.db")],
        capture_output=True,
        text=True,
        check=False,
    )
    tmp_path.chmod(0o755)
    assert "cannot be opened for writing" in done.stdout, done.stderr
    assert (tmp_path / "a.db").read_bytes() == before


def test_a_database_that_is_gone_is_not_written_into(tmp_path: Path) -> None:
    """A file that was moved or replaced while it was open takes nothing that nobody could find again."""
    database = open_database(tmp_path / "a.db")
    with database.write() as connection:
        put_blob(connection, b"before", "note")
    (tmp_path / "a.db").rename(tmp_path / "b.db")
    for _ in ("gone", "another"):
        with pytest.raises(StoreError, match="moved or deleted"), database.write():
            raise AssertionError("nothing is written")
        (tmp_path / "a.db").write_bytes(b"")
    (tmp_path / "b.db").replace(tmp_path / "a.db")
    with database.write() as connection:
        assert put_blob(connection, b"before", "note")
    database.close()
