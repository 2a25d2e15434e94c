"""How good a plan is when its search is cut: value against time, on weeks with a cost for every vehicle.

    python -m benchmarks.allocation_cuts --weeks 20 --write

For each fresh week of 60,000 candidates: every plan that the search offers on its way, by processor time, and
how far it is below the proven best; then, for a few moments, the median and the worst over all weeks.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.made_up_weeks import arrays

from evenhand.core.progress import Best, Progress
from evenhand.solver import solve

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks" / "allocation-cuts.md"
MOMENTS = (0.05, 0.1, 0.2, 0.5, 1.0)


def offers(seed: int) -> tuple[list[tuple[float, int]], int, float, bool]:
    """Solve a week: (seconds, value) of each offer, the bound, the seconds in all, and whether proven."""
    week = arrays(seed, cost_per_vehicle=True, tight=True)
    seen: list[tuple[float, int]] = []
    start = time.process_time()

    def hear(best: Best) -> None:
        seen.append((time.process_time() - start, best.value))

    plan = solve(week, progress=Progress(watch=hear))
    return seen, plan.bound or 0, time.process_time() - start, plan.gap == 0


def main() -> None:
    """Print a line a week, and the summary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=20)
    parser.add_argument("--first", type=int, default=100)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks/allocation-cuts.md")
    options, load = parser.parse_args(), os.getloadavg()[0]
    solve(arrays(1, size=0.1))  # the solver's library is loaded before anything is timed
    behind: dict[float, list[float]] = {moment: [] for moment in MOMENTS}
    spent, proven = [], 0
    for seed in range(options.first, options.first + options.weeks):
        seen, bound, seconds, optimal = offers(seed)
        spent.append(seconds)
        proven += optimal
        print(
            f"week {seed}: " + ", ".join(f"{at:.3f} s {1 - value / bound:.3%}" for at, value in seen),
            flush=True,
        )
        for moment in MOMENTS:
            known = [value for at, value in seen if at <= moment]
            if known:
                behind[moment].append(1 - known[-1] / bound)
    page = written(options, behind, spent, proven, load)
    print(page)
    if options.write:
        PAGE.write_text(page, encoding="utf-8")


def written(
    options: argparse.Namespace,
    behind: dict[float, list[float]],
    spent: list[float],
    proven: int,
    load: float,
) -> str:
    """Return the summary as the page shows it."""
    lines = [
        f"| {moment} s | {median(shares):.3%} | {max(shares):.3%} |"
        for moment, shares in behind.items()
        if shares
    ]
    first, last = options.first, options.first + options.weeks - 1
    return "\n".join(
        [
            "# Allocation, when the search is cut",
            "",
            f"`python -m benchmarks.allocation_cuts --weeks {options.weeks} --first {first} --write`",
            f"solves fresh weeks (seeds {first} to {last}) with tight budgets and a cost per vehicle, and",
            f"notes every plan that is offered on the way, in processor time. {os.cpu_count()} cores, load",
            f"{load:.1f} when it began. A week's bound is the one proven in the end.",
            "",
            "| after | below the bound, median | at worst |",
            "|---|---:|---:|",
            *lines,
            "",
            f"{proven} of {options.weeks} were proven, in {median(spent):.2f} s at the median and",
            f"{max(spent):.2f} s at most.",
            "",
        ]
    )


if __name__ == "__main__":
    main()
