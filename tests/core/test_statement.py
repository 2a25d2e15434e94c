"""The statement: it balances, its signs are right, and a broken one is never made."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.core.errors import JudgeError
from evenhand.core.shares import TICKS, split
from evenhand.core.statement import Statement


def test_deviation_and_lag_are_opposite() -> None:
    """Who received more than was due is ahead; lag is the other sign."""
    statement = Statement.of_one_thing(["A", "B"], "turns", split(3, [1, 1]), np.array([2, 1]))
    assert statement.deviation.tolist() == [TICKS // 2, -TICKS // 2]
    assert statement.lag.tolist() == [-TICKS // 2, TICKS // 2]
    assert statement.within_quota


def test_a_whole_unit_away_is_beyond_quota() -> None:
    """Within quota means less than one whole unit away."""
    assert not Statement.of_one_thing(["A", "B"], "turns", split(2, [1, 1]), np.array([2, 0])).within_quota


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=1, max_size=8))
def test_a_statement_balances(lines: list[tuple[int, int]]) -> None:
    """Whatever is given out is due: deviations sum to 0, exactly."""
    units = np.array([unit for unit, _ in lines])
    statement = Statement.of_one_thing(
        [f"P{at}" for at in range(len(lines))], "x", split(int(units.sum()), [w for _, w in lines]), units
    )
    assert int(statement.deviation.sum()) == 0


def test_an_empty_statement_is_fine() -> None:
    """Nobody and nothing balance."""
    none = np.zeros(0, dtype=np.int64)
    assert Statement((), (), none, none, none, none).within_quota


def test_one_tick_a_unit_is_enough() -> None:
    """Whole entitlements need no parts of a unit."""
    assert Statement.of_one_thing(["A"], "x", np.array([3]), np.array([3]), 1).within_quota


def test_every_thing_balances_by_itself() -> None:
    """A thing without lines is fine, and one thing's excess does not cover another's want."""
    lines = (np.array([0, 1]), np.array([1, 1]), np.array([1, 1]) * TICKS)
    assert Statement(("A", "B"), ("none", "some"), *lines, np.array([2, 0])).lag.sum() == 0
    with pytest.raises(JudgeError, match="'some' does not balance"):
        Statement(("A", "B"), ("none", "some"), *lines, np.array([2, 1]))
    with pytest.raises(JudgeError, match="'early' does not balance"):
        Statement(("A",), ("early", "late"), np.array([0, 0]), np.array([0, 1]), lines[2], np.array([2, 0]))


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "balance": ({"received": np.array([2, 1])}, "does not balance"),
    "length": ({"received": np.array([2])}, "one length"),
    "ticks": ({"ticks": 0}, "one tick"),
    "claimant": ({"claimant": np.array([0, 2])}, "not listed"),
    "thing": ({"thing": np.array([0, -1])}, "not listed"),
    "sign": ({"received": np.array([3, -1])}, "below 0"),
    "due": ({"entitlement": np.array([3, -1]) * TICKS}, "below 0"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_broken_statement_is_never_made(name: str) -> None:
    """Lines that do not balance, or are no lines, are a JudgeError."""
    fine: dict[str, Any] = {
        "claimants": ("A", "B"),
        "things": ("turns",),
        "claimant": np.array([0, 1]),
        "thing": np.array([0, 0]),
        "entitlement": np.array([1, 1]) * TICKS,
        "received": np.array([1, 1]),
    }
    changed, said = WRONG[name]
    with pytest.raises(JudgeError, match=said):
        Statement(**(fine | changed))
