"""The how-to pages show what their commands really print.

When an output changes for a good reason, write the pages again with

    EVENHAND_WRITE_MANUAL=1 pytest tests/cli/test_how_to_pages.py
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.test_commands_page import BLOCK, again

PAGES = sorted((Path(__file__).resolve().parents[2] / "docs" / "how-to").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_the_page_shows_what_commands_print(page: Path, tmp_path: Path) -> None:
    """Each console block of a how-to page, run in order in one folder, prints what stands there."""
    text = page.read_text(encoding="utf-8")
    fresh = BLOCK.sub(lambda found: f"```console\n{again(tmp_path, found.group(1))}```", text)
    if os.environ.get("EVENHAND_WRITE_MANUAL"):
        page.write_text(fresh, encoding="utf-8")
    assert BLOCK.findall(fresh) == BLOCK.findall(text)
