"""What a roster to be dealt into teams is made of: nouns, checked when made."""

from evenhand.teams.problem.teams_problem import NO_LIMIT, Z_UNIT, Criterion, Number, Rule, TeamsProblem

__all__ = ["NO_LIMIT", "Z_UNIT", "Criterion", "Number", "Rule", "TeamsProblem"]
