"""One solver on one week: `python -m benchmarks.allocation_child SOLVER CASE SEED LIMIT`, on its own.

Prints one line of JSON: seconds from problem in memory to plan, status, value, bound, and the process's peak
memory. Peers are given the model in memory (HiGHS, CP-SAT) or as a file that was written before the clock
starts (CBC, SCIP). Values are in score units, larger is better.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.allocation_model import Model, model_of
from benchmarks.made_up_weeks import arrays, many_offices

from evenhand.allocation import AllocationProblem, mode_a, mode_b, no_penalty
from evenhand.press_fleet import FleetSettings

ALONE = FleetSettings(partner_per_day=None)
CASES: dict[str, Callable[[int], AllocationProblem]] = {
    "tiny": lambda seed: arrays(seed, size=0.02, tight=True, cost_per_vehicle=True),
    "seed": lambda seed: arrays(seed, settings=ALONE, budgets=False),
    "all": arrays,
    "noise": lambda seed: arrays(seed, noise=100),
    "mode-a": lambda seed: arrays(seed, penalty=mode_a()),
    "none": lambda seed: arrays(seed, penalty=no_penalty()),
    "hard-budgets": lambda seed: arrays(seed, tight=True, settings=FleetSettings(hard_budgets=True)),
    "cost": lambda seed: arrays(seed, tight=True, cost_per_vehicle=True),
    "ten": lambda seed: arrays(seed, size=10),
    "hundred": lambda seed: arrays(seed, size=100),
    "offices": lambda seed: many_offices(seed, 100, penalty=mode_b()),
}
"""What is solved: the plain rules, all rules, and what makes it harder or larger."""

Result = dict[str, Any]


def ours(problem: AllocationProblem, limit: float) -> Result:
    """Evenhand, as a user calls it."""
    from evenhand import Limits, solve

    solve(arrays(0, size=0.01))  # imports and a first use are no part of a solve
    start = time.perf_counter()
    solution = solve(problem, limits=Limits(seconds=limit))
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "status": str(solution.status),
        "value": solution.objective,
        "bound": solution.bound,
        "method": solution.method,
        "chip": solution.headline,
    }


def highs(model: Model, limit: float) -> Result:
    """HiGHS's branch and cut, one thread."""
    import highspy

    solver = highspy.Highs()
    for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 1), ("time_limit", limit)):
        solver.setOptionValue(name, value)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 0.9)
    start = time.perf_counter()
    starts, rows, values = model.by_column()
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = model.columns, len(model.upper)
    lp.col_cost_ = model.cost.astype(np.float64)
    lp.col_lower_ = np.zeros(model.columns)
    upper = np.full(model.columns, highspy.kHighsInf)
    upper[: model.binaries] = 1.0
    lp.col_upper_ = upper
    lp.row_lower_ = np.full(len(model.upper), -highspy.kHighsInf)
    lp.row_upper_ = model.upper.astype(np.float64)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = starts.astype(np.int32), rows.astype(np.int32)
    lp.a_matrix_.value_ = values.astype(np.float64)
    kinds = [highspy.HighsVarType.kInteger] * model.binaries
    lp.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * (model.columns - model.binaries)
    solver.passModel(lp)
    solver.run()
    seconds = time.perf_counter() - start
    info = solver.getInfo()
    proven = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    feasible = info.primal_solution_status == 2
    return {
        "seconds": seconds,
        "status": "optimal" if proven else "feasible" if feasible else "unknown",
        "value": round(-info.objective_function_value) if feasible else None,
        "bound": -info.mip_dual_bound if abs(info.mip_dual_bound) < 1e18 else None,
    }


def cbc(model: Model, limit: float) -> Result:
    """CBC as PuLP bundles it, one thread, called as a program; its clock includes reading the file."""
    import pulp

    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder) / "week.mps", Path(folder) / "out.txt"
        model.write_mps(file)
        start = time.perf_counter()
        asked = [
            pulp.PULP_CBC_CMD(msg=False).path,
            str(file),
            "-sec",
            str(limit),
            "-ratio",
            "0",
            "-allow",
            "0.9",
        ]
        done = subprocess.run(
            [*asked, "-timeMode", "elapsed", "-solve", "-solution", str(out)],
            capture_output=True,
            text=True,
            check=False,
            timeout=limit + 120,
        )
        seconds = time.perf_counter() - start
        head = out.read_text().splitlines()[0] if out.exists() else ""
        proven = head.startswith("Optimal") and "Stopped on time" not in done.stdout
        words = head.split()
        value = round(-float(words[-1])) if "objective value" in head and "nfeasible" not in head else None
    if value is not None and not proven and value <= 0:
        value = None
    return {
        "seconds": seconds,
        "status": "optimal" if proven else "feasible" if value else "unknown",
        "value": value,
    }


