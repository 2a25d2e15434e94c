"""Explanations: every figure is the judge's, and what is said to lose really loses."""

from __future__ import annotations

import numpy as np
import pytest

from allocation.small_worlds import brute_force, medium_problem, random_problem
from evenhand.allocation import AllocationProblem
from evenhand.allocation.asking.explain import explain, subjects
from evenhand.allocation.asking.incremental_value import Book
from evenhand.allocation.judging.judge import judge, objective
from evenhand.core.errors import InputError
from evenhand.core.solution import Solution
from evenhand.solver import solve


def told(solution: Solution, subject: str, name: str) -> dict[str, int]:
    """Return the figures of one kind about a subject, by what they are about."""
    said = explain(solution.problem, solution.awards, solution.proof, subject)
    assert str(said).startswith(said.headline)
    return {about: int(value) for about, value in said.values(name).items() if value is not None}


def medium(seed: int) -> AllocationProblem:
    """Return a medium problem without pins, so that it is always feasible."""
    problem = medium_problem(seed)
    return problem.with_(pinned=np.zeros(len(problem), dtype=bool))


def by_name(solution: Solution) -> dict[str, int]:
    """Return each candidate by its description."""
    return {solution.problem.describe(at): at for at in range(len(solution.problem))}


def test_what_awards_add_is_the_judges() -> None:
    """An award adds the plan's value less the value without it."""
    for seed in range(10):
        solution = solve(medium(seed))
        at_of = by_name(solution)
        for subject in solution.problem.recipients[:6]:
            for text, value in told(solution, subject, "adds").items():
                rest = np.setdiff1d(solution.awards, [at_of[text]])
                assert value == (solution.objective or 0) - objective(solution.problem, rest)


def test_exchanges_are_judged_and_never_better_than_the_optimum() -> None:
    """No exchange that is told raises a proven optimum."""
    for seed in range(10):
        solution = solve(medium(seed))
        for subject in solution.problem.items[:6]:
            assert all(change <= 0 for change in told(solution, subject, "instead").values())


def test_what_is_said_to_lose_at_least_does() -> None:
    """The best plan with the candidate pinned is at least that much worse, by brute force."""
    checked = 0
    for seed in range(150):
        problem = random_problem(seed, pins=False)
        solution = solve(problem)
        at_of = by_name(solution)
        for subject in (*problem.recipients, *problem.items):
            for text, least in told(solution, subject, "loses_at_least").items():
                pinned = problem.pinned.copy()
                pinned[at_of[text]] = True
                best, _ = brute_force(problem.with_(pinned=pinned))
                assert best is None or best <= (solution.objective or 0) - least
                checked += 1
    assert checked > 100


def test_another_slot_brings_what_is_said() -> None:
    """The optimum with one more slot lies between the figures told of the day."""
    for seed in range(40):
        solution = solve(medium(seed))
        problem = solution.problem
        for at, day in enumerate(problem.days if len(problem.days) > 1 else ()):
            slots = problem.slots.copy()
            slots[at] += 1
            more = (solve(problem.with_(slots=slots)).objective or 0) - (solution.objective or 0)
            most = told(solution, day, "slot").get(day, more)
            least = told(solution, day, "slot_at_least").get(day, 0)
            assert least <= more <= most


def test_the_next_award_costs_what_the_rules_say() -> None:
    """The cost of one more is the judge's terms with it, less those without."""
    solution = solve(medium(1))
    book = Book(solution.problem, solution.awards)
    for at in range(len(solution.problem)):
        if at not in book.chosen:
            before = judge(solution.problem, solution.awards).terms[1:]
            after = judge(solution.problem, np.append(solution.awards, at)).terms[1:]
            costs = {old.name: old.value - new.value for old, new in zip(before, after, strict=True)}
            fairness = costs.pop("fairness", 0) + costs.pop("fairness step", 0)
            assert {
                name: cost for name, cost in {"fairness": fairness, **costs}.items() if cost
            } == book.costs(at)


def test_everybody_and_everything_can_be_asked_about() -> None:
    """Each subject has an explanation, with or without prices, assigned or not."""
    for seed in (0, 3, 6):
        for method in ("price-restrict-prove", "greedy"):
            solution = solve(medium(seed), method=method)
            for subject in subjects(solution.problem, solution.awards):
                assert str(explain(solution.problem, solution.awards, solution.proof, subject))


def test_a_dropped_item_names_the_rule() -> None:
    """An item whose candidates a pipeline dropped is told the rule and the count."""
    problem = medium(2)
    idle = problem.with_(items=(*problem.items, "Z9"), dropped=(("Z9", "cooldown", 12),))
    said = explain(idle, np.zeros(0, dtype=np.int64), {}, "Z9")
    assert "no recipient can have it" in said.headline
    assert said.values("dropped") == {"cooldown": 12}


def test_a_stranger_is_refused_with_a_near_miss() -> None:
    """A misspelt name is an input error that names the nearest."""
    solution = solve(medium(2))
    with pytest.raises(InputError, match="Did you mean P001"):
        explain(solution.problem, solution.awards, solution.proof, "P01")
