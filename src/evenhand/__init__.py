"""evenhand shares things fairly: who gets what, who goes with whom, whose turn it is.

The five words for all three jobs are ``solve``, ``measure``, ``explain``, ``save`` and ``to_frame``.
Names are loaded when first used, so that importing evenhand costs nothing and changes nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from evenhand.core.version import VERSION

if TYPE_CHECKING:
    from evenhand import allocation as allocation
    from evenhand import measures as measures
    from evenhand import press_fleet as press_fleet
    from evenhand import report as report
    from evenhand import rota as rota
    from evenhand import tables as tables
    from evenhand import teams as teams
    from evenhand.allocation import AllocationProblem as AllocationProblem
    from evenhand.allocation import mode_a as mode_a
    from evenhand.allocation import mode_b as mode_b
    from evenhand.allocation import no_penalty as no_penalty
    from evenhand.allocation import own_steps as own_steps
    from evenhand.allocation import strong as strong
    from evenhand.core import shares as shares
    from evenhand.core.errors import EvenhandError as EvenhandError
    from evenhand.core.errors import Finding as Finding
    from evenhand.core.errors import InfeasibleError as InfeasibleError
    from evenhand.core.errors import InputError as InputError
    from evenhand.core.errors import JudgeError as JudgeError
    from evenhand.core.errors import MethodError as MethodError
    from evenhand.core.explanation import Explanation as Explanation
    from evenhand.core.job import Limits as Limits
    from evenhand.core.ledger import Ledger as Ledger
    from evenhand.core.progress import Progress as Progress
    from evenhand.core.solution import Solution as Solution
    from evenhand.core.solution import Status as Status
    from evenhand.core.statement import Statement as Statement
    from evenhand.measures import Panel as Panel
    from evenhand.report import rota_ics as calendars  # noqa: F401 - public as eh.calendars
    from evenhand.rota import RotaProblem as RotaProblem
    from evenhand.rota import weekly as weekly
    from evenhand.solver import explain as explain
    from evenhand.solver import load as load
    from evenhand.solver import measure as measure
    from evenhand.solver import save as save
    from evenhand.solver import solve as solve
    from evenhand.teams import TeamsProblem as TeamsProblem

__version__ = VERSION

_HOMES = {
    "evenhand.allocation": ("AllocationProblem", "mode_a", "mode_b", "no_penalty", "own_steps", "strong"),
    "evenhand.core.errors": (
        "EvenhandError",
        "Finding",
        "InfeasibleError",
        "InputError",
        "JudgeError",
        "MethodError",
    ),
    "evenhand.core.explanation": ("Explanation",),
    "evenhand.core.job": ("Limits",),
    "evenhand.core.ledger": ("Ledger",),
    "evenhand.core.solution": ("Solution", "Status"),
    "evenhand.core.statement": ("Statement",),
    "evenhand.core.progress": ("Progress",),
    "evenhand.measures": ("Panel",),
    "evenhand.rota": ("RotaProblem", "weekly"),
    "evenhand.solver": ("explain", "load", "measure", "save", "solve"),
    "evenhand.teams": ("TeamsProblem",),
}
_ROOMS = {
    "allocation": "evenhand.allocation",
    "calendars": "evenhand.report.rota_ics",
    "measures": "evenhand.measures",
    "press_fleet": "evenhand.press_fleet",
    "report": "evenhand.report",
    "rota": "evenhand.rota",
    "shares": "evenhand.core.shares",
    "tables": "evenhand.tables",
    "teams": "evenhand.teams",
}
"""What stands under a name of its own: what one job asks alone (``eh.allocation.what_if``), and tools."""

_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["__version__", *sorted({**_HOME, **_ROOMS})]  # noqa: PLE0604 - names of the table above, held by a test


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(_ROOMS[name])
    if name not in _HOME:
        raise AttributeError(f"module 'evenhand' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
