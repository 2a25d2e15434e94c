"""Several outcomes side by side as a page: the sentence that tells them apart, a chart, the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from evenhand.core.sentences import counted
from evenhand.core.solution import Solution
from evenhand.report.allocation_parts import counted_points
from evenhand.report.charts import bars
from evenhand.report.comparison import comparison_columns, comparison_grid
from evenhand.report.frontier_page import Charted
from evenhand.report.page import Section, page
from evenhand.report.views import table_view

Outcome = tuple[str, Solution]
Row = dict[str, Any]


def html(outcomes: Sequence[Outcome]) -> bytes:
    """Return the page: what sets the outcomes apart, a bar each for what matters most, and the table.

    Args:
        outcomes: (name, solution) each, all of one job; at least one.
    """
    rows = _rows(outcomes)
    job = outcomes[0][1].job
    head, title, written = CHARTS[job]
    drawn = bars(
        title,
        f"One bar for each configuration: {title.lower()}.",
        [(row["Configuration"], float(row[head] or 0), written(row[head])) for row in rows],
        label=220,  # "Mode B (λ=200+400)" in 12 px takes 130; a method's name behind it fits too
    )
    grid = comparison_grid(outcomes)
    table = table_view("Every configuration with its figures", grid.heads, grid.rows, figures=grid.right)
    notes = tuple(
        f"{name} was stopped early: its line is the best found so far."
        for name, solution in outcomes
        if solution.cut and solution.gap != 0
    )
    return page(
        answer_of(outcomes),
        [Section("comparison", "Side by side", "common:charted", Charted(notes, (drawn,), table))],
        period="Comparison",
        reading=True,
    )


def answer_of(outcomes: Sequence[Outcome]) -> str:
    """Say in one or two sentences what sets the outcomes apart, with their names and figures."""
    rows = _rows(outcomes)
    if len(rows) == 1:
        return f"{rows[0]['Configuration']} is alone; name two or more to see what sets them apart."
    return ANSWERS[outcomes[0][1].job](rows)


def _rows(outcomes: Sequence[Outcome]) -> list[Row]:
    columns = comparison_columns(outcomes)
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def _allocation(rows: list[Row]) -> str:
    # Of equals the first that was asked for is named, so that the sentence follows the table's order.
    wide = max(rows, key=lambda row: row["Partners"])
    scores = max(rows, key=lambda row: row["Scores"])
    if scores["Partners"] == wide["Partners"]:
        who = counted(scores["Partners"], "recipient")
        points = counted_points(scores["Scores"])
        return f"{scores['Configuration']} has the most score, {points}, and serves most: {who}."
    lost = scores["Scores"] - wide["Scores"]
    share = f" ({100 * lost / scores['Scores']:.0f}% of it)" if scores["Scores"] > 0 else ""
    first = (
        f"{wide['Configuration']} serves {counted(wide['Partners'], 'recipient')} where"
        f" {scores['Configuration']} serves {scores['Partners']:,}; that takes {counted_points(lost)} of"
        f" score{share}."
    )
    # The one between the two that serves most is the compromise people look for. Values are no measure here,
    # as each configuration counts its own penalties.
    between = [row for row in rows if scores["Partners"] < row["Partners"] < wide["Partners"]]
    if between:
        middle = max(between, key=lambda row: (row["Partners"], row["Scores"]))
        first += (
            f" {middle['Configuration']} serves {middle['Partners']:,}, at most {middle['Max/Partner']:,}"
            f" each, for {counted_points(scores['Scores'] - middle['Scores'])}."
        )
    return first


def _teams(rows: list[Row]) -> str:
    best = max(rows, key=lambda row: row["Score"])
    worst = min(rows, key=lambda row: row["Score"])
    if best["Score"] == worst["Score"]:
        return f"All are equally even: score {best['Score']:.3f} of 1."
    return (
        f"{best['Configuration']} makes the most even teams: score {best['Score']:.3f} of 1;"
        f" {worst['Configuration']} has {worst['Score']:.3f}."
    )


def _rota(rows: list[Row]) -> str:
    near = min(rows, key=lambda row: row["Spread"])
    far = max(rows, key=lambda row: row["Spread"])
    if near["Spread"] == far["Spread"]:
        return f"All keep everybody equally near to their due: {near['Spread']:.2f} turns from the most ahead to the most owed."  # noqa: E501 - one sentence
    return (
        f"{near['Configuration']} keeps everybody nearest to their due: {near['Spread']:.2f} turns from the"
        f" most ahead to the most owed; {far['Configuration']} leaves {far['Spread']:.2f}."
    )


ANSWERS: dict[str, Callable[[list[Row]], str]] = {"allocation": _allocation, "teams": _teams, "rota": _rota}

CHARTS: dict[str, tuple[str, str, Callable[[Any], str]]] = {
    "allocation": ("Partners", "Recipients served", lambda value: f"{value:,}"),
    "teams": ("Score", "Evenness, 1 is best", lambda value: f"{value:.3f}"),
    "rota": ("Spread", "Turns from the most ahead to the most owed", lambda value: f"{value:.2f}"),
}
"""For each job the figure that is drawn: its column, the chart's title and how the figure is written."""
