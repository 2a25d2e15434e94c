"""A line on the terminal while long work goes on: stage, best so far, bound, gap and seconds."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from evenhand.core.units import at_most

PATIENCE = 0.5
"""Seconds before the line appears: short work shows none."""
TICK = 0.2


def line(stage: str, best: str, bound: str, gap: str, seconds: float) -> str:
    """Return the progress line; parts that are not known are left out."""
    parts = [stage or "working"]
    parts += [f"{name} {value}" for name, value in (("best", best), ("bound", bound), ("gap", gap)) if value]
    return " · ".join([*parts, f"{seconds:.1f} s"])


class TerminalProgress:
    """Keeps the last news of a search and draws it again and again until closed."""

    def __init__(self, write: Callable[[str], None], sentence_of: Callable[[int], str]) -> None:
        """Take where to draw, and how to write a value of the objective."""
        self._write = write
        self._said = sentence_of
        self._stage = ""
        self._best: int | None = None
        self._bound: int | None = None
        self._start = time.perf_counter()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._drawn = False

    def tell(self, stage: str, best: int | None, bound: int | None, _seconds: float) -> None:
        """Take news; what is None stays as it was known."""
        self._stage = stage or self._stage
        self._best = self._best if best is None else best
        self._bound = self._bound if bound is None else bound

    def text(self) -> str:
        """Return the line as of now."""
        best, bound = self._best, self._bound
        gap = ""
        if best is not None and bound is not None:
            # At least 1 below, as a plan may be worth 0.
            gap = f"{at_most(100 * abs(bound - best) / max(1, abs(best)), 2)}%"
        words = ["" if value is None else self._said(value) for value in (best, bound)]
        return line(self._stage, words[0], words[1], gap, time.perf_counter() - self._start)

    def start(self) -> None:
        """Begin to draw, after a little patience."""
        self._thread.start()

    def close(self) -> None:
        """Stop drawing and take the line away."""
        self._done.set()
        self._thread.join()
        # Only a line that was drawn is taken away; short work leaves the terminal untouched.
        if self._drawn:
            self._write("\r\x1b[K")

    def _run(self) -> None:
        wait = PATIENCE
        while not self._done.wait(wait):
            # One column less than the window: a full line would wrap, and "back to its start" then leaves the
            # first half.
            room = max(20, shutil.get_terminal_size().columns - 1)
            self._write(f"\r\x1b[K{self.text()[:room]}")
            self._drawn = True
            wait = TICK


@contextmanager
def shown_progress(sentence_of: Callable[[int], str]) -> Iterator[Callable[..., Any] | None]:
    """Show progress on stderr where that is a terminal; yields what a Progress tells, or None."""
    # In a log every redrawing would be a line of its own.
    if not sys.stderr.isatty():
        yield None
        return

    def write(text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()

    shown = TerminalProgress(write, sentence_of)
    shown.start()
    try:
        yield shown.tell
    finally:
        shown.close()
