"""The desk: solve, judge, wrap and measure for a given job. Nothing else makes a Solution.

Five steps, each a function: choose the method, run it, let the judge look, cross-check what the method
claims and the proof it hands out, wrap the solution. ``solver.solve`` hands work here, and so do what-if,
advice, amendments and the frontier, so that a plan is checked and shown alike wherever it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.errors import Finding, InfeasibleError, InputError, JudgeError, MethodError
from evenhand.core.job import Answer, Job, Limits, Method
from evenhand.core.progress import Progress
from evenhand.core.solution import Solution, Status, Verbs, Verdict
from evenhand.core.version import VERSION

BY_HAND = "by hand"
"""The method of a plan that no method found."""


def solve(
    job: Job,
    problem: Any,
    *,
    method: str = "auto",
    seed: int = 0,
    limits: Limits | None = None,
    progress: Progress | None = None,
    verbs: Verbs | None = None,
) -> Solution:
    """Find a plan, have the judge look at it, check what its method claims of it, and wrap it.

    Args:
        job: whose problem it is.
        problem: what is asked.
        method: a method of the job, or "auto" for the one that suits the problem.
        seed: seed for tie-breaking.
        limits: how long the search may go on; none by default.
        progress: hears of progress and may interrupt; made from ``limits`` if not given. Its stages add up
            over several plans.
        verbs: lent to the solution, so that it can save itself.

    Raises:
        MethodError: the method is unknown or does not fit the problem.
        InfeasibleError: there is no plan; it names the rules in conflict.
        JudgeError: the method broke a hard rule or claimed something false: a fault of evenhand.
    """
    check_call(seed, limits, progress)
    chosen = method_of(job, problem, method)
    limits = limits or Limits()
    progress = progress or Progress(seconds=limits.seconds)
    answer = chosen.run(problem, seed, limits, progress)
    if answer.awards is None:
        raise _no_plan(job, answer)
    awards = np.asarray(answer.awards, dtype=np.int64)
    with progress.stage("judge"):
        verdict = job.judge(problem, awards)
    if verdict.faults:
        raise JudgeError(
            "A method broke hard rules:\n" + "\n".join(f"  - {fault}" for fault in verdict.faults)
        )
    for _field, sentence in broken_claims(job, verdict.objective, answer.status, answer.bound):
        raise JudgeError(sentence)
    # A search that a limit ended hands out its plan now: its proof is looked at when the plan is read.
    if answer.proof and not progress.over:
        with progress.stage("judge"):
            _look_at_proof(job, problem, awards, verdict.objective, answer.proof)
    # Methods that make one plan and no search offer none on their way; whoever watches hears of it here.
    progress.offer(awards, verdict.objective, answer.bound)
    return wrapped(
        job, problem, awards, verdict,
        method=chosen.name, seed=int(seed), status=answer.status, bound=answer.bound, proof=answer.proof,
        cut=progress.cut, stages=progress.stages, verbs=verbs,
    )  # fmt: skip


def check_call(seed: object, limits: object, progress: object = None) -> None:
    """Refuse a seed, limits or progress of another kind, before a method stumbles over them.

    Raises:
        InputError: either is not what it should be.
    """
    # True and False count as whole numbers in Python; as a seed they are a slip.
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
        raise InputError.one("is not a seed", "Give a whole number, such as seed=7", came=repr(seed))
    if limits is not None and not isinstance(limits, Limits):
        raise InputError.one(
            "is not limits", "Write limits=Limits(seconds=10)", came=repr(limits), column="limits"
        )
    if progress is not None and not isinstance(progress, Progress):
        mend = "Write progress=Progress(seconds=10)"
        raise InputError.one("is not a progress", mend, came=repr(progress), column="progress")


def judged(
    job: Job,
    problem: Any,
    awards: Ints,
    *,
    method: str = BY_HAND,
    seed: int = 0,
    bound: int | None = None,
    proof: Mapping[str, Any] | None = None,
    cut: bool = False,
    verbs: Verbs | None = None,
) -> Solution:
    """Wrap a plan that no method hands out as its own answer: made by hand, amended, or swapped.

    Args:
        job: whose problem it is.
        problem: what is asked.
        awards: the plan, as the job codes it.
        method: what to name as its method.
        seed: what to name as its seed.
        bound: a limit of the objective that is proven for this problem, or None. The plan is optimal where
            its value meets it, and feasible otherwise.
        proof: what proves the bound, if it is known.
        cut: whether a search that led to it was stopped early.
        verbs: lent to the solution, so that it can save itself.

    Raises:
        InputError: the plan breaks hard rules; each is a finding.
        JudgeError: the plan beats the bound, so that the bound was none.
    """
    awards = np.asarray(awards, dtype=np.int64)
    verdict = job.judge(problem, awards)
    if verdict.faults:
        # Somebody made this plan by hand: a broken rule is theirs to mend, and no fault of evenhand.
        mend = "Change the plan, or the rule"
        broken = [f"break a hard rule: {fault.rstrip('.')}" for fault in verdict.faults]
        raise InputError([Finding("", None, "awards", None, sentence, mend) for sentence in broken])
    status = Status.OPTIMAL if bound == verdict.objective else Status.FEASIBLE
    for _field, sentence in broken_claims(job, verdict.objective, status, bound):
        raise JudgeError(sentence)
    return wrapped(
        job, problem, awards, verdict,
        method=method, seed=seed, status=status, bound=bound, proof=proof or {}, cut=cut, verbs=verbs,
    )  # fmt: skip


def wrapped(job: Job, problem: Any, awards: Ints, verdict: Verdict, **answer: Any) -> Solution:
    """Put together what was asked, the awards, the judge's verdict and how the plan was found.

    Args:
        job: whose problem it is.
        problem: what is asked.
        awards: the plan, as the job codes it.
        verdict: what the judge says of it.
        **answer: fields of ``Solution`` on how it was found: method, seed, status, bound and so on.
    """
    fields: dict[str, Any] = {
        "version": VERSION,
        "proof": {},
        "warnings": tuple(getattr(problem, "warnings", ())),
        "cut": False,
    }
    fields |= answer
    # What is proven is said by the judge, whoever found the plan and whatever a file says.
    sentences = job.said(problem, awards, verdict.objective, fields.get("bound"), fields["proof"])
    fields["proof"] = {**fields["proof"], **sentences}
    return Solution(
        job=job.name,
        problem=problem,
        awards=awards,
        columns=job.columns(problem, awards),
        objective=verdict.objective,
        terms=verdict.terms,
        statement=verdict.statement,
        headline=verdict.headline,
        unit=job.unit(problem),
        **fields,
    )


def measure(job: Job, solution: Solution) -> Any:
    """Return the panel of a solution, as its job measures it.

    Raises:
        MethodError: the solution has no awards.
    """
    if solution.statement is None:
        raise MethodError("There are no awards to measure.")
    return job.measure(solution.problem, solution.awards, solution.statement)


def method_of(job: Job, problem: Any, name: str = "auto") -> Method:
    """Return the method to take.

    Args:
        job: whose problem it is.
        problem: what is asked.
        name: a method's name, or "auto" for the one that suits the problem.

    Raises:
        MethodError: it is unknown, or does not fit the problem.
    """
    chosen = job.choose(problem) if name == "auto" else name
    if chosen not in job.methods:
        known = ", ".join(["auto", *job.methods])
        raise MethodError(f"{job.name} has no method {name!r}. Choose one of {known}.")
    reason = job.methods[chosen].fits(problem)
    if reason:
        raise MethodError(f"The method {chosen!r} does not fit: {reason}")
    return job.methods[chosen]


def broken_claims(job: Job, objective: int, status: Status, bound: int | None) -> list[tuple[str, str]]:
    """Return what is false of the claims made for a value: (field, sentence) each.

    A bound that the value beats is none, and a plan is optimal only where value and bound meet.
    """
    wrong = []
    # No value is better than its bound: above it for a maximum, below it for a minimum.
    ahead = 0 if bound is None else objective - bound
    if (ahead if job.maximise else -ahead) > 0:
        wrong.append(("bound", f"The value {objective} is beyond its own bound {bound}."))
    if status is Status.OPTIMAL and bound != objective:
        wrong.append(("status", f"Claimed optimal, but the value {objective} is not the bound {bound}."))
    return wrong


def _look_at_proof(job: Job, problem: Any, awards: Ints, objective: int, proof: Mapping[str, Any]) -> None:
    """Prove anew what a method's proof proves: prices or a certificate. It costs 3 to 8 % of a solve.

    Raises:
        JudgeError: the proof is damaged, its certificate does not hold, or it proves a bound that the plan
            beats: a fault of evenhand.
    """
    again = job.recheck(problem, awards, proof)
    if again.damage:
        raise JudgeError("A method's proof does not hold: " + "; ".join(again.damage))
    # Only that the plan does not beat it: a proof may hold more than can be proven anew, such as count cuts.
    for _field, sentence in broken_claims(job, objective, Status.FEASIBLE, again.bound):
        raise JudgeError(f"A method's proof does not hold: {sentence}")


def bound_holds(job: Job, bound: int | None, proven: int | None) -> bool:
    """Whether a claimed bound follows from one that was proven anew; no bound claims nothing, and holds.

    Args:
        job: whose bounds they are.
        bound: what is claimed.
        proven: what was proven.
    """
    if bound is None:
        return True
    if proven is None:
        return False
    return proven <= bound if job.maximise else proven >= bound


def _no_plan(job: Job, answer: Answer) -> InfeasibleError:
    if answer.status is Status.INFEASIBLE:
        return InfeasibleError(f"{job.name}: the hard rules cannot all hold.", answer.conflict)
    return InfeasibleError(
        f"{job.name}: nothing feasible was found before the search was stopped.", answer.conflict
    )
