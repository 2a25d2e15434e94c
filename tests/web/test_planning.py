"""A draft while it is planned: whatever ends when, a page is either new or says what it waits for."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
from sqlalchemy import event, select

from evenhand.store.schema import METADATA
from evenhand.work import ask_to_stop, submit, take
from evenhand.workspace import links
from evenhand.workspace.drafts import add_step, create_plan, history, last_seq, plan_row, recipe_at, step_row
from evenhand.workspace.publications import current_facts, last_publication
from evenhand.workspace.swaps import open_swaps
from planned import ORIGIN, Desktop, planned


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
    assert "This draft is still being planned." in desk.send("/publications", key=desk.key)
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


def test_a_second_click_publishes_nothing_twice(desk: Desktop) -> None:
    """The same form sent again shows what is published; a draft that nobody saw is refused."""
    desk.do(desk.queued())
    desk.check()
    sent = {"key": desk.key, "reason": "the first"}
    for _ in range(3):
        assert "Published, rev 1" in desk.send("/publications", **sent)
    with desk.store.write() as connection:
        add_step(connection, desk.plan, 9, "forbid", {"names": ["2026-03-03", "Hugs"]}, "Ben")
    assert "Published, rev 1" in desk.send("/publications", **sent)
    assert "was changed meanwhile" in desk.send("/publications", key="0" * 64)
    with desk.store.read() as connection:
        assert len(connection.execute(select(METADATA.tables["publication"])).all()) == 1


NONSENSE: Final[tuple[dict[str, Any], ...]] = (
    {"kind": "people", "version": "1"},
    {"kind": "sources", "version": "1", "names": ["people", "x"]},
    {"kind": "", "version": "1"},
    {"kind": "pin", "version": "abc", "names": ["a", "b"]},
    {"kind": "swap", "version": "9", "names": ["a"]},
    {"kind": "goto", "version": "9", "seq": "99"},
)
"""Forms that no page of ours sends: each is answered with a sentence, and is not a step."""


def test_a_form_that_no_page_sends_is_no_step(desk: Desktop) -> None:
    """Whatever is sent as a step or as a change of people, nothing fails inside and nothing is kept of it."""
    with desk.store.read() as connection:
        before = len(history(connection, desk.plan))
        series = plan_row(connection, desk.plan).series
    told = {str(form): desk.send("/steps", **form) for form in NONSENSE}
    assert [form for form, page in told.items() if "That does not work yet" not in page] == []
    # a field of the form is never an argument of the function behind it
    people = {"kind": "join", "verb": "leave", "who": "Eve", "connection": "x", "series": "y"}
    sent = desk.client.post(f"/series/{series}/people", data=people, headers=ORIGIN)
    assert sent.status_code == 422
    with desk.store.read() as connection:
        assert len(history(connection, desk.plan)) == before


def test_an_offer_says_what_speaks_against_it_and_ends_with_its_turn(desk: Desktop) -> None:
    """Who serves that day already is told so; an offer whose turn is planned otherwise breaks no page."""
    desk.do(desk.queued())
    desk.check()
    desk.send("/publications", key=desk.key)
    with desk.store.read() as connection:
        turn, beside = current_facts(connection, desk.plan)[:2]
        series = plan_row(connection, desk.plan).series
    assert turn.starts == beside.starts
    desk.send("/swaps", thing=turn.thing, starts=turn.starts, giver=turn.claimant)
    desk.work()
    assert "has two seats of" in desk.client.get("/swaps").text
    with desk.store.write() as connection:
        link = links.make(connection, "me", series=series, claimant=beside.claimant)
    assert "You cannot take it" in desk.client.get(f"/me/{link}").text
    with desk.store.write() as connection:
        away = {"names": [turn.claimant, turn.starts, turn.starts]}
        key = add_step(connection, desk.plan, 9, "away", away, "Ann").state
    planned(desk.store, desk.plan)
    desk.check()
    assert "Published, rev 2" in desk.send("/publications", key=key, reason="away")
    assert "No swap waits for an answer." in desk.client.get("/swaps").text
    assert "You cannot take it" not in desk.client.get(f"/me/{link}").text


def test_a_swap_stays_when_the_plan_changes_later(desk: Desktop) -> None:
    """What two people agreed on is in the draft: an absence elsewhere does not give the turn back."""
    desk.do(desk.queued())
    desk.check()
    desk.send("/publications", key=desk.key)
    desk.work()
    with desk.store.read() as connection:
        facts = current_facts(connection, desk.plan)
        turn = facts[-1]
        serving = {fact.claimant for fact in facts if fact.starts == turn.starts}
        taker = next(fact.claimant for fact in facts if fact.claimant not in serving)
    desk.send("/swaps", thing=turn.thing, starts=turn.starts, giver=turn.claimant)
    with desk.store.read() as connection:
        swap = open_swaps(connection)[0].id
    assert "is not in the list of people" in desk.post(f"/swaps/{swap}/take", taker="Nobody")
    desk.post(f"/swaps/{swap}/take", taker=taker)
    desk.work()
    assert f"{taker} takes" in desk.page("?tab=history")
    assert "Published as it is." in desk.page()
    first = facts[0]
    with desk.store.write() as connection:
        away = {"names": [first.claimant, first.starts, first.starts]}
        key = add_step(connection, desk.plan, last_seq(connection, desk.plan), "away", away, "Ann").state
    planned(desk.store, desk.plan)
    desk.check()
    desk.send("/publications", key=key, reason="away")
    with desk.store.read() as connection:
        held = {fact.claimant for fact in current_facts(connection, desk.plan) if fact.starts == turn.starts}
    assert taker in held
    assert turn.claimant not in held


def test_a_loan_is_taken_by_whom_the_rules_allow_and_stays_there(place: str) -> None:
    """A taker whom a rule bars is refused by the server; whoever takes it keeps it in later revisions."""
    desk = Desktop(place, "fleet")
    with desk.store.read() as connection:
        desk.key = step_row(connection, desk.plan, plan_row(connection, desk.plan).tip).state
    desk.check()
    desk.send("/publications", key=desk.key)
    desk.work()
    with desk.store.read() as connection:
        loan, other = current_facts(connection, desk.plan)[:2]
    desk.send("/swaps", thing=loan.thing, starts=loan.starts, giver=loan.claimant)
    with desk.store.read() as connection:
        swap = open_swaps(connection)[0]
    # the rules are asked for by the page that shows the offer, and worked out by a child
    desk.get("/swaps")
    desk.work()
    with desk.store.read() as connection:
        published = last_publication(connection, desk.plan)
    rules = desk.hall.ask(published.answer, "takers", json.dumps([swap.starts, swap.thing, swap.giver]))
    barred = next(name for name, rule in rules.items() if rule["not"])
    taker = next(name for name, rule in rules.items() if not rule["not"])
    assert f"{barred} cannot take it" in html.unescape(desk.post(f"/swaps/{swap.id}/take", taker=barred))
    with desk.store.read() as connection:
        assert current_facts(connection, desk.plan)[0].claimant == loan.claimant
    desk.post(f"/swaps/{swap.id}/take", taker=taker)
    desk.work()
    with desk.store.write() as connection:
        forbidden = {"names": [other.thing, other.claimant, other.starts]}
        key = add_step(
            connection, desk.plan, last_seq(connection, desk.plan), "forbid", forbidden, "Ann"
        ).state
    planned(desk.store, desk.plan)
    desk.check()
    desk.send("/publications", key=key, reason="forbidden")
    with desk.store.read() as connection:
        held = {fact.thing: fact.claimant for fact in current_facts(connection, desk.plan)}
    assert held[loan.thing] == taker
    desk.store.close()
