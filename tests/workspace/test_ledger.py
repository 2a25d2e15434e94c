"""Accounts over many periods: what the database keeps is what the library's own ledger comes to."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from evenhand.core.ledger import Ledger, Line
from evenhand.core.progress import Progress
from evenhand.store import Database, open_database
from evenhand.workspace import swaps
from evenhand.workspace.audit import broken_links
from evenhand.workspace.drafts import add_step, last_seq, plan_row, series_row
from evenhand.workspace.periods import next_plan
from evenhand.workspace.publications import balances, current_facts, faults_of, take_back
from evenhand.workspace.samples import make_sample
from evenhand.workspace.tasks import Desk
from planned import planned, published


def lines(entries: Sequence[Any]) -> list[Line]:
    """Return what a plan is to be booked with, as the library's lines."""
    return [
        Line(one["claimant"], one["due"], one["received"], when=one["at"], thing=one["at"]) for one in entries
    ]


class Coordinator:
    """Somebody who keeps a series in a database, and the same books by hand with the library.

    Attributes:
        store: the database.
        plan: the period at hand.
        book: the library's ledger.
    """

    def __init__(self, store: Database, sample: str) -> None:
        """Start a series and publish its first plan."""
        self.store, self.book = store, Ledger()
        with store.write() as connection:
            self.plan = make_sample(connection, sample, who="Ann")
        self.publish()

    def publish(self, reason: str = "") -> None:
        """Publish the draft, and book by hand what its plan is due."""
        checked = Desk(self.store).checked(planned(self.store, self.plan), Progress())
        opening = {one["claimant"]: one["due"] - one["received"] for one in checked["opening"]}
        if any(opening.values()) and not self.book.entries:
            self.book = self.book.open_with("before", opening)
        published(self.store, self.plan, reason)
        if self.plan in self.book.periods:
            self.book = self.book.amend(self.plan, None, lines(checked["entries"]))
        else:
            self.book = self.book.publish(self.plan, lines(checked["entries"]))

    def absent(self, draw: random.Random) -> None:
        """Say that somebody cannot serve, and publish what follows."""
        with self.store.write() as connection:
            fact = draw.choice(current_facts(connection, self.plan))
            names = [fact.claimant, fact.starts, fact.ends]
            add_step(connection, self.plan, last_seq(connection, self.plan), "away", {"names": names}, "Ann")
        self.publish("somebody fell ill")

    def swapped(self, draw: random.Random) -> None:
        """Let somebody take another's turn, and half of the time give it back."""
        with self.store.write() as connection:
            facts = current_facts(connection, self.plan)
            fact = draw.choice(facts)
            ledger = series_row(connection, plan_row(connection, self.plan).series).ledger
            busy = {one.claimant for one in facts if one.starts == fact.starts}
            taker = draw.choice(sorted(set(balances(connection, ledger)) - busy))
            swap = swaps.offer(connection, self.plan, fact.thing, fact.starts, fact.claimant, who="Ann")
            swaps.take(connection, swap, taker, who=taker)
            if draw.random() < 0.5:
                swaps.untake(connection, swap, today="2020-01-01", who=taker)
                return
        self.book = self.book.correct(
            self.plan, taker, fact.claimant, fact.units, "swap", thing=fact.starts, when=fact.starts
        )

    def taken_back(self, draw: random.Random) -> None:
        """Take a publication back, and publish the draft again."""
        del draw
        with self.store.write() as connection:
            take_back(connection, self.plan, who="Ann", reason="wrong table")
        self.book = self.book.amend(self.plan, None, [])
        self.agrees()
        self.publish()

    def followed(self, draw: random.Random) -> None:
        """Plan and publish the next period."""
        del draw
        with self.store.write() as connection:
            self.plan = next_plan(connection, plan_row(connection, self.plan).series, who="Ann")
        self.publish()

    def agrees(self) -> None:
        """Assert that database and library agree to the tick, and that all in the database is sound."""
        with self.store.read() as connection:
            kept = balances(connection, series_row(connection, plan_row(connection, self.plan).series).ledger)
            assert faults_of(connection) == []
            assert broken_links(connection) == []
        by_hand = {name: lag for name, lag in self.book.balances.items() if lag}
        assert by_hand == {name: lag for name, lag in kept.items() if lag}
        assert kept
        assert sum(kept.values()) == 0


ACTS: list[Callable[[Coordinator, random.Random], None]] = [
    Coordinator.absent,
    Coordinator.swapped,
    Coordinator.taken_back,
    Coordinator.followed,
]


@pytest.mark.parametrize("seed", range(3))
def test_accounts_are_what_the_library_comes_to(place: str, seed: int) -> None:
    """After absences, swaps, takebacks and new periods in any order all accounts are the library's."""
    store = open_database(place)
    ann = Coordinator(store, "garden")
    ann.agrees()
    draw = random.Random(seed)
    for act in draw.sample(ACTS, len(ACTS)):
        act(ann, draw)
        ann.agrees()
    store.close()


def test_accounts_of_loans_are_what_the_library_comes_to(tmp_path: Any) -> None:
    """Two weeks of a fleet, the first published twice, are booked as the library books their statements."""
    store = open_database(tmp_path / "a.db")
    ann = Coordinator(store, "fleet")
    ann.agrees()
    ann.taken_back(random.Random(0))
    ann.followed(random.Random(0))
    ann.agrees()
    store.close()
