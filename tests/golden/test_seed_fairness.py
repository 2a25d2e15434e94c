"""The published penalties, recomputed from counts by the judge."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.made_up_weeks import BUNDLED_SEED, arrays
from hypothesis import given
from hypothesis import strategies as st

from evenhand.allocation import AllocationProblem, Penalty, mode_a, mode_b, no_penalty, strong
from evenhand.allocation.judging.judge import judge
from evenhand.core.solution import Verdict
from evenhand.solver import solve

MODE_B = [2] * 27 + [1] * 21
"""48 partners, at most two each, 75 loans: the only counts there are."""


def verdict(counts: list[int], penalty: Penalty) -> Verdict:
    """Give partner k so many items of score 1000, one candidate each, and have the judge look."""
    who = [f"P{at:03d}" for at, count in enumerate(counts) for _ in range(count)]
    items = [f"V{at:03d}" for at in range(len(who))]
    problem = AllocationProblem.from_values(items, who, [1000] * len(who), penalty=penalty)
    problem = replace(problem, slots=np.array([len(who)]))
    return judge(problem, np.arange(len(who)))


def paid(counts: list[int], penalty: Penalty) -> int:
    """What fairness costs, in points."""
    return -sum(term.value for term in verdict(counts, penalty).terms if term.name.startswith("fairness"))


@pytest.mark.parametrize(
    ("penalty", "marginals"),
    [
        (no_penalty(), [0, 0, 0, 0]),
        (mode_a(), [0, 200, 200, 200]),
        (mode_b(), [0, 200, 600, 600]),
        (strong(400), [0, 400, 400, 400]),
    ],
)
def test_what_the_next_loan_costs(penalty: Penalty, marginals: list[int]) -> None:
    """The first is free; under mode B the second costs 200 and every later one 600."""
    totals = [paid([count], penalty) for count in range(1, 5)]
    assert [high - low for high, low in zip(totals, [0, *totals], strict=False)] == marginals
    assert [penalty.marginal(count) for count in range(1, 5)] == marginals


def test_modes_differ_as_their_formulas_say() -> None:
    """F3: at 1, 2, 3, 4 loans mode A costs 0, 200, 400, 600 and mode B 0, 200, 800, 1400."""
    assert [paid([count], mode_a()) for count in (1, 2, 3, 4)] == [0, 200, 400, 600]
    assert [paid([count], mode_b()) for count in (1, 2, 3, 4)] == [0, 200, 800, 1400]


def test_the_tables_penalties() -> None:
    """75 loans: mode A to 38 partners 7,400; mode B to 48 at most two each 5,400; one each 0."""
    assert paid([8] + [2] * 30 + [1] * 7, mode_a()) == 7_400
    assert paid(MODE_B, mode_b()) == 5_400
    assert paid([1] * 75, strong(400)) == 0
    assert paid([24, 20, 12, 8, 5, 4, 2], no_penalty()) == 0


def test_mode_b_leaves_one_choice_of_counts() -> None:
    """48 partners, at most 2 each, 75 loans: 27 with two and 21 with one, nothing else."""
    ways = [(two, one) for two in range(49) for one in [48 - two] if 2 * two + one == 75]
    assert ways == [(27, 21)]


def test_the_chip_of_the_table() -> None:
    """The judge's headline for those counts is the chip, to the letter."""
    assert "Fairness: λ=200+400 • 48P • Max=2 • Gini=0.16" in verdict(MODE_B, mode_b()).headline


@given(st.lists(st.integers(1, 12), min_size=1, max_size=12), st.integers(0, 600))
def test_mode_a_never_evens_out_between_those_served(counts: list[int], lam: int) -> None:
    """With target 1 the penalty is lambda x (loans - partners served), however the loans lie among them."""
    assert paid(counts, mode_a(lam)) == lam * (sum(counts) - len(counts))


def test_mode_a_of_the_table_cannot_have_the_gini_of_the_row_above() -> None:
    """38 partners, at most 8, top five 53 %: five of 8, and either rest has a Gini of 0.424."""
    assert [held for held in range(76) if round(100 * held / 75) == 53] == [40]
    rests = ([2, 2] + [1] * 31, [3] + [1] * 32)
    assert all(len(rest) == 33 and sum(rest) == 35 for rest in rests)
    for rest in rests:
        counts = sorted([8] * 5 + rest)
        spread = sum((2 * place - 39) * count for place, count in enumerate(counts, 1))
        assert round(spread / (38 * 75), 3) == 0.424


def test_the_bundled_week_has_the_founding_chip() -> None:
    """Solved with the seed's defaults, all rules on, the bundled week gives 48 partners two at most."""
    solution = solve(arrays(BUNDLED_SEED))
    assert "48P • Max=2 • Gini=0.16" in solution.headline
    assert len(solution.awards) == 75
