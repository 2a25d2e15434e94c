"""A draft while it is planned: whatever ends when, a page is either new or says what it waits for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, select

from evenhand.store import Database, open_database
from evenhand.store.schema import METADATA
from evenhand.web.hall import Hall
from evenhand.web.security import COOKIE
from evenhand.web.serving import hall_of
from evenhand.work import ask_to_stop, perform, submit, take
from evenhand.workspace.drafts import add_step, create_plan, plan_row, recipe_at
from evenhand.workspace.samples import make_sample
from evenhand.workspace.tasks import Desk
from planned import planned

HOST = "127.0.0.1:8321"


class Desktop:
    """An application with a garden whose next run is taken by hand, so that a test says when it ends."""

    def __init__(self, place: str) -> None:
        """Make the garden, plan it, and pin a turn of it."""
        self.store: Database = open_database(place)
        self.hall: Hall
        self.hall, app = hall_of(self.store, "127.0.0.1", 8321)
        # no children: what is queued waits until the test does it
        self.hall.pool = None
        self.client = TestClient(app, base_url=f"http://{HOST}")
        self.client.cookies.set(COOKIE, self.hall.keeper.open_session(name="Ann"))
        with self.store.write() as connection:
            self.plan = make_sample(connection, "garden", who="Ann")
        planned(self.store, self.plan)
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

    def page(self, more: str = "") -> str:
        """Return the board, or a page below it."""
        return str(self.client.get(f"/plans/{self.plan}{more}").text)


@pytest.fixture
def desk(place: str) -> Iterator[Desktop]:
    """One garden a test."""
    made = Desktop(place)
    yield made
    made.store.close()


def test_a_plan_that_ends_while_its_page_is_read_is_not_missed(desk: Desktop) -> None:
    """The board shows the new plan or the line that fetches it, also where the run ends between two looks."""
    run = desk.queued()
    ends: list[str] = []

    def end(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        del connection, cursor
        if "FROM answer" in statement and desk.key in str(rest[0]) and not ends:
            ends.append(statement)
            desk.do(run)

    event.listen(desk.store.engine, "after_cursor_execute", end)
    text = desk.page()
    assert ends
    assert "sse-connect" in text or "Changed:" in text


def test_publishing_waits_for_the_plan_and_for_its_check(desk: Desktop) -> None:
    """While the draft is planned or checked the page says so and fetches itself; then it asks to publish."""
    run = desk.queued()
    for more in ("/publish", ""):
        text = desk.page(more)
        assert "sse-connect" in text
        assert "http-equiv" in text
    assert "This draft is still being planned." in desk.page("/publish")
    # a form of another tab, sent before the plan is there, comes to the same page
    sent = desk.client.post(
        f"/plans/{desk.plan}/publications", data={"key": desk.key}, headers={"Origin": f"http://{HOST}"}
    )
    assert "This draft is still being planned." in sent.text
    desk.do(run)
    waits = desk.page("/publish")
    assert "The plan is being checked once more." in waits
    assert "load delay:600ms" in waits
    desk.do(take(desk.store, "test"))
    assert "Publish rev 1" in desk.page("/publish")


def test_a_draft_that_nobody_plans_says_so(desk: Desktop) -> None:
    """A run that was stopped before it began, or never asked for, leaves a sentence and a button."""
    assert "This step is not planned yet." in desk.page()
    with desk.store.write() as connection:
        ask_to_stop(connection, submit(connection, desk.key, "solve", {}, plan=desk.plan))
    assert "This step is not planned yet." in desk.page()
    assert "This draft is not planned yet." in desk.page("/publish")
    assert "Plan it" in desk.page("/publish")


def test_a_step_lets_go_of_the_search_before_it(desk: Desktop) -> None:
    """The search of a step that is left makes room for the next; what another plan waits for goes on."""
    left = desk.queued()
    with desk.store.write() as connection:
        series = plan_row(connection, desk.plan).series
        shared = create_plan(connection, series, "The same", recipe_at(connection, desk.key))
        going = submit(connection, "another recipe", "solve", {}, plan=shared)
        newest = add_step(connection, desk.plan, 2, "forbid", {"names": ["2026-02-24", "Jay"]}, "Ann").state
    run = METADATA.tables["run"]

    def stops() -> dict[str, tuple[int, str]]:
        with desk.store.read() as connection:
            return {row.id: (row.stop, row.status) for row in connection.execute(select(run))}

    desk.hall.solve(newest, desk.plan, patience=0.0)
    # the same recipe is the tip of a second plan, whose page waits for it
    assert stops()[left.id] == (0, "running")
    with desk.store.write() as connection:
        add_step(connection, shared, 1, "forbid", {"names": ["2026-03-03", "Jay"]}, "Ben")
    desk.hall.solve(newest, desk.plan, patience=0.0)
    assert stops()[left.id] == (1, "running")
    assert stops()[going] == (0, "queued")
