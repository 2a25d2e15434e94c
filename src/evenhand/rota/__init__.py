"""rota: whose turn is it? Everybody is due a share of each slot, and the plan keeps turns near to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenhand.core.lazy import loaded_when_used

if TYPE_CHECKING:
    from evenhand.rota.asking.advice import Advice, advise
    from evenhand.rota.asking.amend import Swap, booked, changes, corrected, published_onto
    from evenhand.rota.asking.explain import Account, Stand, account, accounts, standings
    from evenhand.rota.asking.ledger import published, with_ledger
    from evenhand.rota.asking.panel import Fairness, fairness
    from evenhand.rota.asking.series import ASKING
    from evenhand.rota.asking.simulate import LongRun, churn, long_run
    from evenhand.rota.asking.soften import softened
    from evenhand.rota.asking.substitutes import substitutes
    from evenhand.rota.asking.what_if import WhatIf, what_if
    from evenhand.rota.job import JOB
    from evenhand.rota.judging.certificate import Check, check
    from evenhand.rota.problem import KEEP, RotaProblem
    from evenhand.rota.problem.calendar import daily, weekly
    from evenhand.rota.problem.policies import POLICIES, Policy
    from evenhand.rota.reading.polls import polled
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
    "WhatIf",
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
    "polled",
    "published",
    "published_onto",
    "softened",
    "standings",
    "substitutes",
    "weekly",
    "what_if",
    "with_ledger",
]

_HOMES = {
    "asking.series": ("ASKING",),
    "asking.advice": ("Advice", "advise"),
    "asking.amend": ("Swap", "booked", "changes", "corrected", "published_onto"),
    "asking.explain": ("Account", "Stand", "account", "accounts", "standings"),
    "asking.ledger": ("published", "with_ledger"),
    "asking.panel": ("Fairness", "fairness"),
    "asking.simulate": ("LongRun", "churn", "long_run"),
    "asking.soften": ("softened",),
    "asking.substitutes": ("substitutes",),
    "asking.what_if": ("WhatIf", "what_if"),
    "job": ("JOB",),
    "judging.certificate": ("Check", "check"),
    "problem": ("KEEP", "RotaProblem"),
    "problem.calendar": ("daily", "weekly"),
    "problem.policies": ("POLICIES", "Policy"),
    "reading.polls": ("polled",),
    "solving": ("METHODS",),
}

if not TYPE_CHECKING:  # a type checker reads the imports above, and so finds a name that is misspelt
    __getattr__ = loaded_when_used(__name__, _HOMES)


def __dir__() -> list[str]:
    return list(__all__)
