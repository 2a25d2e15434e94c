"""What stands beside a plan: what is worth knowing of it, its certificate, and a rota's own panel."""

from __future__ import annotations

from evenhand.core.errors import MethodError
from evenhand.core.solution import Solution
from evenhand.report.text import Block, Grid, Text
from evenhand.report.views import weekdays_in

LOOKED_AT = 2_000_000
"""Slots times people up to which a rota's advice is worked out beside every plan."""

TRIED_WITH = 250_000
"""Candidates up to which other settings of an allocation are solved beside a plan that misses a target."""


def advice_blocks(solution: Solution) -> list[Block]:
    """Return what is worth knowing of a rota or an allocation, most important first; none for huge ones."""
    sentences = [f"  - {weekdays_in(advice)}" for advice in advice_on(solution)]
    return [Text("\n".join(["Worth knowing:", *sentences]))] if sentences else []


def advice_on(solution: Solution) -> list[str]:
    """Return what is worth knowing of a rota or an allocation, a sentence or two each."""
    problem = solution.problem
    if solution.job == "rota" and len(problem.slot_start) * len(problem.people) <= LOOKED_AT:
        from evenhand.rota.asking.advice import advise as advise_rota

        return [str(advice) for advice in advise_rota(problem, solution.awards)]
    if solution.job == "allocation" and not solution.cut:
        from evenhand.allocation.asking.advice import advise as advise_allocation
        from evenhand.allocation.asking.advice import quick

        return (
            [str(suggestion) for suggestion in advise_allocation(solution)]
            if quick(problem, TRIED_WITH)
            else []
        )
    return []


def fairness_blocks(solution: Solution) -> list[Block]:
    """Return a rota's own panel: variations beside their floor, spread, longest wait."""
    if solution.job != "rota":
        return []
    from evenhand.rota.asking.panel import fairness

    lines = str(fairness(solution.problem, solution.awards)).split("\n")
    return [Grid(("",), tuple((line,) for line in lines), title="Over time, with the history")]


def proven_said(solution: Solution) -> str:
    """Return what is proven of a plan of teams or a rota; what stands on a file's word alone is marked so."""
    name = "says" if solution.job == "rota" else "certificate"
    sentences = solution.proof.get(name)
    if not isinstance(sentences, str):
        return ""
    unproven = solution.claimed and sentences
    return f"The file claims, and nothing in it proves: {sentences}" if unproven else sentences


def counts_off_said(solution: Solution) -> str:
    """Return why counts of teams are off their fair share although the plan is proven best; else nothing."""
    if solution.job != "teams" or solution.gap != 0 or solution.claimed:
        return ""
    from evenhand.teams.judging.certificate import why_off

    return why_off(solution.problem, solution.awards)


def certificate_said(solution: Solution) -> tuple[bool, str]:
    """Check the certificate a plan carries, without the code that made the plan.

    Returns:
        Whether it holds, and what was looked at.

    Raises:
        MethodError: the plan carries none.
    """
    if "certificate" not in solution.proof:
        instead = "quota" if solution.job == "rota" else "exchange"
        where = "" if solution.job == "allocation" else f" Plan with --method {instead} for one that does."
        raise MethodError(f"This plan, made by {solution.method}, carries no certificate.{where}")
    if solution.job != "rota":
        return not solution.claimed, proven_said(solution)
    from evenhand.rota.judging.certificate import check

    certificate = check(solution.problem, solution.awards, solution.proof)
    return not certificate.faults, str(certificate)
