"""The table of sections: what a plan's page can hold, by job and stable public name."""

from __future__ import annotations

from collections.abc import Collection
from importlib import import_module
from typing import TYPE_CHECKING, Final

from evenhand.core.errors import InputError
from evenhand.core.solution import Solution

if TYPE_CHECKING:
    from evenhand.report.page import Section

SECTIONS: Final[dict[str, tuple[str, ...]]] = {
    "allocation": (
        "answer", "board", "notes", "left", "days", "recipients", "rules", "points", "measures", "ruled_out",
        "proof",
    ),
    "teams": ("answer", "board", "notes", "quality", "measures", "proof"),
    "rota": (
        "answer", "board", "standings", "turns", "notes", "people", "calendar", "evenness", "measures",
        "proof",
    ),
}  # fmt: skip
"""Names of each job's sections in the order of its page. A section with nothing in it is left out."""


def sections(solution: Solution, only: Collection[str] | None = None) -> dict[str, Section]:
    """Return the sections of a plan's page by name, in order. Nothing is solved.

    Args:
        solution: the plan.
        only: names of the sections wanted; None for all. One with nothing in it is not in the answer.

    Returns:
        Name to section: ``section.html`` is its markup, ``section.view`` its plain data.

    Cost: linear in the plan.

    >>> import evenhand as eh
    >>> people = [{"name": name, "office": office} for name, office in zip("ABCD", "xyxy")]
    >>> teams = eh.solve(eh.TeamsProblem.from_table(people, teams=2))
    >>> sections(teams, only=("answer",))["answer"].view.sentence
    '2 teams of 2, each with the same mix as all 4.'

    Raises:
        InputError: a name in ``only`` is none of this job's.
    """
    known = SECTIONS[solution.job]
    for name in only or ():
        if name not in known:
            raise InputError.one(
                f"is not a section of {solution.job}", f"Choose from {', '.join(known)}", came=name
            )
    # A job's page is imported when asked for: a plan of teams never loads what a rota's page needs.
    room = import_module(f"evenhand.report.{solution.job}_page")
    parts: list[Section] = room.sections(solution)
    return {section.name: section for section in parts if only is None or section.name in only}
