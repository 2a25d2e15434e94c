"""The engine that works in processes of its own on this machine.

``concurrent.futures.ProcessPoolExecutor`` is not used: when one of its workers is killed, the whole pool is
broken and every result that was on its way is gone. Here a killed worker costs its own shards' replay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any

from evenhand.cluster.engine import TRIES, LostError, Recipe, make

__all__ = ["Processes", "ask_each"]

PATIENCE = 5.0
"""Seconds that a worker may take to end when it is told to; then it is killed. It only has to notice that
its pipe was closed, so a worker that takes longer hangs."""

ASKED = 2
"""Times a question of ``ask_each`` is asked before its worker's end is taken for its own doing: once for a
process that somebody killed, and no more, as thousands of questions wait behind it."""

GONE = (EOFError, BrokenPipeError, ConnectionResetError)
"""What a pipe raises when the process at its other end is no more."""


def serve(pipe: Connection) -> None:
    """Answer calls until the pipe is closed: the loop of a worker.

    A message is ``(shard, recipe, None)`` to make a shard and ``(shard, method, arguments)`` to call one.
    The answer is ``(True, value)``, or ``(False, error)`` where the shard itself raised.
    """
    import signal

    # Ctrl-C reaches every process of the terminal; the driver decides what it means and closes the pipes.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    shards: dict[int, Any] = {}
    while True:
        try:
            shard, what, arguments = pipe.recv()
        except GONE:
            return
        try:
            if arguments is None:
                shards[shard] = make(what)
                answer: tuple[bool, Any] = (True, None)
            else:
                answer = (True, getattr(shards[shard], what)(*arguments))
        except Exception as error:  # noqa: BLE001 - whatever a shard raises belongs to the driver
            answer = (False, error)
        try:
            pipe.send(answer)
        except GONE:
            return


class Worker:
    """A child process at the other end of a pipe."""

    def __init__(self) -> None:
        # Spawned and not forked: a fork copies locks and threads of numerical libraries as they stand.
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()

    def replaced(self) -> Worker:
        """Return a new worker in the place of this one, which is no more."""
        self.end()
        return Worker()

    def end(self) -> None:
        """Close the pipe and wait; kill what does not end by itself."""
        self.pipe.close()
        self.process.join(PATIENCE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


@dataclass
class _Shard:
    """What is needed to make a shard anew: its recipe, where it lives, and the calls that were answered."""

    recipe: Recipe
    worker: int
    calls: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    tries: int = 0


class Processes:
    """Shards over worker processes, a fair number each."""

    def __init__(self, workers: int) -> None:
        self._count = workers
        self._workers: list[Worker] = []
        self._shards: list[_Shard] = []

    def start(self, recipes: Sequence[Recipe]) -> None:
        """Make the shards: neighbours go to the same worker, and no worker has two more than another."""
        self._workers = [Worker() for _ in range(min(self._count, max(1, len(recipes))))]
        self._shards = [
            _Shard(recipe, number * len(self._workers) // len(recipes))
            for number, recipe in enumerate(recipes)
        ]
        self._spread([(number, None, ()) for number in range(len(recipes))])

    def all(self, method: str, *arguments: Any) -> list[Any]:
        """Call a method on every shard."""
        return self._spread([(number, method, arguments) for number in range(len(self._shards))])

    def one(self, shard: int, method: str, *arguments: Any) -> Any:
        """Call a method on one shard."""
        return self._spread([(shard, method, arguments)])[0]

    def close(self) -> None:
        """End all workers."""
        for worker in self._workers:
            worker.end()
        self._workers, self._shards = [], []

    @property
    def processes(self) -> list[int]:
        """The process ids of the workers; tests kill them."""
        return [worker.process.pid or 0 for worker in self._workers]

    def _spread(self, calls: list[tuple[int, str | None, tuple[Any, ...]]]) -> list[Any]:
        """Hand calls to the workers, each worker one at a time, and collect the answers in order.

        ``None`` as the method makes the shard. A worker that is lost is replaced, its shards are made and
        replayed, and its open call is asked again.
        """
        queues: dict[int, list[int]] = {}
        for place, (shard, _, _) in enumerate(calls):
            queues.setdefault(self._shards[shard].worker, []).append(place)
        answers: list[Any] = [None] * len(calls)
        raised: dict[int, BaseException] = {}
        waiting: dict[int, int] = {}
        for worker, queue in queues.items():
            waiting[worker] = queue.pop(0)
            self._send(worker, calls[waiting[worker]])
        while waiting:
            pipes = {self._workers[worker].pipe: worker for worker in waiting}
            for pipe in wait(list(pipes)):
                worker = pipes[pipe]  # type: ignore[index]  # wait hands back what it was given
                place = waiting[worker]
                shard, method, arguments = calls[place]
                try:
                    fine, value = self._workers[worker].pipe.recv()
                except GONE:
                    self._replace(worker, shard)
                    self._send(worker, calls[place])
                    continue
                if fine:
                    answers[place] = value
                    if method is not None:
                        self._shards[shard].calls.append((method, arguments))
                else:
                    raised[place] = value
                if queues[worker]:
                    waiting[worker] = queues[worker].pop(0)
                    self._send(worker, calls[waiting[worker]])
                else:
                    del waiting[worker]
        if raised:
            # Of several faults the first shard's is told, so that the same run tells the same fault.
            raise raised[min(raised)]
        return answers

    def _send(self, worker: int, call: tuple[int, str | None, tuple[Any, ...]]) -> None:
        shard, method, arguments = call
        message = (shard, self._shards[shard].recipe, None) if method is None else (shard, method, arguments)
        try:
            self._workers[worker].pipe.send(message)
        except GONE:
            # The worker died before it heard the call: the pipe says so again when its answer is awaited.
            return

    def _replace(self, worker: int, shard: int) -> None:
        """Put a new process in a lost one's place, with its shards as they were."""
        lost = self._shards[shard]
        lost.tries += 1
        if lost.tries > TRIES:
            raise LostError(
                f"{lost.recipe.name or 'A part of the run'} was lost {lost.tries} times: its process ended "
                "each time it was asked. It may need more memory than there is."
            )
        self._workers[worker] = self._workers[worker].replaced()
        pipe = self._workers[worker].pipe
        try:
            for number, other in enumerate(self._shards):
                if other.worker != worker:
                    continue
                pipe.send((number, other.recipe, None))
                pipe.recv()
                for method, arguments in other.calls:
                    pipe.send((number, method, arguments))
                    pipe.recv()
        except GONE:
            self._replace(worker, shard)


