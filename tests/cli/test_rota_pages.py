"""The how-to pages of the rota show what the commands really print.

When an output changes for a good reason, write them again with

    EVENHAND_WRITE_MANUAL=1 pytest tests/cli/test_rota_pages.py
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.test_commands_page import BLOCK, again

PAGES = Path(__file__).resolve().parents[2] / "docs" / "how-to"


@pytest.mark.parametrize("name", ["calendars.md", "rota-year.md"])
def test_the_page_shows_what_commands_print(tmp_path: Path, name: str) -> None:
    """Each console block of the page, run in order in one folder, prints what stands there."""
    page = (PAGES / name).read_text(encoding="utf-8")
    blocks = BLOCK.findall(page)
    assert len(blocks) > 4
    fresh = BLOCK.sub(lambda found: f"```console\n{again(tmp_path, found.group(1))}```", page)
    if os.environ.get("EVENHAND_WRITE_MANUAL"):
        (PAGES / name).write_text(fresh, encoding="utf-8")
    assert BLOCK.findall(fresh) == blocks
