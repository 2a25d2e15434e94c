"""Make the pictures of the README and the manual from real runs on the bundled data: `make pictures`.

Pages are opened in chromium as a reader would see them; the terminal's picture is the text a command prints.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
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
MESSY = (
    "Fahrzeug;Empfänger;Punkte;Notiz\n"
    + "".join(f"Golf {at};Pacific Wheels;{900 + at};\n" for at in range(1, 6))
    + "Polo;Pacific Weels;zwölf;Anruf\nUp;Anna;12,5x;\n"
)
"""A table as people send it: figures in words, a name spelt twice."""
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


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Give the one-time address of a server on an empty database; it is ended with the block."""
    command = [
        sys.executable,
        "-m",
        "evenhand",
        "serve",
        str(folder / "pictures.db"),
        "--port",
        "0",
        "--no-open",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    found = re.search(r"http://\S+", process.stdout.readline() if process.stdout else "")
    try:
        yield found.group() if found else ""
    finally:
        process.terminate()
        process.wait(60)


def served(browser: Browser) -> None:
    """Photograph the web app as a coordinator meets it: three boards, the dials, an import to mend."""
    with tempfile.TemporaryDirectory() as name, serving(Path(name)) as address:
        folder = Path(name)
        size: Any = {"width": 1280, "height": 860}
        context = browser.new_context(viewport=size, color_scheme="light")
        page = context.new_page()
        page.goto(address)
        base = address.rsplit("/open/", 1)[0]
        page.screenshot(path=HERE / "web-home.png")
        for sample, more in (
            ("fleet", "?at=LABMW00125&tab=give"),
            ("teams", ""),
            ("garden", "?tab=standing"),
        ):
            page.goto(base)
            page.click(f"#sample-{sample}")
            page.wait_for_url("**/plans/**")
            page.wait_for_selector(".tiles")
            plan = page.url.split("?")[0]
            if sample == "garden":
                page.goto(plan + "?tab=dials")
                page.select_option("#aw", "Jay")
                page.fill("#a1", "2026-02-14")
                page.fill("#a2", "2026-02-28")
                page.click("button:has-text('Plan around it')")
                page.wait_for_selector(".banner")
            page.goto(plan + more)
            if sample == "fleet":
                page.wait_for_selector("button.option")
                page.hover("button.option >> nth=2")
            page.screenshot(path=HERE / f"web-{sample}.png")
            if sample == "fleet":
                page.goto(plan + "?tab=dials")
                page.wait_for_selector("[data-frontier]")
                page.locator("#front").focus()
                page.keyboard.press("ArrowRight")
                page.screenshot(path=HERE / "web-dials.png")
        (folder / "wishes.csv").write_text(MESSY, encoding="utf-8")
        page.goto(base + "/import")
        page.set_input_files("#files", folder / "wishes.csv")
        page.wait_for_url("**/import/*")
        page.screenshot(path=HERE / "web-import.png", full_page=True)
        state: Any = context.storage_state()
        dark = browser.new_context(storage_state=state, viewport=size, color_scheme="dark")
        night = dark.new_page()
        night.goto(plan + "?tab=standing")
        night.screenshot(path=HERE / "web-garden-dark.png")
        dark.close()
        context.close()


def main() -> None:
    """Make every picture."""
    HERE.mkdir(exist_ok=True)
    terminal()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        pages(browser, solutions())
        served(browser)
        browser.close()


if __name__ == "__main__":
    main()
