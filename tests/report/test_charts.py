"""Charts are plain data and one template: named for those who cannot see them, in the theme's colours."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.report.charts import (
    Chart,
    bars,
    dots,
    drawn,
    lines,
    lorenz,
    nice_ticks,
    steps,
    svg_file,
)

CHARTS = {
    "bars": bars("Bars", "Mon most.", [("Mon", 4.0, "4"), ("Tue", 0.0, "0")], label=150),
    "lines": lines(
        "Lines", "Rising.", [("a", [(0, 0), (1, 2)]), ("b", [(0, 1), (1, 1)])], x_title="x", y_title="y"
    ),
    "dots": dots(
        "Dots", "Falling.", [(1, 90_000, "p"), (2, 80_000, "q")], x_title="x", y_title="y", x_percent=False
    ),
    "steps": steps(
        "Steps", "Owed.", [0.5, -0.5, 0.0], 1.0, start=0.2, marked=[1], away=[(2, 2)], ends=("a", "b")
    ),
}


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_a_chart_is_an_svg_with_a_name_and_no_colour(chart: Chart) -> None:
    """It is one SVG whose words are read out; colours come from classes, so it follows the theme."""
    text = str(drawn(chart))
    assert f'aria-label="{chart.title}. {chart.words}"' in text
    assert not re.search(r'(fill|stroke)="|style=|#[0-9a-f]{3}', text)
    ET.fromstring(svg_file(chart))  # noqa: S314 - made here


def test_texts_are_escaped() -> None:
    """A title with markup in it is text."""
    assert "&lt;x&gt;" in str(drawn(lorenz([2, 1, 0], [1, 1, 1], 'Of "what" <x>')))


def test_the_same_figures_draw_the_same_picture() -> None:
    """Nothing random gets into a chart, nor does the order of claimants."""
    assert lorenz([2, 1, 0], [5, 5, 5], "t") == lorenz([0, 2, 1], [5, 5, 5], "t")


def test_nothing_given_out_still_draws() -> None:
    """Zero units, and claimants to whom nothing is due, do not fail."""
    assert "<svg" in str(drawn(lorenz([0, 0], [0, 1], "t")))
    assert "<svg" in str(drawn(bars("t", "w", [], label=150)))


def test_a_balance_stands_on_its_side_of_zero() -> None:
    """Owed stands above the line of zero, ahead below it, and even is not drawn."""
    chart = CHARTS["steps"]
    owed, ahead = (next(mark for mark in chart.marks if mark.look == look) for look in ("owed", "ahead"))
    assert owed.y + owed.height == pytest.approx(ahead.y, abs=0.2)
    assert sum(mark.look in {"owed", "ahead"} for mark in chart.marks) == 2


@settings(max_examples=200, deadline=None)
@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(2, 8))
def test_ticks_are_round_and_hold_the_values(low: float, length: float, about: int) -> None:
    """Ticks rise by one step of 1, 2, 2.5 or 5 times a power of ten and reach past both ends."""
    high = low + length
    ticks = nice_ticks(low, high, about)
    step = ticks[1] - ticks[0]
    slack = 1e-6 * max(1.0, abs(low), abs(high))
    assert ticks[0] <= low + slack
    assert ticks[-1] >= high - slack
    mantissa = step / 10 ** math.floor(math.log10(step) + 1e-6)
    assert min(abs(mantissa - good) for good in (1, 2, 2.5, 5)) < 1e-3
    assert 2 <= len(ticks) <= about + 3
