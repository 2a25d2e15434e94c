"""Drafts: steps by several people at once lose nothing; undo and redo go anywhere; what collides is said."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from evenhand.core.errors import InputError
from evenhand.core.recipe import Pick
from evenhand.store import open_database
from evenhand.workspace.drafts import (
    ConflictError,
    add_step,
    history,
    last_seq,
    plan_row,
    recipe_at,
    step_row,
)
from evenhand.workspace.samples import make_sample

PEOPLE = ("Ada", "Bo", "Cy")
TEAMS = ("Team 1", "Team 2")


class Editors(RuleBasedStateMachine):
    """Three people edit one plan from pages that are more or less behind."""

    @initialize()
    def open(self) -> None:
        """Open a plan; everybody has seen it."""
        self.folder = tempfile.TemporaryDirectory()
        self.store = open_database(Path(self.folder.name) / "a.db")
        with self.store.write() as connection:
            self.plan = make_sample(connection, "teams")
        self.seen = dict.fromkeys(("Ann", "Ben", "Eve"), 1)
        self.accepted: list[tuple[str, Pick]] = []

    def _tip(self) -> Any:
        with self.store.read() as connection:
            row = plan_row(connection, self.plan)
            return recipe_at(connection, step_row(connection, self.plan, row.tip).state)

    @rule(
        who=st.sampled_from(("Ann", "Ben", "Eve")),
        person=st.sampled_from(PEOPLE),
        team=st.sampled_from(TEAMS),
    )
    def pin(self, who: str, person: str, team: str) -> None:
        """Pin a person from a page as it was last loaded: taken, or told what is in the way.

        Never dropped.
        """
        pick = Pick("pin", (person, team))
        before = self._tip()
        refused: ConflictError | None = None
        try:
            with self.store.write() as connection:
                add_step(connection, self.plan, self.seen[who], "pin", {"names": list(pick.names)}, who)
        except ConflictError as found:
            refused = found
        if refused is not None:
            assert all(step.seq > self.seen[who] for step in refused.theirs)
            assert all(f"cell:{person}" in step.touches for step in refused.theirs)
            assert self._tip() == before
            return
        after = self._tip()
        assert pick in after.picks
        # what others decided about somebody else stands as it was
        assert {p for p in before.picks if p.names[0] != person} <= set(after.picks)

    @rule(who=st.sampled_from(("Ann", "Ben", "Eve")))
    def reload(self, who: str) -> None:
        """Load the page again."""
        self.seen[who] = self._last()

    @rule(kind=st.sampled_from(("undo", "redo")))
    def move(self, kind: str) -> None:
        """Undo or redo: the steps stay, the draft is exactly what it was at that step."""
        with self.store.write() as connection:
            count = len(history(connection, self.plan))
            add_step(connection, self.plan, last_seq(connection, self.plan), kind, {}, "Ann")
            assert len(history(connection, self.plan)) in (count, count + 1)

    @rule(at=st.integers(1, 60))
    def goto(self, at: int) -> None:
        """Go to any step there is; to a move or to none is refused."""
        with self.store.write() as connection:
            steps = {step.seq: step for step in history(connection, self.plan)}
            if at in steps and steps[at].kind != "goto":
                add_step(connection, self.plan, 0, "goto", {"seq": at}, "Ann")
                row = plan_row(connection, self.plan)
                assert step_row(connection, self.plan, row.tip).state == steps[at].state
            else:
                with pytest.raises(InputError, match="not a step"):
                    add_step(connection, self.plan, 0, "goto", {"seq": at}, "Ann")

    def _last(self) -> int:
        with self.store.read() as connection:
            return last_seq(connection, self.plan)

    @invariant()
    def numbered(self) -> None:
        """Steps are numbered without a gap, and the tip is a step that decides something."""
        if not hasattr(self, "plan"):
            return
        with self.store.read() as connection:
            steps = history(connection, self.plan)
            assert [step.seq for step in steps] == list(range(1, len(steps) + 1))
            assert steps[plan_row(connection, self.plan).tip - 1].kind != "goto"

    def teardown(self) -> None:
        """Close the database."""
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()


TestNoLostEdit = Editors.TestCase
TestNoLostEdit.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)


def test_a_dial_turned_by_two_is_told_to_the_second(place: str) -> None:
    """Two people who turn the same dial from one page: the second sees who and what, and can still do it."""
    store = open_database(place)
    with store.write() as connection:
        plan = make_sample(connection, "fleet")
        add_step(connection, plan, 1, "dial", {"lam": 300}, "Ann")
        with pytest.raises(ConflictError, match="Ann changed the same thing") as caught:
            add_step(connection, plan, 1, "dial", {"lam": 400}, "Ben")
        assert caught.value.mine == {"kind": "dial", "body": {"lam": 400}}
        add_step(connection, plan, 1, "pin", {"names": ["LABMW00125", "P060", "2026-09-28"]}, "Ben")
        add_step(connection, plan, 2, "dial", {"lam": 400}, "Ben")
        tip = plan_row(connection, plan).tip
        recipe = recipe_at(connection, step_row(connection, plan, tip).state)
        assert recipe.settings["lam"] == 400
        assert len(recipe.picks) == 1
    store.close()
