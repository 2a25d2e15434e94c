"""Allocation against its peers: `python benchmarks/allocation.py [--quick] [--weeks N] [--limit S]`.

Every solver runs in a process of its own, one after the other, on the same weeks and the same model. Prints
the table and writes docs/benchmarks/allocation.md. The full run takes about twenty minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "benchmarks" / "allocation.md"
FIRST_SEED = 1
Result = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """What is solved: its name in allocation_child.py, a title, our weeks, and the weeks each peer gets."""

    name: str
    title: str
    weeks: int
    peers: dict[str, int]


NEAR = {"highs": 3, "cbc": 3, "scip": 2, "cp-sat": 2, "cp-sat-seed": 2}
CASES = (
    Case("seed", "LA, plain rules", 10, NEAR),
    Case("all", "LA, all rules", 10, NEAR),
    Case("noise", "LA, all rules, noise on every score", 10, {"highs": 2, "cbc": 1}),
    Case("mode-a", "LA, mode A", 10, {"highs": 2, "cbc": 1}),
    Case("none", "LA, no fairness", 10, {"highs": 2, "cbc": 1}),
    Case("hard-budgets", "LA, tight hard budgets", 10, {"highs": 2, "cbc": 1}),
    Case("cost", "LA, tight budgets, a cost per vehicle", 10, {"highs": 2, "cbc": 1}),
    Case("ten", "ten times the candidates, one office", 3, {"highs": 1, "cp-sat": 1}),
    Case("hundred", "a hundred times the candidates, one office", 2, {"highs": 1}),
    Case("offices", "100 offices, one shared budget", 1, {"highs": 1}),
)
QUICK = ("seed", "all", "noise", "cost", "ten")
NAMES = {
    "evenhand": "evenhand",
    "highs": "HiGHS MIP",
    "cbc": "CBC",
    "scip": "SCIP",
    "cp-sat": "CP-SAT, 2 workers",
    "cp-sat-seed": "CP-SAT, the usual way (10 s, 1 worker)",
    "floor": "floor: every candidate priced once",
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
            timeout=limit * 2 + 240,
            cwd=HERE.parent,
            env=with_sources(),
        )
    except subprocess.TimeoutExpired:
        return {"status": "killed", "seconds": limit * 2 + 240, "value": None}
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


def row(case: Case, solver: str, results: list[Result], own: dict[int, Result], floor: float) -> list[str]:
    """Make one line of the table."""
    timed = [result["seconds"] for result in results if result["seconds"] is not None]
    proven = sum(result["status"] == "optimal" for result in results)
    ratios, over = [], False
    for seed, result in enumerate(results, FIRST_SEED):
        if result["seconds"] is not None and own.get(seed, {}).get("seconds"):
            ratios.append(result["seconds"] / own[seed]["seconds"])
            over = over or result["status"] != "optimal"
    gaps = [share for result in results if (share := gap(result)) is not None]
    worse = [
        1 - result["value"] / own[seed]["value"]
        for seed, result in enumerate(results, FIRST_SEED)
        if result["value"] and own.get(seed, {}).get("value")
    ]
    why = next((result["why"] for result in results if result.get("why")), "")
    return [
        case.title,
        NAMES[solver],
        spread(timed) if timed else why,
        f"{proven} of {len(results)}",
        f"{max(gaps):.3%}" if gaps else "none proven",
        f"{max(worse):.2%} below" if worse and max(worse) > 0 else "same" if worse else "no plan",
        (("over " if over else "") + spread(ratios, "{:.0f}")) if solver != "evenhand" and ratios else "",
        f"{median(timed) / floor:.0f}" if solver == "evenhand" and timed else "",
        str(max((result.get("peak_mb", 0) for result in results), default=0)),
    ]


HEADS = [
    "case",
    "solver",
    "seconds",
    "proven",
    "largest gap",
    "value, against evenhand",
    "times evenhand's seconds",
    "times the floor",
    "peak MB",
]


def whole_process(times: int) -> list[str]:
    """Time the command from CSV tables to the printed plan, start of Python and all."""
    fleet = HERE.parent / "src" / "evenhand" / "data" / "fleet"
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "evenhand", "allocate", str(fleet)],
            capture_output=True,
            check=False,
            env=with_sources(),
        )
        taken.append(time.perf_counter() - start)
        if done.returncode:
            return ["LA, whole process from CSV", NAMES["evenhand"], "failed", *[""] * 6]
    return ["LA, whole process from CSV", "evenhand allocate", spread(taken), *[""] * 6]


def with_sources() -> dict[str, str]:
    """Return the environment with our sources on the path."""
    paths = [str(HERE.parent / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def measured(cases: list[Case], weeks: int | None, limit: float) -> Iterator[list[str]]:
    """Run everything, one process at a time, and yield the table's lines."""
    for case in cases:
        count = min(case.weeks, weeks or case.weeks)
        floors = [run("floor", case.name, FIRST_SEED, limit)]
        floor = float(floors[0]["seconds"] or 1.0)
        own = {
            seed: run("evenhand", case.name, seed, limit) for seed in range(FIRST_SEED, FIRST_SEED + count)
        }
        size = next((figure["candidates"] for figure in own.values() if "candidates" in figure), 0)
        yield [f"{case.title}: {size:,} candidates", NAMES["floor"], f"{floor:.2g}", *[""] * 5, ""]
        yield row(case, "evenhand", list(own.values()), own, floor)
        for solver, share in case.peers.items():
            seconds = FOUNDING_LIMIT if solver == "cp-sat-seed" else limit
            seeds = range(FIRST_SEED, FIRST_SEED + min(share, count))
            yield row(case, solver, [run(solver, case.name, seed, seconds) for seed in seeds], own, floor)


