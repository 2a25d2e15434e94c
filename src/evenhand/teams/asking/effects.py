"""What a changed arrangement does to people, in words without points: wishes, meetings, moves, roles."""

from __future__ import annotations

from collections.abc import Sequence

from evenhand.core.arrays import Ints
from evenhand.core.sentences import joined
from evenhand.teams.judging.roles import holders
from evenhand.teams.judging.rules import breaches
from evenhand.teams.problem import Rule, TeamsProblem

WISHES = frozenset({"friends", "choice", "wish"})
"""Kinds of rules that are somebody's wish."""

NAMED = 6
"""People that a sentence names; of more it says how many."""


def listed(names: Sequence[str]) -> str:
    """List names in a sentence, the first of them and a number where there are many.

    >>> listed(["Ada", "Bo", "Cy"])
    'Ada, Bo and Cy'
    """
    shown = list(names)
    if len(shown) > NAMED:
        shown = [*shown[: NAMED - 1], f"{len(shown) - NAMED + 1} more"]
    return joined(shown)


def places(problem: TeamsProblem, awards: Ints, rules: Sequence[Rule]) -> dict[int, int]:
    """Return person to the place of the best wish granted: 0 for the first, -1 for none.

    Of single wishes ("wish") it is how many are refused.
    """
    places_of: dict[int, int] = {}
    refused: dict[int, int] = {}
    missed: dict[int, list[int]] = {}
    for rule, breach in zip(rules, breaches(problem, awards, rules), strict=True):
        if rule.kind not in WISHES:
            continue
        person = rule.people[0]
        if rule.kind == "choice":
            # One rule for the first choice, one for the first two, and so on: each that is missed is a place.
            missed.setdefault(person, []).append(breach.units)
        elif rule.kind == "wish":
            # Each of several single wishes stands for itself: the fewer are refused, the better the place.
            refused[person] = refused.get(person, 0) + breach.units
        else:
            places_of[person] = round(breach.units**0.5) if breach.units < rule.low else -1
    places_of |= refused
    return places_of | {person: -1 if all(units) else sum(units) for person, units in missed.items()}


def rule_effects(
    problem: TeamsProblem, before: Ints, after: Ints, rules: Sequence[Rule] | None = None
) -> list[str]:
    """Say what becomes of wishes, earlier meetings, published places and roles.

    Args:
        problem: the problem.
        before: team codes, shape (n,).
        after: team codes after the change.
        rules: the rules to look at; those that speak of somebody who moves are enough.

    Returns:
        A clause each, such as ``Rosa Marin loses a wish``; [] where nothing of it changes.

    >>> import numpy as np
    >>> rows = [{"name": name, "friend": "Bo" * (name == "Ada")} for name in ("Ada", "Bo", "Cy", "Di")]
    >>> problem = TeamsProblem.from_rows(rows, teams=2, wishes="friend")
    >>> rule_effects(problem, np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]))
    ['Ada loses a wish']
    """
    rules = problem.rules if rules is None else rules
    was, now = places(problem, before, rules), places(problem, after, rules)
    single = {rule.people[0]: rule.kind == "wish" for rule in rules if rule.kind in WISHES}
    sorts: dict[str, list[str]] = {}
    for person in sorted(was):
        old, new = was[person], now[person]
        if old == new:
            continue
        word = "gets a wish" if old < 0 else "loses a wish" if new < 0 else "gets"
        if word == "gets" and single[person]:
            word = "gets a wish" if new < old else "loses a wish"
        elif word == "gets":
            word = "gets an earlier choice" if new < old else "gets a later choice"
        sorts.setdefault(word, []).append(problem.people[person])
    sentences = [f"{listed(names)} {_verb(word, len(names))}" for word, names in sorts.items()]
    sentences += _counted(problem, before, after, rules)
    roles_before, roles_after = holders(problem, before), holders(problem, after)
    for person in sorted({*roles_before, *roles_after}):
        gone = set(roles_before.get(person, ())) - set(roles_after.get(person, ()))
        new_roles = set(roles_after.get(person, ())) - set(roles_before.get(person, ()))
        sentences += [f"{problem.people[person]} is no longer {role}" for role in sorted(gone)]
        sentences += [f"{problem.people[person]} becomes {role}" for role in sorted(new_roles)]
    return sentences


def _verb(word: str, people: int) -> str:
    """Return the words for one person or for several."""
    if people == 1:
        return word
    return word.replace("gets ", "get ").replace("loses ", "lose ").replace("a wish", "a wish each")


def _counted(problem: TeamsProblem, before: Ints, after: Ints, rules: Sequence[Rule]) -> list[str]:
    """Say how the pairs that meet again and the people who move change, and points of other soft rules."""
    pairs = moves = 0
    sentences = []
    both = zip(rules, breaches(problem, before, rules), breaches(problem, after, rules), strict=True)
    for rule, old, new in both:
        change = new.units - old.units
        if not change or not rule.weight or rule.kind in WISHES or rule.kind == "role":
            continue
        if rule.kind == "met":
            pairs += change
        elif rule.kind == "stay":
            moves += change
        else:
            sentences.append(f"{rule.said} is kept {'worse' if change > 0 else 'better'}")
    if pairs:
        count = f"{abs(pairs)} {'pair' if abs(pairs) == 1 else 'pairs'}"
        sentences.append(f"{count} {'more meet' if pairs > 0 else 'fewer meet'} again")
    if moves:
        people = "person" if abs(moves) == 1 else "people"
        verb = "moves" if abs(moves) == 1 else "move"
        sentences.append(
            f"{abs(moves)} {people} {'more' if moves > 0 else 'fewer'} {verb} against the published plan"
        )
    return sentences
