"""Publishers, workers and servers that are killed: nothing that was acknowledged is lost, nothing is half."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from sqlalchemy import select

from databases import Postgres, postgres
from evenhand.core.progress import Progress
from evenhand.store import Database, StoreError, open_database
from evenhand.store.schema import METADATA
from evenhand.workspace.audit import broken_links
from evenhand.workspace.publications import current_facts, faults_of, publish, take_back
from evenhand.workspace.samples import make_sample
from evenhand.workspace.tasks import Desk
from planned import planned

SOAK: Final = bool(os.environ.get("EVENHAND_SOAK"))
KILLS: Final = {"sqlite": 500, "postgres": 100} if SOAK else {"sqlite": 20, "postgres": 8}
ROUND: Final = 25
"""Kills a database: every publication of a plan reads the ones before, so that a plan of ten thousand
revisions, which nobody has, would take most of the time."""

PUBLICATION = METADATA.tables["publication"]

NURSERY: Final = """
import os, sys
from evenhand.core.progress import Progress
from evenhand.store import open_database
from evenhand.workspace.publications import current_facts, publish, take_back
from evenhand.workspace.tasks import Desk
url, plan, key = sys.argv[1:]
store = open_database(url)
checked = Desk(store).checked(key, Progress())
# nothing is open when a child is forked: it makes connections of its own
store.close()
def told(rev):
    os.write(1, f"{rev}\\n".encode())
for line in sys.stdin:
    child = os.fork()
    if child:
        os.write(1, f"child {child}\\n".encode())
        os.waitpid(child, 0)
        os.write(1, b"over\\n")
        continue
    store = open_database(url)
    while True:
        with store.write() as connection:
            if current_facts(connection, plan):
                rev = take_back(connection, plan, who="victim", reason="again")
            else:
                rev = publish(connection, plan, key, checked, who="victim", reason="again")
        told(rev)
"""
"""Imports take a second and dying none: one process imports, and forks a publisher for every kill."""


def sound(store: Database) -> None:
    """Assert that facts, entries, balances and log of a database agree."""
    with store.read() as connection:
        assert faults_of(connection) == []
        assert broken_links(connection) == []


class Nursery:
    """Makes publishers and kills them.

    Attributes:
        process: the one that forks them.
    """

    def __init__(self, place: str, plan: str, key: str) -> None:
        """Start it on a plan."""
        self.process = subprocess.Popen(
            [sys.executable, "-c", NURSERY, place, plan, key],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def kill_one(self, after: float) -> list[int]:
        """Let one publish, kill it some seconds after its first, and return the revisions it acknowledged."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("next\n")
        lines = [self.process.stdout.readline().strip() for _ in range(2)]
        child = int(next(line for line in lines if line.startswith("child")).split()[1])
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
        while (line := self.process.stdout.readline().strip()) != "over":
            lines.append(line)
        return [int(line) for line in lines if line.isdigit()]

    def end(self) -> None:
        """End it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()


@contextmanager
def publishing(place: str) -> Iterator[tuple[Database, str, Nursery]]:
    """Give a database with a planned draft, the draft, and a nursery of publishers."""
    store = open_database(place)
    with store.write() as connection:
        plan = make_sample(connection, "garden")
    nursery = Nursery(place, plan, planned(store, plan))
    try:
        yield store, plan, nursery
    finally:
        nursery.end()
        store.close()


def revisions(store: Database, plan: str) -> set[int]:
    """Return the revisions of a plan that are kept."""
    with store.read() as connection:
        return set(connection.execute(select(PUBLICATION.c.rev).where(PUBLICATION.c.plan == plan)).scalars())


def test_an_acknowledged_publication_survives_a_kill(fresh: Callable[[], str], engine: str) -> None:
    """Publishers killed at any moment lose nothing they had acknowledged, and leave nothing half done."""
    count, acknowledged = KILLS[engine], 0
    for first in range(0, count, ROUND):
        with publishing(fresh()) as (store, plan, nursery):
            for kill in range(first, min(first + ROUND, count)):
                # a little later each time, so that kills fall before, in and after a transaction
                told = nursery.kill_one(0.0007 * (kill % 29))
                acknowledged += len(told)
                kept = revisions(store, plan)
                assert set(told) <= kept
                # revisions are numbered without a gap, so none that was told is missing in the middle
                assert kept == set(range(1, len(kept) + 1))
                sound(store)
    assert acknowledged >= count


def test_a_database_server_that_dies_loses_nothing_either() -> None:
    """PostgreSQL killed with all its processes, again and again, keeps what was acknowledged.

    While it is away a sentence says so, and what was open before works on when it is back.
    """
    with postgres() as server, publishing(server.make("work")) as (store, plan, nursery):
        for crash in range(20 if SOAK else 2):
            told = _until_crash(server, nursery, 0.01 * crash)
            with pytest.raises(StoreError, match="does not answer"), store.read() as connection:
                connection.execute(select(PUBLICATION.c.rev))
            server.start()
            assert set(told) <= revisions(store, plan)
            sound(store)


def _until_crash(server: Postgres, nursery: Nursery, after: float) -> list[int]:
    """Let one publish until the server is killed; return what it acknowledged."""
    assert nursery.process.stdin is not None
    assert nursery.process.stdout is not None
    nursery.process.stdin.write("next\n")
    lines = [nursery.process.stdout.readline().strip() for _ in range(2)]
    time.sleep(after)
    server.crash()
    # the publisher ends by itself: its connection is gone, and it does not try again
    while (line := nursery.process.stdout.readline().strip()) != "over":
        lines.append(line)
    return [int(line) for line in lines if line.isdigit()]


def test_a_publication_that_was_cut_can_be_done_again(place: str) -> None:
    """After a kill the same draft is published and taken back as if nothing had happened."""
    with publishing(place) as (store, plan, nursery):
        nursery.kill_one(0.001)
        with store.write() as connection:
            if current_facts(connection, plan):
                take_back(connection, plan, who="test", reason="next")
        key = planned(store, plan)
        checked = Desk(store).checked(key, Progress())
        with store.write() as connection:
            publish(connection, plan, key, checked, who="test", reason="after the kill")
        sound(store)
        with store.read() as connection:
            assert current_facts(connection, plan)
