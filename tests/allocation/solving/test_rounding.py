"""Plans made from an LP that is not whole: they hold, are told at once, and do not change the answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from benchmarks.made_up_weeks import arrays
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.small_worlds import medium_problem
from evenhand.allocation.judging.judge import judge, objective
from evenhand.allocation.solving import METHODS
from evenhand.allocation.solving.greedy import first_plan
from evenhand.allocation.solving.model.pricing import no_prices
from evenhand.allocation.solving.model.residual import residual_of
from evenhand.allocation.solving.model.rounding import BESIDE, dive, fixed_search, walk
from evenhand.allocation.solving.price_restrict_prove import relax
from evenhand.core.job import Limits
from evenhand.core.progress import Best, Progress
from evenhand.core.solution import Status


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**5))
def test_each_way_gives_a_plan_that_holds(seed: int) -> None:
    """Walk, dive and fixed search keep every hard rule; the LP's bound is never beaten."""
    problem = medium_problem(seed)
    problem = replace(problem, pinned=np.zeros(len(problem), dtype=bool))
    residual = residual_of(problem, 0)
    if not len(residual) or not residual.awards:
        return
    start, _ = first_plan(residual)
    root = relax(residual, Progress(), start, no_prices(residual))
    values, loss = root.program.values(), root.priced.loss(residual)
    plans = [
        walk(residual, root.program, values, loss),
        dive(residual, root.program, Progress(), -1),
        *(
            fixed_search(residual, root.program, values, loss, start, Progress(), root.priced.bound, most)
            for most in BESIDE
        ),
    ]
    for plan in plans:
        if plan is not None:
            assert residual.holds(plan)
            assert residual.worth(plan) <= root.priced.bound
    assert plans[0] is not None


def test_a_dive_leaves_the_lp_as_it_was() -> None:
    """After a dive the LP has the value it had."""
    residual = residual_of(arrays(3, size=0.2, cost_per_vehicle=True, tight=True), 0)
    start, prices = first_plan(residual)
    program = relax(residual, Progress(), start, prices).program
    assert program.solve()
    before = program.worth()
    dive(residual, program, Progress(), 0)
    assert program.solve()
    assert abs(program.worth() - before) < 1e-6 * before


def test_a_cost_per_vehicle_is_within_a_hundredth_after_the_dive() -> None:
    """On a week with a cost for every vehicle: greedy, walk, dive, and then the best, each told."""
    week = arrays(101, cost_per_vehicle=True, tight=True)
    seen: list[Best] = []
    answer = METHODS["price-restrict-prove"].run(week, 0, Limits(), Progress(watch=seen.append))
    assert answer.awards is not None
    best = objective(week, answer.awards)
    shares = [1 - found.value / best for found in seen]
    assert shares == sorted(shares, reverse=True)
    assert shares[2] < 0.01
    assert shares[-1] == 0
    assert answer.status is Status.OPTIMAL


def test_a_limit_at_any_moment_leaves_a_plan_and_a_bound() -> None:
    """Ended after 0, 1, 2, ... questions to the clock, the search hands out a plan that holds and a bound."""

    class Counted(Progress):
        """Asks to stop after so many questions."""

        left_over = 0

        def stop(self) -> bool:
            self.left_over -= 1
            self.interrupted = self.left_over < 0
            return super().stop()

    week = arrays(101, size=0.1, cost_per_vehicle=True, tight=True)
    for questions in range(0, 14, 2):
        progress = Counted()
        progress.left_over = questions
        answer = METHODS["price-restrict-prove"].run(week, 0, Limits(), progress)
        assert answer.awards is not None
        assert answer.bound is not None
        assert not judge(week, answer.awards).faults
        assert objective(week, answer.awards) <= answer.bound
