"""The one page is true: every line of it is run."""

from __future__ import annotations

import doctest
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "one-page.md"


def test_the_one_page_is_true() -> None:
    """Each example on the page prints what the page says."""
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert tried > 10
    assert not failed
