"""rota: whose turn is it? Everybody is due a share of each slot, and the plan keeps turns near to it."""

from __future__ import annotations

from evenhand.rota.calendar import daily, weekly
from evenhand.rota.policies import POLICIES, Policy
from evenhand.rota.problem import RotaProblem

__all__ = ["POLICIES", "Policy", "RotaProblem", "daily", "weekly"]
