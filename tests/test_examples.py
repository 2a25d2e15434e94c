"""The examples print what stands in their output.txt: renew it by running the script into it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1] / "examples"
SCRIPTS = sorted(ROOT.glob("*/*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.parent.name)
def test_the_example_prints_what_stands_beside_it(script: Path) -> None:
    """Run as a user would, the script prints its output.txt to the letter, and is short."""
    done = subprocess.run([sys.executable, str(script)], capture_output=True, check=True)
    assert done.stdout.decode() == (script.parent / "output.txt").read_text(encoding="utf-8")
    assert len(script.read_text(encoding="utf-8").splitlines()) <= 20


def test_there_is_an_example_for_every_job() -> None:
    """Three jobs, three examples, each with its table."""
    assert len(SCRIPTS) == 3
    assert all(list(script.parent.glob("*.csv")) for script in SCRIPTS)
