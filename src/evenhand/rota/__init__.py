"""rota: whose turn is it? Everybody is due a share of each slot, and the plan keeps turns near to it."""

from __future__ import annotations

from evenhand.core.job import Asking
from evenhand.rota.asking.advice import advise
from evenhand.rota.asking.explain import account, accounts, explain, standings, subjects
from evenhand.rota.asking.panel import fairness
from evenhand.rota.job import JOB
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.calendar import daily, weekly
from evenhand.rota.problem.policies import POLICIES, Policy
from evenhand.rota.solving import METHODS

__all__ = [
    "ASKING",
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

ASKING = Asking(explain=explain, subjects=subjects)
