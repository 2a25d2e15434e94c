"""The verbs: solve, explain, measure, save, load. Each reads like a recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from evenhand import __version__, documents
from evenhand.core.errors import InfeasibleError, JudgeError, MethodError
from evenhand.core.explanation import Explanation
from evenhand.core.job import Answer, Job, Limits, Method
from evenhand.core.progress import Progress
from evenhand.core.solution import Solution, Status, Verbs, Verdict
from evenhand.jobs import job_named, job_of
from evenhand.measures import Panel
from evenhand.tables import to_frame

__all__ = ["explain", "load", "measure", "save", "solve"]


def solve(
    problem: Any,
    *,
    method: str = "auto",
    seed: int = 0,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Solution:
    """Solve a problem of any job and have the judge look at the outcome.

    Args:
        problem: an AllocationProblem, TeamsProblem or RotaProblem.
        method: a method of the job, or "auto" for the best that fits.
        seed: decides among equals; the same seed gives the same bytes.
        limits: how long the search may go on; none by default.
        progress: hears of progress and may interrupt; made from ``limits`` if not given.

    Returns:
        The judged solution. ``status`` is INFEASIBLE only where no awards can keep the hard rules.

    Raises:
        MethodError: the method is unknown or does not fit the problem.
        InfeasibleError: the hard rules cannot all hold; it names the rules in conflict.
        JudgeError: the method broke a hard rule or claimed something false: a fault of evenhand.
    """
    job = job_of(problem)
    chosen = _method(job, problem, method)
    limits = limits or Limits()
    progress = progress or Progress(seconds=limits.seconds)
    answer = chosen.run(problem, seed, limits, progress)
    if answer.awards is None:
        _say_why_nothing(job, answer)
    with progress.stage("judge"):
        verdict = _judged(job, problem, answer)
    return _wrapped(job, chosen, problem, answer, verdict, seed, progress)


def explain(solution: Solution, subject: str) -> Explanation:
    """Explain why a claimant (or an award: see the job's words) stands as it does.

    Raises:
        InputError: the solution knows nobody of that name; the message names near misses.
    """
    job = job_named(solution.job)
    return job.explain(solution.problem, solution.awards, solution.proof, subject)


def measure(solution: Solution) -> Panel:
    """Measure how even a solution is, each figure beside the same at the nearest whole outcome."""
    from evenhand.measures import panel

    if solution.statement is None:
        raise MethodError("There are no awards to measure.")
    job = job_named(solution.job)
    nearest = job.nearest(solution.problem, solution.awards)
    return panel(solution.statement, nearest, targets=job.name == "allocation")


def save(solution: Solution, path: str | Path) -> None:
    """Write a solution to a file by its ending; a file that was there is replaced only when all is written.

    Raises:
        InputError: the ending is unknown, or the job has no such form (.ics is for rota).
    """
    target = Path(path)
    if target.suffix.lower() == ".json":
        documents.save(solution, target)
        return
    from evenhand import report

    report.save(solution, target)


def load(path: str | Path) -> Solution:
    """Read a solution from its JSON document, problem and all.

    Raises:
        InputError: the file is no evenhand document of a known kind and edition, or its parts disagree.
    """
    return documents.load(path, VERBS)


VERBS = Verbs(save=save, to_frame=to_frame)


def _method(job: Job, problem: Any, name: str) -> Method:
    chosen = job.choose(problem) if name == "auto" else name
    if chosen not in job.methods:
        known = ", ".join(["auto", *job.methods])
        raise MethodError(f"{job.name} has no method {name!r}. Choose one of {known}.")
    reason = job.methods[chosen].fits(problem)
    if reason:
        raise MethodError(f"The method {chosen!r} does not fit: {reason}")
    return job.methods[chosen]


def _say_why_nothing(job: Job, answer: Answer) -> None:
    if answer.status is Status.INFEASIBLE:
        raise InfeasibleError(f"{job.name}: the hard rules cannot all hold.", answer.conflict)
    raise InfeasibleError(
        f"{job.name}: nothing feasible was found before the search was stopped.", answer.conflict
    )


def _judged(job: Job, problem: Any, answer: Answer) -> Verdict:
    verdict = job.judge(problem, np.asarray(answer.awards))
    if verdict.faults:
        raise JudgeError(
            "A method broke hard rules:\n" + "\n".join(f"  - {fault}" for fault in verdict.faults)
        )
    if answer.bound is not None:
        ahead = verdict.objective - answer.bound
        if (ahead if job.maximise else -ahead) > 0:
            raise JudgeError(f"The value {verdict.objective} is beyond its own bound {answer.bound}.")
    if answer.status is Status.OPTIMAL and answer.bound != verdict.objective:
        raise JudgeError(
            f"Claimed optimal, but the value {verdict.objective} is not the bound {answer.bound}."
        )
    return verdict


def _wrapped(
    job: Job, method: Method, problem: Any, answer: Answer, verdict: Verdict, seed: int, progress: Progress
) -> Solution:
    awards = np.asarray(answer.awards, dtype=np.int64)
    return Solution(
        job=job.name,
        method=method.name,
        seed=seed,
        version=__version__,
        status=answer.status,
        objective=verdict.objective,
        bound=answer.bound,
        terms=verdict.terms,
        awards=awards,
        columns=job.columns(problem, awards),
        statement=verdict.statement,
        headline=verdict.headline,
        proof=answer.proof,
        warnings=tuple(getattr(problem, "warnings", ())),
        cut=progress.cut,
        problem=problem,
        stages=progress.stages,
        unit=job.unit(problem),
        verbs=VERBS,
    )
