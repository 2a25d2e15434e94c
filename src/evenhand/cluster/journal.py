"""The journal of answers a driver has received, so that a new driver goes on where the last one stopped.

A line of the journal is a round of calls and what was answered, or something that the driver computed between
two rounds. The driver of a second start runs the same search anew, but for each line that is there it takes
the answer from the line: nothing is asked and nothing is computed twice. Shards are made and replayed when
the first call comes that no line answers. A shard is a function of its files and its calls, so what follows
is the same to the last byte.

Answers stand in a line as a pickle, as they cross a pipe between processes. It is read by names that are
allowed here and no others, so that opening a run's folder from elsewhere runs nobody's code.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evenhand.cluster.engine import Call, Engine, Recipe
from evenhand.core.errors import InputError
from evenhand.core.progress import Progress
from evenhand.tables.locks import locked

NAME = "journal.jsonl"


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold a run's folder, made if it is not there: two starts at once would mix their journals.

    Raises:
        InputError: another start is at work there, or nothing may be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        mend = "Name a folder that can be written with --out"
        raise InputError.one(f"cannot be made: {error.strerror}", mend, came=str(folder)) from None
    busy = "is being worked on by another start of evenhand just now"
    # A Ray cluster needs a drive that all its machines see, and some of those know no locks.
    with locked(folder / "run", folder, busy, strict=False):
        yield


ALLOWED = {
    ("evenhand.allocation.solving.offices.shard", "Facts"),
    ("evenhand.allocation.solving.offices.local", "Plan"),
    ("evenhand.allocation.solving.offices.local", "Point"),
    ("evenhand.allocation.solving.offices.pieces", "Piece"),
    ("evenhand.allocation.solving.model.tariffs", "Tariff"),
    ("evenhand.allocation.solving.model.tariffs", "Cut"),
    ("evenhand.allocation.solving.model.pricing", "Prices"),
    ("fractions", "Fraction"),
    ("numpy", "dtype"),
    ("numpy", "ndarray"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "scalar"),
    ("numpy._core.numeric", "_frombuffer"),
    ("_codecs", "encode"),
}
"""Classes and functions that an answer may be made of."""


class _Reader(pickle.Unpickler):
    """Reads answers made of what is allowed, and refuses everything else."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a class that is allowed."""
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is not a part of an answer")
        return super().find_class(module, name)


class Journal:
    """The lines of one run's journal.

    Args:
        folder: of the run.
        key: hash of all that the run depends on; a journal of another run is begun anew.

    Attributes:
        known: lines that were there when it was opened and have been taken since.
        damaged: line from which on the journal could not be read, None for none.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self.path = folder / NAME
        self.known = 0
        self.damaged: int | None = None
        self._ends: list[int] = []
        self._file: Any = None
        self._lines = self._read(key)
        if self._lines is None:
            self._lines = []
            self._append({"kind": "evenhand/journal", "edition": 1, "key": key})

    def taken(self, name: str, asked: str) -> tuple[Any, float] | None:
        """Return the next line's answer and when it came, if it answers just this; None where none is left.

        A line that answers something else came of a limit that cut the search elsewhere: it and all behind it
        are dropped.
        """
        assert self._lines is not None  # noqa: S101 - read or begun
        if self.known >= len(self._lines):
            return None
        line = self._lines[self.known]
        try:
            if (line["said"], line["asked"]) == (name, asked):
                content = base64.b85decode(line["answer"])
                answer = _Reader(io.BytesIO(content)).load()
                self.known += 1
                return answer, float(line["seconds"])
        # A line whose hash is right was written by us: only another edition's classes come here.
        except (pickle.UnpicklingError, AttributeError, TypeError, ValueError, EOFError):
            self.damaged = self.known + 1
        self._drop_rest()
        return None

    def add(self, name: str, asked: str, answer: Any, seconds: float) -> None:
        """Write a line, to the disk."""
        content = base64.b85encode(pickle.dumps(answer, protocol=5)).decode()
        self._append({"said": name, "asked": asked, "seconds": seconds, "answer": content})

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _append(self, line: dict[str, Any]) -> None:
        text = json.dumps(line)
        # The hash stands before what it vouches for: a line that a kill cut off has none, or a wrong one.
        whole = hashlib.sha256(text.encode()).hexdigest()[:16] + " " + text + "\n"
        try:
            if self._file is None:
                self._file = self.path.open("ab")
            self._file.write(whole.encode())
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            mend = "Make room there and start again: what was done so far is kept"
            raise InputError.one(f"cannot be written: {error.strerror}", mend, table=str(self.path)) from None

    def _read(self, key: str) -> list[dict[str, Any]] | None:
        """Return the lines of this run, and cut off what cannot be read behind them; None for another's."""
        if not self.path.exists():
            return None
        lines, end = [], 0
        with self.path.open("rb") as file:
            for number, raw in enumerate(file):
                line = _line(raw)
                if line is None:
                    self.damaged = number + 1
                    break
                if number == 0 and line.get("key") != key:
                    self.path.unlink()
                    return None
                lines.append(line)
                end += len(raw)
                self._ends.append(end)
        if not lines:
            self.path.unlink()
            return None
        if end < self.path.stat().st_size:
            os.truncate(self.path, end)
        return lines[1:]

    def _drop_rest(self) -> None:
        """Forget the lines that were not taken."""
        assert self._lines is not None  # noqa: S101 - read or begun
        os.truncate(self.path, self._ends[self.known])
        del self._lines[self.known :]
        del self._ends[self.known + 1 :]


