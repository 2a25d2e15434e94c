"""Several outcomes side by side, one line each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from evenhand.core.shares import TICKS
from evenhand.core.solution import Solution
from evenhand.measures import Panel
from evenhand.measures.panel import shown
from evenhand.report.notes import TOLD, gap_text
from evenhand.report.rooms import measured
from evenhand.report.text import Grid
from evenhand.report.units import in_points

Outcome = tuple[str, Solution]
FEW = 8
"""Claimants whose counts are written one by one."""


def comparison_columns(outcomes: Sequence[Outcome]) -> dict[str, list[Any]]:
    """Return one row an outcome as columns of figures.

    Args:
        outcomes: (name, solution) each, all of one job.
    """
    rows = [{"Configuration": name, **LINES[solution.job](solution)} for name, solution in outcomes]
    heads = list(dict.fromkeys(head for row in rows for head in row))
    return {head: [row.get(head) for row in rows] for head in heads}


def comparison_grid(outcomes: Sequence[Outcome], title: str = "") -> Grid:
    """Return one row an outcome as a table to read."""
    columns = comparison_columns(outcomes)
    rows = zip(*([_written(head, value) for value in cells] for head, cells in columns.items()), strict=True)
    words = {"Configuration", "Status", "Turns"}
    right = frozenset(index for index, head in enumerate(columns) if head not in words)
    return Grid(tuple(columns), tuple(tuple(row) for row in rows), right, title, turns=True)


def mode_name(penalty: Any) -> str:
    """Return what a penalty is called beside others: ``Mode B (λ=200+400)``."""
    names = {
        "none": "No fairness",
        "light": "Light",
        "A": "Mode A",
        "B": "Mode B",
        "strong": "Strong",
        "own": "Own steps",
    }
    name = names.get(penalty.mode, penalty.mode)
    return name if penalty.mode == "none" else f"{name} (λ={penalty.text})"


def _written(head: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return shown(value, "percent" if head in PERCENT else "index" if head in INDEX else "units")
    return f"{value:,}" if isinstance(value, int) else str(value)


PERCENT = frozenset({"Top-5", "Served", "CV", "CV a day", "Teams off"})
INDEX = frozenset({"Gini", "Gini, all", "HHI", "Score", "Quality"})


def _status(solution: Solution) -> str:
    # Where a cost is minimised it may be near 0 and its share near 100 %, however even the plan is.
    if TOLD[solution.job].scored and solution.gap and solution.objective:
        return f"{solution.standing}, gap {gap_text(solution)}"
    return solution.standing


def _panel(solution: Solution) -> Panel:
    panel = measured(solution)
    if panel is None:
        raise TypeError("Only solutions with awards can be compared.")
    return panel


def _allocation(solution: Solution) -> dict[str, Any]:
    panel, problem = _panel(solution), solution.problem
    received = [] if solution.statement is None else solution.statement.received.tolist()
    penalty = sum(problem.penalty.total(count) for count in received)
    scores = int(problem.score[solution.awards].sum())
    return {
        "Awards": int(panel.total),
        "Partners": int(panel["receivers"].value),
        "Max/Partner": int(panel["most"].value),
        "Gini": panel["gini"].value,
        "HHI": panel["hhi"].value,
        "Top-5": panel["top5"].value,
        "Penalty": int(penalty) if penalty == int(penalty) else float(penalty),
        "Served": panel["served"].value,
        "Gini, all": panel["gini_all"].value,
        "Scores": in_points(solution, scores),
        "Value": in_points(solution, solution.objective or 0),
        "Status": _status(solution),
    }


def _teams(solution: Solution) -> dict[str, Any]:
    from evenhand.teams import balance, seed_quality

    problem, awards = solution.problem, solution.awards
    balance_of_plan = balance(problem, awards)
    return {
        "Score": float(balance_of_plan.overall),
        **{name: float(score) for name, score in list(balance_of_plan.scores.items())[:FEW]},
        "Teams off": balance_of_plan.teams_off / max(1, len(problem.teams)),
        "Quality": float(seed_quality(problem, awards).overall),
        "Status": _status(solution),
    }


def _rota(solution: Solution) -> dict[str, Any]:
    statement = solution.statement
    from evenhand.rota.asking.advice import by_one_yardstick, worst_view
    from evenhand.rota.asking.panel import fairness
    from evenhand.rota.problem import POLICIES

    # Policies differ in what they hold to be due: beside each other they are measured alike.
    statement = statement and by_one_yardstick(solution.problem, solution.awards)
    alike = fairness(replace(solution.problem, policy=POLICIES["ledger"]), solution.awards)
    received = [] if statement is None else statement.received.tolist()
    lags = [0] if statement is None else [*statement.lag.tolist()] or [0]
    few = len(received) <= FEW
    return {
        "Turns": "/".join(map(str, sorted(received, reverse=True)))
        if few
        else f"{min(received)} to {max(received)} each",
        "Most owed": max(lags) / TICKS,
        "Most ahead": -min(lags) / TICKS,
        "Spread": (max(lags) - min(lags)) / TICKS,
        **worst_view(solution.problem, solution.awards),
        "CV": alike.cv_due,
        "CV a day": alike.cv_days,
        "Gini": alike.gini,
        "Status": _status(solution),
    }


LINES: dict[str, Callable[[Solution], dict[str, Any]]] = {
    "allocation": _allocation,
    "teams": _teams,
    "rota": _rota,
}
