"""The tuning guide and the emergency procedures, live: which cause holds here, what to set, what that gives.

Nothing is guessed: what another setting would give is solved. Nothing here changes a plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from evenhand.allocation.job import JOB
from evenhand.allocation.judging.judge import most_receivable
from evenhand.allocation.problem import AllocationProblem
from evenhand.allocation.problem.penalties import Penalty, mode_a, mode_b, no_penalty
from evenhand.core import desk
from evenhand.core.progress import Progress
from evenhand.core.solution import Solution
from evenhand.core.units import figure, number_text
from evenhand.measures import Panel, Row
from evenhand.measures.panel import shown

__all__ = [
    "Advice",
    "advise",
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

HIGH: Final = 0.4
"""Gini above which the founding document declares an emergency."""

SIGNIFICANT: Final = 0.05
"""Share of the score that counts as a significant loss."""

AIMS: Final = ("gini", "hhi", "top5", "top1")

FEW: Final = 0.5
"""Share of those who could be served below which a plan serves few, whatever the Gini among them."""

LADDER: Final = (mode_b(), mode_b(300, 600), mode_b(400, 800), mode_b(600, 1200), mode_b(1000, 2000))
"""Settings tried where a plan is too concentrated, the mildest first."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to know before the plan is handed out.

    Attributes:
        kind: "out of reach", "too few", "lambda low", "skewed", "few served", "lambda high", "limits" or
            "withheld".
        sentence: what holds here, with its figures.
        instead: what to set and what that gives; "" where no setting helps.
        setting: the setting to try; None where there is none.
        outcome: the plan it gives, solved; None where there is none.
    """

    kind: str
    sentence: str
    instead: str = ""
    setting: Penalty | None = field(default=None, repr=False)
    outcome: Solution | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.sentence} {self.instead}".strip()


def advise(solution: Solution, progress: Progress | None = None) -> list[Advice]:
    """Return what is worth knowing of an allocation, most important first; [] where all is well.

    Args:
        solution: the plan.
        progress: may interrupt; what is known by then is returned.

    Cost: nothing where targets are met; else up to six solves, each some 50 ms at Los Angeles size.
    """
    progress = progress or Progress()
    if not len(solution.awards):
        return list(_withheld(solution, progress))
    found = desk.measure(JOB, solution)
    rows = [found[name] for name in AIMS]
    missed = [row for row in rows if row.met is False]
    beyond = [row for row in missed if row.least is not None and row.target and row.least >= row.target]
    even = [row for row in missed if row not in beyond and row.target and row.nearest >= row.target]
    out = list(_too_few(solution, beyond, even))
    open_rows = [row for row in missed if row not in beyond and row not in even]
    if open_rows:
        out += _concentrated(solution, found, open_rows, progress)
    elif int(found["most"].value) == 1 and found["receivers"].value > 1:
        out += _all_one(solution, progress)
    elif found["receivers"].value < FEW * min(eligible(solution.problem), len(solution.awards)):
        out += _few(solution, found, progress)
    return [*out, *_withheld(solution, progress)]


def _too_few(solution: Solution, beyond: list[Row], even: list[Row]) -> Iterator[Advice]:
    """Say which targets no plan can meet: by counting alone, or because limits keep units from moving."""
    problem: AllocationProblem = solution.problem
    count, given = eligible(problem), len(solution.awards)
    enough = f"{given:,} awards go to {count:,} who can receive any (of {len(problem.recipients):,})"
    if beyond and given > count:  # with fewer awards than recipients, small numbers alone miss targets
        floors = ", ".join(
            f"{row.measure.title} {shown(row.least or 0, row.measure.form)} at least "
            f"(target {shown(row.target or 0, row.measure.form)})"
            for row in beyond
        )
        yield Advice(
            "out of reach",
            f"No plan can meet {'this target' if len(beyond) == 1 else 'these targets'} here: "
            f"{floors}, as {enough}.",
            who_to_review(problem),
        )
    if even:
        names = ", ".join(row.measure.title for row in even)
        yield Advice(
            "too few",
            f"{names}: even the most even outcome that everybody's limits allow misses the target, "
            f"as {enough}.",
            who_to_review(problem),
        )


def _concentrated(
    solution: Solution, found: Panel, missed: list[Row], progress: Progress
) -> Iterator[Advice]:
    """Say why a plan is concentrated though it need not be: lambda too low, or scores too skewed for any."""
    problem: AllocationProblem = solution.problem
    gini = shown(found["gini"].value, "index")
    alarm = " (above 0.4: high concentration)" if found["gini"].value > HIGH else ""
    what = ", ".join(f"{row.measure.title} {shown(row.value, row.measure.form)}" for row in missed)
    head = f"Concentrated: {what} miss{'es' if len(missed) == 1 else ''} the target"
    head += f"{alarm}; {eligible(problem):,} could receive, {int(found['receivers'].value):,} do."
    reached = _climbed(solution, [row.measure.name for row in missed], progress)
    now = f"λ={problem.penalty.text}"
    if reached is not None:
        penalty, plan = reached
        yield Advice(
            "lambda low",
            f"{head} Fairness ({now}) is too light for these scores: {gap(solution)}",
            f"Set {called(penalty)}: {outcome(solution, plan)}",
            penalty,
            plan,
        )
        return
    if progress.stop():
        return
    hard = _ladder(solution)[-1]
    plan = desk.solve(JOB, replace(problem, penalty=hard), seed=solution.seed, progress=progress)
    then = shown(desk.measure(JOB, plan)["gini"].value, "index")
    yield Advice(
        "skewed",
        f"{head} Even {called(hard)} does not reach it with as many awards (Gini {then}, now {gini}): "
        f"{gap(solution)}",
        "Flatten the scores, or widen who is eligible for what. A limit for each recipient is a hard way.",
        hard,
        plan,
    )


def _few(solution: Solution, found: Panel, progress: Progress) -> Iterator[Advice]:
    """The targets are met, but among few: the Gini looks at receivers alone."""
    problem: AllocationProblem = solution.problem
    mild = mode_b()
    if problem.penalty.marginal(2) >= mild.marginal(2) or progress.stop():
        return
    plan = desk.solve(JOB, replace(problem, penalty=mild), seed=solution.seed, progress=progress)
    if desk.measure(JOB, plan)["receivers"].value > found["receivers"].value:
        many = int(found["receivers"].value)
        yield Advice(
            "few served",
            f"Only {many:,} of {eligible(problem):,} who could receive do: the Gini among them is good, "
            "but it looks at nobody else. "
            f"Fairness (λ={problem.penalty.text}) is too light for these scores: {gap(solution)}",
            f"Set {called(mild)}: {outcome(solution, plan)}",
            mild,
            plan,
        )


def _climbed(solution: Solution, names: list[str], progress: Progress) -> tuple[Penalty, Solution] | None:
    """Return the mildest setting, heavier than the plan's, whose plan meets the missed targets."""
    problem: AllocationProblem = solution.problem
    for penalty in _ladder(solution):
        milder = (
            penalty.marginal(2) <= problem.penalty.marginal(2) and penalty.target == problem.penalty.target
        )
        if milder and penalty.marginal(3) <= problem.penalty.marginal(3):
            continue
        if progress.stop():
            return None
        plan = desk.solve(JOB, replace(problem, penalty=penalty), seed=solution.seed, progress=progress)
        found = desk.measure(JOB, plan)
        if len(plan.awards) >= len(solution.awards) and all(found[name].met for name in names):
            return penalty, plan
    return None


