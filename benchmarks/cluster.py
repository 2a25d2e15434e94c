"""Many offices that share budgets: one process against several, side by side in one run.

    python -m benchmarks.cluster --offices 100 --size 1 --rows 1 --workers 1,2,ray

Every engine solves the same files, each in a process of its own; the last column says whether the plan, the
bound and the prices are the same bytes as the first engine's. CPU seconds are those of all its processes:
*start* until every shard stands (imports, processes, Ray's own servers, reading the files), *solve* the rest.
``ray`` starts Ray on this machine with two processes. *first MB* is the peak memory of the process that
searches, *workers MB* that of the largest other one. ``--kill`` kills one worker in the middle of an extra
run. The floor is reading every file once. ``--folder`` keeps the offices' files for another call.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.made_up_weeks import each_office

from evenhand.cluster.engine import Call, Engine, Recipe
from evenhand.cluster.inline import Inline
from evenhand.cluster.manifest import Manifest, cut, load_manifest
from evenhand.cluster.many_offices import OfficesPlan, solve_offices
from evenhand.cluster.office_files import read_office
from evenhand.cluster.processes import Processes
from evenhand.cluster.ray_engine import LOCAL, RayEngine

SHARE = 20_000
"""Dollars an office that shared budgets pay for, at size 1: three quarters of what loans would cost."""

NAMES = {"1": "this process", "ray": "Ray, 2 processes"}
"""What the table calls engines that are no number of processes."""


class Killed(Processes):
    """Processes of which the first is killed before the third round of calls."""

    calls = 0

    def ask(self, calls: Sequence[Call]) -> list[object]:
        """Make the calls; before the third time, kill a worker."""
        self.calls += 1
        if self.calls == 3:
            os.kill(self.processes[0], signal.SIGKILL)
        return super().ask(calls)


def digest(plan: OfficesPlan) -> str:
    """Return a short hash of the plan, its bound and its prices."""
    seen = repr((plan.columns, plan.objective, plan.bound, plan.prices, plan.status))
    return hashlib.sha256(seen.encode()).hexdigest()[:12]


def family() -> list[int]:
    """Return this process and all that descend from it, by number."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # ended meanwhile
            parents.setdefault(parent, []).append(int(entry.name))
    found, open_ones = [], [os.getpid()]
    while open_ones:
        found.append(open_ones.pop())
        open_ones += parents.get(found[-1], [])
    return found


def cpu() -> float:
    """Return CPU seconds of this process, of all its children, and of those that have ended."""
    total = 0
    for number in family():
        try:
            fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(map(int, fields[11:15]))
    return total / os.sysconf("SC_CLK_TCK")


def peak(number: int) -> int:
    """Return the most memory that a process has had, in MB."""
    try:
        lines = Path(f"/proc/{number}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


def opened(workers: str, *, kill: bool) -> Engine:
    """Return the engine that is asked for."""
    if workers == "ray":
        return RayEngine(LOCAL, 2)
    if kill:
        return Killed(int(workers))
    return Processes(int(workers)) if int(workers) > 1 else Inline()


def solve_one(folder: Path, workers: str, *, kill: bool) -> None:
    """Solve the run in this process and its workers, and print the figures as JSON."""
    start = time.perf_counter()
    engine = opened(workers, kill=kill)
    at_start, start_engine = [], engine.start

    def begin(recipes: Sequence[Recipe]) -> None:
        start_engine(recipes)
        at_start.append(cpu())

    vars(engine)["start"] = begin
    plan = solve_offices(folder, engine=engine)
    wall, used = time.perf_counter() - start, cpu()
    first, others = peak(os.getpid()), [peak(number) for number in family()[1:]]
    engine.close()
    found = {
        "wall": wall,
        "start": at_start[0],
        "solve": used - at_start[0],
        "rounds": plan.rounds,
        "objective": plan.objective,
        "bound": plan.bound,
    }
    print(json.dumps(found | {"first": first, "workers": max(others, default=0), "digest": digest(plan)}))


def solve_all(folder: Path, given: argparse.Namespace, manifest: Manifest) -> None:
    """Solve the run on every engine asked for and print a line each."""
    engines = [(NAMES.get(n, f"{n} processes"), n, "") for n in given.workers.split(",")]
    if given.kill:
        engines.append(("2 processes, one killed", "2", "--kill"))
    print(
        f"{'engine':<26}{'wall s':>8}{'start':>8}{'solve':>8}{'rounds':>8}{'points':>16}{'gap':>10}"
        f"{'first MB':>10}{'workers MB':>12}  bytes"
    )
    seen = ""
    for name, workers, kill in engines:
        command = [sys.executable, "-m", "benchmarks.cluster", "--folder", str(folder), "--alone", workers]
        done = subprocess.run([*command, *filter(None, [kill])], stdout=subprocess.PIPE, check=True)
        found = json.loads(done.stdout)
        seen = seen or found["digest"]
        gap = (found["bound"] - found["objective"]) / max(1, found["bound"])
        print(
            f"{name:<26}{found['wall']:>8.2f}{found['start']:>8.2f}{found['solve']:>8.2f}{found['rounds']:>8}"
            f"{found['objective'] / manifest.scale:>16,.0f}{gap:>10.4%}{found['first']:>10}"
            f"{found['workers']:>12}  {'same' if found['digest'] == seen else 'DIFFERENT'}",
            flush=True,
        )


def main() -> None:
    """Cut the offices, solve them on every engine, print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--offices", type=int, default=20)
    parser.add_argument("--size", type=float, default=0.2, help="candidates an office, times 60,000")
    parser.add_argument("--rows", type=int, default=1, help="shared budgets")
    parser.add_argument("--workers", default="1,2", help="processes or ray, several with commas")
    parser.add_argument("--kill", action="store_true", help="one more run with a worker killed")
    parser.add_argument("--folder", type=Path, help="where the offices' files stand, or are put to stay")
    parser.add_argument("--alone", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alone is not None:
        solve_one(given.folder, given.alone, kill=given.kill)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = given.folder or Path(name)
        start = time.perf_counter()
        if not (folder / "manifest.json").exists():
            budget = int(SHARE * min(1.0, given.size**0.5) * given.offices / given.rows)
            offices = each_office(1, given.offices, budget, size=given.size, rows=given.rows)
            cut(offices, folder, shared=["shared budget"])
        manifest = load_manifest(folder)
        files = [folder / "offices" / file for file in manifest.files]
        volume = sum(file.stat().st_size for file in files)
        print(
            f"{manifest.candidates:,} candidates in {len(files):,} offices, {len(manifest.rows)} shared rows "
            f"({volume / manifest.candidates:.2f} bytes a candidate), made and cut in "
            f"{time.perf_counter() - start:.1f} s"
        )
        start, before = time.perf_counter(), time.process_time()
        for file in files:
            read_office(file)
        used = time.process_time() - before
        print(f"floor (every file read once): {time.perf_counter() - start:.2f} s, {used:.2f} s CPU\n")
        solve_all(folder, given, manifest)


if __name__ == "__main__":
    main()
