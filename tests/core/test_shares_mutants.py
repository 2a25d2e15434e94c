"""Figures that small slips in shares and measures would change; each was a mutant that lived."""

from __future__ import annotations

import numpy as np
import pytest

from evenhand.core.errors import InputError
from evenhand.core.shares import TICKS, apportion, capped_shares, split
from evenhand.measures import Shared, figure
from evenhand.measures.evenness import top


def test_the_order_decides_who_gets_the_odd_tick() -> None:
    """Where parts are equal, the unit or tick left over goes by the order given, in every call."""
    assert apportion(1, [1, 1, 1], order=[2, 1, 0]).tolist() == [0, 0, 1]
    assert apportion(1, [1, 1, 1], order=[1, 0, 2]).tolist() == [0, 1, 0]
    odd = np.flatnonzero(split(1, [1] * 23, order=list(range(22, -1, -1))) > TICKS // 23)
    assert odd.max() == 22
    assert odd.min() > 0


def test_an_unknown_apportionment_says_what_came() -> None:
    """The error names the method asked for and those there are."""
    with pytest.raises(InputError) as caught:
        apportion(1, [1], "dice")
    (found,) = caught.value.findings
    assert (found.column, found.came, found.problem) == ("method", "dice", "is not an apportionment method")
    assert "webster" in found.mend


def test_shares_are_integers() -> None:
    """Ticks are int64, so that sums are exact."""
    assert capped_shares(TICKS, TICKS, [1, 2]).dtype == np.int64


def test_variation_is_the_standard_deviation_over_the_mean() -> None:
    """Three and one of two each deviate by one: half of the mean; with unequal claims it is the ratios'."""
    assert figure("cv", [3, 1]) == 0.5
    assert figure("cv", [6, 2]) == 0.5
    assert figure("cv", [3, 1, 3, 1]) == 0.5
    assert round(figure("cv", [2, 1], [1, 2]), 12) == 0.6


def test_nobody_gets_anything() -> None:
    """The share of the first few of nothing is 0."""
    assert top(Shared.of([0, 0]), 1) == 0


def test_outcomes_keep_what_was_due_and_the_ticks() -> None:
    """The nearest outcome and the worst are measured against the same claims."""
    here = Shared((3, 0), (4, 2), 2)
    for other in (here.nearest(), here.monopoly()):
        assert (other.due, other.ticks) == (here.due, here.ticks)
    assert here.nearest().units == (2, 1)