def page(lines: list[list[str]], asked: argparse.Namespace) -> str:
    """Write the table as a manual page."""
    libraries = ", ".join(
        f"{name} {version(name)}" for name in ("numpy", "highspy", "ortools", "pulp", "pyscipopt")
    )
    command = "python benchmarks/allocation.py" + "".join(
        f" --{name} {value}" if value is not True else f" --{name}"
        for name, value in sorted(vars(asked).items())
        if value not in {None, False} and not (name == "limit" and value == LIMIT)
    )
    table = [f"| {' | '.join(line)} |" for line in (HEADS, ["---"] * len(HEADS), *lines)]
    return "\n".join(
        [
            "# Allocation, measured",
            "",
            f"Made by `{command}`: {os.cpu_count()} cores, {platform.machine()},",
            f"Python {platform.python_version()}, {libraries}.",
            "",
            "Weeks are the generator's, seeds 1 and up. Seconds run from the problem in memory to the plan:",
            "medians, smallest and largest. Every solver runs in a process of its own. Peers",
            f"get the same model and {asked.limit:g} s at most (the usual way 10); `over` is where a",
            "week was cut. The floor prices every candidate once. Peak memory is the whole process's.",
            "",
            *table,
            "",
        ]
    )


LIMIT = 60.0


def main() -> None:
    """Run the benchmark and write its page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="fewer cases, one week, 20 s a peer; writes no page"
    )
    parser.add_argument("--weeks", type=int, help="weeks a case at most")
    parser.add_argument("--limit", type=float, default=LIMIT, help="seconds a peer gets")
    parser.add_argument("--cases", help="names of cases, comma between; writes no page")
    asked = parser.parse_args()
    wanted = (
        asked.cases.split(",") if asked.cases else QUICK if asked.quick else [case.name for case in CASES]
    )
    known = [case.name for case in CASES]
    if not set(wanted) <= set(known):
        parser.error(f"--cases: choose among {', '.join(known)}")
    cases = [case for case in CASES if case.name in wanted]
    weeks, limit = (1, min(asked.limit, 20.0)) if asked.quick else (asked.weeks, asked.limit)
    lines = [whole_process(1 if asked.quick else 7)]
    print(" | ".join(lines[0]), flush=True)
    for line in measured(cases, weeks, limit):
        lines.append(line)
        print(" | ".join(line), flush=True)
    if not asked.quick and not asked.cases:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(lines, asked), encoding="utf-8")
        print(f"wrote {PAGE.relative_to(HERE.parent)}")


if __name__ == "__main__":
    main()
