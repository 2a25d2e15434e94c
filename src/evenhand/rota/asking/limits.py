"""Which rule keeps somebody behind, or ahead: a plan that heeds it cannot do otherwise, and should say so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.core.shares import TICKS
from evenhand.core.units import decimals
from evenhand.rota.judging.judge import statement_of
from evenhand.rota.problem import RotaProblem
from evenhand.rota.rules.base import RowsOfRule
from evenhand.rota.solving.optimise.board import board_of

LIMITS: Final = frozenset({"most", "in a row", "rest", "rest days", "rest hours", "forbidden"})
"""Kinds of rules that say how many turns one person may have, whatever others do."""

BEHIND: Final = 1.0
"""Turns off beyond which a reason is looked for: whole turns alone leave anybody up to one turn off."""

NAMED: Final = 3
"""Rules that a reason names; of more it says how many."""

LOOKED_AT: Final = 100_000
"""Slots times people up to which reasons are looked for: laying out the rules takes a second or two."""


def kept_by_rules(problem: RotaProblem, awards: Ints) -> dict[str, str]:
    """Return why people end the plan more than a turn off, where it is a rule; a sentence each, by name.

    Args:
        problem: the rota.
        awards: its plan.

    Returns:
        Those who would be behind with as many turns as their limits allow at most in these slots, and those
        who are ahead and have fixed turns alone. Nothing for rotas beyond ``LOOKED_AT``. Cost O(rows of the
        rules) and a pass over the slots for each rule of each person who is off.

    >>> import evenhand as eh
    >>> most = [{"rule": "most", "name": "Al", "value": 1, "days": 21}]
    >>> weeks = eh.weekly("2026-01-05", 12)
    >>> rota = eh.RotaProblem.from_values(["Al", "Bo"], weeks, policy="ledger", rules=most)
    >>> kept_by_rules(rota, eh.solve(rota).awards)["Al"]
    'Al is 2.0 turns behind: the rule that Al does not serve more than 1 turn in any 21 days allows no more.'
    """
    slots, people = len(problem.seats), len(problem.people)
    if not (problem.ruled or problem.pinned) or not slots or slots * people > LOOKED_AT:
        return {}
    lag = statement_of(problem, awards).lag / TICKS
    off = np.flatnonzero(np.abs(lag) > BEHIND).tolist()
    if not off:
        return {}
    board = board_of(problem)
    limits = [rule for rule in (*board.rules, *board.soft) if _limits(problem, rule)]
    served = np.bincount(awards[awards >= 0], minlength=people)
    # Where some turns count more than others no count of turns is enough by itself.
    alike = bool((problem.load == problem.load[0]).all())
    fixed = np.bincount(np.unique(problem.fixed, axis=0)[:, 1], minlength=people)
    out = {}
    for who in off:
        name, size = problem.people[who], f"{decimals(abs(lag[who]), 1)} turns"
        if lag[who] > 0:
            enough = served[who] + ((lag[who] - BEHIND) / problem.load[0] if alike else 0.5)
            reasons, most = _reasons(limits, board.able[:, who], who, float(enough))
            words = [f"that {rule.sentence}" for rule in reasons[:NAMED]]
            words += [f"{len(reasons) - NAMED} more"] if len(reasons) > NAMED else []
            if words:
                verb = "rules {} allow" if len(reasons) > 1 else "rule {} allows"
                count = "no more" if most <= served[who] else f"{most} at most"
                out[name] = f"{name} is {size} behind: the {verb.format(' and '.join(words))} {count}."
        elif served[who] and fixed[who] >= served[who]:
            turns = "the one turn" if served[who] == 1 else f"all {served[who]} turns"
            out[name] = f"{name} is {size} ahead: {turns} they have in this plan must be theirs by a rule."
    return out


def _limits(problem: RotaProblem, rule: RowsOfRule) -> bool:
    """Whether a rule limits single people, in a way of which the most turns can be counted one by one."""
    # Where turns last differently long, taking the first that rest allows is not always the most.
    alike = (problem.slot_minutes == problem.slot_minutes[0]).all()
    return rule.kind in LIMITS and (bool(alike) or not rule.kind.startswith("rest"))


def _reasons(
    limits: Sequence[RowsOfRule], able: Bools, who: int, enough: float
) -> tuple[list[RowsOfRule], int]:
    """Return as few rules as together allow less than enough turns, and the most they allow; else none."""
    kept = [rule for rule in limits if (rule.person == who).any()]
    most = _most_turns(kept, able, who) if kept else 0
    if not kept or most >= enough:
        return [], most
    # From the last on each rule is left out that the others do without: what stays is needed for the reason.
    for rule in reversed(kept[:]):
        rest = [other for other in kept if other is not rule]
        if rest and _most_turns(rest, able, who) < enough:
            kept = rest
    return kept, most


def _most_turns(rules: Sequence[RowsOfRule], able: Bools, who: int) -> int:
    """Return how many turns one person may have at most by some rules, were there nobody else.

    Each rule lets so many turns be in a stretch of days. Taking every slot that is still allowed, in order of
    time, is the most there can be: each turn it takes comes no later than the same turn of any other choice,
    so it leaves no less room for the next.
    """
    entries: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
    for number, rule in enumerate(rules):
        for entry in np.flatnonzero(rule.person == who).tolist():
            row = int(rule.row[entry])
            entries[int(rule.slot[entry])].append((number, row, float(rule.factor[entry])))
    used = [np.zeros(rule.upper.size) for rule in rules]
    count = 0
    for slot in np.flatnonzero(able).tolist():
        here = entries[slot]
        if all(used[number][row] + factor <= rules[number].upper[row] for number, row, factor in here):
            count += 1
            for number, row, factor in here:
                used[number][row] += factor
    return count
