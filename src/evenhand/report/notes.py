"""What stands beside a plan: what is worth knowing of it, its certificate, and a rota's own panel."""

from __future__ import annotations

from evenhand.core.errors import MethodError
from evenhand.core.solution import Solution
from evenhand.report.text import Block, Grid, Text

__all__ = ["advice_blocks", "certificate_said", "fairness_blocks"]

LOOKED_AT = 2_000_000
"""Slots times people up to which a rota's advice is worked out beside every plan."""


def advice_blocks(solution: Solution) -> list[Block]:
    """Return what is worth knowing of a rota, most important first; nothing for other jobs and huge rotas."""
    problem = solution.problem
    if solution.job != "rota" or len(problem.slot_start) * len(problem.people) > LOOKED_AT:
        return []
    from evenhand.rota.advice import advise

    said = [f"  - {advice}" for advice in advise(problem, solution.awards)]
    return [Text("\n".join(["Worth knowing:", *said]))] if said else []


def fairness_blocks(solution: Solution) -> list[Block]:
    """Return a rota's own panel: variations beside their floor, spread, longest wait."""
    if solution.job != "rota":
        return []
    from evenhand.rota.panel import fairness

    lines = str(fairness(solution.problem, solution.awards)).split("\n")
    return [Grid(("",), tuple((line,) for line in lines), title="Over time, with the history")]


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
        return True, str(solution.proof["certificate"])
    from evenhand.rota.certificate import check

    found = check(solution.problem, solution.awards, solution.proof)
    return not found.faults, str(found)
