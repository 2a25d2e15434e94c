"""One source, two worlds: plain Python and numba agree to the bit, on any roster."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from evenhand.core.progress import Progress
from evenhand.teams import TeamsProblem
from evenhand.teams.asking import rotate
from evenhand.teams.asking.rounds import repeats
from evenhand.teams.solving.exchange.annealing import improve
from evenhand.teams.solving.exchange.atoms import atoms_of, seated
from evenhand.teams.solving.exchange.profiles import board, people_of
from evenhand.teams.solving.exchange.repair import blocks_of, repair_blocks, repair_teams
from evenhand.teams.solving.kernels.compiled import worth_compiling
from evenhand.teams.solving.model.objective import unit_costs

ROWS: list[dict[str, Any]] = [
    {
        "name": f"p{at:03d}",
        "g": "wm"[at % 2],
        "o": "abcde"[at * at % 5],
        "skill": str(at * 7 % 11),
        "t": "x;y"[: at % 4],
    }
    for at in range(60)
]


def test_the_repair_is_bit_identical_with_numba() -> None:
    """The repair of 400 people gives the same seats compiled and plain."""
    draw = np.random.default_rng(1)
    problem = TeamsProblem.from_values(
        400, {f"c{v}": draw.integers(0, v, 400) for v in (2, 3, 5, 8)}, teams=57
    )
    rules = unit_costs(problem)
    made = board(problem, list(problem.criteria), rules, 5)
    kind = rules.classes.of
    results = [
        repair_teams(
            made,
            made.at,
            made.start,
            kind,
            seed=5,
            salt="t",
            budget=3000,
            compiled=compiled,
            progress=Progress(),
        )
        for compiled in (False, True)
    ]
    assert np.array_equal(results[0][0], results[1][0])
    assert results[0][1:] == results[1][1:]
    team = people_of(made, results[0][0], problem.sizes)
    assert np.array_equal(np.bincount(team), problem.sizes)


@pytest.mark.parametrize("hard", [True, False])
def test_the_search_with_rules_is_bit_identical_with_numba(hard: bool) -> None:  # noqa: FBT001 - both are tried
    """Annealing with units, ties, closed teams and slots gives the same seats compiled and plain."""
    problem = TeamsProblem.from_table(
        ROWS, teams=7, balance="g,o", numbers="skill", tags="t", minimum={"g=w": 3},
        together=[["p000", "p001"]],
        apart=[["p002", "p004", "p006"]], locked={"p010": "Team 2"}, wishes={"p020": ["p021"]}, free={"t": 1},
        no_lone=["o=a"],
    )  # fmt: skip
    atoms = atoms_of(problem)
    place = seated(problem, atoms, np.repeat(np.arange(7), problem.sizes))
    assert place is not None
    results = [
        improve(
            problem,
            unit_costs(problem),
            atoms,
            place,
            seed=3,
            steps=4000,
            hard=hard,
            compiled=compiled,
            progress=Progress(),
        )
        for compiled in (False, True)
    ]
    assert np.array_equal(results[0][0], results[1][0])
    assert results[0][1] == results[1][1]


def test_rounds_are_the_same_with_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven rounds of 24 people in teams of four, without a repeat, are the same compiled and plain."""
    rounds = []
    for compiled in (False, True):
        monkeypatch.setattr(rotate, "worth_compiling", lambda use=compiled: use)
        rounds.append(rotate.rotated(np.full(6, 4), 7, 3, Progress()))
    assert np.array_equal(rounds[0], rounds[1])
    assert repeats(rounds[0]) == 0


def test_a_small_roster_loads_neither_numba_nor_a_solver() -> None:
    """Arranging 300 people imports no numba and no highspy."""
    script = (
        "import sys, numpy as np, evenhand as eh\n"
        "p = eh.TeamsProblem.from_values(300, {'c': np.arange(300) % 7, 'd': np.arange(300) % 3}, teams=30)\n"
        "from evenhand.teams import JOB\n"
        "from evenhand.core.job import Limits\n"
        "from evenhand.core.progress import Progress\n"
        "JOB.methods['exchange'].run(p, 0, Limits(), Progress())\n"
        "print(sorted({'numba', 'highspy', 'ortools'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert not worth_compiling(wanted=False)


def test_a_pattern_of_one_block_serves_all_blocks() -> None:
    """Blocks are for very many teams, and laying the pattern keeps every profile in some seat."""
    assert blocks_of(1_000_000, 1_000) == 1
    assert blocks_of(1_000_000, 200_000) == 20
    draw = np.random.default_rng(2)
    problem = TeamsProblem.from_values(611, {f"c{v}": draw.integers(0, v, 611) for v in (2, 3, 4)}, teams=122)
    rules = unit_costs(problem)
    made = board(problem, list(problem.criteria), rules, 5)
    at = repair_blocks(
        made, problem.sizes, rules.classes.of, seed=1, blocks=4, compiled=False, progress=Progress()
    )
    assert np.array_equal(np.bincount(at), np.bincount(made.profile))
