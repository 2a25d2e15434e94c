"""A real server in a process of its own, and a watch on what a page should never do; for tests/web."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

FLAGS = [
    # pages of one address share a process: to start one takes longer than to draw a page
    "--process-per-site",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


PATIENCE = 60_000
"""Milliseconds a page is waited for. Pages take less than a second; a machine with eight busy programs takes
ten. A wait ends with its event, so a long one costs nothing where all is well."""


READY = """() => 'ready' in document.documentElement.dataset
    && !document.querySelector('[sse-connect], [hx-trigger^="load"]')"""
"""The script has taken the page, no plan is being made, and no part of it is still worked out."""


def ready(page: Page) -> Page:
    """Wait until keys, drops and counts mean this page: before, a click may find the one that goes."""
    page.wait_for_function(READY)
    return page


SOAK = bool(os.environ.get("EVENHAND_SOAK"))
"""Look at everything, however long it takes; see ``make soak``."""

LOOKS = """part => {
    // contrast is worked out from what stands behind a text: the same for all texts that are drawn alike
    const behind = new Map([[null, '']]), alike = new Map();
    const ground = element => {
        if (!behind.has(element)) {
            const style = getComputedStyle(element);
            const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter].join();
            const above = ground(element.parentElement);
            behind.set(element, own === 'rgba(0, 0, 0, 0),none,1,none' ? above : above + '/' + own);
        }
        return behind.get(element);
    };
    const within = part === null ? document.body : document.querySelector(part);
    for (const element of [within, ...within.querySelectorAll('*')]) {
        element.removeAttribute('data-look');
        const texts = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
        if (!element.checkVisibility() || !(texts || element.matches('input, select, textarea'))) continue;
        const style = getComputedStyle(element), parent = element.parentElement;
        const look = [style.color, style.fontSize, style.fontWeight, style.textShadow, style.position,
            ground(element), element.tagName, element.className, parent && parent.className].join();
        alike.set(look, [alike.has(look) ? alike.get(look)[0] : element, element]);
    }
    for (const element of [...alike.values()].flat()) element.setAttribute('data-look', '');
    return alike.size;
}"""
"""Marks the first and the last of all texts that are drawn alike, and returns how many looks there are."""

AXE = "([where, options]) => axe.run(where ?? document, options).then(report => report.violations)"


def violations(page: Page, part: str | None = None) -> list[str]:
    """Return the rules of axe that a page, or a part of it, breaks, each with its first places.

    Only what is broken is asked for: a list of all that holds takes half as long again. Nine tenths of axe's
    time go into contrast, so of texts that are drawn alike (colour, size and weight, and all that stands
    behind them) it looks at the first and the last; ``EVENHAND_SOAK`` looks at all.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    contrast = {"color-contrast": {"enabled": SOAK}}
    broken = page.evaluate(AXE, [part, {"resultTypes": ["violations"], "rules": contrast}])
    if not SOAK and page.evaluate(LOOKS, part):
        alone = {"type": "rule", "values": ["color-contrast"]}
        broken += page.evaluate(AXE, ["[data-look]", {"resultTypes": ["violations"], "runOnly": alone}])
    places = ((rule["id"], rule["nodes"][:3]) for rule in broken)
    return [
        f"{name}: {[node['html'][:120] + ' ' + node['failureSummary'][-160:] for node in nodes]}"
        for name, nodes in places
    ]


@dataclass
class Server:
    """A running ``evenhand serve``."""

    process: subprocess.Popen[str]
    enter: str
    database: Path
    state: Path
    plans: dict[str, str] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """The address without the token."""
        return self.enter.rsplit("/open/", 1)[0]


def started(database: Path, *more: str, place: str = "") -> Server:
    """Start a server on a database file, or at the URL ``place``, and wait for its address."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "evenhand",
            "serve",
            place or str(database),
            "--port",
            "0",
            "--no-open",
            "--workers",
            "1",
            *more,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # a group of its own: what is left of it at the end is ended by its number, children too
        start_new_session=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"http://\S+", line)
    if not found:
        killed(process)
        raise AssertionError(line + (process.stderr.read() if process.stderr else ""))
    return Server(process, found.group(), database, database.with_suffix(".state.json"))


def killed(process: subprocess.Popen[str]) -> None:
    """End a server without a word, and every child it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def ended(server: Server) -> None:
    """End a server as Ctrl-C does, and what is left of it after a minute by force."""
    server.process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.process.wait(60)
    killed(server.process)
    for stream in (server.process.stdout, server.process.stderr):
        if stream is not None:
            stream.close()


@contextlib.contextmanager
def running(database: Path, *more: str, place: str = "") -> Iterator[Server]:
    """Give a server that is ended with the block, however the block ends."""
    server = started(database, *more, place=place)
    try:
        yield server
    finally:
        ended(server)


@dataclass
class Watch:
    """What a page did that it should not: errors, blocked styles or scripts, requests to other machines."""

    wrong: list[str] = field(default_factory=list)

    def on(self, context: BrowserContext, base: str) -> None:
        """Listen to every page of a context."""
        context.on(
            "request",
            lambda r: None if r.url.startswith((base, "data:", "blob:")) else self.wrong.append(r.url),
        )
        context.on("console", lambda message: self._heard(message.type, message.text))
        context.on("weberror", lambda e: self.wrong.append(str(e.error)))

    def _heard(self, kind: str, text: str) -> None:
        """Note an error of the console, but not what a page is told on purpose.

        A refusal (409, 422) is an answer; a question that is still open when somebody clicks on is given up.
        """
        told = "status of 4" in text or text.startswith(("htmx:afterRequest", "htmx:sendAbort"))
        if kind == "error" and not told:
            self.wrong.append(text)
