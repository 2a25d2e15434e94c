"""The rule "at most so many turns in any run of so many days"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from evenhand.core.sentences import counted
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.side_rules import SideRule
from evenhand.rota.rules.base import (
    Breach,
    Cells,
    Closing,
    Keyword,
    Layout,
    Row,
    RowsOfRule,
    SlotBySlot,
    at_most,
    rows_of,
)
from evenhand.rota.rules.row import RuleRow


def _said(who: str, count: int, days: int, duty: str = "") -> str:
    """Say the limit; ``who`` is "nobody serves" or "Ada does not serve"."""
    often = f"in any {days} days" if days > 1 else "a day"
    return f"{who} more than {counted(count, 'turn')}{f' of {duty}' if duty else ''} {often}"


class Most(SlotBySlot):
    """A limit of turns over time, for everybody or for some; turns before the plan count.

    Example:
        >>> import evenhand as eh
        >>> rules = [{"rule": "most", "name": "Ada", "value": "1", "days": "28"}]
        >>> rota = eh.RotaProblem.from_values(["Ada", "Ben"], eh.weekly("2026-01-05", 8), rules=rules)
        >>> rota.most_count.tolist(), rota.most_days.tolist(), rota.most_person.tolist()
        ([1], [28], [0])
    """

    kind = "most"
    words = ("most",)
    means: ClassVar[Mapping[str, tuple[str, str]]] = {
        "most": (
            "value, days, perhaps name and duty",
            "at most so many turns in any run of so many days, each or ``name``, of all duties or ``duty``",
        )
    }
    keywords: ClassVar[Mapping[str, Keyword]] = {
        "most": Keyword(
            lambda value: [{"rule": "most", "value": str(value[0]), "days": str(value[1])}] if value else [],
            "(2, 7) for two turns in seven days",
        )
    }
    program_place = 70
    online_place = 40

    def read(self, row: RuleRow, word: str) -> list[SideRule]:
        """Read how many turns in how many days, whose, and of which duty."""
        row.note_unread(word, "with", "date")
        count, days, duty = row.numbers["value"], row.numbers["days"], row.duty()
        people = row.people()
        if count < 1 or days < 1:
            row.wrong("days", "needs a limit", "Give value and days, each 1 or more")
            return []
        named = row.cell("duty")
        if not people:
            sentence = _said("nobody serves", count, days, named)
            return row.one(SideRule("most", count=count, days=days, duty=duty, said=sentence))
        # A limit is each one's own: "Ada; Ben" means Ada's and Ben's, not both together.
        return [
            rule
            for person in people
            for rule in row.one(
                SideRule("most", (person,), count=count, days=days, duty=duty,
                         said=_said(f"{row.known.names[person]} does not serve", count, days, named))
            )
        ]  # fmt: skip

    def plain(self, rule: SideRule) -> bool:
        """Say whether it counts all duties as well: no column says which."""
        return super().plain(rule) and rule.duty < 0

    def columns(self, rules: Sequence[SideRule]) -> dict[str, Any]:
        """Return counts, days and people, sorted."""
        rows = sorted({(rule.count, rule.days, rule.people[0] if rule.people else -1) for rule in rules})
        table = np.array(rows, dtype=np.int64).reshape(-1, 3)
        return {
            name: table[:, slot].copy()
            for slot, name in enumerate(("most_count", "most_days", "most_person"))
        }

    def given(self, problem: RotaProblem) -> list[SideRule]:
        """Return a rule for each limit."""
        limits = (problem.most_count, problem.most_days, problem.most_person)
        out = []
        for count, days, person in zip(*(column.tolist() for column in limits), strict=True):
            who = "nobody serves" if person < 0 else f"{problem.people[person]} does not serve"
            people = () if person < 0 else (person,)
            out.append(SideRule("most", people, count=count, days=days, said=_said(who, count, days)))
        return out

    def program(self, layout: Layout) -> Iterator[RowsOfRule]:
        """Yield for each limit a row for each run of days that could hold too many turns."""
        problem = layout.problem
        for rule in self.given(problem):
            rows: list[Row] = []
            factors: list[list[float]] = []
            for person in layout.people(rule):
                slots = np.flatnonzero(layout.able[:, person])
                past = problem.history_day[problem.history_person == person]
                # A turn booked inside the plan counts for what follows it alone, so each turn of the plan is
                # looked at by itself, with those of the days before it.
                if slots.size and past.max(initial=-1) >= problem.slot_start[0]:
                    for _, cells, values, upper in _one_too_many(rule, layout, person):
                        rows.append(at_most(cells, upper))
                        factors.append(values)
                    continue
                starts = np.unique(np.concatenate([problem.slot_start[slots], past]))
                # A run of days that holds too many turns can be moved until it begins with one, so these
                # starts are enough.
                for first in starts.tolist():
                    inside = slots[
                        (problem.slot_start[slots] >= first) & (problem.slot_start[slots] < first + rule.days)
                    ]
                    gone = int(((past >= first) & (past < first + rule.days)).sum())
                    # A row that no plan could break is left out.
                    if inside.size and inside.size + gone > rule.count:
                        cells = [(slot, person) for slot in inside.tolist()]
                        rows.append(at_most(cells, max(rule.count - gone, 0)))
                        factors.append([1.0] * inside.size)
            yield rows_of("most", rule.said, rows, factors)

    def breaches(self, rule: SideRule, layout: Layout) -> list[Breach]:
        """Return a break for each turn that could be one too many, with those of the days before it."""
        return [
            Breach.of(cells, upper, factors)
            for person in layout.people(rule)
            for slot, cells, factors, upper in _one_too_many(rule, layout, person)
            if not layout.facts[slot]
        ]

    def excluded(self, problem: RotaProblem) -> Iterator[tuple[int, int]]:
        """Yield slots of which everybody serves one at most, where the limit is one turn."""
        single = (problem.most_count == 1) & (problem.most_person < 0)
        days = int(problem.most_days[single].max(initial=0))
        until = np.searchsorted(problem.slot_start, problem.slot_start + days, side="left")
        for slot, end in enumerate(until.tolist() if days else ()):
            yield from ((slot, later) for later in range(slot + 1, end))

    def closing(self, problem: RotaProblem) -> Closing | None:
        """Close slots to those whose last days are full."""
        return _Full(problem) if len(problem.most_count) else None


def _one_too_many(
    rule: SideRule, layout: Layout, person: int
) -> Iterator[tuple[int, Cells, list[float], float]]:
    """Yield for each slot of which the turn could be one too many: slot, cells, factors and upper limit."""
    problem, slots = layout.problem, layout.slots_of(rule, person)
    day = problem.slot_start[slots]
    # History does not say of which duty its turns were, so it counts for limits of all duties alone.
    past = problem.history_day[problem.history_person == person] if rule.duty < 0 else day[:0]
    for place, slot in enumerate(slots.tolist()):
        gone = int(((past <= day[place]) & (past > day[place] - rule.days)).sum())
        earlier = slots[:place][day[:place] > day[place] - rule.days].tolist()
        beyond = len(earlier) + gone - rule.count + 1
        if beyond > 0:
            # The turn itself counts as many as could be too many: unless it is served the row always holds,
            # and if it is, no more than count - 1 may be served before it.
            cells = [*((other, person) for other in earlier), (slot, person)]
            yield slot, cells, [1.0] * len(earlier) + [float(beyond)], float(len(earlier))


class _Full:
    """On which days each person served."""

    def __init__(self, problem: RotaProblem) -> None:
        self.problem = problem
        columns = (problem.most_count, problem.most_days, problem.most_person)
        self.limits = list(zip(*(column.tolist() for column in columns), strict=True))
        self.days: dict[int, list[int]] = {}
        for row in np.argsort(problem.history_day, kind="stable").tolist():
            who = int(problem.history_person[row])
            self.days.setdefault(who, []).append(int(problem.history_day[row]))
        self.crews: dict[int, list[int]] = {}

    def closed(self, slot: int) -> dict[int, str]:
        today = int(self.problem.slot_start[slot])
        # Looking back from this slot is enough: slots are asked in order, so any full period ends with the
        # turn asked about.
        return {
            who: "they have as many turns as one period may hold"
            for who, served in self.days.items()
            if any(
                person in {-1, who} and sum(today - days < day <= today for day in served) >= count
                for count, days, person in self.limits
            )
        }

    def served(self, slot: int, who: list[int]) -> None:
        today = int(self.problem.slot_start[slot])
        # Told a second time of a slot, the first crew did not serve it.
        for person in self.crews.get(slot, ()):
            self.days[person].remove(today)
        for person in who:
            self.days.setdefault(person, []).append(today)
        self.crews[slot] = who
