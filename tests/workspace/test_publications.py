"""Publishing, taking back and swapping.

Facts, entries and balances agree and sum to 0, whatever is killed.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evenhand.core.errors import InputError, JudgeError
from evenhand.core.progress import Progress
from evenhand.core.recipe import sha_of
from evenhand.store import Database, get_blob, open_database, put_json
from evenhand.store.schema import METADATA
from evenhand.workspace import links, swaps
from evenhand.workspace.audit import broken_links
from evenhand.workspace.building import base_problem, opened, picked_problem, solved
from evenhand.workspace.drafts import (
    add_step,
    create_plan,
    last_seq,
    plan_row,
    recipe_at,
    series_row,
    step_row,
)
from evenhand.workspace.periods import next_plan
from evenhand.workspace.publications import balances, current_facts, faults_of, publish, statement, take_back
from evenhand.workspace.recipe_files import read_recipe, recipe_toml
from evenhand.workspace.samples import SAMPLES, make_sample
from evenhand.workspace.tasks import Desk, answer_row
from planned import planned, published


def sound(store: Database) -> None:
    """Assert that everything in a database agrees."""
    with store.read() as connection:
        assert faults_of(connection) == []
        assert broken_links(connection) == []


# the two databases differ in what they keep, and not by job: one job shows it on the second
@pytest.mark.parametrize(
    ("name", "engine"), [*((name, "sqlite") for name in SAMPLES), ("garden", "postgres")], indirect=["engine"]
)
def test_publish_take_back_and_the_next_period(place: str, name: str) -> None:
    """Each job is published, changed, published again, taken back, and followed by a next period.

    All agrees.
    """
    store = open_database(place)
    with store.write() as connection:
        plan = make_sample(connection, name, who="Ann")
    assert published(store, plan) == 1
    sound(store)
    with store.write() as connection:
        facts = current_facts(connection, plan)
        ledger = series_row(connection, plan_row(connection, plan).series).ledger
        before = balances(connection, ledger)
        assert sum(before.values()) == 0
        pick = {
            "fleet": ["LABMW00125", "P048", "2026-09-28"],
            "teams": ["Akira Dahl", "Team 2"],
            "garden": ["2026-02-17", "Hugs"],
        }[name]
        add_step(connection, plan, last_seq(connection, plan), "pin", {"names": pick}, "Ben")
    with pytest.raises(InputError, match="is missing"):
        published(store, plan)
    assert published(store, plan, "somebody fell ill") == 2
    sound(store)
    with store.write() as connection:
        assert len(current_facts(connection, plan)) == len(facts)
        with pytest.raises(InputError, match="is missing"):
            take_back(connection, plan, who="Ann", reason=" ")
        take_back(connection, plan, who="Ann", reason="wrong week")
        assert current_facts(connection, plan) == []
    sound(store)
    assert published(store, plan) == 4
    with store.write() as connection:
        follow = next_plan(connection, plan_row(connection, plan).series, who="Ann")
    assert published(store, follow) == 1
    sound(store)
    store.close()


def test_a_swap_keeps_the_books_and_can_be_given_back(place: str) -> None:
    """A turn that is taken moves both accounts by one and nobody else's; given back, all is as it was."""
    store = open_database(place)
    with store.write() as connection:
        plan = make_sample(connection, "garden")
    published(store, plan)
    with store.write() as connection:
        series = plan_row(connection, plan).series
        ledger = series_row(connection, series).ledger
        before = balances(connection, ledger)
        fact = current_facts(connection, plan)[4]
        taker = next(
            name
            for name in before
            if name not in {f.claimant for f in current_facts(connection, plan) if f.starts == fact.starts}
        )
        swap = swaps.offer(connection, plan, fact.thing, fact.starts, fact.claimant, who=fact.claimant)
        assert swaps.offer(connection, plan, fact.thing, fact.starts, fact.claimant, who="again") == swap
        shown = swaps.effect(connection, swaps.swap_row(connection, swap), taker)
        swaps.take(connection, swap, taker, who=taker)
        after = balances(connection, ledger)
        moved = {name: (after[name] - before[name]) for name in before if after[name] != before[name]}
        assert set(moved) == {fact.claimant, taker}
        assert sum(moved.values()) == 0
        assert shown[taker][1] - shown[taker][0] == -1
        with pytest.raises(InputError, match="not open any more"):
            swaps.take(connection, swap, taker, who=taker)
        with pytest.raises(InputError, match="has started"):
            swaps.untake(connection, swap, today="2030-01-01", who=taker)
        swaps.untake(connection, swap, today="2025-01-01", who=taker)
        assert balances(connection, ledger) == before
        swaps.withdraw(connection, swap, who="Ann")
        assert swaps.open_swaps(connection) == []
        assert (
            sum(entry.due - entry.received for entry in statement(connection, ledger, taker)) == before[taker]
        )
    sound(store)
    store.close()


