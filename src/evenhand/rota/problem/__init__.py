"""What a rota is made of: nouns, checked when made."""

from evenhand.rota.problem.calendar import daily, weekly
from evenhand.rota.problem.policies import POLICIES, Policy, policy_named
from evenhand.rota.problem.rota_problem import KEEP, OPEN, RotaProblem

__all__ = ["KEEP", "OPEN", "POLICIES", "Policy", "RotaProblem", "daily", "policy_named", "weekly"]
