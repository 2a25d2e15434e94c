"""The one wiring of HiGHS: programs are built, stopped and read alike, and a lost library is explained."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.core.progress import Progress
from evenhand.linear.highs import FREE, Program, stacked


def knapsack(size: int, **settings: float) -> Program:
    """Return a knapsack of ``size`` things that no bound closes at once: values and weights nearly alike."""
    rng = np.random.default_rng(3)
    weight = rng.integers(40, 60, (4, size))
    program = Program(**settings)  # type: ignore[arg-type]
    row, column = np.divmod(np.arange(4 * size), size)
    program.load(
        -(weight.sum(axis=0) + rng.integers(0, 3, size)).astype(float),
        (row, column, weight.ravel().astype(float)),
        np.full(4, -FREE),
        weight.sum(axis=1) / 2,
        whole=True,
    )
    return program


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=8), st.integers(0, 30))
def test_a_program_is_the_same_however_it_is_built(things: list[tuple[int, int]], room: int) -> None:
    """Loaded whole or added column by column, a knapsack has the value that trying everything gives."""
    worth, weight = (np.array(part, dtype=np.float64) for part in zip(*things, strict=True))
    whole = Program()
    entries = (np.zeros(len(things), dtype=np.int64), np.arange(len(things)), weight)
    whole.load(-worth, entries, np.array([-FREE]), np.array([float(room)]), whole=True)
    added = Program()
    added.add_rows(-FREE, np.array([float(room)]))
    for value, load in things:
        one = stacked([([0], [float(load)])])
        added.add_columns(np.array([-float(value)]), 0.0, 1.0, one, whole=True)
    best = max(
        sum(value for at, (value, _) in enumerate(things) if chosen >> at & 1)
        for chosen in range(1 << len(things))
        if sum(load for at, (_, load) in enumerate(things) if chosen >> at & 1) <= room
    )
    for program in (whole, added):
        assert program.run(Progress()) == "optimal"
        assert round(-program.value) == best
        assert program.bound == pytest.approx(program.value, abs=1e-6)


def test_an_interrupted_search_says_so() -> None:
    """A progress that is interrupted while HiGHS reports ends the run as stopped, and is marked as cut."""
    progress = Progress()

    def interrupt(_value: float, _bound: float) -> None:
        progress.interrupted = True

    assert knapsack(60).run(progress, better=interrupt) == "stopped"
    assert progress.cut
    assert knapsack(60).run(Progress(seconds=0.0)) == "stopped"


def test_nodes_end_a_search_without_a_cut() -> None:
    """A search that ends by its count of nodes is stopped, yet nobody cut it: it ends so on every machine."""
    progress = Progress()
    program = knapsack(30, nodes=1)
    assert program.run(progress) == "stopped"
    assert not progress.cut


def test_rows_that_cannot_hold_are_infeasible() -> None:
    """Two rows that ask for different sums have no solution, and it is said as such."""
    program = Program()
    program.add_columns(np.zeros(2), 0.0, 1.0)
    rows = stacked([([0, 1], [1.0, 1.0]), ([0, 1], [1.0, 1.0])])
    program.add_rows(np.array([1.0, 2.0]), np.array([1.0, 2.0]), rows)
    assert program.run() == "infeasible"


@pytest.mark.skipif(importlib.util.find_spec("ortools") is None, reason="needs the extra [ortools]")
def test_ortools_first_is_explained() -> None:
    """Solving after OR-Tools was imported in the same process gives a plan or a sentence."""
    script = """
from ortools.sat.python import cp_model
import evenhand as eh
problem = eh.AllocationProblem.from_rows([{"item": "drill", "recipient": "Ann", "score": 900}])
try:
    print("plan", len(eh.solve(problem, method="mip").awards))
except eh.MethodError as error:
    print(error)
print("cp-sat", len(eh.solve(problem, method="cp-sat").awards))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first == "plan 1" or ("OR-Tools was imported before it" in first and "cp-sat" in first)
    assert second == "cp-sat 1"
