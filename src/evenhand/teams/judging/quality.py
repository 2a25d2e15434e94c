"""A simple quality score, by mix or variety, clamped to [0, 1]: to compare with the exact ``balance``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Ints
from evenhand.teams.problem import TeamsProblem

NONE = 1e-12
"""Below it a difference of floats is none."""


@dataclass(frozen=True, slots=True)
class SeedQuality:
    """The simple score: of each criterion, whether it is limited, and their plain mean."""

    scores: dict[str, float]
    limited: dict[str, bool]
    overall: float


@said_in_words
def seed_quality(problem: TeamsProblem, awards: Ints) -> SeedQuality:
    """Score an arrangement by mix (few values) or variety (many), clamped to [0, 1].

    It misleads (see the manual): use ``balance``. Cost O(n k).

    Example:
        >>> import evenhand as eh
        >>> problem = eh.TeamsProblem.from_values(4, {"house": ["N", "N", "S", "S"]}, teams=2)
        >>> plan = eh.solve(problem)
        >>> eh.teams.seed_quality(problem, plan.awards)
        SeedQuality(scores={'house': 1.0}, limited={'house': False}, overall=1.0)
    """
    scores: dict[str, float] = {}
    limited: dict[str, bool] = {}
    sizes = np.bincount(np.asarray(awards, dtype=np.int64), minlength=len(problem.teams))
    for criterion in problem.criteria:
        score, short = seed_score(criterion.table(awards, len(problem.teams)), sizes)
        scores[criterion.name] = min(1.0, max(0.0, score))
        limited[criterion.name] = short
    overall = sum(scores.values()) / len(scores) if scores else 1.0
    return SeedQuality(scores, limited, overall)


def seed_score(table: Ints | Sequence[Sequence[int]], sizes: Ints | Sequence[int]) -> tuple[float, bool]:
    """Return the simple score of one criterion, not clamped, and its ``limited`` flag.

    Args:
        table: people of each team and value, shape (T, V).
        sizes: members of each team, shape (T,).
    """
    counts = np.asarray(table, dtype=np.int64)
    members = np.asarray(sizes, dtype=np.int64)
    teams, values = counts.shape
    # Nothing to be uneven in.
    if not teams or not values:
        return 1.0, False
    # With more values than teams most of them cannot be mixed evenly, so only variety is looked at.
    return _ratio(counts, members) if values <= teams else _diversity(counts, members)


def _ratio(counts: Ints, sizes: Ints) -> tuple[float, bool]:
    teams = len(sizes)
    people = int(sizes.sum())
    whole = counts.sum(axis=0)
    share = whole / people
    mean = people / teams
    mad = np.abs(counts / np.maximum(sizes, 1)[:, None] - share).mean(axis=0)
    # At best some teams have one person of a value more than the others; at worst one team has all of them.
    extra = whole % teams
    floor = whole // teams
    best = (
        extra * np.abs((floor + 1) / mean - share) + (teams - extra) * np.abs(floor / mean - share)
    ) / teams
    worst = 2.0 * share * (teams - 1) / teams
    above = float((share * np.maximum(0.0, mad - best)).sum())
    room = float((share * (worst - best)).sum())
    # A value of fewer people than teams leaves a team without it, whatever is planned.
    limited = bool((whole < teams).any())
    return (1.0 if abs(room) < NONE else 1.0 - above / room), limited


def _diversity(counts: Ints, sizes: Ints) -> tuple[float, bool]:
    values = counts.shape[1]
    coverage = float((counts > 0).sum(axis=1).mean()) / values
    best = float(np.minimum(values, sizes).mean()) / values
    worst = 1.0 / values
    limited = bool((sizes < values).any())
    return (1.0 if abs(best - worst) < NONE else (coverage - worst) / (best - worst)), limited


@said_in_words
def diversity(problem: TeamsProblem, awards: Ints) -> list[tuple[list[tuple[int, float]], float]]:
    """Return how varied each team is: for each balanced column its values held, and their part of all.

    Returns:
        For each team [(values held, coverage) for each column of weight], and the mean coverage: the team's
        diversity, between 0 and 1. [] where nothing is balanced. Cost O(n k + T V).

    >>> rows = [{"name": name, "h": house} for name, house in zip("abcd", "NNSS")]
    >>> problem = TeamsProblem.from_rows(rows, teams=2, balance="h")
    >>> diversity(problem, np.array([0, 0, 1, 1]))
    [([(1, 0.5)], 0.5), ([(1, 0.5)], 0.5)]
    """
    counted = [criterion for criterion in problem.criteria if criterion.weight and criterion.values]
    if not counted:
        return []
    held = [(criterion.table(awards, len(problem.teams)) > 0).sum(axis=1).tolist() for criterion in counted]
    out = []
    for team in range(len(problem.teams)):
        covered = [
            (values[team], values[team] / len(criterion.values))
            for values, criterion in zip(held, counted, strict=True)
        ]
        out.append((covered, sum(share for _, share in covered) / len(covered)))
    return out
