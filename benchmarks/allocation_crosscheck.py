"""Hundreds of medium random problems by two methods: they must agree in value, and every bound must hold.

    python benchmarks/allocation_crosscheck.py --count 300 --against mip
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "allocation"))

from small_worlds import medium_problem  # type: ignore[import-not-found,unused-ignore]

from evenhand.core.errors import InfeasibleError
from evenhand.core.job import Limits
from evenhand.core.solution import Status
from evenhand.solver import solve


def main() -> int:
    """Compare, print one line, return how many disagree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--against", default="mip")
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args()
    wrong = infeasible = proven = 0
    for seed in range(options.first, options.first + options.count):
        problem = medium_problem(seed)
        values = []
        for method in ("price-restrict-prove", options.against):
            try:
                solution = solve(problem, method=method, limits=Limits(options.seconds))
            except InfeasibleError:
                values.append(None)
            else:
                values.append((solution.objective, solution.bound, solution.status))
        if None in values:
            infeasible += values == [None, None]
            wrong += values != [None, None]
            continue
        (mine, bound, status), (other, other_bound, _) = values
        proven += status is Status.OPTIMAL
        bad = bound < other or (other_bound is not None and other_bound < mine)
        bad = bad or (status is Status.OPTIMAL and mine < other)
        if bad:
            wrong += 1
            print(f"seed {seed}: {values}")
    print(
        f"{options.count} problems, {infeasible} infeasible for both, {proven} proven optimal, "
        f"{wrong} disagreements with {options.against}"
    )
    return wrong


if __name__ == "__main__":
    sys.exit(main())
