"""What people want to read of an arrangement: a line for each column, number and soft rule."""

from __future__ import annotations

from math import ceil, isqrt, log10

import numpy as np

from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Floats, Ints
from evenhand.teams.judging.rules import Breach, breaches
from evenhand.teams.judging.score import Balance, balance
from evenhand.teams.problem import Z_UNIT, Number, Rule, TeamsProblem

SHOWN = 12
"""Soft rules of one kind that have a line each."""


@said_in_words
def summary(problem: TeamsProblem, awards: Ints, scored: Balance | None = None) -> list[tuple[str, str, str]]:
    """Return (what, score, in words) of each balanced column, each number, and each soft rule.

    Args:
        problem: the problem.
        awards: team codes, shape (n,).
        scored: the exact scores where they are at hand.

    Returns:
        A score is between 0 and 1 in three digits; numbers and rules have words only. O(n k + T V).

    Cost: linear in people times columns, and in the rules.

    Example:
        >>> import evenhand as eh
        >>> problem = eh.TeamsProblem.from_values(4, {"house": ["N", "N", "S", "S"]}, teams=2)
        >>> plan = eh.solve(problem)
        >>> eh.teams.summary(problem, plan.awards)
        [('house', '1.000', '')]
    """
    scored = scored or balance(problem, awards)
    lines = [
        (criterion.name, f"{float(scored.scores[criterion.name]):.3f}", scored.limited[criterion.name])
        for criterion in problem.criteria
        # A column of weight 0 is there for rules alone: nobody asked how even it is.
        if criterion.weight
    ]
    lines += [(number.name, "", _levelled(number, awards, len(problem.teams))) for number in problem.numbers]
    return lines + _soft(problem, awards)


def granted(problem: TeamsProblem, awards: Ints) -> list[str]:
    """Return how many people got a wish or a choice, a sentence each; linear in the rules."""
    asked = {COUNTED["friends"], COUNTED["choice"]}
    return [words for what, _, words in _soft(problem, awards) if what in asked]


def levels(problem: TeamsProblem, awards: Ints) -> list[tuple[str, float, float]]:
    """Return (name, lowest, highest mean of a team) of each number, in its own unit; O(n) a number."""
    out = []
    for number in problem.numbers:
        means, _ = _means_and_spreads(number, awards, len(problem.teams))
        out.append((number.name, float(means.min()), float(means.max())))
    return out


def _soft(problem: TeamsProblem, awards: Ints) -> list[tuple[str, str, str]]:
    """Return a line a soft rule, or where there are many of a kind how many are kept."""
    by_kind: dict[str, list[Breach]] = {}
    roles: list[tuple[str, str, str]] = []
    soft: dict[str, list[tuple[Rule, Breach]]] = {}
    for rule, breach in zip(problem.rules, breaches(problem, awards), strict=True):
        if rule.kind == "role":
            words = f"{breach.outcome} (in turn: {rule.said.partition('turn of ')[2]})."
            roles.append((problem.criteria[rule.criterion].name, "", words))
        elif rule.weight and rule.kind in COUNTED:
            soft.setdefault(rule.kind, []).append((rule, breach))
        elif rule.weight:
            by_kind.setdefault(rule.kind, []).append(breach)
    lines = [(COUNTED[kind], "", _counted(kind, pairs)) for kind, pairs in soft.items()] + roles
    for kind, rules in by_kind.items():
        if len(rules) <= SHOWN:
            lines += [(breach.rule, "", f"{breach.outcome}.") for breach in rules]
        else:
            kept = sum(not breach.units for breach in rules)
            lines.append((f"{kind}, {len(rules):,} rules", "", f"{kept:,} kept in full."))
    return lines


COUNTED = {"friends": "wishes", "choice": "choices", "stay": "moves", "met": "met before"}
"""Kinds of which there is a rule for nearly everybody: one line says how many people got what."""

PLACES = ("first", "second", "third", "fourth", "fifth", "sixth")


def _counted(kind: str, ruled: list[tuple[Rule, Breach]]) -> str:
    """Say of how many people what became of them."""
    if kind == "stay":
        people = sum(len(rule.people) for rule, _ in ruled)
        moved = sum(breach.units for _, breach in ruled)
        return f"{moved} of {people} people {'moves' if moved == 1 else 'move'}."
    if kind == "met":
        pairs = sum(len(rule.people) * (len(rule.people) - 1) // 2 for rule, _ in ruled)
        again = sum(breach.units for _, breach in ruled)
        return f"{again} of {pairs} earlier meetings {'is' if again == 1 else 'are'} repeated."
    if kind == "friends":
        places = [isqrt(breach.units) if breach.units < rule.low else -1 for rule, breach in ruled]
    else:
        by_person: dict[int, list[int]] = {}
        for rule, breach in ruled:
            by_person.setdefault(rule.people[0], []).append(breach.units)
        # A choice is missed in the rules before it; who missed all has none.
        places = [sum(units) if not all(units) else -1 for units in by_person.values()]
    got = [place for place in places if place >= 0]
    words = dict(enumerate(PLACES))
    parts = [f"{got.count(place)} {words.get(place, 'later')}" for place in sorted(set(got))]
    single = len(got) == 1
    what = f"{'is' if single else 'are'} with somebody they named"
    if kind != "friends":
        what = f"{'gets' if single else 'get'} one of their choices"
    return f"{len(got)} of {len(places)} people {what}" + (f" ({', '.join(parts)})." if parts else ".")


def _means_and_spreads(number: Number, awards: Ints, teams: int) -> tuple[Floats, Floats]:
    """Return each team's mean and standard deviation; who has no number counts as the mean."""
    sizes = np.maximum(1, np.bincount(awards, minlength=teams))
    z = number.level / Z_UNIT
    level = np.bincount(awards, weights=z, minlength=teams) / sizes
    square = np.bincount(awards, weights=z * z, minlength=teams) / sizes
    return number.mean + number.sd * level, number.sd * np.sqrt(np.maximum(0.0, square - level * level))


def _levelled(number: Number, awards: Ints, teams: int) -> str:
    """Say between what the teams' means and standard deviations lie."""
    means, spread = _means_and_spreads(number, awards, teams)
    return ", ".join(
        f"{what} {_range_said(of_teams, number.sd)} (all {_rounded(of_all, number.sd)})"
        for what, of_teams, of_all in (("means", means, number.mean), ("spreads", spread, number.sd))
    )


def _range_said(values: Floats, apart: float) -> str:
    """Say between what values lie, or that they are alike."""
    low, high = _rounded(values.min(), apart), _rounded(values.max(), apart)
    return f"{low} to {high}" if low != high else f"{low} in every team"


FINEST = 20
"""Parts of how far people are apart that a reader can tell: teams nearer to each other are said to be alike.
With half as many, mean ages of 33.4 and 34.2 would both be 33 or 34."""


def _rounded(value: float, apart: float) -> str:
    """Write a value to a power of ten that is a twentieth, or less, of how far people are apart.

    >>> _rounded(5.2013, 1.71), _rounded(52_113.4, 20_300.0)
    ('5.2', '52,000')
    """
    places = ceil(log10(FINEST / apart)) if apart > 0 else 2
    number = round(float(value), places) + 0.0
    return f"{number:,.{max(0, places)}f}".rstrip("0").rstrip(".") if places > 0 else f"{number:,.0f}"
