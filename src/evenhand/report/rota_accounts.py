"""Each person's account over time: due, served, lag; a line of the lag, drawn here, with every turn on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from evenhand.report.page import facts, paragraphs, table, tag
from evenhand.report.rota_parts import owed
from evenhand.rota.asking.explain import Account

__all__ = ["MOST_PEOPLE", "STYLE", "account_pages", "lag_line", "totals"]

MOST_PEOPLE: Final = 60
"""People whose accounts a page holds; the others' stand in the workbook."""

WIDTH, HEIGHT, LEFT, BOTTOM = 640, 150, 44, 22

STYLE: Final = """
.account { break-inside: avoid; margin: 1.4rem 0 2rem; } .account h3 { margin-bottom: .2rem; }
.lag { display: block; width: 100%; max-width: 46rem; height: auto; color: var(--ink); }
.lag text { font: 11px system-ui, "DejaVu Sans", sans-serif; fill: var(--dim); }
.lag .line { fill: none; stroke: var(--bar); stroke-width: 1.6; } .lag .zero { stroke: var(--dim); }
.lag .rule { stroke: var(--rule); stroke-dasharray: 3 3; } .lag circle { fill: var(--bar); }
@media print { .account details::details-content { content-visibility: visible; height: auto; }
  .account { break-before: page; } .account:first-of-type { break-before: auto; } }
"""


def account_pages(
    found: Sequence[Account], labels: Sequence[str], start: NDArray[np.float64], awards_of: Sequence[str]
) -> Markup:
    """Return an account a person: a headline, its figures, the line of the lag, and every turn.

    Args:
        found: accounts by name.
        labels: what each slot is called.
        start: each person's lag before the first slot, in turns.
        awards_of: the duty of each slot.
    """
    low = min((float(one.lag.min()) for one in found if len(one.lag)), default=0.0)
    high = max((float(one.lag.max()) for one in found if len(one.lag)), default=0.0)
    frame = (min(-1.0, np.floor(low * 2) / 2), max(1.0, np.ceil(high * 2) / 2))
    pages = Markup("\n").join(
        _page(one, labels, awards_of, float(begun), frame)
        for one, begun in list(zip(found, start, strict=True))[:MOST_PEOPLE]
    )
    more = len(found) - MOST_PEOPLE
    return pages + (
        paragraphs(f"... and {more:,} more people; the workbook holds their accounts.") if more > 0 else ""
    )


def _page(
    one: Account, labels: Sequence[str], duties: Sequence[str], begun: float, frame: tuple[float, float]
) -> Markup:
    mine = np.flatnonzero(one.turns).tolist()
    due, served, lag = float(one.due[-1]), int(one.served[-1]), float(one.lag[-1])
    said = f"{len(mine):,} {'turn' if len(mine) == 1 else 'turns'} in this plan; at its end {owed(lag)}."
    figures = {
        "due so far, history included": f"{due:.2f} turns",
        "served so far": f"{served:,} turns",
        "lag at the start": f"{begun:+.2f} turns",
        "lag at the end": f"{lag:+.2f} turns",
        "lag ran from": f"{one.lag.min():+.2f} to {one.lag.max():+.2f} turns",
    }
    drawn = lag_line(one, begun, frame)
    several = len(set(duties)) > 1
    heads = ["turn", *(["duty"] if several else []), "due by then", "served by then", "lag after it"]
    rows = [
        (
            labels[at],
            *([duties[at]] if several else []),
            f"{one.due[at]:.2f}",
            int(one.served[at]),
            f"{one.lag[at]:+.2f}",
        )
        for at in mine
    ]
    shift = 1 if several else 0
    listed = (
        tag(
            "details",
            tag("summary", f"Every turn of {one.name}")
            + table(f"Turns of {one.name}", heads, rows, figures={1 + shift, 2 + shift, 3 + shift}),
        )
        if rows
        else Markup("")
    )
    body = tag("h3", one.name) + paragraphs(said) + drawn + facts(figures) + listed
    return tag("article", body, class_="account")


def lag_line(one: Account, begun: float, frame: tuple[float, float]) -> Markup:
    """Draw a person's lag over the plan as steps, a dot at each turn; the same scale for everybody.

    The picture's text says what it shows, so that it can be read out.
    """
    low, high = frame
    size = len(one.lag)
    wide, tall = WIDTH - LEFT - 8, HEIGHT - BOTTOM - 8

    def x(at: float) -> float:
        return LEFT + wide * at / max(1, size)

    def y(value: float) -> float:
        return 8 + tall * (high - value) / (high - low)

    points = [f"M{x(0):.1f} {y(begun):.1f}"]
    before = begun
    for at, value in enumerate(one.lag.tolist()):
        points.append(f"L{x(at + 0.5):.1f} {y(before):.1f}V{y(value):.1f}")
        before = value
    points.append(f"H{x(size):.1f}")
    dots = "".join(
        f'<circle cx="{x(at + 0.5):.1f}" cy="{y(float(one.lag[at])):.1f}" r="2.6"/>'
        for at in np.flatnonzero(one.turns).tolist()
    )
    rules = "".join(
        f'<path class="{"zero" if not value else "rule"}" d="M{LEFT} {y(value):.1f}H{WIDTH - 8}"/>'
        f'<text x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{_signed(value)}</text>'
        for value in _marks(low, high)
    )
    ends = (
        f'<text x="{LEFT}" y="{HEIGHT - 6}">{one.dates[0]}</text>'
        f'<text x="{WIDTH - 8}" y="{HEIGHT - 6}" text-anchor="end">{one.dates[-1]}</text>'
    )
    said = escape(
        f"Lag of {one.name} in turns, above 0 is owed: from {begun:+.2f} to {one.lag[-1]:+.2f}, "
        f"lowest {one.lag.min():+.2f}, highest {one.lag.max():+.2f}; a dot for each turn."
    )
    inner = f'{rules}<path class="line" d="{"".join(points)}"/>{dots}{ends}'
    frame_of = f'class="lag" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{said}"'
    return Markup(f"<svg {frame_of}>{inner}</svg>")  # noqa: S704 - numbers, and text escaped


def _signed(value: float) -> str:
    return f"{value:+.0f}" if value else "0"


def _marks(low: float, high: float) -> list[float]:
    step = max(1, int(np.ceil((high - low) / 6)))
    return [float(value) for value in range(int(np.ceil(low)), int(np.floor(high)) + 1) if value % step == 0]


def totals(statement: Any) -> Markup:
    """Return due, served and lag of everybody as one table."""
    ticks = statement.ticks
    rows = [
        (name, f"{due / ticks:.2f}", got, f"{lag / ticks:+.2f}".replace("-0.00", "+0.00"), owed(lag / ticks))
        for name, due, got, lag in zip(
            statement.claimants,
            statement.entitlement.tolist(),
            statement.received.tolist(),
            statement.lag.tolist(),
            strict=True,
        )
    ]
    heads = ["person", "due", "served", "lag", "that is"]
    return table("History and plan together, in turns", heads, rows, figures={1, 3})
