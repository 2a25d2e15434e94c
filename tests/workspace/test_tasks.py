"""What a child does with runs: a search that is stopped or killed keeps its best plan, and judges it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from evenhand.core.errors import InputError
from evenhand.core.progress import Progress
from evenhand.store import open_database
from evenhand.store.schema import METADATA
from evenhand.work import Pool, Taken, ask_to_stop, submit
from evenhand.workspace.drafts import step_row
from evenhand.workspace.samples import make_sample
from evenhand.workspace.tasks import Desk, answer_row
from planned import crowd, planned, waited

RUN = METADATA.tables["run"]


def test_a_plan_that_is_stopped_is_kept_and_searched_again_later(place: str) -> None:
    """Stopping a real search keeps a whole plan that says it was cut; planning again takes its place."""
    store = open_database(place)
    plan, key = crowd(store)
    pool = Pool(place, Desk, solvers=1)
    pool.start()
    try:
        with store.write() as connection:
            run = submit(connection, key, "solve", {}, plan=plan)
        pool.wake()
        waited(store, lambda row: "best" in json.loads(row.news), run)
        with store.write() as connection:
            ask_to_stop(connection, run)
        assert waited(store, lambda row: row.status not in ("queued", "running"), run).status == "done"
    finally:
        pool.close()
    with store.read() as connection:
        answer = answer_row(connection, key)
    assert answer.cut == 1
    # judged anew from what the database holds
    assert Desk(store).solution(key).cut
    with store.write() as connection:
        again = submit(connection, key, "solve", {}, plan=plan, limit=0.1)
        assert again != run
    store.close()


def rescued(key: str, awards: list[int], bound: int | None = None) -> Taken:
    """Return a run whose child was killed when it had found these awards."""
    return Taken("r", "solve", key, {}, 1, 60.0, json.dumps({"awards": awards, "bound": bound}))


def test_the_best_plan_of_a_killed_child_is_judged_before_it_is_kept(place: str) -> None:
    """What a child left is kept as a plan that was cut; what breaks a rule is refused."""
    store = open_database(place)
    with store.write() as connection:
        plan = make_sample(connection, "teams")
    key = planned(store, plan)
    good = Desk(store).solution(key)
    with store.write() as connection:
        connection.execute(METADATA.tables["answer"].delete())
    keep = Desk(store).perform(rescued(key, good.awards.tolist(), bound=0), Progress())
    with store.write() as connection:
        keep(connection)
        assert answer_row(connection, key).cut == 1
    assert Desk(store).solution(key).awards.tolist() == good.awards.tolist()
    with pytest.raises(InputError, match="break a hard rule"):
        Desk(store).perform(rescued(key, [0] * len(good.awards)), Progress())
    store.close()


def test_a_command_waits_for_a_plan_that_a_server_makes(tmp_path: Path) -> None:
    """A command whose draft a server has in hand ends with the server's plan, and takes no other run."""
    from evenhand.cli.plan import planned as planned_by_command

    store = open_database(tmp_path / "a.db")
    with store.write() as connection:
        first, second = make_sample(connection, "teams"), make_sample(connection, "garden")
        other = step_row(connection, second, 1).state
        waiting = submit(connection, other, "solve", {}, plan=second)
    planned_by_command(store, first)
    with store.read() as connection:
        assert connection.execute(select(RUN.c.status).where(RUN.c.id == waiting)).scalar() == "queued"
    pool = Pool(str(tmp_path / "a.db"), Desk, solvers=1)
    pool.start()
    try:
        key = planned_by_command(store, second)
    finally:
        pool.close()
    assert key == other
    with store.read() as connection:
        assert answer_row(connection, key) is not None
        assert connection.execute(select(RUN.c.id).where(RUN.c.key == key)).scalars().all() == [waiting]
    store.close()
