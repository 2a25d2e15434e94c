"""Sections that any job's page has: measures, notes, what is proven, and a page for a job without its own."""

from __future__ import annotations

from dataclasses import dataclass

from evenhand.core.solution import Solution
from evenhand.measures.panel import shown
from evenhand.report.charts import Chart, lorenz
from evenhand.report.page import Section
from evenhand.report.rooms import measured
from evenhand.report.sheets import about
from evenhand.report.views import Facts, TableView, figure_of, minus, table_view


@dataclass(frozen=True, slots=True)
class Measures:
    """Every measure beside its value at the nearest whole outcome, and the Lorenz curve if there is one."""

    table: TableView
    meanings: tuple[tuple[str, str, str], ...]
    chart: Chart | None


def measures_section(solution: Solution) -> Section | None:
    """Return the panel beside the nearest whole outcome, folded; None where there are no awards.

    For one kind of thing its Lorenz curve stands below.
    """
    panel = measured(solution)
    statement = solution.statement
    if panel is None or statement is None:
        return None
    rows = [
        (
            row.measure.title,
            minus(shown(row.value, row.measure.form)),
            minus(shown(row.nearest, row.measure.form)),
            "" if row.target is None else f"< {shown(row.target, row.measure.form)}",
            row.remark,
        )
        for row in panel.rows
    ]
    table = table_view(
        "This plan, and the best any plan could do",
        ["Measure", "This plan", "Best possible", "Target", "Remark"],
        rows,
        figures={1, 2, 3},
        hide={4},
    )
    meanings = tuple((row.measure.title, row.measure.says, row.measure.misleads) for row in panel.rows)
    # With several kinds of thing there is no one curve: shares of different things do not add up.
    chart = None
    if len(statement.things) == 1 and panel.total:
        title = "Lorenz curve of what was given out; the nearer to the straight line, the more even"
        chart = lorenz(statement.received.tolist(), statement.entitlement.tolist(), title)
    measures = Measures(table, meanings, chart)
    return Section("measures", "Measures", "common:measures", measures, "fold", "Gini, shares and the rest")


def notes_section(notes: list[str]) -> Section | None:
    """Return what is worth knowing, a sentence each; None where there is nothing."""
    return Section("notes", "Worth knowing", "common:notes", tuple(notes)) if notes else None


def about_section(solution: Solution, *sentences: str) -> Section:
    """Return what is proven and how the plan was found, folded."""
    facts = {name: value for name, value in about(solution).items() if name not in {"job", "headline"}}
    rows = tuple((f"{name[:1].upper()}{name[1:]}", figure_of(value)) for name, value in facts.items())
    lead = " ".join(sentence for sentence in sentences if sentence)
    return Section(
        "proof", "How it was found", "common:facts", Facts(rows, lead), "fold", "method, seed and proof"
    )
