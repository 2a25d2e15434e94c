"""Ways to find awards, as data: one file a method, one line here."""

from __future__ import annotations

from evenhand.allocation.methods import greedy
from evenhand.allocation.problem import AllocationProblem
from evenhand.core.job import Method

__all__ = ["METHODS", "choose"]

_ALL = (
    Method(
        name="greedy",
        run=greedy.run,
        promise="Feasible: it keeps every hard rule; nothing is said of how far the best is.",
        reference="folklore: best marginal first",
        suits="a first plan in a blink",
    ),
)

METHODS = {method.name: method for method in _ALL}
"""The methods by name."""


def choose(problem: AllocationProblem) -> str:
    """Return the method that "auto" takes."""
    del problem
    return "greedy"
