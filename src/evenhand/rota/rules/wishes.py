"""The wishes "I would like that turn" and "I would rather not have it"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.side_rules import SideRule
from evenhand.rota.rules.base import Breach, Closing, Keyword, Layout, RowsOfRule, RuleKind
from evenhand.rota.rules.named_turns import turn_keyword
from evenhand.rota.rules.row import RuleRow


class Wishes(RuleKind):
    """Days that people would like, or would rather not have: met last, where they cost nobody anything.

    They are no soft rules: a wish changes nobody's number of turns, so it has no weight and cannot be broken.

    Example:
        >>> import evenhand as eh
        >>> names, weeks = ["Ada", "Ben"], eh.weekly("2026-01-05", 4)
        >>> eh.RotaProblem.from_values(names, weeks, avoid=[("2026-01-12", "Ben")]).wishes.tolist()
        [[1, 1, -1]]
    """

    kind = "wish"
    words = ("prefer", "avoid")
    means: ClassVar[Mapping[str, tuple[str, str]]] = {
        "prefer": ("name, date, perhaps duty", "this person would like that slot"),
        "avoid": ("name, date, perhaps duty", "this person would rather not have that slot"),
    }
    keywords: ClassVar[Mapping[str, Keyword]] = {
        "prefer": turn_keyword("prefer"),
        "avoid": turn_keyword("avoid"),
    }
    program_place = 90
    online_place = 90

    def read(self, row: RuleRow, word: str) -> list[SideRule]:
        """Read whose wish for which slots."""
        row.note_unread(word, "with", "value", "days")
        if row.weight:
            row.wrong(
                "weight", f"does not go with {word}: every person's wishes count alike", "Leave it empty"
            )
        sign, verb = (1, "like") if word == "prefer" else (-1, "rather not have")
        asked = SideRule("wish", count=sign, said=f"{{person}} would {verb} {{slot}}")
        return row.turns(asked, row.needed_people(word), row.slots())

    def plain(self, rule: SideRule) -> bool:
        """Say yes: wishes always stand in columns."""
        del rule
        return True

    def columns(self, rules: Sequence[SideRule]) -> dict[str, Any]:
        """Return (slot, person, 1 or -1), sorted; who asks for a turn and against it has no wish."""
        asked = {(rule.slots[0], rule.people[0], rule.count) for rule in rules}
        clear = sorted(
            (slot, person, sign) for slot, person, sign in asked if (slot, person, -sign) not in asked
        )
        return {"wishes": np.array(clear, dtype=np.int64).reshape(-1, 3)}

    def given(self, problem: RotaProblem) -> list[SideRule]:
        """Return nothing: a wish is not a rule that could be broken."""
        del problem
        return []

    def program(self, layout: Layout) -> Iterator[RowsOfRule]:
        """Yield nothing: wishes choose among plans as good (``solving/optimise/refine.py``)."""
        del layout
        yield from ()

    def breaches(self, rule: SideRule, layout: Layout) -> list[Breach]:
        """Return nothing: a wish that is not met breaks nothing."""
        del rule, layout
        return []

    def ahead(self, problem: RotaProblem) -> str:
        """Say that wishes are weighed over the whole plan."""
        return "wishes need the method 'optimise', which looks ahead." if len(problem.wishes) else ""

    def closing(self, problem: RotaProblem) -> Closing | None:
        """Close nothing: a wish forbids nothing."""
        del problem
        return None