def test_entries_that_do_not_sum_to_nothing_are_refused(place: str) -> None:
    """Entries that leave a tick over are refused whole, and so is a plan that fits its tables no more.

    Such a plan, changed by hand or by an older edition, is made anew when its draft is planned again.
    """
    store = open_database(place)
    with store.write() as connection:
        plan = make_sample(connection, "garden")
    key = planned(store, plan)
    checked = dict(Desk(store).checked(key, Progress()))
    checked["entries"] = [*checked["entries"], {"at": "x", "claimant": "Eve", "due": 1, "received": 0}]
    with pytest.raises(JudgeError, match="nothing was published"), store.write() as connection:
        publish(connection, plan, key, checked, who="Eve")
    with store.write() as connection:
        assert current_facts(connection, plan) == []
        row = answer_row(connection, key)
        kept = {
            "awards": [0] * 20,
            "method": "online",
            "seed": 0,
            "bound": None,
            "proof": {},
            "cut": False,
            "objective": 1,
        }
        sha = put_json(connection, kept, "solution")
        table = METADATA.tables["answer"]
        connection.execute(table.update().where(table.c.key == key).values(solution=sha))
        assert row.solution != sha
    with pytest.raises(InputError, match=r"does not fit its tables"):
        Desk(store).checked(key, Progress())
    assert planned(store, plan) == key
    assert Desk(store).checked(key, Progress())["facts"]
    store.close()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_recipe_makes_the_same_plan_elsewhere(tmp_path: Path, name: str) -> None:
    """The recipe of a draft, written as files and read again, gives the same awards as the database keeps."""
    store = open_database(tmp_path / "a.db")
    with store.write() as connection:
        plan = make_sample(connection, name)
    key = planned(store, plan)
    from evenhand.store import get_json

    with store.read() as connection:
        recipe = recipe_at(connection, key)
        kept: Any = get_json(connection, answer_row(connection, key).solution)
        for table, sha in recipe.sources.items():
            (tmp_path / f"{table}.csv").write_bytes(get_blob(connection, sha))
    (tmp_path / "recipe.toml").write_text(
        recipe_toml(recipe, {t: f"{t}.csv" for t in recipe.sources}), encoding="utf-8"
    )
    again, content, names = read_recipe(tmp_path)
    assert again.key == recipe.key
    before = opened(content["before"], "before.csv") if "before" in content else None
    solution = solved(picked_problem(base_problem(again, content, names), again), again, before)
    assert solution.awards.tolist() == kept["awards"]
    assert solution.objective == kept["objective"]
    table = min(recipe.sources)
    (tmp_path / f"{table}.csv").write_bytes((tmp_path / f"{table}.csv").read_bytes() + b"\n")
    with pytest.raises(InputError, match="is not the file the recipe was made from"):
        read_recipe(tmp_path)
    store.close()


SEEDS = 50 if os.environ.get("EVENHAND_SOAK") else 4


@pytest.mark.parametrize("name", ["teams", "garden"])
def test_recipes_of_any_seed_make_the_same_plan_elsewhere(tmp_path: Path, name: str) -> None:
    """Dials and seeds of all kinds: what a server answers, the recipe's file answers, award for award."""
    store = open_database(tmp_path / "a.db")
    with store.write() as connection:
        plan = make_sample(connection, name)
        first = recipe_at(connection, step_row(connection, plan, 1).state)
        series = plan_row(connection, plan).series
        content = {table: get_blob(connection, sha) for table, sha in first.sources.items()}
    for seed in range(SEEDS):
        dials = {"teams": {"teams": 4 + seed % 7}, "garden": {"seats": 1 + seed % 3, "weeks": 5 + seed}}[name]
        recipe = replace(first.with_settings(dials), seed=seed)
        with store.write() as connection:
            draft = create_plan(connection, series, f"Seed {seed}", recipe)
        kept = Desk(store).solution(planned(store, draft))
        folder = tmp_path / str(seed)
        folder.mkdir()
        for table, held in content.items():
            (folder / f"{table}.csv").write_bytes(held)
        text = recipe_toml(recipe, {table: f"{table}.csv" for table in content})
        (folder / "recipe.toml").write_text(text, encoding="utf-8")
        again, tables, names = read_recipe(folder)
        assert again.key == recipe.key
        solution = solved(picked_problem(base_problem(again, tables, names), again), again)
        assert solution.awards.tolist() == kept.awards.tolist()
        assert (solution.objective, solution.bound) == (kept.objective, kept.bound)
    store.close()


def test_links_are_kept_as_hashes_and_end(tmp_path: Path) -> None:
    """The secret of a link stands nowhere in the database.

    Revoked, rotated and outlived links open nothing.
    """
    store = open_database(tmp_path / "a.db")
    with store.write() as connection:
        secret = links.make(connection, "me", series="s", claimant="Ada")
        assert links.find(connection, secret, "me").claimant == "Ada"
        assert links.find(connection, secret, "api") is None
        fresh = links.rotate(connection, secret, "me")
        assert links.find(connection, secret, "me") is None
        assert fresh is not None
        links.revoke(connection, sha_of(fresh.encode()))
        assert links.find(connection, fresh, "me") is None
        over = links.make(connection, "share", days=-1)
        assert links.find(connection, over, "share") is None
    store.close()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert secret.encode() not in content
