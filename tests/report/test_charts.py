"""Charts are pictures with words: drawn here, named for those who cannot see them, and always the same."""

from __future__ import annotations

from evenhand.report.charts import lorenz


def test_a_chart_is_an_svg_with_a_name() -> None:
    """It is drawn without a script, and its title is read out, escaped."""
    drawn = str(lorenz([2, 1, 0], [1, 1, 1], 'Of "what" <x>'))
    assert drawn.startswith('<figure class="chart"><svg role="img" aria-label="Of &#34;what&#34; &lt;x&gt;"')
    assert "<script" not in drawn


def test_the_same_figures_draw_the_same_picture() -> None:
    """Nothing random gets into a chart, nor does the order of claimants."""
    assert lorenz([2, 1, 0], [5, 5, 5], "t") == lorenz([0, 2, 1], [5, 5, 5], "t")


def test_nothing_given_out_still_draws() -> None:
    """Zero units, and claimants to whom nothing is due, do not fail."""
    assert "<svg" in lorenz([0, 0], [0, 1], "t")