def scip(model: Model, limit: float) -> Result:
    """SCIP, one thread; the file is read before the clock starts."""
    from pyscipopt import Model as Scip

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "week.mps"
        model.write_mps(file)
        solver = Scip()
        solver.hideOutput()
        solver.readProblem(str(file))
    solver.setParam("limits/time", limit)
    solver.setParam("limits/absgap", 0.9)
    start = time.perf_counter()
    solver.optimize()
    seconds = time.perf_counter() - start
    feasible = solver.getNSols() > 0
    proven = solver.getStatus() in {"optimal", "gaplimit"}
    return {
        "seconds": seconds,
        "status": "optimal" if proven else "feasible" if feasible else "unknown",
        "value": round(-solver.getObjVal()) if feasible else None,
        "bound": -solver.getDualbound(),
    }


def cp_sat(model: Model, limit: float, workers: int) -> Result:
    """CP-SAT through OR-Tools: one boolean a triple, whole overages, as such systems usually do."""
    from ortools.sat.python import cp_model

    start = time.perf_counter()
    asked = cp_model.CpModel()
    chosen = [asked.new_bool_var("") for _ in range(model.binaries)]
    beyond = [asked.new_int_var(0, 10_000_000, "") for _ in range(model.columns - model.binaries)]
    columns = chosen + beyond
    starts, of, values = model.by_row()
    for row, upper in enumerate(model.upper.tolist()):
        inside = range(starts[row], starts[row + 1])
        asked.add(
            cp_model.LinearExpr.weighted_sum([columns[of[at]] for at in inside], values[inside].tolist())
            <= upper
        )
    asked.minimize(cp_model.LinearExpr.weighted_sum(columns, model.cost.tolist()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = 1
    solver.parameters.max_time_in_seconds = limit
    status = solver.solve(asked)
    seconds = time.perf_counter() - start
    feasible = status in {cp_model.OPTIMAL, cp_model.FEASIBLE}
    return {
        "seconds": seconds,
        "status": "optimal" if status == cp_model.OPTIMAL else "feasible" if feasible else "unknown",
        "value": round(-solver.objective_value) if feasible else None,
        "bound": -solver.best_objective_bound,
    }


def floor(problem: AllocationProblem) -> Result:
    """Price every candidate once: what no method that looks at all candidates can be faster than."""
    prices = [
        (codes, np.linspace(0, 1, size))
        for codes, size in (
            (problem.item, len(problem.items)),
            (problem.day, len(problem.days)),
            (problem.recipient, len(problem.recipients)),
            *((group.of, len(group.labels) + 1) for group in problem.groups),
        )
    ]
    score = problem.score.astype(np.float64)
    times = []
    for _ in range(7):
        start = time.perf_counter()
        reduced = score.copy()
        for codes, price in prices:
            reduced -= price[codes]
        float(reduced.max())
        times.append(time.perf_counter() - start)
    return {"seconds": sorted(times)[3], "status": "floor", "value": None}


def main(solver: str, case: str, seed: int, limit: float) -> None:
    """Run one solver on one week and print what came of it."""
    problem = CASES[case](seed)
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if solver == "evenhand":
        result = ours(problem, limit)
    elif solver == "floor":
        result = floor(problem)
    else:
        model = model_of(problem)
        peers: dict[str, Callable[[], Result]] = {
            "highs": lambda: highs(model, limit),
            "cbc": lambda: cbc(model, limit),
            "scip": lambda: scip(model, limit),
            "cp-sat": lambda: cp_sat(model, limit, 2),
            "cp-sat-seed": lambda: cp_sat(model, limit, 1),
        }
        result = peers[solver]()
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    peak = max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, children)
    facts = {"candidates": len(problem), "peak_mb": peak // 1024, "problem_mb": base // 1024}
    print(json.dumps({**result, **facts}, ensure_ascii=False))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "solver", choices=["evenhand", "floor", "highs", "cbc", "scip", "cp-sat", "cp-sat-seed"]
    )
    parser.add_argument("case", choices=sorted(CASES))
    parser.add_argument("seed", type=int)
    parser.add_argument("limit", type=float)
    options = parser.parse_args()
    main(options.solver, options.case, options.seed, options.limit)
