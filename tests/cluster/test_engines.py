"""Every engine gives the same answers, whatever is killed."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from cluster.counting import Counting
from evenhand.cluster.engine import Engine, LostError, Recipe, open_engine
from evenhand.cluster.processes import Processes

RECIPES = [Recipe("cluster.counting:Counting", (first,), name=f"office {first}") for first in range(1, 6)]


def played(engine: Engine) -> list[list[int]]:
    """Return the answers of five shards to a few calls, some of them to one shard alone."""
    engine.start(RECIPES)
    answers = [engine.all("add", 3)]
    answers.append([engine.one(2, "add", 9)])
    answers += [engine.all("add", amount) for amount in (5, 7, 11)]
    return answers


@pytest.mark.parametrize("workers", [1, 2, 3, 9])
def test_any_number_of_workers_gives_the_same_answers(workers: int) -> None:
    """One process or several, more shards than workers or fewer: the answers and their order are the same."""
    with open_engine(1) as inline:
        expected = played(inline)
    with open_engine(workers) as engine:
        assert played(engine) == expected


@pytest.mark.parametrize("before", range(4))
def test_a_killed_worker_costs_nothing_but_its_replay(before: int) -> None:
    """A worker that is killed before any of the calls is made anew, and the answers stay the same."""
    amounts = (3, 5, 7, 11)
    with open_engine(1) as inline:
        inline.start(RECIPES)
        expected = [inline.all("add", amount) for amount in amounts]
    with open_engine(2) as engine:
        assert isinstance(engine, Processes)
        engine.start(RECIPES)
        answers = []
        for number, amount in enumerate(amounts):
            if number == before:
                os.kill(engine.processes[number % 2], signal.SIGKILL)
            answers.append(engine.all("add", amount))
    assert answers == expected


def test_a_worker_that_dies_at_work_is_asked_again(tmp_path: Path) -> None:
    """A shard whose process ends in the middle of a call answers that call all the same."""
    shard = Counting(1)
    shard.add(4)
    (tmp_path / "mark").touch()
    expected = shard.die_once(str(tmp_path / "mark"), 8)
    (tmp_path / "mark").unlink()
    with open_engine(2) as engine:
        engine.start(RECIPES)
        engine.all("add", 4)
        assert engine.all("die_once", str(tmp_path / "mark"), 8)[0] == expected


def test_a_shard_that_always_dies_is_given_up_by_name() -> None:
    """After five tries the run ends with the office's name and no process is left."""
    with open_engine(2) as engine:
        assert isinstance(engine, Processes)
        engine.start(RECIPES)
        with pytest.raises(LostError, match=r"office 1 was lost 6 times"):
            engine.one(0, "die")
        children = engine.processes
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)


def test_what_a_shard_raises_reaches_the_driver_in_the_order_of_the_shards() -> None:
    """Of several faults the first shard's is told, whichever worker was faster; the shards live on."""
    with open_engine(2) as engine:
        engine.start(RECIPES)
        with pytest.raises(ValueError, match="no 1"):
            engine.all("refuse")
        assert len(engine.all("add", 1)) == len(RECIPES)


def test_a_worker_that_hangs_is_asked_elsewhere() -> None:
    """A stopped process never answers: its shards are replayed in another, with the same answers."""
    amounts = (3, 5, 7)
    with open_engine(1) as inline:
        inline.start(RECIPES)
        expected = [inline.all("add", amount) for amount in amounts]
    engine = Processes(2, grace=0.2)
    try:
        engine.start(RECIPES)
        answers = [engine.all("add", amounts[0])]
        hanging = engine.processes[1]
        os.kill(hanging, signal.SIGSTOP)
        answers += [engine.all("add", amount) for amount in amounts[1:]]
        assert answers == expected
        assert engine.asked_twice
        assert hanging not in engine.processes
    finally:
        engine.close()
    with pytest.raises(ProcessLookupError):
        os.kill(hanging, 0)


def test_workers_that_all_hang_are_replaced() -> None:
    """With every process stopped nothing runs that could be asked instead: all are ended and made anew."""
    amounts = (3, 5)
    with open_engine(1) as inline:
        inline.start(RECIPES)
        expected = [inline.all("add", amount) for amount in amounts]
    engine = Processes(2, stalled=2.0)
    try:
        engine.start(RECIPES)
        answers = [engine.all("add", amounts[0])]
        hanging = engine.processes
        for child in hanging:
            os.kill(child, signal.SIGSTOP)
        assert [*answers, engine.all("add", amounts[1])] == expected
        assert not set(hanging) & set(engine.processes)
        assert len(engine.notes) >= 2
    finally:
        engine.close()


def test_a_shard_that_always_hangs_is_given_up_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that waits for ever is tried again (here once); then the run ends with the office's name."""
    monkeypatch.setattr("evenhand.cluster.processes.TRIES", 1)
    engine = Processes(2, stalled=3.0)
    try:
        engine.start(RECIPES)
        with pytest.raises(LostError, match=r"office 3 was lost 2 times"):
            engine.one(2, "wait")
    finally:
        engine.close()


def test_a_slow_shard_is_answered_by_its_twin(tmp_path: Path) -> None:
    """A call that takes an hour in one process is answered by another, as if nothing had been."""
    shard = Counting(1)
    (tmp_path / "mark").touch()
    expected = [shard.add(4), shard.dawdle_once(str(tmp_path / "mark"), 8), shard.add(6)]
    (tmp_path / "mark").unlink()
    engine = Processes(2, grace=0.2)
    try:
        engine.start(RECIPES)
        answers = [engine.all("add", 4)[0], engine.all("dawdle_once", str(tmp_path / "mark"), 8)[0]]
        assert [*answers, engine.all("add", 6)[0]] == expected
    finally:
        engine.close()


@pytest.mark.parametrize("workers", [1, 2])
def test_memory_that_runs_out_is_a_sentence_with_the_name(workers: int) -> None:
    """A shard that asks for more memory than there is ends the run with its name and what to do."""
    with open_engine(workers) as engine:
        engine.start(RECIPES)
        with pytest.raises(LostError, match=r"office 2: there is not enough memory .* fewer --workers"):
            engine.one(1, "devour")
