"""The page on tables in the manual says what the code does."""

from __future__ import annotations

import doctest
import re
import tomllib
from pathlib import Path

from evenhand.core.errors import InputError
from evenhand.tables import read

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "tables.md"
CORPUS = ROOT / "tests" / "bad_inputs"


def test_the_examples_of_the_page_run() -> None:
    """Every prompt on the page prints what stands below it."""
    results = doctest.testfile(str(PAGE), module_relative=False)
    assert (results.failed, results.attempted > 8) == (0, True)


def test_every_message_of_the_page_is_said() -> None:
    """Each message in the page's table comes, to the letter, from a file of the corpus of bad inputs."""
    cases = tomllib.loads((CORPUS / "cases.toml").read_text(encoding="utf-8"))["case"]
    said: set[str] = set()
    for case in cases:
        for path in sorted((CORPUS / case["name"]).glob("people.*")):
            try:
                read(path)
            except InputError as error:
                said.update(map(str, error.findings))
    messages = re.findall(r"\| `(people\.[^`]*)` \|", PAGE.read_text(encoding="utf-8"))
    assert len(messages) >= 15
    assert [message for message in messages if message not in said] == []
