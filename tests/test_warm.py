"""Tests start commands warm: as a whole start would end, and cold only where that start is what is tested."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import warm
from cli.running import DATA, MAIN, piped

COLD = {
    "cli/running.py",
    "cli/test_demo.py",
    "cli/test_process.py",
    "cli/test_simulate.py",
    "cli/test_streams.py",
    "cluster/test_batch.py",
    "cluster/test_runs.py",
    "promises/test_same_bytes.py",
    "rota/test_three_years.py",
    "served.py",
    "web/test_postgres.py",
}
"""What needs a whole start of evenhand: hash seeds, terminals, closed streams, limits, kills, servers."""

GARDEN = str(DATA / "garden" / "people.csv")


@pytest.mark.parametrize(
    "words",
    [
        ["--version"],
        ["nonsense"],
        ["teams", "gone.csv"],
        ["rota", GARDEN, "--weeks", "4", "--start", "2026-02-02"],
    ],
    ids=lambda words: words[0],
)
def test_a_warm_command_ends_as_a_cold_one(tmp_path: Path, words: list[str]) -> None:
    """The same exit code, and the same bytes on both streams."""
    warmed, cold = (piped(tmp_path, *words, program=program) for program in (warm.program(), MAIN))
    assert (warmed.returncode, warmed.stdout, warmed.stderr) == (cold.returncode, cold.stdout, cold.stderr)


def test_a_new_test_starts_commands_warm() -> None:
    """Whatever starts `python -m evenhand` anew is in the list above: a start loads all modules."""
    root = Path(__file__).parent
    cold = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if path != Path(__file__)
        and re.search(r'"-m",\s*"evenhand"|-m evenhand\b(?!`)|\bMAIN\b', path.read_text(encoding="utf-8"))
    }
    assert cold - {"warm.py"} <= COLD
