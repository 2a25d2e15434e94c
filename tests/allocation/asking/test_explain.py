"""Explanations: every figure is the judge's, and what is said to lose really loses."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest

from allocation.small_worlds import brute_force, medium_problem, random_problem
from evenhand.allocation import AllocationProblem
from evenhand.allocation.asking.explain import explain, subjects
from evenhand.allocation.asking.incremental_value import IncrementalValue
from evenhand.allocation.asking.what_if import what_if
from evenhand.allocation.judging.judge import judge, objective
from evenhand.core.errors import InputError
from evenhand.core.solution import Solution
from evenhand.solver import solve
from press_fleet.tiny import at as day_at
from press_fleet.tiny import made, world

SOAK = bool(os.environ.get("EVENHAND_SOAK"))
"""Whether to look at all problems; the usual run looks at a third."""


def told(solution: Solution, subject: str, name: str) -> dict[str, int]:
    """Return the figures of one kind about a subject, by what they are about."""
    said = explain(solution.problem, solution.awards, solution.proof, subject)
    assert str(said).startswith(said.headline)
    return {about: int(value) for about, value in said.values(name).items() if value is not None}


def medium(seed: int) -> AllocationProblem:
    """Return a medium problem without pins, so that it is always feasible."""
    problem = medium_problem(seed)
    return replace(problem, pinned=np.zeros(len(problem), dtype=bool))


def by_name(solution: Solution) -> dict[str, int]:
    """Return each candidate by its description."""
    return {solution.problem.describe(at): at for at in range(len(solution.problem))}


def test_what_awards_add_is_the_judges() -> None:
    """An award adds the plan's value less the value without it."""
    for seed in range(10 if SOAK else 4):
        solution = solve(medium(seed))
        at_of = by_name(solution)
        for subject in solution.problem.recipients[:6]:
            for text, value in told(solution, subject, "adds").items():
                rest = np.setdiff1d(solution.awards, [at_of[text]])
                assert value == (solution.objective or 0) - objective(solution.problem, rest)


def test_what_an_alternative_costs_is_the_forced_optimum() -> None:
    """The best plan with the candidate, by brute force, is exactly as far below as is said."""
    checked = 0
    for seed in range(120 if SOAK else 40):
        problem = random_problem(seed, pins=False)
        solution = solve(problem)
        row_of = by_name(solution)
        for subject in (*problem.recipients, *problem.items):
            for text, change in told(solution, subject, "instead").items():
                pinned = problem.pinned.copy()
                pinned[row_of[text]] = True
                best, _ = brute_force(replace(problem, pinned=pinned))
                assert best == (solution.objective or 0) + change
                checked += 1
    assert checked > 100


def test_what_is_said_to_lose_at_least_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a problem is too large to solve again: every plan with it is at least that much worse."""
    monkeypatch.setattr("evenhand.allocation.asking.explain.SOLVED", 0)
    checked = 0
    for seed in range(150 if SOAK else 50):
        problem = random_problem(seed, pins=False)
        solution = solve(problem)
        row_of = by_name(solution)
        for subject in (*problem.recipients, *problem.items):
            for text, least in told(solution, subject, "loses_at_least").items():
                pinned = problem.pinned.copy()
                pinned[row_of[text]] = True
                best, _ = brute_force(replace(problem, pinned=pinned))
                assert best is None or best <= (solution.objective or 0) - least
                checked += 1
    assert checked > 50


def test_another_slot_brings_what_is_said() -> None:
    """The optimum with one more slot lies between the figures told of the day."""
    for seed in range(16 if SOAK else 6):
        solution = solve(medium(seed))
        problem = solution.problem
        for at, day in enumerate(problem.days if len(problem.days) > 1 else ()):
            slots = problem.slots.copy()
            slots[at] += 1
            more = (solve(replace(problem, slots=slots)).objective or 0) - (solution.objective or 0)
            most = told(solution, day, "slot").get(day, more)
            least = told(solution, day, "slot_at_least").get(day, 0)
            assert least <= more <= most


def test_the_next_award_costs_what_the_rules_say() -> None:
    """The cost of one more is the judge's terms with it, less those without."""
    solution = solve(medium(1))
    book = IncrementalValue(solution.problem, solution.awards)
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
            for subject in list(subjects(solution.problem, solution.awards))[::4]:
                assert str(explain(solution.problem, solution.awards, solution.proof, subject))


