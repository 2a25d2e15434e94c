"""The engine that works in processes of its own on this machine.

``concurrent.futures.ProcessPoolExecutor`` is not used: when one of its workers is killed, the whole pool is
broken and every result that was on its way is gone. Here a killed worker costs its own shards' replay, and a
worker that hangs costs one shard's: its open call is asked of another process too, the first answer counts.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from statistics import median
from typing import Any

from evenhand.cluster.engine import (
    TRIES,
    Call,
    Engine,
    LostError,
    Made,
    Recipe,
    made_anew,
    named,
    out_of_memory,
)

PATIENCE = 5.0
"""Seconds that a worker may take to end when it is told to; then it is killed. It only has to notice that
its pipe was closed, so a worker that takes longer hangs."""

ASKED = 2
"""Times a question of ``ask_each`` is asked before its worker's end is taken for its own doing: once for a
process that somebody killed, and no more, as thousands of questions wait behind it."""

SLOW = 3.0
"""Times that a call may take what the others took, before it is asked elsewhere as well. Shards hold as many
offices each and differ by less than two; at twice the figure a worker that hangs costs twice the wait."""

GRACE = 5.0
"""Seconds that any call may take before it counts as slow: a process is made and its shard replayed in one to
five, so to ask elsewhere sooner gains nothing."""

STALLED = 60.0
"""Seconds without any processor time after which a worker that was asked something is ended and replaced. Its
work is arithmetic, so it is stopped, locked, or waits for a disk that no longer answers. Half of it would end
workers that read from a slow network drive; twice as much only makes the wait longer."""

_Told = tuple[int, str | None, tuple[Any, ...]]
"""A call; without a method it makes the shard."""

GONE = (EOFError, BrokenPipeError, ConnectionResetError)
"""What a pipe raises when the process at its other end is no more."""


def serve(pipe: Connection) -> None:
    """Answer calls until the pipe is closed: the loop of a worker.

    A message is what ``Made.answer`` takes, and its answer is sent back.
    """
    import signal

    # Ctrl-C reaches every process of the terminal; the driver decides what it means and closes the pipes.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    shards = Made()
    while True:
        try:
            message = pipe.recv()
        except GONE:
            return
        try:
            pipe.send(shards.answer(*message))
        except GONE:
            return


def spent(pid: int) -> str:
    """Return what changes whenever a process works or may work; empty where the system does not tell.

    A process that could run and gets no processor, as others have them all, counts as working.
    """
    try:
        fields = (
            Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        )
    except OSError:
        return ""
    # The state, then user and system time in clock ticks; R for running or ready to.
    return f"{time.monotonic()}" if fields[0] == "R" else f"{fields[11]} {fields[12]}"


class Worker:
    """A child process at the other end of a pipe.

    Attributes:
        holds: shards that were made in it.
        script: what it is still to be told before the answer that counts; one message at a time, as two
            full pipes would wait for each other for ever.
        since: when it was told the last message.
    """

    def __init__(self, modules: Sequence[str]) -> None:
        # Never forked from this process: a fork copies locks and threads of numerical libraries as they
        # stand. A server that has imported what the work needs, and done nothing else, is forked instead, so
        # that the imports are paid once and not by every worker.
        if "forkserver" in get_all_start_methods():
            context: Any = get_context("forkserver")
            context.set_forkserver_preload([__name__, *modules])
        else:
            context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()
        self.holds: set[int] = set()
        self.script: deque[tuple[int, Any, Any]] = deque()
        self.since = 0.0
        self.spent, self.moved = "", 0.0

    def tell(self, messages: Sequence[tuple[int, Any, Any]]) -> None:
        """Begin with some messages; the next is told when the one before it was answered."""
        self.script = deque(messages)
        self.go_on()

    def go_on(self) -> None:
        """Tell the next message."""
        self.since = self.moved = time.monotonic()
        # A worker that is gone says so when its answer is awaited.
        with suppress(*GONE):
            self.pipe.send(self.script.popleft())

    def end_if_stalled(self, stalled: float) -> None:
        """Kill the process if it was told something and has used no processor time for so many seconds."""
        now, before = time.monotonic(), self.spent
        self.spent = spent(self.process.pid or 0)
        if self.spent != before or not self.spent:
            self.moved = now
        elif now - self.moved >= stalled:
            self.process.kill()

    def end(self, *, kill: bool = False) -> None:
        """Close the pipe and wait; kill what does not end by itself."""
        self.pipe.close()
        if kill:
            self.process.kill()
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


class Processes(Engine):
    """Shards over worker processes, a fair number each.

    Args:
        workers: processes.
        grace: seconds that any call may take before it is asked elsewhere as well.
        stalled: seconds without processor time after which a worker that was asked something is replaced.
    """

    def __init__(self, workers: int, *, grace: float = GRACE, stalled: float = STALLED) -> None:
        super().__init__()
        self._count, self.grace, self.stalled = workers, grace, stalled
        self._modules: tuple[str, ...] = ()
        self.workers: list[Worker] = []
        self.known: list[_Shard] = []
        # Seconds that a call of each method took at most: what tells a slow call where no other is beside it.
        self.usual: dict[str | None, float] = {}
        self.asked_twice = 0

    def start(self, recipes: Sequence[Recipe]) -> None:
        """Make the shards: neighbours go to the same worker, and no worker has two more than another."""
        makers = {recipe.maker.partition(":")[0] for recipe in recipes}
        self._modules = tuple(sorted(makers.union(*(recipe.modules for recipe in recipes))))
        count = min(self._count, max(1, len(recipes)))
        self.workers = [self.new_worker() for _ in range(count)]
        self.known = [_Shard(recipe, number * count // len(recipes)) for number, recipe in enumerate(recipes)]
        self.shards = len(recipes)
        _Round(self, [(number, None, ()) for number in range(len(recipes))]).run()

    def ask(self, calls: Sequence[Call]) -> list[Any]:
        """Make calls on the workers, each worker one at a time."""
        return _Round(self, calls).run()

    def close(self) -> None:
        """End all workers."""
        for worker in self.workers:
            worker.pipe.close()  # all of them first, so that they end side by side
        for worker in self.workers:
            worker.end()
        self.workers, self.known, self.shards = [], [], 0

    def new_worker(self) -> Worker:
        """Return a new process that holds no shard yet."""
        return Worker(self._modules)

    @property
    def processes(self) -> list[int]:
        """The process ids of the workers; tests kill them."""
        return [worker.process.pid or 0 for worker in self.workers]


class _Round:
    """Some calls handed to the workers, each worker one at a time, until all are answered.

    ``None`` as the method makes the shard. A worker that is lost is replaced and its open call asked again; a
    call that takes long is asked of a twin as well, which takes the worker's place if it is first. New
    processes make and replay a shard when it is next asked.
    """

    def __init__(self, engine: Processes, calls: Sequence[_Told]) -> None:
        self.engine, self.calls, self.known = engine, calls, engine.known
        self.answers: list[Any] = [None] * len(calls)
        self.raised: dict[int, BaseException] = {}
        self.queues: dict[int, deque[int]] = {}
        for place, (shard, _, _) in enumerate(calls):
            self.queues.setdefault(self.known[shard].worker, deque()).append(place)
        self.waiting: dict[int, int] = {}
        self.twins: dict[int, Worker] = {}
        self.took: list[float] = []

    def run(self) -> list[Any]:
        """Return the answers in the order of the calls."""
        try:
            for worker in self.queues:
                self.begin(worker)
            while self.waiting:
                hands = {self.engine.workers[worker].pipe: worker for worker in self.waiting}
                hands |= {twin.pipe: worker for worker, twin in self.twins.items()}
                for pipe in wait(list(hands), self.patience()):
                    self.heard(hands[pipe], pipe)  # type: ignore[arg-type]  # one of those it was given
                self.ask_elsewhere()
                # What is killed here is heard of as lost in the next turn.
                for worker in self.waiting:
                    self.engine.workers[worker].end_if_stalled(self.engine.stalled)
        finally:
            for twin in self.twins.values():
                twin.end(kill=True)
        if self.calls and self.took:
            method = self.calls[0][1]
            self.engine.usual[method] = max(self.engine.usual.get(method, 0.0), *self.took)
        if self.raised:
            # Of several faults the first shard's is told, so that the same run tells the same fault.
            first = min(self.raised)
            if isinstance(self.raised[first], MemoryError):
                raise out_of_memory(self.known[self.calls[first][0]].recipe)
            raise self.raised[first]
        return self.answers

    def begin(self, worker: int) -> None:
        """Tell a worker the next of its calls; with none left it is no longer waited for."""
        if self.queues[worker]:
            self.waiting[worker] = self.queues[worker].popleft()
            self.tell(self.engine.workers[worker], self.calls[self.waiting[worker]])
        else:
            del self.waiting[worker]

    def tell(self, hand: Worker, call: _Told) -> None:
        """Tell a process a call, after making and replaying its shard where the process is new."""
        shard, method, arguments = call
        known = self.known[shard]
        messages: list[tuple[int, Any, Any]] = []
        if shard not in hand.holds:
            messages = [(shard, known.recipe, None), *((shard, *message) for message in known.calls)]
        if method is not None:
            messages.append((shard, method, arguments))
        hand.tell(messages)

    def heard(self, worker: int, pipe: Connection) -> None:
        """Take an answer, or the end of a process."""
        # Where a worker and its twin have both answered, the second of them was let go already.
        hands = [self.engine.workers[worker], *([self.twins[worker]] if worker in self.twins else [])]
        hand = next((candidate for candidate in hands if candidate.pipe is pipe), None)
        if worker not in self.waiting or hand is None:
            return
        place = self.waiting[worker]
        try:
            fine, value = pipe.recv()
        except GONE:
            self.lost(worker, hand)
            return
        if fine and hand.script:
            hand.go_on()
            return
        if worker in self.twins:
            other = next(candidate for candidate in hands if candidate is not hand)
            del self.twins[worker]
            self.engine.workers[worker] = hand
            other.end(kill=True)
        elif fine:
            self.took.append(time.monotonic() - hand.since)
        shard, method, arguments = self.calls[place]
        if fine:
            self.answers[place] = value
            hand.holds.add(shard)
            if method is not None and method not in self.known[shard].recipe.reads:
                self.known[shard].calls.append((method, arguments))
        else:
            self.raised[place] = value
            # Nobody knows what a call that raised has changed: the shard is made anew when next asked.
            hand.holds.discard(shard)
        self.begin(worker)

    def lost(self, worker: int, hand: Worker) -> None:
        """Go on with the twin of a lost worker, or with a new process; without a twin that is lost."""
        twin = self.twins.pop(worker, None)
        if twin is not None:
            hand.end()
            if hand is not twin:
                self.engine.workers[worker] = twin
            return
        call = self.calls[self.waiting[worker]]
        shard = self.known[call[0]]
        shard.tries += 1
        if shard.tries > TRIES:
            raise LostError(
                f"{named(shard.recipe)} was lost {shard.tries} times: its process ended each time it was "
                "asked. It may need more memory than there is."
            )
        self.engine.notes.append(made_anew(shard.recipe))
        hand.end()
        self.engine.workers[worker] = self.engine.new_worker()
        self.tell(self.engine.workers[worker], call)

    def slow_from(self, worker: int) -> float | None:
        """Return when a worker's open call counts as slow; None where nothing can be said or done."""
        # Without an idle worker a twin would only slow the others down.
        if worker in self.twins or len(self.waiting) == len(self.engine.workers):
            return None
        hand, method = self.engine.workers[worker], self.calls[self.waiting[worker]][1]
        usual = median(self.took) if self.took else self.engine.usual.get(method)
        # One that still replays is new: what it repeats may take longer than the call it is asked.
        if hand.script or usual is None:
            return None
        return hand.since + max(self.engine.grace, SLOW * usual)

    def patience(self) -> float:
        """Return the seconds until the next call may count as slow, or a worker as stalled."""
        ends = [end for worker in self.waiting if (end := self.slow_from(worker)) is not None]
        return max(0.0, min([*(end - time.monotonic() for end in ends), self.engine.stalled / 4]))

    def ask_elsewhere(self) -> None:
        """Ask slow calls of a new process as well: the shard's answer is the same there."""
        for worker, place in self.waiting.items():
            end = self.slow_from(worker)
            if end is not None and time.monotonic() >= end:
                self.twins[worker] = self.engine.new_worker()
                self.engine.asked_twice += 1
                self.tell(self.twins[worker], self.calls[place])


