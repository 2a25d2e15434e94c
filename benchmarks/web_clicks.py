"""How long a click of the web takes while both cores plan: `python benchmarks/web_clicks.py`.

A server on an empty database makes the sample of the press fleet. Two processes of this machine then plan the
fleet's week over and over; meanwhile pages are asked for as a browser asks for them, with a pin and its undo
between. Figures are of one run on one machine: compare them with another run beside it.
"""

from __future__ import annotations

import http.cookiejar
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

CLICKS = 60
"""Pages asked for; the 95th percentile is then the third slowest."""

PINS = 4
BUSY = (
    "from pathlib import Path; import evenhand as eh; from evenhand import press_fleet\n"
    "folder = Path(eh.__file__).parent / 'data' / 'fleet'\n"
    "while True: eh.solve(press_fleet.from_folder(folder))"
)
"""What keeps a core busy: reading and planning the fleet's week."""


class Browser:
    """Asks for pages with the session's cookie and says where its forms come from, as a browser does."""

    def __init__(self, address: str) -> None:
        """Open the one-time address."""
        self.base = address.rsplit("/open/", 1)[0]
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)
        self.text = self.get(address.removeprefix(self.base))

    def get(self, path: str) -> str:
        """Return a page."""
        with self.opener.open(self.base + path) as answer:
            return str(answer.read().decode())

    def post(self, path: str, **fields: object) -> str:
        """Send a form and return the page it leads to."""
        body = urllib.parse.urlencode(fields, doseq=True).encode()
        request = urllib.request.Request(self.base + path, body, {"Origin": self.base})  # noqa: S310 - our own server
        with self.opener.open(request) as answer:
            self.where = urllib.parse.urlsplit(answer.url).path
            return str(answer.read().decode())


def share(times: list[float], part: float) -> float:
    """Return the time that a part of all stays below."""
    return sorted(times)[min(len(times) - 1, int(part * len(times)))]


def timed(action: object, *arguments: object, **fields: object) -> float:
    """Return the seconds an action takes."""
    start = time.perf_counter()
    action(*arguments, **fields)  # type: ignore[operator]
    return time.perf_counter() - start


def measured(address: str) -> None:
    """Click through the sample and print what it took."""
    browser = Browser(address)
    start = time.perf_counter()
    page = browser.post("/samples/fleet")
    plan = browser.where
    while "data-item" not in page:
        # a busy machine shows "planning" first, and the board when it is there
        time.sleep(0.05)
        page = browser.get(plan)
    first = time.perf_counter() - start
    items = re.findall(r'data-item="(\w+)"', page)[:30]
    quiet = [timed(browser.get, f"{plan}?at={item}&tab=standing") for item in items]
    busy = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(2)]
    try:
        time.sleep(3)
        paths = [f"{plan}?at={item}&tab={tab}" for item in items for tab in ("standing", "history")]
        paths += ["/", f"{plan}/compare", f"{plan}?tab=history", "/swaps"]
        clicks = [timed(browser.get, paths[at % len(paths)]) for at in range(CLICKS)]
        pins = [pin(browser, plan, at) for at in range(PINS)]
    finally:
        for process in busy:
            process.kill()
            process.wait()
    print(f"sample to board: {first:.2f} s")
    print(f"a click, nothing else running: half below {share(quiet, 0.5) * 1000:.0f} ms")
    print(
        f"a click while both cores plan: half below {share(clicks, 0.5) * 1000:.0f} ms, "
        f"95% below {share(clicks, 0.95) * 1000:.0f} ms ({len(clicks)} clicks)"
    )
    print(f"a pin, planned and shown, while both cores plan: half below {share(pins, 0.5):.2f} s")


def pin(browser: Browser, plan: str, at: int) -> float:
    """Pin a loan, wait for the board with the plan, and return the seconds; the pin is undone."""
    page = browser.get(plan)
    version = re.search(r'name="version" value="(\d+)"', page)
    drags = re.findall(r'data-drag="\[&#34;(\w+)&#34;, &#34;(\w+)&#34;, &#34;([\d-]+)&#34;\]"', page)
    names = drags[at * 7 % len(drags)]
    fields = {"version": version[1] if version else "0", "kind": "pin", "names": list(names)}
    start = time.perf_counter()
    page = browser.post(f"{plan}/steps", **fields)
    while "sse-connect" in page:
        page = browser.get(plan)
    took = time.perf_counter() - start
    version = re.search(r'name="version" value="(\d+)"', page)
    browser.post(f"{plan}/steps", version=version[1] if version else "0", kind="undo")
    return took


def main() -> None:
    """Start a server, measure, end it."""
    with tempfile.TemporaryDirectory() as folder:
        serve = [sys.executable, "-m", "evenhand", "serve", str(Path(folder) / "clicks.db")]
        server = subprocess.Popen([*serve, "--port", "0", "--no-open"], stdout=subprocess.PIPE, text=True)
        try:
            found = re.search(r"http://\S+", server.stdout.readline() if server.stdout else "")
            measured(found.group() if found else "")
        finally:
            server.terminate()
            server.wait(60)


if __name__ == "__main__":
    main()
