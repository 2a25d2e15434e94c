"""Teams made again and again: publishing books wishes and roles, and the next round heeds them."""

from __future__ import annotations

from pathlib import Path

from evenhand.core.recipe import Recipe
from evenhand.store import Database, get_json, open_database, put_blob
from evenhand.workspace.drafts import create_plan, create_series, plan_row, series_row, step_row
from evenhand.workspace.periods import next_plan
from evenhand.workspace.publications import balances, faults_of, further_accounts, take_back
from evenhand.workspace.tasks import answer_row
from planned import planned, published

ROWS = ("name,captain,friend", *(f"P{k},{'yes' if k < 4 else ''},{'P7' if k < 3 else ''}" for k in range(8)))
"""Eight people: four may be captain, three would like to be with the same person."""


def captains(store: Database, plan: str) -> set[str]:
    """Return who is captain in a plan, and check that it has notes on the turns."""
    key = planned(store, plan)
    with store.read() as connection:
        view = get_json(connection, answer_row(connection, key).view)
    return {person["name"] for card in view["cards"] for person in card["people"] if person.get("role")}


def test_roles_and_wishes_go_round(tmp_path: Path) -> None:
    """Whoever was captain is not in the next round; wishes are booked; taking back leaves nothing owed."""
    store = open_database(tmp_path / "a.db")
    with store.write() as connection:
        people = put_blob(connection, "\n".join(ROWS).encode(), "source:people.csv")
        dials = {"teams": 2, "roles": ["captain"], "wishes": ["friend"]}
        recipe = Recipe("teams", "roster", {"people": people}, settings=dials)
        series = create_series(connection, "Class", recipe)
        plan = create_plan(connection, series, "", recipe)
    first = captains(store, plan)
    assert len(first) == 2
    assert published(store, plan) == 1
    with store.write() as connection:
        ledger = series_row(connection, series).ledger
        assert further_accounts(connection, ledger) == ["roles:captain", "wishes"]
        owed = balances(connection, f"{ledger}/roles:captain")
        assert {name for name, lag in owed.items() if lag < 0} == first
        assert sum(balances(connection, f"{ledger}/wishes").values()) == 0
        assert faults_of(connection) == []
        second_plan = next_plan(connection, series)
    second = captains(store, second_plan)
    assert len(second) == 2
    assert not first & second
    with store.write() as connection:
        recipe_then = step_row(connection, second_plan, plan_row(connection, second_plan).tip).state
        assert "owed" in get_json(connection, recipe_then)["sources"]
        take_back(connection, plan, who="Ann", reason="a mistake")
        for name in further_accounts(connection, ledger):
            assert set(balances(connection, f"{ledger}/{name}").values()) == {0}
        assert faults_of(connection) == []
    store.close()
