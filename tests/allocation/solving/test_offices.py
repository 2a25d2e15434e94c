"""Many offices at once: the split, the bound under prices, the plans, and what a limit leaves."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest
from benchmarks.made_up_weeks import arrays, many_offices
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.small_worlds import medium_problem, random_problem
from evenhand.allocation import NO_LIMIT, AllocationProblem, GroupSet, mode_b
from evenhand.allocation.judging.judge import judge
from evenhand.allocation.solving import METHODS, choose
from evenhand.allocation.solving.model.pricing import priced, prices_of
from evenhand.allocation.solving.model.residual import residual_of
from evenhand.allocation.solving.offices.offices import pays
from evenhand.allocation.solving.offices.parts import components, split
from evenhand.allocation.solving.offices.shard import Shard
from evenhand.allocation.solving.offices.shared import Shared, shared_rows
from evenhand.core.job import Answer, Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Status
from evenhand.solver import solve

seeds = st.integers(0, 10**6)
fast = settings(deadline=None, max_examples=40)


def side_by_side(parts: list[AllocationProblem], shared: tuple[GroupSet, ...] = ()) -> AllocationProblem:
    """Return one problem of several, each under its own letter; ``shared`` reaches over all candidates."""
    counts = np.cumsum([0, *(len(part) for part in parts)])
    first = [np.cumsum([0, *(len(getattr(part, name)) for part in parts)]) for name in NAMES]
    limits = np.full((first[1][-1], first[2][-1]), NO_LIMIT, dtype=np.int64)
    groups = list(shared)
    for at, part in enumerate(parts):
        limits[first[1][at] : first[1][at + 1], first[2][at] : first[2][at + 1]] = part.recipient_day_limit
        for group in part.groups:
            of = np.full(counts[-1], -1, dtype=np.int64)
            weight = np.zeros(counts[-1], dtype=np.int64)
            of[counts[at] : counts[at + 1]] = group.of
            weight[counts[at] : counts[at + 1]] = group.weight
            groups.append(replace(group, name=f"{group.name} {LETTERS[at]}", of=of, weight=weight))

    def joined(name: str) -> np.ndarray:
        return np.concatenate([getattr(part, name) for part in parts])

    def coded(name: str, plural: int) -> np.ndarray:
        return np.concatenate([getattr(part, name) + first[plural][at] for at, part in enumerate(parts)])

    names = [
        tuple(f"{LETTERS[at]} {one}" for at, part in enumerate(parts) for one in getattr(part, plural))
        for plural in NAMES
    ]
    return AllocationProblem(
        items=names[0],
        recipients=names[1],
        days=names[2],
        item=coded("item", 0),
        recipient=coded("recipient", 1),
        day=coded("day", 2),
        score=joined("score"),
        slots=joined("slots"),
        recipient_day_limit=limits,
        recipient_limit=joined("recipient_limit"),
        groups=tuple(groups),
        pinned=joined("pinned"),
        forbidden=joined("forbidden"),
        scale=parts[0].scale,
        penalty=parts[0].penalty,
        weight=joined("weight"),
        head_start=joined("head_start"),
    )


NAMES = ("items", "recipients", "days")
LETTERS = "ABCDEFGH"


def budget(draw: np.random.Generator, count: int, *, hard: bool, alike: bool) -> GroupSet:
    """Return a shared budget over ``count`` candidates, with room for a part of what they could use."""
    weight = np.full(count, 3) if alike else draw.integers(0, 9, count) * 5
    room = int(draw.integers(0, max(2, weight.sum() // 4)))
    limit = np.array([room if hard else NO_LIMIT])
    steps = draw.integers(0, room + 1, (1, 2))
    return GroupSet(
        "all", ("all",), np.zeros(count, dtype=np.int64), weight, steps, draw.integers(0, 40, (1, 2)), limit
    )


def several(seed: int, *, shared: bool = True, pins: bool = True) -> AllocationProblem:
    """Return two to four tiny problems with every rule side by side, under a shared budget or two."""
    draw = np.random.default_rng([seed, 11])
    count = int(draw.integers(2, 5))
    first = random_problem(seed, pins=pins)
    parts = [
        first,
        *(
            replace(random_problem(seed + 7919 * at, pins=pins), penalty=first.penalty)
            for at in range(1, count)
        ),
    ]
    size = sum(len(part) for part in parts)
    budgets = [budget(draw, size, hard=bool(draw.random() < 0.5), alike=bool(draw.random() < 0.3))]
    if draw.random() < 0.3:
        budgets.append(replace(budget(draw, size, hard=True, alike=False), name="also"))
    return side_by_side(parts, tuple(budgets) if shared else ())


def answered(problem: AllocationProblem, method: str = "offices") -> Answer:
    """Run a method without a limit."""
    return METHODS[method].run(problem, 0, Limits(), Progress())


def test_plans_hold_and_bounds_are_valid() -> None:
    """On 100 small problems (250 with EVENHAND_SOAK) plan and bound are what the default method proves."""
    count, met = 250 if os.environ.get("EVENHAND_SOAK") else 100, 0
    for seed in range(count):
        problem = several(seed)
        best, mine = answered(problem, "price-restrict-prove"), answered(problem)
        assert (best.status is Status.INFEASIBLE) == (mine.status is Status.INFEASIBLE)
        if mine.awards is None or best.bound is None or mine.bound is None:
            continue
        verdict = judge(problem, mine.awards)
        assert verdict.faults == ()
        assert best.status is Status.OPTIMAL
        assert (verdict.objective, mine.bound, mine.status) == (best.bound, best.bound, Status.OPTIMAL)
        met += 1
    assert met > count / 2


def test_medium_offices_come_near() -> None:
    """Offices of hundreds of candidates under one budget: bounds hold, gaps stay below 3 percent."""
    for seed in range(6):
        parts = [replace(medium_problem(seed * 5 + at), penalty=mode_b()) for at in range(4)]
        draw = np.random.default_rng(seed)
        size = sum(len(part) for part in parts)
        cost = draw.integers(1, 9, size)
        room = np.array([60])
        none = np.zeros((1, 0), dtype=np.int64)
        group = GroupSet("all", ("all",), np.zeros(size, dtype=np.int64), cost, none, none, room)
        problem = side_by_side(parts, (group,))
        mine = answered(problem)
        if mine.awards is None or mine.bound is None:
            continue
        verdict = judge(problem, mine.awards)
        assert verdict.faults == ()
        assert 0 <= mine.bound - verdict.objective <= 0.03 * mine.bound


@fast
@given(seeds)
def test_apart_offices_are_worth_the_sum_of_their_parts(seed: int) -> None:
    """Without anything shared the value is proven, and is what the default method proves."""
    problem = several(seed, shared=False)
    best, mine = answered(problem, "price-restrict-prove"), answered(problem)
    residual = residual_of(problem, 0)
    if len(shared_rows(residual, components(problem, residual.live))):
        return  # a tiny problem's own budget may hold two parts of it together
    assert mine.status is best.status
    assert mine.bound == best.bound


def test_large_offices_apart_add_up() -> None:
    """Three weeks side by side are worth what each is worth alone, to the unit."""
    parts = [arrays(seed, size=0.02) for seed in (1, 2, 3)]
    whole = answered(side_by_side(parts))
    assert whole.status is Status.OPTIMAL
    assert whole.bound == sum(answered(part, "price-restrict-prove").bound or 0 for part in parts)


def test_prices_of_offices_prove_nearly_their_bound() -> None:
    """The prices in the proof, put on the whole problem, prove what the offices' LPs prove together."""
    for problem in (
        many_offices(2, 5, size=0.03),
        side_by_side([arrays(seed, size=0.02, tight=True, cost_per_vehicle=True) for seed in (1, 2, 3)]),
    ):
        answer = answered(problem)
        assert answer.bound is not None
        residual = residual_of(problem, 0)
        proven = priced(residual, prices_of(answer.proof, residual)).bound // residual.ticks
        assert answer.bound <= proven <= answer.bound * 1.002


