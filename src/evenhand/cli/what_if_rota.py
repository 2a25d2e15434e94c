"""``evenhand what-if`` of a rota: somebody leaves, joins or is away, a rule goes, a turn is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from evenhand.cli.what_if_allocation import parts
from evenhand.rota.asking.what_if import WhatIf, changed, compared

if TYPE_CHECKING:
    from evenhand.cli.session import Session
    from evenhand.core.solution import Solution

OPTIONS = ("without", "join", "away", "pin", "forbid", "drop")
"""What a change of a rota can be."""


def problem_asked(before: Solution, given: Mapping[str, Sequence[str] | None]) -> tuple[Any, tuple[str, ...]]:
    """Return the changed problem, and what was changed in words.

    Raises:
        InputError: a name is unknown, or an option cannot be read.
    """
    return changed(
        before.problem,
        before.awards,
        without=given["without"] or (),
        join=given["join"] or (),
        drop=given["drop"] or (),
        away=parts(given["away"]),
        pin=parts(given["pin"]),
        forbid=parts(given["forbid"]),
    )


def answered(
    _session: Session, words: tuple[str, ...], before: Solution, after: Solution, _seconds: float | None
) -> tuple[WhatIf, Solution]:
    """Return both plans side by side, and the one to write."""
    return compared(words, before, after), after


def figures(answer: WhatIf) -> dict[str, Any]:
    """Return what is said of rotas alone, for ``--json``."""
    return {
        "turns": {name: list(turns) for name, turns in answer.turns.items()},
        "spread": list(answer.spread),
        "moved": answer.moved,
        "open": list(answer.left_open),
    }
