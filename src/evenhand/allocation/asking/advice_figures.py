"""What advice is made of: who could receive, how far scores lie apart, what a solved setting gives."""

from __future__ import annotations

from collections import Counter

import numpy as np

from evenhand.allocation.job import JOB
from evenhand.allocation.judging.judge import most_receivable
from evenhand.allocation.problem import AllocationProblem
from evenhand.allocation.problem.penalties import Penalty
from evenhand.core import desk
from evenhand.core.solution import Solution
from evenhand.core.units import figure, number_text
from evenhand.measures.panel import shown

__all__ = [
    "called",
    "counts_of",
    "eligible",
    "fairness_of",
    "gap",
    "outcome",
    "quick",
    "scores",
    "who_to_review",
]

SMALL = 2000
"""Candidates up to which even a knapsack is quick."""


def counts_of(solution: Solution) -> Counter[int]:
    """Return the awards of each recipient that receives any, by its code."""
    problem: AllocationProblem = solution.problem
    return Counter(problem.recipient[solution.awards].tolist())


def fairness_of(solution: Solution) -> int:
    """Return what fairness costs a plan, in units, >= 0; 0 where there is no penalty."""
    return -sum(term.value for term in solution.terms if term.name.startswith("fairness"))


def eligible(problem: AllocationProblem) -> int:
    """Return how many recipients have a candidate that their own limits and the slots allow."""
    return int((most_receivable(problem) > 0).sum())


def quick(problem: AllocationProblem, most: int) -> bool:
    """Whether other settings are solved in a blink: few candidates, and no knapsack among the groups.

    Where the candidates of one group weigh differently (a cost for every vehicle) a proof can take seconds.
    """
    if len(problem) > most:
        return False
    for group in problem.groups:
        inside = group.of >= 0
        pairs = np.unique(np.stack([group.of[inside], group.weight[inside]]), axis=1)
        if pairs.shape[1] > len(np.unique(pairs[0])) and len(problem) > SMALL:
            return False
    return True


def who_to_review(problem: AllocationProblem) -> str:
    """Say which rules left so few, those that dropped most first."""
    dropped = sorted(((count, rule) for item, rule, count in problem.dropped if not item), reverse=True)
    rules = ", ".join(f"{rule} ({count:,})" for count, rule in dropped[:3] if count)
    if rules:
        return f"Review who is eligible; these rules dropped candidates: {rules}."
    return "Review who is eligible: no setting of fairness can mend this."


def called(penalty: Penalty) -> str:
    """Return a setting in words."""
    if not penalty.steps:
        return "no penalty"
    free = f" beyond {penalty.target} each" if penalty.target > 1 else ""
    return f"λ={penalty.text}{free}"


def gap(solution: Solution) -> str:
    """Say how far those who hold most score above those who hold nothing, for the same items."""
    problem: AllocationProblem = solution.problem
    counts = counts_of(solution)
    held = np.array(
        [at for at in solution.awards.tolist() if counts[int(problem.recipient[at])] > 1], np.int64
    )
    without = np.ones(len(problem.recipients), dtype=np.bool_)
    without[list(counts)] = False
    other = without[problem.recipient] & ~problem.forbidden
    best = np.full(len(problem.items), np.iinfo(np.int64).min)
    np.maximum.at(best, problem.item[other], problem.score[other])
    held = held[best[problem.item[held]] > np.iinfo(np.int64).min]
    if not len(held):
        return "whoever could have what those with several hold has an award already."
    apart = int(np.median(problem.score[held] - best[problem.item[held]]))
    word = "above" if apart >= 0 else "below"
    return (
        f"an award of those with several scores {number_text(abs(apart), problem.unit)} points {word} the "
        "best of those with none, for the same item (median)."
    )


def scores(solution: Solution) -> int:
    """Return what a plan is worth before fairness, in units."""
    return (solution.objective or 0) + fairness_of(solution)


def outcome(before: Solution, after: Solution) -> str:
    """Say what a solved setting gives beside the plan."""
    found, problem = desk.measure(JOB, after), before.problem
    change = scores(after) - scores(before)
    share = change / scores(before) if scores(before) else 0.0
    figures = ", ".join(
        f"{found[name].measure.title} {shown(found[name].value, found[name].measure.form)}"
        for name in ("gini", "top5")
    )
    return (
        f"{int(found['receivers'].value):,} receive, {int(found['most'].value)} at most, {figures}; "
        f"scores {figure(change, problem.unit):+,} points ({share:+.1%}), {len(after.awards):,} awards. "
        f"Solved, {after.status}."
    )
