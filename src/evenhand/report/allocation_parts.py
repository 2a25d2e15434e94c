"""What an allocation's page and workbook both show, worked out once from problem and awards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.allocation import NO_LIMIT, AllocationProblem, GroupSet
from evenhand.core.solution import Solution

__all__ = ["Parts", "Use", "Words", "parts_of"]

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Words:
    """What things are called: a press fleet's own words, or the job's."""

    item: str
    recipient: str
    award: str
    start: str


FLEET = Words("vehicle", "partner", "loan", "start")
ANY = Words("item", "recipient", "award", "slot")


@dataclass(frozen=True, slots=True)
class Use:
    """How far one group of a rule is used.

    Attributes:
        rule: the group set's name: "tier cap", "budget" or the user's.
        group: which one.
        used: total of this plan.
        free: what costs nothing (the first allowance), or the hard limit.
        hard: whether ``free`` is a hard limit.
        cost: points that what is beyond costs.
        unit: what is counted.
    """

    rule: str
    group: str
    used: float
    free: float
    hard: bool
    cost: float
    unit: str


@dataclass(frozen=True, eq=False)
class Parts:
    """One allocation, ready to be written.

    Attributes:
        words: what things are called.
        days: (day, starts given, slots, what is special about it) in order.
        lines: (day code, recipient, item, their ids where they go by another name, points) of every award, by
            day, recipient and item.
        receivers: (recipient, awards, points scored, points its own penalty takes, what the next would cost).
        uses: caps, budgets and other groups that are used or nearly full.
        left: (item, why it was not given) of every item not given.
        dropped: (rule, candidates) that a pipeline dropped before.
    """

    words: Words
    days: tuple[tuple[str, int, int, str], ...]
    lines: tuple[tuple[int, str, str, str, float], ...]
    receivers: tuple[tuple[str, str, float, float, float], ...]
    uses: tuple[Use, ...]
    left: tuple[tuple[str, str], ...]
    dropped: tuple[tuple[str, int], ...]


def parts_of(solution: Solution) -> Parts:
    """Work out what is shown of an allocation; a few array passes over its candidates."""
    problem: AllocationProblem = solution.problem
    awards = np.asarray(solution.awards)
    fleet = any(group.name == "tier cap" for group in problem.groups) or bool(problem.dropped)
    words = FLEET if fleet else ANY
    order = awards[np.lexsort((problem.item[awards], problem.recipient[awards], problem.day[awards]))]
    lines = tuple(_line(problem, at) for at in order.tolist())
    return Parts(
        words,
        _days(problem, awards),
        lines,
        _receivers(problem, awards),
        tuple(use for group in problem.groups for use in _uses(problem, group, awards)),
        _left(problem, awards, words),
        tuple((rule, count) for item, rule, count in problem.dropped if not item),
    )


def _line(problem: AllocationProblem, at: int) -> tuple[int, str, str, str, float]:
    who, item = problem.recipients[problem.recipient[at]], problem.items[problem.item[at]]
    called, ids = [], []
    for name in (who, item):
        called.append(problem.called.get(name, name))
        ids += [name] if called[-1] != name else []
    return (
        int(problem.day[at]),
        called[0],
        called[1],
        " · ".join(ids),
        float(problem.score[at] / problem.scale),
    )


def _name(problem: AllocationProblem, names: tuple[str, ...], code: int) -> str:
    """Return a name, with what people call it where the problem knows that."""
    name = names[code]
    called = problem.called.get(name, name)
    return f"{called} ({name})" if called != name else name


def _days(problem: AllocationProblem, awards: Ints) -> tuple[tuple[str, int, int, str], ...]:
    special = {
        one.came: one.problem.removeprefix("is a special day: ")
        for one in problem.warnings
        if one.column == "date"
    }
    given = np.bincount(problem.day[awards], minlength=len(problem.days)).tolist()
    return tuple(
        (day, count, slots, special.get(day, ""))
        for day, count, slots in zip(problem.days, given, problem.slots.tolist(), strict=True)
    )


def _receivers(problem: AllocationProblem, awards: Ints) -> tuple[tuple[str, str, float, float, float], ...]:
    mine: dict[int, list[int]] = {}
    for at in awards.tolist():
        mine.setdefault(int(problem.recipient[at]), []).append(at)
    rows = []
    for code, got in sorted(mine.items(), key=lambda pair: (-len(pair[1]), problem.recipients[pair[0]])):
        start = int(problem.head_start[code]) if len(problem.head_start) else 0
        tariff = [_stepped(problem, start, count) for count in (len(got), len(got) + 1)]
        said = ", ".join(
            f"{problem.items[problem.item[at]]} on {problem.days[problem.day[at]]}"
            if len(problem.days) > 1
            else problem.items[problem.item[at]]
            for at in sorted(got, key=lambda at: int(problem.day[at]))
        )
        scored = sum(float(problem.score[at]) for at in got) / problem.scale
        rows.append(
            (_name(problem, problem.recipients, code), said, scored, tariff[0], tariff[1] - tariff[0])
        )
    return tuple(rows)


def _stepped(problem: AllocationProblem, start: int, count: int) -> float:
    """What so many awards cost one recipient, in points, beside what it counts as having had."""
    return sum(points * max(0, count - max(0, beyond - start)) for beyond, points in problem.penalty.steps)


def _totals(group: GroupSet, chosen: Ints) -> Ints:
    inside = chosen[group.of[chosen] >= 0]
    totals = np.zeros(len(group.labels), dtype=np.int64)
    np.add.at(totals, group.of[inside], group.weight[inside])
    return totals


def _tariff(group: GroupSet, code: Any, total: Ints) -> Ints:
    beyond = np.maximum(0, total[:, None] - group.allowance[code])
    return np.asarray((beyond * group.slope[code]).sum(axis=1))


def _uses(problem: AllocationProblem, group: GroupSet, awards: Ints) -> list[Use]:
    """Groups of which anything is used, those with the least left first."""
    totals = _totals(group, awards)
    cost = _tariff(group, np.arange(len(totals)), totals) / problem.scale
    hard = group.limit < NO_LIMIT
    first = group.allowance[:, 0] if group.allowance.shape[1] else np.zeros(len(totals), dtype=np.int64)
    free = np.where(hard, group.limit, first)
    part, unit = (100, "dollars") if group.unit == "cents" else (1, group.unit)
    shown = np.flatnonzero(totals > 0)
    order = shown[np.argsort(free[shown] - totals[shown], kind="stable")]
    return [
        Use(
            group.name,
            group.labels[at],
            totals[at].item() / part,
            free[at].item() / part,
            bool(hard[at]),
            float(cost[at]),
            unit,
        )
        for at in order.tolist()
    ]


def added(problem: AllocationProblem, awards: Ints) -> NDArray[np.float64]:
    """Return what each candidate would add to the plan if it were simply added, in points, shape (n,).

    Slots are not looked at; what other hard rules forbid adds minus infinity.
    """
    worth = problem.score.astype(np.float64)
    fine = ~problem.forbidden
    for group in problem.all_groups:
        if not group.labels:
            continue
        inside = group.of >= 0
        code = np.where(inside, group.of, 0)
        before = _totals(group, awards)[code]
        after = before + np.where(inside, group.weight, 0)
        worth -= _tariff(group, code, after) - _tariff(group, code, before)
        fine &= ~inside | (after <= group.limit[code])
    pairs = problem.recipient * len(problem.days) + problem.day
    had = np.bincount(pairs[awards], minlength=len(problem.recipients) * len(problem.days))
    fine &= (had < problem.recipient_day_limit.ravel())[pairs]
    taken = np.bincount(problem.recipient[awards], minlength=len(problem.recipients))
    fine &= (taken < problem.recipient_limit)[problem.recipient]
    return np.where(fine, worth / problem.scale, -np.inf)


def _left(problem: AllocationProblem, awards: Ints, words: Words) -> tuple[tuple[str, str], ...]:
    """Say of every item not given why: the rule that dropped it, or what its best candidate would add."""
    emptied = {item: (rule, count) for item, rule, count in problem.dropped if item}
    given = np.zeros(len(problem.items), dtype=np.bool_)
    given[problem.item[awards]] = True
    free = problem.slots - np.bincount(problem.day[awards], minlength=len(problem.days))
    worth = added(problem, awards)
    order = np.lexsort((-worth, problem.item))
    first = np.searchsorted(problem.item[order], np.arange(len(problem.items)))
    rows = []
    for code in np.flatnonzero(~given).tolist():
        name = _name(problem, problem.items, code)
        at = int(order[first[code]]) if first[code] < len(order) else -1
        if at < 0 or problem.item[at] != code:
            rule, count = emptied.get(problem.items[code], ("no candidate", 0))
            many = "candidate" if count == 1 else "candidates"
            rows.append((name, f"{rule}: the last {count:,} {many}" if count else rule))
            continue
        best = (
            f"{_name(problem, problem.recipients, problem.recipient[at])} on {problem.days[problem.day[at]]}"
        )
        if worth[at] == -np.inf:
            rows.append((name, f"its {words.recipient}s have reached their limits, or it is forbidden"))
        elif worth[at] <= 0:
            rows.append((name, f"would add nothing: {best} comes to {worth[at]:,.0f} points"))
        elif free[problem.day[at]] <= 0:
            rows.append(
                (name, f"no {words.start} left: one more for {best} would add {worth[at]:,.0f} points")
            )
        else:
            rows.append(
                (name, f"not chosen: {best} would add {worth[at]:,.0f} points, so the plan is not the best")
            )
    return tuple(rows)
