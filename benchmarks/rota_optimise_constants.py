"""What the constants of ``optimise`` do at half, once and twice their value, on random rotas: half a minute.

    python benchmarks/rota_optimise_constants.py

Each line: the value, plans proven best, the mean gap, the sum of squared lags, whether the least largest lag
is known, and processor seconds. All are runs of one process, so that their ratios can be compared.
"""

from __future__ import annotations

import argparse
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import evenhand as eh
from evenhand.core.shares import TICKS
from evenhand.rota.solving.optimise import optimise, rolling, search

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from rota_boards import calendar

APART = np.array([[0, 1], [2, 3]])


def rotas(count: int, people: int, slots: int, seats: int, rest: int) -> list[Any]:
    """Return random rotas with a rest and two pairs apart."""
    size: dict[str, Any] = {"people": people, "slots": slots, "seats": seats, "rest_slots": rest}
    return [calendar(2 * seed, away=0.1, churn=False, apart=APART, **size) for seed in range(count)]


def measured(label: str, problems: list[Any]) -> None:
    """Solve the rotas and print a line."""
    start = time.process_time()
    plans = [eh.solve(problem, method="optimise", limits=eh.Limits(seconds=60)) for problem in problems]
    seconds = time.process_time() - start
    proven = sum(plan.status == "optimal" for plan in plans)
    gap = np.mean([100 * (plan.gap or 0) / max(1, plan.objective or 1) for plan in plans])
    lags = sum(plan.objective or 0 for plan in plans) / TICKS**2
    known = sum(plan.proof["least_largest_lag"] is not None for plan in plans)
    print(
        f"{label:<16} proven {proven} of {len(plans)}, gap {gap:.2f}%, squares {lags:.2f}, "
        f"least largest lag known {known}, {seconds:.1f} s"
    )


def main() -> None:
    """Print a block a constant."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    middling = rotas(2, 40, 52, 5, 2)
    for value in (750, 1500, 3000):
        search.SMALL = value
        measured(f"SMALL {value}", middling)
    search.SMALL = 1500
    wide = rotas(3, 30, 100, 2, 2)
    for value in (1500, 3000, 6000):
        search.MIDDLE = value
        measured(f"MIDDLE {value}", wide)
    large, whole = rotas(2, 60, 150, 4, 3), optimise.LARGE
    for limit in (whole, 5000):
        optimise.LARGE = limit
        measured(f"LARGE {limit}", large)
    for value in (2000, 4000, 8000):
        vars(optimise)["rolling"] = partial(rolling.rolling, cells=value)
        measured(f"CELLS {value}", large)


if __name__ == "__main__":
    main()
