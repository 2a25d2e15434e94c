"""Dials as people and programs set them: what makes no sense is said by its name, and nothing breaks."""

from __future__ import annotations

from typing import Any

import pytest

from evenhand.core.errors import InfeasibleError, InputError
from evenhand.core.progress import Progress
from evenhand.store import Database, get_json, open_database, put_blob
from evenhand.workspace.building import csv_bytes
from evenhand.workspace.drafts import add_step, last_seq, step_row
from evenhand.workspace.periods import amend_draft
from evenhand.workspace.samples import make_sample
from evenhand.workspace.tasks import Desk, answer_row
from planned import planned, published

NONSENSE = ("abc", "inf", "nan", "-1", "1e400", -5, 10**12, "1.5")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A database for all tests of the file."""
    made = open_database(tmp_path_factory.mktemp("building") / "a.db")
    yield made
    made.close()


def refused(store: Database, sample: str, dials: dict[str, Any]) -> str:
    """Turn dials of a sample, try to solve it, and return what is said."""
    with store.write() as connection:
        plan = make_sample(connection, sample)
        step = add_step(connection, plan, last_seq(connection, plan), "dial", dials, "Ann")
    with pytest.raises(InputError) as caught:
        Desk(store).perform(_run(step.state), Progress())
    return str(caught.value)


def _run(key: str) -> Any:
    from evenhand.work import Taken

    return Taken("r", "solve", key, {}, 1, 60.0)


@pytest.mark.parametrize("value", NONSENSE)
@pytest.mark.parametrize(("sample", "dial"), [("teams", "teams"), ("garden", "weeks"), ("garden", "seats")])
def test_counts_that_make_no_sense_are_refused(store: Database, sample: str, dial: str, value: Any) -> None:
    """A count that is not a number, no whole one, below nothing or beyond all is refused in a sentence."""
    refused(store, sample, {dial: value})


@pytest.mark.parametrize("value", ["abc", "inf", "nan"])
@pytest.mark.parametrize("dial", ["lam", "step"])
def test_prices_that_are_none_are_refused(store: Database, dial: str, value: str) -> None:
    """A price of fairness that is not a number is refused by the dial's name."""
    assert dial in refused(store, "fleet", {dial: value})


@pytest.mark.parametrize("dials", [{"mode": "x"}, {"mode": "own", "steps": "1:2:3"}, {"mode": "1:"}])
def test_modes_that_are_none_are_refused(store: Database, dials: dict[str, str]) -> None:
    """A mode that does not exist and steps that cannot be read are refused with what could be written."""
    said = refused(store, "fleet", dials)
    assert "Choose none" in said or "1:200+2:400" in said


@pytest.mark.parametrize("value", ["abc", "inf", "nan", "-3"])
def test_a_price_of_a_change_that_is_none_is_refused(tmp_path: Any, value: str) -> None:
    """What a change must bring is points, "few" or "best"; anything else is refused."""
    made = open_database(tmp_path / "a.db")
    with made.write() as connection:
        plan = make_sample(connection, "fleet")
    published(made, plan)
    with made.write() as connection:
        before = amend_draft(connection, plan)
        assert before is not None
        add_step(connection, plan, last_seq(connection, plan), "sources", {"before": before}, "Ann")
        step = add_step(connection, plan, last_seq(connection, plan), "dial", {"change": value}, "Ann")
        assert step_row(connection, plan, step.seq).state == step.state
    with pytest.raises(InputError, match="change"):
        Desk(made).perform(_run(step.state), Progress())
    made.close()


def test_rules_that_cannot_all_hold_are_broken_as_little_as_can_be(store: Database) -> None:
    """With the dial set there is a plan, it says what it breaks, and it is judged by the same rules again."""
    with store.write() as connection:
        plan = make_sample(connection, "garden")
        # four people for two places a week cannot rest four turns each; half the weeks show it as well
        hard = add_step(connection, plan, last_seq(connection, plan), "dial", {"rest": 4, "weeks": 5}, "Ann")
    with pytest.raises(InfeasibleError):
        Desk(store).perform(_run(hard.state), Progress())
    with store.write() as connection:
        add_step(connection, plan, last_seq(connection, plan), "dial", {"soft": "yes"}, "Ann")
    key = planned(store, plan)
    with store.read() as connection:
        view = get_json(connection, answer_row(connection, key).view)
    assert view["broken"]
    assert view["soft"]
    # a child that has forgotten the problem judges the plan by the same soft rules
    assert Desk(store).checked(key, Progress())["facts"]


def test_views_of_ones_own_are_a_table_of_a_rota(store: Database) -> None:
    """A table of views by rule is read with the others, and the board tells everybody's turns of each."""
    with store.write() as connection:
        plan = make_sample(connection, "garden")
        table = csv_bytes(("view", "from", "to"), (("winter", "2026-01-01", "2026-02-28"),))
        own = {"views": put_blob(connection, table, "source:views.csv")}
        add_step(connection, plan, last_seq(connection, plan), "sources", own, "Ann")
    key = planned(store, plan)
    with store.read() as connection:
        view = get_json(connection, answer_row(connection, key).view)
    kinds = {kind["name"]: kind["turns"] for kind in view["kinds"]}
    before = sum(slot["seats"] for slot in view["slots"] if slot["iso"] < "2026-03-01")
    assert sum(kinds["winter"].values()) == before


PINNED: dict[str, tuple[list[str], list[str]]] = {
    "fleet": (["LABMW00125", "P048", "2026-09-28"], ["P048"]),
    "teams": (["Akira Dahl", "Team 2"], ["Akira Dahl"]),
    "garden": (["2026-02-17", "Hugs"], ["Hugs", "2026-02-10", "2026-03-01"]),
}


@pytest.mark.parametrize("sample", PINNED)
def test_somebody_who_is_pinned_may_fall_ill(store: Database, sample: str) -> None:
    """An absence goes before a pin of the same person; the pin waits and holds again when they are back."""
    pin, away = ({"names": names} for names in PINNED[sample])
    with store.write() as connection:
        plan = make_sample(connection, sample)
        add_step(connection, plan, last_seq(connection, plan), "pin", pin, "Ann")
        add_step(connection, plan, last_seq(connection, plan), "away", away, "Ann")
    ill = _shown(store, planned(store, plan))
    with store.write() as connection:
        add_step(connection, plan, last_seq(connection, plan), "back", away, "Ann")
    back = _shown(store, planned(store, plan))
    held = ("Akira Dahl", "Team 2") if sample == "teams" else ("Hugs", "2026-02-17")
    award = ("P048", "LABMW00125") if sample == "fleet" else held
    assert award not in ill
    assert award in back


def _shown(store: Database, key: str) -> set[tuple[str, str]]:
    """Return who has what in a plan: a thing, a team, or a turn by its day."""
    from evenhand.web.board import told_facts

    with store.read() as connection:
        view = get_json(connection, answer_row(connection, key).view)
    return {(who, day if view["job"] == "rota" else what) for who, what, day in told_facts(view)}
