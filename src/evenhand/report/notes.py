"""What is said of one job's plans alone, beside what every job has: a table of it, a line a job.

Pages and screens ask the table by the solution's job; none compares names of jobs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from evenhand.core.errors import MethodError
from evenhand.core.solution import Solution
from evenhand.core.units import at_most
from evenhand.report.text import Block, Grid, Text
from evenhand.report.views import weekdays_in

LOOKED_AT = 2_000_000
"""Slots times people up to which a rota's advice is worked out beside every plan."""

TRIED_WITH = 250_000
"""Candidates up to which other settings of an allocation are solved beside a plan that misses a target."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a job's plans have to say for themselves.

    Attributes:
        beside: what stands under the headline: why items stay, what a ledger changed, a policy that suits.
        advice: what is worth knowing, most important first; nothing where it would take long.
        bound: (solution, value in words) -> what is proven of the best value, where it is not the plan's.
        certified: checks the certificate anew: whether it holds, and what was looked at.
        certifies: the method whose plans carry one; "" where every method's may.
        proof: name in the proof of the sentence on what is proven.
        scored: whether the value is a figure that people read even where it is proven best.
        own_proof: whether that sentence stands in the line of the proof, as nothing else shows it.
        off: why counts are off their fair share although the plan is proven best; "" for no reason.
        over_time: lines of the job's own panel.
        goes_on: what an early stop left undone in a plan that is proven best.
    """

    beside: Callable[[Solution], list[str]]
    advice: Callable[[Solution], list[str]]
    bound: Callable[[Solution, Callable[[int], str]], str]
    certified: Callable[[Solution], tuple[bool, str]]
    certifies: str = ""
    proof: str = "certificate"
    scored: bool = False
    own_proof: bool = False
    off: Callable[[Solution], str] = lambda _solution: ""
    over_time: Callable[[Solution], list[str]] = lambda _solution: []
    goes_on: str = ""


def gap_text(solution: Solution) -> str:
    """Write the proven gap as a share of the value: it is at most so much."""
    return f"{at_most(100 * (solution.gap or 0) / max(1, abs(solution.objective or 0)), 2)}%"


def _items_kept(solution: Solution) -> list[str]:
    from evenhand.allocation.asking.advice import kept_back, kept_back_sentence

    sentence = kept_back_sentence(solution.problem, kept_back(solution.problem, solution.awards))
    return [sentence] if sentence else []


def _other_settings(solution: Solution) -> list[str]:
    from evenhand.allocation.asking.advice import advise, quick

    if solution.cut or not quick(solution.problem, TRIED_WITH):
        return []
    return [str(suggestion) for suggestion in advise(solution)]


def _gap_of_points(solution: Solution, written: Callable[[int], str]) -> str:
    return f"bound {written(solution.bound or 0)}, gap {gap_text(solution)}"


def _as_claimed(solution: Solution) -> tuple[bool, str]:
    return not solution.claimed, proven_said(solution)


def _owed_in_teams(solution: Solution) -> list[str]:
    from evenhand.teams.asking.ledger import preferred

    return preferred(solution.problem, solution.awards)


def _counts_off(solution: Solution) -> str:
    from evenhand.teams.judging.certificate import why_off

    return why_off(solution.problem, solution.awards)


def _least_known(solution: Solution, written: Callable[[int], str]) -> str:
    # Where least is best, a bound of 0 says nothing: no sum of squares is below it.
    if not solution.bound:
        return "how near it is to the least is not proven"
    return f"no plan has less than {written(solution.bound)}"


def _other_policy(solution: Solution) -> list[str]:
    from evenhand.rota.asking.advice import nearer_policy

    nearer = nearer_policy(solution.problem, solution.awards)
    return [str(nearer)] if nearer else []


def _ahead(solution: Solution) -> list[str]:
    from evenhand.rota.asking.advice import advise

    problem = solution.problem
    if len(problem.slot_start) * len(problem.people) > LOOKED_AT:
        return []
    return [str(advice) for advice in advise(problem, solution.awards)]


def _rota_certified(solution: Solution) -> tuple[bool, str]:
    from evenhand.rota.judging.certificate import check

    certificate = check(solution.problem, solution.awards, solution.proof)
    return not certificate.faults, str(certificate)


def _variations(solution: Solution) -> list[str]:
    from evenhand.rota.asking.panel import fairness

    return str(fairness(solution.problem, solution.awards)).split("\n")


TOLD: Final = {
    "allocation": Told(_items_kept, _other_settings, _gap_of_points, _as_claimed, scored=True),
    "teams": Told(
        _owed_in_teams, lambda _: [], _least_known, _as_claimed, "exchange", own_proof=True, off=_counts_off
    ),
    "rota": Told(
        _other_policy, _ahead, _least_known, _rota_certified, "quota", "says",
        over_time=_variations, goes_on="among plans as good, views may get more even",
    ),
}  # fmt: skip


def advice_blocks(solution: Solution) -> list[Block]:
    """Return what is worth knowing of a plan, most important first; none for huge ones."""
    sentences = [f"  - {weekdays_in(advice)}" for advice in TOLD[solution.job].advice(solution)]
    return [Text("\n".join(["Worth knowing:", *sentences]))] if sentences else []


def fairness_blocks(solution: Solution) -> list[Block]:
    """Return the job's own panel: of a rota variations beside their floor, spread, longest wait."""
    rows = tuple((line,) for line in TOLD[solution.job].over_time(solution))
    return [Grid(("",), rows, title="Over time, with the history")] if rows else []


def proven_said(solution: Solution) -> str:
    """Return what is proven of a plan, as its proof says; what stands on a file's word alone is marked so."""
    sentences = solution.proof.get(TOLD[solution.job].proof)
    if not isinstance(sentences, str):
        return ""
    unproven = solution.claimed and sentences
    return f"The file claims, and nothing in it proves: {sentences}" if unproven else sentences


def counts_off_said(solution: Solution) -> str:
    """Return why counts are off their fair share although the plan is proven best; else nothing."""
    return "" if solution.gap != 0 or solution.claimed else TOLD[solution.job].off(solution)


def certificate_said(solution: Solution) -> tuple[bool, str]:
    """Check the certificate a plan carries, without the code that made the plan.

    Returns:
        Whether it holds, and what was looked at.

    Raises:
        MethodError: the plan carries none.
    """
    told = TOLD[solution.job]
    if "certificate" not in solution.proof:
        where = f" Plan with --method {told.certifies} for one that does." if told.certifies else ""
        raise MethodError(f"This plan, made by {solution.method}, carries no certificate.{where}")
    return told.certified(solution)
