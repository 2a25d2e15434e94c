"""Pinned awards: what they are worth and use, and which rules they break together."""

from __future__ import annotations

import numpy as np

from evenhand.allocation.problem import AllocationProblem, GroupSet
from evenhand.core.arrays import Ints


def used_by(group: GroupSet, pinned: Ints) -> Ints:
    """Return the weight that awards use of each group, shape (g,)."""
    used = np.zeros(len(group.labels) + 1, dtype=np.int64)
    np.add.at(used, group.of[pinned], group.weight[pinned])
    return used[:-1]


def pins_worth(problem: AllocationProblem) -> int:
    """Return what the pinned awards are worth in units, exactly."""
    pinned = np.flatnonzero(problem.pinned)
    total: int = sum(problem.worth[pinned].tolist())
    for group in problem.all_groups:
        used = used_by(group, pinned)
        for code in np.flatnonzero(used).tolist():
            steps = zip(group.allowance[code].tolist(), group.slope[code].tolist(), strict=True)
            total -= sum(slope * max(0, int(used[code]) - allowance) for allowance, slope in steps)
    return total


def conflict(problem: AllocationProblem) -> tuple[str, ...]:
    """Return the smallest set of rules that cannot all hold, a sentence each; empty where a plan exists.

    Every rule but the pins is kept by giving nothing, so only pins can conflict: with each other.
    """
    pinned = np.flatnonzero(problem.pinned)
    best: tuple[str, ...] = ()
    for rule, limit, members, weights in _rules(problem, pinned):
        # The heaviest pins first break a limit with the fewest of them: the smallest conflict of this rule.
        heavy = sorted(zip(weights, members, strict=True), key=lambda pair: (-pair[0], pair[1]))
        total, needed = 0, []
        for weight, place in heavy:
            total += weight
            needed.append(f"{problem.describe(place)} is pinned.")
            if total > limit:
                break
        if total > limit and (not best or len(needed) + 1 < len(best)):
            best = (rule, *needed)
    return best


def _rules(problem: AllocationProblem, pinned: Ints) -> list[tuple[str, int, list[int], list[int]]]:
    """Return each hard rule that pins touch: its sentence, its limit, the pins and their weights."""
    met: dict[tuple[str, int], tuple[str, int, list[int], list[int]]] = {}

    def note(key: tuple[str, int], sentence: str, limit: int, index: int, weight: int) -> None:
        rule = met.setdefault(key, (sentence, limit, [], []))
        rule[2].append(index)
        rule[3].append(weight)

    for index in pinned.tolist():
        item, who, day = int(problem.item[index]), int(problem.recipient[index]), int(problem.day[index])
        slots, most, daily = (
            int(problem.slots[day]),
            problem.recipient_limit[who],
            problem.recipient_day_limit[who, day],
        )
        note(("item", item), f"{problem.items[item]} can be given once.", 1, index, 1)
        note(
            ("day", day),
            f"{problem.days[day]} has {slots} {'slot' if slots == 1 else 'slots'}.",
            slots,
            index,
            1,
        )
        note(("who", who), f"{problem.recipients[who]} may take {most} in all.", int(most), index, 1)
        # A recipient and a day make one rule; the code is that of the flattened table of daily limits.
        place = who * len(problem.days) + day
        note(
            ("daily", place),
            f"{problem.recipients[who]} may take {daily} on {problem.days[day]}.",
            int(daily),
            index,
            1,
        )
        for number, group in enumerate(problem.groups):
            code = int(group.of[index])
            if code >= 0:
                limit = int(group.limit[code])
                sentence = (
                    f"{group.name} {group.labels[code]} has a limit of {limit} {group.unit}".rstrip() + "."
                )
                note((f"group {number}", code), sentence, limit, index, int(group.weight[index]))
    # By kind and code: of equally small conflicts the first in this order is the one that is named.
    return [met[key] for key in sorted(met)]
