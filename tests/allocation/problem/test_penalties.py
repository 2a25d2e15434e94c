"""The named modes, scaled to the scores."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.allocation import AllocationProblem, mode_b, named_penalty
from evenhand.allocation.problem.penalties import MODES, on_grid, suited_unit
from evenhand.solver import solve

fast = settings(deadline=None, max_examples=60)


def survey(scale: float = 1.0) -> list[dict[str, object]]:
    """Twenty items for ten recipients, each scored from 1 to 5."""
    draw = np.random.default_rng(3)
    return [
        {"item": f"i{item:02}", "recipient": f"r{who}", "score": float(draw.integers(1, 6)) * scale}
        for item in range(20)
        for who in range(10)
    ]


def test_scores_from_one_to_five_leave_no_item_behind() -> None:
    """The default suits scores of 1 to 5: all twenty items go out, two each; 200 + 400 keeps ten back."""
    plan = solve(AllocationProblem.from_rows(survey()))
    assert len(plan.awards) == 20
    assert plan.headline.endswith("10P • Max=2 • Gini=0.00")
    assert len(solve(AllocationProblem.from_rows(survey(), penalty=mode_b())).awards) == 10


def test_a_default_that_was_scaled_is_said() -> None:
    """The plan's notes say which λ was taken, and how to set another."""
    (note,) = AllocationProblem.from_rows(survey()).warnings
    assert note.problem == "no fairness was chosen, so λ=0.5+1 was taken, which suits these scores"
    assert AllocationProblem.from_rows(survey(), penalty=mode_b()).warnings == ()


@fast
@given(st.integers(0, 10**6), st.integers(-3, 6))
def test_the_unit_follows_the_scores(seed: int, power: int) -> None:
    """Scores times a power of ten have a unit times the same, roughly; the rows' order does not matter."""
    draw = np.random.default_rng(seed)
    score = draw.integers(1, 1000, 60).astype(float)
    recipient, item = draw.integers(0, 5, 60), draw.integers(0, 12, 60)
    unit = suited_unit(score, recipient, item)
    order = draw.permutation(60)
    assert suited_unit(score[order], recipient[order], item[order]) == unit
    if unit * 10.0**power >= 0.01:
        scaled = suited_unit(score * 10.0**power, recipient, item)
        assert 0.39 <= scaled / (unit * 10.0**power) <= 2.01


@fast
@given(st.sampled_from(MODES), st.sampled_from([0.05, 0.5, 1, 20, 200]), st.sampled_from([1, 10, 100]))
def test_a_named_mode_fits_any_scale(mode: str, unit: float, scale: int) -> None:
    """Rounded to a problem's units, a mode's steps are whole in them, and none vanishes."""
    penalty = on_grid(named_penalty(mode, unit=unit), scale)
    assert scale % penalty.denominator() == 0
    assert all(points > 0 for _, points in penalty.steps)
    assert len(penalty.steps) == len(named_penalty(mode).steps)
