"""Every promise of a workspace at its full size, one after another, with what each took: ``make soak``.

The promises and their tests stand in ``docs/reference/workspace-promises.md``; a word on the command line
runs those alone that hold it, as in ``python tests/soak.py kill``. About an hour for all on two processors.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "workspace-promises.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py::\w+)`")
COUNTED = re.compile(r"(\d+ (?:passed|failed|error\w*|skipped))")


@dataclass(frozen=True)
class Promise:
    """A line of the page: what is promised, and the tests that hold it."""

    said: str
    tests: tuple[str, ...]


def promises(page: str) -> list[Promise]:
    """Return the promises of the page, in its order."""
    rows = [line.strip("| \n").split(" | ") for line in page.splitlines() if NAMED.search(line)]
    return [Promise(row[0], tuple(NAMED.findall(row[-1]))) for row in rows]


def held(promise: Promise) -> bool:
    """Run a promise's tests in full, print a line of how they went, and return whether all passed."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *promise.tests],
        cwd=ROOT,
        env={**os.environ, "EVENHAND_SOAK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    counted = ", ".join(COUNTED.findall(done.stdout.splitlines()[-1] if done.stdout else ""))
    mark, took = "BROKEN" if done.returncode else "holds ", time.perf_counter() - start
    sys.stdout.write(f"{mark} {took:7.0f} s  {counted or 'no test ran':24} {promise.said}\n")
    if done.returncode:
        # the end of it, where pytest says what failed
        sys.stdout.write(done.stdout[-4000:] + done.stderr[-1000:])
    sys.stdout.flush()
    return done.returncode == 0


def main(words: list[str]) -> int:
    """Run the promises that hold every word, and return 1 if one is broken."""
    wanted = [
        promise
        for promise in promises(PAGE.read_text(encoding="utf-8"))
        if all(word.casefold() in promise.said.casefold() for word in words)
    ]
    broken = sum(not held(promise) for promise in wanted)
    sys.stdout.write(f"{len(wanted) - broken} of {len(wanted)} promises hold.\n")
    return int(broken > 0 or not wanted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
