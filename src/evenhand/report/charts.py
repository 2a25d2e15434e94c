"""Charts as SVG text: Altair says what is drawn, vl-convert draws it here, and the page needs no script."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

__all__ = ["figure", "lorenz"]

COLOUR = "#2f6f9f"
OPENING = re.compile(r"<svg\b")


def figure(chart: Any, title: str) -> Markup:
    """Return an Altair chart as an SVG that a page can hold, with a title that a screen reader reads out.

    About half a second for the first chart of a process; some 20 ms each after that.
    """
    import vl_convert

    drawn = str(vl_convert.vegalite_to_svg(chart.to_json()))
    named = OPENING.sub(f'<svg role="img" aria-label="{escape(title)}"', drawn, count=1)
    return Markup(f'<figure class="chart">{named}</figure>')  # noqa: S704 - drawn by us, its texts escaped


def lorenz(received: Sequence[int], due: Sequence[int], title: str) -> Markup:
    """Draw the Lorenz curve: the share of all units that the least served share of claims holds.

    Args:
        received: units a claimant.
        due: ticks due a claimant; those with 0 are left out.
        title: what the chart shows, in words.
    """
    import altair as alt

    claims = sorted((got / claim, got, claim) for got, claim in zip(received, due, strict=True) if claim > 0)
    total, whole = sum(got for _, got, _ in claims) or 1, sum(claim for _, _, claim in claims) or 1
    points: list[Mapping[str, float | str]] = [{"of": 0.0, "holds": 0.0, "line": "this plan"}]
    before = held = 0
    for at, (_, got, claim) in enumerate(claims):
        before, held = before + claim, held + got
        if at == len(claims) - 1 or claims[at + 1][0] != claims[at][0]:
            points.append({"of": before / whole, "holds": held / total, "line": "this plan"})
    points += [{"of": end, "holds": end, "line": "exactly even"} for end in (0.0, 1.0)]
    axis = alt.Axis(format="%")
    chart = (
        alt.Chart(alt.Data(values=points), width=320, height=260)
        .mark_line()
        .encode(
            x=alt.X("of:Q", title="share of what is due, least served first", axis=axis),
            y=alt.Y("holds:Q", title="share of what was given out", axis=axis),
            strokeDash=alt.StrokeDash("line:N", title=None),
            color=alt.Color("line:N", title=None, scale=alt.Scale(range=["#777777", COLOUR])),
        )
    )
    return figure(chart, title)
