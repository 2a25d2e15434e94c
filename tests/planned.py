"""Planning a draft within a test, as a child of a server does."""

from __future__ import annotations

from evenhand.core.progress import Progress
from evenhand.store import Database
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
