"""The methods of the job teams, as data: one file and one line each."""

from __future__ import annotations

from evenhand.core.job import Method
from evenhand.core.lazy import when_called

__all__ = ["METHODS"]

METHODS = {
    method.name: method
    for method in (
        Method(
            name="exchange",
            run=when_called("evenhand.teams.solving.exchange.exchange", "run"),
            promise="Never worse than deal; optimal only where value and bound meet; hard rules kept.",
            reference="Papenberg and Klau (2021), doi:10.1037/met0000301; repair to quota of this project.",
            suits="Everything: any sizes, any rules, from ten people to a million.",
            exact=True,
        ),
        Method(
            name="deal",
            run=when_called("evenhand.teams.solving.deal", "run"),
            promise="Each person goes to the smallest team that stays most even, one person at a time.",
            reference="The manual's history page.",
            suits="To compare with; no rules, no listed sizes.",
            fits=when_called("evenhand.teams.solving.deal", "fits"),
        ),
    )
}
