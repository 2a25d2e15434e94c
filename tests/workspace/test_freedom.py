"""A published plan that must change: what each price of a change gives, which a plan made with it then is."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from evenhand.core.progress import Progress
from evenhand.store import Database, get_json, open_database
from evenhand.web.board import facts_told, told_facts
from evenhand.workspace.drafts import add_step, last_seq
from evenhand.workspace.periods import amend_draft
from evenhand.workspace.publications import current_facts
from evenhand.workspace.samples import make_sample
from evenhand.workspace.tasks import Desk, answer_row
from planned import planned, published

CHANGED: dict[str, tuple[str, dict[str, Any]]] = {
    "fleet": ("dial", {"mode": "strong", "lam": 500}),
    "garden": ("away", {"names": ["Hugs", "2026-02-10", "2026-03-20"]}),
}
"""What changes after publishing, so that the best plan is another one."""


def shaken(store: Database, sample: str) -> str:
    """Publish a sample, let something change that touches many, and return the plan."""
    with store.write() as connection:
        plan = make_sample(connection, sample, who="Ann")
    published(store, plan)
    with store.write() as connection:
        near = {"before": amend_draft(connection, plan)}
        add_step(connection, plan, last_seq(connection, plan), "sources", near, "Ann")
        kind, body = CHANGED[sample]
        add_step(connection, plan, last_seq(connection, plan), kind, body, "Ann")
    return plan


@pytest.mark.parametrize("sample", CHANGED)
def test_a_plan_made_with_a_price_is_its_row(tmp_path: Path, sample: str) -> None:
    """Rows begin with the fewest changes, each is worth more, and its price changes just so many."""
    store = open_database(tmp_path / "a.db")
    plan = shaken(store, sample)
    rows = Desk(store).freedom(planned(store, plan), Progress())["rows"]
    assert len(rows) > 1
    assert rows[0]["change"] == "few"
    assert all(a["moves"] < b["moves"] and a["value"] < b["value"] for a, b in pairwise(rows))
    for row in rows:
        with store.write() as connection:
            dial = {"change": row["change"]}
            add_step(connection, plan, last_seq(connection, plan), "dial", dial, "Ann")
        key = planned(store, plan)
        with store.read() as connection:
            view = get_json(connection, answer_row(connection, key).view)
            told = facts_told(current_facts(connection, plan))
        assert len(told - told_facts(view)) == row["moves"]
    store.close()
