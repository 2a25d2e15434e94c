"""Every page of ``evenhand serve`` in every state worth looking at: ``make look``.

``python tests/tour.py FOLDER`` takes their pictures light, dark, on a phone and as print, and writes each
page's words to read aloud, and ``index.html`` that shows the four beside each other. ``--language de`` asks
for German pages; further words name the stretches of the walk to take: fleet, teams, garden, rota.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from markupsafe import escape
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from served import FLAGS, PATIENCE, Server, ready, running

WAYS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 780}, "color_scheme": "light"},
    # A4 landscape less its margins; a sheet of paper is 1039 by 710 pixels of a screen
    "print": {"viewport": {"width": 1039, "height": 710}, "color_scheme": "light"},
}
"""How each page is looked at."""

MESSY = (
    "Fahrzeug;Empfänger;Punkte;Notiz\n"
    + "".join(f"Golf {number};Pacific Wheels;{900 + number};\n" for number in range(1, 6))
    + "Polo;Pacific Weels;zwölf;Anruf\nUp;Anna;12,5x;\nUp;Bea;drei;neu\n"
)
"""A table as people send it: figures in words, a name spelt twice."""

LONG = "Arbeitsgemeinschaft der Nachbarschaftsgärten Prenzlauer Berg und Weißensee e. V."


@dataclass(frozen=True)
class Stop:
    """A page in a state.

    Attributes:
        name: what its pictures are called.
        path: where it is on the server.
        then: what is done there before it is looked at, such as a form whose answer is the page.
        login: whether somebody is signed in.
    """

    name: str
    path: str
    then: Callable[[Page], Any] | None = None
    login: bool = True

    def visit(self, page: Page, base: str) -> Page:
        """Go there and wait until the page stands still."""
        page.goto(base + self.path)
        if self.then is not None:
            ready(page)
            self.then(page)
        return ready(page)


def _path(page: Page) -> str:
    """Return where a page is, without the machine's address and the query."""
    return "/" + page.url.split("/", 3)[3].split("?")[0].split("#")[0]


def _sample(page: Page, server: Server, name: str) -> str:
    page.goto(server.base)
    page.click(f"#sample-{name}")
    page.wait_for_url("**/plans/**")
    page.wait_for_selector(".tiles")
    return _path(page)


def _brought_in(page: Page, server: Server, job: str, file: Path, text: str) -> str:
    """Choose a file on the page of imports; return where its findings stand."""
    file.write_text(text, encoding="utf-8")
    page.goto(f"{server.base}/import?job={job}")
    page.set_input_files("#files", file)
    page.wait_for_url("**/import/*")
    ready(page)
    return _path(page)


def _publish(page: Page, server: Server, plan: str, reason: str = "") -> str:
    """Publish a plan as it stands; return where its series is."""
    page.goto(f"{server.base}{plan}/publish")
    if reason:
        page.fill("#reason", reason)
    page.click("form button.commit")
    page.wait_for_url("**/plans/*tab=history*")
    ready(page)
    page.click(".crumbs a")
    page.wait_for_url("**/series/**")
    return _path(page)


def _personal(page: Page, server: Server, series: str, name: str) -> str:
    page.goto(server.base + series)
    page.select_option("#claimant", name)
    page.locator("form:has(#claimant) button").click()
    page.wait_for_selector(".secret")
    return "/" + page.inner_text(".secret").split("/", 3)[3]


def _link_made(page: Page) -> None:
    page.locator("form:has(#claimant) button").click()
    page.wait_for_selector(".secret")


def _older(page: Page) -> None:
    """Pin from a page that is older than another pin of the same cell."""
    form = page.locator("#panel form[action$='/steps']:has([name=names])").first
    form.locator("[name=version]").evaluate("field => { field.value = '1' }")
    form.locator("button").click()
    page.wait_for_selector("main:not([data-board])")


def _signed_in_wrongly(page: Page) -> None:
    page.fill("#email", "nobody@example.org")
    page.fill("#password", "not the password")
    page.click("main form button")
    page.wait_for_selector("[role=alert], .failed, .bad")


def _menu(page: Page) -> None:
    page.locator(".row-menu summary").nth(1).click()


def _stepped(page: Page, server: Server, where: str, press: str) -> None:
    """Press a button of a plan's page, and wait until the step's plan is there."""
    page.goto(server.base + where)
    page.wait_for_selector(press)
    ready(page).locator(press).first.click()
    page.wait_for_selector(".banner")
    ready(page)


