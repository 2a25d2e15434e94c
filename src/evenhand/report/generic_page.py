"""Any job's solution as one page of HTML."""

from __future__ import annotations

from evenhand.core.solution import Solution

__all__ = ["html"]


def html(solution: Solution) -> bytes:
    """Return the page."""
    from evenhand.report.page import page

    return page(solution.headline, [])
