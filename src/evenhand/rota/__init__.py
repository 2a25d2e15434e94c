"""rota: whose turn is it? Everybody is due a share of each slot, and the plan keeps turns near to it."""

from __future__ import annotations

from evenhand.core.job import Asking
from evenhand.rota.asking.advice import Advice, advise
from evenhand.rota.asking.amend import KEEP, Swap, booked, changes, corrected, published_onto
from evenhand.rota.asking.explain import Account, Stand, account, accounts, explain, standings, subjects
from evenhand.rota.asking.ledger import published, with_ledger
from evenhand.rota.asking.panel import Fairness, fairness
from evenhand.rota.asking.simulate import LongRun, churn, long_run
from evenhand.rota.asking.substitutes import substitutes
from evenhand.rota.job import JOB
from evenhand.rota.judging.certificate import Check, check
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.calendar import daily, weekly
from evenhand.rota.problem.policies import POLICIES, Policy
from evenhand.rota.solving import METHODS

__all__ = [
    "ASKING",
    "JOB",
    "KEEP",
    "METHODS",
    "POLICIES",
    "Account",
    "Advice",
    "Check",
    "Fairness",
    "LongRun",
    "Policy",
    "RotaProblem",
    "Stand",
    "Swap",
    "account",
    "accounts",
    "advise",
    "booked",
    "changes",
    "check",
    "churn",
    "corrected",
    "daily",
    "fairness",
    "long_run",
    "published",
    "published_onto",
    "standings",
    "substitutes",
    "weekly",
    "with_ledger",
]

ASKING = Asking(explain=explain, subjects=subjects)
