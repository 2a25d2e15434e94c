"""Shards for the tests of engines: they count, and some of them end their own process."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np


class Counting:
    """A shard whose answers depend on every call made so far."""

    def __init__(self, first: int) -> None:
        self.total = np.int64(first)

    def add(self, amount: int) -> int:
        """Mix an amount in and return what that gives."""
        self.total = np.int64((int(self.total) * 31 + amount) % 1_000_003)
        return int(self.total)

    def refuse(self) -> None:
        """Raise, as a shard does that finds a fault."""
        raise ValueError(f"no {self.total}")

    def die_once(self, mark: str, amount: int) -> int:
        """End the process the first time that this is asked, ever; then add."""
        if self.total % 2 and first(mark):
            os.kill(os.getpid(), signal.SIGKILL)
        return self.add(amount)

    def die(self) -> None:
        """End the process, every time."""
        os.kill(os.getpid(), signal.SIGKILL)

    def dawdle_once(self, mark: str, amount: int) -> int:
        """Take an hour the first time that this is asked, ever; then add."""
        if self.total % 2 and first(mark):
            time.sleep(3600)
        return self.add(amount)

    def wait(self) -> None:
        """Wait for an hour without using the processor."""
        time.sleep(3600)

    def devour(self) -> int:
        """Ask for more memory than any machine has."""
        return len(np.ones(1 << 60, dtype=np.int8))


class Fragile:
    """A shard that ends its process when it is asked about 3."""

    def double(self, number: int) -> int:
        """Return twice the number, but for 3."""
        if number == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return 2 * number


class Sleepy:
    """A shard that waits for ever when it is asked about 3."""

    def double(self, number: int) -> int:
        """Return twice the number, but for 3."""
        if number == 3:
            time.sleep(3600)
        return 2 * number


def first(mark: str) -> bool:
    """Whether nobody made the mark before. One call decides: of two shards at once just one is the first."""
    try:
        Path(mark).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