def ask_each(
    recipe: Recipe, method: str, questions: Sequence[Any], workers: int
) -> Iterator[tuple[int, Any]]:
    """Ask shards that remember nothing one question each, whichever is free first.

    Args:
        recipe: makes the shard that every worker has.
        method: what is called, with the question alone.
        questions: in the order in which they are begun.
        workers: processes that answer side by side.

    Yields:
        Place of the question, and its answer, in the order in which they come. A question whose worker was
        lost ``ASKED`` times is answered by a LostError.
    """
    open_places = [(place, 0) for place in reversed(range(len(questions)))]
    pool = [Worker() for _ in range(min(workers, len(questions)))]
    busy: dict[int, tuple[int, int]] = {}

    def begin(number: int) -> None:
        busy[number] = open_places.pop()
        with suppress(*GONE):  # a worker that is gone says so when its answer is awaited
            pool[number].pipe.send((0, recipe, None))
            pool[number].pipe.send((0, method, (questions[busy[number][0]],)))

    try:
        for number in range(len(pool)):
            begin(number)
        while busy:
            pipes = {pool[number].pipe: number for number in busy}
            for pipe in wait(list(pipes)):
                number = pipes[pipe]  # type: ignore[index]  # wait hands back what it was given
                place, lost = busy.pop(number)
                try:
                    pool[number].pipe.recv()
                    fine, answer = pool[number].pipe.recv()
                except GONE:
                    pool[number] = pool[number].replaced()
                    fine, answer = (
                        True,
                        LostError(f"Its process ended {ASKED} times. It may need more memory."),
                    )
                if not fine:
                    raise answer
                if isinstance(answer, LostError) and lost + 1 < ASKED:
                    open_places.append((place, lost + 1))
                else:
                    yield place, answer
                if open_places:
                    begin(number)
    finally:
        for worker in pool:
            worker.end()
