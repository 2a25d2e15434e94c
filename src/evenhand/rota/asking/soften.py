"""The same rota with rules that may be broken: for where they cannot all hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from evenhand.core.arguments import said_in_words
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.side_rules import OPEN_SEATS, SideRule
from evenhand.rota.rules import IN_PROGRAM

HEAVIER: Final = 100
"""How many times the heaviest weight given a rule weighs that had none: somebody meant it more than all those
that may be broken. At ten times, ten breaks of a light rule would outweigh one of a rule without weight."""


@said_in_words
def softened(problem: RotaProblem) -> RotaProblem:
    """Return the problem with every side rule as one that may be broken.

    Rules with a weight keep it; the others get 1, or where any rule has a weight ``HEAVIER`` times the
    heaviest. A seat left open weighs ``HEAVIER`` times those: it stays open where nobody is free for it, or
    where filling it would break more than as many rules. Skills, absences, slots at the same time and what is
    frozen stay as they are: they say who can be there at all. Wishes stay wishes.

    Cost: linear in the rules.

    Example:
        >>> import evenhand as eh
        >>> garden = eh.RotaProblem.from_values(["Ada", "Ben"], eh.weekly("2026-01-05", 4), rest=2)
        >>> [(rule.kind, rule.count, rule.weight) for rule in softened(garden).rules]
        [('rest', 2, 1), ('open seats', 0, 100)]
    """
    weight = HEAVIER * max((rule.weight for rule in problem.rules), default=0) or 1
    rules = [replace(rule, weight=weight) for kind in IN_PROGRAM for rule in kind.given(problem)]
    rules += [rule if rule.weight else replace(rule, weight=weight) for rule in problem.rules]
    if not any(rule.kind == OPEN_SEATS and rule.duty < 0 for rule in rules):
        rules.append(SideRule(OPEN_SEATS, weight=HEAVIER * weight, said="every seat is filled"))
    bare: dict[str, Any] = {}
    for kind in IN_PROGRAM:
        if kind.kind != "wish":
            bare |= kind.columns([])
    return replace(problem, rules=tuple(rules), **bare)
