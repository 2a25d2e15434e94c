"""The benchmark of allocation runs, and gives its peers the problem that it solves."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def child(solver: str, seed: int) -> dict[str, Any]:
    """Run one solver on one tiny week."""
    asked = [sys.executable, "-m", "benchmarks.allocation_child", solver, "tiny", str(seed), "20"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.mark.parametrize("seed", [1, 2])
def test_a_peer_finds_the_same_optimum(seed: int) -> None:
    """HiGHS on the benchmark's matrix proves the value that evenhand proves."""
    own, peer = child("evenhand", seed), child("highs", seed)
    assert (own["status"], peer["status"]) == ("optimal", "optimal")
    assert own["value"] == peer["value"]
    assert own["candidates"] > 100


def test_the_floor_is_a_time() -> None:
    """Pricing every candidate once is timed, and says how many candidates there are."""
    assert child("floor", 1)["seconds"] > 0


def test_the_script_runs_and_names_its_cases() -> None:
    """A case that is unknown is refused before anything runs, with the names of those there are."""
    asked = [sys.executable, "benchmarks/allocation.py", "--quick", "--cases", "no-such-case"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "seed, all" in done.stderr