@fast
@given(seeds)
def test_components_are_those_of_a_plain_search(seed: int) -> None:
    """Items are in one part exactly where recipients or scarce days lead from one to the other."""
    problem = several(seed) if seed % 2 else random_problem(seed)
    part = components(problem)
    group = {at: at for at in problem.item.tolist()}
    scarce = problem.slots < len(problem.items)
    for _ in range(len(problem)):
        for one in range(len(problem)):
            for two in range(one):
                touch = problem.recipient[one] == problem.recipient[two] or (
                    problem.day[one] == problem.day[two] and scarce[problem.day[one]]
                )
                if touch or problem.item[one] == problem.item[two]:
                    low = min(group[int(problem.item[one])], group[int(problem.item[two])])
                    group[int(problem.item[one])] = group[int(problem.item[two])] = low
    for one, first in group.items():
        for two, second in group.items():
            assert (part[one] == part[two]) == (first == second)
    assert all(part[at] == -1 for at in range(len(problem.items)) if at not in group)


def test_more_parts_than_are_kept_are_put_together() -> None:
    """With at most two parts the same candidates are split in two, none lost."""
    problem = side_by_side([replace(arrays(seed, size=0.01), groups=()) for seed in (1, 2, 3, 4)])
    residual = residual_of(problem, 0)
    part = components(problem, residual.live)
    shared = shared_rows(residual, part)
    cut = split(residual, part, shared, most=2)
    rows = np.concatenate([one.rows for one in cut.parts])
    assert len(cut.parts) == 2
    assert np.array_equal(np.sort(rows), np.arange(len(residual)))


