"""The methods of the job rota, as data: one file and one line each."""

from __future__ import annotations

from evenhand.core.job import Method
from evenhand.rota.solving import quota_smooth
from evenhand.rota.solving.online import online
from evenhand.rota.solving.optimise import optimise
from evenhand.rota.solving.quota import quota

__all__ = ["METHODS"]

METHODS = {
    method.name: method
    for method in (
        Method(
            name="online",
            run=online.run,
            promise="Each slot depends on those before it alone: planning in halves equals planning at once.",
            reference="Tijdeman (1980), doi:10.1016/0012-365X(80)90269-1; Fagin and Williams (1983).",
            suits="The policy decides; calendars that still change; any size.",
            fits=online.fits,
        ),
        Method(
            name="quota",
            run=quota.run,
            promise="Nobody is ever a whole turn ahead or behind, with a certificate that anybody can check.",
            reference="Tijdeman (1980), doi:10.1016/0012-365X(80)90269-1; Balinski and Young.",
            suits="A calendar that is known; no side rules; any size.",
            fits=quota.fits,
        ),
        Method(
            name="quota-smooth",
            run=quota_smooth.run,
            promise="Within quota after every slot, with the least sum of squared lags among such plans.",
            reference="Kubiak and Sethi, A note on level schedules (1991).",
            suits="A calendar that is known; no side rules; up to some thousands of turns.",
            exact=True,
            fits=quota_smooth.fits,
        ),
        Method(
            name="optimise",
            run=optimise.run,
            promise="Side rules hold; optimal means that no such plan has a smaller sum of squared lags.",
            reference="Huangfu and Hall (2018), doi:10.1007/s12532-017-0130-5.",
            suits="Rest, pairs, company for the new, limits and wishes.",
            exact=True,
            fits=optimise.fits,
        ),
    )
}
