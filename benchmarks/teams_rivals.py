"""Rivals of the search for teams, on the same arrays: plain annealing in numba, and CP-SAT.

Both lower the very objective that evenhand lowers, read off tables: what a team pays for each count of each
value, what a wish not granted costs, and that nobody may be alone. They share none of evenhand's search.
`python -m benchmarks.teams_rivals cp-sat IN.pickle OUT.pickle SECONDS` runs CP-SAT in a process of its own,
as its library and HiGHS cannot be loaded into one.
"""

# ruff: noqa: C901, PLR0915, PLR0917, NPY002 - numba compiles plain loops over arrays, with its own old generator
from __future__ import annotations

import argparse
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Arrays", "annealing", "constraint_program"]

Ints = NDArray[np.int64]

ROOT = Path(__file__).resolve().parent.parent

OUT_OF_REACH = 10**12
"""What a rule broken costs plain annealing, beside which no column counts."""


@dataclass(frozen=True)
class Arrays:
    """One case as plain arrays.

    Attributes:
        lines: the line (a value of a column) of each person and column, shape (n, k).
        sizes: members of each team, shape (T,).
        table: cost of each count of a line in a team, shape (T, lines, most + 2).
        hard: lines of which no team may have exactly one.
        wishes: (who, whom), shape (w, 2); price: what one not granted costs.
        friends: who wishes, then whom, shape (f, m), -1 for none; low: what nobody there costs; each: what
            a point of a later choice costs.
    """

    lines: Ints
    sizes: Ints
    table: Ints
    hard: Ints
    wishes: Ints
    price: int
    friends: Ints
    low: int
    each: int


def annealing(arrays: Arrays, seed: int, seconds: float) -> tuple[Ints, float]:
    """Swap two people at a time, cooling geometrically from a column's typical cost to a thousandth of it.

    How many steps that is, is measured by a short run, in seconds of the processor. The best of the run is
    kept. A broken rule costs more than all else.
    """
    run = _compiled()
    table = arrays.table.copy()
    for line in arrays.hard.tolist():
        table[:, line, 1] += OUT_OF_REACH
    heat = float(np.median(np.abs(np.diff(arrays.table, axis=2))[arrays.table[:, :, 1:] > 0]) + 1.0)
    pairs: list[list[int]] = [[] for _ in range(len(arrays.lines))]
    for who, whom in arrays.wishes.tolist():
        pairs[who].append(whom)
        pairs[whom].append(who)
    first = np.concatenate([[0], np.cumsum([len(row) for row in pairs])]).astype(np.int64)
    other = np.array([whom for row in pairs for whom in row], dtype=np.int64)
    about: list[list[int]] = [[] for _ in range(len(arrays.lines))]
    for at, row in enumerate(arrays.friends.tolist()):
        for person in row:
            if person >= 0:
                about[person].append(at)
    ends = np.concatenate([[0], np.cumsum([len(row) for row in about])]).astype(np.int64)
    rows = np.array([at for row in about for at in row], dtype=np.int64)
    given = (
        arrays.lines, arrays.sizes, table, other, first, arrays.price, arrays.friends, rows, ends,
        arrays.low, arrays.each, heat * (20.0 if len(other) or len(rows) else 1.0), heat / 1000,
    )  # fmt: skip
    run(*given, 1, 1_000)
    begun = time.process_time()
    run(*given, seed, 50_000)
    steps = int(50_000 * seconds / max(1e-4, time.process_time() - begun))
    begun = time.process_time()
    awards = run(*given, seed, max(1_000, steps))
    return np.asarray(awards), time.process_time() - begun


