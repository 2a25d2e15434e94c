"""The options that price fairness make the penalty they say, and refuse what means nothing."""

from __future__ import annotations

import pytest

from evenhand.allocation import mode_a, mode_b, no_penalty, own_steps, strong
from evenhand.cli.fairness import penalty_of
from evenhand.core.errors import InputError


def test_each_mode_is_the_founding_documents() -> None:
    """The four names give the four penalties, with the options of each."""
    assert penalty_of("none", None, None, None) == no_penalty()
    assert penalty_of("A", 150, None, 2) == mode_a(150, 2)
    assert penalty_of("b", 200.0, 400.0, None) == mode_b()
    assert penalty_of("strong", 600, None, None) == strong(600)


def test_steps_of_ones_own() -> None:
    """Steps written beyond:points, joined by plus signs, are own steps; mode B is one of them."""
    own = penalty_of("1:200+2:400", None, None, None)
    assert own == own_steps([(1, 200), (2, 400)])
    assert [own.total(count) for count in range(5)] == [mode_b().total(count) for count in range(5)]
    assert penalty_of("0:12.5", None, None, None).total(2) == 25


@pytest.mark.parametrize(
    "mode", ["c", "", "1", "1:", ":200", "1:x", "-1:200", "1:-5", "1:inf", "1:200+", "1.5:200"]
)
def test_what_is_no_mode_is_refused(mode: str) -> None:
    """Anything else names the modes and shows how steps are written."""
    with pytest.raises(InputError, match=r"Choose one of none, a, b, strong, or write steps"):
        penalty_of(mode, None, None, None)


def test_options_of_another_mode_are_refused_all_at_once() -> None:
    """Own steps take no dial, and every dial given in vain is named."""
    with pytest.raises(InputError, match=r"(?s)--lambda.*--step.*--target"):
        penalty_of("1:200", 5, 6, 7)
