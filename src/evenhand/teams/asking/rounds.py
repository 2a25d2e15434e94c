"""Several rounds in a row, with as few repeated pairs as can be found."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Ints
from evenhand.core.progress import Progress
from evenhand.teams.asking.rotate import rotated
from evenhand.teams.problem import Rule, TeamsProblem


@dataclass(frozen=True, eq=False)
class Rounds:
    """Arrangements in order.

    Attributes:
        awards: team codes, shape (rounds, n).
        repeats: pairs that stand together once more than before, summed over all rounds.
        pairs: pairs that stand together at all.
    """

    awards: Ints
    repeats: int
    pairs: int


@said_in_words
def plan_rounds(
    problem: TeamsProblem, count: int, *, seed: int = 0, progress: Progress | None = None
) -> Rounds:
    """Plan rounds in which people meet as few others twice as can be found.

    Args:
        problem: the people and teams; sizes are kept in every round. Pairs alone count here: with rules and
            criteria solve one round after another, each with ``met_before``.
        count: rounds.
        seed: decides the search.
        progress: asked whether to stop; the rounds so far are then improved no further.

    Promise:
        With 100 people in 20 teams, 15 rounds without a repeated pair.

    Cost: linear in rounds times people where nobody need meet twice; else as long as the search goes on.

    Example:
        >>> import evenhand as eh
        >>> rounds = eh.teams.plan_rounds(eh.TeamsProblem.from_values(9, {}, teams=3), 4)
        >>> rounds.repeats
        0
    """
    awards = rotated(problem.sizes, count, seed, progress or Progress())
    return Rounds(awards, repeats(awards), _together(awards))


@said_in_words
def met_before(problem: TeamsProblem, earlier: Ints, *, weight: int = 20) -> TeamsProblem:
    """Return the problem with soft rules against meeting again; older rounds count less, halving each round.

    Args:
        problem: the problem.
        earlier: team codes of earlier rounds, oldest first, shape (rounds, n).
        weight: points for a pair of the last round, >= 1.

    Cost: linear in rounds times people.

    Example:
        >>> import evenhand as eh
        >>> problem = eh.TeamsProblem.from_values(4, {"house": ["N", "N", "S", "S"]}, teams=2)
        >>> plan = eh.solve(problem)
        >>> again = eh.solve(eh.teams.met_before(problem, [plan.awards]))
        >>> again.status
        <Status.OPTIMAL: 'optimal'>
    """
    rules: list[Rule] = []
    for back, awards in enumerate(np.atleast_2d(earlier)[::-1]):
        points = max(1, weight >> back)
        for team in np.unique(awards).tolist():
            people = tuple(np.flatnonzero(awards == team).tolist())
            if len(people) > 1:
                ago = "in the last round" if back == 0 else f"{back + 1} rounds ago"
                rules.append(Rule("met", people, weight=points, said=f"met {ago}"))
    return replace(problem, rules=(*problem.rules, *rules))


def repeats(awards: Ints) -> int:
    """Count how often a pair meets that has met before, over rounds of shape (rounds, n)."""
    met = _meetings(awards)
    return int(np.maximum(met - 1, 0).sum()) // 2


def _together(awards: Ints) -> int:
    return int((_meetings(awards) > 0).sum()) // 2


def _meetings(awards: Ints) -> Ints:
    count = awards.shape[1]
    met = np.zeros((count, count), dtype=np.int64)
    for row in awards:
        met += row[:, None] == row[None, :]
    np.fill_diagonal(met, 0)
    return met