class _Pool:
    """Workers that are asked one question each, whichever is free first."""

    def __init__(self, recipe: Recipe, method: str, questions: Sequence[Any], workers: int) -> None:
        self.recipe, self.method, self.questions = recipe, method, questions
        self.open = [(place, 0) for place in reversed(range(len(questions)))]
        self.workers = [self.new_worker() for _ in range(min(workers, len(questions)))]
        self.busy: dict[int, tuple[int, int]] = {}

    def new_worker(self) -> Worker:
        return Worker((self.recipe.maker.partition(":")[0], *self.recipe.modules))

    def begin(self, number: int) -> None:
        """Tell a worker the next question, if one is open."""
        if not self.open:
            return
        self.busy[number] = self.open.pop()
        worker = self.workers[number]
        makes = [] if worker.holds else [(0, self.recipe, None)]
        worker.holds.add(0)
        worker.tell([*makes, (0, self.method, (self.questions[self.busy[number][0]],))])

    def heard(self, number: int) -> Iterator[tuple[int, Any]]:
        """Take what a worker answers, and give it the next question."""
        worker = self.workers[number]
        try:
            fine, answer = worker.pipe.recv()
        except GONE:
            worker.end()
            self.workers[number] = self.new_worker()
            place, lost = self.busy.pop(number)
            if lost + 1 < ASKED:
                self.open.append((place, lost + 1))
            else:
                yield place, LostError(f"Its process ended {ASKED} times. It may need more memory.")
            self.begin(number)
            return
        if fine and worker.script:
            worker.go_on()
            return
        place, _ = self.busy.pop(number)
        if isinstance(answer, MemoryError):
            fine, answer = True, LostError("There is not enough memory for it.")
        if not fine:
            raise answer
        yield place, answer
        self.begin(number)


def ask_each(
    recipe: Recipe, method: str, questions: Sequence[Any], workers: int, *, stalled: float = STALLED
) -> Iterator[tuple[int, Any]]:
    """Ask shards that remember nothing one question each, whichever is free first.

    Args:
        recipe: makes the shard that every worker has.
        method: what is called, with the question alone.
        questions: in the order in which they are begun.
        workers: processes that answer side by side.
        stalled: seconds without processor time after which a worker counts as lost.

    Yields:
        Place of the question, and its answer, in the order in which they come. A question whose worker was
        lost ``ASKED`` times, or ran out of memory, is answered by a LostError.
    """
    pool = _Pool(recipe, method, questions, workers)
    try:
        for number in range(len(pool.workers)):
            pool.begin(number)
        while pool.busy:
            pipes = {pool.workers[number].pipe: number for number in pool.busy}
            for pipe in wait(list(pipes), stalled / 4):
                yield from pool.heard(pipes[pipe])  # one of those it was given
            for number in pool.busy:
                pool.workers[number].end_if_stalled(stalled)
    finally:
        for worker in pool.workers:
            worker.end()
