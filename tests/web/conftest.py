"""A server with the three samples, and a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from served import FLAGS, PATIENCE, Server, Watch, running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless chromium."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Server]:
    """A server with the three samples, and a signed-in state that other contexts begin with."""
    with running(tmp_path_factory.mktemp("web") / "web.db") as made:
        context = browser.new_context()
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(made.enter)
        for name in ("fleet", "teams", "garden"):
            page.goto(made.base)
            page.click(f"#sample-{name}")
            page.wait_for_url("**/plans/**")
            # the board itself: an address alone may come before the page, which would then replace the next
            page.wait_for_selector(".tiles")
            made.plans[name] = page.url.split("?")[0]
        context.storage_state(path=made.state)
        context.close()
        yield made


@pytest.fixture
def watch() -> Watch:
    """Gathers what pages do wrong."""
    return Watch()


@pytest.fixture
def page(browser: Browser, server: Server, watch: Watch) -> Iterator[Page]:
    """A signed-in page at 1280 px that fails its test where it breaks its own rules."""
    context = browser.new_context(storage_state=server.state, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    watch.on(context, server.base)
    yield context.new_page()
    context.close()
    assert watch.wrong == []
