"""Numbers in teams against k-plus with local maximum: `python benchmarks/teams_numbers.py [--peers PYTHON]`.

The rival is written here in plain NumPy, as R's anticlust is not to be had with pip: k-plus variables (the
number, and its squared distance from the mean, standardised), pairwise exchange until no swap helps, ten
random starts, the best kept. Papenberg and Klau (2021), doi:10.1037/met0000301, and Papenberg's *K-plus
anticlustering*. The data sets (iris, wine, breast cancer) come with scikit-learn, which `PYTHON` has.
Prints the table and writes docs/benchmarks/teams-numbers.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.teams import JOB, TeamsProblem

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks" / "teams-numbers.md"
CASES = (("iris", 5), ("iris", 15), ("wine", 6), ("wine", 20), ("breast_cancer", 8), ("breast_cancer", 30))
STARTS = 10
SEEDS = (1, 2, 3)
ALLOWED = 1.1

HEAD = (
    "# Numbers in teams, beside k-plus",
    "",
    "Made by `python benchmarks/teams_numbers.py`: medians of three seeds, CPU seconds. The figure is",
    "the variance between teams of every number and its spread, the sum of squares that k-plus makes small:",
    "less is more even. The rival is k-plus with local maximum, ten starts, in plain NumPy, as R's anticlust",
    "does not come with pip. The data sets are those of scikit-learn.",
    "",
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def data(python: str, name: str) -> Floats:
    """Return a public data set's numbers, shape (n, p), read by the Python that has scikit-learn."""
    code = f"import json, sklearn.datasets as d; print(json.dumps(d.load_{name}().data.tolist()))"
    process = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    return np.array(json.loads(process.stdout))


def k_plus(numbers: Floats) -> Floats:
    """Return the standardised numbers and the standardised squares of their distances from the mean."""
    both = np.column_stack([numbers, (numbers - numbers.mean(axis=0)) ** 2])
    return np.asarray((both - both.mean(axis=0)) / both.std(axis=0))


def between(x: Floats, of: Ints, teams: int) -> float:
    """Return the variance between teams, the sum of squares that k-plus makes small."""
    return sum(float((x[of == team].sum(axis=0) ** 2).sum() / (of == team).sum()) for team in range(teams))


def local_maximum(x: Floats, of: Ints, teams: int) -> Ints:
    """Return the arrangement after best swaps of every person in turn until none helps."""
    of = of.copy()
    sizes = np.bincount(of, minlength=teams).astype(float)
    sums = np.array([x[of == team].sum(axis=0) for team in range(teams)])
    moved = True
    while moved:
        moved = False
        for person in range(len(x)):
            own_team = int(of[person])
            apart = x - x[person]
            length = (apart**2).sum(axis=1)
            own = np.einsum("np,np->n", sums[of], apart)
            change = (2 * apart @ sums[own_team] + length) / sizes[own_team] + (length - 2 * own) / sizes[of]
            change[of == own_team] = 0.0
            other = int(change.argmin())
            if change[other] < -1e-9:
                theirs = int(of[other])
                sums[own_team] += apart[other]
                sums[theirs] -= apart[other]
                of[person], of[other] = theirs, own_team
                moved = True
    return of


def rival(x: Floats, teams: int, seed: int) -> tuple[float, float]:
    """Return the best variance between teams of ten starts, and the seconds of all."""
    draw = np.random.default_rng(seed)
    begun = time.process_time()
    even = np.arange(len(x)) % teams
    best = min(between(x, local_maximum(x, draw.permutation(even), teams), teams) for _ in range(STARTS))
    return best, time.process_time() - begun


def ours(numbers: Floats, x: Floats, teams: int, seed: int) -> tuple[float, float]:
    """Return the variance between evenhand's teams, and its seconds."""
    columns = {f"x{at}": [repr(cell) for cell in numbers[:, at].tolist()] for at in range(numbers.shape[1])}
    names = [f"p{at:04d}" for at in range(len(numbers))]
    problem = TeamsProblem.from_table({"name": names, **columns}, teams=teams, numbers=list(columns))
    begun = time.process_time()
    answer = JOB.methods["exchange"].run(problem, seed, Limits(), Progress())
    seconds = time.process_time() - begun
    return between(x, np.asarray(answer.awards), teams), seconds


def main() -> int:
    """Measure all cases; return 1 where evenhand is more than 1.1 times as uneven."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--peers", default=sys.executable, help="a Python that has scikit-learn")
    python = parser.parse_args().peers
    lines = [
        "| data | people | numbers | teams | k-plus x 10 | evenhand | ratio | k-plus x 10, s | evenhand, s |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    worst = 0.0
    for name, teams in CASES:
        numbers = data(python, name)
        x = k_plus(numbers)
        theirs = [rival(x, teams, seed) for seed in SEEDS]
        own_values = [ours(numbers, x, teams, seed) for seed in SEEDS]
        (a, s), (b, t) = np.median(theirs, axis=0), np.median(own_values, axis=0)
        worst = max(worst, b / a)
        people, wide = numbers.shape
        lines.append(
            f"| {name} | {people} | {wide} | {teams} | {a:.5f} | {b:.5f} | {b / a:.3f} | {s:.2f} | {t:.2f} |"
        )
        print(lines[-1], flush=True)
    tail = ("", f"The largest ratio is {worst:.3f}; the aim is {ALLOWED}.", "")
    PAGE.write_text("\n".join([*HEAD, *lines, *tail]), "utf-8")
    return int(worst > ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
