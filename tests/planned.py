"""Planning a draft within a test, as a child of a server does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import select

from evenhand.core.progress import Progress
from evenhand.core.recipe import Recipe
from evenhand.store import Database, open_database, put_blob
from evenhand.store.schema import METADATA
from evenhand.web.hall import Hall
from evenhand.web.security import COOKIE
from evenhand.web.serving import hall_of
from evenhand.work import finish, perform, submit, take
from evenhand.workspace.drafts import add_step, create_plan, create_series, plan_row, step_row
from evenhand.workspace.publications import publish
from evenhand.workspace.samples import make_sample
from evenhand.workspace.tasks import Desk


def routes_of(routes: Any) -> Iterator[APIRoute]:
    """Yield the routes of an application, those of its rooms too."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        inner = getattr(route, "original_router", None) or getattr(route, "router", None)
        if inner is not None:
            yield from routes_of(inner.routes)


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
        plan = create_plan(connection, create_series(connection, "Crowd", recipe), "", recipe)
        return plan, step_row(connection, plan, plan_row(connection, plan).tip).state


def small_week(store: Database) -> str:
    """Make and plan a draft of 12 vans for 16 clubs: its prices of fairness take half a second, not four.

    Three clubs score 40 above the others, so that each price gives another plan.
    """
    rows = [
        f"Van {van:02},Club {club:02},{100 + (37 * van**2 + 71 * club**2 + 13 * van * club) % 97 + top}"
        for van in range(12)
        for club in range(16)
        if (top := 40 * (club < 3)) or (van + club) % 3
    ]
    with store.write() as connection:
        table = "\n".join(["item,recipient,score", *rows]).encode()
        sources = {"candidates": put_blob(connection, table, "source:candidates.csv")}
        recipe = Recipe("allocation", "candidates", sources, settings={"mode": "b", "lam": 20, "step": 40})
        series = create_series(connection, "Vans", recipe)
        plan = create_plan(connection, series, "First", recipe)
    planned(store, plan)
    return plan


HOST = "127.0.0.1:8321"
ORIGIN = {"Origin": f"http://{HOST}"}


class Desktop:
    """An application with a sample whose runs are taken by hand, so that a test says when each ends."""

    def __init__(self, place: str, sample: str = "garden") -> None:
        """Make the sample and plan it; in a garden one turn is forbidden by a step not planned yet."""
        self.store: Database = open_database(place)
        self.hall: Hall
        self.hall, app = hall_of(self.store, "127.0.0.1", 8321)
        # no children: what is queued waits until the test does it
        self.hall.pool = None
        self.client = TestClient(app, base_url=f"http://{HOST}")
        self.client.cookies.set(COOKIE, self.hall.keeper.open_session(name="Ann"))
        with self.store.write() as connection:
            self.plan = make_sample(connection, sample, who="Ann")
        planned(self.store, self.plan)
        self.key = ""
        if sample == "garden":
            with self.store.write() as connection:
                body = {"names": ["2026-02-17", "Jay"]}
                self.key = add_step(connection, self.plan, 1, "forbid", body, "Ann").state

    def queued(self) -> Any:
        """Queue the draft and take the run in hand."""
        with self.store.write() as connection:
            submit(connection, self.key, "solve", {}, plan=self.plan)
        return take(self.store, "test")

    def do(self, run: Any) -> None:
        """Do a run, as a child does."""
        assert perform(self.store, Desk(self.store), run, child=False) is None

    def work(self) -> None:
        """Do all that waits."""
        while (run := take(self.store, "test")) is not None:
            self.do(run)

    def check(self) -> None:
        """Have the draft planned, then checked, as its publish page asks for both in turn."""
        for _ in range(2):
            self.page("/publish")
            self.work()

    def send(self, where: str, **form: Any) -> str:
        """Send a form of the plan, and return the page it comes to."""
        return str(self.client.post(f"/plans/{self.plan}{where}", data=form, headers=ORIGIN).text)

    def page(self, more: str = "", language: str = "en") -> str:
        """Return the board, or a page below it."""
        return self.get(f"/plans/{self.plan}{more}", language)

    def get(self, where: str, language: str = "en") -> str:
        """Return any page, in a language."""
        return str(self.client.get(where, headers={"Accept-Language": language}).text)

    def post(self, where: str, **form: Any) -> str:
        """Send any form, and return the page it comes to."""
        return str(self.client.post(where, data=form, headers=ORIGIN).text)