def test_limits_are_lowered_to_what_weights_can_reach() -> None:
    """Weights in tens under a limit of 37 leave 30."""
    whole = side_by_side([replace(arrays(seed, size=0.01), groups=()) for seed in (1, 2)])
    none = np.zeros((1, 0), dtype=np.int64)
    weight = 10 * (1 + np.arange(len(whole)) % 2)
    group = GroupSet(
        "all", ("all",), np.zeros(len(whole), dtype=np.int64), weight, none, none, np.array([37])
    )
    residual = residual_of(replace(whole, groups=(group,)), 0)
    shared = shared_rows(residual, components(whole, residual.live))
    assert (shared.free + shared.length.sum(axis=1)).tolist() == [30]


def test_shared_rows_count_exactly() -> None:
    """Costs, what is left, and the bound's part at prices are those of the tariff written out by hand."""
    rows = Shared(((0, 0),), (np.array([0, -1]),), np.array([10]), np.array([[5, 7]]), np.array([[2, 9]]))
    assert rows.costs(np.array([10])) == 0
    assert rows.costs(np.array([16])) == 5 * 2 + 9
    assert rows.costs(np.array([23])) is None
    assert rows.dual(np.array([4])) == 4 * 10 + 5 * 2
    free, length = rows.left(np.array([13]))
    assert (free.tolist(), length.tolist()) == ([0], [[2, 7]])
    assert len(rows) == 1


@fast
@given(seeds, seeds)
def test_row_order_changes_nothing(seed: int, shuffle: int) -> None:
    """Shuffled candidates give the same awards by name."""
    problem = several(seed, pins=False)
    order = np.random.default_rng(shuffle).permutation(len(problem))
    again = replace(
        problem,
        **{
            name: getattr(problem, name)[order]
            for name in ("item", "recipient", "day", "score", "pinned", "forbidden")
        },
        groups=tuple(
            replace(group, of=group.of[order], weight=group.weight[order]) for group in problem.groups
        ),
    )
    assert solve(again, method="offices", seed=3).columns == solve(problem, method="offices", seed=3).columns


