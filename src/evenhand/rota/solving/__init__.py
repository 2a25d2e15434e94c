"""The methods of the job rota, as data: one file and one line each."""

from __future__ import annotations

from evenhand.core.job import Method
from evenhand.core.lazy import when_called

__all__ = ["METHODS"]

METHODS = {
    method.name: method
    for method in (
        Method(
            name="online",
            run=when_called("evenhand.rota.solving.online.online", "run"),
            promise="Each day depends on those before it alone: planning in halves equals planning at once.",
            reference="Tijdeman (1980), doi:10.1016/0012-365X(80)90269-1; Fagin and Williams (1983).",
            suits="The policy decides; calendars that still change; any size.",
            fits=when_called("evenhand.rota.solving.online.online", "fits"),
        ),
        Method(
            name="quota",
            run=when_called("evenhand.rota.solving.quota.quota", "run"),
            promise="Nobody is ever a whole turn ahead or behind, with a certificate that anybody can check.",
            reference="Tijdeman (1980), doi:10.1016/0012-365X(80)90269-1; Balinski and Young.",
            suits="A calendar that is known; no side rules; any size.",
            fits=when_called("evenhand.rota.solving.quota.quota", "fits"),
        ),
        Method(
            name="quota-smooth",
            run=when_called("evenhand.rota.solving.quota_smooth", "run"),
            promise="Within quota after every slot, with the least sum of squared lags among such plans.",
            reference="Kubiak and Sethi, A note on level schedules (1991).",
            suits="A calendar that is known; no side rules; up to some thousands of turns.",
            exact=True,
            fits=when_called("evenhand.rota.solving.quota_smooth", "fits"),
        ),
        Method(
            name="optimise",
            run=when_called("evenhand.rota.solving.optimise.optimise", "run"),
            promise="Side rules hold; optimal means that no such plan has a smaller sum of squared lags.",
            reference="Huangfu and Hall (2018), doi:10.1007/s12532-017-0130-5.",
            suits="Rest, pairs, company for the new, limits and wishes.",
            exact=True,
            fits=when_called("evenhand.rota.solving.optimise.optimise", "fits"),
        ),
    )
}
