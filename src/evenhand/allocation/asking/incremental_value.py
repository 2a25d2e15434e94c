"""Awards with their group totals, so that one exchange can be valued without counting everything anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np

from evenhand.allocation.judging.judge import judge, tariff
from evenhand.allocation.problem import AllocationProblem
from evenhand.core.arrays import Ints

OWED = "owed"
"""Name of what a first award is worth to whoever is owed from earlier weeks, as the judge's term has it."""


class IncrementalValue:
    """A plan, what each of its awards adds, and the cheapest way to make room for another."""

    def __init__(self, problem: AllocationProblem, awards: Ints) -> None:
        """Count the groups' totals once."""
        self.problem = problem
        self.awards = [int(candidate) for candidate in awards]
        self.chosen = set(self.awards)
        self.totals: list[Counter[int]] = []
        for group in problem.all_groups:
            totals: Counter[int] = Counter()
            for candidate in self.awards:
                totals[int(group.of[candidate])] += int(group.weight[candidate])
            self.totals.append(totals)

    def change(self, add: Iterable[int], drop: Iterable[int]) -> int:
        """Return by how many units the plan's value changes, exactly; limits are not looked at."""
        signed = [(person, 1) for person in add] + [(person, -1) for person in drop]
        change = sum(sign * int(self.problem.worth[person]) for person, sign in signed)
        for group, totals in zip(self.problem.all_groups, self.totals, strict=True):
            moved: Counter[int] = Counter()
            for person, sign in signed:
                moved[int(group.of[person])] += sign * int(group.weight[person])
            for code, amount in moved.items():
                if code >= 0 and amount:
                    change -= tariff(group, code, totals[code] + amount) - tariff(group, code, totals[code])
        return change

    def costs(self, person: int) -> dict[str, int]:
        """Return what one more candidate would cost in each group set, in units; only those that cost.

        What a recipient's first award is worth beyond its score, as it is owed, stands below 0.
        """
        out = {}
        for group, totals in zip(self.problem.all_groups, self.totals, strict=True):
            code = int(group.of[person])
            if code >= 0:
                before = tariff(group, code, totals[code])
                cost = tariff(group, code, totals[code] + int(group.weight[person])) - before
                if cost:
                    out[group.name] = cost
        bonus = int(self.problem.owed_bonus[self.problem.recipient[person]])
        if bonus:
            # The groups take the bonus back from the second award on, as ``worth`` has it in every award: the
            # two cancel there, and only a first award keeps it.
            first = not (self.problem.recipient[self.awards] == self.problem.recipient[person]).any()
            name = OWED if first else self.problem.all_groups[0].name
            out[name] = out.get(name, 0) - bonus
        return {name: cost for name, cost in out.items() if cost}

    def room(self, row: int) -> list[int] | None:
        """Return the cheapest awards to take back so that candidate ``row`` fits; None if it cannot."""
        problem = self.problem
        if problem.forbidden[row] or row in self.chosen:
            return None
        item, who, day = int(problem.item[row]), int(problem.recipient[row]), int(problem.day[row])
        gone = [award for award in self.awards if problem.item[award] == item]
        for mask, limit in (
            ((problem.recipient == who) & (problem.day == day), int(problem.recipient_day_limit[who, day])),
            (problem.recipient == who, int(problem.recipient_limit[who])),
            (problem.day == day, int(problem.slots[day])),
        ):
            there = [award for award in self.awards if mask[award] and award not in gone]
            if limit < 1:
                return None
            if len(there) >= limit:
                gone.append(min(there, key=lambda award: (-self.change([row], [*gone, award]), award)))
        if any(problem.pinned[award] for award in gone):
            return None
        return None if judge(problem, self.after(row, gone)).faults else gone

    def after(self, row: int, gone: list[int]) -> Ints:
        """Return the awards with ``row`` in and ``gone`` out."""
        return np.array(sorted((self.chosen - set(gone)) | {row}), dtype=np.int64)
