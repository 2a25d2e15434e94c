"""How long whole commands take beside the floor, an import of NumPy: python benchmarks/start_up.py.

Promised on a quiet machine: `evenhand --help` below 0.2 s, 1,000 people in 50 teams below 1 s; aimed at: a
press fleet's week from folder to screen in 0.35 s. Processor time is counted, the least of several runs.
Compiled modules are kept in a folder of the run, as an installed package keeps them: where Python is told to
keep none, every start compiles every module anew, which no user waits for.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

TRIES = 5


def seconds(folder: Path, *arguments: str) -> float:
    """Return the least processor time of several runs of Python: a busy machine should matter little.

    The first run, which compiles, is the slowest and so never counts.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    kept["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
    best = float("inf")
    for _ in range(TRIES + 1):
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder, env=kept, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        best = min(best, used.ru_utime + used.ru_stime)
    return best


def main() -> None:
    """Print each time beside what is promised."""
    draw = random.Random(7)  # noqa: S311 - made-up people
    people = [
        f"Person {number:04},{draw.choice('wmo')},{draw.choice('ABCDE')},{draw.choice('PQRSTUVW')}"
        for number in range(1000)
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "people.csv").write_text("\n".join(["name,gender,office,role", *people]) + "\n")
        print(f"{'python -c import numpy':<41}{seconds(folder, '-c', 'import numpy'):6.2f} s, the floor")
        fleet = str(files("evenhand") / "data" / "fleet")
        for title, limit, *arguments in (
            ("--help", "promised 0.2 s", "--help"),
            ("teams people.csv --teams 50", "promised 1.0 s", "teams", "people.csv", "--teams", "50"),
            ("allocate FLEET", "aimed at 0.35 s", "allocate", fleet),
        ):
            print(f"evenhand {title:<32}{seconds(folder, '-m', 'evenhand', *arguments):6.2f} s, {limit}")


if __name__ == "__main__":
    main()
