"""One boolean a candidate in OR-Tools' CP-SAT, in a process of its own: OR-Tools and HiGHS cannot share one.

Reads an .npz of arrays from standard input, writes one line of JSON. It shares no code with other methods:
one Boolean a candidate, rows as the problem states them, one integer a soft step.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np


def main() -> None:
    """Solve what comes in on standard input; better plans go to the file that is named on the way."""
    with np.load(io.BytesIO(sys.stdin.buffer.read()), allow_pickle=False) as file:
        given = {name: file[name] for name in file.files}
    sys.stdout.write(json.dumps(_solved(given, Path(sys.argv[1]))) + "\n")


def _solved(given: dict[str, Any], best: Path) -> dict[str, Any]:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    chosen = [model.new_bool_var(f"x{index}") for index in range(len(given["score"]))]
    for index in np.flatnonzero(given["pinned"]).tolist():
        model.add(chosen[index] == 1)
    for index in np.flatnonzero(given["forbidden"]).tolist():
        model.add(chosen[index] == 0)
    for code, limit in (
        ("item", "item_limit"),
        ("day", "slots"),
        ("place", "place_limit"),
        ("taker", "taker_limit"),
    ):
        _at_most(model, chosen, given[code], given[limit])
    goal = [int(score) * variable for score, variable in zip(given["score"].tolist(), chosen, strict=True)]
    for number in range(int(given["groups"])):
        goal += _costs(model, chosen, given, number)
    model.maximize(sum(goal))
    solver = cp_model.CpSolver()
    # One worker: several race each other, and the plan would depend on which one is first.
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = int(given["seed"])
    if given["seconds"] > 0:
        solver.parameters.max_time_in_seconds = float(given["seconds"])

    class Keep(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]  # OR-Tools has no types here
        """Write each better plan to the file, whole or not at all."""

        def on_solution_callback(self) -> None:
            awards = [row for row, taken in enumerate(chosen) if self.boolean_value(taken)]
            chosen_indices = {"status": "FEASIBLE", "awards": awards, "bound": self.best_objective_bound}
            # Written aside and renamed in one step, as the parent may end this process at any moment and then
            # reads the file.
            fresh = best.with_suffix(".part")
            fresh.write_text(json.dumps(chosen_indices), encoding="utf-8")
            fresh.replace(best)

    status = solver.solve(model, Keep())
    name = solver.status_name(status)
    chosen_indices = (
        [index for index, variable in enumerate(chosen) if solver.boolean_value(variable)]
        if name in {"OPTIMAL", "FEASIBLE"}
        else None
    )
    return {"status": name, "awards": chosen_indices, "bound": solver.best_objective_bound}


def _members(codes: Any) -> dict[int, list[int]]:
    members: dict[int, list[int]] = {}
    for index, code in enumerate(codes.tolist()):
        if code >= 0:
            members.setdefault(code, []).append(index)
    return members


def _at_most(model: Any, chosen: list[Any], codes: Any, limits: Any) -> None:
    for code, place in _members(codes).items():
        if len(place) > limits[code]:
            model.add(sum(chosen[variable] for variable in place) <= int(limits[code]))


def _costs(model: Any, chosen: list[Any], given: dict[str, Any], number: int) -> list[Any]:
    """Add a group set's rows; return its terms of the objective."""
    weight, limit = given[f"weight{number}"], given[f"limit{number}"]
    allowance, slope = given[f"allowance{number}"], given[f"slope{number}"]
    terms = []
    for code, members in _members(given[f"of{number}"]).items():
        most = sum(int(weight[person]) for person in members)
        total = sum(int(weight[person]) * chosen[person] for person in members)
        if most > limit[code]:
            model.add(total <= int(limit[code]))
        for step in range(slope.shape[1]):
            free, price = int(allowance[code, step]), int(slope[code, step])
            if price and most > free:
                over = model.new_int_var(0, most - free, f"o{number}_{code}_{step}")
                model.add(total - over <= free)
                terms.append(-price * over)
    return terms


if __name__ == "__main__":
    main()
