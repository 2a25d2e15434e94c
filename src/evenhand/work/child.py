"""A resident child: takes runs, works with what it has in memory, renews its lease, obeys a stop."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final, Protocol

from sqlalchemy import Connection

from evenhand.core.errors import EvenhandError, InfeasibleError, InputError, JudgeError
from evenhand.core.progress import Best, Progress
from evenhand.store.database import Database, StoreError, open_database
from evenhand.tables.guarded_child import limit
from evenhand.work.leases import LostError, Taken, beat, finish, take

if sys.platform == "win32":
    from multiprocessing.connection import PipeConnection as Pipe
else:
    from multiprocessing.connection import Connection as Pipe

__all__ = ["Handler", "Keep", "Pipe", "best_text", "child_main", "outcome_of", "perform"]

BEAT: Final = 0.25
"""Seconds between two renewals, and so between asking to stop and stopping: four fit the promised second."""

IDLE: Final = 0.5
"""Seconds an idle child waits for a wake-up before it looks by itself; another process may have queued."""

EARLY: Final = 1.0
"""Seconds before the first best plan is kept. Most plans are finished by then and never write one; at twice
this a plan that is killed after two seconds has nothing to show."""

NICE: Final = 5
"""How far a solving child gives way: pages and questions get three times its share while all processors
solve, and a quiet machine does not notice. At 0 the slowest requests took ten times as long; at twice this
plans stand still as soon as the machine has other things to do."""

Keep = Callable[[Connection], Mapping[str, Any]]
"""Writes what a run made and returns its outcome; called in the transaction that finishes the run."""


class Handler(Protocol):
    """What knows how to do runs; made once a child, so that it can keep problems in memory."""

    def perform(self, run: Taken, progress: Progress) -> Keep:
        """Do the work of a run; what it returns is called to keep it."""

    def warm(self) -> None:
        """Load what runs will need; called once, while nothing waits."""


def child_main(
    pipe: Pipe, url: str, make: Callable[[Database], Handler], memory: int, *, asks_only: bool
) -> None:
    """Run until the parent goes away.

    Args:
        pipe: one byte wakes; its end means the parent is gone.
        url: the database.
        make: makes the handler.
        memory: bytes of addresses the child may have; more is a MemoryError, not a swapped machine.
        asks_only: whether plans are left to others, so that questions are answered while both cores solve.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; it closes the pipe
    limit(memory)
    if not asks_only and sys.platform != "win32":
        os.nice(NICE)
    database = open_database(url)
    handler = make(database)
    worker = f"{os.getpid()}"
    cold = True
    while True:
        try:
            run = take(database, worker, asks_only=asks_only)
        # the disk is full or another program holds the lock: wait and look again, the run stays queued
        except StoreError:
            run = None
        if run is not None:
            perform(database, handler, run)
            cold = False
            continue
        if cold:
            # nobody waits yet: what the first plan would have to load is loaded now
            handler.warm()
            cold = False
            continue
        try:
            if pipe.poll(IDLE):
                pipe.recv_bytes()
        except (EOFError, OSError):
            return


def perform(database: Database, handler: Handler, run: Taken, *, child: bool = True) -> Exception | None:
    """Do a run and finish it, renewing its lease meanwhile; return what went wrong, which is kept as well.

    Args:
        database: where the run stands.
        handler: knows how to do it.
        run: as taken.
        child: whether this process is to end when its parent does.
    """
    progress = Progress(seconds=run.limit)
    over = threading.Event()
    parent = os.getppid() if child else None
    watch = threading.Thread(target=_renew, args=(database, run, progress, over, parent), daemon=True)
    watch.start()
    wrong: Exception | None = None
    try:
        keep = handler.perform(run, progress)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong is told to whoever waits for the run
        wrong, told = error, outcome_of(error)

        def keep(_connection: Connection) -> Mapping[str, Any]:
            return told

    # the watch ends before the row is finished, or its next beat would find no running row
    over.set()
    watch.join()
    # a run that was lost is somebody else's now: what was found here is thrown away
    with contextlib.suppress(LostError, StoreError), database.write() as connection:
        finish(connection, run.id, run.fence, "failed" if wrong else "done", keep(connection))
    return wrong


def _renew(
    database: Database, run: Taken, progress: Progress, over: threading.Event, parent: int | None
) -> None:
    """Renew the lease until the run is over; a stop, a lost lease or a dead parent interrupts the search."""
    last: dict[str, Any] = {}
    kept: Best | None = None

    def heard(stage: str, best: int | None, bound: int | None, elapsed: float) -> None:
        last.update(stage=stage, seconds=round(elapsed, 1))
        last.update({name: value for name, value in (("best", best), ("bound", bound)) if value is not None})

    progress.tell = heard
    while not over.wait(BEAT):
        # not sys.exit, which would only end this thread and wait for the search
        if parent is not None and os.getppid() != parent:
            os._exit(1)
        best = progress.best
        # the last beat kept it already, or the run will be over before it could be of use
        fresh = best is not None and best is not kept and progress.elapsed > EARLY
        try:
            text = best_text(best) if best is not None and fresh else None
            if beat(database, run, {**last, "seconds": round(progress.elapsed, 1)}, text):
                progress.interrupted = True
            kept = best if fresh else kept
        except LostError:
            progress.interrupted = True
            return
        except StoreError:
            continue


def best_text(best: Best) -> str:
    """Return a best plan as kept beside its run."""
    return json.dumps({"awards": best.awards.tolist(), "bound": best.bound})


def outcome_of(error: Exception) -> dict[str, Any]:
    """Return what a failed run tells: a kind, a sentence, and findings or rules in conflict."""
    if isinstance(error, InputError):
        # What a page can show: a table of a million bad rows would fill the run table.
        findings = [asdict(finding) for finding in error.findings[:500]]
        return {"kind": "input", "message": str(error.findings[0]), "findings": findings}
    if isinstance(error, InfeasibleError):
        return {
            "kind": "infeasible",
            "message": "No plan fits these rules.",
            "conflict": list(error.conflict),
        }
    if isinstance(error, MemoryError):
        return {"kind": "memory", "message": "The plan needs more memory than a plan may take here."}
    if isinstance(error, EvenhandError) and not isinstance(error, JudgeError):
        return {"kind": "error", "message": str(error)}
    # the innermost place is enough to find the fault, and shows no path of the server
    where = traceback.extract_tb(error.__traceback__)[-1]
    sentence = f"{type(error).__name__}: {str(error)[:200]} ({where.name}, line {where.lineno})"
    return {"kind": "fault", "message": f"This is a fault of evenhand, not yours: {sentence}"}
