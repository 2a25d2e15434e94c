"""The kinds of rules, one file each: what a rule means to reading, search, programs and proofs."""

from evenhand.teams.rules import allowed, apart, count, free, friends, lone, role, stay, together, wish
from evenhand.teams.rules.base import KIND_OF, Placements, ProgramRows, RuleKind, SearchTerms
from evenhand.teams.rules.row import Roster, RuleRow, RulesSoFar

__all__ = [
    "KIND_OF",
    "WORDS",
    "Placements",
    "ProgramRows",
    "Roster",
    "RuleKind",
    "RuleRow",
    "RulesSoFar",
    "SearchTerms",
    "allowed",
    "apart",
    "count",
    "free",
    "friends",
    "lone",
    "role",
    "stay",
    "together",
    "wish",
]

WORDS: dict[str, RuleKind] = {word: kind for kind in KIND_OF.values() for word in kind.words}
"""Word in the column ``kind`` of a rules table to the kind of rule."""
