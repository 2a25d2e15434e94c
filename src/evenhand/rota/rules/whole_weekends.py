"""The rule "who serves a duty on Saturday serves it on Sunday too"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.side_rules import SideRule
from evenhand.rota.rules.base import Breach, Keyword, Layout, LookedAhead, RowsOfRule, rows_of
from evenhand.rota.rules.row import RuleRow

SATURDAY = 5
"""Where Monday is 0; ordinal 1 is a Monday."""

WORDS = "who serves one day of a weekend serves the other"


class WholeWeekends(LookedAhead):
    """Saturday and Sunday of one duty and time of day have the same people.

    Example:
        >>> from evenhand.rota import RotaProblem, daily
        >>> days = daily("2026-01-05", 14)
        >>> RotaProblem.from_values(["Ada", "Ben"], days, whole_weekends=True).whole.tolist()
        [[5, 6], [12, 13]]
    """

    kind = "whole weekends"
    words = ("whole weekends",)
    means: ClassVar[Mapping[str, tuple[str, str]]] = {
        "whole weekends": ("perhaps name and duty", "who serves a duty on Saturday serves it on Sunday too")
    }
    keywords: ClassVar[Mapping[str, Keyword]] = {
        "whole_weekends": Keyword(lambda value: [{"rule": "whole weekends"}] if value else [], "True")
    }
    for_all = parted_by_facts = True
    needing = "whole weekends"
    program_place = 60
    online_place = 70

    def read(self, row: RuleRow, word: str) -> list[SideRule]:
        """Read whose weekends; the weekends are those of the rota."""
        row.note_unread(word, "with", "value", "days", "date")
        people, duty = row.people(), row.duty()
        pairs = _weekends(row.known.columns, duty)
        if not pairs and duty != -2:  # noqa: PLR2004 - a duty that is noted already
            row.table.odd(
                row.index, "rule", "changes nothing: no duty has a turn on a Saturday and the Sunday after",
                "Leave it out, or give the duty both days",
            )  # fmt: skip
        who = "who" if not people else row.said_names(people, "or")
        sentence = WORDS if not people else f"if {who} serves one day of a weekend, then both"
        slots = tuple(slot for pair in pairs for slot in pair)
        return row.one(SideRule("whole weekends", people, slots=slots, said=sentence))

    def columns(self, rules: Sequence[SideRule]) -> dict[str, Any]:
        """Return the pairs of slots, sorted by slot."""
        pairs = dict.fromkeys(pair for rule in rules for pair in _pairs(rule))
        return {"whole": np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)}

    def given(self, problem: RotaProblem) -> list[SideRule]:
        """Return one rule for all weekends."""
        slots = tuple(problem.whole.ravel().tolist())
        return [SideRule("whole weekends", slots=slots, said=WORDS)] if slots else []

    def program(self, layout: Layout) -> Iterator[RowsOfRule]:
        """Yield a row a weekend and person: both days or none, where fewer can serve one, none of both."""
        rows, factors = [], []
        for saturday, sunday in layout.problem.whole.tolist():
            for person in np.flatnonzero(layout.able[saturday] | layout.able[sunday]).tolist():
                cells = [(slot, person) for slot in (saturday, sunday) if layout.able[slot, person]]
                rows.append((cells, 0.0, 0.0))
                factors.append([1.0, -1.0][: len(cells)])
        if rows:
            yield rows_of("whole weekends", WORDS, rows, factors)

    def breaches(self, rule: SideRule, layout: Layout) -> list[Breach]:
        """Return a break for each weekend and person that could be parted."""
        out = []
        for pair in _pairs(rule):
            for person in layout.people(rule):
                cells = [(slot, person) for slot in pair if layout.able[slot, person]]
                if cells and not layout.facts[list(pair)].any():
                    signs = [1.0, -1.0][: len(cells)]
                    # Served on the first and not on the second day, or the other way round.
                    out.append(Breach([(cells, signs, 0.0), (cells, [-sign for sign in signs], 0.0)]))
        return out


def _pairs(rule: SideRule) -> list[tuple[int, int]]:
    return list(zip(rule.slots[::2], rule.slots[1::2], strict=True))


def _weekends(columns: Mapping[str, Any], duty: int) -> list[tuple[int, int]]:
    """Return the Saturday and the Sunday of each weekend, of one duty and time of day."""
    known = (columns["slot_duty"], columns["slot_clock"], columns["slot_start"])
    slots = {key: slot for slot, key in enumerate(zip(*(column.tolist() for column in known), strict=True))}
    return [
        (slot, slots[which, clock, day + 1])
        for (which, clock, day), slot in slots.items()
        if (day - 1) % 7 == SATURDAY and (which, clock, day + 1) in slots and duty in {-1, which}
    ]
