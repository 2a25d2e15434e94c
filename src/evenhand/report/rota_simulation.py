"""Standings over years under several policies: a band a policy, one scale for each number of people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Final

import numpy as np

from evenhand.core.sentences import counted
from evenhand.core.units import at_most
from evenhand.report.charts import Chart, Mark, svg_file
from evenhand.report.frontier_page import Charted
from evenhand.report.page import Section, page
from evenhand.report.views import minus, table_view
from evenhand.rota.asking.simulate import LongRun

WIDTH, TALL, LEFT, TOP, GAP = 860, 84, 150, 48, 22
STEPS: Final = 400
"""Steps of a band; several slots share one, which then reaches from their smallest to their largest lag. More
would be thinner than a pixel; fewer would hide single slots."""
TITLE: Final = "Standings over time, in turns: above 0 is owed, below 0 is ahead"

WORDS: Final = (
    "Each band reaches from whoever is furthest ahead (below 0) to whoever is owed most (above 0), after "
    "every slot. The narrower, the fairer at every moment. Newcomers start at 0 and leavers' standings are "
    "shared among those who stay, under every policy."
)


def html(runs: Sequence[LongRun]) -> bytes:
    """Return a page with a chart for each number of people, and the table of figures."""
    parts = [(people, list(runs_of_size)) for people, runs_of_size in groupby(runs, lambda run: run.people)]
    sections = [
        Section(
            f"people_{people}",
            counted(people, "person", "people"),
            "common:charted",
            Charted((WORDS,) if not place else (), (chart(runs_of_size),), None),
        )
        for place, (people, runs_of_size) in enumerate(parts)
    ]
    heads = list(runs[0].row) if runs else ["policy"]
    table = table_view(
        "In turns; waits in cycles of one's own share", heads, [tuple(run.row.values()) for run in runs]
    )
    sections.append(Section("figures", "In figures", "common:table", table))
    return page(_answer(runs), sections, period="Policies over the years", reading=True)


def _answer(runs: Sequence[LongRun]) -> str:
    if not runs:
        return "No policy was simulated."
    best, worst = min(runs, key=lambda run: run.spread), max(runs, key=lambda run: run.spread)
    if best.policy == worst.policy:
        return f"Under policy {best.policy} the spread stays within {at_most(worst.spread, 2)} turns."
    return f"Policy {best.policy} keeps everybody closest: {at_most(best.spread, 2)} turns at most; {worst.policy} lets {worst.spread:.2f} happen."  # noqa: E501


def svg(runs: Sequence[LongRun]) -> bytes:
    """Return all runs as one picture that stands by itself, in light and dark."""
    return svg_file(chart(runs))


def chart(runs: Sequence[LongRun]) -> Chart:
    """Return the standings over time: a strip a run, with its name, its scale and its largest spread.

    Args:
        runs: what ``long_run`` returned; runs of one number of people share one scale.
    """
    reach = {
        people: max(float(max(run.high.max(), -run.low.min(), 1.0)) for run in runs_of_size)
        for people, runs_of_size in ((key, list(part)) for key, part in groupby(runs, lambda run: run.people))
    }
    marks = [Mark("text", "strong", 8, 22, text=TITLE)]
    for place, run in enumerate(runs):
        marks += _strip(run, TOP + place * (TALL + GAP), reach[run.people], last=place == len(runs) - 1)
    words = "; ".join(
        f"{run.people} people under {run.policy}: largest spread {run.spread:.2f} turns" for run in runs
    )
    return Chart(TITLE, f"{words}.", WIDTH, TOP + len(runs) * (TALL + GAP) + 26, tuple(marks))


def _strip(run: LongRun, top: int, reach: float, *, last: bool) -> list[Mark]:
    """Draw one run: its band, the line of 0, the ends of its scale and its years."""
    wide = WIDTH - LEFT - 12

    def y(value: float) -> float:
        return top + TALL * (reach - value) / (2 * reach)

    cuts = np.unique(np.linspace(0, len(run.days), min(STEPS, len(run.days)) + 1).astype(int))[:-1]
    high, low = np.maximum.reduceat(run.high, cuts), np.minimum.reduceat(run.low, cuts)
    xs = [LEFT + wide * float(cut) / len(run.days) for cut in (*cuts, len(run.days))]
    over = "".join(
        f"L{xs[step]:.1f} {y(value):.1f}H{xs[step + 1]:.1f}" for step, value in enumerate(high.tolist())
    )
    under = "".join(
        f"L{xs[step + 1]:.1f} {y(value):.1f}H{xs[step]:.1f}"
        for step, value in reversed(list(enumerate(low.tolist())))
    )
    marks = []
    for value in (reach, -reach):
        marks.append(Mark("path", "rule", path=f"M{LEFT} {y(value):.1f}H{LEFT + wide}"))
        marks.append(
            Mark("text", "", LEFT - 6, round(y(value) + 4, 1), text=minus(f"{value:+.1f}"), anchor="end")
        )
    marks.append(Mark("path", "fill", path=f"M{xs[0]:.1f} {y(0):.1f}{over}{under}Z"))
    marks.append(Mark("path", "zero", path=f"M{LEFT} {y(0):.1f}H{LEFT + wide}"))
    marks.append(Mark("text", "strong", 8, round(top + TALL / 2 - 2), text=run.policy))
    marks.append(
        Mark("text", "", 8, round(top + TALL / 2 + 13), text=f"{run.people} people, spread {run.spread:.2f}")
    )
    return [*marks, *(_years(run, top + TALL + 18, wide) if last else ())]


def _years(run: LongRun, height: int, wide: int) -> list[Mark]:
    """Write the years under the last strip, as many as have room."""
    years = [date.fromordinal(int(day)).year for day in run.days]
    starts = [place for place, year in enumerate(years) if not place or years[place - 1] != year]
    step = max(1, -(-len(starts) // 12))
    return [
        Mark("text", "", round(LEFT + wide * place / len(years), 1), height, text=str(years[place]))
        for place in starts[::step]
    ]
