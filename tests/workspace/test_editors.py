"""Fifty people who edit one plan at once: no acknowledged step is lost, none overwrites another unseen."""

from __future__ import annotations

import os
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest

from evenhand.core.recipe import Pick
from evenhand.store import Database, open_database
from evenhand.workspace.drafts import (
    ConflictError,
    Step,
    add_step,
    history,
    last_seq,
    plan_row,
    recipe_at,
    step_row,
)
from evenhand.workspace.samples import make_sample

EDITORS: Final = 50
TRIES: Final = 150 if os.environ.get("EVENHAND_SOAK") else 8
"""Steps that each tries: counted, as a busy machine does in a second what another does in ten."""
PEOPLE: Final = [f"Person {at}" for at in range(40)]


def edited(store: Database, plan: str, editor: int) -> tuple[list[Step], int]:
    """Edit from a page loaded now and then; return what was acknowledged, and how often it was refused."""
    draw, name = random.Random(editor), f"Editor {editor}"
    seen, acknowledged, refused = 1, [], 0
    for _ in range(TRIES):
        if draw.random() < 0.4:
            with store.read() as connection:
                seen = last_seq(connection, plan)
        names = [draw.choice(PEOPLE), f"Team {draw.randrange(1, 4)}"]
        kind = draw.choice(("pin", "pin", "forbid", "unpin", "undo"))
        try:
            with store.write() as connection:
                before = last_seq(connection, plan)
                step = add_step(connection, plan, seen, kind, {"names": names}, name)
            # nothing to change, or nothing to undo: the tip itself comes back
            if step.seq > before:
                acknowledged.append(step)
                seen = step.seq
        except ConflictError as conflict:
            refused += 1
            # only what the page had not seen may stand in the way
            seen = max(seen + 1, *(step.seq for step in conflict.theirs))
    return acknowledged, refused


@pytest.mark.slow
def test_fifty_editors_lose_nothing(place: str) -> None:
    """Each acknowledged step is in the history once, on the one before, with just what it says changed."""
    store = open_database(place)
    with store.write() as connection:
        plan = make_sample(connection, "teams")
    with ThreadPoolExecutor(EDITORS) as pool:
        done = list(pool.map(lambda editor: edited(store, plan, editor), range(EDITORS)))
    acknowledged = sorted((step for steps, _ in done for step in steps), key=lambda step: step.seq)
    with store.read() as connection:
        steps = history(connection, plan)
        assert [step.seq for step in steps] == list(range(1, len(steps) + 1))
        assert steps[1:] == acknowledged
        by_seq = {step.seq: step for step in steps}
        for step in steps[1:]:
            after = recipe_at(connection, step.state)
            if step.kind == "goto":
                assert step.state == by_seq[step.target].state
                continue
            before = recipe_at(connection, by_seq[step.parent].state)
            person = step.body["names"][0]
            pick = Pick(step.kind.removeprefix("un"), tuple(step.body["names"]))
            assert (pick in after.picks) is not step.kind.startswith("un")
            # nobody else's cell moved with it
            assert [p for p in before.picks if p.names[0] != person] == [
                p for p in after.picks if p.names[0] != person
            ]
        tip = step_row(connection, plan, plan_row(connection, plan).tip)
        assert tip.kind != "goto"
    # it was a crowd: nearly everybody got something in, and some were told that others were faster
    assert len(Counter(step.who for step in acknowledged)) > EDITORS / 2
    assert sum(refused for _, refused in done) > 0
    store.close()
