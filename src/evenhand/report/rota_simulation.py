"""Lags over years under several policies: a band a policy, one scale for each number of people.

Drawn here as plain SVG: two thousand slots become a path of a few hundred steps, the same bytes every time,
and no chart library has to be loaded for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Final

import numpy as np
from markupsafe import Markup, escape

from evenhand.report.page import Section, page, paragraphs, table
from evenhand.rota.asking.simulate import LongRun

__all__ = ["chart", "html", "svg"]

WIDTH, TALL, LEFT, TOP, GAP = 860, 84, 150, 48, 22
STEPS: Final = 400
"""Steps of a band; several slots share one, which then reaches from their smallest to their largest lag."""

LOOK: Final = (
    "text{font:12px system-ui,'Segoe UI','DejaVu Sans',sans-serif;fill:#1d2430}"
    ".dim{fill:#566070;font-size:11px}"
    ".band{fill:#2f6f9f;fill-opacity:.75}.zero{stroke:#1d2430;stroke-width:.8}"
    ".rule{stroke:#d5dae2;stroke-dasharray:3 3}"
)

WORDS: Final = (
    "Each band reaches from whoever is furthest ahead (below 0) to whoever is owed most (above 0), after "
    "every slot. The narrower, the fairer at every moment. Newcomers start at 0 and leavers' lags are "
    "shared among those who stay, under every policy."
)


def html(runs: Sequence[LongRun]) -> bytes:
    """Return a page with a chart for each number of people, and the table of figures."""
    sections = [
        Section(f"{people} people", paragraphs(WORDS if not at else "") + _figure(list(mine)))
        for at, (people, mine) in enumerate(groupby(runs, lambda run: run.people))
    ]
    heads = list(runs[0].row) if runs else ["policy"]
    rows = [tuple(run.row.values()) for run in runs]
    sections.append(Section("In figures", table("In turns; waits in cycles of one's own share", heads, rows)))
    return page("What policies come to over the years", sections)


def _figure(runs: list[LongRun]) -> Markup:
    return Markup(f'<figure class="chart">{chart(runs)}</figure>')  # noqa: S704 - drawn here, its texts escaped


def svg(runs: Sequence[LongRun]) -> bytes:
    """Return all runs as one picture that stands by itself."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{chart(runs)}\n'.encode()


def chart(runs: Sequence[LongRun]) -> str:
    """Return the lags over time as an SVG: a strip a run, with its name, its scale and its largest spread.

    Args:
        runs: what ``long_run`` returned; runs of one number of people share one scale.
    """
    tall = TOP + len(runs) * (TALL + GAP) + 26
    reach = {
        people: max(float(max(run.high.max(), -run.low.min(), 1.0)) for run in mine)
        for people, mine in ((key, list(part)) for key, part in groupby(runs, lambda run: run.people))
    }
    strips = "".join(
        _strip(run, TOP + at * (TALL + GAP), reach[run.people], last=at == len(runs) - 1)
        for at, run in enumerate(runs)
    )
    said = "; ".join(
        f"{run.people} people under {run.policy}: largest spread {run.spread:.2f} turns" for run in runs
    )
    size = f'viewBox="0 0 {WIDTH} {tall}" width="{WIDTH}" height="{tall}"'
    head = escape("Lags over time, in turns: above 0 is owed, below 0 is ahead")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" '
        f'aria-label="{head}. {escape(said)}."><style>{LOOK}</style>'
        f'<rect width="{WIDTH}" height="{tall}" fill="#fff"/><text x="8" y="22">{head}</text>{strips}</svg>'
    )


def _strip(run: LongRun, top: int, reach: float, *, last: bool) -> str:
    """Draw one run: its band, the line of 0, the ends of its scale and its years."""
    wide = WIDTH - LEFT - 12

    def y(value: float) -> float:
        return top + TALL * (reach - value) / (2 * reach)

    cuts = np.unique(np.linspace(0, len(run.days), min(STEPS, len(run.days)) + 1).astype(int))[:-1]
    high, low = np.maximum.reduceat(run.high, cuts), np.minimum.reduceat(run.low, cuts)
    xs = [LEFT + wide * float(at) / len(run.days) for at in (*cuts, len(run.days))]
    over = "".join(f"L{xs[at]:.1f} {y(value):.1f}H{xs[at + 1]:.1f}" for at, value in enumerate(high.tolist()))
    under = "".join(
        f"L{xs[at + 1]:.1f} {y(value):.1f}H{xs[at]:.1f}"
        for at, value in reversed(list(enumerate(low.tolist())))
    )
    ends = "".join(
        f'<path class="rule" d="M{LEFT} {y(value):.1f}H{LEFT + wide}"/>'
        f'<text class="dim" x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:+.1f}</text>'
        for value in (reach, -reach)
    )
    names = (
        f'<text x="8" y="{top + TALL / 2 - 2:.0f}">{escape(run.policy)}</text>'
        f'<text class="dim" x="8" y="{top + TALL / 2 + 13:.0f}">'
        f"{run.people} people, spread {run.spread:.2f}</text>"
    )
    band = f'<path class="band" d="M{xs[0]:.1f} {y(0):.1f}{over}{under}Z"/>'
    zero = f'<path class="zero" d="M{LEFT} {y(0):.1f}H{LEFT + wide}"/>'
    return ends + band + zero + names + (_years(run, top + TALL + 18, wide) if last else "")


def _years(run: LongRun, at: int, wide: int) -> str:
    """Write the years under the last strip, as many as have room."""
    years = [date.fromordinal(int(day)).year for day in run.days]
    starts = [place for place, year in enumerate(years) if not place or years[place - 1] != year]
    step = max(1, -(-len(starts) // 12))
    return "".join(
        f'<text class="dim" x="{LEFT + wide * place / len(years):.1f}" y="{at}">{years[place]}</text>'
        for place in starts[::step]
    )
