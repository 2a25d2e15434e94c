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
from evenhand.allocation.problem.penalties import (
    Penalty,
    mode_a,
    mode_b,
    named_penalty,
    no_penalty,
    on_grid,
    own_steps,
)
from evenhand.core import desk
from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Ints
from evenhand.core.codes import distinct
from evenhand.core.progress import Progress
from evenhand.core.sentences import counted
from evenhand.core.solution import Solution, Status
from evenhand.core.units import figure, value_text
from evenhand.measures import Panel, Row
from evenhand.measures.panel import shown

HIGH: Final = 0.4
"""Gini above which a plan is an emergency: a few get nearly everything."""

SIGNIFICANT: Final = 0.05
"""Share of the score that counts as a significant loss."""

AIMS: Final = ("gini", "hhi", "top5", "top1")

TOLD_FROM: Final = 20
"""Awards from which it is told that no plan can meet a target, where everybody can receive. Of fewer, each is
more than a twentieth of all, and targets made for hundreds say nothing. At 40, 30 cars for seven partners
would not be told; at 10 a club with three rooms would be sent to review its members."""

FEW: Final = 0.5
"""Share of those who could be served below which a plan serves few, whatever the Gini among them."""

PARTS: Final = 8
"""Parts of the unit that suits the scores in which λ is searched: 25 points where the unit is 200. Finer
steps change plans by less than anybody sets by hand; coarser ones overlook mild settings."""

