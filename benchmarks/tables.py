"""Reading tables: processor seconds for a CSV against the standard library's bare reader, and for a workbook.

Run: python benchmarks/tables.py [rows]
"""

from __future__ import annotations

import argparse
import csv
import gc
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from evenhand.tables import read, write_xlsx

ROUNDS = 5


def columns(rows: int) -> dict[str, list[Any]]:
    """Return six columns such as a fleet's candidates have."""
    return {
        "item": [f"V{at % 997:05}" for at in range(rows)],
        "recipient": [f"P{at % 203:03}" for at in range(rows)],
        "day": [f"2026-01-{at % 28 + 1:02}" for at in range(rows)],
        "score": [at % 1000 for at in range(rows)],
        "office": ["Los Angeles"] * rows,
        "cost": [at % 77 + 0.5 for at in range(rows)],
    }


def seconds(work: Callable[[], object]) -> float:
    """Return the processor seconds of one call, this process and its children."""
    gc.collect()
    start = sum(time_used())
    work()
    return sum(time_used()) - start


def time_used() -> tuple[float, float]:
    """Return the processor seconds of this process and of its children so far."""
    import resource

    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time(), children.ru_utime + children.ru_stime


def bare(path: Path) -> list[list[str]]:
    """Read rows as the standard library does, and nothing else."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def main(rows: int) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        path, book = Path(folder) / "t.csv", Path(folder) / "t.xlsx"
        table = columns(rows)
        lines = [",".join(table), *(",".join(map(str, row)) for row in zip(*table.values(), strict=True))]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        pairs = [(seconds(lambda: bare(path)), seconds(lambda: read(path))) for _ in range(ROUNDS)]
        read_in = read(path)
        views: dict[str, Callable[[], object]] = {
            "view integers(score)": lambda: read_in.integers("score"),
            "view numbers(cost)": lambda: read_in.numbers("cost"),
            "view dates(day)": lambda: read_in.dates("day"),
        }
        print(f"{rows:,} rows x 6 columns, median of {ROUNDS}, processor seconds")
        print(f"{'list(csv.reader)':<28}{median(one for one, _ in pairs):8.3f}")
        print(f"{'read(csv)':<28}{median(two for _, two in pairs):8.3f}")
        print(f"{'ratio':<28}{median(two / one for one, two in pairs):8.2f}")
        for name, view in views.items():
            print(f"{name:<28}{median(seconds(view) for _ in range(ROUNDS)):8.3f}")
        few = {head: cells[: rows // 10] for head, cells in table.items()}
        print(f"{'write_xlsx, a tenth of it':<28}{seconds(lambda: write_xlsx({'T': few}, book)):8.3f}")
        print(f"{'read(xlsx), a tenth of it':<28}{seconds(lambda: read(book)):8.3f}")
        write_xlsx({"T": {head: cells[:20] for head, cells in table.items()}}, book)
        small = median(seconds(lambda: read(book)) for _ in range(ROUNDS))
        print(f"{'read(xlsx), 20 rows':<28}{small:8.3f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", nargs="?", type=int, default=1_000_000)
    main(parser.parse_args().rows)
