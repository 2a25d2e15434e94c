"""Thousands of odd tiny allocations: everything that is said of them, recounted over all plans.

    python -m benchmarks.allocation_claims --count 2000

Ties, zeros, values below zero and of 10^12, one candidate, nobody, caps and budgets of nothing, everything
forbidden. Methods, explanations, why-nots, what-ifs, amendments, absences, frontiers and advice are compared
with an enumeration that shares no code with them. Prints every false claim, and how many there were.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from allocation.claims import false_claims
from allocation.odd_worlds import odd_problem


def main() -> int:
    """Recount, and return 1 where a claim is false."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=2000, help="problems to try")
    parser.add_argument("--first", type=int, default=0, help="number of the first")
    asked = parser.parse_args()
    wrong = 0
    for seed in range(asked.first, asked.first + asked.count):
        for claim in false_claims(seed, odd_problem(seed)):
            wrong += 1
            print(f"problem {seed}: {claim}", flush=True)
    print(f"{asked.count:,} problems, {wrong:,} false claims")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