DOUBLED: Final = 12
"""Times that λ is doubled at most; beyond the largest score nothing changes any more."""


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

    Example:
        >>> import evenhand as eh
        >>> rows = [{"item": item, "recipient": "Ada", "score": 5} for item in ("car", "van", "bus")]
        >>> problem = eh.AllocationProblem.from_rows(rows, penalty=eh.mode_b(4, 8))
        >>> (advice,) = eh.allocation.advise(eh.solve(problem))
        >>> advice.kind, advice.setting.text, len(advice.outcome.awards)
        ('withheld', '2+3', 3)
    """

    kind: str
    sentence: str
    instead: str = ""
    setting: Penalty | None = field(default=None, repr=False)
    outcome: Solution | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.sentence} {self.instead}".strip()


@said_in_words
def advise(solution: Solution, progress: Progress | None = None) -> list[Advice]:
    """Return what is worth knowing of an allocation, most important first; [] where all is well.

    Args:
        solution: the plan.
        progress: may interrupt; what is known by then is returned.

    Cost: nothing where targets are met; else some ten solves, each about 50 ms at Los Angeles size.

    Example:
        >>> import evenhand as eh
        >>> rows = [{"item": item, "recipient": "Ada", "score": 5} for item in ("car", "van", "bus")]
        >>> problem = eh.AllocationProblem.from_rows(rows, penalty=eh.mode_b(4, 8))
        >>> [(advice.kind, advice.setting.text) for advice in eh.allocation.advise(eh.solve(problem))]
        [('withheld', '2+3')]
    """
    progress = progress or Progress()
    if not len(solution.awards):
        return list(_withheld(solution, progress))
    panel = desk.measure(JOB, solution)
    rows = [panel[name] for name in AIMS]
    missed = [row for row in rows if row.met is False]
    beyond = [row for row in missed if row.least is not None and row.target and row.least >= row.target]
    even = [row for row in missed if row not in beyond and row.target and row.nearest >= row.target]
    out = list(_too_few(solution, beyond, even))
    open_rows = [row for row in missed if row not in beyond and row not in even]
    if open_rows:
        out += _concentrated(solution, panel, open_rows, progress)
    elif int(panel["most"].value) == 1 and panel["receivers"].value > 1:
        out += _all_one(solution, progress)
    elif panel["receivers"].value < FEW * min(eligible(solution.problem), len(solution.awards)):
        out += _few(solution, panel, progress)
    return [*out, *_withheld(solution, progress)]


def _too_few(solution: Solution, beyond: list[Row], even: list[Row]) -> Iterator[Advice]:
    """Say which targets no plan can meet: by counting alone, or because limits keep units from moving."""
    problem: AllocationProblem = solution.problem
    count, given = eligible(problem), len(solution.awards)
    go = "award goes" if given == 1 else "awards go"
    enough = f"{given:,} {go} to {count:,} who can receive any (of {len(problem.recipients):,})"
    # With fewer awards than recipients, or few awards at all, small numbers alone miss targets.
    if beyond and given > count and (given >= TOLD_FROM or count < len(problem.recipients)):
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
    solution: Solution, panel: Panel, missed: list[Row], progress: Progress
) -> Iterator[Advice]:
    """Say why a plan is concentrated though it need not be: lambda too low, or scores too skewed for any."""
    problem: AllocationProblem = solution.problem
    alarm = " (above 0.4: high concentration)" if panel["gini"].value > HIGH else ""
    what = ", ".join(f"{row.measure.title} {shown(row.value, row.measure.form)}" for row in missed)
    head = f"Concentrated: {what} miss{'es' if len(missed) == 1 else ''} the target"
    head += f"{alarm}; {eligible(problem):,} could receive, {int(panel['receivers'].value):,} do."
    search = _mildest(solution, [row.measure.name for row in missed], progress)
    now = f"λ={problem.penalty.text}"
    if search.found is not None:
        penalty, plan = search.penalty(search.found), search.plan(search.found)
        milder = called(search.penalty(search.below))
        light = search.found * search.step > _second(problem.penalty) or problem.penalty.mode == "none"
        cause = "is too light for these scores" if light else "lets some have many once they have two"
        yield Advice(
            "lambda low",
            f"{head} Fairness ({now}) {cause}: {gap(solution)}",
            f"Set {called(penalty)}: {outcome(solution, plan)} It is the mildest of the "
            f"{len(search.plans)} settings tried that does; {milder}, the next milder, does not.",
            penalty,
            plan,
        )
        return
    if progress.stop():
        return
    tried = sorted(search.plans)
    full = [count for count in tried if search.serves(count)]
    best = min(full or tried, key=lambda count: (_gini(search.plan(count)), count))
    plan = search.plan(best)
    helps = bool(full) and _gini(plan) < _gini(solution)
    mildest, strictest = called(search.penalty(tried[0])), called(search.penalty(tried[-1]))
    settings = f"None of the {len(tried)} settings tried, {mildest} to {strictest}, reaches it"
    if len(tried) == 1:
        settings = f"The one setting tried, {mildest}, does not reach it"
    then = f" The most even of them has Gini {shown(_gini(plan), 'index')}." if helps else ""
    yield Advice(
        "skewed",
        f"{head} {settings} with as many awards.{then} The gap: {gap(solution)}",
        "Flatten the scores, or widen who is eligible for what. A limit for each recipient is a hard way.",
        search.penalty(best) if helps else None,
        plan if helps else None,
    )


def _gini(solution: Solution) -> float:
    return float(desk.measure(JOB, solution)["gini"].value)


def _few(solution: Solution, panel: Panel, progress: Progress) -> Iterator[Advice]:
    """The targets are met, but among few: the Gini looks at receivers alone."""
    problem: AllocationProblem = solution.problem
    mild = _standard(problem)
    if _second(problem.penalty) >= _second(mild) or progress.stop():
        return
    plan = desk.solve(JOB, replace(problem, penalty=mild), seed=solution.seed, progress=progress)
    if desk.measure(JOB, plan)["receivers"].value > panel["receivers"].value:
        many = int(panel["receivers"].value)
        yield Advice(
            "few served",
            f"Only {many:,} of {eligible(problem):,} who could receive do: the Gini among them is good, "
            "but it looks at nobody else. "
            f"Fairness (λ={problem.penalty.text}) is too light for these scores: {gap(solution)}",
            f"Set {called(mild)}: {outcome(solution, plan)}",
            mild,
            plan,
        )


def _mildest(solution: Solution, names: list[str], progress: Progress) -> _Search:
    """Find the mildest λ whose plan meets targets with as many awards: doubled until one does, then bisected.

    Every setting is solved. Plans need not get more even with every step of λ, so what is found is a setting
    that does next to one, a step milder, that does not; that much is claimed and no more.
    """
    problem: AllocationProblem = solution.problem
    search = _Search(solution, names, progress)
    largest = int(problem.score.max(initial=0)) / problem.scale
    low, high = 0, PARTS
    if progress.stop():
        return search
    while not search.meets(high):
        # From here on a second award costs more than any scores: heavier settings give the same plan.
        if high * search.step > largest or high >= PARTS * 2**DOUBLED or progress.stop():
            return search
        low, high = high, high * 2
    while high - low > 1 and not progress.stop():
        middle = (low + high) // 2
        low, high = (low, middle) if search.meets(middle) else (middle, high)
    search.below = low
    search.found = high
    return search


class _Search:
    """Settings tried along one ray: λ in steps, twice as much on top from the third award on."""

    def __init__(self, solution: Solution, names: list[str], progress: Progress) -> None:
        self.solution, self.names, self.progress = solution, names, progress
        problem: AllocationProblem = solution.problem
        self.step = max(problem.fair_unit / PARTS, 1 / problem.scale)
        # Where there are more awards than recipients, an even share is free and one more costs.
        self.share = -(-len(solution.awards) // max(1, eligible(problem)))
        self.plans: dict[int, Solution] = {}
        self.found: int | None = None
        self.below = 0

    def penalty(self, count: int) -> Penalty:
        """Return the setting so many steps from none."""
        if not count:
            return no_penalty()
        lam = count * self.step
        setting = mode_b(lam, 2 * lam) if self.share <= 1 else mode_a(lam, self.share)
        return on_grid(setting, self.solution.problem.scale)

    def plan(self, count: int) -> Solution:
        """Return the best plan under a setting, solved once."""
        if count not in self.plans:
            question = replace(self.solution.problem, penalty=self.penalty(count))
            self.plans[count] = desk.solve(JOB, question, seed=self.solution.seed, progress=self.progress)
        return self.plans[count]

    def meets(self, count: int) -> bool:
        """Whether the plan under a setting meets the targets and is no less even over all."""
        panel = desk.measure(JOB, self.plan(count))
        return self.serves(count) and all(panel[name].met is not False for name in self.names)

    def serves(self, count: int) -> bool:
        """Whether the plan under a setting gives out as much, as evenly over all who could receive.

        One who takes all has a Gini of 0 among receivers, so the Gini over all decides what is no remedy.
        Where it stays the same, nobody may lose their only award.
        """
        plan, now = self.plan(count), self.solution
        return len(plan.awards) >= len(now.awards) and _unevenness(plan) <= _unevenness(now)

    @property
    def proven(self) -> bool:
        """Whether every plan tried is a proven optimum."""
        return all(plan.status is Status.OPTIMAL for plan in self.plans.values())


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
    mild = _standard(problem)
    if problem.penalty.marginal(2) <= mild.marginal(2):
        return
    plan = desk.solve(JOB, replace(problem, penalty=mild), seed=solution.seed, progress=progress)
    if counts_of(plan) == counts_of(solution):
        return  # a milder setting that changes nothing is no remedy
    lost = scores(plan) - scores(solution)
    share = lost / scores(plan) if scores(plan) else 0.0
    grave = "a significant part" if share >= SIGNIFICANT else "little"
    yield Advice(
        "lambda high",
        f"{head} λ={problem.penalty.text} forces it and costs {value_text(lost, problem.unit)} of "
        f"score, {share:.1%}: {grave}.",
        f"Standard fairness (λ={mild.text}) instead: {outcome(solution, plan)}",
        mild,
        plan,
    )


def _withheld(solution: Solution, progress: Progress) -> Iterator[Advice]:
    """Say that items stay because every further award would cost more than it scores, and what helps.

    Of the settings in eighths between none and the plan's own, the heaviest is told that hands all of them
    out: found by bisection, as a lighter setting never hands out less.
    """
    problem: AllocationProblem = solution.problem
    count = kept_back(problem, solution.awards)
    if not problem.penalty.steps or not count or progress.stop():
        return
    plans = {0: _scaled_plan(solution, 0, progress)}
    if len(plans[0].awards) <= len(solution.awards):
        return
    low, high = 0, PARTS
    while high - low > 1 and not progress.stop():
        middle = (low + high) // 2
        plans[middle] = _scaled_plan(solution, middle, progress)
        all_out = len(plans[middle].awards) >= len(plans[0].awards)
        low, high = (middle, high) if all_out else (low, middle)
    plan = plans[low]
    setting: Penalty = plan.problem.penalty
    yield Advice(
        "withheld",
        # The count of the plan's summary. A free place may take one of two, so plans may differ by less.
        kept_back_sentence(problem, count),
        f"Set {called(setting)}: {outcome(solution, plan)}",
        setting,
        plan,
    )


def _scaled_plan(solution: Solution, eighths: int, progress: Progress) -> Solution:
    problem: AllocationProblem = solution.problem
    steps = [(beyond, points * eighths / PARTS) for beyond, points in problem.penalty.steps]
    penalty = on_grid(own_steps(steps), problem.scale) if eighths else no_penalty()
    if eighths and problem.penalty.mode != "own":
        penalty = Penalty(problem.penalty.mode, penalty.steps)
    return desk.solve(JOB, replace(problem, penalty=penalty), seed=solution.seed, progress=progress)


def kept_back(problem: AllocationProblem, awards: Ints) -> int:
    """Count the items that stay only because of fairness: a place is free, and the score would be positive.

    A candidate counts if every hard rule leaves room for it and its score is above what other groups ask,
    but not above what fairness asks. Cost: a few passes over the candidates.

    >>> rows = [{"item": item, "recipient": "Ann", "score": 300} for item in ("car", "bike", "van")]
    >>> problem = AllocationProblem.from_rows(rows, penalty=mode_b())
    >>> kept_back(problem, np.array([0, 1]))
    1
    """
    if not len(problem) or not problem.penalty.steps:
        return 0
    taken = np.zeros(len(problem.items), dtype=np.bool_)
    taken[problem.item[awards]] = True
    days = len(problem.days)
    by_day = np.bincount(problem.day[awards], minlength=days)
    counts = np.bincount(problem.recipient[awards], minlength=len(problem.recipients))
    places = np.bincount(
        problem.recipient[awards] * days + problem.day[awards], minlength=len(problem.recipients) * days
    ).reshape(-1, days)
    fits = ~taken[problem.item] & ~problem.forbidden & (by_day < problem.slots)[problem.day]
    fits &= (counts < problem.recipient_limit)[problem.recipient]
    fits &= (places < problem.recipient_day_limit)[problem.recipient, problem.day]
    # Who is owed gets the bonus with the first award of this plan only.
    worth = problem.score + np.where(counts == 0, problem.owed_bonus, 0)[problem.recipient]
    for group in problem.groups:
        totals = np.zeros(len(group.labels) + 1, dtype=np.int64)
        np.add.at(totals, group.of[awards], group.weight[awards])
        inside = np.flatnonzero(fits & (group.of >= 0))
        code = group.of[inside]
        after = totals[code] + group.weight[inside]
        fits[inside[after > group.limit[code]]] = False
        for step in range(group.slope.shape[1]):
            free = group.allowance[code, step]
            beyond = np.maximum(0, after - free) - np.maximum(0, totals[code] - free)
            worth[inside] -= beyond * group.slope[code, step]
    fair = np.zeros(len(problem.recipients), dtype=np.int64)
    for beyond_awards, points in problem.penalty.steps:
        free = np.maximum(0, beyond_awards - problem.head_start)
        fair += np.where(counts >= free, round(points * problem.scale), 0)
    kept = fits & (worth > 0) & (worth <= fair[problem.recipient])
    return len(distinct(problem.item[kept], len(problem.items)))


def kept_back_sentence(problem: AllocationProblem, count: int) -> str:
    """Say that items stay because of fairness; "" for none.

    >>> rows = [{"item": item, "recipient": "Ann", "score": 300} for item in ("car", "bike", "van")]
    >>> kept_back_sentence(AllocationProblem.from_rows(rows, penalty=mode_b()), 1)
    '1 item was not handed out: it would cost at least as much in fairness (λ=200+400) as it scores.'
    """
    if not count:
        return ""
    # At a score that is just its price an item may stay as well as go, so no more is said than holds.
    they, score = ("it", "it scores") if count == 1 else ("they", "they score")
    return (
        f"{counted(count, 'item')} {'was' if count == 1 else 'were'} not handed out: {they} would cost at "
        f"least as much in fairness (λ={problem.penalty.text}) as {score}."
    )


def _unevenness(solution: Solution) -> tuple[float, float]:
    """Return the Gini over all, and then minus the receivers: the smaller, the more even."""
    panel = desk.measure(JOB, solution)
    # Nine digits part any two Ginis of plans of this size, and no rounding of floats parts equal ones.
    return round(float(panel["gini_all"].value), 9), -panel["receivers"].value


def _second(penalty: Penalty) -> float:
    """Return by how many points a second award costs more than a first: what spreads awards."""
    return penalty.marginal(2) - penalty.marginal(1)


def _standard(problem: AllocationProblem) -> Penalty:
    """Return mode b as it suits the scores."""
    return on_grid(named_penalty("standard", unit=problem.fair_unit), problem.scale)


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
    """Whether other settings are solved at once: few candidates, and no knapsack among the groups.

    Where the candidates of one group weigh differently (a cost for every vehicle) a proof can take seconds.
    """
    if len(problem) > most:
        return False
    if len(problem) <= SMALL:
        return True
    for group in problem.groups:
        inside = group.of >= 0
        lightest = np.full(len(group.labels), np.iinfo(np.int64).max)
        heaviest = np.zeros(len(group.labels), dtype=np.int64)
        np.minimum.at(lightest, group.of[inside], group.weight[inside])
        np.maximum.at(heaviest, group.of[inside], group.weight[inside])
        if (lightest < heaviest).any():
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
    # Own steps say in their text from which award on they cost.
    free = f" beyond {penalty.target} each" if penalty.target > 1 and penalty.mode != "own" else ""
    return f"λ={penalty.text}{free}"


def gap_points(solution: Solution) -> int | float | None:
    """Return how far those with several score above the best of those with none, for the same item.

    Returns:
        The median in points, below 0 where they score less; None where nobody without any could have one.
    """
    units = _gap(solution)
    if units is None:
        return None
    return figure(units, solution.problem.unit)


def gap(solution: Solution) -> str:
    """Say how far those who hold most score above those who hold nothing, for the same items."""
    apart = _gap(solution)
    if apart is None:
        return "whoever could have what those with several hold has an award already."
    points = value_text(abs(apart), solution.problem.unit)
    word = "above" if apart >= 0 else "below"
    return (
        f"an award of those with several scores {points} {word} the best of those with none, for the "
        "same item (median)."
    )


def _gap(solution: Solution) -> int | None:
    """Return the median gap in whole units of the problem; None where there is none to take."""
    problem: AllocationProblem = solution.problem
    counts = counts_of(solution)
    held = np.array(
        [
            candidate
            for candidate in solution.awards.tolist()
            if counts[int(problem.recipient[candidate])] > 1
        ],
        np.int64,
    )
    without = np.ones(len(problem.recipients), dtype=np.bool_)
    without[list(counts)] = False
    other = without[problem.recipient] & ~problem.forbidden
    best = np.full(len(problem.items), np.iinfo(np.int64).min)
    np.maximum.at(best, problem.item[other], problem.score[other])
    held = held[best[problem.item[held]] > np.iinfo(np.int64).min]
    if not len(held):
        return None
    return int(np.median(problem.score[held] - best[problem.item[held]]))


def scores(solution: Solution) -> int:
    """Return what a plan is worth before fairness, in units: no penalty, no bonus for who is owed."""
    bonus = sum(term.value for term in solution.terms if term.name == "owed")
    return (solution.objective or 0) + fairness_of(solution) - bonus


def outcome(before: Solution, after: Solution) -> str:
    """Say what a solved setting gives beside the plan."""
    panel, problem = desk.measure(JOB, after), before.problem
    change = scores(after) - scores(before)
    share = change / scores(before) if scores(before) else 0.0
    figures = ", ".join(
        f"{panel[name].measure.title} {shown(panel[name].value, panel[name].measure.form)}"
        for name in ("gini", "top5")
    )
    points = "point" if abs(change) == problem.scale else "points"
    return (
        f"{int(panel['receivers'].value):,} receive, {int(panel['most'].value)} at most, {figures}; "
        f"scores {figure(change, problem.unit):+,} {points} ({share:+.1%}), "
        f"{counted(len(after.awards), 'award')}. Solved, {after.status}."
    )
