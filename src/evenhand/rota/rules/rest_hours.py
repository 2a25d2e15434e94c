"""The rule "so many hours from the end of one turn to the start of the next"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.side_rules import SideRule
from evenhand.rota.rules.base import (
    Breach,
    Closing,
    Keyword,
    Layout,
    Row,
    RowsOfRule,
    SlotBySlot,
    at_most,
    rows_of,
)
from evenhand.rota.rules.clashes import clashes, earlier_clashes
from evenhand.rota.rules.rest import last_days, resting_inside
from evenhand.rota.rules.row import RuleRow

DAY = 1440
"""Minutes of a day."""


def never_both(pairs: Iterable[tuple[int, int]], able: Bools) -> list[Row]:
    """Return rows by which nobody serves both slots of a pair."""
    return [
        at_most([(first, person), (second, person)], 1.0)
        for first, second in pairs
        for person in np.flatnonzero(able[first] & able[second]).tolist()
    ]


def _free_from(problem: RotaProblem, minutes: int) -> Ints:
    """Return the minute in UTC from which each person may serve, because of history."""
    last = last_days(problem, -1)
    # History knows days only, so a turn of then is taken to end with its day.
    return np.where(last >= 0, (last + 1) * DAY + minutes, 0)


class RestHours(SlotBySlot):
    """Hours of rest in UTC: a night in Tokyo and a morning in Oslo are measured alike.

    Example:
        >>> from evenhand.rota import RotaProblem, daily
        >>> rota = RotaProblem.from_values(["Ada", "Ben"], daily("2026-01-05", 6), rest_hours=11)
        >>> rota.rest_minutes
        660
    """

    kind = "rest hours"
    words = ("rest hours",)
    means: ClassVar[Mapping[str, tuple[str, str]]] = {
        "rest hours": (
            "value, perhaps name",
            "so many hours from the end of one turn to the start of the next",
        )
    }
    keywords: ClassVar[Mapping[str, Keyword]] = {"rest_hours": Keyword.number("rest hours", "11")}
    for_all = True
    program_place = 30
    online_place = 10

    def read(self, row: RuleRow, word: str) -> list[SideRule]:
        """Read how many hours, and for whom."""
        value, people, they_have = row.rest_asked(word)
        if not value:
            return []
        return row.one(SideRule("rest hours", people, count=value, said=f"{they_have} {_words(value)}"))

    def columns(self, rules: Sequence[SideRule]) -> dict[str, Any]:
        """Keep the strictest of several tables or rows."""
        return {"rest_minutes": 60 * max((rule.count for rule in rules), default=0)}

    def given(self, problem: RotaProblem) -> list[SideRule]:
        """Return the rule, where there is one."""
        hours = -(-problem.rest_minutes // 60)
        return [SideRule("rest hours", count=hours, said=f"everybody has {_words(hours)}")] if hours else []

    def program(self, layout: Layout) -> Iterator[RowsOfRule]:
        """Yield rows of pairs of slots too near to each other, and of slots too soon after history."""
        problem, can = layout.problem, layout.able
        if not problem.rest_minutes:
            return
        rows = never_both(clashes(problem, problem.rest_minutes), can)
        early = np.argwhere(can & (problem.slot_utc[:, None] < _free_from(problem, problem.rest_minutes)))
        rows += [at_most([(slot, person)], 0.0) for slot, person in early.tolist()]
        yield rows_of("rest hours", f"everybody has {_words(problem.rest_minutes / 60)}", rows)

    def breaches(self, rule: SideRule, layout: Layout) -> list[Breach]:
        """Return a break for each turn that begins too soon after another of the same person."""
        problem, can = layout.problem, layout.able
        before = earlier_clashes(problem, 60 * rule.count)
        free = _free_from(problem, 60 * rule.count)
        inside = resting_inside(problem, 0, 0, 60 * rule.count)
        out = []
        for slot in np.flatnonzero(~layout.facts).tolist():
            for person in layout.people(rule):
                if not can[slot, person]:
                    continue
                rows = [
                    ([(earlier, person), (slot, person)], [1.0, 1.0], 1.0)
                    for earlier in before.get(slot, ())
                    if can[earlier, person]
                ]
                if problem.slot_utc[slot] < free[person] or (len(inside) and inside[slot, person]):
                    rows.append(([(slot, person)], [1.0], 0.0))
                if rows:
                    out.append(Breach(rows))
        return out

    def excluded(self, problem: RotaProblem) -> Iterator[tuple[int, int]]:
        """Yield slots with too few hours between them."""
        if problem.rest_minutes:
            yield from clashes(problem, problem.rest_minutes)

    def closing(self, problem: RotaProblem) -> Closing | None:
        """Close slots to those whose last turn ended too shortly before."""
        return _Resting(problem) if problem.rest_minutes else None


def _words(hours: float) -> str:
    return f"{hours:g} {'hour' if hours == 1 else 'hours'} of rest after a turn"


class _Resting:
    """Who served what, and which slots are too near."""

    def __init__(self, problem: RotaProblem) -> None:
        self.problem = problem
        self.near = earlier_clashes(problem, problem.rest_minutes)
        self.free = _free_from(problem, problem.rest_minutes)
        self.crew: dict[int, list[int]] = {}
        self.inside = resting_inside(problem, 0, 0, problem.rest_minutes)

    def closed(self, slot: int) -> dict[int, str]:
        hours = self.problem.rest_minutes / 60
        reason = f"they rest for {hours:g} {'hour' if hours == 1 else 'hours'} after a turn"
        early = np.flatnonzero(self.free > self.problem.slot_utc[slot]).tolist()
        near = [who for earlier in self.near.get(slot, ()) for who in self.crew.get(earlier, ())]
        inside = np.flatnonzero(self.inside[slot]).tolist() if len(self.inside) else []
        return dict.fromkeys([*early, *near, *inside], reason)

    def served(self, slot: int, who: list[int]) -> None:
        self.crew[slot] = who
