"""Many offices that share budgets: one process against several, side by side in one run.

    python -m benchmarks.cluster --offices 100 --size 1 --rows 1 --workers 1,2

Every engine solves the same files; the last column says whether the plan, the bound and the prices are the
same bytes as the first engine's. ``--kill`` kills one worker in the middle of an extra run. The floor is
reading every file once.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.made_up_weeks import each_office

from evenhand.cluster.engine import Engine
from evenhand.cluster.inline import Inline
from evenhand.cluster.manifest import cut, load_manifest
from evenhand.cluster.many_offices import OfficesPlan, solve_offices
from evenhand.cluster.office_files import read_office
from evenhand.cluster.processes import Processes

SHARE = 20_000
"""Dollars an office that shared budgets pay for, at size 1: three quarters of what loans would cost."""


class Killed(Processes):
    """Processes of which the first is killed before the third call to all."""

    calls = 0

    def all(self, method: str, *arguments: object) -> list[object]:
        """Call all shards; before the third time, kill a worker."""
        self.calls += 1
        if self.calls == 3:
            os.kill(self.processes[0], signal.SIGKILL)
        return super().all(method, *arguments)


def digest(plan: OfficesPlan) -> str:
    """Return a short hash of the plan, its bound and its prices."""
    seen = repr((plan.columns, plan.objective, plan.bound, plan.prices, plan.status))
    return hashlib.sha256(seen.encode()).hexdigest()[:12]


def cpu() -> float:
    """Return CPU seconds of this process and of the children that have ended."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def main() -> None:
    """Cut the offices, solve them on every engine, print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--offices", type=int, default=20)
    parser.add_argument("--size", type=float, default=0.2, help="candidates an office, times 60,000")
    parser.add_argument("--rows", type=int, default=1, help="shared budgets")
    parser.add_argument("--workers", default="1,2", help="processes, several with commas")
    parser.add_argument("--kill", action="store_true", help="one more run with a worker killed")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        budget = int(SHARE * min(1.0, given.size**0.5) * given.offices / given.rows)
        start = time.perf_counter()
        offices = each_office(1, given.offices, budget, size=given.size, rows=given.rows)
        manifest = cut(offices, folder, shared=["shared budget"])
        files = [folder / "offices" / file for file in manifest.files]
        volume = sum(file.stat().st_size for file in files)
        print(
            f"{manifest.candidates:,} candidates in {given.offices} offices, {given.rows} shared budgets; "
            f"{volume / manifest.candidates:.2f} bytes a candidate; made and cut in "
            f"{time.perf_counter() - start:.1f} s"
        )
        start, before = time.perf_counter(), cpu()
        for file in files:
            read_office(file)
        print(
            f"floor (every file read once): {time.perf_counter() - start:.2f} s, {cpu() - before:.2f} s CPU\n"
        )
        solve_all(folder, given)


def solve_all(folder: Path, given: argparse.Namespace) -> None:
    """Solve the run on every engine asked for and print a line each."""
    engines: list[tuple[str, Engine, int]] = [
        (
            "this process" if int(n) == 1 else f"{n} processes",
            Inline() if int(n) == 1 else Processes(int(n)),
            int(n),
        )
        for n in given.workers.split(",")
    ]
    if given.kill:
        engines.append(("2 processes, one killed", Killed(2), 2))
    scale = load_manifest(folder).scale
    print(
        f"{'engine':<26}{'wall s':>8}{'CPU s':>8}{'rounds':>8}{'points':>16}{'gap':>10}{'peak MB':>9}  bytes"
    )
    first = ""
    for name, engine, workers in engines:
        start, before = time.perf_counter(), cpu()
        plan = solve_offices(folder, workers=workers, shards=workers, engine=engine)
        engine.close()
        wall, used = time.perf_counter() - start, cpu() - before
        own = digest(plan)
        first = first or own
        gap = (plan.bound - plan.objective) / max(1, plan.bound)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        same = "same" if own == first else "DIFFERENT"
        print(
            f"{name:<26}{wall:>8.2f}{used:>8.2f}{plan.rounds:>8}{plan.objective / scale:>16,.0f}{gap:>10.4%}"
            f"{peak:>9}  {same}"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
