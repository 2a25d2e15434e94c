"""The worker processes of a server: started, woken, watched, and ended when they take too long."""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select

from evenhand.store.database import Database, StoreError, open_database
from evenhand.store.ids import seconds
from evenhand.store.schema import METADATA
from evenhand.work.child import Handler, Pipe, child_main
from evenhand.work.leases import LostError, end_overdue

RUN = METADATA.tables["run"]

MEMORY: Final = 8 << 30
"""Bytes of addresses a child may have. Los Angeles takes 1.5 GB (most of it libraries); six million
candidates take 4. Half of this would refuse those, twice it would let one child take a small machine down."""

GRACE: Final = 5.0
"""Seconds beyond its limit after which a run's child is killed: methods stop by themselves within one."""

LOOK: Final = 0.5
"""Seconds between two looks at the children: a dead one is replaced before people notice. At half of this
the watch reads the run table four times a second for nothing, at twice it a plan whose child died waits a
second longer."""


@dataclass
class _Child:
    process: Any
    pipe: Pipe
    asks_only: bool


@dataclass
class Pool:
    """Resident children of one server.

    Attributes:
        url: the database.
        make: makes each child's handler.
        solvers: children that solve; one more answers questions only.
        memory: see ``MEMORY``.
    """

    url: str
    make: Callable[[Database], Handler]
    solvers: int = 2
    memory: int = MEMORY
    _children: list[_Child] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _watch: threading.Thread | None = None
    _started: dict[tuple[str, int], float] = field(default_factory=dict)

    def start(self) -> None:
        """Start the children and the thread that watches them."""
        self._children = [self._child(asks_only=index == self.solvers) for index in range(self.solvers + 1)]
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()

    def wake(self) -> None:
        """Tell the children that something waits."""
        # all are told, the first to take it has it; the others find nothing and sleep on
        for child in self._children:
            with contextlib.suppress(OSError, ValueError):
                child.pipe.send_bytes(b"!")

    def close(self) -> None:
        """End the children; what they had in hand is taken up by whoever comes next."""
        self._over.set()
        if self._watch is not None:
            # before the children: the watch would start those that end anew
            self._watch.join()
        for child in self._children:
            child.pipe.close()
            child.process.terminate()
        for child in self._children:
            # SIGTERM ends a child at once unless the system holds it, as a slow disk does; then it is killed
            child.process.join(5)
            if child.process.is_alive():
                child.process.kill()
                child.process.join()
            child.process.close()

    @property
    def pids(self) -> list[int]:
        """Process ids of the children, for tests that kill them."""
        return [child.process.pid for child in self._children]

    def _child(self, *, asks_only: bool) -> _Child:
        # spawned, never forked: a forked child shares the parent's connections and locks
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=child_main,
            args=(theirs, self.url, self.make, self.memory),
            kwargs={"asks_only": asks_only},
            daemon=True,
        )
        process.start()
        # with our copy of its end open, a wake-up sent to a child that died would seem to arrive
        theirs.close()
        return _Child(process, ours, asks_only)

    def _look(self) -> None:
        database = open_database(self.url)
        while not self._over.wait(LOOK):
            for index, child in enumerate(self._children):
                if not child.process.is_alive():
                    child.pipe.close()
                    self._children[index] = self._child(asks_only=child.asks_only)
            with contextlib.suppress(StoreError):
                self._end_overdue(database)
        database.close()

    def _end_overdue(self, database: Database) -> None:
        with database.read() as connection:
            rows = connection.execute(
                select(RUN.c.id, RUN.c.fence, RUN.c.worker, RUN.c.limit_seconds).where(
                    RUN.c.status == "running"
                )
            ).all()
        now = seconds()
        running = {(row.id, row.fence) for row in rows}
        self._started = {key: since for key, since in self._started.items() if key in running}
        for row in rows:
            since = self._started.setdefault((row.id, row.fence), now)
            # since this watch first saw it: the clock of another machine may be minutes off
            if now - since <= row.limit_seconds + GRACE:
                continue
            for child in self._children:
                if str(child.process.pid) == row.worker:
                    child.process.kill()
            sentence = f"The plan took longer than {row.limit_seconds:g} seconds and was ended."
            # the child first, the row after: a run must not be over while somebody still writes for it
            with contextlib.suppress(LostError), database.write() as connection:
                end_overdue(connection, row.id, row.fence, sentence)
