"""People of a series: what is said of them on the page reaches the next plan and the accounts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from evenhand.core.errors import InputError
from evenhand.core.recipe import Recipe
from evenhand.core.shares import TICKS
from evenhand.store import Database, get_json, open_database, put_blob
from evenhand.workspace.drafts import (
    create_plan,
    create_series,
    plan_row,
    series_row,
    step_row,
)
from evenhand.workspace.people import change_people, people_of
from evenhand.workspace.periods import next_plan
from evenhand.workspace.publications import balances, balances_on, statement
from evenhand.workspace.tasks import answer_row
from planned import planned, published

WEEKS = 12


@pytest.fixture
def store(place: str) -> Iterator[Database]:
    """An empty database."""
    opened = open_database(place)
    yield opened
    opened.close()


def rota(store: Database, people: str, duties: str = "") -> tuple[str, str]:
    """Make a rota of a list of people, weekly where no duties are given; return its series and plan."""
    with store.write() as connection:
        sources = {"people": put_blob(connection, people.encode(), "source:people.csv")}
        settings: dict[str, Any] = {"start": "2026-01-05", "weeks": WEEKS}
        if duties:
            sources["duties"] = put_blob(connection, duties.encode(), "source:duties.csv")
            settings = {}
        recipe = Recipe("rota", "turns", sources, settings=settings)
        series = create_series(connection, "Cleaning", recipe, who="Ann")
        return series, create_plan(connection, series, "First plan", recipe, who="Ann")


def turns(store: Database, plan: str) -> dict[str, list[str]]:
    """Plan a draft and return each person's days."""
    planned(store, plan)
    with store.read() as connection:
        answer = answer_row(connection, step_row(connection, plan, plan_row(connection, plan).tip).state)
        view = get_json(connection, answer.view)
    return {
        row["name"]: [
            slot["iso"]
            for slot, cell in zip(view["slots"], row["cells"], strict=True)
            if cell["state"] == "turn"
        ]
        for row in view["rows"]
    }


def change(store: Database, series: str, verb: str, **told: str) -> None:
    """Say something of a person, as the page does."""
    with store.write() as connection:
        change_people(connection, series, verb, "Ann", **told)


def test_a_share_counts_from_the_next_plan(store: Database) -> None:
    """Who has half a share from a day on gets half as many turns in the plan that begins there."""
    series, plan = rota(store, "name\nAda\nBen\nCem\n")
    published(store, plan)
    with store.write() as connection:
        following = next_plan(connection, series, who="Ann")
    change(store, series, "share", name="Ada", value="0.5", first="2026-03-30")
    days = turns(store, following)
    assert min(min(own) for own in days.values()) == "2026-03-30"
    # twelve turns, of which a half share of two and a half is 2.4
    assert len(days["Ada"]) in (2, 3)
    assert {len(days["Ben"]), len(days["Cem"])} <= {4, 5}
    with store.read() as connection:
        ada = next(row for row in people_of(connection, series) if row["name"] == "Ada")
    assert (ada["share"], ada["share_from"]) == ("0.5", "2026-03-30")


def test_a_skill_is_asked_of_the_next_plan(store: Database) -> None:
    """Only who can do it serves a turn that asks for a skill, from the moment the page says so."""
    duties = "name,start,every,count,seats,skills\nkitchen,2026-01-05,week,6,1,cook\n"
    series, plan = rota(store, "name\nAda\nBen\nCem\n", duties)
    change(store, series, "skills", name="Ben", value="cook")
    change(store, series, "skills", name="Cem", value="cook;drive")
    days = turns(store, plan)
    assert [len(days[name]) for name in ("Ada", "Ben", "Cem")] == [0, 3, 3]


def test_joins_and_leaves_keep_the_tables_own_heads(store: Database) -> None:
    """A list that says "member since" keeps everybody's first day when somebody joins or leaves."""
    series, plan = rota(store, "Member,Member since\nAda,2026-01-01\nBen,2026-02-16\n")
    change(store, series, "join", name="Cem", first="2026-03-02")
    change(store, series, "leave", name="Ada", first="2026-02-22")
    days = turns(store, plan)
    assert min(days["Ben"]) >= "2026-02-16"
    assert min(days["Cem"]) >= "2026-03-02"
    assert max(days["Ada"]) <= "2026-02-22"
    with store.read() as connection:
        told = {row["name"]: (row["joined"], row["left"]) for row in people_of(connection, series)}
    assert told == {
        "Ada": ("2026-01-01", "2026-02-22"),
        "Ben": ("2026-02-16", ""),
        "Cem": ("2026-03-02", ""),
    }


def test_the_first_plan_makes_nobody_a_newcomer(store: Database) -> None:
    """Publishing notes nobody as joined today where the table does not say when they came."""
    series, plan = rota(store, "name\nAda\nBen\n")
    published(store, plan)
    with store.read() as connection:
        assert {row["joined"] for row in people_of(connection, series)} == {""}


def test_everybody_stands_on_the_page_while_a_change_is_planned(store: Database) -> None:
    """Between a change and its plan the page shows whom the last plan had, and whoever joined."""
    series, plan = rota(store, "name\nAda\nBen\n")
    planned(store, plan)
    change(store, series, "join", name="Zoe", first="2026-02-10")
    change(store, series, "join", name="Cem", first="2026-02-10")
    with store.read() as connection:
        assert (
            answer_row(connection, step_row(connection, plan, plan_row(connection, plan).tip).state) is None
        )
        assert [row["name"] for row in people_of(connection, series)] == ["Ada", "Ben", "Cem", "Zoe"]


def test_a_balance_of_a_day_leaves_later_turns_out(store: Database) -> None:
    """Accounts of a day are the entries up to it: even before the first turn, the whole plan at its end."""
    series, plan = rota(store, "name\nAda\nBen\n")
    published(store, plan)
    with store.read() as connection:
        ledger = series_row(connection, series).ledger
        assert set(balances_on(connection, ledger, "2026-01-04").values()) == {0}
        assert balances_on(connection, ledger, "2026-12-31") == balances(connection, ledger)
        for day in ("2026-01-05", "2026-02-02", "2026-03-02"):
            lags = balances_on(connection, ledger, day)
            weeks = (date.fromisoformat(day) - date(2026, 1, 5)).days // 7 + 1
            assert sum(lags.values()) == 0
            for name, lag in lags.items():
                own = [entry for entry in statement(connection, ledger, name) if entry.at <= day]
                served = sum(entry.received for entry in own) / TICKS
                assert abs(lag / TICKS - (weeks / 2 - served)) < 1e-6


@pytest.mark.parametrize("value", ["0", "-1", "half of it", ""])
def test_a_share_that_is_none_is_refused(store: Database, value: str) -> None:
    """A share of nothing or in words gets a sentence, and no step is taken."""
    series, plan = rota(store, "name\nAda\nBen\n")
    with store.read() as connection:
        tip = plan_row(connection, plan).tip
    with pytest.raises(InputError, match="is not a share"):
        change(store, series, "share", name="Ada", value=value, first="2026-02-01")
    with store.read() as connection:
        assert plan_row(connection, plan).tip == tip
