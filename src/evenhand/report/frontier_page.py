"""What evenness costs, as a page. The sweep is solved before it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from evenhand.core.sentences import counted
from evenhand.measures import MEASURES
from evenhand.measures.panel import shown
from evenhand.report.charts import Chart, dots
from evenhand.report.page import Section, page
from evenhand.report.views import TableView, figure_of, table_view

if TYPE_CHECKING:
    from evenhand.allocation.asking.frontier import Frontier, Point

DRAWN: Final = ("receivers", "gini_all", "gini", "top5", "hhi")
"""Measures that get a chart; the table holds them all."""


@dataclass(frozen=True, slots=True)
class Charted:
    """Sentences, charts and the table behind them."""

    texts: tuple[str, ...]
    charts: tuple[Chart, ...]
    table: TableView | None


def html(frontier: Frontier) -> bytes:
    """Return the page: the sentence, the plans in chart and table, a chart for every other measure."""
    worth, rest = len(frontier.points), frontier.tried - len(frontier.points)
    head = (
        f"{worth} of the {counted(frontier.tried, 'plan')} {'is' if worth == 1 else 'are'} worth considering"
    )
    others = f"; the other {rest} {'is' if rest == 1 else 'are'} worse on both counts" if rest > 0 else ""
    proven = (
        "Each is proven best for its setting."
        if frontier.proven
        else "Not all are proven best for their setting."
    )
    sections = [
        Section(
            "plans",
            "The plans",
            "common:charted",
            Charted((), _drawn(frontier, "receivers"), _table(frontier)),
        )
    ]
    sections += [
        Section(
            name,
            MEASURES[name].title,
            "common:charted",
            Charted((_says(name),), chart, None),
            "fold",
            "against score",
        )
        for name in DRAWN[1:]
        if (chart := _drawn(frontier, name))
    ]
    return page(f"{head}{others}.", sections, period="What evenness costs", lead=proven, reading=True)


def rows(frontier: Frontier) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows of the points as text."""
    from evenhand.allocation.asking.frontier import AGAINST

    heads = ["λ", "Score", "Lost", *(MEASURES[name].title for name in AGAINST), "Status"]
    most = max((point.score for point in frontier.points), default=0)
    lines = []
    for point in frontier.points:
        lost = (most - point.score) / abs(most) if most else 0.0
        values = [shown(point.values[name], MEASURES[name].form) for name in AGAINST]
        text = point.solution.problem.penalty.text
        lines.append([text, f"{point.score:,}", f"{lost:.1%}", *values, str(point.solution.status)])
    return heads, lines


def _table(frontier: Frontier) -> TableView:
    heads, lines = rows(frontier)
    figures = range(1, len(heads) - 1)
    caption = "Every plan, the price of a second award rising; score is before fairness"
    return table_view(caption, heads, lines, figures=figures, hide={2, 4, 6, 7, 8})


def _says(name: str) -> str:
    better = "Further right" if MEASURES[name].better == "more" else "Further left"
    return f"{MEASURES[name].says} {better} is more even."


def _called(point: Point, name: str) -> str:
    value = shown(point.values[name], MEASURES[name].form)
    return f"λ {point.solution.problem.penalty.text}: {value}, {figure_of(point.score)}"


def _drawn(frontier: Frontier, name: str) -> tuple[Chart, ...]:
    """Return the chart of a measure; nothing where fewer than two points differ in it."""
    points = frontier.of(name)
    if len(points) < 2:  # noqa: PLR2004 - one point has nothing to stand beside
        return ()
    measure = MEASURES[name]
    marks = [(float(point.values[name]), float(point.score), _called(point, name)) for point in points]
    low, high = min(marks), max(marks)
    words = f"From {low[2]} to {high[2]} points."
    return (
        dots(
            f"{measure.title} against score",
            words,
            marks,
            x_title=measure.title,
            y_title="points",
            x_percent=measure.form == "percent",
        ),
    )
