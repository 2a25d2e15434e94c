"""Old databases: brought up to date with everything in them, a copy beside them, or left as they were.

The files in ``golden/`` were written by evenhand when their edition was the newest: a class and a garden,
published, amended, swapped, with an account and a link. ``zcat`` shows PostgreSQL's as text.
"""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from databases import Postgres
from evenhand.store import METADATA, Database, StoreError, open_database
from evenhand.workspace.audit import broken_links
from evenhand.workspace.drafts import plan_row
from evenhand.workspace.links import links_of
from evenhand.workspace.periods import next_plan
from evenhand.workspace.publications import faults_of
from planned import published

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def old(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A database of edition 0001, filled."""
    if engine == "sqlite":
        path = tmp_path / "old.db"
        path.write_bytes(gzip.decompress((GOLDEN / "edition_0001.db.gz").read_bytes()))
        return str(path)
    server: Postgres = request.getfixturevalue("postgres_server")
    url = server.make(f"old_{request.node.name.partition('[')[0]}"[:60])
    database = url.partition("@/")[2].partition("?")[0]
    dump = gzip.decompress((GOLDEN / "edition_0001.sql.gz").read_bytes())
    server.run("psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, given=dump)
    return url


def content(store: Database) -> dict[str, list[Any]]:
    """Return all rows of all tables."""
    with store.read() as connection:
        return {
            name: sorted(map(repr, connection.execute(table.select()).all()))
            for name, table in METADATA.tables.items()
        }


def shape(store: Database) -> dict[str, Any]:
    """Return the columns, keys and indexes of all tables."""
    with store.read() as connection:
        seen = inspect(connection)
        return {
            table: (
                [(c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(table)],
                sorted(str(index["name"]) for index in seen.get_indexes(table)),
                sorted(str(key["column_names"]) for key in seen.get_unique_constraints(table)),
            )
            for table in sorted(seen.get_table_names())
        }


def test_an_old_database_is_brought_up_to_date(old: str, place: str) -> None:
    """Everything in it is still there and agrees, it looks like one made anew, and its series go on."""
    store, new = open_database(old), open_database(place)
    assert shape(store) == shape(new)
    rows = content(store)
    assert {name: len(rows[name]) for name in ("series", "publication", "fact", "account", "token")} == {
        "series": 2,
        "publication": 4,
        "fact": 160,
        "account": 1,
        "token": 1,
    }
    with store.write() as connection:
        assert faults_of(connection) == []
        assert broken_links(connection) == []
        plans = connection.execute(text("SELECT id, period FROM plan ORDER BY made, id")).all()
        assert [plan.period for plan in plans] == ["Autumn offsite", "27 Jan to 6 Apr", "7 Apr to 15 Jun"]
        series = plan_row(connection, plans[1].id).series
        assert [link.claimant for link in links_of(connection, series)] == ["Hugs"]
    assert published(store, plans[2].id) == 1
    with store.write() as connection:
        follow = next_plan(connection, series)
        assert plan_row(connection, follow).period == "16 Jun to 24 Aug"
        assert faults_of(connection) == []
    again = open_database(old)
    assert set(content(again)["fact"]) >= set(rows["fact"])
    for opened in (again, store, new):
        opened.close()


def test_a_copy_is_kept_before_tables_are_changed(tmp_path: Path) -> None:
    """Beside a file that is upgraded stands one that the older evenhand can still open."""
    path = tmp_path / "old.db"
    before = gzip.decompress((GOLDEN / "edition_0001.db.gz").read_bytes())
    path.write_bytes(before)
    open_database(path).close()
    copy = sqlite3.connect(tmp_path / "old.db.before-0002")
    assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
    assert copy.execute("SELECT count(*) FROM fact").fetchone() == (160,)
    copy.close()


def test_an_upgrade_that_fails_leaves_the_tables_as_they_were(
    old: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A migration that finds the disk full in the middle changes nothing; the next try goes through."""
    with monkeypatch.context() as broken:
        broken.setattr("alembic.op.create_index", _breaks())
        with pytest.raises(StoreError, match="disk is full"):
            open_database(old)
    store = open_database(old)
    with store.read() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "0002"
        assert faults_of(connection) == []
    store.close()


def _breaks() -> Callable[..., None]:
    """Return an index-maker that makes the first index and finds the disk full at the second."""
    from alembic import op

    make = op.create_index
    made: list[str] = []

    def broken(name: str, table: str, columns: list[str]) -> None:
        if made:
            raise sqlite3.OperationalError("database or disk is full")
        made.append(name)
        make(name, table, columns)

    return broken


def test_a_newer_database_is_left_alone(place: str) -> None:
    """Tables of an edition that this version does not know are refused in a sentence, on both databases."""
    store = open_database(place)
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    rows = content(store)
    with pytest.raises(StoreError, match=r"newer evenhand .* Install the newer version. Nothing was changed"):
        open_database(place)
    assert content(store) == rows
    store.close()


def test_two_who_open_a_new_database_at_once_make_it_once(fresh: Callable[[], str]) -> None:
    """Several programs that find an empty place at the same moment all end with the same whole tables."""
    from concurrent.futures import ThreadPoolExecutor

    place = fresh()
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(open_database, [place] * 6))
    assert len({str(shape(store)) for store in stores}) == 1
    for store in stores:
        store.close()
