"""The pages that explain the methods show examples that run."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).resolve().parents[1] / "docs" / "how-it-works").glob("*.md"))
MAP = "| file in `src/evenhand/"
MAPPED = [page for page in PAGES if MAP in page.read_text(encoding="utf-8")]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_the_worked_example_runs(page: Path) -> None:
    """Each page has a worked example, and it prints what stands there."""
    source = "\n".join(BLOCK.findall(page.read_text(encoding="utf-8")))
    example = doctest.DocTestParser().get_doctest(source, {}, page.stem, str(page), 0)
    assert example.examples
    assert doctest.DocTestRunner().run(example).failed == 0


@pytest.mark.parametrize("page", MAPPED, ids=lambda page: str(page.stem))
def test_every_file_of_the_map_is_there(page: Path) -> None:
    """The map from step to file names files that stand in the rooms it says."""
    text = page.read_text(encoding="utf-8")
    source = Path(__file__).resolve().parents[1] / "src" / "evenhand"
    rooms = re.findall(r"\| file in `src/evenhand/([a-z_/]+)`", text)
    assert rooms
    for room in rooms:
        for name in re.findall(r"`([a-z_/]+\.py)`", text.split("| step |")[1].split("\n## ")[0]):
            assert (source / room / name).exists(), name
