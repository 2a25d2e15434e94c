"""Make the pictures of the README and the manual from real runs on the bundled data: `make pictures`.

Pages are opened in chromium as a reader would see them; the terminal's picture is the text a command prints.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

from markupsafe import escape
from playwright.sync_api import Browser, sync_playwright

import evenhand as eh
from evenhand import press_fleet
from evenhand.report import render

HERE = Path(__file__).resolve().parent / "pictures"
DATA = Path(eh.__file__).parent / "data"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--force-color-profile=srgb"]
SHOWN = [
    ("week-light", "allocation", "light", 1280, 900),
    ("week-dark", "allocation", "dark", 1280, 900),
    ("teams-light", "teams", "light", 1280, 760),
    ("teams-dark", "teams", "dark", 1280, 760),
    ("rota-light", "rota", "light", 1280, 760),
    ("rota-dark", "rota", "dark", 1280, 760),
]
"""Name of the picture, job, light or dark, width and height."""
COMMAND = ["rota", str(DATA / "garden"), "--policy", "ledger"]
ASKED = "evenhand rota garden --policy ledger"
WIDE, LINE, EDGE = 96, 18, 20


def solutions() -> dict[str, eh.Solution]:
    """Return the three bundled jobs, solved."""
    garden = DATA / "garden"
    duties = eh.weekly("2026-01-27", 10, seats=2, name="watering")
    return {
        "allocation": eh.solve(press_fleet.from_folder(DATA / "fleet")),
        "teams": eh.solve(
            eh.TeamsProblem.from_table(DATA / "roster" / "people.csv", teams=8, balance="gender,office")
        ),
        "rota": eh.solve(
            eh.RotaProblem.from_tables(
                garden / "people.csv",
                duties,
                history=garden / "history.csv",
                policy="ledger",
                absences=[{"name": "Jay", "from": "2026-02-14", "to": "2026-02-28"}],
            )
        ),
    }


def pages(browser: Browser, made: dict[str, eh.Solution]) -> None:
    """Photograph each page at the top, as it is first seen."""
    with tempfile.TemporaryDirectory() as folder:
        for name, job, scheme, width, height in SHOWN:
            path = Path(folder) / f"{name}.html"
            path.write_bytes(render(made[job], ".html"))
            size: Any = {"width": width, "height": height}
            page = browser.new_page(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
            page.goto(path.as_uri())
            page.screenshot(path=HERE / f"{name}.png")
            page.close()


def terminal() -> None:
    """Write what the command prints as an SVG: dark as a terminal is, the same bytes from the same text."""
    environment = {**os.environ, "COLUMNS": str(WIDE), "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "evenhand", *COMMAND],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    printed = [textwrap.wrap(line, WIDE, subsequent_indent="    ") or [""] for line in _lines(done.stdout)]
    lines = [f"$ {ASKED}", *(part for parts in printed for part in parts)]
    height = EDGE * 2 + LINE * len(lines)
    width = EDGE * 2 + round(8.15 * max(len(line) for line in lines))
    texts = "".join(
        f'<text x="{EDGE}" y="{EDGE + LINE * place + 13}" class="{"out" if place else "asked"}" '
        f'xml:space="preserve">{escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    style = (
        'text{font:13.4px ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#eceeea}'
        ".asked{fill:#5bcdb6}"
    )
    (HERE / "terminal.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" '
        f'aria-label="{ASKED}, and what it prints"><style>{style}</style>'
        f'<rect width="{width}" height="{height}" rx="10" fill="#111211"/>{texts}</svg>\n',
        encoding="utf-8",
    )


def _lines(text: str) -> list[str]:
    """Return the lines of a text; what is aligned in columns keeps its spaces when it is wrapped."""
    return [line.replace("  ", "\u00a0\u00a0") for line in text.rstrip("\n").split("\n")]


def main() -> None:
    """Make every picture."""
    HERE.mkdir(exist_ok=True)
    terminal()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        pages(browser, solutions())
        browser.close()


if __name__ == "__main__":
    main()
