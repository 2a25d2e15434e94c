"""The manual's pages on what is due and on measures: their examples run, their tables are the code's."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from evenhand.measures import BANDS, MEASURES
from evenhand.measures.panel import shown

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("page", ["concepts/measures.md", "concepts/what-is-due.md"])
def test_examples_run(page: str) -> None:
    """Every example prints what the page says, and there are some."""
    done = doctest.testfile(str(DOCS / page), module_relative=False, encoding="utf-8")
    assert done.attempted > 5
    assert done.failed == 0


@pytest.mark.parametrize("name", list(MEASURES))
def test_every_measure_stands_in_the_manual(name: str) -> None:
    """The tables say of each measure what the code says."""
    line = MEASURES[name]
    target = "" if line.target is None else f"< {shown(line.target, line.form)}"
    page = (DOCS / "concepts/measures.md").read_text(encoding="utf-8")
    assert f"| {line.title} (`{name}`) | {line.says} | {line.span} | {line.even} | {target} |" in page
    assert f"| {line.title} | {line.misleads} | {line.source} |" in page


def test_every_band_stands_in_the_manual() -> None:
    """The page names each band with its colour."""
    page = (DOCS / "concepts/measures.md").read_text(encoding="utf-8")
    for band in BANDS:
        assert f"| {band.name} |" in page
        assert f"| {band.colour} |" in page


def test_the_glossary_has_the_words() -> None:
    """The words that the code's rooms share are explained."""
    page = (DOCS / "glossary.md").read_text(encoding="utf-8")
    words = "claimant weight entitlement received award deviation lag tick statement ledger penalty allowance"
    words += " candidate price bound gap status method deal exchange measure panel band accrual order policy"
    for word in words.split():
        assert f"**{word}**" in page, word
