"""What is said of a plan, recounted over all plans of an odd tiny problem: false claims, a sentence each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import numpy as np

from allocation.odd_worlds import EveryPlan, best_of
from evenhand.allocation import NO_LIMIT, AllocationProblem
from evenhand.allocation.asking.advice import advise
from evenhand.allocation.asking.amend import amended
from evenhand.allocation.asking.conflict import conflicts
from evenhand.allocation.asking.counterfactual import without_each
from evenhand.allocation.asking.exact_frontier import exact_frontier
from evenhand.allocation.asking.explain import explain, group_names, subjects
from evenhand.allocation.asking.frontier import frontier
from evenhand.allocation.asking.what_if import changed, what_if
from evenhand.allocation.judging.judge import judge
from evenhand.allocation.solving import METHODS
from evenhand.core.errors import InputError
from evenhand.core.explanation import Explanation, Fact
from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Solution, Status

EXACT = ("price-restrict-prove", "mip", "flow")
IN_PROCESS = (*EXACT, "greedy", "offices")
"""Methods that are tried on every problem; CP-SAT runs in a process of its own."""


def false_claims(seed: int, problem: AllocationProblem) -> Iterator[str]:
    """Yield every false claim of the methods, and of what is asked after the plan."""
    every = EveryPlan(problem)
    yield from of_methods(seed, problem, every)
    if every.best is None:
        for conflict in conflicts(problem):
            for rule in conflict.rules:
                if rule.outcome is not None and rule.outcome.objective != best_of(rule.outcome.problem):
                    yield f"conflict: {rule}"
        return
    from evenhand.solver import solve

    plan = solve(problem, seed=seed)
    for part in (of_explanations, of_pairs, of_changes, of_amendments, of_absences, of_frontiers, of_advice):
        yield from part(seed, plan, every)


def of_methods(seed: int, problem: AllocationProblem, every: EveryPlan) -> Iterator[str]:
    """Values, bounds and statuses of every method that runs in this process."""
    best = every.best
    for name in IN_PROCESS:
        if METHODS[name].fits(problem):
            continue
        answer = METHODS[name].run(problem, seed, Limits(), Progress())
        if best is None or answer.awards is None:
            if best is not None or answer.status is not Status.INFEASIBLE:
                yield f"{name}: {answer.status}, and the best plan has {best}"
            continue
        verdict = judge(problem, answer.awards)
        if verdict.faults or verdict.objective != every.worth(answer.awards):
            yield f"{name}: judged at {verdict.objective}, faults {verdict.faults}"
        if verdict.objective > best or (answer.bound is not None and answer.bound < best):
            yield f"{name}: {verdict.objective} within {answer.bound}, and the best plan has {best}"
        if answer.status is Status.OPTIMAL and verdict.objective != best:
            yield f"{name}: {verdict.objective} claimed optimal, and the best plan has {best}"


def of_explanations(seed: int, plan: Solution, every: EveryPlan) -> Iterator[str]:
    """Every figure of every explanation."""
    del seed
    rows = {plan.problem.describe(row): row for row in range(len(plan.problem))}
    for subject in subjects(plan.problem, plan.awards):
        said = explain(plan.problem, plan.awards, plan.proof, subject)
        for fact in said.facts:
            if not true_fact(plan, every, subject, fact, rows):
                yield f"{subject}: {fact.sentence}"


def true_fact(plan: Solution, every: EveryPlan, subject: str, fact: Fact, rows: dict[str, int]) -> bool:
    """Whether a fact of an explanation agrees with all plans."""
    problem, value, told = plan.problem, plan.objective or 0, fact.value or 0
    if fact.name == "instead":
        return true_exchange(plan, every, fact, rows)
    if fact.name == "adds":
        return value - every.worth(np.setdiff1d(plan.awards, [rows[fact.about]])) == told
    if fact.name == "loses_at_least":
        forced = every.best_with(rows[fact.about])
        return forced is None or value - forced >= told
    if fact.name == "next_cost":
        return next_cost(plan, every, subject) == told
    if fact.name in {"slot", "slot_at_least"}:
        day = np.arange(len(problem.days)) == problem.days.index(subject)
        gain = (best_of(replace(problem, slots=problem.slots + day)) or 0) - value
        least = fact.name == "slot_at_least" or "with other awards" in fact.sentence
        return gain >= told if least else gain <= told
    return fact.name != "more" or true_more(plan, subject, fact)


def next_cost(plan: Solution, every: EveryPlan, recipient: str) -> int:
    """Return by how much another award of a recipient brings less than its score, at least."""
    problem: AllocationProblem = plan.problem
    mine = problem.recipient == problem.recipients.index(recipient)
    mine[plan.awards] = False
    added = {
        row: every.worth(np.append(plan.awards, row)) - (plan.objective or 0)
        for row in np.flatnonzero(mine & ~problem.forbidden).tolist()
    }
    return min(int(problem.score[row]) - gain for row, gain in added.items())


def true_exchange(plan: Solution, every: EveryPlan, fact: Fact, rows: dict[str, int]) -> bool:
    """Whether an alternative is as far below as is said, and the exchange that is told reaches it."""
    value, row = plan.objective or 0, rows[fact.about]
    if "(exact)" in fact.sentence and (every.best_with(row) or 0) - value != fact.value:
        return False
    named = re.search(r" instead of (.*?) would", fact.sentence)
    if named is None:
        return True
    gone = {rows[text] for text in named.group(1).split("; ")}
    after = np.array(sorted((set(plan.awards.tolist()) - gone) | {row}))
    return bool(every.fine[every.place(after)]) and every.worth(after) - value == fact.value


def true_more(plan: Solution, subject: str, fact: Fact) -> bool:
    """Whether more of a group brings what is said: nothing at all, or so much for so much."""
    problem: AllocationProblem = plan.problem
    number, code = group_names(problem)[subject]
    group = problem.groups[number]
    amount = re.search(r"With \$?([\d,.]+)", fact.sentence)
    more = NO_LIMIT if amount is None else int(amount.group(1).replace(",", ""))
    allowance, limit = group.allowance.copy(), group.limit.copy()
    allowance[code] = [min(NO_LIMIT, step + more) for step in allowance[code].tolist()]
    limit[code] = min(NO_LIMIT, int(limit[code]) + more)
    wider = replace(group, allowance=allowance, limit=limit)
    groups = (*problem.groups[:number], wider, *problem.groups[number + 1 :])
    return (best_of(replace(problem, groups=groups)) or 0) - (plan.objective or 0) == fact.value


def of_pairs(seed: int, plan: Solution, every: EveryPlan) -> Iterator[str]:
    """Why an item does not go to a recipient, for all of both."""
    del seed
    problem: AllocationProblem = plan.problem
    for item, name in enumerate(problem.items):
        for who, recipient in enumerate(problem.recipients):
            rows = np.flatnonzero((problem.item == item) & (problem.recipient == who)).tolist()
            said = explain(problem, plan.awards, plan.proof, f"{name} to {recipient}")
            if not true_headline(plan, every, rows, said):
                yield said.headline


def true_headline(plan: Solution, every: EveryPlan, rows: list[int], said: Explanation) -> bool:
    """Whether the first line about a pair agrees with all plans."""
    known = [best for best in map(every.best_with, rows) if best is not None]
    if "is in the plan" in said.headline:
        return bool(set(rows) & set(plan.awards.tolist()))
    if "as good" in said.headline:
        return bool(known) and max(known) == plan.objective
    cost = re.search(r"would cost ([\d,.e+]+) points?", said.headline)
    if cost is None:
        return not known
    lost = float(cost.group(1).replace(",", ""))
    # Ten digits are written.
    return bool(known) and abs((plan.objective or 0) - max(known) - lost) <= 1e-9 * lost


def of_changes(seed: int, plan: Solution, every: EveryPlan) -> Iterator[str]:
    """What a change of the problem brings."""
    problem, draw = plan.problem, np.random.default_rng([seed, 99])
    row = int(draw.integers(len(problem))) if len(problem) else 0
    asked: list[dict[str, object]] = [{"penalty": str(draw.choice(["none", "a", "standard", "strong"]))}]
    if len(problem):
        codes = problem.item[row], problem.recipient[row], problem.day[row]
        names = zip((problem.items, problem.recipients, problem.days), codes, strict=True)
        pick = tuple(known[code] for known, code in names)
        asked += [{"without": [pick[0]]}, {"without": [pick[1]]}, {"slots": {pick[2]: 1}}, {"pin": [pick]}]
    for change in asked:
        with suppress(InputError):  # a pin of what is forbidden
            found = what_if(plan, **change)  # type: ignore[arg-type]
            best = best_of(changed(problem, **change)[0])  # type: ignore[arg-type]
            right = found.after is None if best is None else found.change == best - (every.best or 0)
            if found.exact and not right:
                yield f"what if {change}: {found.change}"


def of_amendments(seed: int, plan: Solution, every: EveryPlan) -> Iterator[str]:
    """The fewest changes, and what each change must bring."""
    problem, draw = plan.problem, np.random.default_rng([seed, 98])
    for price in (None, 0, 50):
        mine = np.flatnonzero(every.plans[int(draw.choice(np.flatnonzero(every.fine)))])
        keep = np.zeros(len(problem), dtype=np.int64)
        keep[mine] = 1
        days = [problem.days[day] if len(problem.days) > 1 else "" for day in problem.day[mine].tolist()]
        items = [problem.items[item] for item in problem.item[mine].tolist()]
        who = [problem.recipients[recipient] for recipient in problem.recipient[mine].tolist()]
        with suppress(InputError):  # a price beside scores of 10^12
            after = amended(problem, list(zip(items, who, days, strict=True)), price, seed=seed)
            kept, value = every.plans @ keep, after.solution.objective or 0
            mine_kept = int(kept[every.place(after.solution.awards)])
            if price is None:
                most = kept[every.fine].max()
                best = most, max(every.value[every.fine & (kept == most)])
                right = (mine_kept, value) == best
            else:
                right = value + mine_kept * price == max((every.value + kept * price)[every.fine])
            if after.changes.kept != mine_kept or (after.proven and not right):
                yield f"amended at {price}: {mine_kept} kept, value {value}"


def of_absences(seed: int, plan: Solution, every: EveryPlan) -> Iterator[str]:
    """What every item of the plan is worth."""
    del seed
    problem: AllocationProblem = plan.problem
    for absence in without_each(plan):
        mine = problem.item == problem.items.index(absence.item)
        left = every.fine & (every.plans[:, mine].sum(axis=1) == 0)
        costs = (plan.objective or 0) - max(every.value[left]) if left.any() else None
        if absence.exact and absence.costs != costs:
            yield f"without {absence.item}: {absence.costs}, and it is {costs}"


def of_frontiers(seed: int, plan: Solution, every: EveryPlan) -> Iterator[str]:
    """The sweep of λ, and the frontiers that are said to be exact."""
    problem: AllocationProblem = plan.problem
    if seed % 4 == 0:  # eleven solves, so not for every problem
        for point in frontier(problem).points:
            best = best_of(point.solution.problem)
            if point.solution.status is Status.OPTIMAL and point.solution.objective != best:
                yield f"sweep at {point.lam}: {point.solution.objective}, and the best plan has {best}"
    below = (problem.score < 0) & ~problem.pinned
    most, receivers = every.awards.max(axis=1, initial=0), (every.awards > 0).sum(axis=1)
    for against, worse in (("most", most), ("receivers", -receivers)):
        # "Candidates that score below 0 are never handed out", and nothing at all is worth 0.
        some = every.fine & (every.plans[:, below].sum(axis=1) == 0) if against == "receivers" else every.fine
        idle = against == "most" and not problem.pinned.any()
        want: list[tuple[int, int]] = []
        for value in sorted(set(worse[some].tolist())):
            score = int(max(every.score[some & (worse == value)]))
            if (not want or score > want[-1][1]) and not (idle and (score <= 0 or not value)):
                want.append((abs(value), score))
        found = exact_frontier(problem, against)
        points = [(point.value, round(point.score * problem.scale)) for point in reversed(found.points)]
        if found.proven and points != want:
            yield f"frontier against {against}: {points}, and it is {want}"


def of_advice(seed: int, plan: Solution, every: EveryPlan) -> Iterator[str]:
    """Advice: what a setting gives is its best plan, and items said to be kept back are."""
    del seed, every
    for advice in advise(plan):
        given = advice.outcome
        if given is None:
            continue
        if given.status is Status.OPTIMAL and given.objective != best_of(given.problem):
            yield str(advice)
        if advice.kind == "withheld" and len(given.awards) <= len(plan.awards):
            yield str(advice)
