"""rota: whose turn is it? Everybody is due a share of each slot, and the plan keeps turns near to it."""

from __future__ import annotations

from evenhand.core.job import Job
from evenhand.core.shares import TICKS
from evenhand.rota.asking.advice import advise
from evenhand.rota.asking.explain import account, accounts, explain, standings, subjects
from evenhand.rota.asking.panel import fairness
from evenhand.rota.judging.judge import columns, judge, nearest
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.calendar import daily, weekly
from evenhand.rota.problem.policies import POLICIES, Policy
from evenhand.rota.solving import METHODS

__all__ = [
    "JOB",
    "METHODS",
    "POLICIES",
    "Policy",
    "RotaProblem",
    "account",
    "accounts",
    "advise",
    "daily",
    "fairness",
    "standings",
    "weekly",
]


def _choose(problem: RotaProblem) -> str:
    """Side rules need looking ahead; without them the policy decides, slot by slot."""
    return "optimise" if problem.ruled else "online"


JOB = Job(
    name="rota",
    question="whose turn is it?",
    problem=RotaProblem,
    maximise=False,
    methods=METHODS,
    choose=_choose,
    judge=judge,
    columns=columns,
    explain=explain,
    subjects=subjects,
    nearest=nearest,
    unit=lambda _problem: (TICKS * TICKS, "turns squared"),
)
