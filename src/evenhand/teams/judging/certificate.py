"""What is proven of an arrangement, in a sentence: read off the arrangement and its bound, never copied.

A method hands out its bound, and how it came to it where the bound is the value itself. The sentence is made
here, when a plan is judged and again whenever a document is read, so that nobody can write another one into
a file. What the bound rests on is still the method's word: a document's is marked "claimed by the file".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.job import Recheck
from evenhand.core.units import at_most
from evenhand.teams.judging.objective import price_list
from evenhand.teams.judging.rules import breaches
from evenhand.teams.judging.score import outside
from evenhand.teams.problem import Rule, TeamsProblem

HOW = {
    "": "",
    "tried": "All arrangements were tried: none that keeps the rules has a lower value.",
    "program": "A mixed-integer program proves that no arrangement has a lower value.",
}
"""How a method can have proven its value least, beside a bound that the value meets by itself."""

MATCHED = 5_000
"""People with wishes up to whom it is counted how many can be served; each wish is looked at a few times."""


def recheck(problem: TeamsProblem, _awards: Ints, proof: Mapping[str, Any]) -> Recheck:
    """Look at what a document says was proven: no part of a value is below 0, and more is not proven here."""
    damage = [] if _how(proof) in HOW else ["proven is none of the ways in which a plan is proven best"]
    if "changed" in proof and len(_names(problem, proof["changed"])) != 2:  # noqa: PLR2004 - two swap places
        damage.append("changed does not name two people")
    return Recheck(0, tuple(damage))


def said(
    problem: TeamsProblem, awards: Ints, objective: int, bound: int | None, proof: Mapping[str, Any]
) -> dict[str, str]:
    """Return the sentence of an arrangement as ``certificate``; nothing where its method proves nothing.

    Args:
        problem: the problem.
        awards: team codes, shape (n,).
        objective: what the arrangement is worth, as the judge found it.
        bound: what no arrangement is worth less than, as the method says.
        proof: what the method handed out: ``proven`` says how, ``changed`` who swapped places by hand.
    """
    if "changed" in proof:
        names = " and ".join(_names(problem, proof["changed"]))
        return {"certificate": f"Changed by hand: {names} swapped places."}
    # Where a sentence is there already, it is made anew as well: no text of a file is passed on.
    if not {"proven", "certificate"} & proof.keys():
        return {}
    bound = 0 if bound is None else bound
    return {"certificate": _sentence(problem, awards, objective, bound, HOW.get(_how(proof), ""))}


def _names(problem: TeamsProblem, changed: Any) -> list[str]:
    people = set(problem.people)
    listed = changed if isinstance(changed, list | tuple) else []
    return [name for name in listed if isinstance(name, str) and name in people]


def _how(proof: Mapping[str, Any]) -> str:
    how = proof.get("proven", "")
    return how if isinstance(how, str) else "?"


def _sentence(problem: TeamsProblem, awards: Ints, value: int, bound: int, how: str) -> str:
    prices = price_list(problem)
    if len(problem.teams) <= 1:
        return "There is only one arrangement."
    if value == bound == 0:
        return "Proven: no other teams would be more even."
    if value == bound and prices.off and not how and _within_quota(problem, awards):
        return "Proven: no teams within one person of every fair share are more even."
    if value == bound:
        alone = "Nothing else is lost: no arrangement has a lower value."
        return _parts_said(problem, awards, best=True) + (how or alone)
    told = _parts_said(problem, awards, best=False)
    if problem.criteria and _within_quota(problem, awards):
        told += "Every team is within quota. "
    if any(rule.kind == "friends" for rule in problem.rules):
        # One wish outweighs all columns, so the gap in points is a large number that says nothing of them.
        return f"{told}Not proven best."
    points = (value - bound) / prices.point
    gap = "less than 0.01 points" if points < 0.01 else f"at most {at_most(points, 2)} points"  # noqa: PLR2004 - two digits
    return f"{told}Not proven best: a better plan would be {gap} better (a column from worst to best is 100)."


def why_off(problem: TeamsProblem, awards: Ints) -> str:
    """Say why counts of a plan that is proven best can be off the fair share; nothing where none is.

    With columns alone a plan within quota costs least of all (of unequal teams as well, where quota comes
    first), so a best plan that is not shows that there is none. Rules and numbers are weighed against them.

    >>> rows = {"a": list("xxyyxy"), "b": list("pppqqq"), "c": list("uvuvvu")}
    >>> print(why_off(TeamsProblem.from_values(6, rows, teams=3), np.array([0, 0, 1, 1, 2, 2])))
    Counts are off all the same: no arrangement brings every count to its fair share at once.
    """
    if _within_quota(problem, awards):
        return ""
    alone = not (problem.rules or problem.numbers or any(c.similar for c in problem.criteria if c.weight))
    if alone and (problem.even or price_list(problem).off):
        return "Counts are off all the same: no arrangement brings every count to its fair share at once."
    return (
        "Counts are off all the same: rules, wishes and numbers count beside them, and all together decide."
    )


def _parts_said(problem: TeamsProblem, awards: Ints, *, best: bool) -> str:
    """Say what is proven of moves and wishes by themselves.

    ``best``: whether the whole plan is proven best. Where moves or wishes alone come before all columns, the
    best plan has the best of them.
    """
    units = [
        (rule, breach.units) for rule, breach in zip(problem.rules, breaches(problem, awards), strict=True)
    ]
    stays = [(rule, broken) for rule, broken in units if rule.kind == "stay"]
    wishes = [(rule, broken) for rule, broken in units if rule.kind == "friends"]
    columns = 100 * (sum(c.weight for c in problem.criteria) + 2 * sum(n.weight for n in problem.numbers))
    # A proven optimum of a sum proves a part of it only where that part outweighs all the others.
    alone = len({rule.kind for rule in problem.rules if rule.weight}) == 1
    best = best and alone and all(rule.weight > columns for rule, _ in stays)
    told = ""
    if stays:
        moved, least = sum(broken for _, broken in stays), _movers(problem, [rule for rule, _ in stays])
        proven = "proven fewest" if best or moved == least else f"at least {least} must"
        told += f"{moved} {'person moves' if moved == 1 else 'people move'} ({proven}). "
    if wishes:
        served, most = sum(broken < rule.low for rule, broken in wishes), len(wishes)
        if most <= MATCHED:
            most = most_served([rule.people[1:] for rule, _ in wishes], int(problem.sizes.max()) - 1)
        alike = len({rule.weight for rule, _ in wishes}) == 1
        proven = "proven most" if (best and alike) or served == most else f"no plan serves more than {most}"
        are = "is" if served == 1 else "are"
        told += f"{served} of {len(wishes)} people {are} with somebody they named ({proven}). "
    return told


def _movers(problem: TeamsProblem, stays: list[Rule]) -> int:
    """Return how many people must leave their team, as it has fewer places than there are people in it."""
    largest = int(problem.sizes.max())
    room = [int(problem.sizes[rule.teams[0]]) if problem.listed else largest for rule in stays]
    return sum(max(0, len(rule.people) - places) for rule, places in zip(stays, room, strict=True))


def most_served(friends: list[tuple[int, ...]], places: int) -> int:
    """Return how many people can each be given one of their friends, nobody more than ``places`` times.

    Whoever is served stands in a team with a friend, which has so many places beside the friend: so no
    arrangement serves more. Person by person, moving those before to another friend where that makes room.

    >>> most_served([(7,), (7,), (7, 8)], 1)
    2
    """
    holders: dict[int, list[int]] = {}
    friend_of: dict[int, int] = {}
    for person, named in enumerate(friends):
        asked_by = dict.fromkeys(named, person)
        queue = list(asked_by)
        # The list grows while it is read: friends of those who would have to move are asked as well.
        for friend in queue:
            there = holders.setdefault(friend, [])
            if len(there) < places:
                _hand_on(friend, person, asked_by, holders, friend_of)
                break
            for holder in there:
                new = [other for other in friends[holder] if other not in asked_by]
                asked_by |= dict.fromkeys(new, holder)
                queue += new
    return len(friend_of)


def _hand_on(
    free: int, person: int, asked_by: dict[int, int], holders: dict[int, list[int]], friend_of: dict[int, int]
) -> None:
    """Give a free friend to whoever asked, the friend they had to whoever asked for that one, and so on."""
    while True:
        taker = asked_by[free]
        holders[free].append(taker)
        left = friend_of.get(taker)
        friend_of[taker] = free
        if taker == person:
            return
        assert left is not None  # noqa: S101 - whoever is asked to move holds a friend
        holders[left].remove(taker)
        free = left


def _within_quota(problem: TeamsProblem, awards: Ints) -> bool:
    """Whether every team has floor or ceiling of its share of every value that is to be spread."""
    sizes = np.bincount(awards, minlength=len(problem.teams)).astype(np.int64)
    return not any(
        outside(criterion.table(awards, len(sizes)), criterion.counts, sizes).any()
        for criterion in problem.criteria
        if criterion.weight and not criterion.similar
    )
