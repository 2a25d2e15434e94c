"""Numbers levelled among people who are alike in all else: best swaps until none helps, from several starts.

Two people of the same values whom no rule names can change places without touching anything but numbers.
The objective is that of k-plus anticlustering: the variance between teams of each number and of its spread.

References:
    Papenberg and Klau, *Using anticlustering to partition data sets into equivalent parts* (2021),
    doi:10.1037/met0000301.
"""

from __future__ import annotations

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.progress import Progress
from evenhand.core.seeded import stream
from evenhand.teams.problem import TeamsProblem
from evenhand.teams.solving.model.objective import UnitCosts, value_of

STARTS = 10
"""Most starts, the arrangement at hand being the first."""

WORK = 250_000_000
"""Most numbers looked at in one pass of all starts; beyond, there are fewer starts, then none."""

TURNS = 4000
"""Most people whose turn it is in one pass of all starts but the first."""

WEIGHTS = 1000
"""Largest whole weight of a number against the least."""


def level_numbers(
    problem: TeamsProblem, costs: UnitCosts, awards: Ints, seed: int, progress: Progress, starts: int = STARTS
) -> Ints:
    """Return an arrangement as good in all but numbers and no worse in those.

    Args:
        problem: the problem, with numbers.
        costs: its unit costs.
        awards: team codes, shape (n,).
        seed: decides the other starts.
        progress: asked between passes whether to stop.
        starts: most starts; 1 where annealing has levelled already.
    """
    groups = _groups(problem)
    level, weight = _columns(problem, costs)
    work = sum(len(group) ** 2 for group in groups) * level.shape[1]
    # Too much for even one start: the arrangement at hand stands.
    if not work or work > WORK:
        return awards
    draw = stream(seed, "levelled")
    best = (value_of(problem, costs, awards)[1], awards)
    for start in range(min(starts, WORK // work, max(1, TURNS // problem.n))):
        if progress.stop():
            break
        begun = awards.copy()
        # The first start is the arrangement at hand, so the outcome is never worse; the others shuffle people
        # only among those alike in all else.
        for group in groups if start else ():
            begun[group] = draw.permutation(begun[group])
        exchanged = _exchanged(level, weight, begun, groups, progress)
        best = min(
            best, (value_of(problem, costs, exchanged)[1], exchanged), key=lambda candidate: candidate[0]
        )
    return best[1]


def _groups(problem: TeamsProblem) -> list[Ints]:
    """Return the people whom no rule names, by what they are in every criterion; those alone fall out."""
    held: list[list[tuple[int, int]]] = [[] for _ in range(problem.n)]
    for index, criterion in enumerate(problem.criteria):
        for person, value in zip(criterion.person.tolist(), criterion.value.tolist(), strict=True):
            held[person].append((index, value))
    named = {person for rule in problem.rules for person in rule.people}
    seen: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for person in range(problem.n):
        if person not in named:
            seen.setdefault(tuple(sorted(held[person])), []).append(person)
    return [np.array(group, dtype=np.int64) for group in seen.values() if len(group) > 1]


def _columns(problem: TeamsProblem, costs: UnitCosts) -> tuple[Ints, Ints]:
    """Return each person's levels and spreads, shape (n, 2 x numbers), and their weights as whole numbers."""
    least = min((price for price in costs.number if price), default=1)
    weight = [min(WEIGHTS, round(price / least)) for price in costs.number for _ in range(2)]
    columns = [scaled for number in problem.numbers for scaled in (number.level, number.spread)]
    return np.column_stack(columns), np.array(weight, dtype=np.int64)


def _exchanged(level: Ints, weight: Ints, awards: Ints, groups: list[Ints], progress: Progress) -> Ints:
    """Swap every person in turn with the best of the alike until none helps; whole sums, so exact.

    Cost of a pass: the sum of squared group sizes x numbers.
    """
    of = awards.copy()
    teams = int(of.max()) + 1
    sizes = np.bincount(of, minlength=teams)
    sums = np.zeros((teams, level.shape[1]), dtype=np.int64)
    np.add.at(sums, of, level)
    moved = True
    while moved and not progress.stop():
        moved = False
        for group in groups:
            levels = level[group]
            for person in group.tolist():
                here = int(of[person])
                apart = levels - level[person]
                priced = apart * weight
                length = (priced * apart).sum(axis=1)
                there = of[group]
                # With d = the other's numbers less one's own and S a team's sum, (S + d)^2 - S^2 = 2 S d +
                # d^2 here and -2 S d + d^2 there: no sums have to be made anew for a swap that is only looked
                # at.
                gain = 2 * (priced * sums[here]).sum(axis=1) + length
                loss = length - 2 * (priced * sums[there]).sum(axis=1)
                change = gain / sizes[here] + loss / sizes[there]
                # The formula is for two teams; a swap within one changes nothing.
                change[there == here] = 0.0
                best = int(change.argmin())
                # At least 1 better, so that rounding in the divisions cannot pass for a gain and the passes
                # end.
                if change[best] > -1.0:
                    continue
                other, team = int(group[best]), int(there[best])
                sums[here] += apart[best]
                sums[team] -= apart[best]
                of[person], of[other] = team, here
                moved = True
    return of
