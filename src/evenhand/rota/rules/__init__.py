"""The kinds of side rules, one file each: what a rule means to readers, programs and policies."""

from evenhand.rota.rules import (
    apart,
    in_a_row,
    most,
    named_turns,
    open_seats,
    rest,
    rest_hours,
    together,
    whole_weekends,
    wishes,
)
from evenhand.rota.rules.base import KIND_OF, Layout, RowsOfRule, RuleKind
from evenhand.rota.rules.row import Calendar, RuleRow

__all__ = [
    "IN_PROGRAM",
    "KIND_OF",
    "ONLINE",
    "WORDS",
    "Calendar",
    "Layout",
    "RowsOfRule",
    "RuleKind",
    "RuleRow",
    "apart",
    "in_a_row",
    "most",
    "named_turns",
    "open_seats",
    "rest",
    "rest_hours",
    "together",
    "whole_weekends",
    "wishes",
]

WORDS: dict[str, RuleKind] = {word: kind for kind in KIND_OF.values() for word in kind.words}
"""Word in the column ``rule`` of a rules table to the kind of rule."""

IN_PROGRAM = sorted(KIND_OF.values(), key=lambda kind: kind.program_place)
"""The kinds in the order of their rows in a program."""

ONLINE = sorted(KIND_OF.values(), key=lambda kind: kind.online_place)
"""The kinds in the order in which a policy asks them; the last that closes a slot gives the reason."""
