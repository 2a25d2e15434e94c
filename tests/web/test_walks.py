"""One whole story of each job by keys alone, and once more without script: from table to next period."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from served import PATIENCE, Server, Watch, ready

TABLES = {
    "allocation": "item,recipient,score\n"
    + "\n".join(
        f"tool {k},{who},{(7 * k + 5 * n) % 11 + 1}" for k in range(6) for n, who in enumerate("ABCD")
    ),
    "teams": "name,gender\n" + "\n".join(f"Pupil {k:02},{'girl' if k % 2 else 'boy'}" for k in range(12)),
    "rota": "name\nAda\nBo\nCleo\nDan",
}


class Walker:
    """Somebody at a browser who never touches a mouse, or whose browser runs no script."""

    def __init__(self, page: Page, base: str, *, script: bool) -> None:
        """Take the page; without script a button is pressed as a mouse does."""
        self.page, self.base, self.script = page, base, script

    def press(self, selector: str) -> None:
        """Press the first link or button that is meant, with the Enter key where script runs."""
        if self.script:
            ready(self.page)
        found = self.page.locator(selector).first
        if not self.script:
            found.click()
            return
        found.focus()
        self.page.keyboard.press("Enter")

    def shown(self, text: str, where: str = "main") -> None:
        """Wait until the page says something."""
        expect(self.page.locator(where).first).to_contain_text(text)

    def publish(self, rev: int, reason: str = "") -> None:
        """Publish the draft and wait for it."""
        self.press("text=Publish…")
        self.page.wait_for_selector("#reason")
        if reason:
            self.page.fill("#reason", reason)
        self.press(f"button:has-text('Publish rev {rev}')")
        self.page.wait_for_selector(f"#panel >> text=Published, rev {rev}")


@pytest.fixture(params=["keys", "no script"])
def walker(
    request: pytest.FixtureRequest, browser: Browser, server: Server, watch: Watch
) -> Iterator[Walker]:
    """A walker with keys alone, and one without script."""
    script = request.param == "keys"
    context = browser.new_context(storage_state=server.state, java_script_enabled=script)
    context.set_default_timeout(PATIENCE)
    watch.on(context, server.base)
    yield Walker(context.new_page(), server.base, script=script)
    context.close()


def brought_in(walker: Walker, job: str) -> None:
    """Paste a table, use it, and wait for its first plan."""
    walker.page.goto(f"{walker.base}/import?job={job}")
    walker.page.fill("#pasted", TABLES[job])
    walker.press("button:has-text('Read the cells')")
    walker.page.wait_for_url("**/import/*")
    walker.press("button:has-text('Use it')")
    walker.page.wait_for_url("**/plans/**")
    walker.page.wait_for_selector(".tiles")


def decided_and_back(walker: Walker, cell: str) -> None:
    """Pin a cell, undo it, and do it again."""
    walker.press(cell)
    walker.press("#panel >> button:has-text('Pin')")
    walker.page.wait_for_selector("button:has-text('Unpin')")
    walker.press("button:has-text('Undo')")
    walker.press("button:has-text('Redo')")
    walker.page.wait_for_selector("button:has-text('Unpin')")


def went_on(walker: Walker) -> None:
    """Plan the next period from the history's page."""
    plan = walker.page.url.split("?")[0]
    walker.page.goto(plan + "?tab=history")
    walker.press("#panel >> button:has-text('Plan the next period')")
    walker.page.wait_for_url(lambda url: "/plans/" in url and not url.startswith(plan))
    walker.page.wait_for_selector(".tiles")


def test_a_garden_year_begins(walker: Walker) -> None:
    """A list of names becomes a rota: pinned, undone, published, an absence, a swap, the next period."""
    brought_in(walker, "rota")
    decided_and_back(walker, ".slot.turn a")
    walker.publish(1)
    plan = walker.page.url.split("?")[0]
    walker.page.goto(plan + "?tab=dials")
    first = walker.page.locator(".slot.turn a").first.get_attribute("href") or ""
    day = first.split("at=")[1][:10]
    name = (walker.page.locator(".slot.turn a").first.get_attribute("aria-label") or "").split(",")[0]
    walker.page.select_option("#aw", name)
    walker.page.fill("#a1", day)
    walker.page.fill("#a2", day)
    walker.press("button:has-text('Plan around it')")
    walker.page.wait_for_selector(".banner:has-text('Changed:')")
    walker.publish(2, "ill")
    walker.page.goto(plan)
    walker.press(".slot.turn a")
    walker.press("button:has-text('offer')")
    walker.page.wait_for_url("**/swaps")
    walker.press("button:has-text('Takes it')")
    walker.shown("taken by")
    walker.page.goto(plan)
    walker.page.wait_for_selector("text=Published as it is.")
    went_on(walker)


def test_a_class_changes_each_week(walker: Walker) -> None:
    """A list of pupils becomes teams: pinned, undone, published, one is away, published, the next round."""
    brought_in(walker, "teams")
    decided_and_back(walker, ".member")
    walker.publish(1)
    walker.page.goto(walker.page.url.split("?")[0])
    walker.press(".member")
    walker.press("#panel >> button:has-text('Is away')")
    walker.shown("11", ".tiles")
    walker.publish(2, "ill")
    went_on(walker)
    walker.shown("12", ".tiles")


def test_tools_go_out_again(walker: Walker) -> None:
    """A table of scores becomes loans: pinned, undone, published, one forbidden, published, the next."""
    brought_in(walker, "allocation")
    decided_and_back(walker, "[data-cell]")
    walker.publish(1)
    walker.page.goto(walker.page.url.split("?")[0])
    walker.press("[data-cell] >> nth=1")
    walker.press("#panel >> button:has-text('Forbid')")
    walker.page.wait_for_selector(".banner:has-text('Changed:')")
    walker.publish(2, "broken")
    went_on(walker)
