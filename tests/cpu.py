"""CPU seconds of each test file, child processes included: ``pytest -p cpu tests/...`` (without ``-n``).

Wall time says little on a busy machine, and pytest's ``--durations`` leaves out what servers, browsers and
commands of other processes take. Linux alone.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

TICKS = os.sysconf("SC_CLK_TCK")
SHOWN = 60
"""Rows of each table."""


def cpu_seconds() -> float:
    """CPU seconds of this process and all its descendants so far, those that ended included."""
    ticks, parents = {}, {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            # a process may end while the folder is read
            with suppress(OSError):
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                parents[int(folder.name)] = int(fields[1])
                ticks[int(folder.name)] = sum(map(int, fields[11:15]))

    def ours(process: int) -> bool:
        while process not in (0, os.getpid()):
            process = parents.get(process, 0)
        return process != 0

    return sum(ticks[process] for process in ticks if ours(process)) / TICKS


class Costs:
    """What every test took, its fixtures included."""

    def __init__(self) -> None:
        self.tests: Counter[str] = Counter()
        self.last = cpu_seconds()
        self.collected = 0.0

    def pytest_collection_finish(self) -> None:
        """Remember what imports and collection took."""
        self.collected, self.last = cpu_seconds(), cpu_seconds()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Add what passed since the test before."""
        try:
            return (yield)
        finally:
            now = cpu_seconds()
            # what a browser took goes with it, where nobody waits for its processes
            self.tests[item.nodeid] += max(0.0, now - self.last)  # type: ignore[assignment]
            self.last = now

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the files and the tests that took most."""
        files: Counter[str] = Counter()
        for test, took in self.tests.items():
            files[test.partition("::")[0]] += took
        write = terminalreporter.write_line
        write(f"CPU seconds: {self.collected:.2f} to collect, {self.tests.total():.2f} in tests")
        for table in (files, self.tests):
            for name, took in table.most_common(SHOWN):
                write(f"{took:8.2f}  {name}")


def pytest_configure(config: pytest.Config) -> None:
    """Count from here."""
    config.pluginmanager.register(Costs(), "costs")
