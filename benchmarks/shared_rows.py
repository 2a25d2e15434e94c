"""Many shared budgets: how near plan and bound are, with the method as it is and as the budgets get tighter.

    python -m benchmarks.shared_rows --offices 5 --size 0.2 --rows 23 --tight 0.4 --seconds 30

``--tight`` is what the shared budgets pay for, as a part of what all loans cost at their mean: 0.75 leaves a
quarter out, 0.4 leaves a row of a small run four or five loans. The search is cut after ``--seconds`` of its
processor, so that other work on the machine takes nothing off them; stages are told in seconds of the wall.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.made_up_weeks import each_office

from evenhand.cluster.manifest import cut
from evenhand.cluster.many_offices import solve_offices
from evenhand.core.job import Limits
from evenhand.core.progress import Progress

SHARE = 80_000 / 3
"""Dollars that the loans of an office of size 1 cost at their mean."""


def cpu() -> float:
    """Return CPU seconds of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


@dataclass
class ByProcessor(Progress):
    """A limit in seconds of the processor."""

    started: float = field(default_factory=cpu)

    @property
    def elapsed(self) -> float:
        """CPU seconds since it was made."""
        return cpu() - self.started


def main() -> None:
    """Make the offices, solve them, print a line a seed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--offices", type=int, default=5)
    parser.add_argument("--size", type=float, default=0.2, help="candidates an office, times 60,000")
    parser.add_argument("--rows", type=int, default=23, help="shared budgets")
    parser.add_argument("--tight", type=float, default=0.75, help="part of the loans' cost that they pay for")
    parser.add_argument("--seconds", type=float, default=30.0, help="limit of a search, of the processor")
    parser.add_argument("--weeks", type=int, default=1, help="weeks, made from seeds 1, 2, ...")
    given = parser.parse_args()
    head = f"{'week':<6}{'candidates':>12}{'points':>12}{'bound':>12}{'gap':>9}{'CPU s':>8}{'wall s':>8}"
    print(f"{head}  cut  stages, wall s")
    for seed in range(1, given.weeks + 1):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            budget = int(SHARE * min(1.0, given.size**0.5) * given.offices / given.rows * given.tight)
            offices = each_office(seed, given.offices, budget, size=given.size, rows=given.rows)
            manifest = cut(offices, folder, shared=["shared budget"])
            start, before = time.perf_counter(), cpu()
            progress = ByProcessor(seconds=given.seconds)
            plan = solve_offices(folder, limits=Limits(seconds=given.seconds), progress=progress)
            gap = (plan.bound - plan.objective) / max(1, plan.bound)
            stages = ", ".join(f"{stage} {took:.1f}" for stage, took in progress.stages.items())
            print(
                f"{seed:<6}{manifest.candidates:>12,}{plan.objective / plan.scale:>12,.0f}"
                f"{plan.bound / plan.scale:>12,.0f}{gap:>9.3%}{cpu() - before:>8.1f}"
                f"{time.perf_counter() - start:>8.1f}  {'yes' if plan.cut else 'no':<4} {stages}",
                flush=True,
            )


if __name__ == "__main__":
    main()
