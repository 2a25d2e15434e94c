"""One contender on one roster, in a process of its own: `python teams_child.py NAME ROSTER.npz OUT.json`.

Reads integer codes (people x criteria) and the number of teams, writes seconds, memory and the labels. Peers
need nothing of evenhand, so that they may run in another environment.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import resource
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

Labels = Any


def evenhand(codes: Any, teams: int, limit: float) -> tuple[float, Labels]:
    """Solve with the default method; the clock runs from problem to awards."""
    from evenhand.core.job import Limits
    from evenhand.core.progress import Progress
    from evenhand.teams import JOB, TeamsProblem

    problem = TeamsProblem.from_values(
        len(codes), {f"c{at}": codes[:, at] for at in range(codes.shape[1])}, teams=teams
    )
    method = JOB.methods["exchange"]
    if len(codes) >= 8000:  # what is compiled once and kept is not measured
        method.run(problem, 1, Limits(), Progress())
    start = time.perf_counter()
    answer = method.run(problem, 7, Limits(seconds=limit), Progress(seconds=limit))
    return time.perf_counter() - start, answer.awards


def greedy(codes: Any, teams: int, limit: float) -> tuple[float, Labels]:
    """Deal person by person, in plain Python, looking at every team."""
    people, wide = codes.shape
    start = time.perf_counter()
    order = np.random.default_rng(7).permutation(people).tolist()
    rows = codes.tolist()
    share = [(np.bincount(codes[:, at]) / people).tolist() for at in range(wide)]
    count = [[[0] * len(part) for part in share] for _ in range(teams)]
    size = [0] * teams
    labels = [0] * people
    for person in order:
        best, least = 0, float("inf")
        for team in range(teams):
            cost = float(size[team] * (wide + 1))
            for at, value in enumerate(rows[person]):
                over = (count[team][at][value] + 1) / (size[team] + 1) - share[at][value]
                if over > 0:
                    cost += over
            if cost < least:
                best, least = team, cost
        labels[person] = best
        size[best] += 1
        for at, value in enumerate(rows[person]):
            count[best][at][value] += 1
        if time.perf_counter() - start > limit:
            raise TimeoutError
    return time.perf_counter() - start, labels


def stratification(codes: Any, teams: int, limit: float) -> tuple[float, Labels]:
    """iterative-stratification: every team a fold of a multilabel split."""
    del limit
    kfold = import_module("iterstrat.ml_stratifiers").MultilabelStratifiedKFold
    start = time.perf_counter()
    hot = np.concatenate(
        [np.eye(codes[:, at].max() + 1, dtype=int)[codes[:, at]] for at in range(codes.shape[1])], 1
    )
    labels = np.zeros(len(codes), dtype=np.int64)
    split = kfold(n_splits=teams, shuffle=True, random_state=7)
    for fold, (_, inside) in enumerate(split.split(hot, hot)):
        labels[inside] = fold
    return time.perf_counter() - start, labels


def team_formation(codes: Any, teams: int, limit: float) -> tuple[float, Labels]:
    """team-formation: CP-SAT with a diversify constraint a criterion."""
    import pandas as pd

    formation = import_module("team_formation.team_assignment")

    start = time.perf_counter()
    names = [f"c{at}" for at in range(codes.shape[1])]
    people = pd.DataFrame({name: [f"v{value}" for value in codes[:, at]] for at, name in enumerate(names)})
    people.insert(0, "id", range(len(people)))
    wanted = pd.DataFrame([[name, "diversify", 1] for name in names], columns=["attribute", "type", "weight"])
    task = formation.TeamAssignment(people, wanted, len(codes) // teams)
    task.solve(max_time_in_seconds=limit)
    team_numbers = task.participants.sort_values("id")["team_num"].to_numpy()
    return time.perf_counter() - start, team_numbers


def anti_clustering(codes: Any, teams: int, limit: float) -> tuple[float, Labels]:
    """anti-clustering: its exchange heuristic on categorical columns."""
    del limit
    import pandas as pd

    peer = import_module("anti_clustering")

    start = time.perf_counter()
    names = [f"c{at}" for at in range(codes.shape[1])]
    frame = pd.DataFrame({name: [f"v{value}" for value in codes[:, at]] for at, name in enumerate(names)})
    method = peer.ExchangeHeuristicAntiClustering(random_seed=7, restarts=1)
    out = method.run(
        frame, numerical_columns=[], categorical_columns=names, num_groups=teams, destination_column="t"
    )
    return time.perf_counter() - start, out.sort_index()["t"].to_numpy()


def floor(codes: Any, teams: int, limit: float) -> tuple[float, Labels]:
    """Read the same roster as CSV with the standard library: what no solve needs to beat."""
    del teams, limit
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([f"person {at}", *row] for at, row in enumerate(codes.tolist()))
    text.seek(0)
    start = time.perf_counter()
    rows = list(csv.reader(text))
    return time.perf_counter() - start, [len(rows)]


CONTENDERS: dict[str, Callable[[Any, int, float], tuple[float, Labels]]] = {
    "evenhand": evenhand,
    "greedy": greedy,
    "iterative-stratification": stratification,
    "team-formation": team_formation,
    "anti-clustering": anti_clustering,
    "floor": floor,
}


def main() -> None:
    """Run one contender and write what it took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", choices=CONTENDERS)
    parser.add_argument("roster", help="an .npz file with codes and teams")
    parser.add_argument("out", help="where the outcome is written, as JSON and .npy")
    parser.add_argument("limit", type=float, help="seconds")
    asked = parser.parse_args()
    name, roster, out, limit = asked.name, asked.roster, asked.out, asked.limit
    data = np.load(roster)
    try:
        seconds, labels = CONTENDERS[name](data["codes"], int(data["teams"]), limit)
    except ImportError as missing:
        Path(out).write_text(json.dumps({"missing": str(missing)}), encoding="utf-8")
        return
    except TimeoutError:
        Path(out).write_text(json.dumps({"late": True}), encoding="utf-8")
        return
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    _, dense = np.unique(np.asarray(labels), return_inverse=True)
    np.save(out + ".npy", dense.astype(np.int64))
    Path(out).write_text(json.dumps({"seconds": seconds, "memory": memory}), encoding="utf-8")


if __name__ == "__main__":
    main()
