"""Take the pictures of the manual: ``python docs/screenshots.py``. Needs chromium and the test packages."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURES = Path(__file__).parent / "tutorials" / "pictures"


def main() -> None:
    """Start a server on a new database, make the samples, and take their pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        command = [sys.executable, "-m", "evenhand", "serve", f"{folder}/a.db", "--port", "0", "--no-open"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        found = re.search(r"http://\S+", server.stdout.readline() if server.stdout else "")
        browser = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(found.group() if found else "")
        for name in ("fleet", "teams", "garden"):
            page.goto(page.url.split("/plans")[0])
            page.click(f"#sample-{name}")
            page.wait_for_url("**/plans/**")
            page.wait_for_selector(".tiles")
            page.screenshot(path=PICTURES / f"{name}-board.png")
        browser.close()
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    main()
