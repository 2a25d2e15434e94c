"""What pages say of a plan's changes, accounts and tables; asked of the application, without a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from evenhand.core.shares import TICKS
from evenhand.store.schema import METADATA
from evenhand.workspace.drafts import plan_row, series_row, step_row
from evenhand.workspace.publications import balances, balances_on, current_facts
from planned import ORIGIN, Desktop


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """A garden, planned with one turn forbidden."""
    made = Desktop(str(tmp_path_factory.mktemp("pages") / "a.db"))
    made.do(made.queued())
    made.work()
    yield made
    made.store.close()


def publish(desk: Desktop, reason: str) -> None:
    """Publish the plan as it stands; the first time its check is queued, the second it is there."""
    with desk.store.read() as connection:
        key = step_row(connection, desk.plan, plan_row(connection, desk.plan).tip).state
    for _ in range(2):
        desk.send("/publications", key=key, reason=reason)
        desk.work()


def step(desk: Desktop, kind: str, names: list[str]) -> None:
    """Take a step and plan it."""
    desk.send("/steps", kind=kind, names=names, version="99")
    desk.work()
    desk.send("/runs")
    desk.work()


def standings(page: str) -> dict[str, float]:
    """Return what a page of publishing says everybody stands at after it: owed above 0."""
    lags: dict[str, float] = {}
    alike = 0.0
    for row in page.split("<tr")[1:]:
        name = re.match(r'>\s*<th scope="row">(\w+)</th>', row)
        together = re.match(r'><td colspan="5" class="names">([\w, ]+)', row)
        told = re.findall(r"(owed|ahead) ([\d.]+)", row)
        if told:
            kind, lag = told[-1]
            alike = float(lag) * (1 if kind == "owed" else -1)
        # those who stand alike are named in the row below
        names = [name[1]] if name and told else together[1].split(", ") if together else []
        lags |= dict.fromkeys(names, alike)
    return lags


def test_a_revision_shows_the_accounts_it_books(desk: Desktop) -> None:
    """What the page says everybody will stand at, with what was brought forward, is what publishing books."""
    for reason in ("first", "second"):
        desk.page("/publish")
        desk.work()
        told = standings(desk.page("/publish"))
        publish(desk, reason)
        with desk.store.read() as connection:
            series = series_row(connection, plan_row(connection, desk.plan).series)
            booked = {
                name: round(lag / TICKS, 2) for name, lag in balances(connection, series.ledger).items()
            }
        assert told == booked, reason
        step(desk, "away", ["Jay", "2026-02-14", "2026-02-28"])


def test_an_account_stands_as_of_today(desk: Desktop) -> None:
    """Turns that are planned for later are no part of a day's balance; each entry is a line of the page."""
    publish(desk, "first")
    with desk.store.write() as connection:
        plan = plan_row(connection, desk.plan)
        series = series_row(connection, plan.series)
        # a day in the middle of the plan, as if it were today: all that is said of it is summed by hand
        entry = METADATA.tables["entry"]
        rows = connection.execute(select(entry).where(entry.c.ledger == series.ledger)).all()
        lags = balances_on(connection, series.ledger, "2026-02-20")
    for name, lag in lags.items():
        assert lag == sum(
            row.due - row.received for row in rows if row.claimant == name and row.at <= "2026-02-20"
        )
    page = desk.get(f"/series/{series.id}/people/Hugs")
    # the garden's turns are over by now, so that nothing of them is planned any more
    assert "Planned" not in page
    assert page.count("<tr>") == 1 + 11


def test_a_comparison_says_what_is_better_and_for_whom(desk: Desktop) -> None:
    """Each turn that differs is a row with who serves in A and in B; equal measures are folded."""
    step(desk, "away", ["Jay", "2026-02-14", "2026-02-28"])
    desk.page("/compare?a=2&b=3")
    desk.work()
    page = desk.page("/compare?a=2&b=3")
    assert "Tue 24 Feb" in page
    assert "measures are the same" in page or "B is" in page
    # the head of a table of measures is not a measure
    assert ">nearest<" not in page
    assert "as many as before" in page


