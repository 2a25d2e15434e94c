"""The frontier as a page: a chart a measure, and the points behind them."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from evenhand.allocation.asking.advice_figures import quick
from evenhand.allocation.asking.frontier import AGAINST, Frontier, frontier
from evenhand.core.solution import Solution
from evenhand.measures import MEASURES
from evenhand.measures.panel import shown
from evenhand.report.charts import COLOUR, figure
from evenhand.report.page import Section, page, paragraphs, table, tag

__all__ = ["html", "rows", "section"]

SWEPT = 250_000
"""Candidates up to which a plan's page holds its frontier."""

AT_LEAST = 3
"""Points that make a frontier worth a place."""

APART = 0.06
"""Part of a chart's height that two texts keep between them, and twice as much of its width."""

DRAWN = ("gini_all", "gini", "receivers", "top5", "hhi")
"""Measures that get a chart; the table holds them all."""


def html(found: Frontier) -> bytes:
    """Return the page. About a second for its charts."""
    lead = (
        f"{len(found.points)} plans that no other of the {found.tried} tried beats in score and evenness. "
        + ("Each is a proven optimum of its setting." if found.proven else "Not all are proven optima.")
    )
    heads, lines = rows(found)
    body = table(
        "Every point, lambda rising; score is before fairness", heads, lines, figures=range(1, len(heads) - 1)
    )
    charts = [Section(MEASURES[name].title, _chart(found, name)) for name in DRAWN if len(found.of(name)) > 1]
    return page("What evenness costs", [Section("The points", body), *charts], lead)


def section(solution: Solution) -> Section | None:
    """Return what evenness costs as a part of a plan's page: chart and points; None for slow problems."""
    problem = solution.problem
    if solution.cut or not len(solution.awards) or not quick(problem, SWEPT):
        return None
    found = frontier(problem, seed=solution.seed)
    if len(found.points) < AT_LEAST:
        return None
    heads, lines = rows(found)
    said = f"Plans for other settings of fairness that no other of {found.tried} beats; this plan has "
    lead = paragraphs(f"{said}λ={problem.penalty.text}. Score is before fairness.")
    body = table("What evenness costs, lambda rising", heads, lines, figures=range(1, len(heads) - 1))
    drawn = _chart(found, "receivers") if len(found.of("receivers")) > 1 else Markup("")
    return Section("What evenness costs", lead + drawn + body, fresh_sheet=True)


def rows(found: Frontier) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows of the points as text."""
    heads = ["λ", "Score", "Lost", *(MEASURES[name].title for name in AGAINST), "Status"]
    most = max((point.score for point in found.points), default=0)
    lines = []
    for point in found.points:
        lost = (most - point.score) / most if most else 0.0
        values = [shown(point.values[name], MEASURES[name].form) for name in AGAINST]
        text = point.solution.problem.penalty.text
        lines.append([text, f"{point.score:,}", f"{lost:.1%}", *values, str(point.solution.status)])
    return heads, lines


def _marks(found: Frontier, name: str) -> list[dict[str, Any]]:
    """Return the points of a chart; of those that lie close together only the first is written on."""
    points = found.of(name)
    wide, high = (
        max(values) - min(values) or 1.0
        for values in ([point.values[name] for point in points], [point.score for point in points])
    )
    out: list[dict[str, Any]] = []
    for point in points:
        x, y = point.values[name], point.score
        close = any(
            abs(x - one["x"]) < APART * 2 * wide and abs(y - one["y"]) < APART * high
            for one in out
            if one["setting"]
        )
        text = "" if close else f"λ={point.solution.problem.penalty.text}"
        out.append({"x": x, "y": y, "setting": text})
    return out


def _chart(found: Frontier, name: str) -> Markup:
    import altair as alt

    measure = MEASURES[name]
    data = _marks(found, name)
    base = alt.Chart(alt.Data(values=data), width=560, height=280).encode(
        x=alt.X(
            "x:Q",
            title=measure.title,
            scale=alt.Scale(zero=False),
            axis=alt.Axis(format="%" if measure.form == "percent" else ""),
        ),
        y=alt.Y("y:Q", title="score before fairness", scale=alt.Scale(zero=False)),
    )
    drawn = (
        base.mark_line(color="#777777")
        + base.mark_point(color=COLOUR, filled=True, size=60)
        + base.mark_text(align="left", dx=7, dy=11, fontSize=10).encode(text="setting:N")
    )
    said = f"{measure.title} against score, non-dominated plans only"
    better = "further right" if measure.better == "more" else "further left"
    return paragraphs(f"{measure.says} Higher is more score, {better} is more even.") + tag(
        "div", figure(drawn, said)
    )
