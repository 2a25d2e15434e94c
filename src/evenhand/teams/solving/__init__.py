"""The methods of the job teams, as data: one file and one line each."""

from __future__ import annotations

from evenhand.core.job import Method
from evenhand.teams.solving import deal
from evenhand.teams.solving.exchange import exchange

__all__ = ["METHODS"]

METHODS = {
    method.name: method
    for method in (
        Method(
            name="exchange",
            run=exchange.run,
            promise="Never worse than deal; optimal only where value and bound meet; hard rules kept.",
            reference="Papenberg and Klau (2021), doi:10.1037/met0000301; repair to quota of this project.",
            suits="Everything: any sizes, any rules, from ten people to a million.",
            exact=True,
        ),
        Method(
            name="deal",
            run=deal.run,
            promise="Each person goes to the smallest team that stays most even, one person at a time.",
            reference="The manual's history page.",
            suits="To compare with; no rules, no listed sizes.",
            fits=deal.fits,
        ),
    )
}
