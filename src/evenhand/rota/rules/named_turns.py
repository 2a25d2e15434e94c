"""The rules "this person serves that turn" and "this person does not"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.side_rules import SideRule
from evenhand.rota.rules.base import (
    INFINITE,
    Breach,
    Closing,
    HardInColumns,
    Keyword,
    Layout,
    RowsOfRule,
    rows_of,
    slot_said,
)
from evenhand.rota.rules.clashes import clashes
from evenhand.rota.rules.row import RuleRow


def turn_keyword(word: str) -> Keyword:
    """Return the keyword of a rule about turns, each given as (date, name) or (date, name, duty)."""

    def rows(turns: Sequence[Sequence[Any]]) -> list[dict[str, str]]:
        return [
            {"rule": word, "date": str(day), "name": str(name), "duty": str(duty[0]) if duty else ""}
            for day, name, *duty in turns
        ]

    return Keyword(rows, '[("2026-01-05", "Ada")]')


class _NamedTurn(HardInColumns, registered=False):
    """A kind about one person and one slot: it must be, or must not be."""

    serves: ClassVar[str]
    """What the person does with the slot, in words."""
    times: ClassVar[tuple[float, float]]
    """How often the person serves it, least and most."""

    def columns(self, rules: Sequence[SideRule]) -> dict[str, Any]:
        """Return (slot, person), sorted, in the column of the kind's name."""
        cells = sorted({(slot, person) for rule in rules for slot in rule.slots for person in rule.people})
        return {self.kind: np.array(cells, dtype=np.int64).reshape(-1, 2)}

    def given(self, problem: RotaProblem) -> list[SideRule]:
        """Return a rule a turn."""
        return [
            SideRule(
                self.kind, (who,), slots=(slot,),
                said=f"{problem.people[who]} {self.serves} {slot_said(problem, slot)}",
            )
            for slot, who in getattr(problem, self.kind).tolist()
        ]  # fmt: skip

    def program(self, layout: Layout) -> Iterator[RowsOfRule]:
        """Yield a row a turn."""
        for rule in self.given(layout.problem):
            yield rows_of(self.kind, rule.said, [([(rule.slots[0], rule.people[0])], *self.times)])


class Fixed(_NamedTurn):
    """A turn that is decided already. It stands even for somebody who is away or lacks the skill.

    Example:
        >>> import evenhand as eh
        >>> names, weeks = ["Ada", "Ben"], eh.weekly("2026-01-05", 4)
        >>> eh.RotaProblem.from_values(names, weeks, fixed=[("2026-01-12", "Ben")]).fixed.tolist()
        [[1, 1]]
    """

    kind = "fixed"
    words = ("fixed",)
    means: ClassVar[Mapping[str, tuple[str, str]]] = {
        "fixed": ("name, date, perhaps duty", "this person serves that slot")
    }
    keywords: ClassVar[Mapping[str, Keyword]] = {"fixed": turn_keyword("fixed")}
    serves = "serves"
    times = (1.0, 1.0)
    program_place = 80
    online_place = 5

    def read(self, row: RuleRow, word: str) -> list[SideRule]:
        """Read who serves which slot; a day with several slots needs the duty."""
        row.note_unread(word, "with", "value", "days")
        people, slots = row.needed_people(word), row.slots()
        if len(slots) > 1:
            row.wrong("duty", "could be several slots", "Name the duty")
            return []
        return row.turns(SideRule("fixed", said=f"{{person}} {self.serves} {{slot}}"), people, slots)

    def breaches(self, rule: SideRule, layout: Layout) -> list[Breach]:
        """Return a break where the person could be left out: always."""
        return [
            Breach.of([(slot, person)], -1.0, [-1.0])
            for slot in rule.slots
            for person in rule.people
            if not layout.facts[slot]
        ]

    def ahead(self, problem: RotaProblem) -> str:
        """Say that a fixed turn could stand in the way of another rule."""
        if not len(problem.fixed) or not problem.ruled:
            return ""
        return "fixed turns beside other side rules need the method 'optimise', which looks ahead."

    def closing(self, problem: RotaProblem) -> Closing | None:
        """Close slots to those who have a fixed turn at the same time; who is fixed is chosen first."""
        elsewhere = pledged_elsewhere(problem)
        return _Closed(elsewhere, "they have a fixed turn at the same time") if elsewhere else None


def people_by_slot(turns: Ints) -> dict[int, list[int]]:
    """Return the people of (slot, person) rows by their slot, each once and in order."""
    out: dict[int, list[int]] = {}
    for slot, who in sorted({(slot, who) for slot, who in turns.tolist()}):
        out.setdefault(slot, []).append(who)
    return out


def pledged_elsewhere(problem: RotaProblem) -> dict[int, list[int]]:
    """Return for each slot who has a fixed turn in another one that runs at the same time."""
    must, out = people_by_slot(problem.fixed), dict[int, set[int]]()
    if not must or problem.overlaps or not problem.crowded:
        return {}
    for first, second in clashes(problem):
        for slot, pinned in ((first, must.get(second)), (second, must.get(first))):
            if pinned:
                out.setdefault(slot, set()).update(pinned)
    return {slot: sorted(people) for slot, people in out.items()}


class Forbidden(_NamedTurn):
    """A turn that somebody is not to have; without a duty, all slots of that day.

    Example:
        >>> import evenhand as eh
        >>> names, weeks = ["Ada", "Ben"], eh.weekly("2026-01-05", 4)
        >>> eh.RotaProblem.from_values(names, weeks, forbidden=[("2026-01-12", "Ben")]).forbidden.tolist()
        [[1, 1]]
    """

    kind = "forbidden"
    words = ("forbidden",)
    means: ClassVar[Mapping[str, tuple[str, str]]] = {
        "forbidden": ("name, date, perhaps duty", "this person does not serve that slot")
    }
    keywords: ClassVar[Mapping[str, Keyword]] = {"forbidden": turn_keyword("forbidden")}
    serves = "does not serve"
    times = (-INFINITE, 0.0)
    program_place = 82
    online_place = 0

    def read(self, row: RuleRow, word: str) -> list[SideRule]:
        """Read who does not serve which slots."""
        row.note_unread(word, "with", "value", "days")
        rule = SideRule("forbidden", said=f"{{person}} {self.serves} {{slot}}")
        return row.turns(rule, row.needed_people(word), row.slots())

    def breaches(self, rule: SideRule, layout: Layout) -> list[Breach]:
        """Return a break for each turn that the person could have."""
        return [
            Breach.of([(slot, person)], 0.0)
            for slot in rule.slots
            for person in rule.people
            if layout.able[slot, person] and not layout.facts[slot]
        ]

    def ahead(self, problem: RotaProblem) -> str:
        """Say nothing: a policy passes over whoever may not serve a slot."""
        del problem
        return ""

    def closing(self, problem: RotaProblem) -> Closing | None:
        """Close the slots named."""
        if not len(problem.forbidden):
            return None
        return _Closed(people_by_slot(problem.forbidden), "this turn is forbidden to them")


class _Closed:
    """Who may not serve which slot, whatever was served."""

    def __init__(self, people: dict[int, list[int]], reason: str) -> None:
        self.people, self.reason = people, reason

    def closed(self, slot: int) -> dict[int, str]:
        return dict.fromkeys(self.people.get(slot, ()), self.reason)

    def served(self, slot: int, who: list[int]) -> None:
        """Nothing changes by serving."""
