"""The pages people send on, opened in a real browser: whole, self-contained, readable on a small screen."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import evenhand as eh
from evenhand import press_fleet

DATA = Path(eh.__file__).parent / "data"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PROBE = """<script>
const all = s => [...document.querySelectorAll(s)];
document.title = "PROBE" + JSON.stringify({
  width: innerWidth,
  wide: document.documentElement.scrollWidth,
  fetched: performance.getEntriesByType("resource").map(one => one.name),
  headings: all("h1,h2").map(one => one.textContent.trim()),
  uncaptioned: all("table").filter(one => !one.caption && !one.getAttribute("aria-label")).length,
  headless: all("table").filter(one => !one.querySelector("th")).length,
  unnamed: all("svg").filter(one => !one.closest("[aria-label],[aria-hidden=true]") &&
    !one.querySelector("title")).length,
  dead: all("a[href^='#']").filter(one => !document.getElementById(one.hash.slice(1))).length,
  scripts: all("script").length - 1,
}) + "EBORP";
</script>"""


@cache
def solved(job: str) -> eh.Solution:
    """Return the bundled job, solved."""
    if job == "allocation":
        return eh.solve(press_fleet.from_folder(DATA / "fleet"))
    if job == "teams":
        people = DATA / "roster" / "people.csv"
        return eh.solve(eh.TeamsProblem.from_table(people, teams=8, balance="gender,office,role"))
    duties, history = eh.weekly("2026-01-27", 10, seats=2), DATA / "garden" / "history.csv"
    people = DATA / "garden" / "people.csv"
    return eh.solve(eh.RotaProblem.from_tables(people, duties, history=history, policy="ledger"))


def seen(page: Path, width: int, profile: Path) -> dict[str, Any]:
    """Open a copy of the page with a probe at its end, and return what the browser found."""
    probed = page.with_name(f"probed-{width}.html")
    probed.write_text(
        page.read_text(encoding="utf-8").replace("</body>", PROBE + "</body>"), encoding="utf-8"
    )
    window = (f"--user-data-dir={profile}", f"--window-size={width},900", "--dump-dom", probed.as_uri())
    done = subprocess.run(
        [CHROMIUM, *FLAGS, *window], capture_output=True, text=True, check=True, timeout=120
    )
    found = re.search(r"PROBE(.*?)EBORP</title>", done.stdout, flags=re.DOTALL)
    assert found, "the probe did not run"
    seen_there: dict[str, Any] = json.loads(
        found[1].replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    )
    return seen_there


@pytest.mark.parametrize("width", [500, 1200])
@pytest.mark.parametrize("job", ["allocation", "teams", "rota"])
def test_a_page_is_whole_wherever_it_is_opened(job: str, width: int, tmp_path: Path) -> None:
    """Nothing is fetched, no script runs, nothing sticks out, and tables, pictures and links are named."""
    page = tmp_path / "page.html"
    solved(job).save(str(page))
    found = seen(page, width, tmp_path / "profile")
    assert found["fetched"] == []
    assert found["scripts"] == 0
    assert found["wide"] <= found["width"], "the page is wider than its window"
    assert found["headings"], "no headings"
    assert (found["uncaptioned"], found["headless"], found["unnamed"], found["dead"]) == (0, 0, 0, 0)