def _ladder(solution: Solution) -> tuple[Penalty, ...]:
    """Return settings to try; where there are more awards than recipients, from an even share on."""
    share = -(-len(solution.awards) // max(1, eligible(solution.problem)))
    if share <= 1:
        return LADDER
    return tuple(mode_a(lam, share) for lam in (200, 400, 600, 1000))


def _all_one(solution: Solution, progress: Progress) -> Iterator[Advice]:
    """Everybody gets exactly one: lambda may be too high, or a limit or the scores alone do it."""
    problem: AllocationProblem = solution.problem
    head = f"All {len(solution.awards):,} receivers get exactly one."
    if progress.stop():
        return
    if int(problem.recipient_limit.max(initial=0)) <= 1:
        yield Advice("limits", f"{head} A limit of 1 a recipient forces it: no setting of fairness matters.")
        return
    free = desk.solve(JOB, replace(problem, penalty=no_penalty()), seed=solution.seed, progress=progress)
    if max(counts_of(free).values(), default=0) <= 1:
        return
    mild = mode_b()
    if problem.penalty.marginal(2) <= mild.marginal(2):
        return
    plan = desk.solve(JOB, replace(problem, penalty=mild), seed=solution.seed, progress=progress)
    lost = scores(plan) - scores(solution)
    share = lost / scores(plan) if scores(plan) else 0.0
    grave = "a significant part" if share >= SIGNIFICANT else "little"
    yield Advice(
        "lambda high",
        f"{head} λ={problem.penalty.text} forces it and costs {number_text(lost, problem.unit)} points of "
        f"score, {share:.1%}: {grave}.",
        f"Mode B (λ={mild.text}) instead: {outcome(solution, plan)}",
        mild,
        plan,
    )


def _withheld(solution: Solution, progress: Progress) -> Iterator[Advice]:
    """Slots that stay empty because every further award would cost more than it scores."""
    problem: AllocationProblem = solution.problem
    free = int(problem.slots.sum()) - len(solution.awards)
    if free < 1 or not problem.penalty.steps or progress.stop():
        return
    tried = [mode_b(), mode_a(100), no_penalty()]
    for penalty in tried:
        if penalty.marginal(99) >= problem.penalty.marginal(99):
            continue
        plan = desk.solve(JOB, replace(problem, penalty=penalty), seed=solution.seed, progress=progress)
        if len(plan.awards) > len(solution.awards):
            yield Advice(
                "withheld",
                f"{free:,} slots stay empty: with λ={problem.penalty.text} another award costs more than it "
                "scores.",
                f"Set {called(penalty)}: {outcome(solution, plan)}",
                penalty,
                plan,
            )
            return


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
