"""The methods of the job teams, as data: one file and one line each."""

from __future__ import annotations

from evenhand.core.job import Method
from evenhand.teams.methods import deal

__all__ = ["METHODS"]

METHODS = {
    method.name: method
    for method in (
        Method(
            name="deal",
            run=deal.run,
            promise="Each person goes to the smallest team that stays most even, as the seed's greedy says.",
            reference="The seed document of this project.",
            suits="To compare with; no rules, no listed sizes.",
            fits=deal.fits,
        ),
    )
}
