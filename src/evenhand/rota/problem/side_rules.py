"""One side rule as a noun: what it is about, and what breaking it weighs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OPEN_SEATS: Final = "open seats"
"""The kind of rule by which a seat may stay open."""

SIDE_RULES = (
    "rest", "rest hours", "apart", "together", "most", "in a row", "least in a row", "whole weekends",
    "fixed", "forbidden", OPEN_SEATS,
)  # fmt: skip
"""The kinds of rules that may be broken, if they have a weight. Methods know them by ``rules/``, the judge
by ``judging/side_rules.py``; a test compares both with this list."""


@dataclass(frozen=True, slots=True)
class SideRule:
    """One side rule about who serves when.

    Attributes:
        kind: which kind of rule: "rest", "apart", "most" and so on (``evenhand.rota.rules``).
        people: whom it is about, codes of people, rising; empty for everybody. The two of a pair that stay
            apart; the one who serves only with others.
        others: with whom, for the kind "together".
        slots: slots it is about: of a fixed or forbidden turn; of whole weekends, pair by pair.
        count: turns, start days, days or hours, as the kind has it.
        days: length of the run of days that "most" counts in.
        duty: code of the duty whose slots it counts; -1 for all.
        weight: what one break of it weighs; 0 for a rule that may not be broken.
        said: the rule in words, without a full stop.
    """

    kind: str
    people: tuple[int, ...] = ()
    others: tuple[int, ...] = ()
    slots: tuple[int, ...] = ()
    count: int = 0
    days: int = 0
    duty: int = -1
    weight: int = 0
    said: str = ""
