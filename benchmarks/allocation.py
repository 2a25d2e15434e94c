"""Allocation, whole and beside its peers: what a week takes, and what other solvers make of the same model.

    python -m benchmarks.allocation            all cases, and docs/benchmarks/allocation.md
    python -m benchmarks.allocation --quick    fewer cases, one week each; writes no page

Processor seconds, with peak memory, of everything: the method, ``eh.solve`` (judge and tables) and the whole
command from files to a file, beside the floors of each: pricing every candidate once, and reading the files
once. Every solver runs in a process of its own, one after the other, on the same weeks and the same model.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.made_up_weeks import write_week
from benchmarks.start_up import used

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "benchmarks" / "allocation.md"
FIRST_SEED = 1
Result = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """What is solved.

    Attributes:
        name: its name in allocation_child.py.
        title: what the page calls it.
        weeks: how many weeks we solve.
        peers: the weeks that each peer gets.
        files: how its week is written as files, for ``write_week``; None where no files say the same.
        options: of the command.
    """

    name: str
    title: str
    weeks: int
    peers: dict[str, int]
    files: dict[str, Any] | None = None
    options: tuple[str, ...] = field(default=())


NEAR = {"highs": 1, "cbc": 1, "scip": 1, "cp-sat": 1, "cp-sat-seed": 1}
BOTH = {"highs": 1, "cbc": 1}
CASES = (
    Case("seed", "a week, plain rules", 10, NEAR),
    Case("all", "a week, all rules", 10, NEAR, {}),
    Case("noise", "all rules, noise on every score", 10, BOTH),
    Case("mode-a", "all rules, mode A", 10, BOTH, {}, ("--mode", "a")),
    Case("none", "all rules, no fairness", 10, BOTH, {}, ("--mode", "none")),
    Case("hard-budgets", "tight hard budgets", 10, BOTH),
    Case("cost", "tight budgets, a cost per vehicle", 10, BOTH, {"cost_per_vehicle": True, "tight": True}),
    Case("ten", "ten times the candidates", 3, {"highs": 1}, {"size": 10}),
    Case("hundred", "a hundred times the candidates", 2, {}, {"size": 100}),
    Case("offices", "100 offices, one shared budget", 1, {}),
)
QUICK = ("all", "cost")
NAMES = {
    "evenhand": "evenhand",
    "highs": "HiGHS MIP",
    "cbc": "CBC",
    "scip": "SCIP",
    "cp-sat": "CP-SAT, 2 workers",
    "cp-sat-seed": "CP-SAT, 1 worker, 10 s",
}
FOUNDING_LIMIT = 10.0


def run(solver: str, case: str, seed: int, limit: float) -> Result:
    """Run one solver in its own process; what it says, or why it said nothing."""
    asked = [sys.executable, "-m", "benchmarks.allocation_child", solver, case, str(seed), str(limit)]
    try:
        done = subprocess.run(
            asked,
            capture_output=True,
            text=True,
            check=False,
            timeout=3600,
            cwd=HERE.parent,
            env=with_sources(),
        )
    except subprocess.TimeoutExpired:
        return {"status": "killed", "seconds": None, "value": None, "why": "not done in an hour"}
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        return {"status": "failed", "seconds": None, "value": None, "why": last[:120]}
    result: Result = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def gap(result: Result) -> float | None:
    """Proven distance to the best possible, as a share of it; None where nothing is proven."""
    value, bound = result.get("value"), result.get("bound")
    if result["status"] == "optimal":
        return 0.0
    return None if value is None or bound is None else max(0.0, (bound - value) / max(1.0, abs(bound)))


def spread(figures: list[float], form: str = "{:.3g}") -> str:
    """Median, and smallest to largest where there is more than one."""
    middle = form.format(median(figures))
    return (
        middle
        if len(figures) == 1
        else f"{middle} ({form.format(min(figures))} to {form.format(max(figures))})"
    )


OWN_HEAD = (
    "what", "candidates", "price once", "method", "`eh.solve`", "read files once", "files to file", "MB",
    "proven",
)  # fmt: skip
PEER_HEAD = (
    "what", "solver", "seconds", "proven", "gap", "plan, against evenhand's", "times evenhand's method", "MB"
)  # fmt: skip


def own_row(case: Case, results: list[Result], floor: float, folder: Path) -> list[str]:
    """Make our line of a case: the method, the call and the whole command, each behind its floor."""
    proven = sum(result["status"] == "optimal" for result in results)
    reading, whole, peak = "", "", max(result["peak_mb"] for result in results)
    if case.files is not None:
        tables = folder / case.name
        write_week(tables, FIRST_SEED, **case.files)
        reading = f"{read_once(tables):.2g}"
        ask = ("-m", "evenhand", "allocate", str(tables), *case.options, "--out", f"{case.name}.csv")
        command = used(folder, *ask, tries=2 if case.weeks < NEAR_WEEKS else 3)
        whole, peak = f"**{command.seconds:.2f}**", round(command.megabytes)
    return [
        case.title, f"{results[0]['candidates']:,}", f"{floor:.2g}",
        spread([result["seconds"] for result in results]), spread([result["solve"] for result in results]),
        reading, whole, f"{peak:,}", f"{proven} of {len(results)}",
    ]  # fmt: skip


NEAR_WEEKS = 10
"""Weeks of a case of one office's size; larger ones are tried less often."""


