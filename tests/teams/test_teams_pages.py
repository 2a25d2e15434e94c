"""The pages about teams show what their examples really print."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


@pytest.mark.parametrize("page", ["how-it-works/exchange.md", "tutorials/class.md", "history/teams.md"])
def test_the_examples_of_the_page_run(page: str) -> None:
    """Every example of the page, run in order, prints what stands there."""
    failed, tried = doctest.testfile(
        str(DOCS / page), module_relative=False, encoding="utf-8", optionflags=OPTIONS
    )
    assert tried > 2
    assert failed == 0
