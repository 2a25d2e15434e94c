"""Planning a draft within a test, as a child of a server does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from evenhand.core.progress import Progress
from evenhand.store import Database
from evenhand.store.schema import METADATA
from evenhand.work import finish, submit, take
from evenhand.workspace.drafts import plan_row, step_row
from evenhand.workspace.publications import publish
from evenhand.workspace.tasks import Desk


def planned(store: Database, plan: str) -> str:
    """Plan a draft in this process and return the answer's key."""
    with store.write() as connection:
        key = step_row(connection, plan, plan_row(connection, plan).tip).state
        submit(connection, key, "solve", {}, plan=plan)
    desk = Desk(store)
    while (run := take(store, "test")) is not None:
        keep = desk.perform(run, Progress())
        with store.write() as connection:
            finish(connection, run.id, run.fence, "done", keep(connection))
    return key


def published(store: Database, plan: str, reason: str = "") -> int:
    """Plan and publish a draft, and return its revision."""
    key = planned(store, plan)
    checked = Desk(store).checked(key, Progress())
    with store.write() as connection:
        return publish(connection, plan, key, checked, who="Ann", reason=reason)


def waited(store: Database, enough: Callable[[Any], bool], run: str) -> Any:
    """Wait until a run is as wanted, and return it; a minute at most."""
    table = METADATA.tables["run"]
    for _ in range(1200):
        with store.read() as connection:
            row = connection.execute(select(table).where(table.c.id == run)).one()
        if enough(row):
            return row
        time.sleep(0.05)
    raise AssertionError(f"still {row.status}: {row.news}")
