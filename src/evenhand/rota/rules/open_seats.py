"""The rule "a seat may stay open", at a weight: where nobody is free, or all other ways out weigh more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from evenhand.rota.problem.side_rules import OPEN_SEATS, SideRule
from evenhand.rota.rules.base import Breach, Keyword, KindWithoutColumns, Layout
from evenhand.rota.rules.row import RuleRow


class OpenSeats(KindWithoutColumns):
    """Seats that may stay open; without it every seat that anybody could take is filled.

    Example:
        >>> import evenhand as eh
        >>> rules = [{"rule": "open seats", "weight": 9}, {"rule": "rest", "value": 1}]
        >>> alone = eh.RotaProblem.from_values(["Ada"], eh.weekly("2026-01-05", 3), rules=rules)
        >>> list(eh.solve(alone).columns["name"])
        ['Ada', '', 'Ada']
    """

    kind = OPEN_SEATS
    words = ("open seats", "open seat")
    means: ClassVar[Mapping[str, tuple[str, str]]] = {
        "open seats": ("weight, perhaps duty", "a seat may stay open, at that weight each")
    }
    keywords: ClassVar[Mapping[str, Keyword]] = {}
    program_place = 84
    online_place = 2

    def read(self, row: RuleRow, word: str) -> list[SideRule]:
        """Read what an open seat weighs, and of which duty."""
        row.note_unread(word, "name", "with", "value", "days", "date")
        duty = row.duty()
        if not row.weight:
            row.wrong("weight", "is empty", "Say what each open seat weighs beside the other rules")
            return []
        named = f" of {row.cell('duty')}" if row.cell("duty") else ""
        return [SideRule(self.kind, duty=duty, weight=row.weight, said=f"every seat{named} is filled")]

    def breaches(self, rule: SideRule, layout: Layout) -> list[Breach]:
        """Return a break for each seat that could be filled, those of a slot one after the other."""
        out = []
        for slot in np.flatnonzero(~layout.facts).tolist():
            if rule.duty >= 0 and int(layout.problem.slot_duty[slot]) != rule.duty:
                continue
            cells = [(slot, person) for person in np.flatnonzero(layout.able[slot]).tolist()]
            # One row a seat: at least one serves, at least two, ...; so each open seat is a break of its own.
            out += [
                Breach.of(cells, -float(count), [-1.0] * len(cells))
                for count in range(1, int(layout.seats[slot]) + 1)
            ]
        return out