@cache
def _compiled() -> Any:
    import numba

    compiled: Callable[[Any], Any] = numba.njit(cache=False)

    @compiled
    def wish_cost(team: Any, row: Any, low: Any, each: Any) -> Any:
        for place in range(1, len(row)):
            if row[place] >= 0 and team[row[place]] == team[row[0]]:
                return (place - 1) * (place - 1) * each
        return low

    @compiled
    def wishes_of(
        team: Any, friends: Any, rows: Any, ends: Any, person: Any, apart: Any, low: Any, each: Any
    ) -> Any:
        cost = 0
        for entry in range(ends[person], ends[person + 1]):
            row = friends[rows[entry]]
            # A wish about both who swap is counted with the first of them.
            counted = False
            for place in range(len(row)):
                counted = counted or (apart >= 0 and row[place] == apart)
            if not counted:
                cost += wish_cost(team, row, low, each)
        return cost

    @compiled
    def local(team: Any, person: Any, other: Any, first: Any, price: Any) -> Any:
        cost = 0
        for entry in range(first[person], first[person + 1]):
            if team[other[entry]] != team[person]:
                cost += price
        return cost

    @compiled
    def move(team: Any, count: Any, table: Any, lines: Any, person: Any, target: Any) -> Any:
        source = team[person]
        change = 0
        for column in range(lines.shape[1]):
            line = lines[person, column]
            held = count[source, line]
            change += table[source, line, held - 1] - table[source, line, held]
            count[source, line] = held - 1
            held = count[target, line]
            change += table[target, line, held + 1] - table[target, line, held]
            count[target, line] = held + 1
        team[person] = target
        return change

    @compiled
    def run(
        lines: Any, sizes: Any, table: Any, other: Any, first: Any, price: Any, friends: Any, rows: Any,
        ends: Any, low: Any, each: Any, hot: Any, cold: Any, seed: Any, steps: Any,
    ) -> Any:  # fmt: skip
        np.random.seed(seed)
        people = lines.shape[0]
        team = np.repeat(np.arange(len(sizes)), sizes)
        np.random.shuffle(team)
        count = np.zeros((len(sizes), table.shape[1]), np.int64)
        for person in range(people):
            for column in range(lines.shape[1]):
                count[team[person], lines[person, column]] += 1
        cost = 0
        least = 0
        best = team.copy()
        cooling = (cold / hot) ** (1.0 / steps)
        heat = hot
        for _ in range(steps):
            heat *= cooling
            a = np.random.randint(people)
            b = np.random.randint(people)
            here = team[a]
            there = team[b]
            if here == there:
                continue
            before = local(team, a, other, first, price) + local(team, b, other, first, price)
            before += wishes_of(team, friends, rows, ends, a, -1, low, each)
            before += wishes_of(team, friends, rows, ends, b, a, low, each)
            change = move(team, count, table, lines, a, there) + move(team, count, table, lines, b, here)
            after = local(team, a, other, first, price) + local(team, b, other, first, price)
            after += wishes_of(team, friends, rows, ends, a, -1, low, each)
            after += wishes_of(team, friends, rows, ends, b, a, low, each)
            change += after - before
            if change > 0 and np.random.random() >= np.exp(-change / heat):
                move(team, count, table, lines, a, here)
                move(team, count, table, lines, b, there)
                continue
            cost += change
            if cost < least:
                least = cost
                best[:] = team
        return best

    return run


def constraint_program(arrays: Arrays, seconds: float) -> tuple[Ints | None, float]:
    """Let CP-SAT look for so long, in a process of its own; None where it finds nothing or is not there."""
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder) / "in.pickle", Path(folder) / "out.pickle"
        given.write_bytes(pickle.dumps(arrays))
        begun = time.perf_counter()
        command = [
            sys.executable,
            "-m",
            "benchmarks.teams_rivals",
            "cp-sat",
            str(given),
            str(out),
            str(seconds),
        ]
        done = subprocess.run(command, check=False, capture_output=True, cwd=ROOT)
        spent = time.perf_counter() - begun
        awards = pickle.loads(out.read_bytes()) if not done.returncode else None  # noqa: S301 - our own file
        return awards, spent


def _solve(arrays: Arrays, seconds: float) -> Ints | None:
    """Build the program: a switch a person and team, and for each line and team the cost of its count."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    people, teams = len(arrays.lines), len(arrays.sizes)
    stands = [[model.new_bool_var("") for _ in range(teams)] for _ in range(people)]
    parts: list[Any] = []
    for row in stands:
        model.add_exactly_one(row)
    for team, size in enumerate(arrays.sizes.tolist()):
        model.add(sum(row[team] for row in stands) == size)
        for line in range(arrays.table.shape[1]):
            who = np.flatnonzero((arrays.lines == line).any(axis=1)).tolist()
            costs = arrays.table[team, line, : size + 1].tolist()
            count = model.new_int_var(0, min(len(who), size), "")
            model.add(count == sum(stands[person][team] for person in who))
            paid = model.new_int_var(0, max(costs), "")
            # Costs are convex in the count, so the largest of the straight pieces is the cost.
            for held in range(size):
                slope = costs[held + 1] - costs[held]
                model.add(paid >= costs[held] + slope * (count - held))
            parts.append(paid)
            if line in arrays.hard:
                some = model.new_bool_var("")
                model.add(count >= 2 * some)
                model.add(count <= size * some)
    for who, whom in arrays.wishes.tolist():
        for team in range(teams):
            both = model.new_bool_var("")
            model.add_implication(both, stands[who][team])
            model.add_implication(both, stands[whom][team])
            parts.append(-arrays.price * both)
    for row in arrays.friends.tolist():
        served = []
        for place, friend in enumerate(row[1:]):
            for team in range(teams):
                both = model.new_bool_var("")
                model.add_implication(both, stands[row[0]][team])
                model.add_implication(both, stands[friend][team])
                served.append(both)
                parts.append((place * place * arrays.each - arrays.low) * both)
        model.add_at_most_one(served)
    model.minimize(sum(parts))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None
    return np.array([next(t for t in range(teams) if solver.value(row[t])) for row in stands])


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description="CP-SAT in a process of its own, for teams_search.")
    for name, what in {"_": "ignored", "source": "arrays", "target": "answer", "limit": "seconds"}.items():
        asked.add_argument(name, help=what)
    words = asked.parse_args()
    found = _solve(pickle.loads(Path(words.source).read_bytes()), float(words.limit))  # noqa: S301 - our own file
    Path(words.target).write_bytes(pickle.dumps(found))
