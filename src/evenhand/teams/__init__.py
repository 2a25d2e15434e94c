"""teams: who goes with whom? People are dealt into teams, each a small image of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenhand.core.lazy import loaded_when_used

if TYPE_CHECKING:
    from evenhand.teams.asking.best_swaps import Swap, swaps_of
    from evenhand.teams.asking.ledger import amended_in, published, taken_back, with_ledger
    from evenhand.teams.asking.meeting import local_times, meeting_times
    from evenhand.teams.asking.rounds import Rounds, met_before, plan_rounds
    from evenhand.teams.asking.series import ASKING
    from evenhand.teams.asking.swaps import Change, arrange, change, renamed
    from evenhand.teams.asking.what_if import WhatIf, what_if
    from evenhand.teams.job import JOB
    from evenhand.teams.judging.quality import SeedQuality, diversity, seed_quality
    from evenhand.teams.judging.roles import holders
    from evenhand.teams.judging.score import Balance, balance
    from evenhand.teams.judging.summary import summary
    from evenhand.teams.problem import Criterion, Number, Rule, TeamsProblem
    from evenhand.teams.reading.guess import guess_criteria

__all__ = [
    "ASKING",
    "JOB",
    "Balance",
    "Change",
    "Criterion",
    "Number",
    "Rounds",
    "Rule",
    "SeedQuality",
    "Swap",
    "TeamsProblem",
    "WhatIf",
    "amended_in",
    "arrange",
    "balance",
    "change",
    "diversity",
    "guess_criteria",
    "holders",
    "local_times",
    "meeting_times",
    "met_before",
    "plan_rounds",
    "published",
    "renamed",
    "seed_quality",
    "summary",
    "swaps_of",
    "taken_back",
    "what_if",
    "with_ledger",
]

_HOMES = {
    "asking.series": ("ASKING",),
    "asking.best_swaps": ("Swap", "swaps_of"),
    "asking.ledger": ("amended_in", "published", "taken_back", "with_ledger"),
    "asking.meeting": ("local_times", "meeting_times"),
    "asking.rounds": ("Rounds", "met_before", "plan_rounds"),
    "asking.swaps": ("Change", "arrange", "change", "renamed"),
    "asking.what_if": ("WhatIf", "what_if"),
    "job": ("JOB",),
    "judging.quality": ("SeedQuality", "seed_quality", "diversity"),
    "judging.roles": ("holders",),
    "judging.score": ("Balance", "balance"),
    "judging.summary": ("summary",),
    "problem": ("Criterion", "Number", "Rule", "TeamsProblem"),
    "reading.guess": ("guess_criteria",),
}

if not TYPE_CHECKING:  # a type checker reads the imports above, and so finds a name that is misspelt
    __getattr__ = loaded_when_used(__name__, _HOMES)


def __dir__() -> list[str]:
    return list(__all__)
