"""Why a budget, a cap or a rule of one's own stands as it does, and what more of it would bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.allocation.asking.what_if import what_if
from evenhand.allocation.job import JOB
from evenhand.allocation.problem import AllocationProblem
from evenhand.allocation.problem.groups import NO_LIMIT, GroupSet
from evenhand.core import desk
from evenhand.core.explanation import Fact
from evenhand.core.progress import Progress
from evenhand.core.solution import Solution
from evenhand.core.units import figure, number_text

__all__ = ["Binding", "binding", "explained", "group_names"]

Ints = NDArray[np.int64]

SOLVED = 250_000
"""Candidates up to which an explanation solves what more of a group would bring."""

LISTED = 5
"""Awards of a group that are listed."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A group that stops or prices the next award in it.

    Attributes:
        rule: the group set's name.
        label: the group's.
        used: total of the plan, in ``unit``.
        free: what costs nothing, or the limit.
        more: how much more was asked for: room for the lightest further award.
        brings: points that so much more brings, solved.
        exact: whether it is proven.
        unit: what is counted: "dollars", "loans".
    """

    rule: str
    label: str
    used: float
    free: float
    more: float
    brings: int | float | None
    exact: bool
    unit: str


def group_names(problem: AllocationProblem) -> dict[str, tuple[int, int]]:
    """Return the names that groups go by: the label, with its rule where two rules have it; set and code."""
    out: dict[str, tuple[int, int]] = {}
    labels = [label for group in problem.groups for label in group.labels]
    taken = {*problem.items, *problem.recipients, *problem.days}
    twice = {label for label in labels if label in taken} | (
        set() if len(set(labels)) == len(labels) else {label for label in labels if labels.count(label) > 1}
    )
    for number, group in enumerate(problem.groups):
        for code, label in enumerate(group.labels):
            out[f"{group.name}: {label}" if label in twice else label] = (number, code)
    return out


def binding(solution: Solution, most: int = 8, progress: Progress | None = None) -> list[Binding]:
    """Return the groups that bind, those that price or stop most first, each with what more would bring.

    Args:
        solution: the plan.
        most: how many are solved, each some 50 ms at Los Angeles size.
        progress: may interrupt.
    """
    problem: AllocationProblem = solution.problem
    progress = progress or Progress()
    found = []
    for name, (number, code) in group_names(problem).items():
        group = problem.groups[number]
        total = _total(group, solution.awards, code)
        if total and _lack(problem, solution.awards, group, code, total):
            found.append((-_cost(group, code, total), -total, name, number, code))
    out = []
    for _, _, _, number, code in sorted(found)[:most]:
        if progress.stop():
            break
        out.append(_bound(solution, number, code))
    return sorted(out, key=lambda one: (-(one.brings or 0), one.rule, one.label))


def explained(problem: AllocationProblem, awards: Ints, name: str) -> tuple[str, list[Fact]]:
    """Say how far a group is used, what it costs, what is in it, and what more of it would bring."""
    number, code = group_names(problem)[name]
    group = problem.groups[number]
    total, free = _total(group, awards, code), _free(group, code)
    unit = _unit(group)
    kind = "at most" if group.limit[code] < NO_LIMIT else "free"
    top = "" if free >= NO_LIMIT else f", {_amount(group, free)} {kind}"
    headline = f"{group.name} {group.labels[code]}: {_amount(group, total)} used{top}."
    cost = _cost(group, code, total)
    facts = [Fact("used", f"{_amount(group, total)} are used.", _figure(group, total), unit, name)]
    if cost:
        sentence = f"What is beyond costs {number_text(cost, problem.unit)} points."
        facts.append(Fact("costs", sentence, figure(cost, problem.unit), "points", name))
    inside = [at for at in awards.tolist() if group.of[at] == code]
    for at in sorted(inside, key=lambda at: (-int(group.weight[at]), at))[:LISTED]:
        weight = int(group.weight[at])
        sentence = f"{problem.describe(at)} counts {_amount(group, weight)}."
        facts.append(Fact("counts", sentence, _figure(group, weight), unit, problem.describe(at)))
    if not _lack(problem, awards, group, code, total):
        facts.append(
            Fact("more", "More of it would bring nothing: there is room for another.", 0, "points", name)
        )
    elif len(problem) <= SOLVED:
        facts.append(_more(desk.solve(JOB, problem), name, number, code))
    return headline, facts


def _more(solution: Solution, name: str, number: int, code: int) -> Fact:
    problem: AllocationProblem = solution.problem
    found = _bound(solution, number, code)
    brings = found.brings or 0
    group = problem.groups[number]
    proven = "both plans are proven optimal" if found.exact else "not proven"
    more = _amount(group, round(found.more * _part(group)))
    sentence = f"With {more} more the best plan has {brings:,} points more ({proven})."
    return Fact("more", sentence, brings, "points", name)


def _bound(solution: Solution, number: int, code: int) -> Binding:
    problem: AllocationProblem = solution.problem
    group = problem.groups[number]
    total, free = _total(group, solution.awards, code), _free(group, code)
    lack = _lack(problem, solution.awards, group, code, total)
    more = lack / _part(group)
    asked = what_if(solution, budgets={f"{group.name}: {group.labels[code]}": more})
    return Binding(
        group.name,
        group.labels[code],
        _figure(group, total),
        _figure(group, free),
        _figure(group, lack),
        asked.change,
        asked.exact,
        _unit(group),
    )


def _lack(problem: AllocationProblem, awards: Ints, group: GroupSet, code: int, total: int) -> int:
    """Return what the lightest further award lacks to be free, with what is over already; 0 for nothing."""
    inside = (group.of == code) & ~problem.forbidden
    inside[awards] = False
    weights = group.weight[inside]
    weights = weights[weights > 0]
    lightest = int(weights.min()) if len(weights) else 0
    return max(0, total + lightest - _free(group, code))


def _total(group: GroupSet, awards: Ints, code: int) -> int:
    return int(group.weight[awards[group.of[awards] == code]].sum())


def _free(group: GroupSet, code: int) -> int:
    """Return what costs nothing: up to the first step that costs, or the limit."""
    steps = zip(group.allowance[code].tolist(), group.slope[code].tolist(), strict=True)
    return int(min([int(group.limit[code]), *(allowance for allowance, slope in steps if slope)]))


def _cost(group: GroupSet, code: int, total: int) -> int:
    steps = zip(group.allowance[code].tolist(), group.slope[code].tolist(), strict=True)
    return int(sum(slope * max(0, total - allowance) for allowance, slope in steps))


def _part(group: GroupSet) -> int:
    return 100 if group.unit == "cents" else 1


def _unit(group: GroupSet) -> str:
    return "dollars" if group.unit == "cents" else group.unit


def _figure(group: GroupSet, amount: int) -> int | float:
    part = _part(group)
    return amount // part if amount % part == 0 else amount / part


def _amount(group: GroupSet, amount: int) -> str:
    figure, unit = _figure(group, amount), _unit(group)
    return f"${figure:,}" if unit == "dollars" else f"{figure:,} {unit}".rstrip()
