"""teams: who goes with whom? People are dealt into teams, each a small image of the whole."""

from __future__ import annotations

from evenhand.core.job import Asking
from evenhand.teams.asking.best_swaps import Swap, swaps_of
from evenhand.teams.asking.explain import explain, subjects
from evenhand.teams.asking.rounds import Rounds, met_before, plan_rounds
from evenhand.teams.asking.swaps import Change, arrange, change, renamed
from evenhand.teams.job import JOB
from evenhand.teams.judging.quality import SeedQuality, seed_quality
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
    "arrange",
    "balance",
    "change",
    "guess_criteria",
    "met_before",
    "plan_rounds",
    "renamed",
    "seed_quality",
    "summary",
    "swaps_of",
]

ASKING = Asking(explain=explain, subjects=subjects)
