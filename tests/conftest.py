"""What holds for every test."""

from __future__ import annotations

import gc
import os
import re
import signal
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from xdist.scheduler.loadscope import LoadScopeScheduling  # type: ignore[import-untyped]

from databases import ENGINES, Postgres, postgres

# A busy machine may take any time over one example, and every run draws the same ones: what fails here fails
# everywhere. Fresh examples are for the fuzzers and the long runs.
settings.register_profile("busy", deadline=None, derandomize=True)
settings.load_profile("busy")

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NUMBERS = count()


# What a script starts in the background is deaf to Ctrl-C, and so would be all commands that tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

# What is loaded and collected lasts to the end, so nothing of it is ever looked through for garbage again:
# with six thousand tests that is a million objects.
gc.disable()


SHARE = 1 if os.environ.get("EVENHAND_SOAK") else 2
"""Of the examples that a property test asks for, one of so many is drawn; ``make soak`` draws all."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let property tests draw their share of examples."""
    tests: set[Any] = {getattr(item, "obj", None) for item in items}
    for test in tests:
        asked = getattr(test, "_hypothesis_internal_use_settings", None)
        if asked is not None and SHARE > 1:
            fewer = settings(asked, max_examples=-(-asked.max_examples // SHARE))
            getattr(test, "__func__", test)._hypothesis_internal_use_settings = fewer


def pytest_collection_finish() -> None:
    """Garbage is what tests make."""
    gc.freeze()
    gc.enable()


TOGETHER = re.compile(r"tests/web/test_(access|living|stories|walks)\.py")
"""Files that share one server with its samples: they run in one worker, which starts it once."""

SPREAD = re.compile(r"tests/cli/test_how_to_pages\.py")
"""A long file whose tests share nothing: any worker may take any of them."""


class Schedule(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out whole files, so that what a file's tests share is made once and not once a worker."""

    def _split_scope(self, nodeid: str) -> str:
        if TOGETHER.match(nodeid):
            return "pages"
        return nodeid if SPREAD.match(nodeid) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Schedule:
    """Say which worker takes which tests."""
    return Schedule(config, log)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless chromium, one a worker."""
    from playwright.sync_api import expect, sync_playwright

    from served import FLAGS, PATIENCE

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A PostgreSQL server of the tests' own, started when the first test asks for it."""
    with postgres() as server:
        yield server


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Which database: what holds must hold on both."""
    return str(request.param)


@pytest.fixture
def fresh(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Makes empty databases: SQLite files, or databases of the tests' PostgreSQL server."""
    if engine == "sqlite":
        return lambda: str(tmp_path / f"{next(NUMBERS)}.db")
    server: Postgres = request.getfixturevalue("postgres_server")
    return lambda: server.make(f"test{next(NUMBERS)}")


@pytest.fixture
def place(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a database without data is; on PostgreSQL its tables are there already."""
    if engine == "sqlite":
        return str(tmp_path / f"{next(NUMBERS)}.db")
    server: Postgres = request.getfixturevalue("postgres_server")
    return server.copy(f"test{next(NUMBERS)}")
