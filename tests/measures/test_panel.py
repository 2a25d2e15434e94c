"""The panel: every measure beside the nearest whole outcome, and what cannot be reached said plainly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.core.errors import InputError
from evenhand.core.shares import TICKS, split
from evenhand.core.statement import Statement
from evenhand.measures import MEASURES, panel
from evenhand.measures.chip import written
from evenhand.measures.panel import shown


def loans(received: list[int]) -> Statement:
    """Make a statement of loans, the same due to all."""
    names = [f"P{at:03}" for at in range(len(received))]
    return Statement.of_one_thing(
        names, "loans", split(sum(received), [1] * len(received)), np.array(received)
    )


def teams() -> Statement:
    """Make a statement of two kinds of people in two teams."""
    return Statement(
        ("Team 1", "Team 2"),
        ("office=Oslo", "office=Rome"),
        np.array([0, 0, 1, 1]),
        np.array([0, 1, 0, 1]),
        np.array([3, 3, 3, 3]) * TICKS // 2,
        np.array([2, 1, 1, 2]),
    )


def test_one_thing_has_every_measure() -> None:
    """Allocation and rota get all measures, in the table's order, and the band."""
    found = panel(loans([2] * 27 + [1] * 21), np.array([2] * 27 + [1] * 21))
    assert [row.measure.name for row in found.rows] == list(MEASURES)
    assert found.band is not None
    assert found.band.name == "Good"
    assert found["gini"].value == found["gini"].nearest == 0.1575
    assert (found.claimants, found.lines, found.total) == (48, 48, 75)


def test_several_things_have_the_distances() -> None:
    """Teams get the measures of distance from what is due, without a band, range or target."""
    found = panel(teams(), np.array([1, 2, 2, 1]))
    assert [row.measure.name for row in found.rows] == ["misplaced", "worst", "beyond"]
    assert found.band is None
    assert found["worst"].value == 0.5
    assert found["worst"].least is None
    assert str(found).splitlines()[0] == "6 values shared by 2"
    with pytest.raises(KeyError):
        found["gini"]


def test_the_panel_reads_as_a_table() -> None:
    """Columns are aligned, targets and remarks stand at the end of a line."""
    said = str(panel(loans([6, 1, 0]), np.array([3, 2, 2]))).splitlines()
    assert said[0] == "7 loans shared by 3: Concentrated"
    assert said[1].split() == ["here", "nearest", "target"]
    gini = next(line for line in said if line.startswith("Gini, receivers"))
    assert gini.split()[2:] == ["0.357", "0.095", "<", "0.200", "misses", "the", "target"]
    ends = {line.index(row) + len(row) for line, row in ((said[1], "here"), (gini, "0.357"))}
    assert len(ends) == 1
    assert not any(line != line.rstrip() for line in said)


def test_remarks_tell_apart_missed_and_impossible() -> None:
    """What whole units forbid, what the nearest outcome misses too, and what is just missed differ."""
    impossible = panel(loans([11, 11, 11, 11, 11, 10, 10]), np.array([11] * 5 + [10] * 2))
    assert impossible["hhi"].remark == "cannot be below 0.100 here: at least 0.143"
    assert impossible["gini"].remark == ""
    assert impossible["gini"].met
    beside = panel(loans([9, 1, 0, 0]), np.array([8, 1, 1, 0]))
    assert beside["gini"].remark == "the nearest whole outcome misses the target too"
    assert not beside["gini"].met


def test_a_target_at_the_very_floor_cannot_be_met() -> None:
    """Ten partners with the same have an HHI of exactly .10, which is not below .10."""
    found = panel(loans([3] * 10), np.array([3] * 10))
    assert found["hhi"].value == 0.1
    assert found["hhi"].remark == "cannot be below 0.100 here: at least 0.100"


def test_targets_can_be_left_out() -> None:
    """Without targets nothing is met or missed, and the figures are the same."""
    counts = np.array([9, 1, 0, 0])
    with_them, without = panel(loans([9, 1, 0, 0]), counts), panel(loans([9, 1, 0, 0]), counts, targets=False)
    assert [row.value for row in without.rows] == [row.value for row in with_them.rows]
    assert {(row.target, row.met, row.remark) for row in without.rows} == {(None, None, "")}
    assert "<" not in str(without)


def test_columns_are_rows_of_figures() -> None:
    """As data the panel has one row a measure and the same figures."""
    found = panel(loans([2, 1, 0]), np.array([1, 1, 1]))
    columns = found.to_columns()
    assert {len(values) for values in columns.values()} == {len(MEASURES)}
    at = columns["measure"].index("gini_all")
    assert columns["value"][at] == found["gini_all"].value
    assert columns["target"][columns["measure"].index("hhi")] == 0.1
    assert columns["target"][at] is None


def test_an_empty_outcome_has_a_panel() -> None:
    """Nothing given out, or nobody there, is measured without a fault."""
    none = np.zeros(0, dtype=np.int64)
    assert "Excellent" in str(panel(loans([0, 0]), np.array([0, 0])))
    assert "0 loans shared by 0" in str(panel(loans([]), none))
    assert str(panel(Statement((), (), none, none, none, none), none)).startswith("0 values")


@pytest.mark.parametrize("nearest", [[1], [1, -1], [1, 1, 1]])
def test_a_nearest_outcome_of_other_lines_is_refused(nearest: list[int]) -> None:
    """The nearest outcome has one count of 0 or more a line."""
    with pytest.raises(InputError, match="Give 2 counts"):
        panel(loans([1, 0]), np.array(nearest))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=8))
def test_the_even_outcome_is_never_beaten(received: list[int]) -> None:
    """Without rules, no measure but those of receivers alone finds an outcome more even than the nearest."""
    statement = loans(received)
    even = split(sum(received), [1] * len(received)) // TICKS
    extra = sum(received) - int(even.sum())
    nearest = even + (np.arange(len(received)) < extra)
    for row in panel(statement, nearest).rows:
        if row.measure.name not in ("gini", "beyond"):
            ahead = row.value - row.nearest
            assert (ahead if row.measure.better == "less" else -ahead) >= -1e-9, row.measure.name


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.1575, "index", "0.158"),
        (2 / 3, "percent", "66.7%"),
        (43.604, "units", "43.60"),
        (48.0, "count", "48"),
        (float("inf"), "index", "no limit"),
        (1.5, "count", "2"),
    ],
)
def test_figures_are_written_by_form(value: float, form: str, text: str) -> None:
    """Indices have three decimals, shares one, units two, counts none; halves go up."""
    assert shown(value, form) == text  # type: ignore[arg-type]


def test_halves_go_up_whatever_the_binary() -> None:
    """0.1575 is written 0.158 as a float and as a fraction."""
    assert written(0.1575, 3) == "0.158"
    assert written(0.5, 0) == "1"
    assert written(13.3333, 0) == "13"