def read_once(folder: Path) -> float:
    """Return the processor seconds of reading a folder's tables with ``csv.reader``."""
    start = time.process_time()
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as text:
            for _ in csv.reader(text):
                pass
    return time.process_time() - start


def peer_row(case: Case, solver: str, results: list[Result], own: dict[int, Result]) -> list[str]:
    """Make a peer's line of a case."""
    timed = [result["seconds"] for result in results if result["seconds"] is not None]
    if not timed:
        why = next((result["why"] for result in results if result.get("why")), "")
        return [case.title, NAMES[solver], why, "", "", "", "", ""]
    proven = sum(result["status"] == "optimal" for result in results)
    gaps = [share for result in results if (share := gap(result)) is not None]
    worse = [
        1 - result["value"] / own[seed]["value"]
        for seed, result in enumerate(results, FIRST_SEED)
        if result["value"]
    ]
    ratios = [
        result["seconds"] / own[seed]["seconds"]
        for seed, result in enumerate(results, FIRST_SEED)
        if result["seconds"] is not None
    ]
    plan = "none" if not worse else f"{max(worse):.2%} below" if max(worse) > 0 else "as good"
    over = "" if proven == len(results) else "over "
    return [
        case.title, NAMES[solver], spread(timed), f"{proven} of {len(results)}",
        f"{max(gaps):.2%}" if gaps else "none proven", plan, over + spread(ratios, "{:.0f}"),
        f"{max(result.get('peak_mb', 0) for result in results):,}",
    ]  # fmt: skip


def with_sources() -> dict[str, str]:
    """Return the environment with our sources on the path."""
    paths = [str(HERE.parent / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def measured(case: Case, weeks: int | None, limit: float, folder: Path) -> tuple[list[str], list[list[str]]]:
    """Run a case, one process at a time; our line, and the peers'."""
    count = min(case.weeks, weeks or case.weeks)
    floor = float(run("floor", case.name, FIRST_SEED, limit)["seconds"])
    own = {seed: run("evenhand", case.name, seed, limit) for seed in range(FIRST_SEED, FIRST_SEED + count)}
    mine = own_row(case, list(own.values()), floor, folder)
    print(" | ".join(mine), flush=True)
    lines = []
    for solver, share in case.peers.items():
        seconds = FOUNDING_LIMIT if solver == "cp-sat-seed" else limit
        seeds = range(FIRST_SEED, FIRST_SEED + min(share, count))
        line = peer_row(case, solver, [run(solver, case.name, seed, seconds) for seed in seeds], own)
        lines.append(line)
        print(" | ".join(line), flush=True)
    return mine, lines


def table(head: tuple[str, ...], lines: list[list[str]]) -> list[str]:
    """Return a table of the page."""
    return [f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *lines)]


def page(own: list[list[str]], peers: list[list[str]], limit: float, load: float) -> str:
    """Write the tables as a manual page."""
    libraries = ", ".join(
        f"{name} {version(name)}" for name in ("numpy", "highspy", "ortools", "pulp", "pyscipopt")
    )
    return "\n".join(
        [
            "# Allocation, measured",
            "",
            f"Made by `python -m benchmarks.allocation`: {os.cpu_count()} cores, {platform.machine()},",
            f"Python {platform.python_version()}, {libraries};",
            f"load {load:.1f} when it began.",
            "Processor seconds, so that other work on the machine matters little: medians, and smallest and",
            "largest. Weeks are the generator's, seeds 1 and up, and every run has a process of its own.",
            "",
            "## What you wait for",
            "",
            "`method` begins with the problem in memory and ends with the plan; `eh.solve` adds judge and",
            "tables; `files to file` is the whole `evenhand allocate FOLDER --out plan.csv`, start of Python",
            "and all, where files can say the same. Their floors: pricing every candidate once, and reading",
            "the files once with `csv.reader`. Memory is the peak of the whole process.",
            "",
            *table(OWN_HEAD, own),
            "",
            "## Beside other solvers",
            "",
            "Each gets the same model, in memory or as a file that is read before the clock starts, and",
            f"{limit:g} processor seconds a thread; `over` is where a week was cut by that.",
            "",
            *table(PEER_HEAD, peers),
            "",
        ]
    )


LIMIT = 30.0


def main() -> None:
    """Run the benchmark and write its page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer cases, one week; writes no page")
    parser.add_argument("--weeks", type=int, help="weeks a case at most")
    parser.add_argument("--limit", type=float, default=LIMIT, help="processor seconds a peer's thread gets")
    parser.add_argument("--cases", help="names of cases, comma between; writes no page")
    asked, load = parser.parse_args(), os.getloadavg()[0]
    known = [case.name for case in CASES]
    wanted = asked.cases.split(",") if asked.cases else QUICK if asked.quick else known
    if not set(wanted) <= set(known):
        parser.error(f"--cases: choose among {', '.join(known)}")
    own, peers = [], []
    with tempfile.TemporaryDirectory() as name:
        for case in CASES:
            if case.name in wanted:
                mine, theirs = measured(case, 1 if asked.quick else asked.weeks, asked.limit, Path(name))
                own.append(mine)
                peers += theirs
    if not asked.quick and not asked.cases:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(own, peers, asked.limit, load), encoding="utf-8")
        print(f"wrote {PAGE.relative_to(HERE.parent)}")


if __name__ == "__main__":
    main()