def test_one_office_is_solved_as_ever() -> None:
    """A problem in one piece gives the default method's answer."""
    problem = medium_problem(2)
    mine, other = answered(problem), answered(problem, "price-restrict-prove")
    assert (mine.status, mine.bound) == (other.status, other.bound)
    assert mine.awards is not None
    assert other.awards is not None
    assert np.array_equal(mine.awards, other.awards)


@pytest.fixture(scope="module")
def four() -> AllocationProblem:
    """Return four offices under one budget, above 100,000 candidates together."""
    return many_offices(1, 4, size=0.6)


def test_many_offices_are_taken_apart_by_themselves(four: AllocationProblem) -> None:
    """Four large offices go to this method, which proves them to within 0.05 percent, twice the same."""
    assert choose(four) == "offices"
    solution = solve(four)
    assert solution.method == "offices"
    assert solution.objective is not None
    assert solution.bound is not None
    assert solution.bound - solution.objective <= 0.0005 * solution.bound
    assert np.array_equal(solve(four).awards, solution.awards)


@pytest.mark.parametrize("seconds", [0.0, 0.12, 0.3])
def test_a_limit_only_cuts(four: AllocationProblem, seconds: float) -> None:
    """Whenever time runs out there is a plan that holds, marked as cut, and no bound below it."""
    solution = solve(four, method="offices", progress=Progress(seconds=seconds))
    assert solution.objective is not None
    # a machine so busy that there is no time to read all candidates gives a sample's plan, without a bound
    assert solution.bound is None or (solution.bound > 0 and solution.objective <= solution.bound)
    assert solution.cut


@pytest.mark.parametrize(("seed", "count"), [(1, 5), (2, 8)])
def test_without_any_time_offices_come_near_what_greedy_gives(seed: int, count: int) -> None:
    """Cut before the first price, the plan is worth at least 0.9 of greedy's over all offices."""
    problem = many_offices(seed, count, size=0.05)
    cut = solve(problem, method="offices", limits=Limits(seconds=0))
    greedy = solve(problem, method="greedy")
    assert cut.objective is not None
    assert greedy.objective is not None
    assert cut.objective >= 0.9 * greedy.objective


def test_offices_that_were_never_asked_are_priced_all_the_same() -> None:
    """A search whose clock stands while the offices' own clocks run out still hands out a plan that holds."""
    problem = many_offices(1, 6, size=0.02)
    residual = residual_of(problem, 0)
    part = components(problem, residual.live)
    shared = shared_rows(residual, part)
    parts = split(residual, part, shared)
    assert parts is not None
    shard = Shard(parts.parts, parts.shared)
    shard.ask(range(6), np.zeros(len(shared), dtype=np.int64), 0.0)
    assert all(len(piece.rows) for piece in shard.pool(range(6), 50))


def test_an_interruption_keeps_what_there_is(four: AllocationProblem) -> None:
    """Interrupted before the start, the method still hands out a plan that is judged and a bound."""
    progress = Progress()
    progress.interrupted = True
    solution = solve(four, method="offices", progress=progress)
    assert solution.cut
    assert solution.bound is not None


def test_it_does_not_pay_for_small_or_single_offices(four: AllocationProblem) -> None:
    """Small problems, one office, one large beside small ones, or many shared rows: the default."""
    assert choose(several(1)) == "price-restrict-prove"
    assert not pays(arrays(1, size=2.0))
    assert pays(four)
    alone = side_by_side([arrays(1, size=2.0, budgets=False), random_problem(3, pins=False)])
    assert len(np.unique(components(alone))) > 1
    assert not pays(alone)
    per_item = GroupSet(
        "many",
        tuple(f"g{at:02d}" for at in range(65)),
        np.arange(len(four)) % 65,
        np.ones(len(four), dtype=np.int64),
        np.zeros((65, 0), dtype=np.int64),
        np.zeros((65, 0), dtype=np.int64),
        np.full(65, 9),
    )
    assert not pays(replace(four, groups=(*four.groups, per_item)))
