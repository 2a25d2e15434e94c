"""One solver on one week: `python -m benchmarks.allocation_child SOLVER CASE SEED LIMIT`, on its own.

Prints one line of JSON: processor seconds from problem in memory to plan, status, value, bound, and the
process's peak memory. The limit is one of processor seconds too, so that a busy machine matters little.
Peers are given the model in memory (HiGHS, CP-SAT) or as a file written before the clock starts (CBC, SCIP).
Values are in score units, larger is better.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import threading
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
    """Evenhand: the method alone, and ``eh.solve`` with judge and tables, as a user calls it."""
    from evenhand import Limits, solve
    from evenhand.allocation.solving import METHODS
    from evenhand.core.progress import Progress

    solve(arrays(0, size=0.01))  # imports and a first use are no part of a solve
    start = time.process_time()
    solution = solve(problem, limits=Limits(seconds=limit * PATIENT))
    whole = time.process_time() - start
    start = time.process_time()
    METHODS[solution.method].run(problem, 0, Limits(), Progress())
    return {
        "seconds": time.process_time() - start,
        "solve": whole,
        "status": str(solution.status),
        "value": solution.objective,
        "bound": solution.bound,
        "method": solution.method,
        "chip": solution.headline,
    }


PATIENT = 50
"""Seconds of the wall's clock to each processor second after which a solver is stopped all the same."""


def highs(model: Model, limit: float) -> Result:
    """HiGHS's branch and cut, one thread."""
    import highspy

    solver = highspy.Highs()
    seconds = limit * PATIENT
    for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 1), ("time_limit", seconds)):
        solver.setOptionValue(name, value)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 0.9)
    start = time.process_time()
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

    def hear(kind: Any, message: str, data: Any, reply: Any, user: Any) -> None:
        del kind, message, data, user
        reply.user_interrupt = time.process_time() - start > limit

    solver.setCallback(hear, None)
    kinds_heard = highspy.cb.HighsCallbackType
    for kind in (kinds_heard.kCallbackMipInterrupt, kinds_heard.kCallbackSimplexInterrupt):
        solver.startCallback(kind)
    solver.run()
    seconds = time.process_time() - start
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
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
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
            [*asked, "-timeMode", "cpu", "-solve", "-solution", str(out)],
            capture_output=True,
            text=True,
            check=False,
            timeout=limit * PATIENT,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
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
    solver.setParam("timing/clocktype", 1)  # processor seconds
    solver.setParam("limits/time", limit)
    solver.setParam("limits/absgap", 0.9)
    start = time.process_time()
    solver.optimize()
    seconds = time.process_time() - start
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

    start = time.process_time()
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
    solver.parameters.max_time_in_seconds = limit * PATIENT
    over = threading.Event()

    def watch() -> None:
        # Each worker has the limit to itself.
        while not over.wait(0.2):
            if time.process_time() - start > limit * workers:
                solver.stop_search()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    status = solver.solve(asked)
    over.set()
    seconds = time.process_time() - start
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
        start = time.process_time()
        reduced = score.copy()
        for codes, price in prices:
            reduced -= price[codes]
        float(reduced.max())
        times.append(time.process_time() - start)
    return {"seconds": min(times), "status": "floor", "value": None}


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
