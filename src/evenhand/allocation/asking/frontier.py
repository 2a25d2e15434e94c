"""The frontier: what evenness costs in score, from a sweep of lambda. Each point is a checked plan."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from evenhand.allocation.asking.advice import scores
from evenhand.allocation.job import JOB
from evenhand.allocation.problem import AllocationProblem
from evenhand.allocation.problem.penalties import MOST_POINTS, Penalty, mode_b, no_penalty
from evenhand.core import desk
from evenhand.core.arguments import is_number, said_in_words
from evenhand.core.errors import Findings
from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.sentences import counted
from evenhand.core.solution import Columns, Solution, Status
from evenhand.core.units import figure, number_text
from evenhand.measures import MEASURES
from evenhand.measures.panel import shown

AGAINST: Final = ("receivers", "most", "gini", "gini_all", "hhi", "top1", "top5")
"""Measures that score is set against."""

LADDER: Final = (0.0, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.2)
"""The sweep, as parts of the power of ten below the largest score: 0, 25, 50, 100, ... for 1,300."""


@dataclass(frozen=True, eq=False)
class Point:
    """One plan of the sweep.

    Attributes:
        lam: lambda in points: what the first step that costs asked.
        solution: the plan, judged; its penalty is in its problem.
        score: points before fairness: scores less what caps, budgets and other groups cost.
        values: every measure of ``AGAINST``, by name.
        best: measures for which no other plan of the sweep has more score and as good a value, or as much
            score and a better one.

    Example:
        >>> import evenhand as eh
        >>> rows = {"item": ["car"] * 2 + ["van"] * 2, "recipient": ["Ann", "Bo"] * 2, "score": [9, 7, 8, 5]}
        >>> problem = eh.AllocationProblem.from_tables(rows, penalty="none")
        >>> point = eh.allocation.frontier(problem, [0, 5]).points[1]
        >>> point.lam, point.score, point.values["receivers"]
        (5, 15, 2.0)
    """

    lam: float
    solution: Solution = field(repr=False)
    score: int | float
    values: dict[str, float]
    best: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Frontier:
    """The points that nothing in the sweep beats, lambda rising.

    Attributes:
        points: each is non-dominated for one measure at least.
        tried: how many plans were made.

    Example:
        >>> import evenhand as eh
        >>> rows = {"item": ["car"] * 2 + ["van"] * 2, "recipient": ["Ann", "Bo"] * 2, "score": [9, 7, 8, 5]}
        >>> problem = eh.AllocationProblem.from_tables(rows, penalty="none")
        >>> frontier = eh.allocation.frontier(problem, [0, 1, 5])
        >>> frontier.tried, len(frontier.points), frontier.proven
        (3, 2, True)
    """

    points: tuple[Point, ...]
    tried: int

    def of(self, measure: str) -> tuple[Point, ...]:
        """Return the points that are non-dominated for a measure."""
        return tuple(point for point in self.points if measure in point.best)

    @property
    def proven(self) -> bool:
        """Whether every point is a proven optimum of its setting."""
        return all(point.solution.status is Status.OPTIMAL for point in self.points)

    def to_columns(self) -> Columns:
        """Return one row a point: setting, score, every measure, and for which it is non-dominated."""
        rows: list[dict[str, Any]] = [
            {
                "lambda": point.lam,
                "penalty": point.solution.problem.penalty.text,
                "score": point.score,
                "awards": len(point.solution.awards),
                **point.values,
                "status": str(point.solution.status),
                "best_for": " ".join(point.best),
            }
            for point in self.points
        ]
        heads = list(rows[0]) if rows else []
        return {head: [row[head] for row in rows] for head in heads}

    @property
    def unbeaten(self) -> str:
        """How many of the plans tried no other beats, in words."""
        are = "is" if len(self.points) == 1 else "are"
        return f"{len(self.points)} of {counted(self.tried, 'plan')} {are} not beaten by another"

    def __str__(self) -> str:
        lines = [f"{self.unbeaten}."]
        for point in self.points:
            problem = point.solution.problem
            gini, many = point.values["gini"], int(point.values["receivers"])
            scored = number_text(round(point.score * problem.scale), problem.unit)
            lines.append(
                f"λ={problem.penalty.text}: score {scored}, {many:,} receive, Gini {shown(gini, 'index')}"
            )
        return "\n".join(lines)


@said_in_words
def frontier(
    problem: AllocationProblem,
    lambdas: Sequence[float] | None = None,
    *,
    seed: int = 0,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Frontier:
    """Sweep lambda and keep the plans that nothing in the sweep beats.

    Args:
        problem: what is asked; its penalty gives the shape of the steps, mode B where it has none.
        lambdas: points for a second award, >= 0; by default eleven that suit the scores.
        seed: decides among equals.
        limits: how long each search may go on.
        progress: ends the sweep early with the points so far.

    Cost: one solve a lambda, some 50 ms at Los Angeles size.

    Raises:
        InputError: a lambda is below 0 or no number.
        InfeasibleError: the hard rules cannot all hold.

    Example:
        >>> import evenhand as eh
        >>> rows = {"item": ["car"] * 2 + ["van"] * 2, "recipient": ["Ann", "Bo"] * 2, "score": [9, 7, 8, 5]}
        >>> problem = eh.AllocationProblem.from_tables(rows, penalty="none")
        >>> plan = eh.solve(problem)
        >>> [(point.lam, point.score) for point in eh.allocation.frontier(problem, [0, 1, 5]).points]
        [(0, 17), (5, 15)]
    """
    progress = progress or Progress()
    settings_tried: list[Solution] = []
    for penalty in settings(problem, lambdas):
        # At least one plan, so that a stopped sweep still has a point to show.
        if settings_tried and progress.stop():
            break
        settings_tried.append(
            desk.solve(JOB, replace(problem, penalty=penalty), seed=seed, limits=limits, progress=progress)
        )
    return frontier_of(settings_tried)


def settings(problem: AllocationProblem, lambdas: Sequence[float] | None = None) -> tuple[Penalty, ...]:
    """Return the penalties of a sweep, lambda rising: the problem's own steps, scaled; each once.

    Raises:
        InputError: a lambda is below 0 or no number.
    """
    shape = problem.penalty if _first(problem.penalty) else mode_b()
    # The dearest step of the shape must stay within what a penalty may cost.
    most = MOST_POINTS * _first(shape) / max(size for _, size in shape.steps)
    if lambdas is None:
        largest = max(1.0, int(problem.score.max(initial=1)) / problem.scale)
        # A round number near the scores, so that the sweep's lambdas read as 25, 50, 100.
        whole = 10.0 ** math.floor(math.log10(largest))
        lambdas = [part * whole for part in LADDER if part * whole <= most]
    findings = Findings()
    for lam in lambdas:
        if not (is_number(lam) and 0 <= lam <= most):
            mend = f"Give points from 0 to {most:,.0f}"
            findings.error("is not a lambda", mend, column="lambdas", came=str(lam))
    if not lambdas:
        findings.error("names no lambda", "Give one or more", column="lambdas")
    findings.raise_errors()
    # By their steps: two lambdas that round to the same units are one setting and one solve.
    penalties = {
        penalty.steps: penalty for penalty in (_scaled(problem, shape, lam) for lam in sorted(lambdas))
    }
    return tuple(penalties.values())


def _scaled(problem: AllocationProblem, shape: Penalty, lam: float) -> Penalty:
    """Return the shape's steps with the first that costs at lambda, in whole units."""
    steps = []
    for beyond, size in shape.steps:
        units = round(size * lam / _first(shape) * problem.scale)
        whole, rest = divmod(units, problem.scale)
        steps.append((beyond, whole if not rest else units / problem.scale))
    first = next(place for place, (_, size) in enumerate(shape.steps) if size)
    # λ that rounds to no unit is no fairness, even where a later and larger step would still count.
    if not steps[first][1]:
        return no_penalty()
    return Penalty("A" if shape.mode == "strong" else shape.mode, tuple(steps))


