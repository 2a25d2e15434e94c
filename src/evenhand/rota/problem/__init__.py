"""What a rota is made of: nouns, checked when made."""

from evenhand.rota.problem.calendar import daily, weekly
from evenhand.rota.problem.policies import POLICIES, Policy, policy_named
from evenhand.rota.problem.rota_problem import OPEN, RotaProblem

__all__ = ["OPEN", "POLICIES", "Policy", "RotaProblem", "daily", "policy_named", "weekly"]