def _fleet(page: Page, server: Server, _folder: Path) -> Iterator[Stop]:
    plan = _sample(page, server, "fleet")
    yield Stop("fleet-board", plan)
    yield Stop("fleet-why", f"{plan}?at=LABMW00125&tab=why")
    yield Stop("fleet-give", f"{plan}?at=LABMW00125&tab=give")
    yield Stop("fleet-dials", f"{plan}?tab=dials")
    yield Stop("fleet-standing", f"{plan}?tab=standing")
    yield Stop("fleet-publish", f"{plan}/publish")
    _stepped(page, server, f"{plan}?at=LABMW00125&tab=give", ".options form button >> nth=2")
    yield Stop("fleet-changed", f"{plan}?tab=history")
    yield Stop("fleet-compare", f"{plan}/compare")
    yield Stop("conflict", f"{plan}?at=LABMW00125&tab=why", _older)
    series = _publish(page, server, plan)
    yield Stop("fleet-published", f"{plan}?tab=history")
    yield Stop("fleet-series", series)
    yield Stop("fleet-people", f"{series}/people")
    yield Stop("fleet-account", f"{series}/people/P174")
    yield Stop("fleet-me", _personal(page, server, series, "P174"), login=False)


def _teams(page: Page, server: Server, _folder: Path) -> Iterator[Stop]:
    plan = _sample(page, server, "teams")
    yield Stop("teams-board", plan)
    yield Stop("teams-why", f"{plan}?at=Zoe+Hansen&tab=why")
    yield Stop("teams-swap", f"{plan}?at=Zoe+Hansen&tab=give")
    yield Stop("teams-dials", f"{plan}?tab=dials")
    yield Stop("teams-standing", f"{plan}?tab=standing")
    _stepped(page, server, f"{plan}?at=Zoe+Hansen&tab=give", ".options form button")
    yield Stop("teams-changed", f"{plan}?tab=history")
    yield Stop("teams-publish", f"{plan}/publish")
    series = _publish(page, server, plan)
    yield Stop("teams-series", series)
    yield Stop("teams-people", f"{series}/people", _menu)
    yield Stop("teams-me", _personal(page, server, series, "Zoe Hansen"), login=False)


def _garden(page: Page, server: Server, _folder: Path) -> Iterator[Stop]:
    plan = _sample(page, server, "garden")
    yield Stop("garden-board", plan)
    yield Stop("garden-why", f"{plan}?at=2026-02-17|Jay&tab=why")
    yield Stop("garden-instead", f"{plan}?at=2026-02-17|Jay&tab=give")
    yield Stop("garden-dials", f"{plan}?tab=dials")
    page.goto(f"{server.base}{plan}?tab=dials")
    ready(page).select_option("#aw", "Jay")
    page.fill("#a1", "2026-02-14")
    page.fill("#a2", "2026-02-28")
    page.click("form:has(#aw) button")
    page.wait_for_selector(".banner")
    ready(page)
    yield Stop("garden-changed", f"{plan}?tab=standing")
    yield Stop("garden-months", f"{plan}?month=1&tab=standing")
    yield Stop("garden-compare", f"{plan}/compare")
    page.goto(f"{server.base}{plan}?tab=dials")
    ready(page).fill("#rst", "4")
    page.locator("form:has(#rst) button.commit").click()
    page.wait_for_selector(".banner.failed")
    yield Stop("garden-cannot", f"{plan}?tab=dials")
    page.locator(".banner [data-key=undo]").click()
    page.wait_for_selector(".banner.failed", state="detached")
    ready(page)
    yield Stop("garden-publish", f"{plan}/publish")
    series = _publish(page, server, plan)
    yield Stop("garden-published", f"{plan}?tab=history")
    _stepped(
        page,
        server,
        f"{plan}?at=2026-03-03|Neu&tab=why",
        "#panel form:has([value=forbid], [value=pin]) button",
    )
    yield Stop("garden-publish-again", f"{plan}/publish")
    yield Stop("garden-series", series)
    yield Stop("garden-people", f"{series}/people", _menu)
    yield Stop("garden-account", f"{series}/people/Hugs")
    yield Stop("link-made", series, _link_made)


