"""The how-to pages and two tutorials show what their commands really print.

When an output changes for a good reason, write the pages again with

    EVENHAND_WRITE_MANUAL=1 pytest tests/cli/test_how_to_pages.py
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.test_commands_page import BLOCK, again

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = [
    *sorted((DOCS / "how-to").glob("*.md")),
    DOCS / "tutorials" / "class.md",
    DOCS / "tutorials" / "garden.md",
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_the_page_shows_what_commands_print(page: Path, tmp_path: Path) -> None:
    """Each console block of a page, run in order in one folder, prints what stands there; there is one."""
    text = page.read_text(encoding="utf-8")
    assert "```console\n$ evenhand" in text or "```console\n$ printf" in text or "```console\n$ mkdir" in text
    fresh = BLOCK.sub(lambda found: f"```console\n{again(tmp_path, found.group(1))}```", text)
    if os.environ.get("EVENHAND_WRITE_MANUAL"):
        page.write_text(fresh, encoding="utf-8")
    assert BLOCK.findall(fresh) == BLOCK.findall(text)


def test_every_how_to_is_on_the_first_page_of_the_manual() -> None:
    """The first page links every how-to and every tutorial, and the README links the first page."""
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    pages = [path.relative_to(DOCS).as_posix() for path in (DOCS / "how-to").glob("*.md")]
    pages += [path.relative_to(DOCS).as_posix() for path in (DOCS / "tutorials").glob("*.md")]
    assert [page for page in pages if f"]({page})" not in index] == []
    assert "](docs/index.md)" in (DOCS.parent / "README.md").read_text(encoding="utf-8")
