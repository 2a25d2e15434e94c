"""The whole model through OR-Tools' CP-SAT: an independent second opinion, run in a child process.

The child writes each better plan to a file of its own, so that it can be ended at the limit to the tenth of a
second without losing what it found: building the model alone may take longer than the limit.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from evenhand.allocation.problem import AllocationProblem
from evenhand.allocation.solving.greedy import first_plan, hurried
from evenhand.allocation.solving.model.pins import conflict
from evenhand.allocation.solving.model.residual import residual_of
from evenhand.core.arrays import Ints
from evenhand.core.errors import MethodError
from evenhand.core.job import Answer, Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Status

POLL = 0.02
"""Seconds between two looks at the clock and at an interruption: the limit is kept to about that. Half of it
would only wake the parent more often."""

SECONDS_EACH = 2e-6
"""Seconds a candidate below which there is no time to hand the model to the child."""


def run(problem: AllocationProblem, seed: int, limits: Limits, progress: Progress) -> Answer:
    """Solve with one deterministic worker.

    Raises:
        MethodError: OR-Tools is not installed, or the child failed.
    """
    if find_spec("ortools") is None:
        raise MethodError(
            "The method 'cp-sat' needs OR-Tools. Install it with: pip install 'evenhand[ortools]'"
        )
    # Asked here and not of the child: CP-SAT says only that no plan exists, not which pins stand in each
    # other's way.
    broken = conflict(problem)
    if broken:
        return Answer(None, Status.INFEASIBLE, conflict=broken)
    quick = hurried(problem, seed, progress, SECONDS_EACH)
    if quick is not None:
        return quick
    fallback, worth = _fallback(problem, seed)
    progress.offer(fallback, worth)
    with progress.stage("cp-sat"), TemporaryDirectory(prefix="evenhand-") as folder:
        best = Path(folder, "best.json")
        seconds = progress.left if progress.left is not None else limits.seconds
        reply = _asked(_packed(problem, seed, seconds), best, progress)
        if reply is None and best.exists():
            reply = json.loads(best.read_text(encoding="utf-8"))
    if reply is None or reply["status"] not in {"OPTIMAL", "FEASIBLE"}:
        progress.cut = True
        return Answer(fallback, Status.FEASIBLE)
    # Scores are whole, so the bound may be rounded down; 1e-6 keeps a whole bound that the solver states a
    # hair too low.
    bound = int(np.floor(reply["bound"] + 1e-6))
    status = Status.OPTIMAL if reply["status"] == "OPTIMAL" else Status.FEASIBLE
    if status is Status.FEASIBLE:
        progress.cut = True
    return Answer(np.array(reply["awards"], dtype=np.int64), status, bound)


def _fallback(problem: AllocationProblem, seed: int) -> tuple[Ints, int]:
    """Return greedy's plan, for a child that finds none in time, and its value in units."""
    residual = residual_of(problem, seed)
    if not len(residual) or not residual.awards:
        return np.flatnonzero(problem.pinned), residual.base
    chosen, _ = first_plan(residual)
    return residual.candidates(chosen), residual.units(residual.worth(chosen))


def _asked(payload: bytes, best: Path, progress: Progress) -> dict[str, Any] | None:
    """Hand the problem to the child; None where it had to be ended: what it found by then is in ``best``."""
    command = [sys.executable, "-m", "evenhand.allocation.solving.cp_sat_child", str(best)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        waiting: bytes | None = payload
        while True:
            try:
                out, complaint = child.communicate(waiting, timeout=POLL)
                break
            except subprocess.TimeoutExpired:
                waiting = None
                if progress.interrupted or (progress.left is not None and progress.left <= 0):
                    return None
    finally:
        if child.poll() is None:
            child.kill()
            child.communicate()
    if child.returncode:
        last = complaint.decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
        raise MethodError(f"CP-SAT's process failed: {last[0]}")
    answer: dict[str, Any] = json.loads(out)
    return answer


def _packed(problem: AllocationProblem, seed: int, seconds: float | None) -> bytes:
    dates = len(problem.days)
    arrays: dict[str, Any] = {
        "score": problem.worth,
        "pinned": problem.pinned,
        "forbidden": problem.forbidden,
        "item": problem.item,
        "item_limit": np.ones(len(problem.items), dtype=np.int64),
        "day": problem.day,
        "slots": problem.slots,
        "place": problem.recipient * dates + problem.day,
        "place_limit": problem.recipient_day_limit.ravel(),
        "taker": problem.recipient,
        "taker_limit": problem.recipient_limit,
        "groups": np.int64(len(problem.all_groups)),
        "seed": np.int64(seed % 2**31),
        "seconds": np.float64(seconds if seconds is not None else 0.0),
    }
    for number, group in enumerate(problem.all_groups):
        for name in ("of", "weight", "allowance", "slope", "limit"):
            arrays[f"{name}{number}"] = getattr(group, name)
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()
