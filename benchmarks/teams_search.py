"""The search for teams where nothing is easy, beside rivals: `python -m benchmarks.teams_search`.

Rosters on which a search falls behind (see `teams_cases.py`), five seeds each. evenhand at `--effort normal`,
plain annealing of the same objective in numba for one second and for as long as evenhand took, CP-SAT for 45
seconds (once, with `--cp-sat 45`). Points are those of the objective: a column's whole range is 100. Prints
the table and writes it into docs/benchmarks/teams-search.md; about ten minutes in all, CP-SAT beside.
"""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import sys
import time
from pathlib import Path

import numpy as np
from benchmarks.teams_cases import SEARCH_CASES, SearchCase, search_case
from benchmarks.teams_rivals import Arrays, annealing, constraint_program
from numpy.typing import NDArray

from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.teams import JOB, TeamsProblem, balance
from evenhand.teams.solving.model.objective import UnitCosts, unit_costs, value_of

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks" / "teams-search.md"
Ints = NDArray[np.int64]

LARGEST_PROGRAM = 400
"""People x teams from which CP-SAT is not asked: it would be building its program for minutes."""


def arrays_of(case: SearchCase, problem: TeamsProblem, costs: UnitCosts) -> Arrays:
    """Return a case as the rivals take it: the objective's own prices by team, line and count."""
    offset = np.concatenate([[0], np.cumsum([len(c.values) for c in problem.criteria])])
    lines = np.stack([c.of(problem.n) + offset[at] for at, c in enumerate(problem.criteria)], 1)
    most = int(problem.sizes.max()) + 1
    table = np.zeros((len(problem.sizes), int(offset[-1]), most + 1), dtype=np.int64)
    # With tens of thousands of people in uneven teams costs leave 64 bits. Rivals get them in coarser units,
    # which take less than a millionth off each.
    coarse = max(1, costs.off // 10**12)
    for at, criterion in enumerate(problem.criteria):
        for value, count in enumerate(criterion.counts.tolist()):
            for team, size in enumerate(problem.sizes.tolist()):
                away = np.abs(problem.n * np.arange(most + 1) - count * size).astype(object)
                price = costs.step[at] * count * (costs.classes.common // size)
                cost = price * away // costs.yardsticks[at].step + costs.off * (away // problem.n)
                table[team, offset[at] + value] = cost // coarse
    hard = [int(line) for at in case.lone for line in range(offset[at], offset[at + 1])]
    low = max((rule.low for rule in problem.rules if rule.kind == "friends"), default=0)
    return Arrays(
        lines=lines.astype(np.int64),
        sizes=problem.sizes,
        table=table,
        hard=np.array(hard, dtype=np.int64),
        wishes=np.array(case.wishes, dtype=np.int64).reshape(-1, 2),
        price=case.points * costs.point // coarse,
        friends=np.array(case.friends or np.zeros((0, 1)), dtype=np.int64),
        low=low * costs.point // coarse,
        each=costs.point // coarse,
    )


def figures(problem: TeamsProblem, costs: UnitCosts, plans: list[Ints | None]) -> tuple[str, float]:
    """Return the median and the range of the points, with teams off quota; and the median."""
    points, off = [], []
    for plan in plans:
        broken, value = value_of(problem, costs, plan) if plan is not None else (1, 0)
        points.append(value / costs.point if not broken else float("inf"))
        off.append(balance(problem, plan).teams_off if plan is not None and not costs.off else 0)
        if plan is not None and costs.off:
            off[-1] = balance(problem, plan).teams_off
            points[-1] -= value // costs.off * costs.off / costs.point
    middle, least, most = float(np.median(points)), min(points), max(points)
    spread = f"{least:.2f} to {most:.2f}" if most > least else "the same"
    return f"{middle:.2f} | {spread} | {np.median(off):.0f}", middle


def main() -> None:
    """Run all cases, print the table and write the page."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--seeds", type=int, default=5)
    ask.add_argument("--effort", default="normal")
    ask.add_argument("--cp-sat", type=float, default=0.0, help="seconds for CP-SAT; 0 for none")
    ask.add_argument("--cases", default=",".join(SEARCH_CASES))
    ask.add_argument("--write", action="store_true", help="write the page")
    given = ask.parse_args()
    head = "| roster | contender | points, median | over the seeds | teams off quota | seconds |"
    lines = [head, "|---|---|---|---|---|---|"]
    print("\n".join(lines))
    load = os.getloadavg()[0]
    for name in given.cases.split(","):
        case = search_case(name)
        problem = case.problem()
        costs = unit_costs(problem)
        arrays = arrays_of(case, problem, costs)
        method = JOB.methods["exchange"]
        if name == given.cases.split(",")[0]:  # what is compiled once and kept is not measured
            method.run(problem, 1, Limits(), Progress())
        plans: list[Ints | None] = []
        spent = []
        for seed in range(given.seeds):
            begun = time.process_time()
            plans.append(method.run(problem, seed, Limits(effort=given.effort), Progress()).awards)
            spent.append(time.process_time() - begun)
        middle = float(np.median(spent))
        rows = [("evenhand", plans, middle)]
        for seconds in sorted({1.0, max(1.0, middle)}):
            runs = [annealing(arrays, seed + 1, seconds) for seed in range(given.seeds)]
            rows.append(("annealing in numba", [plan for plan, _ in runs], seconds))
        if given.cp_sat and problem.n * len(problem.teams) <= LARGEST_PROGRAM:
            plan, _ = constraint_program(arrays, given.cp_sat)
            rows.append(("CP-SAT, once", [plan], given.cp_sat))
        for contender, found_plans, seconds in rows:
            lines.append(
                f"| {name} | {contender} | {figures(problem, costs, found_plans)[0]} | {seconds:.1f} |"
            )
            print(lines[-1], flush=True)
    if given.write:
        PAGE.write_text(page(lines, shlex.join(sys.argv[1:]), load), encoding="utf-8")


def page(lines: list[str], words: str, load: float) -> str:
    """Return the page with the table and how it was made."""
    where = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return "\n".join(
        [
            "# The search for teams against annealing and CP-SAT",
            "",
            "Made by one command, all contenders one after the other on the same arrays:",
            "",
            f"    python -m benchmarks.teams_search {words}",
            "",
            f"Machine: {where}; {load:.1f} processes wanted its cores when it began.",
            "Seconds of evenhand are those of its processor, reading aside.",
            "",
            "Points are the objective's: 100 are a column's whole range, each wish not granted costs 5, and",
            "somebody without any friend there more than all columns together. Less is better.",
            "Annealing gets one second, then as many as evenhand took. Where sizes are uneven quota comes",
            "first, so points are those of the columns, and teams off quota stand beside them.",
            "",
            "A roster is called by its kind, people, teams and more: nobody alone by one or two columns",
            "(`lone`, `lone two`), so many wishes a person (`wishes`), so many friends of whom one is enough",
            "(`friends`), so many columns (`columns`), a school (`pupils`), a `census`.",
            "",
            *lines,
            "",
        ]
    )


if __name__ == "__main__":
    main()
