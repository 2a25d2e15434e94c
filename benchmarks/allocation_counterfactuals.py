"""All absences of a week's plan, each an exact counterfactual, from one linear program kept warm.

    python benchmarks/allocation_counterfactuals.py --weeks 10

For each generated week at Los Angeles size: seconds of processor time for all absences together, how many
the warm program proved, and whether a sample agrees with solving the changed problem anew. The same for the
advice, the frontier and an amended plan.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.made_up_weeks import arrays

from evenhand.allocation import mode_a
from evenhand.allocation.asking.advice import advise
from evenhand.allocation.asking.amend import amended
from evenhand.allocation.asking.counterfactual import without_each
from evenhand.allocation.asking.frontier import frontier
from evenhand.allocation.asking.what_if import changed, what_if
from evenhand.solver import solve


def timed(run: Callable[[], Any]) -> tuple[Any, float]:
    """Return what a call returns, and its processor time."""
    start = time.process_time()
    out = run()
    return out, time.process_time() - start


def week(seed: int) -> dict[str, float]:
    """Return the figures of one week."""
    problem = arrays(seed)
    plan, seconds = timed(lambda: solve(problem, seed=seed))
    absences, every = timed(lambda: without_each(plan))
    wrong = 0
    for absence in absences[::10]:
        wrong += what_if(plan, without=[absence.item]).change != -(absence.costs or 0)
    fewer, _ = changed(problem, slots={problem.days[0]: -2})
    _, amend = timed(lambda: amended(fewer, plan))
    frontier_found, sweep = timed(lambda: frontier(problem))
    light = solve(replace(problem, penalty=mode_a()), seed=seed)
    _, advice = timed(lambda: advise(light))
    print(
        f"week {seed:>2}: {len(problem):,} candidates, solved in {seconds:.3f} s; "
        f"{len(absences)} absences in {every:.3f} s, {sum(absence.warm for absence in absences)} warm, "
        f"{sum(absence.exact for absence in absences)} exact, {wrong} wrong; "
        f"amended {amend:.3f} s, advice {advice:.3f} s, frontier of {frontier_found.tried} {sweep:.3f} s",
        flush=True,
    )
    return {"absences": every, "amend": amend, "advice": advice, "frontier": sweep}


def main() -> None:
    """Run some weeks and print the medians."""
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("--weeks", type=int, default=10)
    weeks = [week(seed) for seed in range(reader.parse_args().weeks)]
    for name in weeks[0]:
        figures = [row[name] for row in weeks]
        print(f"{name}: median {statistics.median(figures):.3f} s, largest {max(figures):.3f} s")


if __name__ == "__main__":
    main()
