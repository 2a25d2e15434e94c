"""teams: who goes with whom? People are dealt into teams, each a small image of the whole."""

from __future__ import annotations

from evenhand.core.job import Job
from evenhand.teams.balance import Balance, balance
from evenhand.teams.explain import explain, subjects
from evenhand.teams.judge import columns as awards_table
from evenhand.teams.judge import judge, nearest
from evenhand.teams.methods import METHODS
from evenhand.teams.names import guess_criteria
from evenhand.teams.problem import Criterion, Number, Rule, TeamsProblem
from evenhand.teams.quality import SeedQuality, seed_quality
from evenhand.teams.rounds import Rounds, met_before, plan_rounds
from evenhand.teams.swaps import Change, arrange, change, renamed
from evenhand.teams.tally import tally

__all__ = [
    "JOB",
    "Balance",
    "Change",
    "Criterion",
    "Number",
    "Rounds",
    "Rule",
    "SeedQuality",
    "TeamsProblem",
    "arrange",
    "balance",
    "change",
    "guess_criteria",
    "met_before",
    "plan_rounds",
    "renamed",
    "seed_quality",
    "tally",
]


def _choose(problem: TeamsProblem) -> str:
    del problem
    return "exchange"


JOB = Job(
    name="teams",
    question="who goes with whom?",
    problem=TeamsProblem,
    maximise=False,
    methods=METHODS,
    choose=_choose,
    judge=judge,
    columns=awards_table,
    explain=explain,
    subjects=subjects,
    nearest=nearest,
)
