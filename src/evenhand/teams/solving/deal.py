"""A greedy: one person at a time, to the smallest team that stays most even."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evenhand.core.arrays import Floats, Ints
from evenhand.core.job import Answer, Limits
from evenhand.core.progress import Progress
from evenhand.core.seeded import keys
from evenhand.core.solution import Status
from evenhand.teams.problem import TeamsProblem


def fits(problem: TeamsProblem) -> str:
    """Say why the greedy cannot take a problem; "" where it can."""
    if problem.listed:
        return "deal gives all teams the same size, give or take one; listed sizes need exchange."
    if problem.rules:
        return "deal knows no rules; exchange does."
    return ""


def shuffled(problem: TeamsProblem, seed: int) -> Ints:
    """Return the order in which people are dealt: it depends on the seed and on names, never on row order."""
    return np.argsort(keys(seed, problem.people, "deal"), kind="stable").astype(np.int64)


def deal(problem: TeamsProblem, order: Sequence[int] | Ints, progress: Progress | None = None) -> Ints:
    """Deal people in a given order; tags and numbers are left out, as the greedy knows neither.

    Args:
        problem: see ``fits``.
        order: person codes, each once: a shuffle.
        progress: polled once a thousand people; the rest is then dealt round the smallest teams.

    Returns:
        Team codes, shape (n,).

    Promise:
        Each person goes to the team with the least ``size x (k + 1) + sum of max(0, (count + 1) / (size + 1)
        - R_v)``, the first of equals. Only the smallest teams are looked at, with the same result.
        Cost O(n T k) in array passes.
    """
    teams = len(problem.teams)
    chosen = [criterion for criterion in problem.criteria if criterion.single]
    awards = np.zeros(problem.n, dtype=np.int64)
    if teams <= 1:
        return awards
    codes = np.array([criterion.of(problem.n) for criterion in chosen], dtype=np.int64).reshape(-1, problem.n)
    counts = [np.zeros((len(criterion.values), teams)) for criterion in chosen]
    shares = [(criterion.counts / max(1, problem.n)).tolist() for criterion in chosen]
    taken = np.zeros(teams)
    for index, person in enumerate(np.asarray(order, dtype=np.int64).tolist()):
        size, step = divmod(index, teams)
        # A new lap: all teams have the same size again, so all are the smallest. Within a lap ``taken`` shuts
        # those that have had their person, which is why only the smallest teams need to be priced.
        if not step:
            taken[:] = 0.0
        if progress is not None and not index % 1000 and progress.stop():
            awards[np.asarray(order)[index:]] = np.arange(index, problem.n) % teams
            return _filled(problem, awards, np.asarray(order)[index:], taken, step)
        cost = taken + float(size * (len(chosen) + 1))
        for criterion, value in enumerate(codes[:, person].tolist()):
            # Code -1 is a person without a value: the column says nothing about where they go.
            if value >= 0:
                cost = cost + np.maximum(
                    0.0, (counts[criterion][value] + 1.0) / (size + 1) - shares[criterion][value]
                )
        # argmin takes the first of equals, as the promise says.
        team = int(cost.argmin())
        awards[person] = team
        taken[team] = np.inf
        for criterion, value in enumerate(codes[:, person].tolist()):
            if value >= 0:
                counts[criterion][value, team] += 1.0
    return awards


def _filled(problem: TeamsProblem, awards: Ints, rest: Ints, taken: Floats, step: int) -> Ints:
    """Give the people a stopped deal left over to the teams that are smallest, in turn."""
    teams = len(problem.teams)
    open_now = np.flatnonzero(taken == 0.0) if step else np.arange(teams)
    head = rest[: len(open_now)]
    awards[head] = open_now[: len(head)]
    tail = rest[len(open_now) :]
    awards[tail] = np.arange(len(tail)) % teams
    return awards


def run(problem: TeamsProblem, seed: int, limits: Limits, progress: Progress) -> Answer:
    """Shuffle by the seed and deal; claims nothing about the optimum."""
    del limits
    with progress.stage("deal"):
        return Answer(deal(problem, shuffled(problem, seed), progress), Status.FEASIBLE)
