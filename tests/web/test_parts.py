"""Large boards: a page draws one part of them, and nothing is lost between two parts."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.core.recipe import FORMS, Recipe
from evenhand.store import Database, open_database, put_blob
from evenhand.web.language import Language
from evenhand.web.parts import CARDS, CELLS, board_part, parts_of
from evenhand.web.security import COOKIE
from evenhand.web.serving import hall_of
from evenhand.workspace import links
from evenhand.workspace.drafts import add_step, create_plan, create_series
from evenhand.workspace.periods import next_plan
from planned import planned, published

HOST = "127.0.0.1:8321"
LARGEST = 300_000
"""Bytes of a page at first, whatever its board."""


def allocation_view(days: list[int]) -> dict[str, Any]:
    """Return a board of days with so many loans each."""
    cards = [[{"item": f"i{day}/{row}"} for row in range(count)] for day, count in enumerate(days)]
    return {"job": "allocation", "days": [{"label": str(k), "cards": one} for k, one in enumerate(cards)]}


def teams_view(teams: list[int], counts: int) -> dict[str, Any]:
    """Return a board of teams with so many people each."""
    return {
        "job": "teams",
        "cards": [
            {
                "name": f"Team {team}",
                "people": [{"name": f"p{team}/{row}"} for row in range(size)],
                "counts": [{"values": [{}] * counts}],
            }
            for team, size in enumerate(teams)
        ],
    }


def rota_view(turns: int, people: int) -> dict[str, Any]:
    """Return a rota of so many turns and people."""
    slots = [
        {"key": f"t{turn}", "iso": f"2026-01-{1 + turn % 28:02}", "ends": f"2026-{turn:03}"}
        for turn in range(turns)
    ]
    rows = [{"name": f"p{who}", "cells": list(range(turns))} for who in range(people)]
    return {"job": "rota", "slots": slots, "rows": rows, "turns": slots, "past": []}


VIEWS = st.one_of(
    st.lists(st.integers(0, 900), min_size=1, max_size=20).map(allocation_view),
    st.builds(teams_view, st.lists(st.integers(0, 400), min_size=1, max_size=60), st.integers(0, 400)),
    st.builds(rota_view, st.integers(1, 450), st.integers(1, 260)),
)


def cells_of(view: Mapping[str, Any]) -> list[str]:
    """Return the cells of a view."""
    if view["job"] == "allocation":
        return [card["item"] for day in view["days"] for card in day["cards"]]
    if view["job"] == "teams":
        return [person["name"] for card in view["cards"] for person in card["people"]]
    return [f"{slot['key']}|{row['name']}" for row in view["rows"] for slot in view["slots"]]


# drawing a view of a thousand cells takes longer than looking at it: a third of the usual number
@settings(max_examples=40)
@given(VIEWS, st.data())
def test_every_cell_is_on_just_one_part(view: dict[str, Any], data: Any) -> None:
    """All parts together show each cell once; none is larger than a page holds; a cell finds its part."""
    words = Language("en")
    count = len(parts_of(view))
    shown: list[str] = []
    for number in range(1, count + 1):
        said, drawn = board_part(view, words, chosen="", part=str(number), changed=())
        assert (said is None) == (count == 1)
        cells = cells_of(drawn)
        assert len(cells) <= max(CARDS, CELLS)
        shown += cells
    whole = cells_of(view)
    assert sorted(shown) == sorted(whole)
    if whole:
        at = data.draw(st.sampled_from(whole))
        assert at in cells_of(board_part(view, words, chosen=at, part="", changed=())[1])
    odd = data.draw(st.sampled_from(["0", "-1", "x", "²", "9" * 5000, "all", str(count + 9)]))
    _, drawn = board_part(view, words, chosen="", part=odd, changed=())
    assert set(cells_of(drawn)) <= set(whole)


class Crowd:
    """A large plan of one job, and somebody who looks at it."""

    def __init__(self, store: Database, form: str, tables: Mapping[str, str], **settings: Any) -> None:
        """Make it and plan it."""
        self.store, self.job = store, FORMS[form]
        hall, app = hall_of(store, "127.0.0.1", 8321)
        hall.pool = None
        self.client = TestClient(app, base_url=f"http://{HOST}")
        self.client.cookies.set(COOKIE, hall.keeper.open_session(name="Ann"))
        with store.write() as connection:
            sources = {
                name: put_blob(connection, text.encode(), f"source:{name}.csv")
                for name, text in tables.items()
            }
            recipe = Recipe(FORMS[form], form, sources, settings=settings)
            self.series = create_series(connection, "Large", recipe)
            self.plan = create_plan(connection, self.series, "First", recipe)
        planned(store, self.plan)

    def page(self, more: str = "") -> str:
        """Return the board."""
        answer = self.client.get(f"/plans/{self.plan}{more}")
        assert answer.status_code == 200
        return str(answer.text)


def people_of_teams() -> str:
    """Return a list of 3,000 people with three columns."""
    drawn = random.Random(3)
    rows = [f"Person {who:04},{','.join(drawn.choice('abcd') for _ in range(3))}" for who in range(3000)]
    return "\n".join(["name,north,south,east", *rows])


def many_loans() -> dict[str, str]:
    """Return 5,000 things for 900 takers on seven days."""
    drawn = random.Random(4)
    days = [f"2026-10-{day:02}" for day in range(5, 12)]
    rows = [
        f"Taker {who:03},Thing {item:04},{drawn.choice(days)},{drawn.randint(100, 1000)}"
        for item in range(5000)
        for who in drawn.sample(range(900), 3)
    ]
    return {
        "candidates": "\n".join(["recipient,item,day,score", *rows]),
        "capacity": "\n".join(["day,slots", *(f"{day},1000" for day in days)]),
    }


@pytest.fixture(params=["teams", "allocation", "rota"])
def crowd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Crowd]:
    """A large plan of each job."""
    store = open_database(str(tmp_path / "large.db"))
    if request.param == "teams":
        yield Crowd(store, "roster", {"people": people_of_teams()}, teams=400, effort="quick")
    elif request.param == "allocation":
        yield Crowd(store, "candidates", many_loans(), mode="a", lam=20)
    else:
        people = "\n".join(["name", *(f"Person {who:02}" for who in range(40))])
        yield Crowd(store, "turns", {"people": people}, start="2026-01-05", weeks=400, seats=2)
    store.close()


SOUGHT = {"teams": "Person 2999", "allocation": "Thing 4999", "rota": "Person 39"}


def test_a_large_board_is_a_small_page(crowd: Crowd) -> None:
    """Thousands of cells: every page stays under 300 kB, names are found on all parts, a change is named."""
    pages = [crowd.page(more) for more in ("", "?tab=standing", "?tab=history", "?tab=dials", "?part=2")]
    assert [len(page) for page in pages if len(page.encode()) > LARGEST] == []
    assert all("Part 1 of" in page or "Part " in page for page in pages)
    assert pages[0] != pages[-1]
    found = crowd.page(f"?find={SOUGHT[crowd.job].replace(' ', '+')}")
    assert 'aria-current="true"' in found
    assert len(found.encode()) <= LARGEST
    assert "Nobody and nothing here is called nobody." in crowd.page("?find=nobody")
    for more in ("", "/people", "/people?page=2", "/people?find=1", "?tab=tables"):
        assert len(crowd.client.get(f"/series/{crowd.series}{more}").content) <= LARGEST
    for odd in ("0", "-3", "99999", "x", "²", "1e9"):
        assert "Part " in crowd.page(f"?part={odd}")


def test_a_shared_plan_is_the_published_one(tmp_path: Path) -> None:
    """Whoever has the read-only link sees what was published, not what the draft became since."""
    store = open_database(str(tmp_path / "shared.db"))
    people = "\n".join(["name", *(f"Person {who}" for who in range(4))])
    small = Crowd(store, "turns", {"people": people}, start="2026-01-05", weeks=6, seats=1)
    published(store, small.plan)
    before = small.page("/export/csv")
    turns = dict(line.split(",")[::3] for line in before.splitlines()[1:])
    day, who = next(iter(turns.items()))
    other = next(name for name in turns.values() if name != who)
    with store.write() as connection:
        link = links.make(connection, "share", series=small.series, claimant="", days=30)
        add_step(connection, small.plan, 9, "pin", {"names": [day, other]}, "Ann")
    planned(store, small.plan)
    assert small.page("/export/csv") != before
    shared = small.client.get(f"/share/{link}?find={who}").text
    first = shared.split("Turn by turn")[-1].split("<b>")[1].split("</b>")[0]
    assert first == who
    assert "/steps" not in shared
    store.close()


def test_a_new_name_stands_on_the_board(tmp_path: Path) -> None:
    """Whoever is renamed is called so on board, panel, search and banner; cells keep the table's name."""
    store = open_database(str(tmp_path / "named.db"))
    people = "name\nJay\nMo\nSam"
    garden = Crowd(store, "turns", {"people": people}, start="2026-01-05", weeks=6, seats=1)
    roster = "\n".join(["name,captain", *(f"Kid {who},{'no' if who % 3 else 'yes'}" for who in range(12))])
    teams = Crowd(store, "roster", {"people": roster}, teams=2, roles=["captain"])
    for plan, old, new in ((garden, "Jay", "Jay Miller"), (teams, "Kid 3", "Kim")):
        sent = {"kind": "rename", "name": old, "called": new}
        where = f"/series/{plan.series}/people"
        heads = {"Origin": f"http://{HOST}"}
        assert plan.client.post(where, data=sent, headers=heads).status_code == 200
        other = {"kind": "rename", "name": "Mo" if plan is garden else "Kid 4", "called": new}
        assert "is the name of somebody else" in plan.client.post(where, data=other, headers=heads).text
        found = plan.page(f"?find={new.split()[-1]}")
        assert f">{new}<" in found or f">{new} " in found or f"{new} serves" in found
        assert "Nobody and nothing here" not in found
        assert f"at={old.replace(' ', '%20')}" in found or f"%7C{old}" in found
    # every team has one captain, and the card says who
    assert teams.page().count("<em>captain</em>") == 2
    uses = teams.page("?tab=dials").split('name="use.captain"')[1].split("</select>")[0]
    assert '<option value="roles" selected>' in uses
    # the sentences of the library name people as in the table
    teams.page("?at=Kid%203&tab=why")
    planned(store, teams.plan)
    reasons = teams.page("?at=Kid%203&tab=why").split('<ul class="reasons">')[1].split("</ul>")[0]
    assert "Kim" in reasons
    assert "Kid 3" not in reasons
    store.close()


