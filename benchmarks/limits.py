"""Whether time limits hold: every method of the three jobs, cut at several moments, and how late it is.

    python -m benchmarks.limits --write

A plan is due at the limit; up to 0.1 s + 2 % of it may pass until it is handed out. The clock counts the
processor's seconds of this process, so that a busy machine matters little.
CP-SAT works in a process of its own, so for it the wall's clock counts.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.made_up_weeks import arrays, many_offices

import evenhand as eh
from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.jobs import job_of

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks" / "limits.md"
MOMENTS = (0.05, 0.2, 1.0)
LATE, SHARE = 0.1, 0.02
OWN_PROCESS = {"cp-sat"}


class Used(Progress):
    """A progress whose clock counts the processor seconds of this process."""

    __slots__ = ()

    @property
    def elapsed(self) -> float:
        """Processor seconds since it was made."""
        return time.process_time() - self.started


@dataclass(frozen=True)
class Case:
    """A problem, and the methods that are tried on it."""

    title: str
    make: Callable[[], Any]
    methods: tuple[str, ...]


def week(**settings: Any) -> Callable[[], Any]:
    """Return what makes an office's week."""
    return lambda: arrays(1, **settings)


def people(count: int, teams: int) -> Callable[[], Any]:
    """Return what makes a roster."""

    def make() -> Any:
        draw = np.random.default_rng(7)
        columns = {
            name: draw.choice(list(letters), count).tolist()
            for name, letters in (("gender", "wmo"), ("office", "ABCDE"), ("role", "PQRSTUVW"))
        }
        table = {"name": [f"P{number:06}" for number in range(count)], **columns}
        return eh.TeamsProblem.from_table(table, teams=teams)

    return make


def rota(count: int, weeks: int, **rules: Any) -> Callable[[], Any]:
    """Return what makes a rota."""

    def make() -> Any:
        names = {"name": [f"P{number:04}" for number in range(count)]}
        return eh.RotaProblem.from_tables(
            people=names, duties=eh.weekly("2026-01-05", weeks, seats=2), **rules
        )

    return make


def cases(*, large: bool) -> list[Case]:
    """Return what is solved."""
    exact = ("price-restrict-prove", "greedy", "mip", "cp-sat", "offices")
    found = [
        Case("allocation, 60,000 candidates", week(), exact),
        Case("the same, a cost per vehicle", week(tight=True, cost_per_vehicle=True), exact),
        Case("allocation, 580,000 candidates", week(size=10), exact),
        Case(
            "allocation, 20 offices, 230,000 candidates", lambda: many_offices(1, 20, size=0.2), ("offices",)
        ),
        Case("teams, 1,000 people", people(1_000, 50), ()),
        Case("teams, 100,000 people", people(100_000, 5_000), ()),
        Case("rota, 40 people, 520 weeks", rota(40, 520), ()),
        Case("rota, 200 people, 1,000 weeks", rota(200, 1_000), ()),
        Case("rota, 12 people, 52 weeks, rest of 2", rota(12, 52, rest=2), ()),
    ]
    if large:
        found.insert(3, Case("allocation, 5,800,000 candidates", week(size=100), exact))
    return found


def late(problem: Any, method: str, seconds: float) -> tuple[float, str]:
    """Return by how many seconds the method is late, and what it said."""
    job = job_of(problem)
    if method in OWN_PROCESS:
        progress, clock = Progress(seconds=seconds), time.perf_counter
    else:
        clock = time.process_time
        progress = Used(seconds=seconds, started=clock())
    start = clock()
    answer = job.methods[method].run(problem, 0, Limits(seconds), progress)
    spent = clock() - start
    said = "no plan" if answer.awards is None else f"{answer.status}{', cut' if progress.cut else ''}"
    return spent - seconds, said


def rows(case: Case) -> list[str]:
    """Return the lines of a case."""
    problem, lines = case.make(), []
    job = job_of(problem)
    for method in case.methods or job.methods:
        if method not in job.methods or job.methods[method].fits(problem):
            continue
        cells, held = [], True
        for moment in MOMENTS:
            over, said = late(problem, method, moment)
            held &= over <= LATE + SHARE * moment
            cells.append(f"{over:+.2f} ({said})" if over > 0 else f"in time ({said})")
        lines.append(f"| {case.title} | {method} | {' | '.join(cells)} | {'yes' if held else '**no**'} |")
        print(lines[-1], flush=True)
    return lines


def main() -> None:
    """Print how late each method is, and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--large", action="store_true", help="also 5,800,000 candidates")
    parser.add_argument("--only", default="", help="cases whose title holds this; writes no page")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks/limits.md")
    asked, load = parser.parse_args(), os.getloadavg()[0]
    eh.solve(arrays(0, size=0.01))  # libraries are loaded before anything is timed
    lines = [line for case in cases(large=asked.large) if asked.only in case.title for line in rows(case)]
    if not asked.write or asked.only:
        return
    command = "python -m benchmarks.limits" + (" --large" if asked.large else "") + " --write"
    head = [
        "# Time limits, held", "",
        f"Made by `{command}`: {os.cpu_count()} cores, {platform.machine()}, Python",
        f"{platform.python_version()}, load {load:.1f} when it began. Each method is told to stop after so",
        "many seconds; shown is how late its answer came, and what it claimed. Up to 0.1 s + 2 % may pass.",
        "Processor seconds of the process; for CP-SAT, which works in a process of its own, seconds of the",
        "wall's clock.", "",
        f"| what | method | {' | '.join(f'{moment:g} s' for moment in MOMENTS)} | held |",
        f"|---|---|{'---|' * len(MOMENTS)}---|",
    ]  # fmt: skip
    PAGE.write_text("\n".join([*head, *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
