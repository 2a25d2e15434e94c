"""The rule "these two never serve one slot together"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.side_rules import SideRule
from evenhand.rota.rules.base import (
    Breach,
    Closing,
    Keyword,
    Layout,
    RowsOfRule,
    SlotBySlot,
    at_most,
    rows_of,
)
from evenhand.rota.rules.row import RuleRow


def _said(names: Sequence[str], pair: Sequence[int]) -> str:
    return f"{names[pair[0]]} and {names[pair[1]]} never serve together"


class Apart(SlotBySlot):
    """Two people who never serve one slot together; it goes both ways, so a pair is kept once.

    Example:
        >>> import evenhand as eh
        >>> names, weeks = ["Ada", "Ben", "Cem"], eh.weekly("2026-01-05", 4, seats=2)
        >>> eh.RotaProblem.from_values(names, weeks, apart=[("Cem", "Ada")]).apart.tolist()
        [[0, 2]]
    """

    kind = "apart"
    words = ("apart",)
    means: ClassVar[Mapping[str, tuple[str, str]]] = {
        "apart": ("name, with", "the two never serve one slot together")
    }
    keywords: ClassVar[Mapping[str, Keyword]] = {
        "apart": Keyword(
            lambda value: [{"rule": "apart", "name": first, "with": second} for first, second in value],
            '[("Ada", "Ben")]',
        )
    }
    program_place = 40
    online_place = 50

    def read(self, row: RuleRow, word: str) -> list[SideRule]:
        """Read the person, and each of those they stay apart from."""
        row.note_unread(word, "value", "days", "date", "duty")
        people, others = row.named_pair(word)
        return [
            SideRule(
                "apart", (min(first, other), max(first, other)), weight=row.weight,
                said=_said(row.known.names, sorted((first, other))),
            )
            for first in people
            for other in others
        ]  # fmt: skip

    def columns(self, rules: Sequence[SideRule]) -> dict[str, Any]:
        """Return the pairs, sorted."""
        pairs = sorted({rule.people for rule in rules})
        return {"apart": np.array(pairs, dtype=np.int64).reshape(-1, 2)}

    def given(self, problem: RotaProblem) -> list[SideRule]:
        """Return a rule a pair."""
        return [
            SideRule("apart", (min(pair), max(pair)), said=_said(problem.people, pair))
            for pair in problem.apart.tolist()
        ]

    def program(self, layout: Layout) -> Iterator[RowsOfRule]:
        """Yield for each pair a row a slot that both could serve."""
        for pair in layout.problem.apart.tolist():
            both = np.flatnonzero(layout.able[:, pair].all(axis=1)).tolist()
            rows = [at_most([(slot, person) for person in pair], 1.0) for slot in both]
            yield rows_of("apart", _said(layout.problem.people, pair), rows)

    def breaches(self, rule: SideRule, layout: Layout) -> list[Breach]:
        """Return a break for each slot that both could serve."""
        both = np.flatnonzero(layout.able[:, list(rule.people)].all(axis=1) & ~layout.facts).tolist()
        return [Breach.of([(slot, person) for person in rule.people], 1.0) for slot in both]

    def closing(self, problem: RotaProblem) -> Closing | None:
        """Close nothing by itself: it depends on who else serves the slot (``Barriers.partners``)."""
        del problem
        return None
