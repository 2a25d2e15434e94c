"""Ways to find awards, as data: one file a method, one line here."""

from __future__ import annotations

from evenhand.allocation.problem import AllocationProblem
from evenhand.core.job import Method
from evenhand.core.lazy import when_called

__all__ = ["METHODS", "choose"]

_ALL = (
    Method(
        name="price-restrict-prove",
        run=when_called("evenhand.allocation.solving.price_restrict_prove", "run"),
        promise="Proven: its plan keeps every hard rule, its bound holds; optimal only where both meet.",
        reference="Lübbecke, Desrosiers, Selected Topics in Column Generation, Operations Research 53 (2005)",
        suits="everything: the default at any size",
        exact=True,
    ),
    Method(
        name="offices",
        run=when_called("evenhand.allocation.solving.offices.offices", "run"),
        promise="Proven gap: plan and bound hold, office by office; optimal only where both meet.",
        reference="Geoffrion, Lagrangean relaxation for integer programming (1974)",
        suits="many offices at once, apart or held together by a few shared budgets",
    ),
    Method(
        name="mip",
        run=when_called("evenhand.allocation.solving.mip", "run"),
        promise="Proven: the whole model by branch and cut; optimal only where plan and bound meet.",
        reference="Huangfu, Hall (2018), doi:10.1007/s12532-017-0130-5 (HiGHS)",
        suits="a second opinion on a few thousand candidates",
        exact=True,
    ),
    Method(
        name="flow",
        run=when_called("evenhand.allocation.solving.flow", "run"),
        promise="Proven: where the problem is a flow its LP is whole, and its vertex is a best plan.",
        reference="Ahuja, Magnanti, Orlin, Network Flows (1993)",
        suits="one day or no slots, no caps and no budgets",
        exact=True,
        fits=when_called("evenhand.allocation.solving.flow", "fits"),
    ),
    Method(
        name="cp-sat",
        run=when_called("evenhand.allocation.solving.cp_sat", "run"),
        promise="Proven: optimal only where CP-SAT proves it.",
        reference="OR-Tools CP-SAT, https://developers.google.com/optimization/cp",
        suits="an independent second opinion on a few thousand candidates; needs the extra [ortools]",
        exact=True,
    ),
    Method(
        name="greedy",
        run=when_called("evenhand.allocation.solving.greedy", "run"),
        promise="Feasible: it keeps every hard rule; nothing is said of how far the best is.",
        reference="folklore: best marginal first",
        suits="a first plan within milliseconds",
    ),
)

OFFICES_FROM = 100_000
"""Candidates from which on it is asked whether solving office by office pays. Asked from twice as many on,
weeks of two offices stay whole that are solved faster apart; from half as many, one week loads the method."""

METHODS = {method.name: method for method in _ALL}
"""The methods by name."""


def choose(problem: AllocationProblem) -> str:
    """Return the method that "auto" takes."""
    if len(problem) < OFFICES_FROM:
        return "price-restrict-prove"
    from evenhand.allocation.solving.offices import offices

    return "offices" if offices.pays(problem) else "price-restrict-prove"