ROOMS = "Room,Who,Day,Score\n" + "".join(
    f"{room},{who},2027-01-0{day},{1 + (len(who) * day + len(room)) % 7}\n"
    for room in ("Hall", "Workshop")
    for who in ("Ada", "Bo", "Cyrus", "Dörte")
    for day in (5, 6)
)


def test_the_same_days_are_told_before_they_count_twice(tmp_path: Path) -> None:
    """The next period of a table of one's own asks for a new table; whether rooms are free daily is asked."""
    store = open_database(str(tmp_path / "rooms.db"))
    rooms = Crowd(store, "candidates", {"candidates": ROOMS}, mode="b")
    first = rooms.page()
    assert "Are the items free again every day, as rooms are?" in first
    assert "--daily" not in first
    assert 'id="twice"' not in first
    sent = {"kind": "dial", "dial.daily": "yes", "version": "1"}
    rooms.client.post(f"/plans/{rooms.plan}/steps", data=sent, headers={"Origin": f"http://{HOST}"})
    planned(store, rooms.plan)
    again = rooms.page()
    assert "<h1>4 items handed out." in again
    assert "Are the items free again" not in again
    published(store, rooms.plan)
    with store.write() as connection:
        rooms.plan = next_plan(connection, rooms.series, who="Ann")
    planned(store, rooms.plan)
    assert "These days are published already: First." in rooms.page()
    store.close()