def test_a_dropped_item_names_the_rule() -> None:
    """An item whose candidates a pipeline dropped is told the rule and the count."""
    problem = medium(2)
    idle = replace(problem, items=(*problem.items, "Z9"), dropped=(("Z9", "cooldown", 12),))
    said = explain(idle, np.zeros(0, dtype=np.int64), {}, "Z9")
    assert "no recipient can have it" in said.headline
    assert said.values("dropped") == {"cooldown": 12}


def test_a_stranger_is_refused_with_a_near_miss() -> None:
    """A misspelt name is an input error that names the nearest."""
    solution = solve(medium(2))
    with pytest.raises(InputError, match="Did you mean P001"):
        explain(solution.problem, solution.awards, solution.proof, "P01")


def fleet(**tables: list[dict[str, object]]) -> Solution:
    """Return a week of two cars and two outlets; both have names, and one is still in its cooldown."""
    given = world(
        vehicles=[
            {"vin": "V1", "make": "Toyota", "model": "Camry"},
            {"vin": "V2", "make": "Kia", "model": "EV6"},
        ],
        partners=[
            {"partner_id": "P1", "name": "Desert Road Report"},
            {"partner_id": "P2", "name": "Harbor Garage", "days": "Mon"},
        ],
        approvals=[
            {"partner_id": "P1", "make": "Toyota", "rank": "A"},
            {"partner_id": "P2", "make": "Kia", "rank": "A"},
        ],
        availability=[{"vin": vin, "start_date": day_at(0), "end_date": day_at(13)} for vin in ("V1", "V2")],
        activity=[{"partner_id": "P1", "vin": "V1", "start_date": day_at(-9), "end_date": day_at(-3)}],
        **tables,
    )
    return solve(made(given))


def test_names_work_wherever_ids_do() -> None:
    """An outlet is found by its name in any case, and the answer speaks in names."""
    plan = fleet()
    by_id, named = (explain(plan.problem, plan.awards, plan.proof, who) for who in ("P2", "harbor garage"))
    assert by_id == named
    assert named.headline.startswith("Harbor Garage (P2) receives 1")
    assert "Kia EV6 (V2) to Harbor Garage (P2)" in str(named)
    with pytest.raises(InputError, match=r"Did you mean Harbor Garage\?"):
        explain(plan.problem, plan.awards, plan.proof, "Harbour Garage")


def test_a_pair_is_told_its_rule_and_until_when() -> None:
    """Why not this car to that outlet: the rule, with the day on which it ends, for any pair."""
    plan = fleet()

    def asked(subject: str) -> str:
        return str(explain(plan.problem, plan.awards, plan.proof, subject))

    assert "may have it again from 2026-02-22 (cooldown of 30 days for Toyota)" in asked("V1 to P1")
    assert "has no approval for Kia" in asked("V2 to Desert Road Report")
    assert asked("Kia EV6 to Harbor Garage").endswith("adds 700 points.")
    assert "Kia EV6 (V2) to Harbor Garage (P2) on 2026-01-26 is in the plan" in asked("P2 to V2")
    with pytest.raises(InputError, match="is not a recipient of this plan"):
        asked("V1 to Nobody")


def test_a_pair_that_could_be_is_told_its_price() -> None:
    """A pair that no rule forbids is told what the best plan with it has less."""
    for seed in (0, 3, 6):
        solution = solve(medium(seed))
        problem = solution.problem
        missing = next(row for row in range(len(problem)) if row not in solution.awards.tolist())
        pair = f"{problem.items[problem.item[missing]]} to {problem.recipients[problem.recipient[missing]]}"
        answer = explain(problem, solution.awards, solution.proof, pair)
        assert "in the plan" in answer.headline


def test_a_pin_against_a_rule_is_told_the_rule() -> None:
    """What-if names the rule and its end where a pin cannot be."""
    with pytest.raises(InputError, match="again from 2026-02-22"):
        what_if(fleet(), pin=[("Toyota Camry", "Desert Road Report")])
