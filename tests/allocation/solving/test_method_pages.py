"""The pages on how the methods work: their examples run, and every file they name is there."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGES = [ROOT / "docs" / "how-it-works" / f"{name}.md" for name in ("price-restrict-prove", "offices")]
SOLVING = ROOT / "src" / "evenhand" / "allocation" / "solving"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_the_worked_example_runs(page: Path) -> None:
    """Every figure of the example is what the code gives."""
    outcome = doctest.testfile(str(page), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert outcome.attempted > 5
    assert outcome.failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_every_step_leads_to_a_file(page: Path) -> None:
    """The map from step to file names files that are there."""
    folder = SOLVING / "offices" if page.stem == "offices" else SOLVING
    named = set(re.findall(r"`((?:\w+/)?\w+\.py)`", page.read_text(encoding="utf-8")))
    assert named
    assert [name for name in sorted(named) if not (folder / name).exists()] == []
