"""One row of a table of side rules, read cell by cell; what is wrong is noted by row and column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

import numpy as np

from evenhand.core.sentences import joined
from evenhand.rota.problem.side_rules import SideRule
from evenhand.rota.reading.people import code_of, nfc, parted
from evenhand.tables import Table, near

NO_NUMBER: Final = -1
"""Stands for a cell that could not be read: below every number that can."""


@dataclass(frozen=True, eq=False)
class Calendar:
    """What rules speak about: people by name, duties, and the slots of each day.

    Attributes:
        code: name to code of a person.
        columns: the problem's columns of slots.
        slots_on: day to the slots that start on it.
    """

    code: dict[str, int]
    columns: Mapping[str, Any] = field(repr=False)
    slots_on: Mapping[int, list[int]] = field(repr=False)

    @classmethod
    def of(cls, code: dict[str, int], columns: Mapping[str, Any]) -> Calendar:
        """Make it of the people's codes and the columns of slots."""
        slots_on: dict[int, list[int]] = {}
        for slot, day in enumerate(columns["slot_start"].tolist()):
            slots_on.setdefault(day, []).append(slot)
        return cls(code, columns, slots_on)

    @property
    def names(self) -> list[str]:
        """Names by code."""
        return list(self.code)

    def slot_name(self, slot: int) -> str:
        """Return a slot's date, with its duty where several start that day."""
        day = int(self.columns["slot_start"][slot])
        duty = self.columns["duties"][int(self.columns["slot_duty"][slot])]
        name = date.fromordinal(day).isoformat()
        return f"{name} ({duty})" if len(self.slots_on[day]) > 1 else name

    @property
    def even_step(self) -> int:
        """Days between start days where all are as far apart and each has one slot; 0 where not."""
        starts = self.columns["slot_start"]
        steps = np.diff(starts)
        if len(starts) < 2:  # noqa: PLR2004 - a step needs two days
            return 1
        return int(steps[0]) if steps[0] > 0 and (steps == steps[0]).all() else 0


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One row, and what is known when it is read. ``weight`` is 0 for a rule that may not be broken."""

    table: Table
    index: int
    known: Calendar
    numbers: Mapping[str, int]
    """Cells of the columns value and days, 0 where empty, ``NO_NUMBER`` where noted already."""
    day: int | None = None
    weight: int = 0

    def cell(self, column: str) -> str:
        """Return a cell, "" where the table has no such column."""
        return str(self.table.columns[column][self.index]) if self.table.has(column) else ""

    def wrong(self, column: str, problem: str, mend: str) -> None:
        """Note an error of this row; of a cell that is not a number once, where it was read."""
        if self.numbers.get(column) == NO_NUMBER:
            return
        self.table.wrong(self.index, column, problem, mend)

    def people(self, column: str = "name") -> tuple[int, ...]:
        """Return the people named in a cell, each once, rising; names of nobody are noted."""
        cell = self.cell(column)
        # A name may hold a comma ("Stein, Ada"), so the whole cell is looked up before it is parted.
        names = [cell] if nfc(cell) in self.known.code else parted(cell)
        codes = [code_of(self.table, self.index, column, name, self.known.code) for name in names]
        return tuple(sorted({code for code in codes if code >= 0}))

    def said_names(self, people: tuple[int, ...], word: str = "and") -> str:
        """Return people's names in a sentence."""
        return joined([self.known.names[person] for person in people], word)

    def one(self, rule: SideRule) -> list[SideRule]:
        """Return the rule with the weight of this row; none where a name in it is nobody's."""
        lost = bool(parted(self.cell("name"))) and not rule.people
        return [] if lost else [replace(rule, weight=self.weight)]

    def named_pair(self, word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the person in the cell ``name`` and the others in ``with``; an empty cell is noted."""
        first, names = self.cell("name"), parted(self.cell("with"))
        if not first or not names:
            self.wrong("with" if first else "name", "is empty", f"Name the people the rule {word} is for")
        people, others = self.people(), self.people("with")
        if set(people) & set(others):
            self.wrong("with", f"names {nfc(first)} twice", "Give two people")
        return people, tuple(other for other in others if other not in people)

    def rest_asked(self, word: str) -> tuple[int, tuple[int, ...], str]:
        """Return how long a rest is (0 where it says none), for whom (empty: all), and "Ada has"."""
        self.note_unread(word, "with", "days", "date", "duty")
        value, people = self.numbers["value"], self.people()
        if value < 1:
            self.wrong("value", "needs the length of the rest", "Give 1 or more")
            return 0, (), ""
        who = self.said_names(people) if people else "everybody"
        return value, people, f"{who} {'have' if len(people) > 1 else 'has'}"

    def needed_people(self, word: str) -> tuple[int, ...]:
        """Return the people named; an empty cell is noted."""
        if not self.cell("name"):
            self.wrong("name", "is empty", f"Name the person the rule {word} is for")
        return self.people()

    def turns(self, rule: SideRule, people: tuple[int, ...], slots: list[int]) -> list[SideRule]:
        """Return the rule for each of these people and slots; ``{person}`` and ``{slot}`` in it are said."""
        return [
            replace(
                rule, people=(person,), slots=(slot,), weight=self.weight,
                said=rule.said.format(person=self.known.names[person], slot=self.known.slot_name(slot)),
            )
            for person in people
            for slot in slots
        ]  # fmt: skip

    def duty(self) -> int:
        """Return the code of the duty named, -1 for none; one that the rota does not have is noted, as -2."""
        name = self.cell("duty")
        duties = self.known.columns["duties"]
        if not name:
            return -1
        if name in duties:
            return int(duties.index(name))
        meant = near(name, duties)
        choices = f"Did you mean {meant}?" if meant else f"Choose one of {', '.join(duties)}"
        self.wrong("duty", "is not a duty of this rota", choices)
        return -2

    def slots(self) -> list[int]:
        """Return the slots that start on the row's date, of its duty where it names one; none is noted."""
        if self.day is None:
            self.wrong("date", "is not a day", "Write the slot's date, such as 2026-01-31")
            return []
        duty = self.cell("duty")
        duties, codes = self.known.columns["duties"], self.known.columns["slot_duty"]
        matching = [
            slot for slot in self.known.slots_on.get(self.day, []) if not duty or duties[codes[slot]] == duty
        ]
        if not matching:
            self.wrong("date", "is the first day of no slot", "Write the date a slot starts, and its duty")
        return matching

    def note_unread(self, kind: str, *columns: str) -> None:
        """Warn of cells that this kind of rule does not look at."""
        for column in columns:
            if self.cell(column):
                self.table.odd(self.index, column, f"means nothing to the rule {kind}", "Leave it empty")
