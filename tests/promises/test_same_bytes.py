"""The same input and seed give the same bytes: any hash seed, any row order, however busy the machine."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import evenhand

DATA = Path(evenhand.__file__).parent / "data"
COMMANDS = {
    "fleet": ["allocate", "{}", "--json"],
    "roster": ["teams", "{}/people.csv", "--teams", "8", "--balance", "gender,office,role", "--json"],
    "garden": [
        *["rota", "{}/people.csv", "--start", "2026-01-27", "--weeks", "10", "--seats", "2"],
        *["--history", "{}/history.csv", "--json"],
    ],
}


def run(folder: Path, name: str, hash_seed: str, *more: str) -> bytes:
    """Run the real command in a process of its own and return what it printed."""
    words = [word.replace("{}", str(folder)) for word in COMMANDS[name]]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [sys.executable, "-m", "evenhand", *words, *more], capture_output=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def shuffled_copy(source: Path, target: Path) -> Path:
    """Copy a folder of tables with the rows of each below its header in another order."""
    target.mkdir()
    for path in sorted(source.glob("*.csv")):
        head, *rows = path.read_text(encoding="utf-8").splitlines()
        random.Random(path.name).shuffle(rows)
        (target / path.name).write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return target


@contextmanager
def busy_machine() -> Iterator[None]:
    """Keep every core busy meanwhile."""
    burners = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 2)
    ]
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()


@pytest.mark.parametrize("name", COMMANDS)
def test_hash_seed_row_order_and_load_change_nothing(name: str, tmp_path: Path) -> None:
    """Another hash seed, shuffled rows, a busy machine and a time limit give identical bytes."""
    first = run(DATA / name, name, "0")
    mixed = shuffled_copy(DATA / name, tmp_path / name)
    with busy_machine():
        assert run(mixed, name, "12345", "--time-limit", "120") == first