def _coming(page: Page, server: Server, folder: Path) -> Iterator[Stop]:
    """A rota that begins next week, so that turns can still be given away, and names of every length."""
    today = datetime.now(UTC).date()
    monday = today + timedelta(days=7 - today.weekday())
    names = ("Ada", "Björn Åström", LONG, "Zoë", "Đặng Thị Ngọc", "Li")
    people = "name\n" + "\n".join(names) + "\n"
    where = _brought_in(page, server, "rota", folder / "people.csv", people)
    yield Stop("rota-import", where)
    page.goto(server.base + where)
    ready(page)
    for field, value in (("start", monday.isoformat()), ("weeks", "12"), ("seats", "2")):
        if page.locator(f"[name='dial.{field}']").count():
            page.fill(f"[name='dial.{field}']", value)
    page.locator(".foldfoot button").first.click()
    page.wait_for_url("**/plans/**")
    page.wait_for_selector(".tiles")
    plan = _path(page)
    yield Stop("rota-board", plan)
    series = _publish(page, server, plan)
    giver = _personal(page, server, series, "Ada")
    taker = _personal(page, server, series, "Li")
    yield Stop("rota-me", giver, login=False)
    page.goto(server.base + giver)
    ready(page).locator("form[action$='/swaps'] button").first.click()
    page.wait_for_selector("[name=withdraw]", state="attached")
    yield Stop("rota-me-offered", giver, login=False)
    yield Stop("rota-me-asked", taker, login=False)
    page.goto(server.base + series)
    page.locator("form[action$='/mask'] button").click()
    yield Stop("rota-me-masked", taker, login=False)
    yield Stop("swaps", "/swaps")
    yield Stop("rota-series", series)
    page.locator("form:has([value=share]) button").click()
    page.wait_for_selector(".secret")
    yield Stop("share", "/" + page.inner_text(".secret").split("/", 3)[3], login=False)


def stops(page: Page, server: Server, folder: Path, only: Sequence[str] = ()) -> Iterator[Stop]:
    """Walk a new server from its empty home through weeks of use; a stop holds until the next is asked for.

    Args:
        page: signed in; it does what leads to the states.
        server: with an empty database.
        folder: where tables are written that are brought in.
        only: stretches to walk; all of ``PARTS`` if empty.
    """
    yield from _first(page, server, folder)
    for name, walk in PARTS.items():
        if not only or name in only:
            yield from walk(page, server, folder)
    yield from _last()


def _first(page: Page, server: Server, folder: Path) -> Iterator[Stop]:
    yield Stop("home-empty", "/")
    yield Stop("import", "/import?job=allocation")
    yield Stop("swaps-empty", "/swaps")
    yield Stop("import-faults", _brought_in(page, server, "allocation", folder / "wishes.csv", MESSY))


def _last() -> Iterator[Stop]:
    yield Stop("home", "/")
    yield Stop("setup", "/setup")
    yield Stop("help", "/help")
    yield Stop("api", "/api/docs")
    yield Stop("not-found", "/plans/none")
    yield Stop("login", "/login", login=False)
    yield Stop("login-wrong", "/login", _signed_in_wrongly, login=False)
    yield Stop("used-up", "/open/" + "x" * 32, login=False)


PARTS = {"fleet": _fleet, "teams": _teams, "garden": _garden, "rota": _coming}
"""What each stretch of the walk is called, and who walks it."""


def looks(browser: Browser, server: Server, language: str) -> dict[tuple[str, bool], BrowserContext]:
    """Return a browser's context of each way, signed in and not."""
    made = {}
    for way, more in WAYS.items():
        for login in (True, False):
            state: dict[str, Any] = {"storage_state": server.state} if login else {}
            context = browser.new_context(locale=language, **more, **state)
            context.set_default_timeout(PATIENCE)
            made[way, login] = context
    return made


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("only", nargs="*", help=f"stretches of the walk: {', '.join(PARTS)}")
    parser.add_argument("--language", default="en")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    names = []
    with (
        tempfile.TemporaryDirectory() as name,
        running(Path(name) / "a.db") as server,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        context = browser.new_context(locale=asked.language)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(server.enter)
        context.storage_state(path=server.state)
        contexts = looks(browser, server, asked.language)
        for stop in stops(page, server, Path(name), asked.only):
            names.append(stop.name)
            for way in WAYS:
                shown = contexts[way, stop.login].new_page()
                stop.visit(shown, server.base)
                if way == "print":
                    shown.emulate_media(media="print", color_scheme="light")
                shown.screenshot(path=asked.folder / f"{stop.name}-{way}.png", full_page=True)
                if way == "light":
                    text = str(shown.locator("body").inner_text())
                    (asked.folder / f"{stop.name}.txt").write_text(text, encoding="utf-8")
                shown.close()
            sys.stdout.write(f"{stop.name}\n")
            sys.stdout.flush()
        browser.close()
    rows = ""
    for name in names:
        files = [f"{name}-{way}.png" for way in WAYS]
        shown_ways = "".join(f'<a href="{file}"><img src="{file}" alt="{file}"></a>' for file in files)
        rows += f"<h2>{escape(name)}</h2><p>{shown_ways}"
    style = "body{font:14px sans-serif}img{width:24%;vertical-align:top;border:1px solid #999}"
    (asked.folder / "index.html").write_text(
        f'<!doctype html><meta charset="utf-8"><title>Every page</title><style>{style}</style>{rows}\n',
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
