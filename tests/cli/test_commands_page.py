"""The page of commands shows what the commands really print.

When an output changes for a good reason, write the page again with

    EVENHAND_WRITE_MANUAL=1 pytest tests/cli/test_commands_page.py
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

import warm

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "commands.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
CUT = "..."


def run(folder: Path, line: str) -> str:
    """Return what a command prints, stdout and stderr together as on a screen."""
    script = f'evenhand() {{ {shlex.join(warm.program())} "$@"; }}\n{line}'
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    return done.stdout


def again(folder: Path, block: str) -> str:
    """Return a block with the output its commands really have, cut where the page cuts it."""
    written = []
    for part in re.split(r"(?m)^\$ ", block)[1:]:
        line, _, shown = part.partition("\n")
        really = run(folder, line).splitlines()
        kept = shown.splitlines()
        if kept and kept[-1] == CUT:
            really = [*really[: len(kept) - 1], CUT]
        written += [f"$ {line}", *really]
    return "\n".join(line.rstrip() for line in written) + "\n"


def test_the_page_shows_what_commands_print(tmp_path: Path) -> None:
    """Each console block of the page, run in order in one folder, prints what stands there."""
    page = PAGE.read_text(encoding="utf-8")
    blocks = BLOCK.findall(page)
    assert len(blocks) >= 7
    fresh = BLOCK.sub(lambda found: f"```console\n{again(tmp_path, found.group(1))}```", page)
    if os.environ.get("EVENHAND_WRITE_MANUAL"):
        PAGE.write_text(fresh, encoding="utf-8")
    assert BLOCK.findall(fresh) == blocks
