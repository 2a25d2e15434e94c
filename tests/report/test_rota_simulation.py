"""The chart of a simulation shows the lags that were measured, every policy on one scale."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

from evenhand.cli.app import run
from evenhand.report.rota_simulation import html, svg
from evenhand.rota.asking.simulate import LongRun, long_run


@cache
def runs() -> tuple[LongRun, ...]:
    """Return two policies over three years for two numbers of people."""
    return tuple(long_run((3, 20), ("rate", "ledger"), years=3))


def test_the_picture_is_an_svg_that_says_what_it_shows() -> None:
    """It parses as XML, names every run with its spread for a screen reader, and never changes."""
    content = svg(runs())
    root = ET.fromstring(content)  # noqa: S314 - made here
    assert root.tag.endswith("svg")
    for one in runs():
        assert (
            f"{one.people} people under {one.policy}: largest spread {one.spread:.2f}"
            in root.attrib["aria-label"]
        )
    assert svg(runs()) == content
    assert content.count(b'class="fill"') == 4


def test_a_band_reaches_as_far_as_the_lags() -> None:
    """The largest and smallest lag of a run stand at the top and the bottom of its band."""
    one = runs()[0]
    text = svg([one]).decode()
    band = re.search(r'class="fill" d="([^"]*)"', text)
    assert band is not None
    heights = [float(number) for number in re.findall(r"[ML][\d.]+ ([\d.]+)", band[1])]
    scale = max(one.high.max(), -one.low.min(), 1.0)
    top, tall = 48, 84
    assert min(heights) == round(top + tall * (scale - one.high.max()) / (2 * scale), 1)
    assert max(heights) == round(top + tall * (scale - one.low.min()) / (2 * scale), 1)


def test_the_page_holds_a_chart_a_number_of_people_and_the_figures() -> None:
    """Two charts and one table; no script."""
    text = html(runs()).decode()
    assert text.count('<svg class="chart wide"') == 2
    assert f"{runs()[1].spread:.2f}" in text
    assert "<script" not in text


def test_the_command_writes_both(tmp_path: Path) -> None:
    """`evenhand rota simulate --out` takes .svg and .html, and is the same as `evenhand simulate`."""
    asked = ["--people", "3", "--years", "1", "--policies", "ledger", "--out"]
    assert run(["rota", "simulate", *asked, str(tmp_path / "a.svg")]) == 0
    assert run(["simulate", *asked, str(tmp_path / "b.svg"), "--out", str(tmp_path / "b.html")]) == 0
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert (tmp_path / "b.html").read_bytes().startswith(b"<!doctype html>")
