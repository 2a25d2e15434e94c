"""The fleet's manual pages do what they say: commands and Python blocks are run, their output compared."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = ("tutorials/fleet.md", "history/fairness.md")
PYTHON = re.compile(r"```python\n(.*?)```\n\nprints\n\n```\n(.*?)```", re.DOTALL)
CONSOLE = re.compile(r"```console\n\$ (.*?)\n(.*?)```", re.DOTALL)


def matches(shown: str, came: str) -> bool:
    """Whether the output is what is shown, where a line of three dots stands for any lines."""
    parts = [re.escape(line.rstrip()) if line != "..." else "@ANY@" for line in shown.rstrip().splitlines()]
    pattern = "\n".join(parts).replace("@ANY@\n", "(?:.*\n)*?").replace("@ANY@", "(?:.*\n?)*")
    return re.fullmatch(pattern, "\n".join(line.rstrip() for line in came.rstrip().splitlines())) is not None


@pytest.mark.parametrize("page", PAGES)
def test_python_blocks_print_what_the_page_says(page: str) -> None:
    """Each block that says what it prints, prints it."""
    blocks = PYTHON.findall((DOCS / page).read_text(encoding="utf-8"))
    assert blocks
    for code, shown in blocks:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(code, page, "exec"), {})  # noqa: S102 - our own manual
        assert out.getvalue() == shown


def test_commands_of_the_tutorial_print_what_the_page_says(tmp_path: Path) -> None:
    """The commands run one after the other from an empty folder, as pasted."""
    blocks = CONSOLE.findall((DOCS / PAGES[0]).read_text(encoding="utf-8"))
    assert len(blocks) > 3
    folder = str(Path(sys.executable).parent)
    for command, shown in blocks:
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"},
        )
        assert done.returncode == 0, done.stderr
        assert matches(shown, done.stdout), f"{command}\n{done.stdout}"
    assert (tmp_path / "week.html").exists()
