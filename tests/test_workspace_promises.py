"""The page of a workspace's promises: every test that it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from soak import promises

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs/reference/workspace-promises.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


def test_the_page_names_tests() -> None:
    """The page is read as it is meant: a test for each of its promises."""
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and "---" not in line][1:]
    assert all("`tests/" in row for row in rows)
    assert len(NAMED) > len(rows) > 15


def test_the_soak_runs_every_promise() -> None:
    """The command for the full sizes reads each line of the page, with all of its tests."""
    read = promises(PAGE)
    assert sorted({test for promise in read for test in promise.tests}) == [f"{f}::{n}" for f, n in NAMED]
    assert len(read) == len([line for line in PAGE.splitlines() if "`tests/" in line])


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_named_test_is_there(file: str, name: str) -> None:
    """What the page names exists under that name."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    there = {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    # a state machine's test is a name that its class is given
    there |= {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert name in there
