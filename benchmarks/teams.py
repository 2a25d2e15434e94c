"""Teams against their peers: `python benchmarks/teams.py [--quick] [--greedy] [--limit S] [--peers PYTHON]`.

Every contender runs in a process of its own, one after the other, on the same rosters: five criteria with
2, 3, 5, 8 and 12 values. Prints the table and writes docs/benchmarks/teams.md; about half an hour in all.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Status
from evenhand.teams import JOB, TeamsProblem, balance

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "benchmarks" / "teams.md"
VALUES = (2, 3, 5, 8, 12)


@dataclass(frozen=True)
class Case:
    """A roster's size and which peers are given a try; larger ones would only run into the limit."""

    people: int
    teams: int
    peers: tuple[str, ...] = ()


ALL = ("greedy", "iterative-stratification", "team-formation", "anti-clustering")
CASES = (
    Case(100, 20, ALL),
    Case(1_000, 200, ALL),
    Case(1_000, 40, ALL),
    Case(10_000, 2_000, ("greedy", "iterative-stratification")),
    Case(10_000, 400, ("greedy", "iterative-stratification")),
    Case(100_000, 1_000, ("greedy", "iterative-stratification")),
    Case(1_000_000, 1_000),
    Case(1_000_000, 200_000),
)


def roster(people: int) -> NDArray[np.int64]:
    """Return value codes, shape (people, 5), with uneven shares; the same every time."""
    draw = np.random.default_rng(people)
    columns = []
    for values in VALUES:
        share = draw.random(values) + 0.2
        columns.append(draw.choice(values, people, p=share / share.sum()))
    return np.stack(columns, 1).astype(np.int64)


def scored(codes: NDArray[np.int64], labels: NDArray[np.int64], teams: int) -> tuple[float, float]:
    """Return the exact score and the share of teams off quota, whatever sizes a contender made."""
    sizes = np.bincount(labels, minlength=teams)
    kept = np.flatnonzero(sizes)
    problem = TeamsProblem.from_values(
        len(codes),
        {f"c{at}": codes[:, at] for at in range(codes.shape[1])},
        sizes=[int(size) for size in sizes[kept]],
    )
    balance_of_plan = balance(problem, np.searchsorted(kept, labels))
    return float(balance_of_plan.overall), (balance_of_plan.teams_off + teams - len(kept)) / teams


def measured(name: str, case: Case, codes: NDArray[np.int64], limit: float, python: str) -> dict[str, Any]:
    """Run one contender in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        data, out = Path(folder) / "roster.npz", Path(folder) / "out.json"
        np.savez(data, codes=codes, teams=case.teams)
        command = [python, str(HERE / "teams_child.py"), name, str(data), str(out), str(limit)]
        try:
            subprocess.run(command, check=True, timeout=limit + 60, capture_output=True)
        except subprocess.TimeoutExpired:
            return {"late": True}
        except subprocess.CalledProcessError as failed:
            return {"failed": failed.stderr.decode().strip().splitlines()[-1:]}
        result: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        if "seconds" in result and name != "floor":
            labels = np.load(f"{out}.npy")
            result["score"], result["off"] = scored(codes, labels, case.teams)
        return result


def line(case: Case, name: str, result: dict[str, Any], limit: float) -> str:
    """Return one row of the table."""
    head = f"| {case.people:,} / {case.teams:,} | {name} |"
    if "missing" in result:
        return f"{head} not installed | | | |"
    if "late" in result:
        return f"{head} not done in {limit:g} s | | | |"
    if "failed" in result:
        return f"{head} failed: {' '.join(result['failed'])[:60]} | | | |"
    if name == "floor":
        return f"{head} reading the CSV | | {result['seconds']:.4f} | {result['memory']} |"
    score, off = f"{result['score']:.6f}", f"{result['off']:.2%}"
    return f"{head} {score} | {off} | {result['seconds']:.4f} | {result['memory']} |"


def greedy_table() -> None:
    """Print how often the greedy is optimal, on three criteria of 2, 3 and 5 values."""
    print("| people, teams | deal: mean | deal: optimal | exchange: mean | proven |\n|---|---|---|---|---|")
    for people, teams, count in ((20, 4, 40), (100, 20, 40), (1000, 200, 10)):
        rows = []
        for seed in range(count):
            draw = np.random.default_rng(seed)
            columns = {f"c{values}": draw.integers(0, values, people) for values in (2, 3, 5)}
            problem = TeamsProblem.from_values(people, columns, teams=teams)
            dealt = JOB.methods["deal"].run(problem, seed, Limits(), Progress()).awards
            answer = JOB.methods["exchange"].run(problem, seed, Limits(), Progress())
            rows.append(
                (
                    balance(problem, np.asarray(dealt)).overall,
                    balance(problem, np.asarray(answer.awards)).overall,
                    answer.status,
                )
            )
        deal = float(sum(row[0] for row in rows)) / count
        average = float(sum(row[1] for row in rows)) / count
        best = sum(row[0] == 1 for row in rows)
        proven = sum(row[2] is Status.OPTIMAL for row in rows)
        print(f"| {people}, {teams} | {deal:.3f} | {best} of {count} | {average:.3f} | {proven} of {count} |")


def main() -> None:
    """Run all cases, print the table and write the page."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--quick", action="store_true", help="up to 1,000 people, and write no page")
    ask.add_argument("--greedy", action="store_true", help="only how often the greedy is optimal")
    ask.add_argument("--limit", type=float, default=120.0, help="seconds a contender is given")
    ask.add_argument("--peers", default=sys.executable, help="the Python that has the peers installed")
    given = ask.parse_args()
    if given.greedy:
        greedy_table()
        return
    titles = "| people / teams | contender | exact score | teams off quota | seconds | MB |"
    head = f"{titles}\n|---|---|---|---|---|---|"
    lines = [head]
    print(head)
    for case in CASES:
        if given.quick and case.people > 1_000:
            break
        codes = roster(case.people)
        for name in ("evenhand", *case.peers, "floor"):
            python = sys.executable if name in {"evenhand", "greedy", "floor"} else given.peers
            lines.append(line(case, name, measured(name, case, codes, given.limit, python), given.limit))
            print(lines[-1], flush=True)
    if not given.quick:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(lines, given.limit), encoding="utf-8")


def page(lines: list[str], limit: float) -> str:
    """Return the page with the table and how it was made."""
    where = f"{platform.machine()}, Python {platform.python_version()}"
    return "\n".join(
        [
            "# Teams against their peers",
            "",
            "Made by one command, every contender in a process of its own on the same rosters:",
            "",
            f"    python benchmarks/teams.py --limit {limit:g}",
            "",
            f"Machine: {where}. Five criteria with 2, 3, 5, 8 and 12 values of uneven shares. The score is",
            "the exact one; a team is off quota when a count is not its fair share rounded down or up.",
            "Seconds run from the problem in memory to the teams; what numba compiles once and keeps is not",
            "counted. The floor is reading the same roster as CSV with the standard library.",
            "",
            *lines,
            "",
        ]
    )


if __name__ == "__main__":
    main()
