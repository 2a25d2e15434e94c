"""Hundreds of medium random problems by two methods: they must agree in value, and every bound must hold.

python benchmarks/allocation_crosscheck.py --count 300 --against mip
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "allocation"))

from small_worlds import medium_problem  # type: ignore[import-not-found,unused-ignore]

from evenhand.allocation import AllocationProblem
from evenhand.core.errors import InfeasibleError
from evenhand.core.job import Limits
from evenhand.core.solution import Status
from evenhand.solver import solve


def outcome(problem: AllocationProblem, method: str, seconds: float) -> tuple[int, int | None, Status] | None:
    """Return value, bound and status; None where the hard rules cannot all hold."""
    try:
        solution = solve(problem, method=method, limits=Limits(seconds))
    except InfeasibleError:
        return None
    return solution.objective or 0, solution.bound, solution.status


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
        own = outcome(problem, "price-restrict-prove", options.seconds)
        other = outcome(problem, options.against, options.seconds)
        if own is None or other is None:
            infeasible += 1
            bad = own is not other
        else:
            proven += own[2] is Status.OPTIMAL
            bad = own[1] is None or own[1] < other[0] or (other[1] is not None and other[1] < own[0])
            bad = bad or (own[2] is Status.OPTIMAL and own[0] < other[0])
        if bad:
            wrong += 1
            print(f"seed {seed}: {own} by price-restrict-prove, {other} by {options.against}")
    print(
        f"{options.count} problems, {infeasible} infeasible for both, {proven} proven optimal, "
        f"{wrong} disagreements with {options.against}"
    )
    return wrong


if __name__ == "__main__":
    sys.exit(main())
