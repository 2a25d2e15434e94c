"""A solution as plain data that a page shows: messages to translate, figures, cells. No page is made here.

A message is a list of a sentence with places in braces and what goes there, so that every language can say
it.
"""

from __future__ import annotations

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
    if solution.job == "allocation":
        from evenhand.workspace.views.allocation import allocation_view

        return allocation_view(solution, settings, lags)
    if solution.job == "teams":
        from evenhand.workspace.views.teams import teams_view

        return teams_view(solution)
    from evenhand.workspace.views.rota import rota_view

    return rota_view(solution, settings)
