"""The run table as a queue: submit, take with a fencing number, renew, finish.

Late writers change nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, and_, case, insert, or_, select, update

from evenhand.store.database import Database
from evenhand.store.ids import new_id, now_text, seconds
from evenhand.store.schema import METADATA

RUN = METADATA.tables["run"]

LEASE: Final = 10.0
"""Seconds a lease lasts without being renewed. Children renew every quarter of a second, so a lease that runs
out means a dead or stopped child; at half of this a machine that swaps would lose runs, at twice it people
wait twenty seconds for a plan whose child died."""

TRIES: Final = 3
"""Times a run is taken before it is given up: what kills two children in a row would kill the next."""


KEEP_BEST: Final = 2
"""In ``run.stop``: only what was found by now is to be kept. 1 asks a search to stop."""


class LostError(Exception):
    """The lease was lost to another worker: nothing may be written any more."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A run in hand.

    Attributes:
        id: the run's.
        kind: what is to be done.
        key: what it makes.
        body: what it needs, JSON.
        fence: the number that every write must show.
        limit: seconds it may take.
        rescued: the best plan that killed children left, JSON; "" where the run is to be done in full.
    """

    id: str
    kind: str
    key: str
    body: Mapping[str, Any]
    fence: int
    limit: float
    rescued: str = ""


def submit(
    connection: Connection,
    key: str,
    kind: str,
    body: Mapping[str, Any],
    *,
    plan: str = "",
    limit: float = 60.0,
) -> str:
    """Queue a run and return its id; where one of that key is queued or running already, that one."""
    # two people who open the same plan wait for the same run, not for two solves
    there = connection.execute(
        select(RUN.c.id).where(RUN.c.key == key, RUN.c.status.in_(("queued", "running")))
    ).scalar()
    if there is not None:
        return str(there)
    run = new_id()
    connection.execute(
        insert(RUN).values(
            id=run,
            plan=plan,
            key=key,
            kind=kind,
            body=json.dumps(body),
            status="queued",
            made=now_text(),
            limit_seconds=limit,
        )
    )
    return run


def take(database: Database, worker: str, *, asks_only: bool = False, key: str = "") -> Taken | None:
    """Take the next run, questions before plans and older before newer; None where nothing waits.

    Args:
        database: where runs stand.
        worker: who takes it.
        asks_only: whether plans are left to others.
        key: take a run of this key alone; "" for any.
    """
    # one moment for both looks: a lease that ends in between must not count as free in only one
    now = seconds()
    # A lease that ends later than any given now was given before the clock was set back: a holder that lives
    # gives it a new end within seconds. Twice the length, as the clocks of two machines may differ.
    over = or_(RUN.c.lease_until < now, RUN.c.lease_until > now + 2 * LEASE)
    free = or_(RUN.c.status == "queued", and_(RUN.c.status == "running", over))
    if asks_only:
        free = and_(free, RUN.c.kind != "solve")
    if key:
        free = and_(free, RUN.c.key == key)
    # somebody looks at the open panel that a question fills; a plan takes seconds anyway
    first = case((RUN.c.kind == "ask", 0), else_=1)
    # a read first: idle children look twice a second and must not queue for the write lock
    with database.read() as connection:
        waiting = connection.execute(
            select(RUN.c.id).where(free).order_by(first, RUN.c.made).limit(1)
        ).scalar()
    if waiting is None:
        return None
    with database.write() as connection:
        # the condition again, now under the write lock: of two who saw it one gets it
        changed = connection.execute(
            update(RUN)
            .where(RUN.c.id == waiting, free)
            .values(
                status="running",
                # from here on whatever the last holder writes is refused
                fence=RUN.c.fence + 1,
                tries=RUN.c.tries + 1,
                worker=worker,
                lease_until=now + LEASE,
            )
        )
        if changed.rowcount != 1:
            return None
        row = connection.execute(select(RUN).where(RUN.c.id == waiting)).one()
        # killed too often, or once for taking too long: what it had found by then is worth keeping
        rescued = row.best if row.tries == TRIES + 1 or row.stop == KEEP_BEST else ""
        if row.tries > TRIES and not rescued:
            sentence = (
                "The plan could not be made: the process that made it died three times, perhaps of memory."
            )
            finish(connection, row.id, row.fence, "failed", {"kind": "died", "message": sentence})
            return None
    return Taken(row.id, row.kind, row.key, json.loads(row.body), row.fence, row.limit_seconds, rescued)


def beat(
    database: Database, run: Taken, news: Mapping[str, Any] | None = None, best: str | None = None
) -> bool:
    """Renew the lease, leave news and the best plan so far, and return whether the run is asked to stop.

    Raises:
        LostError: another worker has the run now.
    """
    values: dict[str, Any] = {"lease_until": seconds() + LEASE}
    if news is not None:
        values["news"] = json.dumps(news)
    if best is not None:
        values["best"] = best
    with database.write() as connection:
        _write(connection, run.id, run.fence, **values)
        # in the same transaction as the renewal: one wait for the lock a beat, not two
        stop = connection.execute(select(RUN.c.stop).where(RUN.c.id == run.id)).scalar_one()
        # whoever keeps a best plan judges it, which is not to be interrupted
        return bool(stop == 1)


def _write(connection: Connection, run: str, fence: int, **values: Any) -> None:
    """Write into a run that is held.

    Raises:
        LostError: another worker has the run now.
    """
    held = update(RUN).where(RUN.c.id == run, RUN.c.fence == fence, RUN.c.status == "running")
    if connection.execute(held.values(**values)).rowcount != 1:
        raise LostError(run)


def finish(connection: Connection, run: str, fence: int, status: str, outcome: Mapping[str, Any]) -> None:
    """Finish a run, in the transaction that keeps what it made.

    Raises:
        LostError: another worker has the run now; the transaction must not be committed.
    """
    # a lease of 0: a finished run never counts as one whose child died
    over = {"status": status, "outcome": json.dumps(outcome), "over": now_text()}
    _write(connection, run, fence, **over, lease_until=0.0, best="")


def end_overdue(connection: Connection, run: str, fence: int, sentence: str) -> None:
    """End a run whose child was killed for its time: its best plan is kept by another child, if it has one.

    Raises:
        LostError: another worker has the run now.
    """
    row = connection.execute(select(RUN.c.best, RUN.c.stop).where(RUN.c.id == run)).one()
    if not row.best or row.stop == KEEP_BEST:
        finish(connection, run, fence, "failed", {"kind": "time", "message": sentence})
        return
    # not finished here: a plan is judged before it is kept, by whoever has the problem in memory
    _write(connection, run, fence, status="queued", stop=KEEP_BEST, lease_until=0.0)


def ask_to_stop(connection: Connection, run: str) -> None:
    """Ask whoever has a run to stop and keep the best so far; one that waits is over at once."""
    connection.execute(update(RUN).where(RUN.c.id == run, RUN.c.status == "running").values(stop=1))
    connection.execute(
        update(RUN)
        .where(RUN.c.id == run, RUN.c.status == "queued")
        .values(status="stopped", over=now_text(), outcome=json.dumps({"kind": "stopped"}))
    )


def let_go(connection: Connection, plan: str, wanted: Collection[str]) -> None:
    """Ask the searches of a plan that nobody looks at any more to stop: the next one needs their child.

    Args:
        connection: in a write transaction.
        plan: the plan.
        wanted: keys that are to go on.
    """
    rows = connection.execute(
        select(RUN.c.id).where(
            RUN.c.plan == plan,
            RUN.c.kind == "solve",
            RUN.c.status.in_(("queued", "running")),
            RUN.c.stop == 0,
            RUN.c.key.not_in(wanted),
        )
    ).scalars()
    for run in rows.all():
        ask_to_stop(connection, run)
