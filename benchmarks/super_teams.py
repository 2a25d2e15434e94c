"""What ``evenhand teams FOLDER --as-one`` takes: made-up people in CSV files, seconds of processor time.

    python benchmarks/super_teams.py 1000000 4

makes a million people in four files, plans them in teams of five with five columns, and says the seconds, the
memory and whether it is proven. Ten million in ten files take some two minutes of one quiet core.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from evenhand.cluster.super_teams import Asked, plan_as_one

COLUMNS = {"gender": 2, "site": 3, "band": 5, "age": 8, "unit": 12}


def made_up(folder: Path, people: int, files: int) -> list[Path]:
    """Write people with skewed values, the same for each file's number, and return the files."""
    paths = []
    for number in range(files):
        draw = np.random.default_rng(number)
        count = people // files
        values = [
            # The smaller of two draws: the first values are borne by many, the last by few.
            np.array([f"{name}{at}" for at in range(wide)])[
                np.minimum(draw.integers(0, wide, count), draw.integers(0, wide, count))
            ]
            for name, wide in COLUMNS.items()
        ]
        path = folder / f"part{number:04}.csv"
        with path.open("w", encoding="utf-8") as lines:
            lines.write("name," + ",".join(COLUMNS) + "\n")
            lines.writelines(
                f"p{number}-{at},{','.join(row)}\n" for at, row in enumerate(zip(*values, strict=True))
            )
        paths.append(path)
    return paths


def main() -> None:
    """Make people, plan them, and say what it took."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    asked.add_argument("people", type=int, help="how many people, such as 1000000")
    asked.add_argument("files", type=int, help="in how many files")
    given = asked.parse_args()
    people, files = given.people, given.files
    with tempfile.TemporaryDirectory() as folder:
        paths = made_up(Path(folder), people, files)
        begin, clock = time.process_time(), time.perf_counter()
        plan = plan_as_one(paths, Path(folder) / "out", Asked(tuple(COLUMNS), size=5))
        seconds, wall = time.process_time() - begin, time.perf_counter() - clock
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(
        f"{plan.people:,} people, {plan.files} files, {plan.parts} parts: {seconds:.0f} s of one core "
        f"({wall:.0f} s on the clock), {memory:.1f} GB, {'proven' if plan.proven else 'not proven'}"
    )


if __name__ == "__main__":
    main()
