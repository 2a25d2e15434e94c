"""Profiles, a cyclic deal, and best swaps with a little noise until every team is within quota: the default."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evenhand.core.job import Answer, Limits
from evenhand.core.solution import Status
from evenhand.core.watch import Watch
from evenhand.teams.compiled import worth_compiling
from evenhand.teams.methods.pattern import board, people_of
from evenhand.teams.methods.search import mend
from evenhand.teams.prices import prices
from evenhand.teams.problem import TeamsProblem

__all__ = ["run"]

Ints = NDArray[np.int64]


def run(problem: TeamsProblem, seed: int, limits: Limits, watch: Watch) -> Answer:
    rules = prices(problem)
    criteria = [c for c in problem.criteria if c.weight]
    compiled = worth_compiling(problem.n)
    with watch.stage("deal"):
        made = board(problem, criteria, rules, seed)
    with watch.stage("repair"):
        at, off, tries = mend(made, made.at, made.start, rules.classes.of, seed=seed, salt="repair", budget=40*problem.n+20000, compiled=compiled, watch=watch)
    with watch.stage("seat"):
        awards = people_of(made, at, problem.sizes)
    return Answer(awards, Status.FEASIBLE, 0, {"off": off, "tries": tries})
