"""A solution as plain data that a page shows: messages to translate, figures, cells. No page is made here.

A message is a list of a sentence with places in braces and what goes there, so that every language can say
it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from evenhand.core.solution import Solution

__all__ = ["view_of"]


def view_of(solution: Solution, settings: dict[str, Any], lags: dict[str, float]) -> dict[str, Any]:
    """Return the view of a solution of any job.

    Args:
        solution: what is shown.
        settings: the recipe's dials, for words such as the thing that is given.
        lags: standing of each claimant before this plan, in units; owed is above 0.
    """
    # a child that plans rotas alone never loads what draws the others
    drawn_by = import_module(f"evenhand.workspace.views.{solution.job}")
    shown: dict[str, Any] = drawn_by.view(solution, settings, lags)
    return shown
