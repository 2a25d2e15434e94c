"""The rule "whenever this person serves, one of those serves too"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.side_rules import SideRule
from evenhand.rota.rules.base import Breach, Keyword, Layout, LookedAhead, RowsOfRule, at_most, rows_of
from evenhand.rota.rules.row import RuleRow


def _said(names: Sequence[str], new: int, others: Sequence[int]) -> str:
    return f"{names[new]} serves only together with {' or '.join(names[other] for other in others)}"


def _joined(others: str | Sequence[str]) -> str:
    return others if isinstance(others, str) else "; ".join(others)


class Together(LookedAhead):
    """Somebody new, who serves only beside one of the experienced; it does not go both ways.

    Example:
        >>> import evenhand as eh
        >>> names, weeks = ["Ada", "Ben", "New"], eh.weekly("2026-01-05", 4, seats=2)
        >>> eh.RotaProblem.from_values(names, weeks, together=[("New", ["Ada", "Ben"])]).together.tolist()
        [[2, 0], [2, 1]]
    """

    kind = "together"
    words = ("together",)
    means: ClassVar[Mapping[str, tuple[str, str]]] = {
        "together": ("name, with", "whenever ``name`` serves, one of those ``with`` (parted by ;) serves too")
    }
    keywords: ClassVar[Mapping[str, Keyword]] = {
        "together": Keyword(
            lambda value: [
                {"rule": "together", "name": new, "with": _joined(others)} for new, others in value
            ],
            '[("Neu", ["Ada", "Ben"])]',
        )
    }  # fmt: skip
    needing = "people who serve only with others"
    program_place = 50
    online_place = 60

    def read(self, row: RuleRow, word: str) -> list[SideRule]:
        """Read the person, and those of whom one has to be there."""
        row.note_unread(word, "value", "days", "date", "duty")
        people, others = row.named_pair(word)
        return [
            SideRule(
                "together", (new,), others, weight=row.weight, said=_said(row.known.names, new, others)
            )
            for new in people
            if others
        ]  # fmt: skip

    def columns(self, rules: Sequence[SideRule]) -> dict[str, Any]:
        """Return the pairs, sorted: several rows for one person add up to more who may be there."""
        pairs = sorted({(rule.people[0], other) for rule in rules for other in rule.others})
        return {"together": np.array(pairs, dtype=np.int64).reshape(-1, 2)}

    def given(self, problem: RotaProblem) -> list[SideRule]:
        """Return a rule for each person who is new."""
        out = []
        for new in np.unique(problem.together[:, 0]).tolist():
            others = tuple(problem.together[problem.together[:, 0] == new, 1].tolist())
            out.append(SideRule("together", (new,), others, said=_said(problem.people, new, others)))
        return out

    def program(self, layout: Layout) -> Iterator[RowsOfRule]:
        """Yield for each person who is new a row a slot that they could serve."""
        for rule in self.given(layout.problem):
            (new,) = rule.people
            rows, factors = [], []
            for slot in np.flatnonzero(layout.able[:, new]).tolist():
                cells, values = _cells(layout, rule, slot)
                rows.append(at_most(cells, 0.0))
                factors.append(values)
            yield rows_of("together", rule.said, rows, factors)

    def breaches(self, rule: SideRule, layout: Layout) -> list[Breach]:
        """Return a break for each slot that the person could serve."""
        slots = np.flatnonzero(layout.able[:, rule.people[0]] & ~layout.facts).tolist()
        return [Breach.of(cells, 0.0, values) for cells, values in (_cells(layout, rule, s) for s in slots)]


def _cells(layout: Layout, rule: SideRule, slot: int) -> tuple[list[tuple[int, int]], list[float]]:
    """Return the row "new less helpers is at most 0" of a slot."""
    helpers = [person for person in rule.others if layout.able[slot, person]]
    return [(slot, person) for person in (*rule.people, *helpers)], [1.0] + [-1.0] * len(helpers)
