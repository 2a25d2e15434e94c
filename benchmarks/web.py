"""What the pages feel like in a real browser: seconds from a click to what was asked for, quiet and busy.

Run: python benchmarks/web.py [postgresql://...]; about two minutes. Needs chromium and the test packages. A
machine that does other things meanwhile shows it: the last line is the load, and beside it what one plain
request takes, which is the floor of all the others.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

from evenhand.core.recipe import Recipe
from evenhand.store import open_database, put_blob
from evenhand.work import submit
from evenhand.workspace.drafts import create_plan, create_series, plan_row, step_row

FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
CLICKS: Final = 60
CARDS: Final = 12
"""Cards whose panels are opened in turn; five rounds of them are the clicks."""


@contextlib.contextmanager
def serving(database: str) -> Iterator[str]:
    """Give the address, with its token, of a server with two solving children."""
    words = ["serve", database, "--port", "0", "--no-open", "--workers", "2"]
    process = subprocess.Popen(
        [sys.executable, "-m", "evenhand", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    output = process.stdout
    try:
        address = re.search(r"http://\S+", output.readline() if output else "")
        if address is None:
            raise SystemExit("the server did not start")
        yield address.group()
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        if output:
            output.close()


def busy(database: str) -> list[str]:
    """Queue two searches of a minute each, so that both solving children work; return their plans."""
    plans = []
    heads = ",".join(f"c{at}" for at in range(12))
    store = open_database(database)
    for crowd in range(2):
        rows = [
            ",".join(
                [f"P{who:04}"]
                + [str((who * (at + 3) * 7919 + who // (at + crowd + 1)) % 5) for at in range(12)]
            )
            for who in range(3000)
        ]
        with store.write() as connection:
            table = "\n".join([f"name,{heads}", *rows]).encode()
            people = put_blob(connection, table, "source:people.csv")
            settings = {"teams": 400, "balance": heads.split(","), "effort": "thorough"}
            recipe = Recipe("teams", "roster", {"people": people}, settings=settings)
            series = create_series(connection, f"Crowd {crowd}", recipe)
            plan = create_plan(connection, series, "First", recipe)
            key = step_row(connection, plan, plan_row(connection, plan).tip).state
            submit(connection, key, "solve", {}, plan=plan, limit=90.0)
            plans.append(plan)
    store.close()
    return plans


def timed(work: Callable[[], object]) -> float:
    """Return the seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def sample(page: Page, base: str, name: str) -> float:
    """Return the seconds from the click on a sample to its board with the plan on it."""
    page.goto(base)

    def click() -> None:
        page.click(f"#sample-{name}")
        page.wait_for_selector(".tiles")

    return timed(click)


def card(page: Page, name: str) -> float:
    """Return the seconds from the click on a card to the panel that tells why."""

    def click() -> None:
        page.click(f'[data-item="{name}"]')
        page.wait_for_function(
            """name => { const at = new URL(location).searchParams.get('at') || '';
                return at.startsWith(name) && !document.querySelector('.htmx-request'); }""",
            arg=name,
        )

    return timed(click)


def pin(page: Page, name: str) -> tuple[float, float, float]:
    """Return the seconds of giving an item to somebody else, of undo and of redo, as the board shows it."""
    card(page, name)
    page.click("#panel >> text=Give it to…")
    page.wait_for_selector(".options form button")
    choice = page.locator(".options form button").nth(2)

    def give() -> None:
        choice.click()
        page.wait_for_selector(".banner")

    given = timed(give)
    undone = timed(lambda: _moved(page, ".banner >> text=Undo"))
    redone = timed(lambda: _moved(page, "text=Redo"))
    _moved(page, "text=Undo")
    return given, undone, redone


def _moved(page: Page, button: str) -> None:
    before = page.locator(".tiles").inner_text()
    page.click(button)
    page.wait_for_function("before => document.querySelector('.tiles').innerText !== before", arg=before)


def stopped(page: Page, base: str, plan: str) -> float:
    """Return the seconds from the click on Stop to the board with the best plan found by then."""
    page.goto(f"{base}/plans/{plan}")
    page.wait_for_selector(".banner.busy button")

    def stop() -> None:
        page.click(".banner.busy button")
        page.wait_for_selector(".tiles")

    return timed(stop)


def health(base: str, rounds: int = 200) -> list[float]:
    """Return the seconds of requests that ask whether the server is well."""
    host = base.removeprefix("http://")

    def ask() -> None:
        connection = http.client.HTTPConnection(host, timeout=30)
        connection.request("GET", "/healthz")
        if connection.getresponse().read() != b"ok":
            raise SystemExit("the server is not well")
        connection.close()

    return [timed(ask) for _ in range(rounds)]


def said(name: str, times: list[float], promise: str = "") -> None:
    """Print the median, the 95th and the 99th part of some times, in milliseconds."""
    ordered = sorted(times)

    def part(share: float) -> str:
        return f"{1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]:7.0f}"

    print(f"{name:44} {1000 * median(ordered):7.0f} {part(0.95)} {part(0.99)}   {promise}", flush=True)


def measure(browser: Browser, database: str) -> None:
    """Print all figures of a server on a database."""
    with serving(database) as enter:
        base = enter.rsplit("/open/", 1)[0]
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.goto(enter)
        print(f"{'milliseconds':44} {'median':>7} {'p95':>7} {'p99':>7}   promised")
        for name in ("fleet", "teams", "garden"):
            said(f"sample to board, first time: {name}", [sample(page, base, name)], "3000")
        for name in ("fleet", "teams", "garden"):
            said(f"sample to board, again: {name}", [sample(page, base, name) for _ in range(3)], "3000")
        sample(page, base, "fleet")
        names = [
            str(card_found.get_attribute("data-item"))
            for card_found in page.locator("[data-item]").all()[:CARDS]
        ]
        for name in names:
            card(page, name)
        quiet = [card(page, names[at % CARDS]) for at in range(CLICKS)]
        said("a click on a card, quiet", quiet, "300 (p95)")
        said("  /healthz, quiet", health(base))
        moves = [pin(page, name) for name in names[:3]]
        said("a pin, solved anew and shown", [given for given, _, _ in moves], "1000")
        said("undo", [undone for _, undone, _ in moves], "300")
        said("redo", [redone for _, _, redone in moves], "300")
        # the panel that was open last stays open from card to card: that of why, as before
        page.goto(f"{page.url.split('?')[0]}?at={names[0]}&tab=why")
        crowds = busy(database)
        time.sleep(3)
        loud = [card(page, names[at % CARDS]) for at in range(CLICKS)]
        said("a click on a card, both children solving", loud, "300 (p95)")
        said("  /healthz, both children solving", health(base), "500 (p99)")
        said("stop: the best plan so far is shown", [stopped(page, base, plan) for plan in crowds], "1000")
        context.close()


def main() -> None:
    """Measure on a new SQLite file, or on the database that is named."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    asked.add_argument("database", nargs="?", help="a postgresql:// URL; a new SQLite file if left out")
    named = asked.parse_args().database
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        measure(browser, named or str(Path(folder) / "web.db"))
        browser.close()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
