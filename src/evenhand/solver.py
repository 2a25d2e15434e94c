"""The verbs: solve, explain, measure, save, load. Each calls the desk of the job at hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from evenhand import documents
from evenhand.core import desk
from evenhand.core.arguments import said_in_words
from evenhand.core.errors import InfeasibleError, InputError
from evenhand.core.explanation import Explanation
from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Solution, Status, Verbs
from evenhand.jobs import asking_named, job_named, job_of
from evenhand.measures import Panel
from evenhand.tables import to_frame


@said_in_words
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

    Cost: the method's, which its page in the manual says; the judge is linear in the problem.

    >>> import evenhand as eh
    >>> problem = eh.AllocationProblem.from_values(["saw", "saw"], ["Ann", "Bo"], [900, 700])
    >>> solution = eh.solve(problem, seed=7)
    >>> solution.status.value, list(solution.columns["recipient"])
    ('optimal', ['Ann'])
    """
    return desk.solve(
        job_of(problem), problem, method=method, seed=seed, limits=limits, progress=progress, verbs=VERBS
    )


@said_in_words
def explain(solution: Solution, subject: str) -> Explanation:
    """Explain why a claimant (or an award: see the job's words) stands as it does.

    Raises:
        InputError: the solution knows nobody of that name; the message names near misses.

    Cost: linear in the problem; for an allocation also a few solves, as what is forced is priced exactly.

    >>> import evenhand as eh
    >>> rota = eh.RotaProblem.from_values(["Ada", "Bo"], eh.weekly("2026-01-05", 4))
    >>> eh.explain(eh.solve(rota), "Ada").job
    'rota'
    """
    asking = asking_named(_solution(solution).job)
    return asking.explain(solution.problem, solution.awards, solution.proof, str(subject))


@said_in_words
def measure(solution: Solution) -> Panel:
    """Measure how even a solution is, each figure beside the same at the nearest whole outcome.

    Cost: linear in the statement, beside sorting what everybody received.

    >>> import evenhand as eh
    >>> rota = eh.RotaProblem.from_values(["Ada", "Bo"], eh.weekly("2026-01-05", 4))
    >>> eh.measure(eh.solve(rota))["gini"].value
    0.0
    """
    panel: Panel = desk.measure(job_named(_solution(solution).job), solution)
    return panel


def _solution(thing: object) -> Solution:
    if isinstance(thing, Solution):
        return thing
    raise InputError.one("is not a solution", "Give what solve or load returned", came=type(thing).__name__)


@said_in_words
def save(solution: Solution, path: str | Path) -> None:
    """Write a solution to a file by its ending; a file that was there is replaced only when all is written.

    Raises:
        InputError: the ending is unknown, or the job has no such form (.ics is for rota).

    Cost: linear in the plan and what is written of it.

    >>> import tempfile, evenhand as eh
    >>> rota = eh.RotaProblem.from_values(["Ada", "Bo"], eh.weekly("2026-01-05", 4))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     eh.save(eh.solve(rota), Path(folder) / "turns.json")
    ...     again = eh.load(Path(folder) / "turns.json")
    >>> again.awards.size
    4
    """
    target = Path(path)
    _solution(solution)
    if target.suffix.lower() == ".json":
        documents.save(solution, target)
        return
    from evenhand import report

    report.save(solution, target)


@said_in_words
def load(path: str | Path, *, prove: bool = False, limits: Limits | None = None) -> Solution:
    """Read a solution from its JSON document, problem and all.

    The judge looks at it again, so awards, value and statement are facts. Status and bound are proven anew
    where that is cheap; otherwise ``claimed`` is set, and the solution says "claimed by the file".

    Args:
        path: the document.
        prove: whether to solve the problem again where a claim could not be checked cheaply.
        limits: how long that may take; none by default.

    Raises:
        InputError: the file is no evenhand document of a known kind and edition, its parts disagree, or a
            better plan was found than the file claims there is.

    Cost: linear in the file; the plan is judged again, and what it claims is proven anew or marked.

    Example:
        >>> import evenhand as eh
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> people = [{"name": "Ada"}, {"name": "Ben"}]
        >>> solution = eh.solve(eh.RotaProblem.from_tables(people, eh.weekly("2026-01-05", 4)))
        >>> with TemporaryDirectory() as folder:
        ...     solution.save(Path(folder) / "turns.json")
        ...     again = eh.load(Path(folder) / "turns.json")
        >>> again.awards.tolist() == solution.awards.tolist()
        True
    """
    solution = documents.load(path, VERBS)
    if not (prove and solution.claimed):
        return solution
    job, name = job_of(solution.problem), Path(path).name
    # The default method where it can prove; else the file's own, if it is one of the job's.
    usual = desk.method_of(job, solution.problem)
    method = solution.method if not usual.exact and solution.method in job.methods else usual.name
    try:
        again = solve(solution.problem, method=method, seed=solution.seed, limits=limits)
    except InfeasibleError:  # nothing better was found in time
        return solution
    if desk.broken_claims(job, again.objective or 0, Status.FEASIBLE, solution.bound):
        raise InputError.one(
            f"is claimed as the bound, but a plan with {again.shown(again.objective or 0)} was found",
            "Solve the problem again and use that plan",
            came=solution.shown(solution.bound or 0),
            table=name,
        )
    claims = job.recheck(solution.problem, solution.awards, solution.proof).claims
    holds = desk.bound_holds(job, solution.bound, again.bound) and all(
        again.proof.get(name) == solution.proof.get(name) for name in claims
    )
    return replace(solution, claimed=not holds)


VERBS = Verbs(save=save, to_frame=to_frame)
