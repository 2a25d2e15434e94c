"""An allocation's page and workbook: what they say is what the judge says."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest
from benchmarks.made_up_weeks import arrays
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.allocation import NO_LIMIT, AllocationProblem, GroupSet, mode_b
from evenhand.allocation.judging.judge import judge, objective
from evenhand.core.solution import Solution
from evenhand.press_fleet import FleetSettings
from evenhand.report.allocation_html import html
from evenhand.report.allocation_parts import added, parts_of
from evenhand.report.allocation_xlsx import workbook, xlsx
from evenhand.solver import solve


@cache
def week() -> Solution:
    """A small week with caps, tight budgets and a cost per vehicle."""
    return solve(arrays(3, size=0.2, tight=True, cost_per_vehicle=True))


def random_problem(seed: int) -> AllocationProblem:
    """A tiny problem with every kind of rule."""
    rng = np.random.default_rng(seed)
    shape = (4, 3, 2)
    keys = rng.permutation(24)[: int(rng.integers(1, 20))]
    item, recipient, day = np.unravel_index(np.sort(keys), shape)
    count = len(keys)
    group = GroupSet(
        name="budget",
        labels=("a", "b"),
        of=rng.integers(-1, 2, count),
        weight=rng.integers(0, 5, count),
        allowance=rng.integers(0, 6, (2, 2)),
        slope=rng.integers(0, 9, (2, 2)),
        limit=np.where(rng.random(2) < 0.5, NO_LIMIT, rng.integers(0, 9, 2)),
        unit="dollars",
    )
    return AllocationProblem(
        items=tuple("ABCD"),
        recipients=tuple("PQR"),
        days=("one", "two"),
        item=item,
        recipient=recipient,
        day=day,
        score=rng.integers(0, 900, count),
        slots=rng.integers(0, 4, 2),
        recipient_day_limit=rng.integers(0, 3, (3, 2)),
        recipient_limit=rng.integers(0, 5, 3),
        groups=(group,),
        pinned=np.zeros(count, dtype=np.bool_),
        forbidden=rng.random(count) < 0.1,
        scale=1,
        penalty=mode_b(),
        weight=np.ones(3, dtype=np.int64),
    )


@settings(deadline=None, max_examples=120)
@given(st.integers(0, 2**32))
def test_what_a_candidate_would_add_is_the_judges_difference(seed: int) -> None:
    """Each figure is the objective with the candidate less the one without; -inf breaks a rule."""
    problem = random_problem(seed)
    solution = solve(problem, method="greedy")
    awards = solution.awards
    taken = set(problem.item[awards].tolist())
    figures = added(problem, awards)
    wide = problem.with_(slots=np.full(2, 99))
    for at in range(len(problem)):
        if int(problem.item[at]) in taken:
            continue
        more = np.append(awards, at)
        if np.isneginf(figures[at]):
            assert judge(wide, more).faults
        else:
            assert not judge(wide, more).faults
            assert figures[at] == objective(problem, more) - objective(problem, awards)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32))
def test_uses_and_receivers_add_up_to_the_terms(seed: int) -> None:
    """Points of receivers, their penalties and the groups' costs are the solution's terms."""
    solution = solve(random_problem(seed), method="greedy")
    parts = parts_of(solution)
    terms = {term.name: term.value for term in solution.terms}
    assert sum(row[2] for row in parts.receivers) == terms["score"]
    assert sum(row[3] for row in parts.receivers) == -sum(
        value for name, value in terms.items() if name.startswith("fairness")
    )
    assert sum(use.cost for use in parts.uses) == -terms["budget"]
    assert len(parts.left) + len(solution.awards) == 4
    assert [given for _, given, _, _ in parts.days] == [
        int((solution.problem.day[solution.awards] == day).sum()) for day in range(2)
    ]


def test_the_page_holds_every_part_and_no_script() -> None:
    """Chip with its hover text, days, partners, money, measures, what is left; nothing is fetched."""
    text = html(week()).decode()
    for part in (
        "At a glance",
        "Day by day",
        "Partners",
        "Caps and budgets",
        "How even it is",
        "Vehicles left",
    ):
        assert f">{part}</h2>" in text
    assert "Mode B Distribution" in text
    assert "cooldown" in text
    assert "<script" not in text
    assert re.findall(r'(?:src|href)="(?!#)', text) == []
    assert "travel to the test track (" in text
    assert html(week()) == html(week())


def test_every_award_stands_on_the_page_and_in_the_workbook() -> None:
    """Each loan's vehicle and partner can be read in both."""
    solution = week()
    text = html(solution).decode()
    for at in solution.awards.tolist():
        assert solution.problem.items[solution.problem.item[at]] in text
    sheets = workbook(solution)
    assert list(sheets)[:4] == ["plan", "days", "partners", "caps and budgets"]
    assert sum(len(str(cell).split(", ")) for cell in sheets["partners"]["loans"]) == len(solution.awards)
    assert len(sheets["vehicles left"]["vehicle"]) == len(solution.problem.items) - len(solution.awards)
    assert xlsx(solution)[:2] == b"PK"


def test_money_over_a_budget_is_said_in_figures() -> None:
    """What is overspent stands with its dollars and points."""
    solution = solve(arrays(2, tight=True, cost_per_vehicle=True), method="greedy")
    over = [use for use in parts_of(solution).uses if use.used > use.free]
    assert {use.rule for use in over} == {"budget"}
    assert sum(use.cost for use in over) == pytest.approx(
        sum(-term.value for term in solution.terms if term.name == "budget")
    )
    assert "over: -" in html(solution).decode()


def test_hard_budgets_are_called_limits() -> None:
    """A hard budget's free part is its limit, and nothing is over."""
    solution = solve(arrays(3, size=0.2, tight=True, settings=FleetSettings(hard_budgets=True)))
    uses = [use for use in parts_of(solution).uses if use.rule == "budget"]
    assert all(use.hard and use.used <= use.free for use in uses)
    assert " limit" in html(solution).decode()


def test_vehicles_left_name_the_rule_or_the_price() -> None:
    """A dropped vehicle names its rule; another says what one more start would add."""
    why = [reason for _, reason in parts_of(week()).left]
    assert any(reason.startswith("vehicle not free") for reason in why)
    assert any("no start left" in reason for reason in why)
    assert not any("not the best" in reason for reason in why)


def test_a_plan_of_ones_own_candidates_uses_the_jobs_words() -> None:
    """Items and recipients where there is no fleet; an empty plan makes a page too."""
    problem = random_problem(1).with_(groups=())
    text = html(solve(problem)).decode()
    assert ">Recipients</h2>" in text or ">Items left</h2>" in text
    assert "vehicle" not in text
    empty = problem.with_(slots=np.zeros(2, dtype=np.int64))
    assert b"0 of 0 slots" in html(solve(empty))


def test_hostile_names_are_written_as_text() -> None:
    """A name with markup in it changes nothing on the page."""
    problem = random_problem(2).with_(recipients=("<script>alert(1)</script>", "Q", "R"))
    assert b"<script" not in html(solve(problem))
