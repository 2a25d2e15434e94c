"""Ways to find awards, as data: one file a method, one line here."""

from __future__ import annotations

from evenhand.allocation.problem import AllocationProblem
from evenhand.allocation.solving import cp_sat, flow, greedy, mip, price_restrict_prove
from evenhand.allocation.solving.offices import offices
from evenhand.core.job import Method

__all__ = ["METHODS", "choose"]

_ALL = (
    Method(
        name="price-restrict-prove",
        run=price_restrict_prove.run,
        promise="Proven: its plan keeps every hard rule, its bound holds; optimal only where both meet.",
        reference="Lübbecke, Desrosiers, Selected Topics in Column Generation, Operations Research 53 (2005)",
        suits="everything: the default at any size",
        exact=True,
    ),
    Method(
        name="offices",
        run=offices.run,
        promise="Proven gap: plan and bound hold, office by office; optimal only where both meet.",
        reference="Geoffrion, Lagrangean relaxation for integer programming (1974)",
        suits="many offices at once, apart or held together by a few shared budgets",
    ),
    Method(
        name="mip",
        run=mip.run,
        promise="Proven: the whole model by branch and cut; optimal only where plan and bound meet.",
        reference="Huangfu, Hall (2018), doi:10.1007/s12532-017-0130-5 (HiGHS)",
        suits="a second opinion on a few thousand candidates",
        exact=True,
    ),
    Method(
        name="flow",
        run=flow.run,
        promise="Proven: where the problem is a flow its LP is whole, and its vertex is a best plan.",
        reference="Ahuja, Magnanti, Orlin, Network Flows (1993)",
        suits="one day or no slots, no caps and no budgets",
        exact=True,
        fits=flow.fits,
    ),
    Method(
        name="cp-sat",
        run=cp_sat.run,
        promise="Proven: optimal only where CP-SAT proves it.",
        reference="OR-Tools CP-SAT, https://developers.google.com/optimization/cp",
        suits="an independent second opinion on a few thousand candidates; needs the extra [ortools]",
        exact=True,
    ),
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
    return "offices" if offices.pays(problem) else "price-restrict-prove"
