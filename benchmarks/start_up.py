"""What a user waits for: whole commands from file to screen, each beside the floor of its work, in one run.

    python -m benchmarks.start_up            commands, and one office's week
    python -m benchmarks.start_up --large    also 6,000,000 candidates, CSV and Parquet: some minutes
    python -m benchmarks.start_up --write    and docs/benchmarks/start_up.md

Processor seconds of the process and its children, the least of several runs: a busy machine should matter
little. Compiled modules are kept in a folder of the run, as an installed package keeps them: where Python is
told to keep none, every start compiles every module anew, which no user waits for.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks" / "start_up.md"
TRIES = 5
LARGE_ITEMS, LARGE_RECIPIENTS = 6_000, 1_000

HEAD = """# What a user waits for

Made by `{command}`: {cores} cores, {machine}, Python {python}, load {load} when it began.
Processor seconds of the process and its children, the least of {tries} runs ({large} of the large ones); peak
memory of the process itself. `method` is the method alone, `eh.solve` adds judge and tables, `command` is
the whole process from file to screen or file. The floor of a command is `python -c "import numpy"`; that of
a table is reading its file once, with `csv.reader` or pyarrow.
"""


@dataclass(frozen=True)
class Used:
    """What a process took: processor seconds, and megabytes of the largest process at its peak."""

    seconds: float
    megabytes: float


LAUNCHER = """
import json, os, subprocess, sys
process = subprocess.Popen([sys.executable, *sys.argv[1:]], stdout=subprocess.DEVNULL)
_, status, took = os.wait4(process.pid, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), took.ru_utime + took.ru_stime, took.ru_maxrss / 1024]))
"""
"""Starts what is measured from a small process: peak memory begins with that of the parent."""


def used(folder: Path, *arguments: str, tries: int = TRIES) -> Used:
    """Return the least processor time of several runs of Python, and the peak memory.

    One run more comes first and does not count: it compiles.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    kept["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
    taken = []
    for _ in range(tries + (tries > 1)):
        done = subprocess.run(
            [sys.executable, "-c", LAUNCHER, *arguments],
            cwd=folder, env=kept, capture_output=True, check=True, text=True,
        )  # fmt: skip
        code, spent, peak = json.loads(done.stdout)
        if code:
            raise SystemExit(f"{' '.join(arguments)} ended with {code}: {done.stderr}")
        taken.append((spent, peak))
    return Used(min(spent for spent, _ in taken), max(peak for _, peak in taken))


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the processor seconds of a call in this process, and what it returned."""
    start = time.process_time()
    outcome = work()
    return time.process_time() - start, outcome


def solved(problem: Any) -> tuple[float, float]:
    """Return the seconds of the method alone and of ``eh.solve``, the least of three."""
    import evenhand as eh
    from evenhand.core.job import Limits
    from evenhand.core.progress import Progress
    from evenhand.jobs import job_of

    job = job_of(problem)
    method = job.methods[eh.solve(problem).method]
    alone = min(seconds(lambda: method.run(problem, 0, Limits(), Progress()))[0] for _ in range(3))
    return alone, min(seconds(lambda: eh.solve(problem))[0] for _ in range(3))


def row(title: str, floor: float, method: float | None, solve: float | None, whole: Used, aim: str) -> str:
    """Return a line of the table."""
    cells = [f"{floor:.2f}", *("" if name is None else f"{name:.2f}" for name in (method, solve))]
    cells += [f"**{whole.seconds:.2f}**", f"{whole.megabytes:,.0f}", aim]
    return f"| {title} | {' | '.join(cells)} |"


def small(folder: Path) -> list[str]:
    """Return the lines of commands that should answer at once."""
    import evenhand as eh

    draw = random.Random(7)  # noqa: S311 - made-up people
    people = [
        f"Person {number:04},{draw.choice('wmo')},{draw.choice('ABCDE')},{draw.choice('PQRSTUVW')}"
        for number in range(1000)
    ]
    (folder / "people.csv").write_text("\n".join(["name,gender,office,role", *people]) + "\n")
    fleet = str(files("evenhand") / "data" / "fleet")
    floor = used(folder, "-c", "import numpy").seconds
    week = solved(eh.press_fleet.from_folder(fleet))
    teams = solved(eh.TeamsProblem.from_table(folder / "people.csv", teams=50))
    run = ("-m", "evenhand")
    return [
        row("`evenhand --help`", floor, None, None, used(folder, *run, "--help"), "0.15"),
        row(
            "`evenhand teams people.csv --teams 50`, 1,000 people", floor, *teams,
            used(folder, *run, "teams", "people.csv", "--teams", "50"), "1.0",
        ),
        row("`evenhand allocate FLEET`, a week", floor, *week, used(folder, *run, "allocate", fleet), "0.35"),
        row(
            "the same, `--out week.html`", floor, *week,
            used(folder, *run, "allocate", fleet, "--out", "week.html"), "0.6",
        ),
    ]  # fmt: skip


def large(folder: Path, tries: int = 2) -> list[str]:
    """Return the lines of six million candidates of one's own."""
    import numpy as np

    import evenhand as eh

    draw = np.random.default_rng(7)
    item, recipient = (part.ravel() for part in np.indices((LARGE_ITEMS, LARGE_RECIPIENTS)))
    day, score = draw.integers(5, 10, item.size), draw.integers(1, 1000, item.size)
    table, slots = folder / "candidates.csv", folder / "capacity.csv"
    with table.open("w", encoding="utf-8") as text:
        text.write("item,recipient,day,score\n")
        for start in range(0, item.size, 100_000):
            part = slice(start, start + 100_000)
            cells = zip(*(column[part].tolist() for column in (item, recipient, day, score)), strict=True)
            text.writelines(f"V{i:04},P{r:03},2026-01-{d:02},{s}\n" for i, r, d, s in cells)
    slots.write_text("day,slots\n" + "".join(f"2026-01-{day:02},20\n" for day in range(5, 10)))
    with table.open(encoding="utf-8", newline="") as plain:
        floor, _ = seconds(lambda: sum(1 for _ in csv.reader(plain)))
    times = solved(eh.AllocationProblem.from_tables(candidates=table, capacity=slots))
    ask = ("-m", "evenhand", "allocate", "candidates.csv", "--capacity", "capacity.csv")
    cut = ("--rows", "5")
    lines = [
        row("6,000,000 candidates, CSV to screen", floor, *times, used(folder, *ask, *cut, tries=tries), "5"),
        row("the same, `--json`", floor, *times, used(folder, *ask, "--json", tries=tries), "+0.5"),
        row(
            "the same, `--out plan.json`", floor, *times,
            used(folder, *ask, *cut, "--out", "plan.json", tries=tries), "",
        ),
    ]  # fmt: skip
    if find_spec("pyarrow") is None:
        return lines
    from pyarrow import csv as arrow
    from pyarrow import parquet

    parquet.write_table(arrow.read_csv(table), folder / "candidates.parquet")
    floor, _ = seconds(lambda: parquet.read_table(folder / "candidates.parquet"))
    columns = ("-m", "evenhand", "allocate", "candidates.parquet", "--capacity", "capacity.csv", *cut)
    return [
        *lines,
        row("the same, Parquet to screen", floor, *times, used(folder, *columns, tries=tries), "3"),
    ]


def main() -> None:
    """Print each time beside its floor and what is aimed at."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--large", action="store_true", help="also 6,000,000 candidates of one's own")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks/start_up.md")
    asked = parser.parse_args()
    load = f"{os.getloadavg()[0]:.1f}"
    command = "python -m benchmarks.start_up" + (" --large" if asked.large else "") + " --write"
    with tempfile.TemporaryDirectory() as name:
        lines = [
            "| what | floor | method | `eh.solve` | command | peak MB | aim, s |",
            "|---|---:|---:|---:|---:|---:|---:|",
            *small(Path(name)),
            *(large(Path(name)) if asked.large else []),
        ]
    head = HEAD.format(
        command=command, cores=os.cpu_count(), machine=platform.machine(), load=load, tries=TRIES, large=2,
        python=platform.python_version(),
    )  # fmt: skip
    page = "\n".join([head, *lines, ""])
    print(page)
    if asked.write:
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