def _line(raw: bytes) -> dict[str, Any] | None:
    """Return a line of a journal; None where it is not whole."""
    total, _, text = raw.partition(b" ")
    if not raw.endswith(b"\n") or hashlib.sha256(text[:-1]).hexdigest()[:16].encode() != total:
        return None
    entry: dict[str, Any] = json.loads(text)
    return entry


def lines_of(path: Path) -> tuple[int, bool]:
    """Return how many answers stand in a journal, and whether all of it can be read."""
    count = 0
    with path.open("rb") as file:
        for raw in file:
            if _line(raw) is None:
                return max(0, count - 1), False
            count += 1
    return max(0, count - 1), True


class Recorded(Engine):
    """An engine whose answers stand in a journal.

    Args:
        engine: asked what the journal does not know.
        journal: of this run.
        progress: hears when an answer came, so that a time limit counts all starts together.
        alone: methods that need nothing but the shard's files: asked before all, they need no replay.
    """

    def __init__(
        self, engine: Engine, journal: Journal, progress: Progress, alone: frozenset[str] = frozenset()
    ) -> None:
        super().__init__()
        self._engine, self._journal, self._progress, self._alone = engine, journal, progress, alone
        self._recipes: Sequence[Recipe] = ()
        self._behind: list[Sequence[Call]] = []
        self._started = False

    def start(self, recipes: Sequence[Recipe]) -> None:
        """Note the shards; they are made when the journal has no answer left."""
        self._recipes, self.shards = recipes, len(recipes)

    def ask(self, calls: Sequence[Call]) -> list[Any]:
        """Take the answers from the journal, or from the engine and into the journal."""
        name = calls[0][1] if calls else ""
        asked = _print_of(calls)
        known = self._journal.taken(name, asked)
        if known is not None:
            answers: list[Any] = known[0]
            self._progress.resume(known[1])
            if name not in self._recipes[0].reads:
                self._behind.append(calls)
            return answers
        self._catch_up(replay=name not in self._alone)
        answers = self._engine.ask(calls)
        # What a limit or Ctrl-C may have cut short is not kept: a start with more time asks it anew.
        if not self._progress.over:
            self._journal.add(name, asked, answers, self._progress.elapsed)
        return answers

    def step(self, name: str, compute: Callable[[], Any]) -> Any:
        """Take from the journal what was computed, or compute it and keep it."""
        known = self._journal.taken(name, "")
        if known is not None:
            self._progress.resume(known[1])
            return known[0]
        value = compute()
        if not self._progress.over:
            self._journal.add(name, "", value, self._progress.elapsed)
        return value

    def close(self) -> None:
        """Let the shards go; whoever made the engine closes it."""
        self._journal.close()

    def _catch_up(self, *, replay: bool) -> None:
        """Make the shards, and bring them to where the journal ends."""
        if not self._started:
            self._engine.start(self._recipes)
            self._started = True
        if replay:
            for calls in self._behind:
                self._engine.ask(calls)
            self._behind = []


def _print_of(value: Any) -> str:
    """Return a hash of what is asked, the same in every process. Floats are left out: only seconds are."""
    total = hashlib.sha256()
    _feed(total, value)
    return total.hexdigest()[:16]


def _feed(total: Any, value: Any) -> None:
    if isinstance(value, np.ndarray):
        total.update(f"{value.dtype.str}{value.shape}".encode())
        total.update(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, list | tuple):
        total.update(f"[{len(value)}".encode())
        for part in value:
            _feed(total, part)
    elif is_dataclass(value):
        for part in fields(value):
            _feed(total, getattr(value, part.name))
    elif value is None or isinstance(value, float):
        # Seconds left are the only floats, and None where there is no limit: they change from start to start.
        total.update(b"-")
    else:
        total.update(repr(value).encode())
