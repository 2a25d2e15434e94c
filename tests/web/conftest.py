"""A server with the three samples, and a signed-in tab that a worker's tests share."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from served import PATIENCE, Server, Watch, running


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


@pytest.fixture(scope="session")
def tab(browser: Browser, server: Server) -> Iterator[tuple[Page, Watch]]:
    """One signed-in tab and what its pages do wrong: to open one takes longer than to draw a page."""
    context = browser.new_context(storage_state=server.state)
    context.set_default_timeout(PATIENCE)
    ears = Watch()
    ears.on(context, server.base)
    yield context.new_page(), ears
    context.close()


@pytest.fixture
def page(tab: tuple[Page, Watch], server: Server, watch: Watch) -> Iterator[Page]:
    """The tab as if it were new, at 1280 px; it fails its test where a page breaks its own rules."""
    shown, ears = tab
    shown.set_viewport_size({"width": 1280, "height": 900})
    ears.wrong.clear()
    yield shown
    wrong = ears.wrong + watch.wrong
    if shown.url.startswith(server.base):
        shown.evaluate("localStorage.clear(), sessionStorage.clear()")
    shown.goto("about:blank")
    shown.emulate_media(color_scheme="null", reduced_motion="null")
    shown.context.clear_cookies()
    shown.context.add_cookies(json.loads(server.state.read_text(encoding="utf-8"))["cookies"])
    assert wrong == []
