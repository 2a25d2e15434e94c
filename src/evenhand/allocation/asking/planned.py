"""A judged plan inside the room, for all that compares plans: what if, advice, amendments, the frontier."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand import __version__
from evenhand.allocation.judging.judge import columns, judge, nearest
from evenhand.allocation.problem import AllocationProblem
from evenhand.allocation.solving import METHODS, choose
from evenhand.core.errors import InfeasibleError, JudgeError
from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Solution, Status, Verbs
from evenhand.measures import Panel, panel

__all__ = ["counts_of", "fairness_of", "measured", "planned", "points", "said"]

Ints = NDArray[np.int64]


def planned(
    problem: AllocationProblem,
    seed: int = 0,
    *,
    limits: Limits | None = None,
    progress: Progress | None = None,
    verbs: Verbs | None = None,
) -> Solution:
    """Find a best plan by the default method and have it judged; the same plan as ``evenhand.solve``.

    Args:
        problem: what is asked.
        seed: decides among equals.
        limits: how long the search may go on; none by default.
        progress: hears of progress and may interrupt; its stages add up over several plans.
        verbs: lent to the solution, so that it can save itself.

    Raises:
        InfeasibleError: the hard rules cannot all hold; it names the rules in conflict.
        JudgeError: the method broke a hard rule or claimed something false: a fault of evenhand.
    """
    limits = limits or Limits()
    progress = progress or Progress(seconds=limits.seconds)
    method = METHODS[choose(problem)]
    answer = method.run(problem, seed, limits, progress)
    if answer.awards is None:
        raise InfeasibleError("allocation: the hard rules cannot all hold.", answer.conflict)
    awards = np.asarray(answer.awards, dtype=np.int64)
    verdict = judge(problem, awards)
    beyond = answer.bound is not None and verdict.objective > answer.bound
    unproven = answer.status is Status.OPTIMAL and answer.bound != verdict.objective
    if verdict.faults or beyond or unproven:
        said = "; ".join(verdict.faults) or f"value {verdict.objective}, bound {answer.bound}"
        raise JudgeError(f"A plan is not what its method claims: {said}")
    return Solution(
        job="allocation",
        method=method.name,
        seed=seed,
        version=__version__,
        status=answer.status,
        objective=verdict.objective,
        bound=answer.bound,
        terms=verdict.terms,
        awards=awards,
        columns=columns(problem, awards),
        statement=verdict.statement,
        headline=verdict.headline,
        proof=answer.proof,
        warnings=problem.warnings,
        cut=progress.cut,
        problem=problem,
        stages=dict(progress.stages),
        verbs=verbs,
    )


def counts_of(solution: Solution) -> Counter[int]:
    """Return the awards of each recipient that receives any, by its code."""
    problem: AllocationProblem = solution.problem
    return Counter(problem.recipient[solution.awards].tolist())


def fairness_of(solution: Solution) -> int:
    """Return what fairness costs a plan, in units, >= 0; 0 where there is no penalty."""
    return -sum(term.value for term in solution.terms if term.name == "fairness")


def measured(solution: Solution) -> Panel:
    """Return the measures of a plan."""
    if solution.statement is None:
        raise TypeError("Only plans that the judge has seen can be measured.")
    return panel(solution.statement, nearest(solution.problem, solution.awards))


def points(problem: AllocationProblem, units: int) -> int | float:
    """Return units as points: whole where they are whole."""
    whole, rest = divmod(units, problem.scale)
    return whole if not rest else units / problem.scale


def said(problem: AllocationProblem, units: int) -> str:
    """Write units as points, as a person reads them."""
    figure: Any = points(problem, units)
    return f"{figure:,}" if isinstance(figure, int) else f"{figure:,.10g}"
