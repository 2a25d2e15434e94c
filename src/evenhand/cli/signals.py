"""Ctrl-C, SIGTERM, a closed terminal: the first keeps the best so far, the second leaves at once."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Final

from evenhand.cli.output import say

if TYPE_CHECKING:
    from evenhand.core.progress import Progress

# Windows knows no SIGHUP, which comes where a terminal is closed.
WATCHED: Final[tuple[signal.Signals, ...]] = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
# Shells report a process that a signal ended as 128 and the signal's number.
CODES = {number: 128 + int(number) for number in WATCHED}


class StoppedError(BaseException):
    """Stopped by a signal before there was anything to keep; no handler of ordinary errors catches it."""

    def __init__(self, number: int) -> None:
        """Take the signal's number."""
        self.code: int = CODES[signal.Signals(number)]
        super().__init__(self.code)


@contextmanager
def _handled(handler: signal.Handlers | object) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set handlers; others have none to set
        return
    # nohup has the closing of the terminal ignored, and means it.
    heeded = [number for number in WATCHED if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, handler) for number in heeded}  # type: ignore[arg-type]
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


def _leave(number: int, _frame: FrameType | None) -> None:
    raise StoppedError(number)


@contextmanager
def leaving_at_once() -> Iterator[None]:
    """While inside, a signal raises ``StoppedError``: files being written are removed on the way out."""
    with _handled(_leave):
        yield


@contextmanager
def keeping_the_best(progress: Progress) -> Iterator[list[int]]:
    """While inside, the first signal asks for the best so far; the second raises ``StoppedError``.

    Yields the signals that came.
    """
    came: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        came.append(number)
        # The second signal: the search did not hear the first, or somebody will not wait for it.
        if progress.interrupted:
            raise StoppedError(number)
        progress.interrupted = True
        if sys.stderr.isatty():
            say("\nStopping with the best so far; once more to leave at once.")

    with _handled(ask):
        yield came
