"""What nothing refers to is taken out after a month; what any plan ever was made of stays."""

from __future__ import annotations

from sqlalchemy import func, select, text

from evenhand.core.progress import Progress
from evenhand.store import open_database, put_blob
from evenhand.store.schema import METADATA
from evenhand.workspace.audit import broken_links
from evenhand.workspace.drafts import history, plan_row
from evenhand.workspace.periods import next_plan
from evenhand.workspace.publications import faults_of
from evenhand.workspace.samples import make_sample
from evenhand.workspace.sweeping import sweep
from evenhand.workspace.tasks import Desk
from planned import planned, published

BLOB = METADATA.tables["blob"]


def test_only_what_is_old_and_free_is_swept(place: str) -> None:
    """Two contents that nothing names go when they are old; every answer and step can be read afterwards."""
    store = open_database(place)
    with store.write() as connection:
        plan = make_sample(connection, "garden")
    published(store, plan)
    with store.write() as connection:
        follow = next_plan(connection, plan_row(connection, plan).series)
        # a table put aside for an import that nobody used, and a view that a better plan replaced
        free = [put_blob(connection, content, "source:x.csv") for content in (b"name\nAda\n", b"name\nBo\n")]
        kept = connection.execute(select(func.count()).select_from(BLOB)).scalar_one() - len(free)
        assert sweep(connection) == 0
        connection.execute(BLOB.update().values(made="2020-01-01T00:00:00.000Z"))
        connection.execute(BLOB.update().where(BLOB.c.sha == free[1]).values(made="2999"))
        assert sweep(connection) == 1
        assert sweep(connection) == 0
        left = set(connection.execute(select(BLOB.c.sha)).scalars())
        assert (free[0] in left, free[1] in left, len(left)) == (False, True, kept + 1)
        states = [step.state for one in (plan, follow) for step in history(connection, one)]
        assert faults_of(connection) == []
        assert broken_links(connection) == []
    planned(store, follow)
    for key in states:
        assert Desk(store).checked(key, Progress())["facts"]
    store.close()


def test_runs_sessions_and_keys_end_too(place: str) -> None:
    """Old runs that are over, sessions that ended and keys of requests go; those that hold stay."""
    store = open_database(place)
    with store.write() as connection:
        for number, (over, status) in enumerate((("2020", "done"), ("2999", "done"), ("", "queued"))):
            row = {"id": str(number), "key": str(number), "kind": "ask", "status": status, "over": over}
            connection.execute(METADATA.tables["run"].insert().values(**row))
        for ends in ("2020", "2999"):
            connection.execute(METADATA.tables["session"].insert().values(hash=ends, ends=ends))
            connection.execute(METADATA.tables["idempotency"].insert().values(key=ends, made=ends))
        sweep(connection)
        for query in ("SELECT id FROM run", "SELECT hash FROM session", "SELECT key FROM idempotency"):
            left = connection.execute(text(f"{query} ORDER BY 1")).scalars().all()
            assert left in (["1", "2"], ["2999"])
    store.close()