def _first(penalty: Penalty) -> float:
    """Return the points of the first step that costs; own steps may begin with one that does not."""
    return next((points for _, points in penalty.steps if points), 0)


@said_in_words
def frontier_of(solutions: Iterable[Solution]) -> Frontier:
    """Return what of several plans of one problem, under different penalties, is not beaten by another.

    Cost: quadratic in the plans, linear in their awards.

    Example:
        >>> import evenhand as eh
        >>> rows = [{"item": "car", "recipient": who, "score": 5} for who in ("Ada", "Ben")]
        >>> plain = eh.solve(eh.AllocationProblem.from_rows(rows))
        >>> even = eh.solve(eh.AllocationProblem.from_rows(rows, penalty=eh.mode_b()))
        >>> len(eh.allocation.frontier_of([plain, even]).points)
        1
    """
    every = []
    for solution in solutions:
        panel = desk.measure(JOB, solution)
        score = figure(scores(solution), solution.unit)
        values = {name: panel[name].value for name in AGAINST}
        every.append(Point(_first(solution.problem.penalty), solution, score, values))
    kept = []
    for index, point in enumerate(every):
        best = tuple(name for name in AGAINST if not _beaten(index, every, name))
        if best:
            kept.append(replace(point, best=best))
    return Frontier(tuple(kept), len(every))


def _beaten(index: int, every: list[Point], name: str) -> bool:
    """Whether another point is as good in both and better in one; of equals the first stays."""
    sign = 1 if MEASURES[name].better == "more" else -1
    here = (every[index].score, sign * every[index].values[name])
    for other, point in enumerate(every):
        there = (point.score, sign * point.values[name])
        if there[0] >= here[0] and there[1] >= here[1] and (there != here or other < index):
            return True
    return False
