"""Several rounds in a row, with as few repeated pairs as can be found."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Ints
from evenhand.core.progress import Progress
from evenhand.core.seeded import stream
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
        problem: the people and teams; sizes are kept in every round. Pairs come first. Then who is who in the
            plan is chosen so that the criteria are as even as that allows. Rules and numbers count nothing
            here: with them solve one round after another, each with ``met_before``.
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
    progress = progress or Progress()
    awards = rotated(problem.sizes, count, seed, progress)
    if any(criterion.weight for criterion in problem.criteria):
        awards = _evened(problem, awards, stream(seed, "who is who"), progress)
    return Rounds(awards, repeats(awards), _together(awards))


EVENED = 40_000_000
"""People squared x rounds x values that one pass of all starts looks at: about a second."""

STARTS = 20
"""Most starts. 60 people in nine rounds with two columns: one start leaves 17 of 108 teams off, twenty 11."""


def _evened(problem: TeamsProblem, awards: Ints, draw: np.random.Generator, progress: Progress) -> Ints:
    """Let people change places in all rounds at once, which repeats no further pair, until columns are even.

    Best swaps from several starts by how far each team's counts are from their shares, squared.
    """
    people = problem.n
    columns = [criterion for criterion in problem.criteria if criterion.weight]
    wide = sum(len(criterion.values) for criterion in columns)
    held, price, first = np.zeros((people, wide), dtype=np.int64), np.zeros(wide, dtype=np.int64), 0
    for criterion in columns:
        held[criterion.person, first + criterion.value] = 1
        price[first : first + len(criterion.values)] = criterion.weight * (-1 if criterion.similar else 1)
        first += len(criterion.values)
    least, best = None, awards
    for start in range(max(1, min(STARTS, EVENED // max(1, people * people * len(awards) * wide)))):
        if progress.stop():
            break
        placed, cost = _swapped(
            held, price, awards[:, draw.permutation(people)] if start else awards, progress
        )
        if least is None or cost < least:
            least, best = cost, placed
    return best


def _swapped(held: Ints, price: Ints, awards: Ints, progress: Progress) -> tuple[Ints, int]:
    """Swap every person with whom it helps most until nobody is helped; return places and cost, exact."""
    awards = awards.copy()
    (count, people), sizes = awards.shape, np.bincount(awards[0])
    rounds = np.arange(count)[:, None]
    # People x how far each team's count is from its share, so that all stays whole.
    away = np.zeros((count, len(sizes), held.shape[1]), dtype=np.int64)
    for row, table in zip(awards, away, strict=True):
        np.add.at(table, row, people * held)
    away -= sizes[None, :, None] * held.sum(axis=0)
    moved = True
    while moved and not progress.stop():
        moved = False
        for person in range(people):
            apart = held - held[person]
            priced = apart * price
            length = (priced * apart).sum(axis=1)
            here = awards[:, person]
            pull = away[rounds[:, 0], here] @ priced.T - np.einsum("rpl,pl->rp", away[rounds, awards], priced)
            # (E + n d)^2 + (F - n d)^2 - E^2 - F^2 = 2 n (E - F) d + 2 n^2 d^2, of each round they are apart.
            change = np.where(awards != here[:, None], pull + people * length, 0).sum(axis=0)
            other = int(change.argmin())
            if change[other] >= 0:
                continue
            away[rounds[:, 0], here] += people * apart[other]
            away[rounds[:, 0], awards[:, other]] -= people * apart[other]
            awards[:, [person, other]] = awards[:, [other, person]]
            moved = True
    return awards, int((away * away * price).sum())


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


def repeats(awards: Ints | list[Ints]) -> int:
    """Count how often a pair meets that has met before, over rounds of shape (rounds, n)."""
    met = _meetings(np.asarray(awards))
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
