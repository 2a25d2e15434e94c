"""Planning a draft within a test, as a child of a server does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from evenhand.core.progress import Progress
from evenhand.core.recipe import Recipe
from evenhand.store import Database, put_blob
from evenhand.store.schema import METADATA
from evenhand.work import finish, submit, take
from evenhand.workspace.drafts import create_plan, create_series, plan_row, step_row
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


def crowd(store: Database) -> tuple[str, str]:
    """Make a draft whose search takes a minute; return the plan and its key."""
    heads = "name," + ",".join(f"c{at}" for at in range(12))
    rows = [
        f"P{who:04d}," + ",".join(str((who * (at + 3) * 7919 + who // (at + 1)) % 5) for at in range(12))
        for who in range(3000)
    ]
    with store.write() as connection:
        people = put_blob(connection, "\n".join([heads, *rows]).encode(), "source:people.csv")
        settings = {"teams": 400, "balance": [f"c{at}" for at in range(12)], "effort": "thorough"}
        recipe = Recipe("teams", "roster", {"people": people}, settings=settings)
        plan = create_plan(
            connection, create_series(connection, "Crowd", "teams", "roster", "person"), "", recipe
        )
        return plan, step_row(connection, plan, plan_row(connection, plan).tip).state