def test_use_it_takes_the_fields_above_it(desk: Desktop) -> None:
    """What is written in the dials of an import counts with one click, also where nobody looked again."""
    page = desk.post("/import", job="rota", pasted="name\nAda\nBen\nCem\nDan\n")
    draft = re.search(r"/import/([\w-]+)/columns", page)
    assert draft is not None
    fields = {"table.0": "people", "column.0.0": "name", "dial.start": "2027-01-04", "dial.weeks": "5"}
    page = desk.post(f"/import/{draft[1]}/use", name="Kitchen", **fields, **{"dial.seats": "2"})
    desk.work()
    with desk.store.read() as connection:
        plans = connection.execute(select(METADATA.tables["plan"])).all()
    page = desk.get(f"/plans/{max(plans, key=lambda row: row.made).id}")
    assert "Kitchen" in page
    assert re.search(r'<span class="figure">10</span> <span class="unit">of 10', page)


def test_wrong_cells_are_among_the_sample(desk: Desktop) -> None:
    """A faulty cell far down is shown under its head, said in a sentence with its count and column."""
    rows = "".join(f"Golf {number},Ada,{number}\n" for number in range(1, 40))
    page = desk.post(
        "/import",
        job="allocation",
        pasted=f"item,recipient,score\n{rows}Polo,Ben,twelfe\nUp,Ben,none at all\n",
    )
    assert '<li class="wrong">twelfe</li>' in page
    assert "2 cells in score are not a number." in page
    assert "2 cells must be mended." in page


def test_a_conflict_names_what_both_did(desk: Desktop) -> None:
    """Two steps on one cell: the page says both with people's words, and whose is whose."""
    desk.send("/steps", kind="pin", names=["2026-02-24", "Hugs"], version="99")
    page = desk.send("/steps", kind="forbid", names=["2026-02-24", "Hugs"], version="1")
    assert "Somebody else changed this meanwhile" in page
    assert "Ann pinned Tue 24 Feb, Hugs" in page
    assert "You forbade Tue 24 Feb, Hugs" in page


def test_the_calendar_hatches_the_days_somebody_is_away(desk: Desktop) -> None:
    """From the first day of an absence to its last, not the whole turns it touches."""
    step(desk, "away", ["Jay", "2026-02-14", "2026-02-17"])
    page = desk.page("?month=1")
    assert page.count('class="turn-bar away') == 4


def test_a_calendar_is_read_and_its_secret_renewed(desk: Desktop) -> None:
    """A calendar reader finds each turn as whole days with its own id; renewed, the old address ends."""
    from icalendar import Calendar

    publish(desk, "first")
    with desk.store.read() as connection:
        series = plan_row(connection, desk.plan).series
        turns = {
            fact.starts: fact.ends for fact in current_facts(connection, desk.plan) if fact.claimant == "Neu"
        }
    link = re.search(r"/me/([\w-]+)", desk.post(f"/series/{series}/links", claimant="Neu", kind="me"))
    assert link is not None
    feed = desk.client.get(f"/feeds/{link[1]}.ics")
    events = Calendar.from_ical(feed.content).walk("VEVENT")
    # the end of a whole day is the first day after
    read = {str(one["dtstart"].dt): str(one["dtend"].dt - timedelta(days=1)) for one in events}
    assert read == turns
    assert len({str(one["uid"]) for one in events}) == len(turns)
    again = desk.client.get(f"/feeds/{link[1]}.ics", headers={"If-None-Match": feed.headers["etag"]})
    assert again.status_code == 304
    fresh = desk.client.post(f"/me/{link[1]}/rotate", headers=ORIGIN)
    renewed = re.search(r"/me/([\w-]+)", str(fresh.url))
    assert renewed is not None
    assert renewed[1] != link[1]
    assert desk.client.get(f"/feeds/{link[1]}.ics").status_code == 404
    assert desk.client.get(f"/feeds/{renewed[1]}.ics").content == feed.content
